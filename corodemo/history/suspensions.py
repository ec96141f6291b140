"""What happened while a task stood at an await: who ran meanwhile, and what of its variables others changed.

A suspension goes on until the step that follows it. To the task it is one line of its program; to everybody else
it may be a long time. What changed is known only where lines were recorded, and only of the variables that the function
itself can see.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any, NamedTuple, cast

from corodemo.history.history import History
from corodemo.history.lanes import READY, RUNNING, WAITING
from corodemo.traceformat import events as ev

__all__ = ["Change", "Suspension", "Turn", "suspension_of"]

#: Of a longer suspension only so many steps at its end are gone through, which takes 3 ms: a screen has room for less.
MAX_TURNS = 4_000


class Turn(NamedTuple):
    """What one other task did meanwhile."""

    task: int
    steps: int
    ns: int  # how long it ran
    first: int  # the event at which it ran first


class Change(NamedTuple):
    """A variable that has another value at the end of an await than at its beginning."""

    name: str
    before: str
    after: str
    file: str  # the line of the function that sees it so, after the await
    line: int


class Suspension(NamedTuple):
    """An await that suspended, up to now or up to where the task went on."""

    task: int
    suspended: int  # the event
    resumed: int | None  # the event; None if it has not gone on yet
    on: ev.On | None  # what it waits on; None for a bare yield
    file: str  # of the await
    line: int
    waited_ns: int  # until it was woken, or until now
    ready_ns: int  # and then until it ran
    turns: tuple[Turn, ...]  # in the order in which they ran first
    is_whole: bool  # whether all who ran are there
    changes: tuple[Change, ...]


def suspension_of(history: History, task: int, index: int) -> Suspension | None:
    """Return the newest await of a task as it stood after event `index`, or None if it has not awaited yet.

    It goes on until the task awaits again. Raises KeyError for an unknown task.
    """
    lane = history.lane(task)
    row = lane.row(index) if lane.first <= index else -1
    while row >= 0 and lane.states[row] != WAITING:
        row -= 1
    if row < 0:
        return None
    suspended = lane.at[row]
    end = woken = resumed = None
    for later in range(row + 1, lane.row(index) + 1):
        if lane.states[later] == READY and woken is None:
            woken = lane.times[later]
        elif lane.states[later] == RUNNING:
            resumed, end = lane.at[later], lane.times[later]
            break
        elif lane.states[later] > WAITING:  # it ended where it stood
            end = lane.times[later]
            break
    until = history.events[index].at_ns if end is None else end
    until = max(until, lane.times[row])
    woken = until if woken is None else woken
    event = cast("ev.TaskSuspended", history.events[suspended])
    turns, is_whole = _turns(history, task, suspended, index if resumed is None else resumed)
    changes = () if resumed is None else _changes(history, task, resumed, index)
    return Suspension(
        task,
        suspended,
        resumed,
        event.on,
        event.file,
        event.line,
        woken - lane.times[row],
        until - woken,
        turns,
        is_whole,
        changes,
    )


def _turns(history: History, task: int, first: int, last: int) -> tuple[tuple[Turn, ...], bool]:
    """Who ran after event `first` and up to event `last`."""
    fold, events = history.fold, history.events
    start, stop = bisect_right(fold.run_at, first), bisect_right(fold.run_at, last)
    is_whole = stop - start <= MAX_TURNS
    found: dict[int, Turn] = {}
    for at in range(start if is_whole else stop - MAX_TURNS, stop):
        other = fold.run_task[at]
        if not other or other == task:
            continue
        begins = fold.run_at[at]
        until = fold.run_at[at + 1] if at + 1 < len(fold.run_at) else last
        ns = max(0, events[min(until, last)].at_ns - events[begins].at_ns)
        # A task goes on, and has no new step, where the first step of an eager one inside it has ended.
        is_step = isinstance(events[begins], ev.TaskResumed)
        known = found.get(other, Turn(other, 0, 0, begins))
        found[other] = Turn(other, known.steps + is_step, known.ns + ns, known.first)
    return tuple(found.values()), is_whole


def _changes(history: History, task: int, resumed: int, index: int) -> tuple[Change, ...]:
    """What the functions of a task found changed when they went on, as far as they have come by event `index`."""
    lines = history.lane(task).lines
    if lines is None:
        return ()
    found: dict[str, Change] = {}
    for at in range(bisect_left(lines, resumed), bisect_right(lines, index)):
        line: Any = history.events[lines[at]]
        for name, (before, after) in (line.meanwhile or {}).items():
            found.setdefault(name, Change(name, before, after, line.file, line.line))
    # That a task has ended is seen elsewhere: what else has changed comes first.
    return tuple(sorted(found.values(), key=lambda change: change.after.startswith("<Task ")))
