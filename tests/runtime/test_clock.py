"""Clocks: the virtual one stands still while code runs, and jumps; the real one, here alone, goes by the machine's."""

from __future__ import annotations

import threading
import time

import pytest
from virtual import run_virtual

import corodemo as asyncio
from corodemo import Deadlock, EventLoop, SystemClock, VirtualClock


def test_an_hour_of_sleeping_takes_no_time_and_passes_exactly():
    async def main():
        loop = asyncio.get_running_loop()
        before = loop.time(), loop.clock.now_ns()
        await asyncio.sleep(3600)
        return before, loop.time(), loop.clock.now_ns()

    started = time.monotonic()
    assert run_virtual(main()) == ((0.0, 0), 3600.0, 3_600_000_000_000)
    assert time.monotonic() - started < 60


def test_timers_fire_in_the_order_of_their_deadlines():
    async def main():
        loop = asyncio.get_running_loop()
        log = []
        for delay in (3, 1, 2, 1):
            loop.call_later(delay, lambda delay=delay: log.append((delay, loop.time())))
        await asyncio.sleep(4)
        return log

    assert run_virtual(main()) == [(1, 1.0), (1, 1.0), (2, 2.0), (3, 3.0)]


def test_a_clock_that_is_advanced_by_hand_makes_timers_due():
    async def main():
        loop = asyncio.get_running_loop()
        log = []
        loop.call_later(5, log.append, "due")
        loop.clock.advance(5_000_000_000)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return log, loop.time()

    assert run_virtual(main()) == (["due"], 5.0)


def test_what_can_never_go_on_is_a_deadlock_and_not_a_hang():
    async def stuck(other):
        await other

    async def main():
        future = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(stuck(future), name="stuck")
        await task

    loop = EventLoop(clock=VirtualClock())
    main_task = loop.create_task(main(), name="main")
    with pytest.raises(Deadlock) as caught:
        loop.run_until_complete(main_task)
    assert "'stuck' waits" in str(caught.value)
    main_task.cancel()
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(main_task)
    loop.close()


def test_idle_threads_of_the_loop_itself_do_not_hide_a_deadlock():
    async def main():
        await asyncio.to_thread(int)  # its thread stays, and will not call in
        await asyncio.get_running_loop().create_future()

    with pytest.raises(Deadlock):
        run_virtual(main())


def test_time_waits_for_a_thread_that_may_still_wake_the_loop():
    async def main():
        loop = asyncio.get_running_loop()
        release = threading.Event()
        timer = loop.call_later(3600, print, "the clock must not jump over the job")
        job = asyncio.create_task(asyncio.to_thread(release.wait))
        loop.call_soon(loop.call_soon, release.set)
        result = await job
        timer.cancel()
        return result, loop.time()

    assert run_virtual(main()) == (True, 0.0)


def test_the_real_clock_goes_by_the_machine():
    async def main():
        loop = asyncio.get_running_loop()
        before = loop.clock.now_ns(), loop.time()
        await asyncio.sleep(0.01)
        return loop.clock.now_ns() - before[0], loop.time() - before[1]

    passed_ns, passed = asyncio.run(main(), loop_factory=lambda: EventLoop(clock=SystemClock()))
    assert passed_ns >= 9_000_000
    assert passed >= 0.009


def test_a_call_from_another_thread_wakes_a_real_loop_that_waits():
    async def main():
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        thread = threading.Thread(target=lambda: loop.call_soon_threadsafe(future.set_result, "called"))
        loop.call_soon(thread.start)
        result = await future
        thread.join()
        return result

    assert asyncio.run(main(), loop_factory=lambda: EventLoop(clock=SystemClock())) == "called"


def test_the_names_say_which_is_which():
    assert (SystemClock().name, VirtualClock().name) == ("real", "virtual")
