"""The state of an event loop: each field once, with what it means and whose it is to change.

The parts of a loop (`registry`, `timers`, `wakeup`, `selector`, `executors`, `asyncgens`, `reports`) stand side by side on this
class and know each other by it alone; `EventLoop`, in `loop`, is made of them. What one part asks of another is named at the
end, for the type checker.
"""

from __future__ import annotations

import collections
import itertools
import os
import sys
import threading
import weakref
from typing import TYPE_CHECKING, Any

from .exceptions import noted

if TYPE_CHECKING:
    import concurrent.futures
    import contextvars
    import selectors
    import socket
    from collections.abc import AsyncGenerator, Callable
    from typing import Protocol

    from . import events, hooks
    from .clock import Clock
    from .futures import Future
    from .tasks import Task

    class Entry(Protocol):
        """What may stand in the ready queue."""

        def _run(self) -> None: ...

        def _run_watched(self) -> None:
            """Do the same while the loop has a hook."""


__all__ = ["SWEEP_MIN", "LoopState", "debug_by_environment"]

#: Fewer references to tasks than these are not worth a sweep.
SWEEP_MIN = 64


class LoopState:
    """What a loop has in it. Not for use by itself: `EventLoop` is made of it."""

    #: What steps and timers look at. A slot is found sooner than an attribute in a dict: 4 % off most workloads with 3.11.
    #: It must be all of that: where there are slots 3.13 finds the rest later, and with half of them `wait_for` took 9 % more.
    __slots__ = (
        "__dict__",
        "__weakref__",
        "_clock",
        "_closed",
        "_current_task",
        "_debug",
        "_hash_numbers",
        "_hook",
        "_ready",
        "_stopping",
        "_task_factory",
        "_task_numbers",
        "_task_refs",
        "_task_refs_limit",
        "_thread_id",
        "_timer_sequence",
        "_timers",
        "_timers_cancelled",
        "_watches_files",
    )

    def __init__(self, clock: Clock) -> None:
        # --- the loop itself
        self._ready: collections.deque[Entry] = collections.deque()  # other threads may append to it, and nothing else
        self._clock: Clock = clock
        self._hook: hooks.Hook | None = None  # `hook`, guarded; what the runtime calls
        self._idle_hook: hooks.Hook | None = None  # one that overrides nothing, which need not be called
        self._stopping = False  # stop() was called: this iteration is the last
        self._closed = False
        self._thread_id: int | None = None  # the thread that runs the loop, while it runs
        # --- tasks: the registry's to change, but for the current one, which a step sets
        self._current_task: Task[Any] | None = None  # the task whose step runs now
        self._task_refs: list[weakref.ref[Task[Any]]] = []  # tasks that have waited, in that order; some are done
        self._task_refs_limit = SWEEP_MIN  # with so many of them they are swept
        self._task_numbers = 0  # for the names of those that get none; a task counts
        self._hash_numbers = itertools.count(1)  # for the order of sets of futures
        self._task_factory: Callable[..., Any] | None = None
        # --- timers
        self._timers: list[
            tuple[int, int, Any]
        ] = []  # a heap of (deadline, sequence, timer); an iteration takes from it
        self._timer_sequence = 0
        self._timers_cancelled = 0  # how many cancelled ones are still on the heap
        # --- the wakeup: any thread may give the bell back; the rest is the loop's thread's
        self._bell = threading.Lock()  # given back: somebody rang
        self._bell.acquire()
        self._selecting = False  # the loop is in its selector, or about to be, where it does not hear the bell
        self._pipe: tuple[socket.socket, socket.socket] | None = (
            None  # to read from, and to write to; made with the selector
        )
        # --- the selector, which is made when a first file or signal is watched
        self._selector: selectors.BaseSelector | None = None
        self._watches_files = False  # whether anything but the pipe is registered
        self._signal_handles: dict[int, events.Handle] = {}  # by the signal's number
        self._outer_wakeup_fd = -1  # where the interpreter wrote signals before this loop had handlers
        # --- executors
        self._default_executor: concurrent.futures.Executor | None = None
        self._executor_shutdown_called = False
        self._jobs = 0  # executor jobs under way, for the virtual clock to wait for
        # --- async generators
        self._asyncgens: weakref.WeakSet[AsyncGenerator[Any, Any]] = weakref.WeakSet()
        self._asyncgens_shutdown_called = False
        # --- reports, and debug mode
        self._exception_handler: Callable[..., object] | None = None
        self._debug = debug_by_environment()
        self._origin_depth: int | None = None  # of coroutines' origins, as it was before debug mode changed it
        self.slow_callback_duration = 0.1  # seconds; debug mode reports steps and callbacks that take as long

    def is_running(self) -> bool:
        """Return True while the loop runs."""
        return self._thread_id is not None

    def is_closed(self) -> bool:
        """Return True once the loop was closed."""
        return self._closed

    def _check_closed(self) -> None:
        if self._closed:
            raise noted(RuntimeError("Event loop is closed"), f"{self!r}; make a new one, or let run() make it")

    if TYPE_CHECKING:
        # What one part asks of another; each says more where it is written.

        def call_soon_threadsafe(
            self, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
        ) -> events.Handle: ...

        def call_later(
            self, delay: float, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
        ) -> events.TimerHandle: ...

        def create_future(self) -> Future[Any]: ...

        def create_task(self, coro: Any) -> Any: ...

        def call_exception_handler(self, context: dict[str, Any]) -> None: ...

        def _wake_selector(self) -> None: ...

        def _check_callback(self, callback: object, method: str) -> None: ...

        def _check_thread(self) -> None: ...


def debug_by_environment() -> bool:
    """Return True if Python's development mode or `PYTHONASYNCIODEBUG` asks for debug mode."""
    return sys.flags.dev_mode or (not sys.flags.ignore_environment and bool(os.environ.get("PYTHONASYNCIODEBUG")))
