"""The runtime: coroutines run from `coro.send(None)` up, a short file for each section of the chapter.

Read in this order: `futures`, `tasks`, `sleep`, `events`, `loop`, `clock`, `runners`; then `gather`, `timeouts` and the rest.
"""

import importlib
from typing import TYPE_CHECKING, Any

from .awaitables import ensure_future
from .chaining import wrap_future
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
from .futures import Future, isfuture
from .gather import gather
from .hooks import Hook
from .loop import EventLoop
from .runners import Runner, run
from .shield import shield
from .sleep import sleep
from .tasks import Task, all_tasks, create_task, current_task

if TYPE_CHECKING:
    from .barriers import Barrier
    from .callgraph import FrameCallGraphEntry, FutureCallGraph, capture_call_graph, format_call_graph, print_call_graph
    from .eager import create_eager_task_factory, eager_task_factory
    from .locks import BoundedSemaphore, Condition, Event, Lock, Semaphore
    from .queues import LifoQueue, PriorityQueue, Queue, QueueEmpty, QueueFull, QueueShutDown
    from .taskgroups import TaskGroup
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

#: What a loop can do without, by module: loaded when one of its names is asked for (PEP 562). With all of it `corodemo run`
#: of a small script takes 55 ms, without it 51 (Python 3.11).
_ON_DEMAND = {
    "barriers": "Barrier",
    "callgraph": "FrameCallGraphEntry FutureCallGraph capture_call_graph format_call_graph print_call_graph",
    "eager": "create_eager_task_factory eager_task_factory",
    "locks": "BoundedSemaphore Condition Event Lock Semaphore",
    "queues": "LifoQueue PriorityQueue Queue QueueEmpty QueueFull QueueShutDown",
    "taskgroups": "TaskGroup",
    "threads": "run_coroutine_threadsafe to_thread",
    "timeouts": "Timeout timeout timeout_at wait_for",
    "waiting": "ALL_COMPLETED FIRST_COMPLETED FIRST_EXCEPTION as_completed wait",
}


if not TYPE_CHECKING:  # else any name would be taken for one of ours

    def __getattr__(name: str) -> Any:
        for part, names in _ON_DEMAND.items():
            if name == part or name in names.split():
                module = importlib.import_module(f".{part}", __name__)
                globals()[name] = module if name == part else getattr(module, name)
                return globals()[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *_ON_DEMAND, *__all__} - {"Any", "TYPE_CHECKING", "importlib"})
