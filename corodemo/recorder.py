"""The recorder: a hook that turns what happens in a loop into a trace.

It keeps what it records as events, in a list that a history may read while the program runs, or streams them to a file. It
gives ids to live objects and forgets them when they end; it never keeps a program's object alive. What the runtime cannot
know it works out here: which timer or cancel a wakeup goes back to, and what became of a cancel that was delivered.
"""

from __future__ import annotations

import contextlib
import os
import sys
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from . import events as ev
from .bounded import bounded_repr, bounded_text
from .callsite import Site, await_site, caller_site, coroutine_site
from .cancelfate import CancelFates
from .capture import Tee
from .eventlog import EventLog
from .labels import callback_label, outcome_of, timer_label
from .linetrace import LineTracer
from .runtime.events import TimerHandle
from .runtime.hooks import Hook
from .runtime.reprs import format_function
from .runtime.sleep import Sleep
from .runtime.tasks import Task

if TYPE_CHECKING:
    from .runtime.futures import Future
    from .runtime.loop import EventLoop
    from .tracefile import Trace

__all__ = ["Recorder"]


class Recorder(Hook):
    """Record what happens in the loop whose `hook` it is.

    capacity: keep the newest so many events and count the rest; None keeps all, which is the default unless a file is
    given. file: a path to stream to while the program runs; then nothing is kept in memory unless `capacity` says so.
    program: what the trace's header says was run. lines: record each line of the files for which `lines(filename)` is true.
    Raises OSError if the file cannot be written.
    """

    def __init__(
        self,
        capacity: int | None = None,
        file: str | os.PathLike[str] | None = None,
        *,
        program: str = "",
        lines: Callable[[str], bool] | None = None,
    ) -> None:
        self._log = EventLog(capacity, file, program)
        self._add = self._log.add
        self._now = self._log.now
        self._task_ids: dict[int, int] = {}  # by id(task), until it is done
        self._timer_ids: dict[int, int] = {}  # by id(timer), until it fires or is cancelled
        self._future_ids: dict[int, tuple[int, weakref.ref[Any]]] = {}  # by id(future), until it is done or gone
        self._counts = {"task": 0, "timer": 0, "future": 0, "job": 0}
        self._done_task = (0, 0)  # id() and id of the task that ended last
        self._fates = CancelFates(self._settled)
        self._jobs: dict[int, tuple[int, str]] = {}  # by id(future): the executor's jobs under way
        self._io_handles: set[int] = set()  # ids of handles that the selector has just scheduled
        self._callback: tuple[int, bool] = (0, False)  # of the plain callback that runs: when it began, whether for i/o
        self._waiting: ev.LoopWaiting | None = None  # the loop's last wait, to tell whether it still is the last event
        self._lines = None if lines is None else LineTracer(lines, self._line)

    # --- what was recorded

    @property
    def trace(self) -> Trace:
        """The trace so far. It grows as the program runs; a bounded one also loses its oldest events."""
        return self._log.trace

    def dump(self, path: str | os.PathLike[str]) -> None:
        """Write the trace to a file, whole or not at all. Raises OSError, or RuntimeError if nothing was kept."""
        self._log.dump(path)

    def close(self) -> None:
        """Finish the streamed file, if there is one. Nothing more is recorded to it. Raises OSError."""
        self._log.close()

    def output(self, stream: Literal["stdout", "stderr"], text: str) -> None:
        """Record that the program wrote text."""
        loop = self._log.loop
        self._log.add_output(None if loop is None else self._task_id_or_none(loop._current_task), stream, text)

    @contextlib.contextmanager
    def capture_output(self, *, echo: bool = True) -> Iterator[None]:
        """Record what is written to sys.stdout and sys.stderr meanwhile; echo: and let it through."""
        outer: Any = sys.stdout, sys.stderr
        sys.stdout = Tee(outer[0], lambda text: self.output("stdout", text), echo=echo)
        sys.stderr = Tee(outer[1], lambda text: self.output("stderr", text), echo=echo)
        try:
            yield
        finally:
            sys.stdout, sys.stderr = outer

    @contextlib.contextmanager
    def tracing_lines(self) -> Iterator[None]:
        """Record lines outside of the loop too; code that runs in the loop is always looked at."""
        if self._lines is None:
            yield
            return
        self._lines.start()
        try:
            yield
        finally:
            self._lines.stop()

    # --- the hook: the loop

    def loop_started(self, loop: EventLoop) -> None:
        if loop is not self._log.loop:
            self._log.adopt(loop)
        self._add(ev.LoopStarted(self._now()))
        if self._lines is not None:
            self._lines.start()

    def loop_waiting(self, loop: EventLoop, until_ns: int | None) -> None:
        until = None if until_ns is None else until_ns + self._log.offset_ns
        # A loop that was woken for nothing, by a byte left in its pipe, waits on: that is no event.
        if not (self._log.last is self._waiting is not None and self._waiting.until_ns == until):
            self._waiting = ev.LoopWaiting(self._now(), until)
            self._add(self._waiting)
        self._log.flush()

    def loop_stopped(self, loop: EventLoop) -> None:
        if self._lines is not None:
            self._lines.stop()
        self._add(ev.LoopStopped(self._now()))
        self._log.flush()

    # --- the hook: tasks

    def task_created(self, task: Task[Any], parent: Task[Any] | None) -> None:
        if task._loop is not self._log.loop:
            self._log.adopt(task._loop)
        number = self._task_ids[id(task)] = self._next("task")
        coro = task._coro
        file, line = caller_site() or coroutine_site(coro)
        self._add(
            ev.TaskCreated(
                self._now(),
                number,
                bounded_text(task.get_name()),
                self._task_id_or_none(parent),
                bounded_text(getattr(coro, "__qualname__", None) or type(coro).__name__),
                bounded_text(file),
                line,
            )
        )

    def task_ready(self, task: Task[Any], cause: str, by: Any) -> None:
        number = self._task_id(task)
        by_id: int | None = None
        if cause == "spawned":
            by_id = self._task_id_or_none(by)
        elif cause == "future":
            cause, by_id = self._cause_of(number, by)
        self._add(ev.TaskReady(self._now(), number, cause, by_id))  # type: ignore[arg-type]

    def _cause_of(self, number: int, by: Any) -> tuple[str, int | None]:
        """Return what a wakeup by a finished future goes back to."""
        if by._state == "CANCELLED" and self._fates.undelivered(number):
            return "cancel", self._fates.requester(number)
        if isinstance(by, Task):
            return "task", self._last_task_id(by)
        if isinstance(by, Sleep):
            return "timer", self._timer_ids.pop(id(by), None)
        future = self._future_ids.pop(id(by), None)
        cause = "thread" if id(by) in self._jobs else "io" if self._callback[1] else "future"
        return cause, None if future is None else future[0]

    def task_resumed(self, task: Task[Any]) -> None:
        if task._loop is not self._log.loop:
            self._log.adopt(task._loop)
        self._add(ev.TaskResumed(self._now(), self._task_id(task)))

    def task_suspended(self, task: Task[Any], on: Any) -> None:
        number = self._task_id(task)
        site, name = await_site(task._coro)
        self._fates.suspended(number, site)
        what = None if on is None else self._what(on, name)
        self._add(ev.TaskSuspended(self._now(), number, what, bounded_text(site[0]), site[1]))

    def task_done(self, task: Task[Any]) -> None:
        number = self._task_id(task)
        outcome, value = outcome_of(task)
        error = task._cancelled_exc if outcome == "cancelled" else task._exception
        self._fates.done(number, task._coro, cancelled=outcome == "cancelled", error=error)
        self._add(ev.TaskDone(self._now(), number, outcome, value))  # type: ignore[arg-type]
        # Those who wait for it are told of it next, by id; after that the id may be another object's.
        self._done_task = (id(task), number)
        self._task_ids.pop(id(task), None)

    def _last_task_id(self, task: Task[Any]) -> int | None:
        key, number = self._done_task
        return number if key == id(task) else self._task_ids.get(id(task))

    # --- the hook: cancellation

    def cancel_requested(self, task: Task[Any], by: Task[Any] | None, message: Any) -> None:
        number = self._task_id(task)
        by_id = self._task_id_or_none(by)
        self._fates.requested(number, by_id)
        file, line = caller_site() or ("", 0)
        text = None if message is None else bounded_text(message) if isinstance(message, str) else bounded_repr(message)
        self._add(ev.CancelRequested(self._now(), number, by_id, text, bounded_text(file), line))

    def cancel_delivered(self, task: Task[Any], error: BaseException) -> None:
        number = self._task_id(task)
        if self._fates.delivered(number, task._coro, error):
            self._add(ev.CancelDelivered(self._now(), number))

    def cancel_taken_back(self, task: Task[Any], remaining: int) -> None:
        if not remaining:
            self._fates.taken_back(self._task_id(task))

    def _settled(self, number: int, how: str, site: Site) -> None:
        self._add(ev.CancelSettled(self._now(), number, how, bounded_text(site[0]), site[1]))  # type: ignore[arg-type]

    # --- the hook: futures

    def future_labelled(self, future: Future[Any], label: str, children: Sequence[Any]) -> None:
        if future._loop is not self._log.loop:
            self._log.adopt(future._loop)
        self._announce(future, label, [self._what(child, "") for child in children])

    def future_done(self, future: Future[Any]) -> None:
        known = self._future_ids.get(id(future))
        if known is None:
            return  # nothing waits for it
        outcome, value = outcome_of(future)
        self._add(ev.FutureDone(self._now(), known[0], outcome, value))  # type: ignore[arg-type]
        if not future._callbacks:
            del self._future_ids[id(future)]

    def _announce(self, future: Any, label: str, children: list[ev.On]) -> int:
        number = self._next("future")
        key = id(future)
        futures = self._future_ids

        def forget(ref: weakref.ref[Any]) -> None:
            known = futures.get(key)
            if known is not None and known[1] is ref:
                del futures[key]

        futures[key] = (number, weakref.ref(future, forget))
        self._add(ev.FutureCreated(self._now(), number, bounded_text(label), children))
        return number

    def _what(self, thing: Any, name: str) -> ev.On:
        """Return the kind and id of something that is waited on; a future is announced the first time."""
        if isinstance(thing, Task) and id(thing) in self._task_ids:
            return ev.On("task", self._task_ids[id(thing)])
        if isinstance(thing, Sleep) and id(thing) in self._timer_ids:
            return ev.On("timer", self._timer_ids[id(thing)])
        known = self._future_ids.get(id(thing))
        if known is not None and known[1]() is thing:
            return ev.On("future", known[0])
        job = self._jobs.get(id(thing))
        return ev.On("future", self._announce(thing, job[1] if job else name, []))

    # --- the hook: timers and callbacks

    def timer_set(self, timer: TimerHandle | Sleep, deadline_ns: int) -> None:
        if timer._loop is not self._log.loop:
            self._log.adopt(timer._loop)
        number = self._timer_ids[id(timer)] = self._next("timer")
        self._add(ev.TimerSet(self._now(), number, deadline_ns + self._log.offset_ns, bounded_text(timer_label(timer))))

    def timer_fired(self, timer: TimerHandle | Sleep, late_ns: int) -> None:
        # A sleeper is woken by it next, and then the id is forgotten.
        number = self._timer_ids.get(id(timer)) if isinstance(timer, Sleep) else self._timer_ids.pop(id(timer), None)
        if number is not None:
            self._add(ev.TimerFired(self._now(), number, max(0, late_ns)))

    def timer_cancelled(self, timer: TimerHandle | Sleep) -> None:
        number = self._timer_ids.pop(id(timer), None)
        if number is not None:
            self._add(ev.TimerCancelled(self._now(), number))

    def callback_started(self, handle: Any) -> None:
        if handle._loop is not self._log.loop:
            self._log.adopt(handle._loop)
        is_io = id(handle) in self._io_handles
        self._io_handles.discard(id(handle))
        self._callback = (self._now(), is_io)

    def callback_ran(self, handle: Any) -> None:
        started_ns, _ = self._callback
        self._callback = (0, False)
        self._add(ev.CallbackRan(self._now(), bounded_text(callback_label(handle)), started_ns))

    def file_ready(self, handle: Any) -> None:
        self._io_handles.add(id(handle))

    # --- the hook: threads, and what looks wrong

    def thread_started(self, future: Future[Any], func: Callable[..., Any]) -> None:
        if future._loop is not self._log.loop:
            self._log.adopt(future._loop)
        label = bounded_text(format_function(func).removesuffix("()"))
        self._jobs[id(future)] = job = (self._next("job"), f"to_thread({label})")
        self._add(ev.ThreadStarted(self._now(), job[0], label))
        weakref.finalize(future, self._jobs.pop, id(future), None).atexit = False

    def thread_finished(self, future: Future[Any]) -> None:
        job = self._jobs.get(id(future))
        if job is not None:
            self._add(ev.ThreadFinished(self._now(), job[0], job[1].removeprefix("to_thread(").removesuffix(")")))

    def warned(self, rule: str, task: Task[Any] | None, message: str) -> None:
        self._add(ev.Warned(self._now(), rule, self._task_id_or_none(task), bounded_text(message, 2000)))

    # --- the inside

    def _next(self, kind: str) -> int:
        self._counts[kind] += 1
        return self._counts[kind]

    def _task_id(self, task: Task[Any]) -> int:
        """Return a task's id; one that was made before the recorder came is announced now."""
        number = self._task_ids.get(id(task))
        if number is None:
            self.task_created(task, None)
            number = self._task_ids[id(task)]
        return number

    def _task_id_or_none(self, task: Task[Any] | None) -> int | None:
        return None if task is None else self._task_id(task)

    def _line(self, file: str, line: int, changed: dict[str, str]) -> None:
        loop = self._log.loop
        task = None if loop is None else loop._current_task
        self._add(ev.Line(self._now(), self._task_id_or_none(task), bounded_text(file), line, changed))
