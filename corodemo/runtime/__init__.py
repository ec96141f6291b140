"""The runtime: coroutines run from `coro.send(None)` up, a short file for each section of the chapter.

Read in this order: `futures`, `tasks`, `sleep`, `events`, `loop`, `clock`, `runners`; then `gather`, `timeouts` and the rest.
"""

from .clock import Clock, SystemClock, VirtualClock
from .coroutines import coroutine, iscoroutine, iscoroutinefunction
from .events import (
    Handle,
    TimerHandle,
    get_event_loop,
    get_running_loop,
    new_event_loop,
    set_event_loop,
    set_event_loop_factory,
)
from .exceptions import BrokenBarrierError, CancelledError, Deadlock, InvalidStateError, TimeoutError
from .futures import Future, isfuture, wrap_future
from .gather import gather
from .hooks import Hook
from .loop import EventLoop
from .runners import Runner, run
from .sleep import sleep
from .tasks import (
    Task,
    all_tasks,
    create_eager_task_factory,
    create_task,
    current_task,
    eager_task_factory,
    ensure_future,
)
from .timeouts import Timeout, timeout, timeout_at, wait_for

__all__ = [
    "BrokenBarrierError",
    "CancelledError",
    "Clock",
    "Deadlock",
    "EventLoop",
    "Future",
    "Handle",
    "Hook",
    "InvalidStateError",
    "Runner",
    "SystemClock",
    "Task",
    "Timeout",
    "TimeoutError",
    "TimerHandle",
    "VirtualClock",
    "all_tasks",
    "coroutine",
    "create_eager_task_factory",
    "create_task",
    "current_task",
    "eager_task_factory",
    "ensure_future",
    "gather",
    "get_event_loop",
    "get_running_loop",
    "iscoroutine",
    "iscoroutinefunction",
    "isfuture",
    "new_event_loop",
    "run",
    "set_event_loop",
    "set_event_loop_factory",
    "sleep",
    "timeout",
    "timeout_at",
    "wait_for",
    "wrap_future",
]
