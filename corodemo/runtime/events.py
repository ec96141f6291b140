"""Handles, and the question "which loop is running here?".

A `Handle` is a callback that somebody scheduled; a task in the ready queue needs none, it is an entry itself. Every
entry of the ready queue, handle or task, has one method, `_run()`.

The running loop is a variable of the thread. A loop sets it while it runs. A shell that executes plain code between
two stretches of its loop sets it too: then `create_task()` finds the loop, and `run()` sees that it stands still.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import reprs
from .exceptions import noted

if TYPE_CHECKING:
    from .loop import EventLoop

__all__ = [
    "Handle",
    "TimerHandle",
    "get_event_loop",
    "get_running_loop",
    "new_event_loop",
    "set_event_loop",
    "set_event_loop_factory",
]


class Handle:
    """A callback that will be called once, in its context, unless it is cancelled before.

    Like: `asyncio.Handle`.
    """

    __slots__ = ("__weakref__", "_args", "_callback", "_cancelled", "_context", "_loop", "_repr", "_source_traceback")

    _repr: str  # of a cancelled one, in debug mode only: the callback is not there any more

    def __init__(
        self,
        callback: Callable[..., object],
        args: tuple[Any, ...],
        loop: EventLoop,
        context: contextvars.Context | None = None,
    ) -> None:
        self._callback: Callable[..., object] | None = callback  # None once cancelled
        self._args: tuple[Any, ...] | None = args  # None once cancelled
        self._loop = loop
        self._context = contextvars.copy_context() if context is None else context
        self._cancelled = False
        # Where it was scheduled; in debug mode only, since it is slow.
        self._source_traceback = reprs.extract_stack() if loop._debug else None

    def cancel(self) -> None:
        """Do not call the callback; a second call has no effect."""
        if not self._cancelled:
            self._cancelled = True
            if self._loop._debug:
                self._repr = repr(self)
            # The callback may hold much alive, and a cancelled timer stays on the heap for a while.
            self._callback = None
            self._args = None

    def cancelled(self) -> bool:
        """Return True if the callback was cancelled."""
        return self._cancelled

    def get_context(self) -> contextvars.Context:
        """Return the context in which the callback runs."""
        return self._context

    def __repr__(self) -> str:
        if self._callback is None and hasattr(self, "_repr"):
            return self._repr
        info = [self.__class__.__name__]
        if self._cancelled:
            info.append("cancelled")
        info.extend(self._repr_details())
        if self._callback is not None:
            info.append(reprs.format_callback_source(self._callback, self._args or (), debug=self._loop._debug))
        if self._source_traceback:
            frame = self._source_traceback[-1]
            info.append(f"created at {frame.filename}:{frame.lineno}")
        return f"<{' '.join(info)}>"

    def _repr_details(self) -> list[str]:
        return []

    def _run(self) -> None:
        if self._cancelled:
            return
        assert self._callback is not None
        assert self._args is not None
        hook = self._loop._hook
        if hook is not None:
            hook.callback_started(self)
        try:
            self._context.run(self._callback, *self._args)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            self._report(exc)
        if hook is not None:
            hook.callback_ran(self)

    _run_watched = _run

    def _report(self, exc: BaseException) -> None:
        callback = reprs.format_callback_source(self._callback, self._args or (), debug=self._loop._debug)
        context: dict[str, Any] = {
            "message": f"Exception in callback {callback}",
            "exception": exc,
            "handle": self,
        }
        if self._source_traceback:
            context["source_traceback"] = self._source_traceback
        self._loop.call_exception_handler(context)


class _ThreadSafeHandle(Handle):
    """A callback that was scheduled from another thread, which may cancel it at any moment.

    It is either cancelled before its turn, or runs whole: a cancel waits for it to end, unless it is its own.
    """

    __slots__ = ("_lock",)

    def __init__(
        self,
        callback: Callable[..., object],
        args: tuple[Any, ...],
        loop: EventLoop,
        context: contextvars.Context | None = None,
    ) -> None:
        self._lock = threading.RLock()
        super().__init__(callback, args, loop, context)

    def cancel(self) -> None:
        with self._lock:
            super().cancel()

    def cancelled(self) -> bool:
        with self._lock:
            return super().cancelled()

    def _run(self) -> None:
        with self._lock:
            super()._run()

    _run_watched = _run


class TimerHandle(Handle):
    """A callback that will be called at a time.

    Like: `asyncio.TimerHandle`.
    """

    __slots__ = ("_deadline_ns", "_scheduled", "_when")

    def __init__(
        self,
        when: float,
        deadline_ns: int,
        callback: Callable[..., object],
        args: tuple[Any, ...],
        loop: EventLoop,
        context: contextvars.Context | None = None,
    ) -> None:
        Handle.__init__(self, callback, args, loop, context)
        self._when = when  # seconds on the loop's clock, as the user gave it
        self._deadline_ns = deadline_ns  # the same, in the loop's own unit
        # True while it stands on the heap and False once it is due, the loop's to change; None when it has had its turn.
        self._scheduled: bool | None = None

    def when(self) -> float:
        """Return the deadline in seconds, as `loop.time()` counts them."""
        return self._when

    def cancel(self) -> None:
        if not self._cancelled:
            if self._scheduled is not None:
                self._loop._timer_cancelled(self)
            super().cancel()

    def __hash__(self) -> int:
        return hash(self._when)

    def __lt__(self, other: TimerHandle) -> bool:
        if isinstance(other, TimerHandle):
            return self._when < other._when
        return NotImplemented

    def __le__(self, other: TimerHandle) -> bool:
        if isinstance(other, TimerHandle):
            return self._when < other._when or self == other
        return NotImplemented

    def __gt__(self, other: TimerHandle) -> bool:
        if isinstance(other, TimerHandle):
            return self._when > other._when
        return NotImplemented

    def __ge__(self, other: TimerHandle) -> bool:
        if isinstance(other, TimerHandle):
            return self._when > other._when or self == other
        return NotImplemented

    def __eq__(self, other: object) -> bool:
        if isinstance(other, TimerHandle):
            return (
                self._when == other._when
                and self._callback == other._callback
                and self._args == other._args
                and self._cancelled == other._cancelled
            )
        return NotImplemented

    def _repr_details(self) -> list[str]:
        return [f"when={self._when}"]

    def _run(self) -> None:
        if not self._cancelled:
            self._scheduled = None
            hook = self._loop._hook
            if hook is not None:
                hook.timer_fired(self)
            super()._run()

    _run_watched = _run


class _ThreadState(threading.local):
    running: EventLoop | None = None  # the loop whose code runs in this thread now
    current: EventLoop | None = None  # what set_event_loop() chose, for code outside any loop


_thread = _ThreadState()
_loop_factory: Callable[[], EventLoop] | None = None  # what set_event_loop_factory() chose
_default_loop_factory: Callable[[], EventLoop] | None = None  # `EventLoop`, as `loop` says, which knows this module


def get_running_loop() -> EventLoop:
    """Return the loop that runs in this thread.

    Raises RuntimeError if there is none. Like: `asyncio.get_running_loop`.
    """
    loop = _thread.running
    if loop is None:
        raise RuntimeError("no running event loop")
    return loop


def get_running_loop_or_none() -> EventLoop | None:
    """Return the loop that runs in this thread, or None."""
    return _thread.running


def set_running_loop(loop: EventLoop | None) -> None:
    """Say which loop's code runs in this thread; for loops and shells only."""
    _thread.running = loop


