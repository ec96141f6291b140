"""Arrows: from which lane to which a wakeup is drawn.

A task that wakes another in a step of its own is its waker. Often nobody runs at that moment: a task has ended, and the loop
wakes whoever awaited it, or awaited what stands for it and others, such as a gather. Then the arrow comes from the task
whose end it was. What a timer, a thread or the outside has woken has no arrow: they have no lane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast
from weakref import WeakKeyDictionary

from corodemo.history.lanes import DONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corodemo.history import History
    from corodemo.traceformat import events as ev

__all__ = ["Arrow", "arrows"]

_CHILDREN = 1_000  # of one future: who ended last of more is not looked for


class Arrow(NamedTuple):
    """At event `event` one task made another ready, by what it did or by its end."""

    event: int
    source: int
    target: int


def arrows(history: History, first: int, last: int) -> Iterator[Arrow]:
    """Yield the arrows among the events from `first` to `last`, both included, in order."""
    known = _ENDED.setdefault(history, {})
    for wakeup in history.wakeups(first, last):
        source = wakeup.waker
        if source is None and wakeup.cause in {"task", "future"}:
            if wakeup.event not in known:
                known[wakeup.event] = _ended(history, wakeup.event)
            source = known[wakeup.event]
        if source is not None and source != wakeup.task:
            yield Arrow(wakeup.event, source, wakeup.task)


#: What was found out of each history: a stepper draws the same arrows again and again, and what has happened stays so.
_ENDED: WeakKeyDictionary[History, dict[int, int | None]] = WeakKeyDictionary()


def _ended(history: History, index: int) -> int | None:
    """The task whose end made another ready at event `index`, if that is known."""
    event = cast("ev.TaskReady", history.events[index])
    if event.cause == "task":
        return event.by if history.fold.is_known(event.by, index) else None
    created = history.fold.future_created.get(event.by, index) if event.by is not None else index
    if created >= index:
        return None
    children = cast("ev.FutureCreated", history.events[created]).children
    found, newest = None, -1
    for child in children if len(children) <= _CHILDREN else ():
        if child.kind != "task" or not history.fold.is_known(child.id, index):
            continue
        lane = history.lane(child.id)
        row = lane.row(index)
        if lane.states[row] >= DONE and lane.at[row] > newest:
            found, newest = child.id, lane.at[row]
    return found
