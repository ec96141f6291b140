"""Threads: run a function beside the loop, and reach the loop from beside it.

A loop lives in one thread, and nothing in it is thread-safe but two doors: `run_in_executor`, which `to_thread` is made of, and
`call_soon_threadsafe`, which `run_coroutine_threadsafe` is made of. Cancelling what waits for a thread does not
stop the thread; no way exists to stop one.
"""

from __future__ import annotations

import concurrent.futures
import contextvars
import functools
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from . import coroutines, events, reprs
from .awaitables import ensure_future
from .chaining import chain_future
from .exceptions import noted

if TYPE_CHECKING:
    from .loop import EventLoop

__all__ = ["run_coroutine_threadsafe", "to_thread"]

T = TypeVar("T")
P = ParamSpec("P")


async def to_thread(func: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `func(*args, **kwargs)` in a thread, in a copy of the current context; suspend until it is over.

    A cancel ends the wait at once, and the function runs on unseen. Like: `asyncio.to_thread`.
    """
    loop = events.get_running_loop()
    context = contextvars.copy_context()
    return await loop.run_in_executor(None, functools.partial(context.run, func, *args, **kwargs))


def run_coroutine_threadsafe(coro: Coroutine[Any, Any, T], loop: EventLoop) -> concurrent.futures.Future[T]:
    """Run a coroutine as a task in a loop of another thread; return a future that this thread can wait on.

    To wait for it in the loop's own thread would be to wait for ever. Cancelling it cancels the task.
    Raises TypeError if `coro` is no coroutine, RuntimeError if the loop is closed. Like: `asyncio.run_coroutine_threadsafe`.
    """
    if not coroutines.iscoroutine(coro):
        raise noted(TypeError("A coroutine object is required"), f"got {reprs.safe(coro)}")
    future: concurrent.futures.Future[T] = concurrent.futures.Future()

    def start() -> None:
        try:
            chain_future(ensure_future(coro, loop=loop), future)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            # A task factory that fails, for instance: the other thread must not wait for ever.
            if future.set_running_or_notify_cancel():
                future.set_exception(exc)
            raise

    loop.call_soon_threadsafe(start)
    return future