def get_event_loop() -> EventLoop:
    """Return the running loop, or outside of one the loop that `set_event_loop` chose.

    Raises RuntimeError if there is neither. Like: `asyncio.get_event_loop`, of Python 3.14: none is made on the quiet.
    """
    loop = _thread.running or _thread.current
    if loop is None:
        raise noted(
            RuntimeError(f"There is no current event loop in thread {threading.current_thread().name!r}."),
            "use `run()`, or make one with `new_event_loop()`",
        )
    return loop


def set_event_loop(loop: EventLoop | None) -> None:
    """Choose what `get_event_loop` returns in this thread outside of a running loop. Raises TypeError for what is none."""
    if loop is not None and not hasattr(loop, "run_until_complete"):
        name = type(loop).__name__
        raise TypeError(f"loop must be an instance of AbstractEventLoop or None, not {name!r}")
    _thread.current = loop


def new_event_loop() -> EventLoop:
    """Return a new loop, of the kind that `set_event_loop_factory` chose."""
    make = _loop_factory or _default_loop_factory
    assert make is not None, "corodemo.runtime imports the loop, which says how one is made"
    return make()


def set_default_loop_factory(factory: Callable[[], EventLoop]) -> None:
    """Say how loops are made where nobody has chosen; for the module that has the loop."""
    global _default_loop_factory
    _default_loop_factory = factory


def set_event_loop_factory(factory: Callable[[], EventLoop] | None) -> Callable[[], EventLoop] | None:
    """Choose how `new_event_loop`, and with it `run()`, makes loops: with which clock and which hook. None: as usual.

    Return what was chosen before, for who gives it back.
    """
    global _loop_factory
    before, _loop_factory = _loop_factory, factory
    return before
