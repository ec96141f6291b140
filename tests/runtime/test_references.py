"""A task that is ready, or that something can still wake, is not collected, whether or not anybody kept it."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from virtual import run_virtual

import corodemo as asyncio


async def settle(rounds=3):
    for _ in range(rounds):
        await asyncio.sleep(0)


def spawn(coro, log):
    """Start a task and keep nothing of it; log when it is collected before it is done."""
    task = asyncio.create_task(coro)
    weakref.finalize(task, log.append, "gone")


async def survives(start):
    """Return what an unreferenced task logs, when everything that can be collected is, at each moment."""
    log = []
    start(log)
    for _ in range(5):
        gc.collect()
        await asyncio.sleep(1)
    return log


async def log_after(awaitable, log):
    await awaitable
    gc.collect()
    log.append("done")


@pytest.mark.parametrize(
    "awaitable",
    [
        lambda: asyncio.sleep(0),
        lambda: asyncio.sleep(2),
        lambda: asyncio.wait_for(asyncio.sleep(2), 3),
        lambda: asyncio.gather(asyncio.sleep(1), asyncio.sleep(2)),
        lambda: asyncio.shield(asyncio.sleep(2)),
        lambda: asyncio.wait([asyncio.create_task(asyncio.sleep(2))]),
        lambda: asyncio.create_task(asyncio.sleep(2)),
    ],
    ids=["ready", "sleep", "wait_for", "gather", "shield", "wait", "another task"],
)
def test_a_task_that_nobody_keeps_runs_to_its_end(awaitable):
    async def main():
        return await survives(lambda log: spawn(log_after(awaitable(), log), log))

    assert run_virtual(main()) == ["done", "gone"]


def test_a_task_that_waits_for_a_thread_is_kept():
    async def main():
        log = []
        release = threading.Event()
        spawn(log_after(asyncio.to_thread(release.wait), log), log)
        await settle()
        gc.collect()
        release.set()
        while "done" not in log:
            await asyncio.sleep(0)
        return log

    assert run_virtual(main())[0] == "done"


def test_a_task_that_waits_for_a_lock_or_a_queue_is_kept_by_it():
    async def takes(lock, log):
        async with lock:
            log.append("took it")

    async def main():
        log = []
        lock, queue = asyncio.Lock(), asyncio.Queue()
        await lock.acquire()
        spawn(takes(lock, log), log)
        spawn(log_after(queue.get(), log), log)
        await settle()
        gc.collect()
        lock.release()
        queue.put_nowait(1)
        await settle()
        return log

    assert run_virtual(main()) == ["took it", "gone", "done", "gone"]


def test_a_task_that_nothing_can_wake_is_collected_and_reported():
    reported = []

    async def main():
        loop = asyncio.get_running_loop()
        # Nothing of the report is kept: who keeps its task brings it back, and since Python 3.15 weak references, too.
        loop.set_exception_handler(lambda _, context: reported.append((context["message"], context["task"].get_name())))

        async def waits_in_vain():
            await loop.create_future()

        asyncio.create_task(waits_in_vain(), name="lost")
        await settle()
        gc.collect()
        return [task.get_name() for task in asyncio.all_tasks()]

    assert run_virtual(main()) == ["Task-1"]
    assert reported == [("Task was destroyed but it is pending!", "lost")]


def test_a_task_leaves_nothing_behind_when_it_is_done():
    async def fails():
        raise ValueError

    async def main():
        tasks = [asyncio.create_task(asyncio.sleep(1)), asyncio.create_task(fails())]
        await asyncio.wait(tasks)
        tasks[1].exception()
        refs = [weakref.ref(task) for task in tasks]
        tasks.clear()
        # Without the collector: no cycle is left that holds a task.
        return [ref() for ref in refs]

    gc.disable()
    try:
        assert run_virtual(main()) == [None, None]
    finally:
        gc.enable()
