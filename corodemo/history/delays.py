"""Time lost between being due and running, charged to what ran meanwhile.

A task that sleeps is due when its timer is; any other when it is put into the ready queue. From then until its step begins the
loop did something else: steps of other tasks, and callbacks. Only one of them runs at a time, so each of them is to blame for
exactly the time that it took.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple, cast

from corodemo.history.history import History
from corodemo.history.lanes import READY, RUNNING, Lane
from corodemo.traceformat import events as ev

__all__ = ["Delay", "Share", "delay", "longest_delay"]


class Share(NamedTuple):
    """What ran while somebody was due."""

    task: int | None  # None for a callback
    what: str  # the callback's name; "" for a task
    step: int  # the number of the task's step, from 1; 0 for a callback
    begins: int  # the event at which it begins; of a callback, the one that tells of it
    ns: int  # how much of the delay it took


class Delay(NamedTuple):
    """How long a wakeup had to wait for its step."""

    task: int
    wakeup: int  # the event that put the task into the ready queue
    due_ns: int  # the deadline of its timer, or when it became ready
    resumed_ns: int  # when its step began; for one that has not, the end of the trace
    shares: tuple[Share, ...]  # in the order in which they ran

    @property
    def ns(self) -> int:
        return self.resumed_ns - self.due_ns


def delay(history: History, task: int, wakeup: int) -> Delay:
    """Return the delay of a task after its `task.ready` event number `wakeup`. Raises KeyError for an unknown task."""
    lane = history.lane(task)
    due_ns, resumed = _interval(history, lane, lane.row(wakeup))
    resumed_ns = max(due_ns, history.events[resumed].at_ns)
    return Delay(task, wakeup, due_ns, resumed_ns, tuple(_shares(history, due_ns, resumed_ns, resumed)))


def longest_delay(history: History, task: int, index: int) -> Delay | None:
    """Return the longest delay of a task up to event `index`, or None if it was never woken."""
    lane = history.lane(task)
    found: tuple[int, int] | None = None
    for row in range(lane.row(index) + 1):
        if lane.states[row] == READY:
            due_ns, resumed = _interval(history, lane, row)
            ns = max(0, history.events[resumed].at_ns - due_ns)
            if found is None or ns > found[0]:
                found = ns, lane.at[row]
    return None if found is None else delay(history, task, found[1])


def _interval(history: History, lane: Lane, row: int) -> tuple[int, int]:
    """Return when the task was due that became ready at `row`, and the event at which its step began, or the last one."""
    is_resumed = row + 1 < len(lane.at) and lane.states[row + 1] == RUNNING
    resumed = lane.at[row + 1] if is_resumed else len(history) - 1
    due_ns = lane.times[row]
    event = history.events[lane.at[row]]
    if isinstance(event, ev.TaskReady) and event.cause == "timer" and event.by is not None:
        timer = history.fold.timer_set.get(event.by)
        if timer is not None:
            due_ns = min(due_ns, cast("ev.TimerSet", history.events[timer]).deadline_ns)
    return due_ns, resumed


def _shares(history: History, start_ns: int, end_ns: int, last: int) -> list[Share]:
    """Return what ran from `start_ns` to `end_ns`, looking at the events up to `last`."""
    fold, events = history.fold, history.events
    found: list[tuple[int, Share]] = []
    run_at, run_task = fold.run_at, fold.run_task
    at = max(0, bisect_right(run_at, history.index_at(start_ns)) - 1)
    while at < len(run_at) and run_at[at] < last:
        task = run_task[at]
        until = run_at[at + 1] if at + 1 < len(run_at) else last
        ns = min(end_ns, events[until].at_ns) - max(start_ns, events[run_at[at]].at_ns)
        if task and ns > 0:
            lane = fold.lanes[task]
            step = lane.steps(lane.row(run_at[at]))
            found.append((run_at[at], Share(task, "", step, run_at[at], ns)))
        at += 1
    for index in range(history.index_at(start_ns) + 1, last + 1):
        event = events[index]
        if isinstance(event, ev.CallbackRan):
            ns = min(end_ns, event.at_ns) - max(start_ns, event.started_ns)
            if ns > 0:
                found.append((index, Share(None, event.what, 0, index, ns)))
    return [share for _, share in sorted(found, key=lambda pair: pair[0])]
