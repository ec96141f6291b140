"""The runtime: coroutines run from `coro.send(None)` up, a short file for each section of the chapter.

Read in this order: `futures`, `tasks`, `sleep`, `events`, `loop`, `clock`, `runners`; then `gather`, `timeouts` and the rest.
"""

from .awaitables import ensure_future
from .barriers import Barrier
from .callgraph import FrameCallGraphEntry, FutureCallGraph, capture_call_graph, format_call_graph, print_call_graph
from .chaining import wrap_future
from .clock import Clock, SystemClock, VirtualClock
from .coroutines import coroutine, iscoroutine, iscoroutinefunction
from .eager import create_eager_task_factory, eager_task_factory
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
from .futures import Future, future_add_to_awaited_by, future_discard_from_awaited_by, isfuture
from .gather import gather
from .hooks import Hook
from .locks import BoundedSemaphore, Condition, Event, Lock, Semaphore
from .loop import EventLoop
from .queues import LifoQueue, PriorityQueue, Queue, QueueEmpty, QueueFull, QueueShutDown
from .runners import Runner, run
from .shield import shield
from .sleep import sleep
from .taskgroups import TaskGroup
from .tasks import Task, all_tasks, create_task, current_task
from .threads import run_coroutine_threadsafe, to_thread
from .timeouts import Timeout, timeout, timeout_at, wait_for
from .waiting import ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, as_completed, wait

__all__ = [
    "ALL_COMPLETED",
    "FIRST_COMPLETED",
    "FIRST_EXCEPTION",
    "Barrier",
    "BoundedSemaphore",
    "BrokenBarrierError",
    "CancelledError",
    "Clock",
    "Condition",
    "Deadlock",
    "Event",
    "EventLoop",
    "FrameCallGraphEntry",
    "Future",
    "FutureCallGraph",
    "Handle",
    "Hook",
    "InvalidStateError",
    "LifoQueue",
    "Lock",
    "PriorityQueue",
    "Queue",
    "QueueEmpty",
    "QueueFull",
    "QueueShutDown",
    "Runner",
    "Semaphore",
    "SystemClock",
    "Task",
    "TaskGroup",
    "Timeout",
    "TimeoutError",
    "TimerHandle",
    "VirtualClock",
    "all_tasks",
    "as_completed",
    "capture_call_graph",
    "coroutine",
    "create_eager_task_factory",
    "create_task",
    "current_task",
    "eager_task_factory",
    "ensure_future",
    "format_call_graph",
    "future_add_to_awaited_by",
    "future_discard_from_awaited_by",
    "gather",
    "get_event_loop",
    "get_running_loop",
    "iscoroutine",
    "iscoroutinefunction",
    "isfuture",
    "new_event_loop",
    "print_call_graph",
    "run",
    "run_coroutine_threadsafe",
    "set_event_loop",
    "set_event_loop_factory",
    "shield",
    "sleep",
    "timeout",
    "timeout_at",
    "to_thread",
    "wait",
    "wait_for",
    "wrap_future",
]
