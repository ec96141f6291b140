"""What wakes tasks, as it is recorded: futures, timers, callbacks, threads.

When a task is woken by a future, this knows what the future goes back to: a timer, another task, a thread, i/o, or a cancel.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from corodemo.recorder.callsites import NOWHERE, caller_instruction
from corodemo.recorder.labels import callback_label, is_of_timeout, outcome_of, seconds
from corodemo.recorder.rows import (
    CALLBACK,
    FUTURE_CREATED,
    FUTURE_DONE,
    TIMER_CANCELLED,
    TIMER_FIRED,
    TIMER_SET,
    FutureNote,
    TimerNote,
    is_plain,
)
from corodemo.recorder.safetext import bounded_text, callable_name
from corodemo.recorder.state import RecorderState
from corodemo.runtime.events import TimerHandle
from corodemo.runtime.fanout import give_up
from corodemo.runtime.hooks import guards_itself
from corodemo.runtime.sleep import Sleep
from corodemo.runtime.waitables import Waitable, Waiter
from corodemo.traceformat import events as ev

if TYPE_CHECKING:
    from corodemo.runtime.futures import Future
    from corodemo.runtime.locks import Lock, Semaphore

__all__ = ["WakeupEvents"]


class WakeupEvents(RecorderState):
    """Record what wakes tasks. Not for use by itself: `Recorder` is made of it."""

    # --- the hook: futures

    @guards_itself
    def future_labelled(self, future: Waitable, label: str, children: Sequence[Any]) -> None:
        try:
            if future._loop is not self._loop and not self._adopt(future._loop):
                return
            self._now = now = self._clock()
            if children or future._note is not None:
                self._announce(future, label, tuple([self._what(child, "") for child in children]))
            else:  # as a place in the line of a lock or a queue is, of which there are many: without a call
                self._futures = number = self._futures + 1
                future._note = note = FutureNote(self._owner, number, label)
                rows = self._rows
                rows += (FUTURE_CREATED, now, note, ())
        except Exception as exc:
            give_up(self, future._loop, exc)

    @guards_itself
    def future_done(self, future: Waitable) -> None:
        try:
            note = future._note
            if note.__class__ is not FutureNote:
                return  # nothing waits for it; or it is a sleep, and known as a timer
            if note.owner is not self._owner:
                # Another recorder's, or of another of our loops.
                if future._loop is not self._loop and not self._adopt(future._loop):
                    return
                note = self._own(note)
                if note is None:
                    return
            self._now = now = self._clock()
            value = future._result
            if future._exception is None and future._state == "FINISHED" and (value is None or is_plain(value)):
                rows = self._rows
                rows += (FUTURE_DONE, now, note, value)
            else:
                outcome, value = outcome_of(future)
                label = bounded_text(note.label)
                self._log.add(ev.FutureDone(self._time.time_of(now), note.number, outcome, value, label))  # type: ignore[arg-type]
        except Exception as exc:
            give_up(self, future._loop, exc)

    def lock_held(self, lock: Lock | Semaphore, waiter: Waiter | None) -> None:
        if lock._loop is None or (lock._loop is not self._loop and not self._adopt(lock._loop)):
            return
        key = id(lock)
        known = self._locks.get(key)
        if known is None:
            locks = self._locks
            self._lock_numbers = number = self._lock_numbers + 1
            known = locks[key] = number, weakref.ref(lock, lambda _: locks.pop(key, None))
        holders = lock._holders()
        by = [task for holder in holders if (task := self._task_id(holder)) is not None]
        note = None if waiter is None else self._own(waiter._note)
        label = bounded_text(type(lock).__name__)
        future = None if note is None else note.number
        self._log.add(ev.LockHeld(self._moment(), known[0], label, by, len(holders) - len(by), future))

    # --- the hook: timers and callbacks

    @guards_itself
    def timer_set(self, timer: TimerHandle | Sleep, deadline_ns: int) -> None:
        try:
            if timer._loop is not self._loop and not self._adopt(timer._loop):
                return
            self._now = now = self._clock()
            self._timers = number = self._timers + 1
            what: Any
            if isinstance(timer, Sleep):
                timer._note = TimerNote(self._owner, number, timer._note)
                what = timer._delay
                if what.__class__ is not int and what.__class__ is not float:
                    what = "sleep"  # a number of the program's own kind would be asked how it is written
            else:
                self._timer_ids[id(timer)] = number
                if is_of_timeout(timer):
                    what = "timeout"
                    self._timeouts[id(timer)] = caller_instruction(5)  # past Timeout.reschedule
                else:
                    what = callback_label(timer)
            rows = self._rows
            rows += (TIMER_SET, now, number, deadline_ns, what)
        except Exception as exc:
            give_up(self, timer._loop, exc)

    @guards_itself
    def timer_fired(self, timer: TimerHandle | Sleep) -> None:
        try:
            number = self._timer_id(timer)
            if number is not None:
                self._now = now = self._clock()
                rows = self._rows
                rows += (TIMER_FIRED, now, number)
        except Exception as exc:
            give_up(self, timer._loop, exc)

    @guards_itself
    def timer_cancelled(self, timer: TimerHandle | Sleep) -> None:
        try:
            if self._timeouts:
                self._timeouts.pop(id(timer), None)
            number = self._timer_id(timer)
            if number is not None:
                self._now = now = self._clock()
                rows = self._rows
                rows += (TIMER_CANCELLED, now, number)
        except Exception as exc:
            give_up(self, timer._loop, exc)

    def _timer_id(self, timer: TimerHandle | Sleep) -> int | None:
        """Return the id of a timer that acts no more after this."""
        if isinstance(timer, Sleep):
            note = self._own(timer._note)
            return note.number if note.__class__ is TimerNote else None
        return self._timer_ids.pop(id(timer), None)

    @guards_itself
    def called_from_thread(self, handle: Any) -> None:
        try:
            # In another thread: only what is atomic.
            self._outside[id(handle)] = (
                threading.current_thread().name,
                caller_instruction(3),
            )  # past call_soon_threadsafe
        except Exception as exc:
            give_up(self, handle._loop, exc)

    @guards_itself
    def callback_started(self, handle: Any) -> None:
        try:
            if handle._loop is not self._loop and not self._adopt(handle._loop):
                return
            if self._io_handles or self._outside:
                self._is_io = id(handle) in self._io_handles
                self._io_handles.discard(id(handle))
                asked = self._outside.pop(id(handle), None)
                if asked is not None:
                    name, (code, offset) = asked
                    self._asked_by = bounded_text(name), NOWHERE if code is None else code.site(offset)
                self._is_outside = self._is_io or asked is not None
            self._now = self._callback_ns = self._clock()
        except Exception as exc:
            give_up(self, handle._loop, exc)

    @guards_itself
    def callback_ran(self, handle: Any) -> None:
        try:
            self._now = now = self._clock()
            started = now if self._callback_ns is None else self._callback_ns
            self._callback_ns = None
            label = callback_label(handle)
            if self._is_outside and self._asked_by is not None:
                thread, (file, line) = self._asked_by
                time_of = self._time.time_of
                self._log.add(ev.CallbackRan(time_of(now), bounded_text(label), time_of(started), thread, file, line))
            else:
                rows = self._rows
                rows += (CALLBACK, now, label, started)
            if self._is_outside:
                self._is_outside = self._is_io = False
                self._asked_by = None
            if self._timeouts:
                self._timeouts.pop(id(handle), None)
            if now - started >= self._slow_ns:
                self._warn("held-the-loop", None, f"the callback {label} held the loop for {seconds(now - started)}")
        except Exception as exc:
            give_up(self, handle._loop, exc)

    def file_ready(self, handle: Any) -> None:
        self._io_handles.add(id(handle))

    # --- the hook: threads

    def thread_started(self, future: Future[Any], func: Callable[..., Any]) -> None:
        if future._loop is not self._loop and not self._adopt(future._loop):
            return
        label = callable_name(func)
        self._threads = number = self._threads + 1
        key, jobs = id(future), self._jobs
        jobs[key] = (number, label, weakref.ref(future, lambda _: jobs.pop(key, None)))
        self._log.add(ev.ThreadStarted(self._moment(), number, label))

    def thread_finished(self, future: Future[Any]) -> None:
        job = self._jobs.get(id(future))
        if job is not None:
            self._log.add(ev.ThreadFinished(self._moment(), job[0], job[1]))
