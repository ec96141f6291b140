"""Awaitables: how whatever can be awaited becomes a future that others can watch.

There are three kinds. A future, a task included, is one already. A coroutine needs a task to run it. Anything else
with an `__await__` needs a coroutine around it first, since only coroutines can be sent into.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Awaitable, Coroutine
from types import CoroutineType
from typing import TYPE_CHECKING, Any, TypeVar

from . import coroutines, events, reprs
from .exceptions import noted
from .futures import isfuture

if TYPE_CHECKING:
    from .loop import EventLoop

__all__ = ["as_coroutine", "ensure_future", "warn_if_no_loop_runs"]

T = TypeVar("T")


def ensure_future(coro_or_future: Any, *, loop: EventLoop | None = None) -> Any:
    """Return a future as it is; make a task of a coroutine or any other awaitable.

    Raises TypeError for what cannot be awaited, ValueError if `loop` is not the future's. Like: `asyncio.ensure_future`.
    """
    if coro_or_future.__class__ is CoroutineType and loop is not None:
        return loop.create_task(coro_or_future)
    if isfuture(coro_or_future):
        if loop is not None and loop is not coro_or_future.get_loop():
            raise noted(
                ValueError("The future belongs to a different loop than the one specified as the loop argument"),
                f"{reprs.safe(coro_or_future)}; await it in the loop that it was made in",
            )
        return coro_or_future
    is_ours = False
    if not coroutines.iscoroutine(coro_or_future):
        coro_or_future = as_coroutine(coro_or_future)
        is_ours = True
    try:
        if loop is None:
            loop = events.get_event_loop()
        return loop.create_task(coro_or_future)
    except RuntimeError:
        if is_ours:
            coro_or_future.close()  # nobody else can be told that it was never awaited
        raise


def as_coroutine(awaitable: Any) -> Coroutine[Any, Any, Any]:
    """Return a coroutine that awaits `awaitable`; raise TypeError for what cannot be awaited."""
    if not inspect.isawaitable(awaitable):
        raise noted(
            TypeError("An asyncio.Future, a coroutine or an awaitable is required"),
            f"got {reprs.safe(awaitable)}{_hint(awaitable)}",
        )
    return _await(awaitable)


def _hint(obj: object) -> str:
    if isinstance(obj, (list, tuple, set, frozenset)):
        return "; unpack it with *, as in gather(*awaitables)"
    hint = coroutines.hint(obj)
    return f"; {hint}" if hint else ""


async def _await(awaitable: Awaitable[T]) -> T:
    return await awaitable


def warn_if_no_loop_runs(*, stacklevel: int = 3) -> None:
    """Warn that who calls the caller needs a running loop to make tasks in; deprecated since Python 3.10, and still working."""
    if events.get_running_loop_or_none() is None:
        warnings.warn("There is no current event loop", DeprecationWarning, stacklevel=stacklevel)
