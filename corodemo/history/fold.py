"""The fold: goes once through the events, in order, and writes each into the columns it concerns.

It holds no state of the program but what the columns say, and reads nothing but events. It believes what it is told: a
trace whose beginning was dropped, or that was cut off, or that contradicts itself, folds without complaint into the
nearest thing that makes sense. A task that was never announced gets a lane at its first mention; an id that is
announced twice is what the first announcement said.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, cast

from corodemo.history.lanes import CANCELLED, DONE, FAILED, READY, RUNNING, WAITING, Lane, Spans
from corodemo.traceformat import events as ev

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["FAR", "Fold"]

#: No time lies beyond this (146 years): sums of times must fit the columns, whatever a file says.
FAR = 1 << 62

_ENDINGS = {"result": DONE, "exception": FAILED, "cancelled": CANCELLED}


class Fold:
    """What is known of the events so far, in columns."""

    def __init__(self, events: Sequence[ev.Event]) -> None:
        self.events = events
        self.folded = 0  # how many events are in the columns
        self.lanes: dict[int, Lane] = {}
        self.order: list[int] = []  # task ids by first mention
        self.firsts = array("q")  # and the events that mention them first
        self.endings = {DONE: array("q"), FAILED: array("q"), CANCELLED: array("q")}
        self.live = Spans()  # tasks that are not finished
        self.ready = Spans()  # tasks in the ready queue
        self.timers = Spans()  # timers on the heap
        self.threads = Spans()  # jobs given to a thread
        self.edges = array("q")  # the events at which a step starts or ends
        self.stops = array("q")  # the suspensions at a known place; a coroutine of the runtime's own has none
        self.timer_set: dict[int, int] = {}
        self.timer_waits: dict[int, tuple[int, ...]] = {}  # the suspensions that wait on a timer
        self.future_order: list[int] = []
        self.future_firsts = array("q")
        self.future_created: dict[int, int] = {}
        self.future_done: dict[int, int] = {}
        self.lock_held: dict[int, array[int]] = {}  # by lock, the events that say who holds it
        self.in_line: dict[int, int] = {}  # by future, the event that says in which lock's line it is
        self.outputs = array("q")
        self.warnings = array("q")
        self.lines = array("q")
        self.loops = array("q")  # loop.* events
        self.run_at = array("q")  # the events at which another task runs than before ...
        self.run_task: list[int] = []  # ... and which (0: none)
        self._stack: list[int] = []  # tasks inside a step; more than one while an eager task has its first
        self._now = 0

    def follow(self) -> int:
        """Fold what was appended since; return how many events that was."""
        before = self.folded
        events = self.events
        handlers = _HANDLERS
        now = self._now
        for index in range(before, len(events)):
            event = events[index]
            if event.at_ns > now:  # time never goes back, and never beyond what the columns hold
                self._now = now = min(event.at_ns, FAR)
            handler = handlers.get(type(event))
            if handler is not None:
                handler(self, index, event)
            self.folded = index + 1
        return self.folded - before

    def waiter(self, timer: int, index: int) -> int | None:
        """Return the task that is suspended on a timer after event `index`, if one is."""
        for parked in reversed(self.timer_waits.get(timer, ())):
            if parked <= index:
                task = cast("ev.TaskSuspended", self.events[parked]).task
                lane = self.lanes[task]
                return task if lane.at[lane.row(index)] == parked else None
        return None

    def running_at(self, index: int) -> int | None:
        """Return the task that is inside a step after event `index`."""
        at = bisect_right(self.run_at, index) - 1
        return (self.run_task[at] or None) if at >= 0 else None

    def is_known(self, task: int | None, index: int) -> bool:
        """Return True if `task` has been mentioned by event `index`."""
        lane = self.lanes.get(task) if task is not None else None
        return lane is not None and lane.first <= index

    # --- tasks

    def _lane(self, task: int, index: int) -> Lane:
        self.lanes[task] = lane = Lane.begin(task, index, self._now)
        self.order.append(task)
        self.firsts.append(index)
        self.live.open(task, index)
        return lane

    def _task_created(self, index: int, event: ev.TaskCreated) -> None:
        lane = self.lanes.get(event.task) or self._lane(event.task, index)
        if lane.created < 0:
            lane.created = index
            parent = self.lanes.get(event.parent) if event.parent is not None else None
            lane.origin = (parent.origin if parent is not None else "") or event.file

    def _task_ready(self, index: int, event: ev.TaskReady) -> None:
        task = event.task
        lane = self.lanes.get(task) or self._lane(task, index)
        lane.enter(READY, index, self._now)
        self.ready.open(task, index)

    def _task_resumed(self, index: int, event: ev.TaskResumed) -> None:
        task = event.task
        lane = self.lanes.get(task) or self._lane(task, index)
        lane.enter(RUNNING, index, self._now)
        self.ready.close(task, index)
        self.edges.append(index)
        stack = self._stack
        if task in stack:
            stack.remove(task)
        stack.append(task)
        self.run_at.append(index)
        self.run_task.append(task)

    def _step_ended(self, index: int, task: int) -> None:
        self.edges.append(index)
        stack = self._stack
        if task in stack:
            stack.remove(task)
            self.run_at.append(index)
            self.run_task.append(stack[-1] if stack else 0)

    def _task_suspended(self, index: int, event: ev.TaskSuspended) -> None:
        task = event.task
        lane = self.lanes.get(task) or self._lane(task, index)
        lane.enter(WAITING, index, self._now)
        self.ready.close(task, index)
        self._step_ended(index, task)
        if event.file:
            self.stops.append(index)
        on = event.on
        if on is not None and on.kind == "timer":
            self.timer_waits[on.id] = (*self.timer_waits.get(on.id, ()), index)

    def _task_done(self, index: int, event: ev.TaskDone) -> None:
        task = event.task
        lane = self.lanes.get(task) or self._lane(task, index)
        ending = _ENDINGS[event.outcome]
        lane.enter(ending, index, self._now)
        self.ready.close(task, index)
        if self.live.close(task, index):
            self.endings[ending].append(index)
        self._step_ended(index, task)

    def _cancel(self, index: int, event: ev.CancelRequested | ev.CancelDelivered | ev.CancelSettled) -> None:
        lane = self.lanes.get(event.task) or self._lane(event.task, index)
        if lane.cancels is None:
            lane.cancels = []
        lane.cancels.append(index)

    # --- futures, timers, threads

    def _future_created(self, index: int, event: ev.FutureCreated) -> None:
        self._future_seen(event.future, index)
        self.future_created.setdefault(event.future, index)

    def _future_done(self, index: int, event: ev.FutureDone) -> None:
        self._future_seen(event.future, index)
        self.future_done.setdefault(event.future, index)

    def _future_seen(self, future: int, index: int) -> None:
        if future not in self.future_created and future not in self.future_done:
            self.future_order.append(future)
            self.future_firsts.append(index)

    def _lock_held(self, index: int, event: ev.LockHeld) -> None:
        self.lock_held.setdefault(event.lock, array("q")).append(index)
        if event.future is not None:
            self.in_line.setdefault(event.future, index)

    def _timer_set(self, index: int, event: ev.TimerSet) -> None:
        self.timers.open(event.timer, index)
        self.timer_set.setdefault(event.timer, index)

    def _timer_gone(self, index: int, event: ev.TimerFired | ev.TimerCancelled) -> None:
        self.timers.close(event.timer, index)

    def _thread_started(self, index: int, event: ev.ThreadStarted) -> None:
        self.threads.open(event.job, index)

    def _thread_finished(self, index: int, event: ev.ThreadFinished) -> None:
        self.threads.close(event.job, index)

    # --- the loop, and what is said on the way

    def _loop(self, index: int, event: ev.Event) -> None:
        self.loops.append(index)

    def _output(self, index: int, event: ev.Output) -> None:
        self.outputs.append(index)

    def _warned(self, index: int, event: ev.Warned) -> None:
        self.warnings.append(index)

    def _line(self, index: int, event: ev.Line) -> None:
        self.lines.append(index)
        if event.task is not None:
            lane = self.lanes.get(event.task) or self._lane(event.task, index)
            if lane.lines is None:
                lane.lines = array("q")
            lane.lines.append(index)


#: What writes down an event of each kind. Not of bound methods: a fold that referred to itself would outlive its last user until
#: the garbage collector comes by, and a live view drops many.
_HANDLERS: dict[type[ev.Event], Callable[[Fold, int, Any], None]] = {
    ev.TaskCreated: Fold._task_created,
    ev.TaskReady: Fold._task_ready,
    ev.TaskResumed: Fold._task_resumed,
    ev.TaskSuspended: Fold._task_suspended,
    ev.TaskDone: Fold._task_done,
    ev.CancelRequested: Fold._cancel,
    ev.CancelDelivered: Fold._cancel,
    ev.CancelSettled: Fold._cancel,
    ev.FutureCreated: Fold._future_created,
    ev.FutureDone: Fold._future_done,
    ev.LockHeld: Fold._lock_held,
    ev.TimerSet: Fold._timer_set,
    ev.TimerFired: Fold._timer_gone,
    ev.TimerCancelled: Fold._timer_gone,
    ev.ThreadStarted: Fold._thread_started,
    ev.ThreadFinished: Fold._thread_finished,
    ev.LoopStarted: Fold._loop,
    ev.LoopWaiting: Fold._loop,
    ev.LoopStopped: Fold._loop,
    ev.Output: Fold._output,
    ev.Line: Fold._line,
    ev.Warned: Fold._warned,
}
