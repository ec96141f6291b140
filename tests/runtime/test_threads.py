"""Threads: jobs beside the loop, coroutines from beside it, and futures that follow each other across."""

from __future__ import annotations

import concurrent.futures
import contextvars
import threading

import pytest
from virtual import run_virtual

import corodemo as asyncio
from corodemo import EventLoop, VirtualClock

var = contextvars.ContextVar("var", default="unset")


def test_to_thread_passes_arguments_and_the_context():
    def job(a, *, b):
        return a, b, var.get(), threading.current_thread() is threading.main_thread()

    async def main():
        var.set("inside")
        return await asyncio.to_thread(job, 1, b=2)

    assert run_virtual(main()) == (1, 2, "inside", False)


def test_to_thread_raises_what_the_function_raises():
    async def main():
        await asyncio.to_thread(lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        run_virtual(main())


def test_a_cancel_ends_the_wait_and_not_the_thread():
    log = []
    release = threading.Event()

    def job():
        release.wait()
        log.append("thread went on")

    async def main():
        task = asyncio.create_task(asyncio.to_thread(job))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        log.append("cancelled")
        release.set()

    run_virtual(main())
    assert log == ["cancelled", "thread went on"]


def from_thread(function):
    """Run `function(loop)` in a thread beside a loop; return what it returns."""

    async def main():
        return await asyncio.to_thread(function, asyncio.get_running_loop())

    return run_virtual(main())


def test_a_coroutine_from_another_thread_gives_its_result_or_its_exception():
    async def fails():
        raise ZeroDivisionError

    def beside(loop):
        good = asyncio.run_coroutine_threadsafe(asyncio.sleep(1, "slept"), loop)
        bad = asyncio.run_coroutine_threadsafe(fails(), loop)
        return good.result(), bad.exception()

    result, exception = from_thread(beside)
    assert result == "slept"
    assert type(exception) is ZeroDivisionError


def test_cancelling_the_threads_future_cancels_the_task():
    log = []

    async def sleeps(started):
        try:
            started.set()
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            log.append("cancelled")
            raise

    def beside(loop):
        started = threading.Event()
        future = asyncio.run_coroutine_threadsafe(sleeps(started), loop)
        started.wait()
        return future.cancel()

    assert from_thread(beside) is True
    assert log == ["cancelled"]


def test_what_is_no_coroutine_is_refused():
    loop = EventLoop(clock=VirtualClock())
    with pytest.raises(TypeError, match=r"^A coroutine object is required\ngot 42$"):
        asyncio.run_coroutine_threadsafe(42, loop)
    loop.close()


def test_a_task_factory_that_fails_does_not_hang_the_thread():
    def factory(loop, coro, **kwargs):
        coro.close()
        raise ZeroDivisionError

    async def nothing():
        pass

    def beside(loop):
        loop.set_task_factory(factory)
        loop.set_exception_handler(lambda loop, context: None)
        try:
            return type(asyncio.run_coroutine_threadsafe(nothing(), loop).exception())
        finally:
            loop.set_task_factory(None)

    assert from_thread(beside) is ZeroDivisionError


def test_wrap_future_follows_and_cancels_back():
    async def main():
        done, open_one = concurrent.futures.Future(), concurrent.futures.Future()
        followed, follower = asyncio.wrap_future(done), asyncio.wrap_future(open_one)
        done.set_result("from a thread")
        follower.cancel()
        await asyncio.sleep(0)
        return await followed, open_one.cancelled(), asyncio.wrap_future(follower) is follower

    assert run_virtual(main()) == ("from a thread", True, True)
    with pytest.raises(TypeError, match=r"concurrent\.futures\.Future is expected, got 42"):
        asyncio.wrap_future(42)


def test_the_executor_can_be_replaced_and_is_shut_down():
    async def main():
        loop = asyncio.get_running_loop()
        executor = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="mine")
        loop.set_default_executor(executor)
        name = await asyncio.to_thread(lambda: threading.current_thread().name)
        await loop.shutdown_default_executor()
        with pytest.raises(RuntimeError, match="Executor shutdown has been called"):
            loop.run_in_executor(None, print)
        with pytest.raises(TypeError, match=r"^executor must be ThreadPoolExecutor instance\ngot 42$"):
            loop.set_default_executor(42)
        return name

    assert run_virtual(main()) == "mine_0"


def test_a_future_of_asyncio_itself_can_be_awaited_in_our_loop():
    import asyncio as cpython

    async def main():
        loop = asyncio.get_running_loop()
        var.set("mine")
        future = cpython.Future(loop=loop)
        loop.call_later(1, future.set_result, "theirs")
        result = await future
        cancelled = cpython.Future(loop=loop)
        task = asyncio.create_task(asyncio.wait_for(cancelled, 1))
        with pytest.raises(TimeoutError):
            await task
        return result, var.get(), cancelled.cancelled(), asyncio.isfuture(future)

    assert run_virtual(main()) == ("theirs", "mine", True, True)
