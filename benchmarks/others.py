"""The same workloads in the words of trio and curio, which have no futures and no gather."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

__all__ = ["curio_workloads", "trio_workloads"]


async def _nothing() -> None:
    pass


async def _yield_times(checkpoint: Callable[[], Awaitable[Any]], times: int) -> None:
    for _ in range(times):
        await checkpoint()


async def _descend(checkpoint: Callable[[], Awaitable[Any]], depth: int, times: int) -> None:
    if depth:
        await _descend(checkpoint, depth - 1, times)
    else:
        await _yield_times(checkpoint, times)


def trio_workloads() -> dict[str, Callable[[int], Awaitable[None]]]:
    """Return what trio has of the workloads."""
    import trio

    checkpoint = trio.lowlevel.checkpoint

    async def switch(n: int) -> None:
        async with trio.open_nursery() as nursery:
            for _ in range(100):
                nursery.start_soon(_yield_times, checkpoint, n // 100)

    async def spawn(n: int) -> None:
        for _ in range(n):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(_nothing)

    async def gather(n: int) -> None:
        async with trio.open_nursery() as nursery:
            for _ in range(n):
                nursery.start_soon(_nothing)

    async def timers(n: int) -> None:
        async with trio.open_nursery() as nursery:
            for i in range(n):
                nursery.start_soon(trio.sleep, i % 997 * 1e-6 + 1e-6)

    async def wait_for(n: int) -> None:
        for _ in range(n):
            with trio.fail_after(10):
                await checkpoint()

    async def queue(n: int) -> None:
        there_in, there_out = trio.open_memory_channel[None](1)
        back_in, back_out = trio.open_memory_channel[None](1)

        async def pong() -> None:
            for _ in range(n):
                await back_in.send(await there_out.receive())

        async with trio.open_nursery() as nursery:
            nursery.start_soon(pong)
            for _ in range(n):
                await there_in.send(None)
                await back_out.receive()

    async def cancel(n: int) -> None:
        async with trio.open_nursery() as nursery:
            for _ in range(n):
                nursery.start_soon(trio.sleep, 60)
            await checkpoint()
            nursery.cancel_scope.cancel()

    async def deep(n: int) -> None:
        await _descend(checkpoint, 100, n)

    async def threads(n: int) -> None:
        for _ in range(n):
            await trio.to_thread.run_sync(int)

    return {f.__name__: f for f in (switch, spawn, gather, timers, wait_for, queue, cancel, deep, threads)}


def curio_workloads() -> dict[str, Callable[[int], Awaitable[None]]]:
    """Return what curio has of the workloads."""
    import curio

    async def checkpoint() -> None:
        await curio.sleep(0)

    async def switch(n: int) -> None:
        async with curio.TaskGroup() as group:
            for _ in range(100):
                await group.spawn(_yield_times, checkpoint, n // 100)

    async def spawn(n: int) -> None:
        for _ in range(n):
            await (await curio.spawn(_nothing)).join()

    async def gather(n: int) -> None:
        async with curio.TaskGroup() as group:
            for _ in range(n):
                await group.spawn(_nothing)

    async def timers(n: int) -> None:
        async with curio.TaskGroup() as group:
            for i in range(n):
                await group.spawn(curio.sleep, i % 997 * 1e-6 + 1e-6)

    async def wait_for(n: int) -> None:
        for _ in range(n):
            await curio.timeout_after(10, checkpoint)

    async def queue(n: int) -> None:
        there, back = curio.Queue(), curio.Queue()

        async def pong() -> None:
            for _ in range(n):
                await back.put(await there.get())

        task = await curio.spawn(pong)
        for _ in range(n):
            await there.put(None)
            await back.get()
        await task.join()

    async def deep(n: int) -> None:
        await _descend(checkpoint, 100, n)

    async def threads(n: int) -> None:
        for _ in range(n):
            await curio.run_in_thread(int)

    return {f.__name__: f for f in (switch, spawn, gather, timers, wait_for, queue, deep, threads)}
