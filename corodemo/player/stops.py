"""Stops: the events after which a person who steps wants to see how things stand.

Most events come in groups that are one thing to a learner: a timer fires *and* wakes a task, a task is created
*and* put in the queue, a step starts *and* reaches its first line. The stop is the last event of such a group.

Found once for the whole trace, in one pass without a call an event: a million take a fifth of a second.
"""

from __future__ import annotations

from collections.abc import Sequence

from corodemo.traceformat import events as ev

__all__ = ["concerns", "worthy_of"]

#: Always worth a stop.
_WORTHY = frozenset(
    {
        ev.Line,
        ev.TaskReady,
        ev.TaskSuspended,
        ev.TaskDone,
        ev.CancelRequested,
        ev.CancelDelivered,
        ev.CancelSettled,
        ev.LoopWaiting,
        ev.ThreadFinished,
        ev.Warned,
    }
)
#: Worth a stop unless the event after it completes the same thing.
_COMPLETED_BY: dict[type[ev.Event], type[ev.Event]] = {
    ev.TaskCreated: ev.TaskReady,
    ev.TimerFired: ev.TaskReady,
    ev.TaskResumed: ev.Line,
}


def worthy_of(events: Sequence[ev.Event], count: int) -> list[int]:
    """Return the indices of the stops among the first `count` events; the last event is always one."""
    worthy, completed_by = _WORTHY, _COMPLETED_BY
    found: list[int] = []
    # The event before, if it is a stop unless this one completes it.
    pending: type[ev.Event] | None = None
    for index, event in enumerate(events[:count]):
        kind = type(event)
        if pending is not None:
            if pending is not kind:
                found.append(index - 1)
            pending = None
        if kind in worthy:
            found.append(index)
        elif kind in completed_by:
            pending = completed_by[kind]
        elif isinstance(event, ev.Output) and not event.text.isspace():
            found.append(index)  # print() writes the end of its line by itself
    if count and (not found or found[-1] != count - 1):
        found.append(count - 1)
    return found


def concerns(event: ev.Event, task: int) -> bool:
    """Return True if an event is about a task, or is something that it did to another."""
    if getattr(event, "task", None) == task:
        return True
    if isinstance(event, ev.TaskCreated):
        return event.parent == task
    return isinstance(event, ev.CancelRequested) and event.by == task
