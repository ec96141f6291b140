"""Which events of a long trace an export holds, and the sentence that says so.

What opens an export gives up on a trace of a million events. So an export holds a stretch of so many at most, around
the event that somebody asked for; a reader of it is told what was left out, in the file and where it was made.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Window"]


@dataclass(frozen=True, slots=True)
class Window:
    """The events from `first` up to `stop`, of `count` in all."""

    first: int
    stop: int
    count: int

    @classmethod
    def around(cls, count: int, most: int, at: int | None) -> Window:
        """Return all of `count` events, or where that is more than `most` a stretch with `at` in its middle.

        at: None for the first events.
        """
        size = min(count, max(1, most))
        first = 0 if at is None else max(0, min(at - size // 2, count - size))
        return cls(first, first + size, count)

    @property
    def left_out(self) -> str | None:
        """What this window does not hold, as a sentence; None if it holds all."""
        missing = self.count - (self.stop - self.first)
        if not missing:
            return None
        kept = f"events {self.first:,} to {self.stop - 1:,} of {self.count:,} are in it"
        return f"the trace is too long for one file: {kept}, {missing:,} were left out"
