"""Running a program: make a loop, run one coroutine in it, and leave nothing behind.

The end is the interesting part: tasks that are still there are cancelled and awaited, then async generators are closed, then
the threads are joined, in this order, because each may need what comes after it.
"""

from __future__ import annotations

import contextvars
import enum
import functools
import signal
import threading
from collections.abc import Awaitable, Callable
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, final

from . import coroutines, events, tasks
from .awaitables import as_coroutine
from .exceptions import CancelledError, noted
from .futures import isfuture
from .gather import gather

if TYPE_CHECKING:
    from .loop import EventLoop

__all__ = ["Runner", "run"]

T = TypeVar("T")

#: How long the end of a program waits for its threads, in seconds.
THREAD_JOIN_TIMEOUT = 300


class _State(enum.Enum):
    CREATED = "created"
    INITIALIZED = "initialized"
    CLOSED = "closed"


@final
class Runner:
    """A loop for several calls of `run()`, in one context; a context manager that cleans up at the end.

    debug: True or False sets the loop's debug mode. loop_factory: makes the loop; by default `new_event_loop`.
    Like: `asyncio.Runner`.
    """

    def __init__(self, *, debug: bool | None = None, loop_factory: Callable[[], EventLoop] | None = None) -> None:
        self._state = _State.CREATED
        self._debug = debug
        self._loop_factory = loop_factory
        self._loop: EventLoop | None = None
        self._context: contextvars.Context | None = None
        self._interrupt_count = 0  # how often Ctrl-C came during the run that is under way
        self._set_event_loop = False

    def __enter__(self) -> Runner:
        self._lazy_init()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Cancel what still runs, close generators and threads, close the loop. A second call does nothing."""
        if self._state is not _State.INITIALIZED:
            return
        loop = self._loop
        assert loop is not None
        try:
            _cancel_all_tasks(loop)
            _finish(loop, loop.shutdown_asyncgens())
            _finish(loop, loop.shutdown_default_executor(THREAD_JOIN_TIMEOUT))
        finally:
            if self._set_event_loop:
                events.set_event_loop(None)
            loop.close()
            self._loop = None
            self._state = _State.CLOSED

    def get_loop(self) -> EventLoop:
        """Return the loop; made now if it was not."""
        self._lazy_init()
        assert self._loop is not None
        return self._loop

    def run(self, coro: Awaitable[T], *, context: contextvars.Context | None = None) -> T:
        """Run the coroutine, or another awaitable, as a task and return its result.

        Raises TypeError if it cannot be awaited, RuntimeError inside a running loop. The first Ctrl-C cancels the
        task and becomes KeyboardInterrupt; a second one raises it at once.
        """
        running = events.get_running_loop_or_none()
        if running is not None and running.is_running():
            raise noted(
                RuntimeError("Runner.run() cannot be called from a running event loop"), "await the coroutine instead"
            )
        self._lazy_init()
        assert self._loop is not None
        main: Any = coro if coroutines.iscoroutine(coro) else as_coroutine(coro)
        task = self._loop.create_task(main, context=self._context if context is None else context)
        sigint_handler = self._take_sigint(task)
        self._interrupt_count = 0
        try:
            return self._loop.run_until_complete(task)  # type: ignore[no-any-return]
        except (SystemExit, KeyboardInterrupt):
            if task.done() and not task.cancelled():
                task.exception()  # raised through the loop already, so retrieved
            raise
        except CancelledError:
            # A task factory's tasks may be somebody else's, from before there was `uncancel`.
            uncancel = getattr(task, "uncancel", None)
            if self._interrupt_count > 0 and uncancel is not None and uncancel() == 0:
                raise KeyboardInterrupt from None
            raise
        finally:
            if sigint_handler is not None and signal.getsignal(signal.SIGINT) is sigint_handler:
                signal.signal(signal.SIGINT, signal.default_int_handler)

    def _take_sigint(self, task: tasks.Task[Any]) -> Callable[..., Any] | None:
        """Make Ctrl-C cancel the task, unless somebody else handles it or this is not the main thread."""
        if threading.current_thread() is not threading.main_thread():
            return None
        if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            return None
        handler = functools.partial(self._on_sigint, task=task)
        try:
            signal.signal(signal.SIGINT, handler)
        except ValueError:
            return None  # a subinterpreter cannot
        return handler

    def _on_sigint(self, signum: int, frame: FrameType | None, task: tasks.Task[Any]) -> None:
        self._interrupt_count += 1
        if self._interrupt_count == 1 and not task.done():
            task.cancel()
            # Wake the loop if it waits, so that the cancel is delivered now.
            assert self._loop is not None
            self._loop.call_soon_threadsafe(lambda: None)
            return
        raise KeyboardInterrupt()

    def _lazy_init(self) -> None:
        if self._state is _State.CLOSED:
            raise RuntimeError("Runner is closed")
        if self._state is _State.INITIALIZED:
            return
        if self._loop_factory is None:
            self._loop = events.new_event_loop()
            if not self._set_event_loop:
                # Once only: a loop policy may be slow, and asyncio's tests count.
                events.set_event_loop(self._loop)
                self._set_event_loop = True
        else:
            self._loop = self._loop_factory()
        if self._debug is not None:
            self._loop.set_debug(self._debug)
        self._context = contextvars.copy_context()
        self._state = _State.INITIALIZED


def run(
    coro: Awaitable[T],
    *,
    debug: bool | None = None,
    loop_factory: Callable[[], EventLoop] | None = None,
) -> T:
    """Run the coroutine in a loop of its own and return its result; then cancel what is left, and close the loop.

    coro: or another awaitable, as of Python 3.14. Raises TypeError if it cannot be awaited, RuntimeError if a loop runs in this
    thread. Like: `asyncio.run`.
    """
    running = events.get_running_loop_or_none()
    if running is not None and running.is_running():
        raise noted(
            RuntimeError("asyncio.run() cannot be called from a running event loop"), "await the coroutine instead"
        )
    with Runner(debug=debug, loop_factory=loop_factory) as runner:
        return runner.run(coro)


def _finish(loop: EventLoop, ending: Any) -> None:
    """Run what is left to do at the end; mostly that is nothing, and then the loop does not start again."""
    if not (isfuture(ending) and ending.done()):
        loop.run_until_complete(ending)


def _cancel_all_tasks(loop: EventLoop) -> None:
    remaining = loop._tasks()  # in the order in which they first waited
    if not remaining:
        return
    for task in remaining:
        task.cancel()
    loop.run_until_complete(gather(*remaining, return_exceptions=True))
    for task in remaining:
        if task.cancelled():
            continue
        if task.exception() is not None:
            loop.call_exception_handler(
                {
                    "message": "unhandled exception during asyncio.run() shutdown",
                    "exception": task.exception(),
                    "task": task,
                }
            )
