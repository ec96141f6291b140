"""What the runtime's objects say of themselves: what asyncio's say, for people know how to read those."""

from __future__ import annotations

import asyncio
import functools
import sys

import pytest
from both_runtimes import shown, situation

import corodemo

OBJECTS = {}
case = situation(OBJECTS)


def callback(*args):
    pass


async def forever(aio):
    await aio.get_running_loop().create_future()


async def nothing():
    pass


async def fails():
    raise OSError("broken")


def new_future(aio):
    return aio.get_running_loop().create_future()


async def ended(aio, coro):
    """Return a task of the coroutine that is done."""
    task = aio.create_task(coro, name="mine")
    await aio.wait([task])
    task.cancelled() or task.exception()
    return task


async def in_debug_mode(aio, make):
    loop = aio.get_running_loop()
    loop.set_debug(True)
    try:
        return repr(make(loop))
    finally:
        loop.set_debug(False)


# --- futures


@case
def future_pending(aio):
    return new_future(aio)


@case
def future_with_a_result(aio):
    future = new_future(aio)
    future.set_result(["a", 1])
    return future


@case
def future_with_a_long_result(aio):
    future = new_future(aio)
    future.set_result(list(range(100)))
    return future


@case
def future_with_itself_as_its_result(aio):
    future = new_future(aio)
    future.set_result(future)
    return future


@case
def future_that_failed(aio):
    future = new_future(aio)
    future.set_exception(OSError("broken"))
    future.exception()
    return future


@case
def future_cancelled(aio):
    future = new_future(aio)
    future.cancel("why")
    return future


@case
def future_with_a_callback(aio):
    future = new_future(aio)
    future.add_done_callback(callback)
    return future


@case
def future_with_two_callbacks(aio):
    future = new_future(aio)
    future.add_done_callback(callback)
    future.add_done_callback(functools.partial(callback, 1, key="value"))
    return future


@case
def future_with_three_callbacks(aio):
    future = new_future(aio)
    for one in (callback, print, len):
        future.add_done_callback(one)
    return future


@case
async def future_awaited(aio):
    future = new_future(aio)

    async def awaits():
        await future

    task = aio.create_task(awaits())
    await aio.sleep(0)
    text = repr(future)
    task.cancel()
    return text


@case
async def future_in_debug_mode(aio):
    return await in_debug_mode(aio, lambda loop: loop.create_future())


@case
def future_of_a_subclass(aio):
    class Mine(aio.Future):
        pass

    return Mine(loop=aio.get_running_loop())


# --- tasks


@case
async def task_not_begun(aio):
    return aio.create_task(nothing(), name="mine")


@case
async def task_waiting(aio):
    task = aio.create_task(forever(aio), name="mine")
    await aio.sleep(0)
    return task


@case
async def task_that_is_being_cancelled(aio):
    task = aio.create_task(forever(aio), name="mine")
    await aio.sleep(0)
    task.cancel()
    return task


@case
async def task_of_a_wait(aio):
    task = aio.create_task(nothing(), name="mine")
    waits = aio.create_task(ended(aio, forever(aio)), name="waits")
    await aio.sleep(0)
    waits.cancel()
    return task


@case
async def task_that_returned(aio):
    return await ended(aio, nothing())


@case
async def task_that_failed(aio):
    return await ended(aio, fails())


@case
async def task_cancelled(aio):
    async def cancelled():
        raise aio.CancelledError

    return await ended(aio, cancelled())


@case
def task_that_runs(aio):
    return aio.current_task()


@case
async def task_awaited_by_another(aio):
    inner = aio.create_task(forever(aio), name="inner")

    async def awaits():
        await inner

    outer = aio.create_task(awaits(), name="outer")
    await aio.sleep(0)
    await aio.sleep(0)
    text = repr(outer)
    outer.cancel()
    return text


# --- handles and loops


@case
def handle(aio):
    return aio.get_running_loop().call_soon(callback, 1, "two")


