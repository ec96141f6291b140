"""The recorder: a hook that turns what happens in a loop into a trace.

What is recorded is decided once, when it happens, and written down as it is: a row (see `corodemo.recorder.rows`), of which
an event is made when somebody asks, or when it is time to write to a file. The recorder gives ids to live objects and keeps
none alive. What the runtime cannot know it works out: which timer or cancel a wakeup goes back to
(`corodemo.recorder.wakeups`), where a task stands (`corodemo.recorder.tasks`), and what became of a cancel that was
delivered.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from corodemo.recorder.callsites import NOWHERE, Site, await_instruction, caller_site, canceller, users_site
from corodemo.recorder.capture import Tee
from corodemo.recorder.lines import LineTracer, Meanwhile
from corodemo.recorder.lints import ForgottenCoroutines, is_kept, pending_tasks, task_name
from corodemo.recorder.log import EventLog
from corodemo.recorder.rows import TaskNote
from corodemo.recorder.safetext import bounded_repr, bounded_text
from corodemo.recorder.tasks import TaskEvents
from corodemo.recorder.wakeups import WakeupEvents
from corodemo.runtime.fanout import give_up
from corodemo.runtime.hooks import guards_itself
from corodemo.runtime.tasks import Task
from corodemo.runtime.waitables import FINISHED
from corodemo.traceformat import events as ev

if TYPE_CHECKING:
    from corodemo.recorder.listener import Listener
    from corodemo.runtime.loop import EventLoop
    from corodemo.traceformat.file import Trace

__all__ = ["Recorder"]


class Recorder(TaskEvents, WakeupEvents):
    """Record what happens in the loop whose `hook` it is.

    capacity: keep the newest so many events and count the rest; None keeps all, which is the default unless a file is
    given. file: a path to stream to while the program runs; then nothing is kept in memory unless `capacity` says so.
    program: what the trace's header says was run. lines: record each line of the files for which `lines(filename)` is true.
    remembers: besides the newest, keep of the older events what says who is there and what each waits for (`trace.remembered`
    of them). listener: who hears at once of lines and of steps that hold the loop.
    Raises OSError if the file cannot be written.
    """

    def __init__(
        self,
        capacity: int | None = None,
        file: str | os.PathLike[str] | None = None,
        *,
        program: str = "",
        lines: Callable[[str], bool] | None = None,
        remembers: bool = False,
        listener: Listener | None = None,
    ) -> None:
        super().__init__(EventLog(capacity, file, program, remembers=remembers), listener)
        self._waiting: ev.LoopWaiting | None = None  # the loop's last wait, to tell whether it still is the last event
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
        is_here = self._loop is not None and threading.get_ident() == self._time.thread
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
        self._log.add(ev.LoopStarted(self._moment()))
        self._log.flush()
        self._forgotten.start()
        if self._lines is not None:
            self._lines.start()

    def loop_waiting(self, loop: EventLoop, until_ns: int | None) -> None:
        self._look_for_unkept(loop)
        until = None if until_ns is None else self._time.deadline(until_ns)
        # A loop that was woken for nothing, by a byte left in its pipe, waits on: that is no event.
        if not (self._log.last is self._waiting is not None and self._waiting.until_ns == until):
            self._waiting = ev.LoopWaiting(self._moment(), until)
            self._log.add(self._waiting)
        self._now = None  # what comes next comes after a wait
        self._log.flush()

    def loop_stopped(self, loop: EventLoop) -> None:
        self._forgotten.stop()
        if self._lines is not None:
            self._lines.stop()
        self._log.add(ev.LoopStopped(self._moment()))
        self._log.flush()

    def loop_closed(self, loop: EventLoop) -> None:
        for task in pending_tasks(loop):
            note = self._meet(task)
            if note is not None:
                message = f"{task_name(task)} was not done when its loop was closed"
                self._warn("pending-at-close", note.number, message, note.site())
        self._log.flush()

    # --- the hook: cancellation

    @guards_itself
    def cancel_requested(self, task: Task[Any], by: Task[Any] | None, message: Any) -> None:
        try:
            note = self._meet(task)
            if note is None:
                return
            number = note.number
            site = users_site(3)  # who called Task.cancel; mostly that is all there is to know
            via, after = "", None
            if site is not None:
                by_id = self._task_id(by)
            else:
                who = canceller(2)  # from Task.cancel on
                via, site = who.via, who.site
                # A signal comes between any two instructions: the task that happens to run then has not asked.
                by_id = None if via == "Ctrl-C" else self._task_id(by)
                after = self._known_id(who.after)
                if who.timeout is not None:
                    code, offset = self._timeouts.get(id(who.timeout._timer), (None, 0))
                    site = None if code is None else code.site(offset)
                elif site is None and self._asked_by is not None:
                    site = self._asked_by[1]
            self._fates.requested(number, by_id)
            file, line = site or NOWHERE
            if message is not None:
                message = bounded_text(message) if isinstance(message, str) else bounded_repr(message)
            self._log.add(ev.CancelRequested(self._moment(), number, by_id, message, file, line, via, after))
        except Exception as exc:
            give_up(self, task._loop, exc)

    @guards_itself
    def cancel_delivered(self, task: Task[Any], error: BaseException) -> None:
        try:
            note = self._meet(task)
            if note is not None and note.number in self._requests:
                place = await_instruction(task._coro)[0] if note.offset is None else (note.at or note.code, note.offset)
                self._fates.delivered(note.number, place, error)
                self._log.add(ev.CancelDelivered(self._moment(), note.number))
        except Exception as exc:
            give_up(self, task._loop, exc)

    def cancel_outlived(self, task: Task[Any], error: BaseException) -> None:
        note = self._meet(task)
        if note is not None:
            self._fates.outlived(note.number, error)

    def cancel_taken_back(self, task: Task[Any], remaining: int) -> None:
        number = self._known_id(task)
        if number is None or task.done():
            return  # if it is done: a Runner looks whether the only cancel was its own
        if remaining == 0:
            waiter = task._fut_waiter
            if waiter is None or getattr(waiter, "_state", None) == FINISHED:
                self._fates.taken_back(number)
            # Else the cancel went on to what the task waits on, and its error comes from there all the same.
        elif remaining < 0:
            message = f"uncancel() was called on {task_name(task)}, but no request to cancel it stood"
            self._warn("unbalanced-uncancel", number, message, caller_site() or NOWHERE)

    # --- the hook: what looks wrong

    def warned(self, rule: str, task: Task[Any] | None, message: str) -> None:
        if rule == "not-kept" and task is not None and task._loop.is_closed():
            return  # it was told of when its loop was closed
        note = self._known(task)
        if note is None:
            self._warn(rule, None, message)
        else:
            self._warn(rule, note.number, message, note.site())

    def _found_forgotten(self, name: str, site: Site) -> None:
        if threading.get_ident() == self._time.thread:
            message = f"coroutine {bounded_text(name)!r} was made and never awaited, so nothing of it has run"
            self._warn("never-awaited", self._current_id(), message, (bounded_text(site[0]), site[1]))

    def _look_for_unkept(self, loop: EventLoop) -> None:
        # Now no step runs, whose frames would refer to its task. Each task is looked at once, the first time it waits.
        found: list[tuple[weakref.ref[Task[Any]], TaskNote]] = []
        for ref in reversed(loop._task_refs):
            note = self._own(_note_of(ref))
            if note is not None:
                if note.is_looked_at:
                    break
                note.is_looked_at = True
                if not is_kept(ref):
                    found.append((ref, note))
        for ref, note in reversed(found):
            task = ref()
            if task is not None:
                message = f"nothing keeps {task_name(task)}, and asyncio may collect it before it is done"
                self._warn("not-kept", note.number, message + "; keep what create_task() returns", note.site())

    def _line(self, file: str, line: int, changed: dict[str, str], meanwhile: Meanwhile | None) -> None:
        if self._listener is not None:
            self._listener.line_begins(file, line)
        self._log.add(ev.Line(self._moment(), self._current_id(), bounded_text(file), line, changed, meanwhile))


def _note_of(ref: weakref.ref[Task[Any]]) -> TaskNote | None:
    """Return what is noted of a task, without a variable that would keep it."""
    return getattr(ref(), "_note", None)
