"""Steps of tasks, as they are recorded: made, ready, resumed, suspended, done. This is the recorder's hot path.

A program is slowed by each call that is made for a step and by each object that is made, so these methods are written out where
other code would be split, add a row and nothing else, share one reading of the clock among what happens at one moment, and
guard themselves. Measured on a small 2-core machine with Python 3.11: a switch takes 0.45 µs unwatched and 1.3 µs
recorded, all three events of it, where asyncio's takes 1.1 µs; `docs/performance.md` says where the time goes.
"""

from __future__ import annotations

from types import CoroutineType, GeneratorType
from typing import Any

from corodemo.recorder.callsites import (
    NOWHERE,
    Code,
    Site,
    await_instruction,
    await_site,
    caller_instruction,
    coroutine_site,
    files,
    is_users,
    leaves,
    passers,
    traceback_site,
)
from corodemo.recorder.labels import coroutine_name, outcome_of, seconds
from corodemo.recorder.lints import task_name
from corodemo.recorder.rows import (
    CREATED,
    READY,
    RESUMED,
    RETURNED,
    SPAWNED,
    SUSPENDED,
    WOKEN,
    YIELDED,
    TaskNote,
    TimerNote,
    is_plain,
)
from corodemo.recorder.safetext import bounded_text
from corodemo.recorder.state import ITSELF, RecorderState
from corodemo.runtime.fanout import give_up
from corodemo.runtime.futures import Future
from corodemo.runtime.hooks import guards_itself
from corodemo.runtime.sleep import Sleep
from corodemo.runtime.tasks import Task
from corodemo.runtime.waitables import Waitable
from corodemo.traceformat import events as ev

__all__ = ["TaskEvents"]

_FUTURE_AWAIT = Future.__await__.__code__


