"""Bad input: each gets the exception that CPython raises, and a note that says which object it was, and what to do."""

from __future__ import annotations

import gc
import sys

import pytest
from virtual import Reports, run_virtual

import corodemo as asyncio


async def nothing():
    pass


async def settle(rounds=3):
    for _ in range(rounds):
        await asyncio.sleep(0)


def in_loop(function):
    """Return what `function` raised when it was called, or awaited, inside a loop."""

    async def main():
        with pytest.raises(BaseException) as caught:
            result = function()
            if asyncio.iscoroutine(result):
                await result
        return caught.value

    return run_virtual(main())


def in_another_loop():
    """Return a future of a loop that is closed."""
    loop = asyncio.EventLoop()
    future = loop.create_future()
    loop.close()
    return future


def said(error):
    """Return the type, the text and the notes of an error."""
    return type(error), str(error), *getattr(error, "__notes__", [])


class BadRepr:
    def __repr__(self):
        raise ZeroDivisionError


NO_AWAITABLE = "An asyncio.Future, a coroutine or an awaitable is required"


@pytest.mark.parametrize(
    ("what", "note"),
    [
        (42, "got 42"),
        (nothing, f"got {nothing!r}; call it: nothing()"),
        (BadRepr(), "got <BadRepr, whose repr raised ZeroDivisionError>"),
    ],
    ids=["a number", "a function", "what has no repr"],
)
def test_run_of_what_cannot_be_awaited(what, note):
    with pytest.raises(TypeError) as caught:
        asyncio.run(what)
    assert said(caught.value) == (TypeError, NO_AWAITABLE, note)


def test_run_of_an_awaitable_that_is_no_coroutine():
    class Answer:
        def __await__(self):
            yield from asyncio.sleep(1, 42).__await__()
            return 42

    assert run_virtual(Answer()) == 42


def test_run_inside_a_running_loop():
    coro = nothing()
    error = in_loop(lambda: asyncio.run(coro))
    coro.close()
    assert said(error) == (
        RuntimeError,
        "asyncio.run() cannot be called from a running event loop",
        "await the coroutine instead",
    )


def test_run_of_the_same_coroutine_twice():
    coro = nothing()
    run_virtual(coro)
    with pytest.raises(RuntimeError) as caught:
        run_virtual(coro)
    assert str(caught.value) == "cannot reuse already awaited coroutine"
    (note,) = caught.value.__notes__
    assert note.startswith("<coroutine object nothing at 0x")
    assert note.endswith(" has run already; call nothing() again for a new one")


def test_only_the_coroutine_that_ran_before_is_said_to_have():
    async def main(again):
        coro = nothing()
        await coro
        await again(coro)

    def notes(again):
        with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine") as caught:
            run_virtual(main(again))
        return [note.partition(" at 0x")[0] for note in getattr(caught.value, "__notes__", [])]

    assert [notes(again) for again in (lambda coro: coro, asyncio.create_task, asyncio.gather)] == [
        [],
        ["<coroutine object nothing"],
        ["<coroutine object nothing"],
    ]


def test_a_coroutine_awaited_twice():
    async def main():
        coro = nothing()
        await coro
        await coro

    with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
        run_virtual(main())


def test_gather_of_garbage():
    error = in_loop(lambda: asyncio.gather(42))
    assert said(error) == (TypeError, NO_AWAITABLE, "got 42")


def test_gather_of_a_list_says_how_to_unpack_it():
    error = in_loop(lambda: asyncio.gather([]))
    assert said(error) == (
        TypeError,
        NO_AWAITABLE,
        "got []; unpack it with *, as in gather(*awaitables)",
    )


def test_gather_of_a_function_says_to_call_it():
    error = in_loop(lambda: asyncio.gather(nothing))
    assert said(error) == (TypeError, NO_AWAITABLE, f"got {nothing!r}; call it: nothing()")


def test_create_task_of_garbage():
    error = in_loop(lambda: asyncio.create_task(nothing))
    assert said(error) == (TypeError, f"a coroutine was expected, got {nothing!r}", "call it: nothing()")


def test_create_task_without_a_loop():
    coro = nothing()
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.create_task(coro)
    coro.close()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: asyncio.Semaphore(-1), "Semaphore initial value must be >= 0\nit is -1"),
        (lambda: asyncio.Barrier(0), "parties must be >= 1\nit is 0"),
        (lambda: asyncio.sleep(float("nan")), "Invalid delay: NaN (not a number)"),
    ],
)
def test_bad_values(call, message):
    assert said(in_loop(call)) == (ValueError, *message.split("\n"))


