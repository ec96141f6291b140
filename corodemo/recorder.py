"""The recorder: a hook that turns what happens in a loop into a trace.

It keeps what it records as events, in a list that a history may read while the program runs, or streams them to a file. It
gives ids to live objects and forgets them when they end; it never keeps a program's object alive. What the runtime cannot
know it works out here: which timer or cancel a wakeup goes back to, and what became of a cancel that was delivered.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from . import events as ev
from .bounded import bounded_repr, bounded_text
from .callsite import NOWHERE, Site, await_site, caller_site, canceller, coroutine_site, traceback_site
from .cancelfate import CancelFates
from .capture import Tee
from .eventlog import EventLog
from .labels import coroutine_name, outcome_of
from .linetrace import LineTracer, Meanwhile
from .runtime.sleep import Sleep
from .runtime.tasks import Task
from .suspicions import ForgottenCoroutines, is_kept, pending_tasks, task_name
from .wakers import Wakers, seconds

if TYPE_CHECKING:
    from .runtime.loop import EventLoop
    from .tracefile import Trace

__all__ = ["Recorder"]


class Recorder(Wakers):
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
        super().__init__(EventLog(capacity, file, program))
        self._fates = CancelFates(self._settled)
        self._waiting: ev.LoopWaiting | None = None  # the loop's last wait, to tell whether it still is the last event
        self._places: dict[int, Site] = {}  # by a task's id: its last await
        self._looked_at: Any = None  # the newest reference to a task of which it was asked whether anybody keeps it
        self._forgotten = ForgottenCoroutines(self._found_forgotten)
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
        is_here = self._loop is not None and threading.get_ident() == self._log.thread
        self._log.add_output(self._current_id() if is_here else None, stream, text)

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
        if loop is not self._loop and not self._adopt(loop):
            return
        self._log.add(ev.LoopStarted(self._log.now()))
        self._log.flush()
        self._forgotten.start()
        if self._lines is not None:
            self._lines.start()

    def loop_waiting(self, loop: EventLoop, until_ns: int | None) -> None:
        self._look_for_unkept(loop)
        until = None if until_ns is None else self._log.deadline(until_ns)
        # A loop that was woken for nothing, by a byte left in its pipe, waits on: that is no event.
        if not (self._log.last is self._waiting is not None and self._waiting.until_ns == until):
            self._waiting = ev.LoopWaiting(self._log.now(), until)
            self._log.add(self._waiting)
        self._log.flush()

    def loop_stopped(self, loop: EventLoop) -> None:
        self._forgotten.stop()
        if self._lines is not None:
            self._lines.stop()
        self._log.add(ev.LoopStopped(self._log.now()))
        self._log.flush()

    def loop_closed(self, loop: EventLoop) -> None:
        for task in pending_tasks(loop):
            number = self._task_id(task)
            self._warn(
                "pending-at-close",
                number,
                f"{task_name(task)} was not done when its loop was closed",
                self._places.get(number, NOWHERE),
            )
        self._log.flush()

    # --- the hook: tasks

    def task_created(self, task: Task[Any], parent: Task[Any] | None) -> None:
        if task._loop is not self._loop and not self._adopt(task._loop):
            return
        number = self._task_ids[id(task)] = self._next("task")
        outside = self._callback[2]
        file, line = caller_site() or (outside[1] if outside is not None else coroutine_site(task._coro))
        name = task._name
        self._log.add(
            ev.TaskCreated(
                self._log.now(),
                number,
                f"Task-{name}" if name.__class__ is int else bounded_text(name),
                self._task_id_or_none(parent),
                coroutine_name(task._coro),
                file,
                line,
            )
        )

    def task_ready(self, task: Task[Any], cause: str, by: Any) -> None:
        number = self._task_ids.get(id(task)) or self._task_id(task)
        by_id: int | None = None
        if cause == "spawned":
            by_id = self._task_id_or_none(by)
        elif cause == "future":
            cause, by_id = self._cause_of(number, by)
        # After a bare yield it is the same moment as that of `task_suspended`.
        now = self._step_ns if cause == "yielded" else self._log.now()
        self._log.add(_TaskReady(now, number, cause, by_id))  # type: ignore[arg-type]

    def _cause_of(self, number: int, by: Any) -> tuple[str, int | None]:
        """Return what a wakeup by a finished future goes back to."""
        # A future of somebody else's class need not have a state of that name.
        if getattr(by, "_state", None) == "CANCELLED" and self._fates.undelivered(number):
            return "cancel", self._fates.requester(number)
        if isinstance(by, Task):
            return "task", self._last_task_id(by)
        if isinstance(by, Sleep):
            return "timer", self._timer_ids.pop(id(by), None)
        future = self._future_ids.get(id(by))  # kept, for others may wait for it as well
        _, is_io, outside = self._callback
        cause = "thread" if outside is not None or id(by) in self._jobs else "io" if is_io else "future"
        return cause, None if future is None else future[0]

    def task_resumed(self, task: Task[Any]) -> None:
        if task._loop is not self._loop and not self._adopt(task._loop):
            return
        number = self._task_ids.get(id(task)) or self._task_id(task)
        self._step_ns = now = self._log.now()
        self._log.add(_TaskResumed(now, number))

    def task_suspended(self, task: Task[Any], on: Any) -> None:
        number = self._task_ids.get(id(task)) or self._task_id(task)
        now = self._log.now()
        site, name = await_site(task._coro)
        if self._fates.requests:
            self._fates.suspended(number)
        what = None if on is None else self._what(on, name)
        self._log.add(_TaskSuspended(now, number, what, site[0], site[1]))
        if now - self._step_ns >= self._slow_ns:
            self._warn_of_slow_step(task, number, now, site)
        self._step_ns = now
        self._places[number] = site

    def task_done(self, task: Task[Any]) -> None:
        number = self._task_ids.get(id(task)) or self._task_id(task)
        outcome, value = outcome_of(task)
        error = task._exception
        if self._fates.requests:
            self._fates.done(number, task._coro, cancelled=outcome == "cancelled", error=error)
        now = self._log.now()
        site = NOWHERE if outcome != "exception" or error is None else traceback_site(error.__traceback__) or NOWHERE
        self._log.add(ev.TaskDone(now, number, outcome, value, *site))  # type: ignore[arg-type]
        if now - self._step_ns >= self._slow_ns:
            self._warn_of_slow_step(task, number, now, site)
        self._step_ns = now
        self._places.pop(number, None)
        # Those who wait for it are told of it next, by id; after that the id may be another object's.
        self._done_task = (id(task), number)
        self._task_ids.pop(id(task), None)
        if outcome != "exception":
            return
        self._remember_failed(task, number)
        if not task._callbacks and not isinstance(error, (KeyboardInterrupt, SystemExit)):
            self._warn("never-retrieved", number, f"{task_name(task)} failed, and nobody waits for it: {value}", site)

    # --- the hook: cancellation

    def cancel_requested(self, task: Task[Any], by: Task[Any] | None, message: Any) -> None:
        number = self._task_id(task)
        who = canceller()
        # A signal comes between any two instructions: the task that happens to run then has not asked.
        by_id = None if who.via == "Ctrl-C" else self._task_id_or_none(by)
        self._fates.requested(number, by_id)
        site = who.site
        if who.timeout is not None:
            site = self._timeout_sites.get(id(who.timeout._timer))
        elif site is None and self._callback[2] is not None:
            site = self._callback[2][1]
        file, line = site or NOWHERE
        text = None if message is None else bounded_text(message) if isinstance(message, str) else bounded_repr(message)
        after = self._failed_task_id(who.after)
        self._log.add(ev.CancelRequested(self._log.now(), number, by_id, text, file, line, who.via, after))

    def cancel_delivered(self, task: Task[Any], error: BaseException) -> None:
        number = self._task_id(task)
        if self._fates.delivered(number, task._coro, error):
            self._log.add(ev.CancelDelivered(self._log.now(), number))

    def cancel_outlived(self, task: Task[Any], error: BaseException) -> None:
        self._fates.outlived(self._task_id(task), error)

    def cancel_taken_back(self, task: Task[Any], remaining: int) -> None:
        number = self._task_ids.get(id(task))
        if number is None:
            return  # it is done already: a Runner looks whether the only cancel was its own
        if remaining == 0:
            self._fates.taken_back(number)
        elif remaining < 0:
            message = f"uncancel() was called on {task_name(task)}, but no request to cancel it stood"
            self._warn("unbalanced-uncancel", number, message, caller_site() or NOWHERE)

    def _settled(self, number: int, how: str, site: Site, into: str) -> None:
        self._log.add(ev.CancelSettled(self._log.now(), number, how, site[0], site[1], into))  # type: ignore[arg-type]
        if how == "swallowed" and not into:
            self._warn("swallowed-cancel", number, "the task took a cancel and went on", site)

    # --- the hook: what looks wrong

    def warned(self, rule: str, task: Task[Any] | None, message: str) -> None:
        if rule == "not-kept" and task is not None and task._loop.is_closed():
            return  # it was told of when its loop was closed
        number = None if task is None else self._task_ids.get(id(task)) or self._failed_task_id(task)
        self._warn(rule, number, message, self._places.get(number or 0, NOWHERE))

    def _warn_of_slow_step(self, task: Task[Any], number: int, now: int, site: Site) -> None:
        begun = self._places.get(number) or coroutine_site(task._coro)
        lines = (
            f" in its step from line {begun[1]} to {f'line {site[1]}' if site[1] else 'its end'}" if begun[1] else ""
        )
        message = f"{task_name(task)} held the loop for {seconds(now - self._step_ns)}{lines}"
        self._warn("held-the-loop", number, message, site if site[1] else begun)

    def _found_forgotten(self, name: str, site: Site) -> None:
        if threading.get_ident() == self._log.thread:
            message = f"coroutine {bounded_text(name)!r} was made and never awaited, so nothing of it has run"
            self._warn("never-awaited", self._current_id(), message, (bounded_text(site[0]), site[1]))

    def _look_for_unkept(self, loop: EventLoop) -> None:
        # Now no step runs, whose frames would refer to its task. Each task is looked at once, the first time it waits.
        found = []
        for ref in reversed(loop._task_refs):
            if ref is self._looked_at:
                break
            # Not by a variable: it would keep the task.
            number = self._task_ids.get(id(ref()))
            if number is not None and not is_kept(ref):
                found.append((ref, number))
        self._looked_at = loop._task_refs[-1] if loop._task_refs else None
        for ref, number in reversed(found):
            task = ref()
            if task is not None:
                message = f"nothing keeps {task_name(task)}, and asyncio may collect it before it is done"
                self._warn(
                    "not-kept", number, message + "; keep what create_task() returns", self._places.get(number, NOWHERE)
                )

    def _line(self, file: str, line: int, changed: dict[str, str], meanwhile: Meanwhile | None) -> None:
        self._log.add(ev.Line(self._log.now(), self._current_id(), bounded_text(file), line, changed, meanwhile))


#: Looked up at every step, so by a name of this module.
_TaskReady, _TaskResumed, _TaskSuspended = ev.TaskReady, ev.TaskResumed, ev.TaskSuspended
