"""Eager tasks: the first step runs inside `create_task()`, not through the ready queue.

A coroutine that never has to wait is then over before `create_task()` returns, and costs the loop nothing. The
price is the order: what used to run later now runs first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .tasks import Task

if TYPE_CHECKING:
    from .loop import EventLoop

__all__ = ["create_eager_task_factory", "eager_task_factory"]


def create_eager_task_factory(
    constructor: Callable[..., Any],
) -> Callable[..., Any]:
    """Return a task factory whose tasks run their first step at once, made by `constructor`.

    Like: `asyncio.create_eager_task_factory`.
    """

    def factory(loop: EventLoop, coro: Any, *, eager_start: bool = True, **kwargs: Any) -> Any:
        """Make a task of a coroutine and run its first step now."""
        return constructor(coro, loop=loop, eager_start=eager_start, **kwargs)

    return factory


eager_task_factory = create_eager_task_factory(Task)