def test_wait_for_nothing_or_until_what_never_is():
    assert said(in_loop(lambda: asyncio.wait([]))) == (
        ValueError,
        "Set of Tasks/Futures is empty.",
        "give wait() at least one",
    )
    future = in_another_loop()
    assert said(in_loop(lambda: asyncio.wait([future], return_when="LAST"))) == (
        ValueError,
        "Invalid return_when value: LAST",
        "use FIRST_COMPLETED, FIRST_EXCEPTION or ALL_COMPLETED",
    )


@pytest.mark.parametrize("method", ["call_later", "call_at"])
def test_a_timer_that_is_not_a_number(method):
    error = in_loop(lambda: getattr(asyncio.get_running_loop(), method)(float("nan"), print))
    assert said(error) == (ValueError, "Invalid delay: NaN (not a number)")


@pytest.mark.parametrize("delay", [-1, -1e300, float("-inf"), 0])
def test_a_delay_in_the_past_is_due_at_once_and_a_sleep_yields_once(delay):
    async def main():
        log = []
        loop = asyncio.get_running_loop()
        loop.call_soon(log.append, "callback")
        await asyncio.sleep(delay)
        log.append("woken")
        loop.call_later(delay, log.append, "timer")
        await settle()
        return log, loop.time()

    assert run_virtual(main()) == (["callback", "woken", "timer"], 0.0)


def test_an_endless_sleep_can_be_cancelled():
    async def main():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.sleep(float("inf")), 1e6)
        return asyncio.get_running_loop().time()

    assert run_virtual(main()) == 1e6


def test_set_result_twice():
    def twice():
        future = asyncio.get_running_loop().create_future()
        future.set_result(1)
        future.set_result(2)

    assert said(in_loop(twice)) == (
        asyncio.InvalidStateError,
        "invalid state",
        "<Future finished result=1> is done already, once for all; ask done() first",
    )


def test_the_result_of_what_is_not_done():
    error = in_loop(lambda: asyncio.get_running_loop().create_future().result())
    assert said(error) == (
        asyncio.InvalidStateError,
        "Result is not set.",
        "await it, or ask done() first: <Future pending>",
    )


def test_a_task_refuses_a_result_from_outside_and_reports_one_set_behind_its_back():
    async def main(reports):
        reports.watch(asyncio.get_running_loop())
        task = asyncio.create_task(nothing(), name="mine")
        with pytest.raises(RuntimeError, match="Task does not support set_result operation"):
            task.set_result(1)
        asyncio.Future.set_result(task, "forced")
        await settle()
        return task.result()

    reports = Reports()
    assert run_virtual(main(reports)) == "forced"
    (context,) = reports
    assert type(context["exception"]) is asyncio.InvalidStateError
    assert "step(): already done: <Task finished name='mine'" in str(context["exception"])


@pytest.mark.parametrize(
    "call",
    [
        lambda loop: loop.call_soon(print),
        lambda loop: loop.call_soon_threadsafe(print),
        lambda loop: loop.call_later(1, print),
        lambda loop: loop.run_forever(),
        lambda loop: loop.run_in_executor(None, print),
    ],
)
def test_a_loop_that_is_closed(call):
    loop = asyncio.EventLoop()
    loop.close()
    loop.close()  # which is no error
    with pytest.raises(RuntimeError) as caught:
        call(loop)
    assert said(caught.value) == (
        RuntimeError,
        "Event loop is closed",
        "<EventLoop running=False closed=True debug=False>; make a new one, or let run() make it",
    )


def test_two_loops_mixed():
    other = asyncio.EventLoop()
    future = other.create_future()

    async def main():
        with pytest.raises(RuntimeError, match=r"attached to a different loop\ncreate it with"):
            await future
        mine = asyncio.get_running_loop().create_future()
        with pytest.raises(ValueError, match="The future belongs to a different loop than") as caught:
            asyncio.gather(mine, future)
        return caught.value.__notes__

    assert run_virtual(main()) == ["<Future pending>; await it in the loop that it was made in"]
    other.close()


