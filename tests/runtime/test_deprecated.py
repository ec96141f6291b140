"""What the chapter calls deprecated works, and warns, at the line that does it."""

from __future__ import annotations

import contextlib
import warnings

import pytest
from virtual import run_virtual

import corodemo as asyncio
from corodemo import EventLoop, VirtualClock


async def value(number):
    return number


@contextlib.contextmanager
def loop_that_stands():
    """Choose a loop that does not run, as `set_event_loop` does."""
    loop = EventLoop(clock=VirtualClock())
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def test_wait_makes_tasks_of_coroutines_and_warns():
    async def main():
        coro = value(1)
        with pytest.warns(DeprecationWarning, match=r"coroutine objects to asyncio.wait\(\) is deprecated") as caught:
            done, pending = await asyncio.wait({coro})
        task = done.pop()
        return coro in done, pending, task.result(), task.get_coro() is coro, caught[0].filename

    assert run_virtual(main()) == (False, set(), 1, True, __file__)


def test_wait_does_not_warn_of_tasks():
    async def main():
        task = asyncio.create_task(value(1))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            done, _ = await asyncio.wait({task})
        return task in done

    assert run_virtual(main()) is True


@pytest.mark.parametrize(
    "call",
    [
        lambda: asyncio.gather(value(1)),
        asyncio.gather,
        lambda: asyncio.shield(value(1)),
        lambda: asyncio.Task(value(1)),
    ],
)
def test_outside_a_loop_it_warns_and_works(call):
    with loop_that_stands() as loop:
        with pytest.warns(DeprecationWarning, match="^There is no current event loop$") as caught:
            future = call()
        assert caught[0].filename == __file__
        assert loop.run_until_complete(future) in (1, [1], [])


def test_as_completed_outside_a_loop_warns_and_works():
    with loop_that_stands() as loop:
        with pytest.warns(DeprecationWarning, match="^There is no current event loop$") as caught:
            (first,) = asyncio.as_completed([value(1)])
        assert caught[0].filename == __file__
        assert loop.run_until_complete(first) == 1


def test_futures_may_be_gathered_and_shielded_outside_a_loop():
    with loop_that_stands() as loop, warnings.catch_warnings():
        warnings.simplefilter("error")
        future = loop.create_future()
        future.set_result(1)
        assert loop.run_until_complete(asyncio.gather(future)) == [1]
        assert loop.run_until_complete(asyncio.shield(future)) == 1


def test_a_generator_based_coroutine_warns_where_it_is_decorated_and_can_be_awaited():
    with pytest.warns(DeprecationWarning, match='use "async def" instead') as caught:

        @asyncio.coroutine
        def old_style():
            slept = yield from asyncio.sleep(1, "slept")
            return slept

    async def main():
        task = asyncio.create_task(old_style())
        return await old_style(), await task, asyncio.get_running_loop().time()

    assert caught[0].filename == __file__
    assert run_virtual(main()) == ("slept", "slept", 1.0 + 0.0)
    assert asyncio.iscoroutinefunction(old_style)
    coro = old_style()
    assert asyncio.iscoroutine(coro)
    coro.close()


def test_the_decorator_is_not_enforced():
    def plain_generator():
        result = yield from asyncio.sleep(1, "slept").__await__()
        return result

    async def main():
        return await asyncio.create_task(plain_generator())

    assert run_virtual(main()) == "slept"


def test_a_plain_function_that_is_decorated_may_return_an_awaitable():
    with pytest.warns(DeprecationWarning):

        @asyncio.coroutine
        def returns_awaitable():
            return value(5)

        @asyncio.coroutine
        def returns_plain():
            return 6

    async def main():
        return await returns_awaitable(), await returns_plain()

    assert run_virtual(main()) == (5, 6)


def test_async_def_needs_no_decorator():
    with pytest.warns(DeprecationWarning):
        assert asyncio.coroutine(value) is value
