"""How things stood after one event: the answer that every view draws.

A `Snapshot` is an index into the columns of a fold, so it costs nothing to make, nothing to keep and never changes,
whatever the trace grows to. What it is asked for is read back by bisection and kept for the next question: a view that
draws twenty of ten thousand tasks pays for twenty. The records that it hands out are frozen and hold no reference back.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from corodemo.history.cancellations import cancels_of
from corodemo.history.durations import brief
from corodemo.history.lanes import CREATED, DONE, READY, RUNNING, WAITING
from corodemo.history.lazy import LazyMapping, LazySequence, Prefix
from corodemo.history.states import STATES, WORDS, Awaited, FutureState, Position, TaskState, TimerState, WokenBy, title
from corodemo.traceformat import events as ev

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corodemo.history.fold import Fold
    from corodemo.history.lanes import Lane
    from corodemo.history.states import LoopState, State

__all__ = ["PASSIVE", "Snapshot"]

#: What may happen, from another thread, while the loop waits.
PASSIVE = (ev.Output, ev.Warned, ev.ThreadStarted)


class Snapshot:
    """How things stood after event `index`. Get one from `History.at`."""

    def __init__(self, fold: Fold, index: int) -> None:
        self._fold = fold
        self._events = fold.events
        self.index = index  # -1: before the first event
        self.event = fold.events[index] if index >= 0 else None
        self.at_ns = self.event.at_ns if self.event is not None else 0

    def __repr__(self) -> str:
        return f"<Snapshot after event {self.index} at {brief(self.at_ns)}>"

    def before(self, index: int) -> Snapshot:
        """Return how things stood before an earlier event."""
        return Snapshot(self._fold, min(index, self.index + 1) - 1)

    def at_time(self, now_ns: int) -> Snapshot:
        """Return the same when time has gone on, to `now_ns` of the loop's clock, and nothing has happened since."""
        later = Snapshot(self._fold, self.index)
        later.at_ns = max(self.at_ns, now_ns)
        return later

    def _twin(self) -> Snapshot:
        """The same once more, for what we keep: that must not refer back, or both would wait for the garbage collector."""
        return self.at_time(self.at_ns)

    # --- tasks

    @cached_property
    def tasks(self) -> Mapping[int, TaskState]:
        """Every task so far, by id, in the order of creation; finished ones too."""
        fold, twin = self._fold, self._twin()
        count = bisect_right(fold.firsts, self.index)
        return LazyMapping(fold.order, count, lambda task: fold.is_known(task, twin.index), twin._task_state)

    @cached_property
    def running(self) -> int | None:
        """The task that is inside a step; the innermost, where an eager task has its first."""
        return self._fold.running_at(self.index)

    @cached_property
    def ready(self) -> tuple[int, ...]:
        """The tasks in the ready queue, the next to run first."""
        return tuple(self._fold.ready.keys_at(self.index))

    @cached_property
    def live(self) -> tuple[int, ...]:
        """The tasks that are not finished, in the order of creation."""
        return tuple(self._fold.live.keys_at(self.index))

    def ended(self, most: int) -> list[int]:
        """Return the tasks that ended last, at most so many, the newest first."""
        fold = self._fold
        stops = [(column, bisect_right(column, self.index)) for column in fold.endings.values()]
        found = [index for column, stop in stops for index in column[max(0, stop - most) : stop]]
        return [cast("ev.TaskDone", self._events[index]).task for index in sorted(found, reverse=True)[:most]]

    @cached_property
    def counts(self) -> Mapping[State, int]:
        """How many tasks are in each state; cheap with any number of tasks."""
        codes = bytes(map(self.state_code, self.live))
        counts = dict.fromkeys(STATES, 0)
        for code in (CREATED, READY, RUNNING, WAITING):
            counts[WORDS[code]] += codes.count(code)
        for code, column in self._fold.endings.items():
            counts[WORDS[code]] = bisect_right(column, self.index)
        return counts

    def state_code(self, task: int) -> int:
        """Return a task's state as in `lanes`; much cheaper than `tasks[task].state`."""
        lane = self._fold.lanes[task]
        return lane.states[lane.row(self.index)]

    def state(self, task: int) -> State:
        """Return a task's state; much cheaper than `tasks[task].state`."""
        return WORDS[self.state_code(task)]

    def steps(self, task: int) -> int:
        """Return how many steps of a task have begun; much cheaper than `tasks[task].steps`."""
        lane = self._fold.lanes[task]
        return lane.steps(lane.row(self.index))

    def made(self, task: int) -> ev.TaskCreated | None:
        """Return what announced a task, or None if the trace has forgotten it."""
        lane = self._fold.lanes.get(task)
        if lane is None or not 0 <= lane.created <= self.index:
            return None
        return cast("ev.TaskCreated", self._events[lane.created])

    def name(self, task: int | None) -> str:
        """Return a task's name, or "task 17" for one that the trace does not announce."""
        made = self.made(task) if task is not None else None
        return made.name if made is not None else f"task {task}"

    def title(self, task: int | None) -> str:
        """Return what to call a task on a screen: its name, or the function that it runs if nobody named it."""
        made = self.made(task) if task is not None else None
        return title(made.name, made.coro) if made is not None else f"task {task}"

    def _task_state(self, task: int) -> TaskState:
        events, index = self._events, self.index
        lane = self._fold.lanes[task]
        row = lane.row(index)
        code = lane.states[row]
        since = lane.times[row]
        made = self.made(task)
        running, ready = lane.spent[2 * row], lane.spent[2 * row + 1]
        waiting = since - lane.times[0] - running - ready
        present = max(0, self.at_ns - since)
        last: Any = events[lane.at[row]]
        on = outcome = value = None
        if code == WAITING:
            waiting += present
            on = last.on
        elif code == RUNNING:
            running += present
        elif code >= DONE:
            outcome, value = last.outcome, last.value
        else:
            ready += present
        at_file, at_line = self._place(lane, row)
        return TaskState(
            task,
            made.name if made is not None else f"task {task}",
            made.parent if made is not None else None,
            made.coro if made is not None else "",
            made.file if made is not None else "",
            made.line if made is not None else 0,
            lane.origin if made is not None else "",
            WORDS[code],
            since,
            on,
            self._woken_by(lane, row),
            lane.steps(row),
            running,
            ready,
            waiting,
            at_file,
            at_line,
            outcome,
            value,
            cancels_of(events, lane, index),
        )

    def _woken_by(self, lane: Lane, row: int) -> WokenBy | None:
        woken = lane.states.rfind(READY, 0, row + 1)
        if woken < 0:
            return None
        index = lane.at[woken]
        event = cast("ev.TaskReady", self._events[index])
        return WokenBy(event.cause, event.by, self._fold.running_at(index), index, event.at_ns)

    def _place(self, lane: Lane, row: int) -> tuple[str, int]:
        """Where a task was seen last: at an await, or at a recorded line."""
        parked = lane.states.rfind(WAITING, 0, row + 1)
        index = lane.at[parked] if parked >= 0 else -1
        if lane.lines is not None:
            newest = bisect_right(lane.lines, self.index) - 1
            if newest >= 0:
                index = max(index, lane.lines[newest])
        if index < 0:
            return "", 0
        event: Any = self._events[index]
        return event.file, event.line

    # --- timers and futures

    @cached_property
    def timers(self) -> Sequence[TimerState]:
        """The timers on the heap, the next to fire first."""
        spans = self._fold.timers
        found = cast("list[ev.TimerSet]", [self._events[spans.starts[slot]] for slot in spans.open_at(self.index)])
        found.sort(key=lambda event: (event.deadline_ns, event.timer))
        fold, index = self._fold, self.index
        return LazySequence(
            found, lambda at: TimerState(at.timer, at.deadline_ns, at.what, fold.waiter(at.timer, index))
        )

    @cached_property
    def futures(self) -> Mapping[int, FutureState]:
        """Every future that the trace names, by id, in the order of announcement."""
        fold, twin, never = self._fold, self._twin(), self.index + 1
        count = bisect_right(fold.future_firsts, self.index)

        def is_known(future: int) -> bool:
            return min(fold.future_created.get(future, never), fold.future_done.get(future, never)) < never

        return LazyMapping(fold.future_order, count, is_known, twin._future_state)

    def _future_state(self, future: int) -> FutureState:
        created, done = self._fold.future_created.get(future, -1), self._fold.future_done.get(future, -1)
        label, children = "", cast("tuple[ev.On, ...]", ())
        if 0 <= created <= self.index:
            announced = cast("ev.FutureCreated", self._events[created])
            label, children = announced.label, tuple(announced.children)
        if not 0 <= done <= self.index:
            return FutureState(future, label, children, False, None, None)
        ended = cast("ev.FutureDone", self._events[done])
        return FutureState(future, label, children, True, ended.outcome, ended.value)

    def on(self, task: int) -> ev.On | None:
        """Return what a task waits on; None for a bare yield, and when it is not waiting."""
        lane = self._fold.lanes[task]
        row = lane.row(self.index)
        if lane.states[row] != WAITING:
            return None
        return cast("ev.TaskSuspended", self._events[lane.at[row]]).on

    def awaited(self, on: ev.On) -> Awaited:
        """Return what is known of something to wait on, whether a task waits on it or not."""
        if on.kind == "task":
            made = self.made(on.id)
            return Awaited("task", on.id, title(made.name, made.coro) if made is not None else None)
        index = (self._fold.timer_set if on.kind == "timer" else self._fold.future_created).get(on.id, -1)
        if not 0 <= index <= self.index:
            return Awaited(on.kind, on.id, None)
        if on.kind == "timer":
            timer = cast("ev.TimerSet", self._events[index])
            return Awaited("timer", on.id, timer.what, timer.deadline_ns)
        return Awaited("future", on.id, cast("ev.FutureCreated", self._events[index]).label)

    def held(self, on: ev.On | None) -> ev.LockHeld | None:
        """Return who holds what something to wait on stands in line for; None where the trace does not say."""
        fold, index = self._fold, self.index
        joined = fold.in_line.get(on.id, -1) if on is not None and on.kind == "future" else -1
        if not 0 <= joined <= index:
            return None
        changes = fold.lock_held[cast("ev.LockHeld", self._events[joined]).lock]
        return cast("ev.LockHeld", self._events[changes[bisect_right(changes, index) - 1]])

    # --- the source

    @cached_property
    def here(self) -> Position | None:
        """The place in the source that the newest event with a place names, if it concerns the present.

        It is the line about to run while a task runs, and else where the last step stopped.
        """
        fold, index = self._fold, self.index
        at = bisect_right(fold.lines, index) - 1
        newest = fold.lines[at] if at >= 0 else -1
        at = bisect_right(fold.stops, index) - 1
        stop = fold.stops[at] if at >= 0 else -1
        if self.running is not None:
            lane = fold.lanes[self.running]
            row = lane.row(index)
            if lane.states[row] == RUNNING and lane.at[row] > max(stop, newest):
                file, line_number = self._place(lane, row)
                if file:
                    return Position(file, line_number, self.running, False)
        if stop > newest:
            event = cast("ev.TaskSuspended", self._events[stop])
            return Position(event.file, event.line, event.task, True)
        if newest < 0:
            return None
        line = cast("ev.Line", self._events[newest])
        return Position(line.file, line.line, line.task, False)

    def place(self, task: int) -> tuple[str, int]:
        """Return the newest known place in a task, of its last await or recorded line; ("", 0) if none is."""
        lane = self._fold.lanes[task]
        return self._place(lane, lane.row(self.index))

    # --- the loop, output, lines

    @cached_property
    def loop(self) -> LoopState:
        """What the loop does: "idle" while it waits for a timer, a thread or i/o."""
        at = bisect_right(self._fold.loops, self.index) - 1
        if at < 0:
            return "new"
        index = self._fold.loops[at]
        event = self._events[index]
        if isinstance(event, ev.LoopStopped):
            return "stopped"
        if isinstance(event, ev.LoopWaiting):
            since = range(self.index, index, -1)
            return "idle" if all(isinstance(self._events[i], PASSIVE) for i in since) else "running"
        return "running"

    @property
    def waiting_until(self) -> int | None:
        """The deadline for which an idle loop waits, or None."""
        if self.loop != "idle":
            return None
        index = self._fold.loops[bisect_right(self._fold.loops, self.index) - 1]
        return cast("ev.LoopWaiting", self._events[index]).until_ns

    @cached_property
    def threads(self) -> tuple[ev.ThreadStarted, ...]:
        """The jobs that threads have not finished, oldest first."""
        spans = self._fold.threads
        return tuple([cast("ev.ThreadStarted", self._events[spans.starts[slot]]) for slot in spans.open_at(self.index)])

    @cached_property
    def output(self) -> Sequence[ev.Output]:
        """What was written so far."""
        return Prefix(self._events, self._fold.outputs, bisect_right(self._fold.outputs, self.index))

    @cached_property
    def warnings(self) -> Sequence[ev.Warned]:
        """What has looked wrong so far."""
        return Prefix(self._events, self._fold.warnings, bisect_right(self._fold.warnings, self.index))

    @cached_property
    def lines(self) -> Sequence[ev.Line]:
        """The lines of user code that were recorded so far; the last one may be the one about to run."""
        return Prefix(self._events, self._fold.lines, bisect_right(self._fold.lines, self.index))

    def lines_of(self, task: int) -> Sequence[ev.Line]:
        """Return the recorded lines of one task so far."""
        lane = self._fold.lanes.get(task)
        lines: Sequence[int] = lane.lines if lane is not None and lane.lines is not None else ()
        return Prefix(self._events, lines, bisect_right(lines, self.index))
