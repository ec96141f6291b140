"""Where to go from here: over an await, to a task's next wakeup, to its next cancel.

Each is a question to the history about one task, answered by bisection in what it holds of that task, and each has a way
back. The answer is an event, or None where there is no such event in the trace.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import cast

from corodemo.history import History
from corodemo.history.lanes import DONE, READY, RUNNING, WAITING
from corodemo.traceformat import events as ev

__all__ = ["cancelled", "over", "over_back", "woken"]


def over(history: History, task: int, index: int) -> int | None:
    """Return where a task goes on after the await that it stands at, or comes to next; or else where it ends."""
    lane = history.lane(task)
    row = lane.row(index) + 1
    while row < len(lane.at):
        if lane.states[row] == RUNNING or lane.states[row] >= DONE:
            return lane.at[row]
        row += 1
    return None


def over_back(history: History, task: int, index: int) -> int | None:
    """Return where a task began to wait before the step that it is in, or before the wait that it stands at."""
    lane = history.lane(task)
    row = lane.row(index - 1) if index > lane.first else -1
    while row >= 0:
        if lane.states[row] == WAITING:
            return lane.at[row]
        row -= 1
    return None


def woken(history: History, task: int, index: int, *, before: int | None = None) -> int | None:
    """Return the next event after `index` that wakes a task; or the last one up to `before`."""
    lane = history.lane(task)
    rows = range(lane.row(index) + 1, len(lane.at)) if before is None else range(lane.row(before), -1, -1)
    for row in rows:
        at = lane.at[row]
        if lane.states[row] == READY and cast("ev.TaskReady", history.events[at]).cause != "spawned":
            return at
    return None


def cancelled(history: History, task: int, index: int, *, before: int | None = None) -> int | None:
    """Return the next event after `index` of a cancel of a task; or the last one up to `before`."""
    cancels = history.lane(task).cancels or []
    at = bisect_right(cancels, index) if before is None else bisect_left(cancels, before + 1) - 1
    return cancels[at] if 0 <= at < len(cancels) else None
