"""What wakes tasks, as it is recorded: futures, timers, callbacks, threads; and who is who.

It gives ids to live objects and forgets them when they end; it never keeps a program's object alive, so an object is known by
its id() for as long as it certainly is the same one. When a task is woken by a future, this says what the
future goes back to: a timer, another task, a thread, i/o, or a cancel.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from . import events as ev
from .bounded import bounded_text, callable_name
from .callsite import NOWHERE, Site, caller_site
from .eventlog import EventLog
from .labels import callback_label, is_of_timeout, outcome_of, timer_label
from .runtime.events import TimerHandle
from .runtime.hooks import Hook, silence
from .runtime.sleep import Sleep
from .runtime.tasks import Task

if TYPE_CHECKING:
    from .runtime.futures import Future
    from .runtime.loop import EventLoop
    from .runtime.waitables import Waitable

__all__ = ["Wakers", "seconds"]

_NO_CALLBACK: tuple[int, bool, tuple[str, Site] | None] = (0, False, None)


class Wakers(Hook):
    """Record what wakes tasks. Not for use by itself: `Recorder` is made of it."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._loop: EventLoop | None = None  # the loop that was heard from last
        self._slow_ns = 0  # a step or a callback that takes so long holds the loop
        self._has_refused = False  # a loop of another thread
        self._task_ids: dict[int, int] = {}  # by id(task), until it is done
        self._done_task = (0, 0)  # id() and id of the task that ended last
        self._failed_ids: dict[
            int, tuple[int, weakref.ref[Any]]
        ] = {}  # by id(task): those that failed, until they are gone
        self._timer_ids: dict[int, int] = {}  # by id(timer), until it fires or is cancelled
        self._timeout_sites: dict[int, Site] = {}  # by id(timer): the lines that set timeouts
        self._future_ids: dict[int, tuple[int, Callable[[], Any]]] = {}  # by id(future), until it is done or gone
        self._jobs: dict[int, tuple[int, str]] = {}  # by id(future): the executor's jobs under way
        self._io_handles: set[int] = set()  # ids of handles that the selector has just scheduled
        self._outside: dict[int, tuple[str, Site]] = {}  # by id(handle): the thread that scheduled it, and where
        self._callback = (
            _NO_CALLBACK  # the one that runs: when it began, whether for i/o, and which thread asked for it
        )
        self._step_ns = 0  # when the step that runs has begun
        self._counts = {"task": 0, "timer": 0, "future": 0, "job": 0}

    def _adopt(self, loop: EventLoop) -> bool:
        """Hear from another loop from now on; False, and no more from it, if that runs in another thread."""
        if self._log.adopt(loop):
            self._loop = loop
            self._slow_ns = int(loop.slow_callback_duration * 1e9)
            return True
        silence(loop)
        if not self._has_refused:
            self._has_refused = True
            name = bounded_text(threading.current_thread().name)
            self._warn(
                "other-thread", None, f"a loop in thread {name!r} is not recorded: give it a recorder of its own"
            )
        return False

    # --- who is who

    def number_of(self, task: Task[Any]) -> int | None:
        """Return the id of a task in the trace, None for one that it does not know; in any thread."""
        return self._last_task_id(task)

    @property
    def under_way(self) -> tuple[int, int, int]:
        """What tells the step or the callback that is under way from any other: to be compared, in any thread.

        The second number is 0 where no callback is. Under a clock that stands still only the events tell steps apart.
        """
        loop = self._loop
        events = 0 if loop is None or loop.clock.name == "real" else self._log.size
        return self._step_ns, self._callback[0], events

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

    def _current_id(self) -> int | None:
        return None if self._loop is None else self._task_id_or_none(self._loop._current_task)

    def _last_task_id(self, task: Task[Any]) -> int | None:
        """Return the id of a task that may just have ended."""
        key, number = self._done_task
        return number if key == id(task) else self._task_ids.get(id(task))

    def _remember_failed(self, task: Task[Any], number: int) -> None:
        key = id(task)
        failed = self._failed_ids
        failed[key] = number, weakref.ref(task, lambda _: failed.pop(key, None))

    def _failed_task_id(self, task: Task[Any] | None) -> int | None:
        known = self._failed_ids.get(id(task))
        return None if known is None else known[0]

    # --- the hook: futures

    def future_labelled(self, future: Future[Any], label: str, children: Sequence[Any]) -> None:
        if future._loop is not self._loop and not self._adopt(future._loop):
            return
        self._announce(future, label, [self._what(child, "") for child in children])

    def future_done(self, future: Waitable) -> None:
        known = self._future_ids.get(id(future))
        if known is None:
            return  # nothing waits for it
        outcome, value = outcome_of(future)
        self._log.add(ev.FutureDone(self._log.now(), known[0], outcome, value))  # type: ignore[arg-type]
        if future._waiting is None:
            del self._future_ids[id(future)]

    def _announce(self, future: Any, label: str, children: list[ev.On]) -> int:
        number = self._next("future")
        key = id(future)
        futures = self._future_ids

        def forget(ref: object) -> None:
            known = futures.get(key)
            if known is not None and known[1] is ref:
                del futures[key]

        try:
            ref: Callable[[], Any] = weakref.ref(future, forget)
        except TypeError:
            ref = _gone  # somebody else's class, without weak references: it is announced anew each time
        futures[key] = (number, ref)
        self._log.add(ev.FutureCreated(self._log.now(), number, bounded_text(label), children))
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
        if timer._loop is not self._loop and not self._adopt(timer._loop):
            return
        number = self._timer_ids[id(timer)] = self._next("timer")
        self._log.add(ev.TimerSet(self._log.now(), number, self._log.deadline(deadline_ns), timer_label(timer)))
        if type(timer) is TimerHandle and is_of_timeout(timer):
            self._timeout_sites[id(timer)] = caller_site() or NOWHERE

    def timer_fired(self, timer: TimerHandle | Sleep, late_ns: int) -> None:
        # A sleeper is woken by it next, and then the id is forgotten.
        number = self._timer_ids.get(id(timer)) if isinstance(timer, Sleep) else self._timer_ids.pop(id(timer), None)
        if number is not None:
            self._log.add(ev.TimerFired(self._log.now(), number, max(0, late_ns)))

    def timer_cancelled(self, timer: TimerHandle | Sleep) -> None:
        self._timeout_sites.pop(id(timer), None)
        number = self._timer_ids.pop(id(timer), None)
        if number is not None:
            self._log.add(ev.TimerCancelled(self._log.now(), number))

    def called_from_thread(self, handle: Any) -> None:
        # In another thread: only what is atomic.
        self._outside[id(handle)] = bounded_text(threading.current_thread().name), caller_site() or NOWHERE

    def callback_started(self, handle: Any) -> None:
        if handle._loop is not self._loop and not self._adopt(handle._loop):
            return
        is_io = id(handle) in self._io_handles
        self._io_handles.discard(id(handle))
        self._callback = (self._log.now(), is_io, self._outside.pop(id(handle), None))

    def callback_ran(self, handle: Any) -> None:
        started_ns, _, outside = self._callback
        self._callback = _NO_CALLBACK
        now, label = self._log.now(), callback_label(handle)
        thread, (file, line) = outside or ("", NOWHERE)
        self._log.add(ev.CallbackRan(now, label, started_ns, thread, file, line))
        self._timeout_sites.pop(id(handle), None)
        if now - started_ns >= self._slow_ns:
            self._warn("held-the-loop", None, f"the callback {label} held the loop for {seconds(now - started_ns)}")

    def file_ready(self, handle: Any) -> None:
        self._io_handles.add(id(handle))

    # --- the hook: threads

    def thread_started(self, future: Future[Any], func: Callable[..., Any]) -> None:
        if future._loop is not self._loop and not self._adopt(future._loop):
            return
        label = callable_name(func)
        self._jobs[id(future)] = job = (self._next("job"), f"to_thread({label})")
        self._log.add(ev.ThreadStarted(self._log.now(), job[0], label))
        weakref.finalize(future, self._jobs.pop, id(future), None).atexit = False

    def thread_finished(self, future: Future[Any]) -> None:
        job = self._jobs.get(id(future))
        if job is not None:
            label = job[1].removeprefix("to_thread(").removesuffix(")")
            self._log.add(ev.ThreadFinished(self._log.now(), job[0], label))

    # --- warnings

    def _warn(self, rule: str, number: int | None, message: str, site: Site = NOWHERE) -> None:
        self._log.add(ev.Warned(self._log.now(), rule, number, bounded_text(message, 2000), *site))


def seconds(ns: int) -> str:
    """Return a duration for a sentence."""
    return f"{ns / 1e9:.3g} s"


def _gone() -> None:
    """Stand for a weak reference to nothing."""
