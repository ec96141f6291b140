"""What still stands of a past that is forgotten: who is there, and what each was last seen to do.

Of a program that runs for long not every event can be kept, or folded. Those that say how things stand now can be: a few for
each task that is not finished, whatever happened in between. What they leave out is what was counted (steps, times).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from . import events as ev

__all__ = ["remembered", "still_true"]

#: So many generations of parents that are done are remembered: they tell which input of the shell a task goes back to.
_GENERATIONS = 8


def remembered(events: Sequence[ev.Event]) -> list[ev.Event]:
    """Return what is still true after some events, and whom the tasks that are still there come from."""
    standing = {id(event): event for event in still_true(events)}
    made = {event.task: event for event in events if isinstance(event, ev.TaskCreated)}
    young = {event.task for event in standing.values() if isinstance(event, ev.TaskCreated)}
    ancestors: set[int] = set()
    for _ in range(_GENERATIONS):
        parents = {made[task].parent for task in young if task in made}
        young = {task for task in parents if task in made and task not in ancestors}
        ancestors |= young
    if ancestors:
        family = (ev.TaskCreated, ev.TaskDone)
        standing |= {id(event): event for event in events if isinstance(event, family) and event.task in ancestors}
    return [event for event in events if id(event) in standing]


def still_true(events: Sequence[ev.Event]) -> list[ev.Event]:
    """Return those of the events, in order, that say how things stand after all of them.

    Of each task that is not finished: what announced it, what made it ready last, and the newest change of its state; and
    the futures and timers that are still open.
    """
    # From the newest back: the first that is met of each kind of fact is the one that counts. Each kind has keys of its own.
    found: dict[int, ev.Event] = {}
    over: set[int] = set()
    for event in reversed(events):
        fact = _FACTS.get(type(event), -1)
        if fact < 0:
            continue
        if fact < _FUTURE:
            thing = 5 * cast("ev.TaskReady", event).task
        elif fact == _FUTURE:
            thing = 5 * cast("ev.FutureCreated", event).future + _FUTURE
        elif fact == _TIMER:
            thing = 5 * cast("ev.TimerSet", event).timer + _TIMER
        else:
            over.add(_ended(event))
            continue
        key = thing + fact if fact < _FUTURE else thing
        if key not in found and thing not in over:
            found[key] = event
    return list(found.values())[::-1]


_FUTURE, _TIMER, _END = 3, 4, 5
#: What the events that are looked at say: the first three of a task, its announcement, a wakeup, a change of its state.
_FACTS: dict[type[ev.Event], int] = {
    ev.TaskCreated: 0,
    ev.TaskReady: 1,
    ev.TaskResumed: 2,
    ev.TaskSuspended: 2,
    ev.FutureCreated: _FUTURE,
    ev.TimerSet: _TIMER,
    **dict.fromkeys((ev.TaskDone, ev.FutureDone, ev.TimerFired, ev.TimerCancelled), _END),
}


def _ended(event: ev.Event) -> int:
    """The key of what has ended with this event."""
    if isinstance(event, ev.TaskDone):
        return 5 * event.task
    if isinstance(event, ev.FutureDone):
        return 5 * event.future + _FUTURE
    return 5 * cast("ev.TimerFired", event).timer + _TIMER
