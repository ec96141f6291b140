"""Waiting primitives: wait for several at once, without owning them.

`wait()` and `as_completed()` never cancel what they wait for, not after a timeout and not when they are
cancelled themselves: whoever made the tasks decides. `wait()` answers with two sets, `as_completed()` one by one. Both
treat an awaitable that is given twice as one, and go through their arguments in the order given.
"""

from __future__ import annotations

import concurrent.futures
import inspect
import warnings
from collections.abc import Coroutine, Iterable
from typing import Any

from . import coroutines, events
from .awaitables import ensure_future, warn_if_no_loop_runs
from .exceptions import noted
from .futures import Future, isfuture
from .hooks import Hook
from .queues import Queue
from .waitables import Waiter

__all__ = ["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION", "as_completed", "wait"]

FIRST_COMPLETED = concurrent.futures.FIRST_COMPLETED
FIRST_EXCEPTION = concurrent.futures.FIRST_EXCEPTION
ALL_COMPLETED = concurrent.futures.ALL_COMPLETED


async def wait(
    aws: Iterable[Any], *, timeout: float | None = None, return_when: str = ALL_COMPLETED
) -> tuple[set[Any], set[Any]]:
    """Wait for tasks and futures; return two sets, `(done, pending)`.

    timeout: seconds after which to return in any case; that raises nothing. return_when: `FIRST_COMPLETED`,
    `FIRST_EXCEPTION` (one that was cancelled does not count) or `ALL_COMPLETED`. Raises TypeError for what is no iterable
    of awaitables, ValueError for an empty one. Coroutines are made tasks, which the sets then contain; deprecated, since nobody
    finds them there. A cancel ends the wait and leaves `aws` alone. Like: `asyncio.wait`, of Python 3.10 where that differs.
    """
    if inspect.isawaitable(aws):
        raise noted(TypeError(f"expect a list of futures, not {type(aws).__name__}"), "write wait([...])")
    arguments = dict.fromkeys(aws)
    if not arguments:
        raise noted(ValueError("Set of Tasks/Futures is empty."), "give wait() at least one")
    if return_when not in (FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED):
        raise noted(
            ValueError(f"Invalid return_when value: {return_when}"),
            "use FIRST_COMPLETED, FIRST_EXCEPTION or ALL_COMPLETED",
        )
    if any(coroutines.iscoroutine(aw) for aw in arguments):
        warnings.warn(
            "The explicit passing of coroutine objects to asyncio.wait() is deprecated since Python 3.8, and scheduled for "
            "removal in Python 3.11.",
            DeprecationWarning,
            stacklevel=2,
        )
    loop = events.get_running_loop()
    futures = [ensure_future(aw, loop=loop) for aw in arguments]
    await _wait_until(futures, timeout, return_when)
    done = {future for future in futures if future.done()}
    return done, set(futures) - done


async def _wait_until(futures: list[Any], timeout: float | None, return_when: str) -> None:
    loop = events.get_running_loop()
    waiter: Future[None] = loop.create_future()
    if loop._hook is not None:
        loop._hook.future_labelled(waiter, f"wait({len(futures)})", futures)
    timer = None if timeout is None else loop.call_later(timeout, _release, waiter)
    remaining = len(futures)

    def one_done(future: Any) -> None:
        nonlocal remaining
        remaining -= 1
        enough = (
            remaining <= 0
            or return_when == FIRST_COMPLETED
            or (return_when == FIRST_EXCEPTION and not future.cancelled() and future.exception() is not None)
        )
        if enough:
            if timer is not None:
                timer.cancel()
            _release(waiter)

    one_done.awaiter = waiter  # type: ignore[attr-defined]  # for the call graph
    one_done.awaited_by = loop._current_task  # type: ignore[attr-defined]  # the same
    for future in futures:
        future.add_done_callback(one_done)
    try:
        await waiter
    finally:
        if timer is not None:
            timer.cancel()
        for future in futures:
            future.remove_done_callback(one_done)


def _release(waiter: Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


def as_completed(aws: Iterable[Any], *, timeout: float | None = None) -> AsCompleted:
    """Run awaitables concurrently, and return an iterator over them in the order in which they finish.

    `for aw in as_completed(...)` gives coroutines: each, when awaited, returns the next result or raises its
    exception. `async for` gives the futures themselves, finished, the very ones that were passed in where they were futures.
    timeout: seconds, counted from the call, after which TimeoutError is raised for each that is not done. Raises TypeError for
    what is no iterable of awaitables. Outside a running loop coroutines are deprecated. Like: `asyncio.as_completed`, of
    Python 3.13.
    """
    if inspect.isawaitable(aws):
        raise noted(
            TypeError(f"expects an iterable of awaitables, not {type(aws).__name__}"), "write as_completed([...])"
        )
    return AsCompleted(list(dict.fromkeys(aws)), timeout)


class _Finished(Queue[Any]):
    """The futures in the order in which they were done; None stands for one that is late."""

    def _announce(self, hook: Hook, waiter: Waiter, what: str) -> None:
        hook.future_labelled(waiter, f"as_completed({len(self.awaited)})", list(self.awaited))

    def __init__(self) -> None:
        super().__init__()
        self.awaited: dict[Any, None] = {}  # those not done yet, in the order given


class AsCompleted:
    """What `as_completed()` returns: an iterator, and an asynchronous one."""

    def __init__(self, aws: list[Any], timeout: float | None) -> None:
        if not all(isfuture(aw) for aw in aws):
            warn_if_no_loop_runs(stacklevel=4)
        loop = next((aw.get_loop() for aw in aws if isfuture(aw)), None) or events.get_event_loop()
        self._finished = _Finished()
        self._awaited = self._finished.awaited
        self._awaited.update(dict.fromkeys(ensure_future(aw, loop=loop) for aw in aws))
        self._left = len(self._awaited)  # how many were not handed out yet
        self._timer: events.Handle | None = None
        running = events.get_running_loop_or_none()
        self.awaited_by = None if running is None else running._current_task  # for the call graph
        for future in list(self._awaited):
            future.add_done_callback(self._one_done)
        if self._awaited and timeout is not None:
            self._timer = loop.call_later(timeout, self._time_over)

    def __iter__(self) -> AsCompleted:
        return self

    def __next__(self) -> Coroutine[Any, Any, Any]:
        if not self._left:
            raise StopIteration
        self._left -= 1
        return self._next_result()

    def __aiter__(self) -> AsCompleted:
        return self

    async def __anext__(self) -> Any:
        if not self._left:
            raise StopAsyncIteration
        self._left -= 1
        return await self._next_future()

    async def _next_result(self) -> Any:
        return (await self._next_future()).result()

    async def _next_future(self) -> Any:
        future = await self._finished.get()
        if future is None:
            raise TimeoutError
        return future

    def _one_done(self, future: Any) -> None:
        if future not in self._awaited:
            return  # its time was over before this callback had its turn
        del self._awaited[future]
        self._finished.put_nowait(future)
        if not self._awaited and self._timer is not None:
            self._timer.cancel()

    def _time_over(self) -> None:
        late = list(self._awaited)
        self._awaited.clear()
        for future in late:
            future.remove_done_callback(self._one_done)
            self._finished.put_nowait(None)
