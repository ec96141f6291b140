"""What still stands of a past that is forgotten: who is there, and what each was last seen to do.

Of a program that runs for long not every event can be kept, or folded. Those that say how things stand now can be: a few for
each task that is not finished, whatever happened in between. What they leave out is what was counted (steps, times).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from corodemo.traceformat import events as ev

__all__ = ["remembered", "still_true"]

#: So many generations of parents that are done are remembered: they tell which input of the shell a task goes back to.
_GENERATIONS = 8


def remembered(events: Sequence[ev.Event]) -> list[ev.Event]:
    """Return what is still true after some events, and whom the tasks that are still there come from."""
    true = still_true(events)
    standing = {id(event): event for event in true}
    made = {event.task: event for event in events if isinstance(event, ev.TaskCreated)}
    young = {event.task for event in standing.values() if isinstance(event, ev.TaskCreated)}
    ancestors: set[int] = set()
    for _ in range(_GENERATIONS):
        parents = {made[task].parent for task in young if task in made}
        young = {task for task in parents if task in made and task not in ancestors}
        ancestors |= young
    if not ancestors:
        return true
    family = (ev.TaskCreated, ev.TaskDone)
    standing |= {id(event): event for event in events if isinstance(event, family) and event.task in ancestors}
    return [event for event in events if id(event) in standing]


def still_true(events: Sequence[ev.Event]) -> list[ev.Event]:
    """Return those of the events, in order, that say how things stand after all of them.

    Of each task that is not finished: what announced it, what made it ready last, and the newest change of its state; and
    the futures and timers that are still open.
    """
    # From the newest back: the first that is met of each kind of fact is the one that counts. It is written out, for there may
    # be hundreds of thousands, and most are steps of tasks of which enough is known.
    made, woken, changed, over = set[int](), set[int](), set[int](), set[int]()
    things_seen, things_over = set[tuple[type, int]](), set[tuple[type, int]]()
    created, ready, resumed, suspended = ev.TaskCreated, ev.TaskReady, ev.TaskResumed, ev.TaskSuspended
    found: list[Any] = []
    event: Any
    for event in reversed(events):
        kind = type(event)
        if kind is resumed or kind is suspended:
            if event.task not in changed and event.task not in over:
                changed.add(event.task)
                found.append(event)
        elif kind is ready:
            if event.task not in woken and event.task not in over:
                woken.add(event.task)
                found.append(event)
        elif kind is created:
            if event.task not in made and event.task not in over:
                made.add(event.task)
                found.append(event)
        elif kind is ev.TaskDone:
            over.add(event.task)
        elif kind is ev.LockHeld:
            # The newest says who holds a lock; each that names a future, in which line that is.
            lock = kind, event.lock
            is_open = event.future is not None and (ev.FutureCreated, event.future) not in things_over
            if lock not in things_seen or is_open:
                things_seen.add(lock)
                found.append(event)
        elif kind in _THINGS:
            thing = kind, _THINGS[kind](event)
            if thing not in things_seen and thing not in things_over:
                things_seen.add(thing)
                found.append(event)
        elif kind in _ENDS:
            begins, number_of = _ENDS[kind]
            things_over.add((begins, number_of(event)))
    return found[::-1]


#: What has a number of its own and stays until something ends it, besides tasks; and what ends it.
_THINGS: dict[type, Callable[[Any], int]] = {
    ev.FutureCreated: attrgetter("future"),
    ev.TimerSet: attrgetter("timer"),
}
_ENDS: dict[type, tuple[type, Callable[[Any], int]]] = {
    ev.FutureDone: (ev.FutureCreated, attrgetter("future")),
    ev.TimerFired: (ev.TimerSet, attrgetter("timer")),
    ev.TimerCancelled: (ev.TimerSet, attrgetter("timer")),
}
