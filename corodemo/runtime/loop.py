"""The event loop: one queue of what is ready, one heap of timers, one selector, one clock.

An iteration looks at the selector and the timers, and then runs everything that was ready when it began, in strict order of
arrival. What becomes ready meanwhile waits for the next iteration. An entry of the queue is anything with a `_run()`
method: a task, a handle, a sleep whose time has come. That is all; the rest of this file is scheduling, starting and
stopping. What else a loop does stands in files of its own (`registry`, `timers`, `wakeup`, `selector`, `executors`, `asyncgens`,
`reports`), side by side on the state in `loopstate`.

It is asyncio's loop as far as the order of a program's output goes, with one difference that is meant: timers with equal
deadlines fire in the order in which they were set.
"""

from __future__ import annotations

import contextvars
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

from . import events, fanout, hooks
from .asyncgens import AsyncGenerators
from .awaitables import ensure_future
from .clock import FOREVER_NS, Clock, SystemClock
from .exceptions import Deadlock, noted
from .executors import Executors
from .futures import Future
from .registry import Registry
from .reports import Reports
from .selector import Selector
from .timers import Timers, nanoseconds

__all__ = ["EventLoop"]

T = TypeVar("T")

_new_future = Future.__new__


class EventLoop(Registry, Timers, Selector, Executors, AsyncGenerators, Reports):
    """Run tasks and callbacks in one thread.

    clock: a `SystemClock` by default; under a `VirtualClock` nothing waits. hook: who watches, see `Hook`.
    Like: `asyncio.SelectorEventLoop`, without networking.
    """

    def __init__(self, *, clock: Clock | None = None, hook: hooks.Hook | None = None) -> None:
        super().__init__(SystemClock() if clock is None else clock)
        self.hook = hook

    def __repr__(self) -> str:
        return (
            f"<{self.__class__.__name__} running={self.is_running()} "
            f"closed={self.is_closed()} debug={self.get_debug()}>"
        )

    # --- who watches, and what time it is

    @property
    def hook(self) -> hooks.Hook | None:
        """The hook that watches this loop, or None. One that raises is taken off and reported."""
        return self._idle_hook if self._hook is None else self._hook.hook  # type: ignore[attr-defined]  # always a guard

    @hook.setter
    def hook(self, hook: hooks.Hook | None) -> None:
        # One that overrides nothing has nothing to be told.
        self._hook = None if hook is None else fanout.guard(hook, self)
        self._idle_hook = hook if self._hook is None else None

    @property
    def clock(self) -> Clock:
        """The clock that this loop goes by."""
        return self._clock

    def time(self) -> float:
        """Return the time in seconds by the loop's clock, which starts at 0."""
        return self._clock.now_ns() / 1e9

    # --- scheduling

    def call_soon(
        self, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> events.Handle:
        """Call `callback(*args)` in the next iteration, after all that is ready already. Not thread-safe."""
        if self._closed or self._debug:
            self._check_closed()
            self._check_thread()
            self._check_callback(callback, "call_soon")
        handle = events.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_soon_threadsafe(
        self, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> events.Handle:
        """Do what `call_soon` does, from any thread."""
        self._check_closed()
        if self._debug:
            self._check_callback(callback, "call_soon_threadsafe")
        handle = events._ThreadSafeHandle(callback, args, self, context)
        if self._hook is not None and self._thread_id not in (None, threading.get_ident()):
            self._hook.called_from_thread(handle)
        self._ready.append(handle)
        self._wake_selector()
        return handle

    def call_later(
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> events.TimerHandle:
        """Call `callback(*args)` after `delay` seconds."""
        if delay is None:
            raise TypeError("delay must not be None")
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> events.TimerHandle:
        """Call `callback(*args)` at `when`, in seconds as `time()` counts them."""
        if when is None:
            raise TypeError("when cannot be None")
        if self._closed or self._debug:
            self._check_closed()
            self._check_thread()
            self._check_callback(callback, "call_at")
        timer = events.TimerHandle(when, nanoseconds(when), callback, args, self, context)
        self._set_timer(timer)
        return timer

    def create_future(self) -> Future[Any]:
        """Return a new future of this loop."""
        future: Future[Any] = _new_future(Future)
        future._become_pending(self)
        return future

    # --- running

    def run_forever(self) -> None:
        """Run until `stop()` is called."""
        self._check_closed()
        self._check_not_running()
        outer_loop = events.get_running_loop_or_none()
        outer_hooks = sys.get_asyncgen_hooks()
        self._thread_id = threading.get_ident()
        sys.set_asyncgen_hooks(firstiter=self._asyncgen_first_iterated, finalizer=self._asyncgen_finalized)
        events.set_running_loop(self)
        self._track_coroutine_origins(self._debug)
        if self._hook is not None:
            self._hook.loop_started(self)
        try:
            while True:
                self._run_once()
                if self._stopping:
                    break
        finally:
            self._stopping = False
            self._thread_id = None
            events.set_running_loop(outer_loop)
            self._track_coroutine_origins(False)
            sys.set_asyncgen_hooks(*outer_hooks)
            if self._hook is not None:
                self._hook.loop_stopped(self)

    def run_until_complete(self, future: Any) -> Any:
        """Run until the future, or a task made of the coroutine, is done; return its result or raise its exception."""
        self._check_closed()
        self._check_not_running()
        is_ours = not hasattr(type(future), "_asyncio_future_blocking")
        future = ensure_future(future, loop=self)
        if is_ours:
            # Somebody will see what it raises: we do, below. A pending one is reported by the RuntimeError.
            future._log_destroy_pending = False
        future.add_done_callback(_run_until_complete_cb)
        try:
            self.run_forever()
        except BaseException:
            if is_ours and future.done() and not future.cancelled():
                future.exception()  # raised through the loop already, so retrieved
            raise
        finally:
            future.remove_done_callback(_run_until_complete_cb)
        if not future.done():
            raise RuntimeError("Event loop stopped before Future completed.")
        return future.result()

    def stop(self) -> None:
        """Stop after the iteration that runs now, or the next one."""
        self._stopping = True

    def close(self) -> None:
        """Close the loop for good: what was scheduled is dropped. Raises RuntimeError while it runs."""
        if self.is_running():
            raise noted(RuntimeError("Cannot close a running event loop"), "stop() it first")
        if self._closed:
            return
        if self._hook is not None:
            self._hook.loop_closed(self)
        self._closed = True
        self._ready.clear()
        self._timers.clear()
        self._close_selector()
        self._abandon_executor()

    def __del__(self, _warn: Callable[..., object] = warnings.warn) -> None:
        if not self._closed:
            _warn(f"unclosed event loop {self!r}", ResourceWarning, source=self)
            if not self.is_running():
                self.close()

    def _run_once(self) -> None:
        """Run one iteration: look outside, look at the timers, run what is ready."""
        ready = self._ready
        timers = self._timers
        if self._timers_cancelled:
            self._drop_cancelled_timers()
        if not ready and not self._stopping:
            self._wait(timers[0][0] if timers else None)
        elif self._watches_files:
            self._select(0)
        if timers:
            due_ns = self._clock.now_ns() + self._clock.resolution_ns
            if timers[0][0] <= due_ns:
                self._take_due_timers(due_ns)
        if self._debug:
            self._run_ready_reporting_slow()
            return
        # Only what is ready now: what these schedule has its turn in the next iteration, after the timers. Where there is
        # no timer to look at, no file and no request, the next iteration is the same line again, at once.
        going_on = True
        while going_on:
            if self._hook is not None:
                for _ in range(len(ready)):
                    ready.popleft()._run_watched()
            else:
                for _ in range(len(ready)):
                    ready.popleft()._run()
            going_on = bool(ready) and not (timers or self._stopping or self._watches_files or self._debug)

    def _wait(self, deadline_ns: int | None) -> None:
        """Wait for a timer or the outside, by the clock; a virtual clock with nothing to wait for means a deadlock."""
        outside = self._expects_outside()
        never = deadline_ns is None or deadline_ns >= FOREVER_NS
        if never and not outside and self._clock.name == "virtual" and not self._foreign_threads() and not self._ready:
            self._raise_deadlock()
        if self._hook is not None:
            self._hook.loop_waiting(self, None if never else deadline_ns)
        self._clock.wait(self._select, deadline_ns, outside=outside)

    def _raise_deadlock(self) -> None:
        from .deadlock import report  # only now: it is needed once in the life of a program that has a mistake

        tasks, message = report(self._tasks())
        for task in tasks if self._hook is not None else ():
            self._hook.warned("deadlock", task, message)  # type: ignore[union-attr]  # the line above
        raise Deadlock(message)

    # --- checks

    def _check_not_running(self) -> None:
        if self.is_running():
            raise RuntimeError("This event loop is already running")
        running = events.get_running_loop_or_none()
        # A loop that stands still, as a shell's does between inputs, lets another one run inside.
        if running is not None and running.is_running():
            raise RuntimeError("Cannot run the event loop while another loop is running")


def _run_until_complete_cb(future: Any) -> None:
    if not future.cancelled() and isinstance(future.exception(), (SystemExit, KeyboardInterrupt)):
        return  # it went through the loop already, and ended it
    future.get_loop().stop()


events.set_default_loop_factory(EventLoop)
