"""`History`: the way into a trace by event number or by time."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from corodemo.history.fold import Fold
from corodemo.history.snapshot import Snapshot
from corodemo.traceformat import events as ev

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corodemo.history.lanes import Lane

__all__ = ["History", "TraceLike", "Wakeup"]


class TraceLike(Protocol):
    """What a history is made of. `events` may grow at its end, and changes in no other way."""

    @property
    def header(self) -> ev.Header: ...
    @property
    def events(self) -> Sequence[ev.Event]: ...


class Wakeup(NamedTuple):
    """A task was put into the ready queue, at event `event`."""

    event: int
    task: int
    cause: ev.Cause
    waker: int | None  # the task in whose step it happened


class History:
    """The past of a trace, folded as far as `follow` was last called."""

    def __init__(self, trace: TraceLike) -> None:
        self.trace = trace
        self.events = trace.events
        self.fold = Fold(trace.events)  # the columns, for views that draw more than one moment
        self.fold.follow()

    @property
    def header(self) -> ev.Header:
        return self.trace.header

    def __len__(self) -> int:
        """Return how many events have been folded."""
        return self.fold.folded

    def follow(self) -> int:
        """Fold what was appended to the trace since; return how many events that was."""
        return self.fold.follow()

    def at(self, index: int) -> Snapshot:
        """Return how things stood after event `index`; -1 is before the first event.

        Raises IndexError for an index that has not been folded.
        """
        if not -1 <= index < self.fold.folded:
            raise IndexError(f"no event {index}: {self._extent()}; -1 is before the first")
        return Snapshot(self.fold, index)

    def last(self) -> Snapshot:
        """Return how things stood after the newest event that was folded."""
        return Snapshot(self.fold, self.fold.folded - 1)

    def index_at(self, time_ns: int) -> int:
        """Return the last event that had happened by `time_ns`, or -1."""
        return bisect_right(self.events, time_ns, hi=self.fold.folded, key=lambda event: event.at_ns) - 1

    def lane(self, task: int) -> Lane:
        """Return a task's changes of state, all of them. Raises KeyError for a task that no event mentions."""
        try:
            return self.fold.lanes[task]
        except KeyError:
            raise KeyError(f"no event mentions task {task}") from None

    def wakeups(self, first: int, last: int) -> Iterator[Wakeup]:
        """Yield the wakeups among the events from `first` to `last`, both included, in order."""
        ready = self.fold.ready
        for slot in range(bisect_right(ready.starts, first - 1), bisect_right(ready.starts, last)):
            index = ready.starts[slot]
            event = cast("ev.TaskReady", self.events[index])
            yield Wakeup(index, event.task, event.cause, self.fold.running_at(index))

    def _extent(self) -> str:
        count = self.fold.folded
        if count == 0:
            return "the trace is empty"
        return "the trace has event 0 only" if count == 1 else f"the trace has events 0 to {count - 1}"
