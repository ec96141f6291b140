"""What the newest asyncio does, 3.14's and 3.15's, on every Python: task groups, tasks, shields, threads."""

from __future__ import annotations

import contextvars
import threading

import pytest
from virtual import Reports, run_virtual

import corodemo as asyncio


async def forever():
    await asyncio.get_running_loop().create_future()


async def nothing():
    pass


# --- TaskGroup.cancel()


def test_a_group_that_is_cancelled_ends_quietly_and_the_parent_goes_on():
    async def main():
        log = []
        async with asyncio.TaskGroup() as group:
            task = group.create_task(forever())
            await asyncio.sleep(1)
            group.cancel()
            group.cancel()
            await asyncio.sleep(5)
            log.append("not reached")
        return log, task.cancelled(), asyncio.current_task().cancelling(), asyncio.get_running_loop().time()

    assert run_virtual(main()) == ([], True, 0, 1.0)


def test_a_task_of_the_group_may_cancel_it():
    async def cancels(group):
        await asyncio.sleep(1)
        group.cancel()

    async def main():
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(cancels(group)), group.create_task(forever())]
        return [task.cancelled() for task in tasks]

    assert run_virtual(main()) == [True, True]


def test_a_group_that_was_cancelled_before_its_block_cancels_the_first_await_in_it():
    async def main():
        log = []
        group = asyncio.TaskGroup()
        group.cancel()
        async with group:
            log.append("entered")
            with pytest.raises(RuntimeError, match="is shutting down"):
                group.create_task(nothing())
            await asyncio.sleep(1)
            log.append("not reached")
        group.cancel()  # after the block it does nothing
        await asyncio.sleep(0)
        return log

    assert run_virtual(main()) == ["entered"]


def test_what_fails_while_a_cancelled_group_ends_still_comes_out():
    async def fails_on_cancel():
        try:
            await forever()
        finally:
            raise ValueError("on the way out")

    async def main():
        async with asyncio.TaskGroup() as group:
            group.create_task(fails_on_cancel())
            await asyncio.sleep(0)
            group.cancel()

    with pytest.raises(ExceptionGroup) as caught:
        run_virtual(main())
    assert [str(exc) for exc in caught.value.exceptions] == ["on the way out"]


def test_a_cancel_from_outside_that_comes_while_a_cancelled_group_ends_is_passed_on():
    async def slow_to_end():
        try:
            await forever()
        finally:
            await asyncio.sleep(1)

    async def inside(log):
        async with asyncio.TaskGroup() as group:
            group.create_task(slow_to_end())
            await asyncio.sleep(0)
            group.cancel()
        log.append("not reached")

    async def main():
        log = []
        task = asyncio.create_task(inside(log))
        await asyncio.sleep(0.5)
        task.cancel("from outside")
        with pytest.raises(asyncio.CancelledError, match="from outside"):
            await task
        return log

    assert run_virtual(main()) == []


# --- the rest of a group


def test_a_generator_that_is_closed_inside_a_group_ends_with_generator_exit():
    async def numbers():
        async with asyncio.TaskGroup():
            yield 1

    async def main():
        async for number in (agen := numbers()):
            assert number == 1
            break
        await agen.aclose()
        return "closed"

    assert run_virtual(main()) == "closed"


def test_a_generator_exit_does_not_hide_what_failed():
    async def fails_on_cancel():
        try:
            await forever()
        finally:
            raise ValueError("lost?")

    async def numbers():
        async with asyncio.TaskGroup() as group:
            group.create_task(fails_on_cancel())
            await asyncio.sleep(0)
            yield 1

    async def main():
        agen = numbers()
        await anext(agen)
        with pytest.raises(BaseExceptionGroup) as caught:
            await agen.aclose()
        return [type(exc) for exc in caught.value.exceptions]

    assert run_virtual(main()) == [ValueError, GeneratorExit]


def test_an_eager_task_that_fails_at_once_cancels_the_group_in_its_turn():
    async def fails():
        raise ValueError

    async def main():
        made = []
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        with pytest.raises(ExceptionGroup):
            async with asyncio.TaskGroup() as group:
                made.append(group.create_task(fails()).done())
                made.append(group.create_task(nothing()).done())  # the group is not shutting down yet
                await asyncio.sleep(0)
                await asyncio.sleep(1)
                made.append("not reached")
        return made

    assert run_virtual(main()) == [True, True]


def test_an_eager_task_that_cancels_its_group_at_once_is_cancelled_with_it():
    async def cancels(group):
        group.cancel()
        await forever()

    async def main():
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(cancels(group))
        return task.cancelled()

    assert run_virtual(main()) is True


# --- tasks


