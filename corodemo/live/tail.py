"""The tail of a trace that grows: what goes on now, as a history that a live view can afford to follow.

A program may write a million events a second, and its panel may cost it a tenth of its time at most: then not every event
can be folded. `Tail` folds all of them as long as it keeps up. When it has fallen behind it begins afresh with the newest
events, and of those before keeps what still matters: which tasks are not finished, and what each was last seen to do. So
who is there and what it does is right at all times; what is counted (steps, times) is then counted from a later moment
on, which `since_ns` tells, for a view to say so.

Tasks that had finished before one began to look are no part of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from corodemo.history import History
from corodemo.traceformat import events as ev
from corodemo.traceformat.retention import still_true

if TYPE_CHECKING:
    from corodemo.traceformat.file import Trace

__all__ = ["Tail"]

#: Events folded at most for one picture, and kept at most. Folding one takes 1.3 µs on a small machine.
MANY = 10_000
MOST = 200_000
#: So many of the newest events are folded as they are by one that has fallen behind.
WINDOW = 5_000
#: How often is looked again when the trace was just dropping events: that takes it a moment.
_TRIES = 100


class Tail:
    """What goes on in a trace, from its making on."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._first = trace.dropped + len(trace.events)  # the number of the first event to come, those dropped counted
        self.taken = self._first  # and of the first that `follow` has not seen
        self._events: list[ev.Event] | None = None
        self._history: History
        self._kept = 0  # events of the past that still mattered when it last began afresh
        self.start_ns = 0  # when it begins: with the first event that came, or when what is counted begins
        self.since_ns: int | None = None  # from when on steps and times are counted; None for from their beginning

    @property
    def news(self) -> Sequence[ev.Event]:
        """The events since the beginning, as far as the trace still has them."""
        trace = self._trace
        return trace.events[max(trace.remembered, self._first - trace.dropped) :]

    @property
    def has_forgotten(self) -> bool:
        """True if the trace no longer has all of them."""
        return self._trace.dropped + self._trace.remembered > self._first

    def follow(self) -> History:
        """Return the history up to now."""
        is_first = self._events is None
        dropped, remembered, new = self._from(self.taken)
        lost = dropped + remembered > self.taken
        if lost:
            dropped, _, new = self._from(0)
            self.taken = dropped
        if self._events is None:
            dropped, _, old = self._from(0)
            old = old[: max(0, self._first - dropped)]
            self._begin(_without_the_finished(old) if len(old) <= MANY else still_true(old[-MOST:]))
            self.start_ns = new[0].at_ns if new else old[-1].at_ns if old else 0
        assert self._events is not None
        self.taken += len(new)
        # To begin afresh is to fold what is kept, too: it must be worth it.
        if lost or len(new) > MANY + self._kept or len(self._events) + len(new) > MOST:
            window = new[-WINDOW:]
            before = new[: len(new) - len(window)]
            self.start_ns = self.since_ns = since_ns = window[0].at_ns if window else self._events[-1].at_ns
            if lost:
                facts = still_true(before)
                past = still_true([*_names_of(itertools.chain(facts, window), self._events), *facts])
            else:
                past = still_true(self._events + before)
            self._begin([_moved(event, since_ns) for event in past] + window)
            self._kept = len(past)
        elif new or is_first:
            self._events.extend(new)
            self._history.follow()
        return self._history

    def _from(self, number: int) -> tuple[int, int, list[ev.Event]]:
        """Return how many events the trace has dropped and remembered, and those from `number` on, dropped ones counted.

        Both are of one moment, though the program goes on meanwhile, adds events, and now and then drops many.
        """
        for _ in range(_TRIES):
            dropped, remembered = self._trace.dropped, self._trace.remembered
            events = self._trace.events
            found = events[max(0, number - dropped) :]  # copied in one go
            if dropped == self._trace.dropped and number - dropped <= len(events):
                break
        return dropped, remembered, found

    def _begin(self, events: list[ev.Event]) -> None:
        self._events = events
        self._history = History(_Part(self._trace.header, events))


class _Part:
    """A trace for a history: some events of another one."""

    def __init__(self, header: ev.Header, events: list[ev.Event]) -> None:
        self.header = header
        self.events = events


def _names_of(mentioned: Iterable[ev.Event], known: Iterable[ev.Event]) -> list[ev.Event]:
    """What announced the tasks that some events mention; of others it cannot be said whether they are still there."""
    tasks = {getattr(event, "task", None) for event in mentioned}
    return [event for event in known if isinstance(event, ev.TaskCreated) and event.task in tasks]


def _moved(event: ev.Event, at_ns: int) -> ev.Event:
    """The event, as if it had happened at another time."""
    return msgspec.structs.replace(event, at_ns=at_ns)


def _without_the_finished(events: Sequence[ev.Event]) -> list[ev.Event]:
    """Return the events without those of tasks, timers and futures that are over, and without output."""
    over = {("task", event.task) for event in events if isinstance(event, ev.TaskDone)}
    over |= {("timer", event.timer) for event in events if isinstance(event, (ev.TimerFired, ev.TimerCancelled))}
    over |= {("future", event.future) for event in events if isinstance(event, ev.FutureDone)}
    past = (ev.Output, ev.Line, ev.CallbackRan, ev.Warned)
    return [
        event
        for event in events
        if not isinstance(event, past)
        and not any((kind, getattr(event, kind, None)) in over for kind in ("task", "timer", "future"))
    ]