class TaskEvents(RecorderState):
    """Record what tasks do. Not for use by itself: `Recorder` is made of it."""

    @guards_itself
    def task_created(self, task: Task[Any], parent: Task[Any] | None) -> None:
        try:
            if task._loop is not self._loop and not self._adopt(task._loop):
                return
            self._now = now = self._clock()
            coro = task._coro
            note = self._note_task(task, coro)
            # The interpreter has noted where the coroutine was made, for `ForgottenCoroutines`: no need to look at frames.
            file: Any
            line: Any
            origin = coro.cr_origin if coro.__class__ is CoroutineType else None
            if origin is not None and (files.get(origin[0][0]) or is_users(origin[0][0])):
                file, line, _ = origin[0]
            else:
                file, line = caller_instruction(3)  # past Task.__init__
                if file is None:
                    file, line = coroutine_site(coro) if self._asked_by is None else self._asked_by[1]
            name = task._name
            if name.__class__ is not int and name.__class__ is not str:
                name = bounded_text(name)
            by = None
            if parent is not None:
                known = parent._note
                by = known.number if known is not None and known.owner is self._owner else self._task_id(parent)
            coro_name = coro.__qualname__ if coro.__class__ is CoroutineType else coroutine_name(coro)
            rows = self._rows
            rows += (CREATED, now, note, name, by, coro_name, file, line)
        except Exception as exc:
            give_up(self, task._loop, exc)

    @guards_itself
    def task_ready(self, task: Task[Any], cause: str, by: Any) -> None:
        try:
            # Those two follow what they belong to: `task_suspended` or `task_created` of the same task.
            if cause == "yielded":
                self._rows.append(YIELDED)
                return
            if cause == "spawned":
                self._rows.append(SPAWNED)
                return
            note = task._note
            if note is None or note.owner is not self._owner:
                note = self._meet(task)
                if note is None:
                    return
            what = by._note if isinstance(by, Waitable) else None
            now = self._clock() if self._now is None else self._now
            rows = self._rows
            if what is None or what.owner is not self._owner or self._requests or self._jobs or self._is_outside:
                if not isinstance(by, Waitable):
                    self._now = now = self._clock()  # it tells when it likes
                rows += (READY, now, note, *self._cause_of(note.number, by))
            else:
                rows += (WOKEN, now, note, what)
        except Exception as exc:
            give_up(self, task._loop, exc)

    def _cause_of(self, number: int, by: Any) -> tuple[str, int | None]:
        """Return what a wakeup by a finished future goes back to."""
        # A future of somebody else's class need not have a state of that name.
        if self._requests and getattr(by, "_state", None) == "CANCELLED" and self._fates.undelivered(number):
            return "cancel", self._fates.requester(number)
        if not isinstance(by, Waitable):
            known = self._foreign.get(id(by))
            by_id = None if known is None else known[0].number
        else:
            note = self._own(by._note)
            by_id = None if note is None else note.number
            if isinstance(by, Task):
                return "task", by_id
            if by.__class__ is Sleep:
                return "timer", by_id if note.__class__ is TimerNote else None
        is_thread = self._asked_by is not None or id(by) in self._jobs
        return "thread" if is_thread else "io" if self._is_io else "future", by_id

    @guards_itself
    def task_resumed(self, task: Task[Any]) -> None:
        try:
            note = task._note
            if note is None or note.owner is not self._owner:
                note = self._meet(task)
                if note is None:
                    return
            # It begins where the step before has ended: the moment is the same, and a reading costs 50 ns.
            now = self._now
            if now is not None:
                self._rows.append(note)
            else:
                self._now = now = self._clock()
                rows = self._rows
                rows += (RESUMED, now, note)
            self._step_ns = now
        except Exception as exc:
            give_up(self, task._loop, exc)

    @guards_itself
    def task_suspended(self, task: Task[Any], on: Any) -> None:
        try:
            note = task._note
            if note is None or note.owner is not self._owner:
                note = self._meet(task)
                if note is None:
                    return
            self._now = now = self._clock()
            begun = note.site() if now - self._step_ns >= self._slow_ns else None
            # Where the task stands: mostly in its own coroutine, which has called what it called last time.
            coro = task._coro
            code = note.code
            if code is None:
                leaf = ITSELF
            else:
                inner = coro.cr_await
                kind = inner.__class__
                leaf = inner.cr_code if kind is CoroutineType else inner.gi_code if kind is GeneratorType else None
            if leaf is not note.leaf and id(leaf) in leaves:
                note.leaf = leaf
            if leaf is note.leaf:
                note.offset = offset = coro.cr_frame.f_lasti
                if note.at is not None:
                    note.at = None
            else:
                code, offset = self._stand(note, coro)
            if self._requests:
                self._fates.suspended(note.number)
            if on is not None:
                what = on._note if isinstance(on, Waitable) else None
                if what is None and on.__class__ is Future:
                    name = self._job_name(on) if self._jobs else ""
                    if not name and leaf is not _FUTURE_AWAIT:
                        name = await_site(coro)[1]
                    what = self._announce(on, name, ())
                elif what is None or what.owner is not self._owner:
                    what = self._what(on, await_site(coro)[1])
                on = what
            rows = self._rows
            rows += (SUSPENDED, now, note, on, code, offset)
            if begun is not None:
                self._warn_of_slow_step(task, begun, now, note.site())
        except Exception as exc:
            give_up(self, task._loop, exc)

    def _stand(self, note: TaskNote, coro: Any) -> tuple[Code | None, int]:
        """Find out where a task stands in the user's code, and note it."""
        if note.code is not None:
            inner = coro.cr_await
            while inner.__class__ is CoroutineType and id(inner.cr_code) in passers:
                inner = inner.cr_await  # it awaits what the user gave it
            if inner.__class__ is CoroutineType and id(inner.cr_code) in leaves:
                note.at, note.offset = None, coro.cr_frame.f_lasti
                return note.code, note.offset
        start = coro
        if note.deep is not None:
            # Where it stood last, it still stands in the midst of it, unless that has ended.
            inner = note.deep()
            if inner is not None and (inner.cr_frame if type(inner) is CoroutineType else inner.gi_frame) is not None:
                start = inner
        (code, offset), _, deep = await_instruction(start)
        if deep is not None:
            note.deep = deep
        note.at, note.offset = code, offset
        return code, offset

    @guards_itself
    def task_done(self, task: Task[Any]) -> None:
        try:
            note = task._note
            if note is None or note.owner is not self._owner:
                note = self._meet(task)
                if note is None:
                    return
            value = task._result
            if (
                task._exception is None
                and task._state == "FINISHED"
                and not self._requests
                and (value is None or is_plain(value))
            ):
                self._now = now = self._clock()
                rows = self._rows
                rows += (RETURNED, now, note, value)
                if now - self._step_ns >= self._slow_ns:
                    self._warn_of_slow_step(task, note.site(), now, NOWHERE)
            else:
                self._task_ended(task, note)
            note.offset = None
        except Exception as exc:
            give_up(self, task._loop, exc)

    def _task_ended(self, task: Task[Any], note: TaskNote) -> None:
        """Record an end that has more to say than a plain value."""
        number = note.number
        outcome, value = outcome_of(task)
        error = task._exception
        if self._requests:
            self._fates.done(number, task._coro, cancelled=outcome == "cancelled", error=error)
        now = self._clock()
        at_ns = self._time.time_of(now)
        site = NOWHERE if outcome != "exception" or error is None else traceback_site(error.__traceback__) or NOWHERE
        self._now = now
        self._log.add(ev.TaskDone(at_ns, number, outcome, value, *site))  # type: ignore[arg-type]
        if now - self._step_ns >= self._slow_ns:
            self._warn_of_slow_step(task, note.site(), now, site)
        if outcome == "exception" and task._waiting is None and not isinstance(error, (KeyboardInterrupt, SystemExit)):
            self._warn("never-retrieved", number, f"{task_name(task)} failed, and nobody waits for it: {value}", site)

    def _warn_of_slow_step(self, task: Task[Any], begun: Site, now: int, site: Site) -> None:
        begun = begun if begun[1] else coroutine_site(task._coro)
        lines = (
            f" in its step from line {begun[1]} to {f'line {site[1]}' if site[1] else 'its end'}" if begun[1] else ""
        )
        message = f"{task_name(task)} held the loop for {seconds(now - self._step_ns)}{lines}"
        self._warn("held-the-loop", self._known_id(task), message, site if site[1] else begun)
        if self._listener is not None:
            self._listener.loop_held(task, begun, site)
