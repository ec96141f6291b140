"""Who holds a lock or a permit, and what a report of a deadlock says of it."""

from __future__ import annotations

import gc

import pytest
from virtual import run_virtual

import corodemo as asyncio
from corodemo import Condition, Deadlock, Lock, Semaphore, create_task, current_task, sleep


def names(primitive):
    return [holder and holder.get_name() for holder in primitive._holders()]


def message_of(main):
    with pytest.raises(Deadlock) as caught:
        run_virtual(main())
    return str(caught.value).removeprefix("deadlock: nothing is left that could wake what waits: ")


def test_a_lock_knows_who_has_acquired_it():
    seen = []

    async def user(lock):
        async with lock:
            seen.append(names(lock))
            await sleep(1)

    async def main():
        lock = Lock()
        seen.append(names(lock))
        tasks = [create_task(user(lock), name=name) for name in "abc"]
        await sleep(0.5)
        tasks[1].cancel()
        await asyncio.wait(tasks)
        seen.append(names(lock))

    run_virtual(main())
    assert seen == [[], ["a"], ["c"], []]


def test_a_lock_that_a_callback_has_taken_is_held_by_nobody_known():
    async def main():
        lock = Lock()
        coro = lock.acquire()

        def take():
            with pytest.raises(StopIteration):
                coro.send(None)

        asyncio.get_running_loop().call_soon(take)
        await sleep(0)
        return lock.locked(), lock._holders()

    assert run_virtual(main()) == (True, [None])


def test_outside_of_a_loop_a_free_lock_can_be_taken():
    lock, permits = Lock(), Semaphore(2)
    for acquire in (lock.acquire(), permits.acquire()):
        with pytest.raises(StopIteration):
            acquire.send(None)
    assert lock._holders() == [None]
    assert permits._holders() == []


def test_a_semaphore_knows_each_task_that_has_permits():
    async def main():
        permits, seen = Semaphore(3), []

        async def taker(times):
            for _ in range(times):
                await permits.acquire()
            await sleep(1)
            for _ in range(times):
                permits.release()
                seen.append(names(permits))

        await asyncio.gather(create_task(taker(2), name="two"), create_task(taker(1), name="one"))
        return seen

    assert run_virtual(main()) == [["two", "one"], ["one"], []]


def test_a_task_that_holds_is_not_kept_alive_by_that():
    async def main():
        lock = Lock()

        async def holder():
            await lock.acquire()

        await create_task(holder(), name="holder")
        await sleep(0)  # until then the step that it woke has it
        gc.collect()
        return lock.locked(), lock._holders()

    assert run_virtual(main()) == (True, [None])


def test_a_ring_of_locks_names_who_holds_which():
    async def transfer(first, second):
        async with first:
            await sleep(1)
            async with second:
                pass

    async def main():
        a, b = Lock(), Lock()
        await asyncio.gather(create_task(transfer(a, b), name="ab"), create_task(transfer(b, a), name="ba"))

    message = message_of(main)
    assert "'ab' waits for Lock.acquire at test_holders.py:" in message
    assert ", which 'ba' holds; 'ba' waits for Lock.acquire" in message
    assert ", which 'ab' holds; 1 more waits because of them" in message


def test_a_ring_of_semaphores_and_conditions_is_found_too():
    async def transfer(first, second):
        async with first:
            await sleep(1)
            async with second:
                pass

    async def main():
        permits, condition = Semaphore(1), Condition()
        await asyncio.gather(
            create_task(transfer(permits, condition), name="one"),
            create_task(transfer(condition, permits), name="other"),
        )

    message = message_of(main)
    assert "'one' waits for Lock.acquire" in message
    assert ", which 'other' holds; 'other' waits for Semaphore.acquire" in message
    assert ", which 'one' holds; 1 more" in message


def test_of_several_permits_one_is_said_to_be_held():
    async def taker(permits, lock):
        await permits.acquire()
        async with lock:
            pass

    async def main():
        permits, lock = Semaphore(2), Lock()
        async with lock:
            takers = [create_task(taker(permits, lock), name=name) for name in ("first", "second")]
            await sleep(1)
            await permits.acquire()
        await asyncio.wait(takers)

    message = message_of(main)
    assert "of which 'first' holds one" in message


def test_a_task_that_waits_for_itself_is_a_ring_of_one():
    async def main():
        lock = Lock()
        async with lock:
            current_task().set_name("again")
            async with lock:
                pass

    assert "'again' waits for Lock.acquire at test_holders.py:" in message_of(main)
    assert message_of(main).endswith(", which 'again' holds")


def test_a_holder_that_has_ended_without_a_release_is_named_as_long_as_it_is_there():
    async def holder(lock):
        await lock.acquire()

    async def main(keeps=True):
        lock = Lock()
        ended = create_task(holder(lock), name="careless")
        await ended
        if not keeps:
            del ended
            gc.collect()
        await lock.acquire()

    assert message_of(main).endswith(", which 'careless' acquired and ended without a release")
    assert message_of(lambda: main(keeps=False)).endswith(
        ", which a task that is gone acquired and ended without a release"
    )
