"""The state of a recorder: each field once, with what it means and who may change it; and who is who in a trace.

The parts of a recorder (`tasks`, `wakeups`) stand side by side on this class and know each other by it alone; `Recorder`, in
`recorder`, is made of them.

Live objects get small numbers, and none is kept alive. What the trace knows of a task, a future or a sleep is noted on the
object itself, in its `_note`, with whose note it is: several recorders may come by. What has no room for a note is known by
its id() for as long as it certainly is the same.

A reading of the clock, `_now`, is shared by what happens at the same moment, as what ends and what that wakes, or a step
that ends and the one that begins next.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from types import CoroutineType
from typing import TYPE_CHECKING, Any

from corodemo.recorder.callsites import NOWHERE, Code, Instruction, Site, coroutine_site, known_code
from corodemo.recorder.cancellations import CancelFates
from corodemo.recorder.labels import coroutine_name
from corodemo.recorder.log import EventLog
from corodemo.recorder.rows import CREATED, FUTURE_CREATED, FutureNote, Note, TaskNote
from corodemo.recorder.safetext import bounded_text
from corodemo.runtime.fanout import silence
from corodemo.runtime.hooks import Hook
from corodemo.runtime.tasks import Task
from corodemo.runtime.waitables import Waitable
from corodemo.traceformat import events as ev

if TYPE_CHECKING:
    from corodemo.recorder.listener import Listener
    from corodemo.runtime.loop import EventLoop

__all__ = ["ITSELF", "RecorderState"]


#: In place of what a task's coroutine awaits, where that coroutine is itself the runtime's, such as `sleep(1)`.
ITSELF = object()


class RecorderState(Hook):
    """What a recorder has in it. Not for use by itself: `Recorder` is made of it."""

    #: What is looked at with every step.
    __slots__ = (
        "_asked_by",
        "_callback_ns",
        "_clock",
        "_futures",
        "_is_io",
        "_is_outside",
        "_jobs",
        "_loop",
        "_now",
        "_owner",
        "_requests",
        "_rows",
        "_slow_ns",
        "_step_ns",
        "_tasks",
        "_timeouts",
        "_timers",
    )

    def __init__(self, log: EventLog, listener: Listener | None = None) -> None:
        # --- where it goes
        self._log = log
        self._rows = log.rows  # all parts add rows, and read none
        self._listener = listener
        # --- what time it is
        self._time = log.timebase
        self._clock = log.timebase.clock  # reads the loop's clock; changed by `_adopt` alone
        self._now: int | None = None  # its newest reading, or None if it is no longer true; set by whoever reads
        log.when_turned_in = self._forget_the_time
        self._step_ns = 0  # the reading when the step that runs has begun ...
        self._callback_ns: int | None = None  # ... and when the callback has
        self._slow_ns = 0  # a step or a callback that takes so long holds the loop
        # --- whom it hears
        self._loop: EventLoop | None = None  # the loop that was heard from last
        self._owner: object = None  # what the notes of that loop's objects have as their owner
        self._owners: weakref.WeakKeyDictionary[EventLoop, object] = weakref.WeakKeyDictionary()
        self._has_refused = False  # a loop of another thread
        # --- who is who: how many were given a number, and what has no note on itself
        self._tasks = self._futures = self._timers = self._threads = 0  # the last of them, jobs that threads were given
        self._timer_ids: dict[int, int] = {}  # by id(timer handle), until it fires or is cancelled
        self._foreign: dict[int, tuple[FutureNote, Callable[[], Any]]] = {}  # by id(future of somebody else's class)
        self._jobs: dict[int, tuple[int, str, object]] = {}  # by id(future): the executor's jobs, until that is gone
        self._locks: dict[
            int, tuple[int, object]
        ] = {}  # by id(lock), for which somebody has waited, until that is gone
        self._lock_numbers = 0
        # --- what wakes: for `wakeups` to change
        self._timeouts: dict[int, Instruction] = {}  # by id(timer): what has set timeouts
        self._io_handles: set[int] = set()  # ids of handles that the selector has just scheduled
        self._outside: dict[int, tuple[str, Instruction]] = {}  # by id(handle): the thread that scheduled it, and where
        self._is_outside = False  # whether the callback that runs is for i/o, or was asked for by another thread:
        self._is_io = False
        self._asked_by: tuple[str, Site] | None = None  # by which, and where
        # --- what became of cancels
        self._fates = CancelFates(self._settled)
        self._requests = self._fates.requests  # of which there mostly are none

    def _adopt(self, loop: EventLoop) -> bool:
        """Hear from another loop from now on; False, and no more from it, if that runs in another thread."""
        if self._log.adopt(loop):
            self._loop = loop
            self._clock = self._time.clock
            self._now = None
            self._owner = self._owners.setdefault(loop, object())
            self._slow_ns = int(loop.slow_callback_duration * 1e9)
            return True
        silence(self, loop)
        if not self._has_refused:
            self._has_refused = True
            name = bounded_text(threading.current_thread().name)
            self._warn(
                "other-thread", None, f"a loop in thread {name!r} is not recorded: give it a recorder of its own"
            )
        return False

    def _forget_the_time(self) -> None:
        """Read the clock anew next time: what is recorded took time itself."""
        self._now = None

    def _moment(self) -> int:
        """Read the clock; return the trace's time."""
        self._now = now = self._clock()
        return self._time.time_of(now)

    # --- who is who

    def number_of(self, task: Task[Any]) -> int | None:
        """Return the id of a task in the trace, None for one that it does not know; in any thread."""
        return self._known_id(task)

    @property
    def under_way(self) -> tuple[int, int, int]:
        """What tells the step or the callback that is under way from any other: to be compared, in any thread.

        The second number is 0 where no callback is. Under a clock that stands still only the events tell steps apart.
        """
        loop = self._loop
        events = 0 if loop is None or loop.clock.name == "real" else self._log.size
        return self._step_ns, self._callback_ns or 0, events

    def _meet(self, task: Task[Any]) -> TaskNote | None:
        """Return a task's note; one that was made before the recorder came is announced now.

        None if its loop is another thread's.
        """
        note = task._note
        if note is not None and note.owner is self._owner:
            return note  # type: ignore[no-any-return]  # a task has no other
        if task._loop is not self._loop and not self._adopt(task._loop):
            return None
        note = self._own(note)
        if note is None:
            coro = task._coro
            note = self._note_task(task, coro)
            rows = self._rows
            rows += (CREATED, self._clock(), note, task._name, None, coroutine_name(coro), *coroutine_site(coro))
        return note  # type: ignore[no-any-return]  # a task has no other

    def _note_task(self, task: Task[Any], coro: Any) -> TaskNote:
        code: Code | None = None
        leaf = None
        if coro.__class__ is CoroutineType:
            code = known_code(coro.cr_code)
            if code.in_runtime:
                leaf = None if code.awaits_others else ITSELF
                code = None
        self._tasks = number = self._tasks + 1
        note = TaskNote(self._owner, number, code, leaf)
        if task._note is not None:
            note.other = task._note
        task._note = note
        return note

    def _own(self, note: Any) -> Any:
        """Return this recorder's note where several may have one; the newest stands first."""
        while note is not None and note.owner is not self._owner:
            note = note.other
        return note

    def _task_id(self, task: Task[Any] | None) -> int | None:
        note = None if task is None else self._meet(task)
        return None if note is None else note.number

    def _known_id(self, task: Task[Any] | None) -> int | None:
        """Return the id of a task that the trace has announced, or None."""
        note = self._known(task)
        return None if note is None else note.number

    def _known(self, task: Task[Any] | None) -> TaskNote | None:
        if task is None:
            return None
        note, owner = task._note, self._owners.get(task._loop)
        while note is not None and note.owner is not owner:
            note = note.other
        return note  # type: ignore[no-any-return]  # a task has no other

    def _current_id(self) -> int | None:
        return None if self._loop is None else self._task_id(self._loop._current_task)

    # --- what is waited on

    def _announce(self, future: Any, label: str, children: tuple[Note, ...]) -> FutureNote:
        self._futures = number = self._futures + 1
        note = FutureNote(self._owner, number, label)
        if isinstance(future, Waitable) and not isinstance(future, Task):
            note.other = future._note
            future._note = note
        else:  # of another class; or a task that had ended before the recorder came
            self._remember_foreign(future, note)
        rows = self._rows
        rows += (FUTURE_CREATED, self._clock() if self._now is None else self._now, note, children)
        return note

    def _remember_foreign(self, future: Any, note: FutureNote) -> None:
        key = id(future)
        foreign = self._foreign

        def forget(ref: object) -> None:
            known = foreign.get(key)
            if known is not None and known[1] is ref:
                del foreign[key]

        try:
            ref: Callable[[], Any] = weakref.ref(future, forget)
        except TypeError:
            ref = _gone  # without weak references: it is announced anew each time
        foreign[key] = (note, ref)

    def _what(self, thing: Any, name: str) -> Note:
        """Return the note of something that is waited on; a future is announced the first time."""
        if isinstance(thing, Waitable):
            note = self._own(thing._note)
            if note is not None:
                return note  # type: ignore[no-any-return]
            if isinstance(thing, Task) and not thing.done() and (met := self._meet(thing)) is not None:
                return met
        known = self._foreign.get(id(thing))
        if known is not None and known[1]() is thing:
            return known[0]
        return self._announce(thing, self._job_name(thing) or name, ())

    def _job_name(self, future: Any) -> str:
        """Return what to call the future of an executor's job; "" for any other."""
        job = self._jobs.get(id(future))
        return "" if job is None else f"to_thread({job[1]})"

    # --- warnings, and the fate of a cancel

    def _warn(self, rule: str, number: int | None, message: str, site: Site = NOWHERE) -> None:
        self._log.add(ev.Warned(self._time.now(), rule, number, bounded_text(message, 2000), *site))

    def _settled(self, number: int, how: str, site: Site, into: str) -> None:
        self._log.add(ev.CancelSettled(self._moment(), number, how, site[0], site[1], into))  # type: ignore[arg-type]
        if how == "swallowed" and not into:
            self._warn("swallowed-cancel", number, "the task took a cancel and went on", site)


def _gone() -> None:
    """Stand for a weak reference to nothing."""