@case
def handle_of_a_builtin(aio):
    return aio.get_running_loop().call_soon(len, "x")


@case
def handle_of_a_partial(aio):
    return aio.get_running_loop().call_soon(functools.partial(callback, 1, key="x"), 2)


@case
def handle_of_a_method(aio):
    return aio.get_running_loop().call_soon([].append, 1)


@case
def handle_of_an_object(aio):
    class Callable:
        def __call__(self):
            pass

        def __repr__(self):
            return "<callable>"

    return aio.get_running_loop().call_soon(Callable())


@case
def handle_cancelled(aio):
    made = aio.get_running_loop().call_soon(callback)
    made.cancel()
    return made


@case
def handle_from_a_thread(aio):
    return aio.get_running_loop().call_soon_threadsafe(callback)


@case
def timer(aio):
    made = aio.get_running_loop().call_at(1e9, callback, 1)
    text = repr(made)
    made.cancel()
    return text


@case
def timer_cancelled(aio):
    made = aio.get_running_loop().call_at(1e9, callback)
    made.cancel()
    return made


@case
async def handle_in_debug_mode(aio):
    return await in_debug_mode(aio, lambda loop: loop.call_soon(functools.partial(callback, 1, key="x"), 2))


@case
async def handle_cancelled_in_debug_mode(aio):
    def make(loop):
        made = loop.call_soon(callback)
        made.cancel()
        return made

    return await in_debug_mode(aio, make)


@case
def loop(aio):
    return aio.get_running_loop()


# --- timeouts and task groups


@case
def timeout_not_entered(aio):
    return aio.timeout(1)


@case
async def timeout_entered(aio):
    async with aio.timeout_at(1e9 + 0.12345) as limit:
        return repr(limit)


@case
async def timeout_without_a_limit(aio):
    async with aio.timeout(None) as limit:
        return repr(limit)


@case
async def timeout_over(aio):
    async with aio.timeout(None) as limit:
        pass
    return limit


@case
async def timeout_expired(aio):
    try:
        async with aio.timeout(0) as limit:
            await aio.sleep(1)
    except TimeoutError:
        return limit


@case
def group_not_entered(aio):
    return aio.TaskGroup()


@case
async def group_with_a_task(aio):
    async with aio.TaskGroup() as group:
        group.create_task(nothing())
        return repr(group)


@case
async def group_that_failed(aio):
    group = aio.TaskGroup()
    try:
        async with group:
            group.create_task(fails())
            await aio.sleep(1)
    except ExceptionGroup:
        return group


@case
async def group_that_is_cancelled(aio):
    texts = []
    try:
        async with aio.TaskGroup() as group:
            group.create_task(fails())
            try:
                await aio.sleep(1)
            finally:
                texts.append(repr(group))
    except ExceptionGroup:
        return texts[0]


#: What the newest asyncio says, and since when.
NEWEST = {
    "future_with_two_callbacks": ((3, 13), "<Future pending cb=[callback() at FILE, callback()() at FILE]>"),
    "handle": ((3, 13), "<Handle callback() at FILE>"),
    "handle_of_a_builtin": ((3, 13), "<Handle len()>"),
    "handle_of_a_partial": ((3, 13), "<Handle callback()() at FILE>"),
    "handle_of_a_method": ((3, 13), "<Handle list.append()>"),
    "handle_from_a_thread": ((3, 14), "<_ThreadSafeHandle callback() at FILE>"),
    "timer": ((3, 13), "<TimerHandle when=1000000000.0 callback() at FILE>"),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", OBJECTS)
def test_it_shows_itself_as_asyncios_does(name, caplog):
    since, *text = NEWEST.get(name, ((3, 11),))
    expected = shown(asyncio, OBJECTS[name]) if sys.version_info >= since else text[0]
    assert shown(corodemo, OBJECTS[name]) == expected
    assert not text or [expected] == text
