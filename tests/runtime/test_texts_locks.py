"""What locks, barriers and queues say when something goes wrong: asyncio's words, to the letter."""

from __future__ import annotations

import asyncio
import sys

import pytest
from both_runtimes import raised, situation

import corodemo

SITUATIONS = {}
case = situation(SITUATIONS)

#: What newer versions say otherwise: since which, and what.
NEWEST = {
    "barrier_for_nobody": ((3, 14), "ValueError", "parties must be >= 1"),
    "put_after_shutdown": ((3, 13), "QueueShutDown", ""),
    "get_after_shutdown": ((3, 13), "QueueShutDown", ""),
}


@case
def lock_released_twice(aio):
    aio.Lock().release()


@case
async def condition_waited_for_without_its_lock(aio):
    await aio.Condition().wait()


@case
def condition_notified_without_its_lock(aio):
    aio.Condition().notify()


@case
def condition_notified_all_without_its_lock(aio):
    aio.Condition().notify_all()


@case
def semaphore_of_less_than_nothing(aio):
    aio.Semaphore(-1)


@case
def bounded_semaphore_released_too_often(aio):
    aio.BoundedSemaphore(2).release()


@case
def barrier_for_nobody(aio):
    aio.Barrier(0)


@case
async def barrier_aborted_before(aio):
    barrier = aio.Barrier(2)
    await barrier.abort()
    await barrier.wait()


@case
async def barrier_aborted_meanwhile(aio):
    barrier = aio.Barrier(2)
    waits = aio.create_task(barrier.wait())
    await aio.sleep(0)
    await barrier.abort()
    await waits


@case
def empty_queue(aio):
    aio.Queue().get_nowait()


@case
def full_queue(aio):
    queue = aio.Queue(1)
    queue.put_nowait(1)
    queue.put_nowait(2)


@case
def task_done_too_often(aio):
    aio.Queue().task_done()


@case
async def put_after_shutdown(aio):
    queue = aio.Queue()
    queue.shutdown()
    await queue.put(1)


@case
def get_after_shutdown(aio):
    queue = aio.Queue()
    queue.shutdown()
    queue.get_nowait()


@pytest.mark.parametrize("name", SITUATIONS)
def test_it_is_said_as_asyncio_says_it(name):
    since, *text = NEWEST.get(name, ((3, 11),))
    expected = raised(asyncio, SITUATIONS[name]) if sys.version_info >= since else tuple(text)
    assert raised(corodemo, SITUATIONS[name]) == expected
    assert not text or expected == tuple(text)
    assert expected[0] != "nothing"
