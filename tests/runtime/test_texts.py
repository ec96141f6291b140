"""What the runtime says when something goes wrong: asyncio's words, to the letter, since programs compare them.

Each situation is run on asyncio, the running Python's, and on corodemo. Where asyncio's versions differ the newest decides, and
its text is written out, with the version from which on asyncio says so.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import sys

import pytest
from both_runtimes import raised, situation

import corodemo

SITUATIONS = {}
case = situation(SITUATIONS)


async def nothing():
    pass


class Yields:
    """An awaitable that yields what no task can wait for."""

    def __init__(self, what):
        self.what = what

    def __await__(self):
        yield self.what


def of_other_loop(aio):
    """Return a future of a loop that is closed already."""
    loop = aio.new_event_loop()
    future = loop.create_future()
    loop.close()
    return future


def refused(create_task):
    """Make a task that is refused; older versions of asyncio leave its coroutine as it is."""
    coro = nothing()
    try:
        create_task(coro)
    finally:
        coro.close()


def done(aio):
    future = aio.get_running_loop().create_future()
    future.set_result(1)
    return future


def closed(aio):
    loop = aio.new_event_loop()
    loop.close()
    return loop


# --- futures


@case
def result_set_twice(aio):
    done(aio).set_result(2)


@case
def exception_set_twice(aio):
    done(aio).set_exception(OSError())


@case
def result_not_ready(aio):
    aio.get_running_loop().create_future().result()


@case
def exception_not_ready(aio):
    aio.get_running_loop().create_future().exception()


@case
def exception_that_is_none(aio):
    aio.get_running_loop().create_future().set_exception(42)


@case
def exception_of_a_class_that_is_none(aio):
    aio.get_running_loop().create_future().set_exception(int)


@case
def stop_iteration_set(aio):
    future = aio.get_running_loop().create_future()
    future.set_exception(StopIteration())
    return future.result()


@case
def log_traceback_set(aio):
    aio.get_running_loop().create_future()._log_traceback = True


@case
def initialized_twice(aio):
    loop = aio.get_running_loop()
    aio.Future(loop=loop).__init__(loop=loop)


@case
def subclass_not_initialized(aio):
    class Mine(aio.Future):
        def __init__(self):
            pass

    Mine().get_loop()


@case
async def sent_into_before_it_is_done(aio):
    waiting = aio.get_running_loop().create_future().__await__()
    next(waiting)
    next(waiting)


# --- tasks


@case
async def task_of_a_number(aio):
    aio.create_task(42)


@case
async def task_of_a_function(aio):
    aio.create_task(nothing)


@case
def task_of_a_long_list(aio):
    aio.create_task(list(range(100)))


@case
def task_in_no_context(aio):
    coro = nothing()
    try:
        aio.create_task(coro, context=42)
    finally:
        coro.close()


@case
def task_told_its_result(aio):
    aio.create_task(nothing()).set_result(1)


@case
def task_told_its_exception(aio):
    aio.create_task(nothing()).set_exception(OSError())


@case
async def task_awaits_itself(aio):
    async def snake():
        await aio.current_task()

    await aio.create_task(snake(), name="snake")


@case
async def bad_yield(aio):
    await Yields(42)


@case
async def generator_yielded(aio):
    await Yields(x for x in ())


@case
async def future_yielded(aio):
    await Yields(aio.get_running_loop().create_future())


@case
async def future_of_another_loop(aio):
    await of_other_loop(aio)


@case
async def coroutine_that_ran(aio):
    coro = nothing()
    await coro
    await aio.create_task(coro)


# --- the functions that take awaitables


@case
async def gather_of_a_number(aio):
    await aio.gather(42)


@case
async def gather_of_two_loops(aio):
    await aio.gather(aio.get_running_loop().create_future(), of_other_loop(aio))


@case
async def ensure_future_of_another_loop(aio):
    aio.ensure_future(of_other_loop(aio), loop=aio.get_running_loop())


@case
async def shield_of_a_number(aio):
    await aio.shield(42)


@case
async def wait_for_a_number(aio):
    await aio.wait_for(42, 0)


@case
async def wait_for_nothing(aio):
    await aio.wait([])


@case
async def wait_for_nothing_until_what(aio):
    await aio.wait([], return_when="LAST")


@case
async def wait_until_what(aio):
    await aio.wait([done(aio)], return_when="LAST")


@case
async def wait_for_a_task(aio):
    await aio.wait(aio.create_task(nothing()))


@case
async def wait_for_a_coroutine(aio):
    coro = nothing()
    try:
        await aio.wait(coro)
    finally:
        coro.close()


@case
def as_completed_of_a_task(aio):
    return aio.as_completed(aio.create_task(nothing()))


@case
def as_completed_of_a_number(aio):
    return aio.as_completed([42])


@case
def run_threadsafe_of_a_number(aio):
    aio.run_coroutine_threadsafe(42, aio.get_running_loop())


@case
async def sleep_of_no_number(aio):
    await aio.sleep(float("nan"))


@case
def stack_of_a_number(aio):
    aio.capture_call_graph(42)


# --- running


@case
async def run_in_a_running_loop(aio):
    coro = nothing()
    try:
        aio.run(coro)
    finally:
        coro.close()


@case
async def runner_in_a_running_loop(aio):
    coro = nothing()
    try:
        aio.Runner(loop_factory=aio.new_event_loop).run(coro)
    finally:
        coro.close()


# --- the loop


@case
def closed_loop(aio):
    closed(aio).call_soon(print)


@case
def closed_loop_run(aio):
    closed(aio).run_forever()


@case
def closed_loop_from_a_thread(aio):
    closed(aio).call_soon_threadsafe(print)


@case
def task_in_a_closed_loop(aio):
    coro = nothing()
    try:
        closed(aio).create_task(coro)
    finally:
        coro.close()


@case
def close_while_it_runs(aio):
    aio.get_running_loop().close()


@case
def run_forever_while_it_runs(aio):
    aio.get_running_loop().run_forever()


@case
def run_another_loop_inside(aio):
    other = aio.new_event_loop()
    try:
        other.run_forever()
    finally:
        other.close()


@case
def timer_without_a_delay(aio):
    aio.get_running_loop().call_later(None, print)


@case
def timer_without_a_time(aio):
    aio.get_running_loop().call_at(None, print)


@case
def task_factory_of_a_number(aio):
    aio.get_running_loop().set_task_factory(42)


@case
def exception_handler_of_a_number(aio):
    aio.get_running_loop().set_exception_handler(42)


@case
def executor_of_processes(aio):
    aio.get_running_loop().set_default_executor(concurrent.futures.Executor())


@case
async def executor_that_is_shut_down(aio):
    loop = aio.get_running_loop()
    await loop.shutdown_default_executor()
    await loop.run_in_executor(None, print)


@case
def signal_of_a_word(aio):
    aio.get_running_loop().add_signal_handler("INT", print)


@case
def signal_of_no_number(aio):
    aio.get_running_loop().add_signal_handler(1000, print)


@case
def signal_that_nothing_catches(aio):
    aio.get_running_loop().add_signal_handler(9, print)


@case
def signal_for_a_coroutine(aio):
    aio.get_running_loop().add_signal_handler(2, nothing)


@case
def debug_call_of_a_coroutine_function(aio):
    loop = aio.get_running_loop()
    loop.set_debug(True)
    loop.call_soon(nothing)


@case
def debug_call_of_a_number(aio):
    loop = aio.get_running_loop()
    loop.set_debug(True)
    loop.call_soon(42)


@case
async def debug_call_from_another_thread(aio):
    loop = aio.get_running_loop()
    loop.set_debug(True)
    await aio.to_thread(loop.call_soon, print)


# --- timeouts and task groups


@case
async def timeout_entered_twice(aio):
    async with aio.timeout(1) as limit, limit:
        pass


@case
async def timeout_not_entered(aio):
    aio.timeout(1).reschedule(2)


@case
async def timeout_that_is_over(aio):
    async with aio.timeout(1) as limit:
        pass
    limit.reschedule(2)


@case
async def time_over(aio):
    async with aio.timeout(0):
        await aio.sleep(1)


@case
async def group_not_entered(aio):
    refused(aio.TaskGroup().create_task)


@case
async def group_entered_twice(aio):
    async with aio.TaskGroup() as group, group:
        pass


@case
async def group_that_is_finished(aio):
    async with aio.TaskGroup() as group:
        pass
    refused(group.create_task)


@case
async def group_that_shuts_down(aio):
    async def fails():
        raise OSError

    group = aio.TaskGroup()
    try:
        async with group:
            group.create_task(fails())
            try:
                await aio.sleep(1)
            finally:
                refused(group.create_task)
    except BaseExceptionGroup as failed:
        raise failed.exceptions[-1] from None


@case
async def group_that_fails(aio):
    async with aio.TaskGroup():
        raise OSError


def without_task(aio, manager):
    """Enter a manager in a plain callback, and raise what that raises."""
    coro = manager.__aenter__()
    failed = aio.get_running_loop().create_future()

    def enter():
        try:
            coro.send(None)
        except BaseException as exc:
            failed.set_exception(exc)

    aio.get_running_loop().call_soon(enter)
    return failed


@case
async def timeout_without_a_task(aio):
    await without_task(aio, aio.timeout(1))


@case
async def group_without_a_task(aio):
    await without_task(aio, aio.TaskGroup())


# --- outside of a loop

OUTSIDE = [
    "run_of_a_number",
    "run_of_a_function",
    "closed_runner",
    "stopped_before_it_is_done",
    "no_running_loop",
    "no_event_loop",
    "event_loop_of_a_number",
    "no_current_task",
    "timeout_outside",
    "call_graph_outside",
]


@case
def run_of_a_number(aio):
    aio.run(42)


@case
def run_of_a_function(aio):
    aio.run(nothing)


@case
def closed_runner(aio):
    runner = aio.Runner()
    with runner:
        pass
    runner.get_loop()


@case
def stopped_before_it_is_done(aio):
    loop = aio.new_event_loop()
    try:
        loop.call_soon(loop.stop)
        loop.run_until_complete(loop.create_future())
    finally:
        loop.close()


@case
def no_running_loop(aio):
    aio.get_running_loop()


@case
def no_event_loop(aio):
    aio.set_event_loop(None)
    aio.get_event_loop()


@case
def event_loop_of_a_number(aio):
    aio.set_event_loop(42)


@case
def no_current_task(aio):
    aio.current_task()


@case
def timeout_outside(aio):
    aio.timeout(1)


@case
def call_graph_outside(aio):
    aio.capture_call_graph()


NO_AWAITABLE = "An asyncio.Future, a coroutine or an awaitable is required"
#: What the newest asyncio says where an older one says another thing, or nothing, and since which version.
NEWEST = {
    "stop_iteration_set": (
        (3, 13),
        "RuntimeError",
        "StopIteration interacts badly with generators and cannot be raised into a Future",
    ),
    "initialized_twice": ((3, 15), "RuntimeError", "Future object is already initialized"),
    "task_in_no_context": ((3, 15), "TypeError", "a contextvars.Context was expected, got int"),
    "as_completed_of_a_task": ((3, 13), "TypeError", "expects an iterable of awaitables, not Task"),
    "as_completed_of_a_number": ((3, 13), "TypeError", NO_AWAITABLE),
    "sleep_of_no_number": ((3, 13), "ValueError", "Invalid delay: NaN (not a number)"),
    "stack_of_a_number": (
        (3, 14),
        "TypeError",
        "42 object does not appear to be compatible with asyncio.Future",
    ),
    "run_of_a_number": ((3, 14), "TypeError", NO_AWAITABLE),
    "run_of_a_function": ((3, 14), "TypeError", NO_AWAITABLE),
    "no_event_loop": ((3, 14), "RuntimeError", "There is no current event loop in thread 'MainThread'."),
    "call_graph_outside": (
        (3, 14),
        "RuntimeError",
        "capture_call_graph() is called outside of a running event loop and no *future* to introspect was provided",
    ),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # a coroutine that is refused was never awaited
@pytest.mark.parametrize("name", SITUATIONS)
def test_it_is_said_as_asyncio_says_it(name):
    function, inside = SITUATIONS[name], name not in OUTSIDE
    since, *text = NEWEST.get(name, ((3, 11),))
    expected = raised(asyncio, function, inside=inside) if sys.version_info >= since else tuple(text)
    assert raised(corodemo, function, inside=inside) == expected
    assert not text or expected == tuple(text)
    assert expected[0] != "nothing"


def test_every_text_that_is_written_out_is_of_a_situation():
    assert set(NEWEST) | set(OUTSIDE) <= set(SITUATIONS)
