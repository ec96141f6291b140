"""The event loop: one queue of what is ready, one heap of timers, one selector, one clock.

An iteration looks at the selector and the timers, and then runs everything that was ready when it began, in strict order of
arrival. What becomes ready meanwhile waits for the next iteration. An entry of the queue is anything with a `_run()`
method: a task, a handle, a sleep whose time has come. That is all; the rest of this file is doors: scheduling from
inside, from other threads and from file descriptors, starting and stopping.

It is asyncio's loop as far as the order of a program's output goes, with one difference that is meant: timers with equal
deadlines fire in the order in which they were set.
"""

from __future__ import annotations

import collections
import contextvars
import heapq
import logging
import os
import sys
import threading
import warnings
import weakref
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from . import coroutines, events, hooks, reprs
from .clock import FOREVER_NS, Clock, SystemClock
from .doors import Doors
from .exceptions import Deadlock
from .futures import Future
from .tasks import Task, ensure_future

if TYPE_CHECKING:
    from .sleep import Sleep

__all__ = ["EventLoop"]

T = TypeVar("T")
logger = logging.getLogger("asyncio")

#: Cancelled timers are left on the heap until they come up, unless so many, and more than half, are cancelled.
_CANCELLED_TIMERS_MIN = 100


class _Entry(Protocol):
    """What may stand in the ready queue."""

    def _run(self) -> None: ...