def test_a_task_factory_is_given_what_create_task_was_given():
    async def main():
        calls = []

        def factory(loop, coro, **kwargs):
            calls.append(kwargs)
            return asyncio.Task(coro, loop=loop, **kwargs)

        asyncio.get_running_loop().set_task_factory(factory)
        context = contextvars.copy_context()
        await asyncio.create_task(nothing())
        task = asyncio.create_task(nothing(), name="named", context=context)
        await task
        return calls == [{}, {"name": "named", "context": context}], task.get_name()

    assert run_virtual(main()) == (True, "named")


def test_a_task_can_be_started_eagerly_one_by_one_and_only_then():
    async def main():
        log = []

        async def say(what):
            log.append(what)

        asyncio.create_task(say("eager"), eager_start=True)
        asyncio.create_task(say("later"))
        log.append("made")
        await asyncio.sleep(0)
        return log

    assert run_virtual(main()) == ["eager", "made", "later"]


def test_an_eager_task_in_a_context_that_is_entered_is_refused():
    async def main():
        context = contextvars.copy_context()

        async def makes():
            coro = nothing()
            with pytest.raises(RuntimeError, match="cannot enter context"):
                asyncio.create_task(coro, context=context, eager_start=True)
            coro.close()

        await asyncio.create_task(makes(), context=context)
        return len(asyncio.all_tasks())

    assert run_virtual(main()) == 1


def test_a_timeout_may_have_subclasses():
    class Patient(asyncio.Timeout):
        def reschedule(self, when):
            super().reschedule(None if when is None else when + 1)

    async def main():
        with pytest.raises(TimeoutError):
            async with Patient(None) as limit:
                limit.reschedule(2)
                await forever()
        return asyncio.get_running_loop().time()

    assert run_virtual(main()) == 3.0
    assert not getattr(asyncio.Timeout, "__final__", False)


# --- shields


def test_what_fails_behind_two_cancelled_shields_is_reported_once():
    async def fails():
        await asyncio.sleep(1)
        raise ValueError("nobody is there")

    async def main(reports):
        reports.watch(asyncio.get_running_loop())
        inner = asyncio.create_task(fails())
        for _ in range(2):
            asyncio.shield(inner).cancel()
        await asyncio.sleep(2)

    reports = Reports()
    run_virtual(main(reports))
    assert reports.messages == ["ValueError exception in shielded future"]
    assert str(reports[0]["exception"]) == "nobody is there"


# --- threads


def test_a_callback_from_another_thread_is_cancelled_before_it_runs_or_not_at_all():
    async def main():
        loop = asyncio.get_running_loop()
        began, cancelling = threading.Event(), threading.Event()
        log = []

        def callback():
            began.set()
            cancelling.wait()
            log.append("ran whole")

        def beside():
            handle = loop.call_soon_threadsafe(callback)
            began.wait()
            cancelling.set()
            handle.cancel()
            log.append("cancelled")
            return handle.cancelled()

        return log, await asyncio.to_thread(beside)

    # The thread waits for the callback, which it cannot stop any more.
    assert run_virtual(main()) == (["ran whole", "cancelled"], True)


# --- the call graph


def test_who_awaits_can_be_told_and_taken_back():
    async def main():
        future = asyncio.get_running_loop().create_future()
        task = asyncio.current_task()
        asyncio.future_add_to_awaited_by(future, task)
        asyncio.future_add_to_awaited_by(future, task)
        told = [awaiter.future is task for awaiter in asyncio.capture_call_graph(future).awaited_by]
        asyncio.future_discard_from_awaited_by(future, task)
        asyncio.future_discard_from_awaited_by(future, task)
        asyncio.future_add_to_awaited_by("no future", task)
        return told, asyncio.capture_call_graph(future).awaited_by

    assert run_virtual(main()) == ([True], ())


def test_a_child_that_outlives_its_gather_is_awaited_by_nobody():
    async def fails():
        raise ValueError

    async def main():
        child = asyncio.create_task(forever())
        gathered = asyncio.gather(child, fails())
        before = [awaiter.future for awaiter in asyncio.capture_call_graph(child).awaited_by]
        with pytest.raises(ValueError):
            await gathered
        return before == [asyncio.current_task()], asyncio.capture_call_graph(child).awaited_by

    assert run_virtual(main()) == (True, ())


def test_a_generator_between_two_frames_does_not_end_the_stack():
    graphs = []

    def generator():
        graphs.append(asyncio.capture_call_graph())
        yield

    async def inner():
        list(generator())

    async def main():
        await inner()

    run_virtual(main())
    assert [entry.frame.f_code.co_name for entry in graphs[0].call_stack] == ["generator", "inner", "main"]
