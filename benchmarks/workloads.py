"""What is measured, written against asyncio's names: each workload is a coroutine function of `(aio, n)` that does n items.

All of them run on the real clock. A workload does one thing; what it needs besides is made small against it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

__all__ = ["SIZES", "WORKLOADS"]


async def _nothing() -> None:
    pass


async def switch(aio: Any, n: int) -> None:
    """A hundred tasks that yield to each other."""

    async def yielder() -> None:
        for _ in range(n // 100):
            await aio.sleep(0)

    await aio.gather(*[yielder() for _ in range(100)])


async def spawn(aio: Any, n: int) -> None:
    """Make a task and await it, one after the other."""
    for _ in range(n):
        await aio.create_task(_nothing())


async def gather(aio: Any, n: int) -> None:
    """One gather of many coroutines."""
    await aio.gather(*[_nothing() for _ in range(n)])


async def timers(aio: Any, n: int) -> None:
    """Many sleepers, each with its own deadline within a few milliseconds."""
    await aio.gather(*[aio.sleep(i % 997 * 1e-6 + 1e-6) for i in range(n)])


async def wait_for(aio: Any, n: int) -> None:
    """A wait with a limit that is not reached."""
    for _ in range(n):
        await aio.wait_for(aio.sleep(0), 10)


async def queue(aio: Any, n: int) -> None:
    """Two tasks that hand an item back and forth."""
    there, back = aio.Queue(), aio.Queue()

    async def pong() -> None:
        for _ in range(n):
            await back.put(await there.get())

    task = aio.create_task(pong())
    for _ in range(n):
        await there.put(None)
        await back.get()
    await task


async def cancel(aio: Any, n: int) -> None:
    """Many sleeping tasks, cancelled and awaited."""
    tasks = [aio.create_task(aio.sleep(60)) for _ in range(n)]
    await aio.sleep(0)
    for task in tasks:
        task.cancel()
    await aio.gather(*tasks, return_exceptions=True)


async def futures(aio: Any, n: int) -> None:
    """A future that a callback finishes."""
    loop = aio.get_running_loop()
    for _ in range(n):
        future = loop.create_future()
        loop.call_soon(future.set_result, None)
        await future


async def deep(aio: Any, n: int) -> None:
    """A yield a hundred awaits down."""

    async def descend(depth: int) -> None:
        if depth:
            await descend(depth - 1)
        else:
            for _ in range(n):
                await aio.sleep(0)

    await descend(100)


async def threads(aio: Any, n: int) -> None:
    """A function that does nothing, in a thread, one after the other."""
    for _ in range(n):
        await aio.to_thread(int)


WORKLOADS: dict[str, Callable[[Any, int], Awaitable[None]]] = {
    function.__name__: function
    for function in (switch, spawn, gather, timers, wait_for, queue, cancel, futures, deep, threads)
}

#: How many items a measurement does: enough for some tens of milliseconds.
SIZES = {
    "switch": 50_000,
    "spawn": 10_000,
    "gather": 20_000,
    "timers": 20_000,
    "wait_for": 5_000,
    "queue": 10_000,
    "cancel": 20_000,
    "futures": 20_000,
    "deep": 10_000,
    "threads": 1_000,
}