class EventLoop(Doors):
    """Run tasks and callbacks in one thread.

    clock: a `SystemClock` by default; under a `VirtualClock` nothing waits. hook: who watches, see `Hook`.
    Like: `asyncio.SelectorEventLoop`, without networking.
    """

    def __init__(self, *, clock: Clock | None = None, hook: hooks.Hook | None = None) -> None:
        self._ready: collections.deque[_Entry] = collections.deque()
        # (deadline_ns, sequence, timer): the sequence keeps equal deadlines in order and timers uncompared.
        self._timers: list[tuple[int, int, Any]] = []
        self._timer_sequence = 0
        self._timers_cancelled = 0  # how many cancelled ones are still on the heap
        self._clock: Clock = SystemClock() if clock is None else clock
        self._hook: hooks.Hook | None = None  # `hook`, guarded; what the runtime calls
        self._current_task: Task[Any] | None = None  # the task whose step runs now
        # Tasks that are not done, by id. Weak: what keeps a task alive is the ready queue, or what it waits on.
        self._task_refs: dict[int, weakref.ref[Task[Any]]] = {}
        self._task_numbers = 0
        self._task_factory: Callable[..., Any] | None = None
        self._exception_handler: Callable[[EventLoop, dict[str, Any]], object] | None = None
        self._stopping = False  # stop() was called: this iteration is the last
        self._closed = False
        self._thread_id: int | None = None  # the thread that runs the loop, while it runs
        self._debug = sys.flags.dev_mode or (
            not sys.flags.ignore_environment and bool(os.environ.get("PYTHONASYNCIODEBUG"))
        )
        self.slow_callback_duration = 0.1  # seconds; debug mode reports steps and callbacks that take longer
        self._asyncgens: weakref.WeakSet[AsyncGenerator[Any, Any]] = weakref.WeakSet()
        self._asyncgens_shutdown_called = False
        super().__init__()
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
        return None if self._hook is None else self._hook.hook  # type: ignore[attr-defined]  # always a guard

    @hook.setter
    def hook(self, hook: hooks.Hook | None) -> None:
        self._hook = None if hook is None else hooks.guard(hook, self._detach_hook)

    def _detach_hook(self, hook: hooks.Hook, exc: Exception) -> None:
        self._hook = None
        self.call_exception_handler(
            {"message": f"The hook {hook!r} raised and was taken off; the program runs on", "exception": exc}
        )

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
        self._check_closed()
        if self._debug:
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
        handle = events.Handle(callback, args, self, context)
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
        self._check_closed()
        if self._debug:
            self._check_thread()
            self._check_callback(callback, "call_at")
        timer = events.TimerHandle(when, _nanoseconds(when), callback, args, self, context)
        self._set_timer(timer)
        return timer

    def create_future(self) -> Future[Any]:
        """Return a new future of this loop."""
        return Future(loop=self)

    def create_task(
        self,
        coro: Coroutine[Any, Any, T] | Generator[Any, Any, T],
        *,
        name: object = None,
        context: contextvars.Context | None = None,
        **kwargs: Any,
    ) -> Task[T]:
        """Make a task of a coroutine with this loop's task factory, and schedule it. Raises RuntimeError if closed."""
        self._check_closed()
        if self._task_factory is None:
            return Task(coro, loop=self, name=name, context=context, **kwargs)
        if context is not None:
            kwargs["context"] = context
        task: Task[T] = self._task_factory(self, coro, **kwargs)
        if name is not None and hasattr(task, "set_name"):
            task.set_name(name)
        return task

    def set_task_factory(self, factory: Callable[..., Any] | None) -> None:
        """Make tasks by `factory(loop, coro, **kwargs)`; None: by `Task`."""
        if factory is not None and not callable(factory):
            raise TypeError(f"task factory must be a callable or None, got {factory!r}")
        self._task_factory = factory

    def get_task_factory(self) -> Callable[..., Any] | None:
        """Return the task factory, or None."""
        return self._task_factory

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
        future.add_done_callback(_stop_loop_of)
        try:
            self.run_forever()
        except BaseException:
            if is_ours and future.done() and not future.cancelled():
                future.exception()  # raised through the loop already, so retrieved
            raise
        finally:
            future.remove_done_callback(_stop_loop_of)
        if not future.done():
            raise RuntimeError("Event loop stopped before Future completed.")
        return future.result()

    def stop(self) -> None:
        """Stop after the iteration that runs now, or the next one."""
        self._stopping = True

    def is_running(self) -> bool:
        """Return True while the loop runs."""
        return self._thread_id is not None

    def is_closed(self) -> bool:
        """Return True once the loop was closed."""
        return self._closed

    def close(self) -> None:
        """Close the loop for good: what was scheduled is dropped. Raises RuntimeError while it runs."""
        if self.is_running():
            raise RuntimeError("Cannot close a running event loop")
        if self._closed:
            return
        self._closed = True
        self._ready.clear()
        self._timers.clear()
        self._close_doors()

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
            while timers and timers[0][0] <= due_ns:
                timer = heapq.heappop(timers)[2]
                timer._scheduled = False
                ready.append(timer)
        if self._debug:
            self._run_ready_reporting_slow()
            return
        # Only what is ready now: what these schedule has its turn in the next iteration, after the timers.
        for _ in range(len(ready)):
            ready.popleft()._run()

    def _run_ready_reporting_slow(self) -> None:
        for _ in range(len(self._ready)):
            entry = self._ready.popleft()
            started_ns = self._clock.now_ns()
            # A repr now: a task that is done, or a handle that ran, says less.
            entry._run()
            seconds = (self._clock.now_ns() - started_ns) / 1e9
            if seconds >= self.slow_callback_duration:
                logger.warning("Executing %r took %.3f seconds", entry, seconds)

    def _wait(self, deadline_ns: int | None) -> None:
        """Wait for a timer or the outside, by the clock; a virtual clock with nothing to wait for means a deadlock."""
        outside = self._expects_outside()
        never = deadline_ns is None or deadline_ns >= FOREVER_NS
        if never and not outside and self._clock.name == "virtual" and not _other_threads():
            self._raise_deadlock()
        if self._hook is not None:
            self._hook.loop_waiting(self, None if never else deadline_ns)
        self._clock.wait(self._select, deadline_ns, outside=outside)

    def _raise_deadlock(self) -> None:
        waiting = [task for task in self._tasks() if not task.done()]
        names = ", ".join(f"{task.get_name()!r} on {task._fut_waiter!r}" for task in waiting)
        message = f"deadlock: nothing is left that could wake what waits: {names or 'no task at all'}"
        if self._hook is not None:
            self._hook.warned("deadlock", waiting[0] if waiting else None, message)
        raise Deadlock(message)

    # --- timers

    def _deadline_after(self, delay: float) -> int:
        """Return the deadline in nanoseconds that is `delay` seconds from now."""
        return min(self._clock.now_ns() + _nanoseconds(delay), FOREVER_NS)

    def _set_timer(self, timer: events.TimerHandle | Sleep) -> None:
        deadline_ns = timer._deadline_ns
        self._timer_sequence += 1
        heapq.heappush(self._timers, (deadline_ns, self._timer_sequence, timer))
        timer._scheduled = True
        if self._hook is not None:
            self._hook.timer_set(timer, deadline_ns)

    def _timer_cancelled(self, timer: events.TimerHandle | Sleep) -> None:
        """Count a timer that was cancelled while on the heap; it is taken off later."""
        self._timers_cancelled += 1
        if self._hook is not None:
            self._hook.timer_cancelled(timer)

    def _drop_cancelled_timers(self) -> None:
        timers = self._timers
        if self._timers_cancelled > _CANCELLED_TIMERS_MIN and self._timers_cancelled * 2 > len(timers):
            for entry in timers:
                if entry[2]._cancelled:
                    entry[2]._scheduled = False
            timers[:] = [entry for entry in timers if not entry[2]._cancelled]
            heapq.heapify(timers)
            self._timers_cancelled = 0
        # The loop must not wait for one that will not fire.
        while timers and timers[0][2]._cancelled:
            heapq.heappop(timers)[2]._scheduled = False
            self._timers_cancelled -= 1

    # --- tasks

    def _next_task_number(self) -> int:
        self._task_numbers += 1
        return self._task_numbers

    def _schedule(self, task: Task[Any]) -> None:
        """Put a new task into the ready queue."""
        self._check_closed()
        if self._debug:
            self._check_thread()
        self._ready.append(task)

    def _register(self, task: Task[Any]) -> None:
        self._task_refs[id(task)] = weakref.ref(task)

    def _unregister(self, task: Task[Any]) -> None:
        self._task_refs.pop(id(task), None)

    def _tasks(self) -> Iterable[Task[Any]]:
        # A copy made in one go, for other threads may be making tasks.
        return [task for ref in list(self._task_refs.values()) if (task := ref()) is not None]

    # --- exceptions that nobody else will see

    def set_exception_handler(self, handler: Callable[[EventLoop, dict[str, Any]], object] | None) -> None:
        """Report errors by `handler(loop, context)`; None: by `default_exception_handler`."""
        if handler is not None and not callable(handler):
            raise TypeError(f"A callable object or None is expected, got {handler!r}")
        self._exception_handler = handler

    def get_exception_handler(self) -> Callable[[EventLoop, dict[str, Any]], object] | None:
        """Return the exception handler, or None."""
        return self._exception_handler

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        """Log the message, what it is about, and the exception with its traceback."""
        message = context.get("message") or "Unhandled exception in event loop"
        exception = context.get("exception")
        exc_info = (type(exception), exception, exception.__traceback__) if exception is not None else None
        lines = [message]
        for key in sorted(context):
            if key in {"message", "exception"}:
                continue
            value = context[key]
            if key == "source_traceback":
                stack = "".join(value.format())
                lines.append(f"source_traceback: Object created at (most recent call last):\n{stack.rstrip()}")
            else:
                lines.append(f"{key}: {value!r}")
        logger.error("\n".join(lines), exc_info=exc_info)

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Report an error that nobody else will see.

        context: "message", and what is known of "exception", "future", "task", "handle", "source_traceback".
        """
        handler = self._exception_handler
        if handler is None:
            self._report_by_default(context)
            return
        try:
            run_context = _context_of(context)
            if run_context is None:
                handler(self, context)
            else:
                run_context.run(handler, self, context)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            self._report_by_default(
                {"message": "Unhandled error in exception handler", "exception": exc, "context": context}
            )

    def _report_by_default(self, context: dict[str, Any]) -> None:
        try:
            self.default_exception_handler(context)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException:
            # It may be a user's override; and this may be called from __del__, where nothing may escape.
            logger.exception("Exception in default exception handler while handling %r", context.get("message"))

    # --- debug mode

    def get_debug(self) -> bool:
        """Return True in debug mode."""
        return self._debug

    def set_debug(self, enabled: bool) -> None:
        """Switch debug mode: checks, where things were made, and reports of slow steps."""
        self._debug = enabled
        if self.is_running():
            self.call_soon_threadsafe(self._track_coroutine_origins, enabled)

    def _track_coroutine_origins(self, enabled: bool) -> None:
        sys.set_coroutine_origin_tracking_depth(reprs.DEBUG_STACK_DEPTH if enabled else 0)

    # --- checks

    def _check_closed(self) -> None:
        if self._closed:
            raise RuntimeError("Event loop is closed")

    def _check_not_running(self) -> None:
        if self.is_running():
            raise RuntimeError("This event loop is already running")
        running = events.get_running_loop_or_none()
        # A loop that stands still, as a shell's does between inputs, lets another one run inside.
        if running is not None and running.is_running():
            raise RuntimeError("Cannot run the event loop while another loop is running")

    def _check_thread(self) -> None:
        if self._thread_id is not None and self._thread_id != threading.get_ident():
            raise RuntimeError("Non-thread-safe operation invoked on an event loop other than the current one")

    def _check_callback(self, callback: object, method: str) -> None:
        if coroutines.iscoroutine(callback) or coroutines.iscoroutinefunction(callback):
            raise TypeError(f"coroutines cannot be used with {method}()")
        if not callable(callback):
            raise TypeError(f"a callable object was expected by {method}(), got {callback!r}")


def _nanoseconds(seconds: float) -> int:
    """Return seconds in nanoseconds; what is beyond all clocks, infinity included, as the last moment there is."""
    return FOREVER_NS if seconds >= FOREVER_NS / 1e9 else round(seconds * 1e9)


def _other_threads() -> bool:
    """Return True if a thread is alive that the loop does not know: it may call in at any time."""
    return threading.active_count() > 1


def _stop_loop_of(future: Any) -> None:
    if not future.cancelled() and isinstance(future.exception(), (SystemExit, KeyboardInterrupt)):
        return  # it went through the loop already, and ended it
    future.get_loop().stop()


def _context_of(context: dict[str, Any]) -> contextvars.Context | None:
    """Return the contextvars context of what a report is about, so that the handler runs in it."""
    for key in ("task", "future", "handle"):
        thing = context.get(key)
        if thing is not None and hasattr(thing, "get_context"):
            return thing.get_context()  # type: ignore[no-any-return]
    return None