def test_a_lock_of_another_loop():
    lock = asyncio.Lock()

    async def contend():
        async with lock:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(lock.acquire(), 1)

    run_virtual(contend())
    with pytest.raises(RuntimeError, match="is bound to a different event loop"):
        run_virtual(contend())


def test_release_and_task_done_too_often():
    errors = [
        in_loop(lambda: asyncio.Lock().release()),
        in_loop(lambda: asyncio.BoundedSemaphore().release()),
        in_loop(lambda: asyncio.Queue().task_done()),
        in_loop(lambda: asyncio.Condition().notify()),
    ]
    assert [type(error) for error in errors] == [RuntimeError, ValueError, ValueError, RuntimeError]
    assert errors[0].__notes__[0].endswith("[unlocked]>: call release() once after each acquire()")
    assert errors[2].__notes__ == ["<Queue maxsize=0>: call it once for each item got"]


def test_a_callback_that_raises_is_reported_and_the_program_goes_on():
    async def main(reports):
        loop = asyncio.get_running_loop()
        reports.watch(loop)
        loop.call_soon(lambda: 1 / 0)
        loop.call_later(1, lambda: 1 / 0)
        future = loop.create_future()
        future.add_done_callback(lambda _: 1 / 0)
        future.set_result("fine")
        await asyncio.sleep(2)
        return await future

    reports = Reports()
    assert run_virtual(main(reports)) == "fine"
    assert [type(context["exception"]) for context in reports] == [ZeroDivisionError] * 3
    assert all(message.startswith("Exception in callback test_a_callback_that_raises") for message in reports.messages)


def test_a_done_callback_that_cancels_the_task_that_waits():
    async def main():
        future = asyncio.get_running_loop().create_future()

        async def waits():
            return await future

        task = asyncio.create_task(waits())
        future.add_done_callback(lambda _: task.cancel("by a callback"))
        await settle()
        future.set_result(1)
        with pytest.raises(asyncio.CancelledError, match="by a callback"):
            await task

    run_virtual(main())


def test_a_done_callback_that_collects_and_a_del_that_raises():
    unraisable = []
    sys.unraisablehook, before = unraisable.append, sys.unraisablehook

    class Evil:
        def __del__(self):
            gc.collect()
            raise ZeroDivisionError

    async def main():
        future = asyncio.get_running_loop().create_future()
        evil = Evil()
        evil.cycle = evil
        del evil
        future.add_done_callback(lambda _: gc.collect())
        future.set_result("fine")
        await settle()
        return await future

    try:
        assert run_virtual(main()) == "fine"
    finally:
        sys.unraisablehook = before
    assert [report.exc_type for report in unraisable] == [ZeroDivisionError]


def test_a_repr_that_raises_hides_no_report(caplog):
    class BadError(Exception):
        def __repr__(self):
            raise ZeroDivisionError

    async def fails():
        raise BadError("the message")

    async def main():
        task = asyncio.create_task(fails())
        await settle()
        text = repr(task)
        del task
        return text

    assert "exception=<BadError, whose repr raised ZeroDivisionError>" in run_virtual(main())
    gc.collect()
    assert [record.message.splitlines()[0] for record in caplog.records] == ["Task exception was never retrieved"]


def test_debug_mode_refuses_coroutines_as_callbacks_and_calls_from_other_threads():
    async def from_thread(loop):
        with pytest.raises(RuntimeError, match=r"(?s)Non-thread-safe operation.*use its call_soon_threadsafe\(\)"):
            await asyncio.to_thread(loop.call_soon, print)

    async def main():
        loop = asyncio.get_running_loop()
        with pytest.raises(
            TypeError, match=r"coroutines cannot be used with call_soon\(\)\ngot .*; use create_task\(\)"
        ):
            loop.call_soon(nothing)
        with pytest.raises(TypeError, match=r"a callable object was expected by call_soon\(\), got 42"):
            loop.call_soon(42)
        await from_thread(loop)

    run_virtual(main(), debug=True)


def test_a_task_whose_coroutine_was_closed_while_it_slept_can_still_be_cancelled():
    async def main():
        task = asyncio.create_task(asyncio.sleep(5))
        await asyncio.sleep(0)
        task.get_coro().close()
        task.cancel()
        (outcome,) = await asyncio.gather(task, return_exceptions=True)
        return repr(outcome), asyncio.get_running_loop().time()

    assert run_virtual(main()) == ("RuntimeError('cannot reuse already awaited coroutine')", 0.0)
