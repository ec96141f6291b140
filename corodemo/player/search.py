"""A search through the events that can be interrupted: a slice at a time, each short enough that no key waits for it.

Slices are counted in events, not in time, so that the same search takes the same slices on each machine.
"""

from __future__ import annotations

from corodemo.history import History
from corodemo.player.breakpoints import Condition

__all__ = ["Search"]

#: At most some 20 ms each on a small machine: one looks at types, and the other makes a sentence of each event.
_QUICK, _SLOW = 100_000, 2_500


class Search:
    """Look for a condition from event `start` on (`step` 1) or back (-1). wraps: and then round the end, up to `start`."""

    def __init__(
        self, history: History, condition: Condition, start: int, step: int, *, wraps: bool = False, slow: bool = False
    ) -> None:
        self.condition = condition
        self.found: int | None = None
        self.is_over = False
        self.looked = 0  # how many events have been looked at
        self.step = step
        self.wraps = wraps
        self._history = history
        self._slice = _SLOW if slow else _QUICK
        count = len(history)
        ahead = range(start, count) if step > 0 else range(min(start, count - 1), -1, -1)
        behind = range(start) if step > 0 else range(count - 1, start, -1)
        self._ranges = [part for part in (ahead, behind if wraps else range(0)) if part]
        self.total = sum(map(len, self._ranges))

    def advance(self) -> bool:
        """Look at one more slice; return False if there was none left or it was found."""
        if not self.is_over:
            self._look()
        return not self.is_over

    def _look(self) -> None:
        events, kinds, holds = self._history.events, self.condition.kinds, self.condition.holds
        left = self._slice
        while left > 0 and self._ranges:
            ahead = self._ranges[0]
            for index in ahead[:left]:
                event = events[index]
                if type(event) in kinds and holds(index, event):
                    self.found, self.is_over = index, True
                    return
            taken = min(left, len(ahead))
            left -= taken
            self.looked += taken
            self._ranges[0] = ahead[taken:]
            if not self._ranges[0]:
                del self._ranges[0]
        self.is_over = not self._ranges
