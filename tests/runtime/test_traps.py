"""Where loops that are built from scratch go wrong: the list in the notes on the runtime, a test each, in its order."""

from __future__ import annotations

import contextvars
import gc
import signal
import threading
import traceback

import pytest
from virtual import Reports, run_virtual

import corodemo as asyncio
from corodemo import CancelledError


async def forever():
    await asyncio.get_running_loop().create_future()


async def settle(rounds=3):
    for _ in range(rounds):
        await asyncio.sleep(0)


def test_01_what_a_coroutine_yields_by_mistake_has_an_error_of_its_own():
    class Yields:
        def __init__(self, what):
            self.what = what

        def __await__(self):
            yield self.what

    async def message(what):
        with pytest.raises(RuntimeError) as caught:
            await Yields(what)
        return "; ".join([str(caught.value), *getattr(caught.value, "__notes__", [])])

    async def await_itself():
        await asyncio.current_task()

    async def main():
        loop = asyncio.get_running_loop()
        other = asyncio.EventLoop()
        foreign = other.create_future()
        with pytest.raises(RuntimeError) as of_other_loop:
            await foreign
        other.close()
        task = asyncio.create_task(await_itself(), name="snake")
        with pytest.raises(RuntimeError, match=r"Task cannot await on itself: .*name='snake'"):
            await task
        return [
            "; ".join([str(of_other_loop.value), *of_other_loop.value.__notes__]),
            await message(loop.create_future()),
            await message(42),
            await message(x for x in ()),
        ]

    other_loop, bare, garbage, generator = run_virtual(main())
    assert "attached to a different loop; create it with `get_running_loop().create_future()`" in other_loop
    assert bare.startswith("yield was used instead of yield from in task <Task ")
    assert garbage == "Task got bad yield: 42; a coroutine awaits, and only futures yield"
    assert generator.startswith("yield was used instead of yield from for generator in task <Task ")


def test_02_a_done_future_does_not_suspend_and_a_self_cancel_counts_at_the_end():
    async def cancels_itself():
        asyncio.current_task().cancel("by myself")
        return "lost"

    async def main():
        log = []
        asyncio.get_running_loop().call_soon(log.append, "callback")
        done = asyncio.get_running_loop().create_future()
        done.set_result(1)
        log.append(await done)
        task = asyncio.create_task(cancels_itself())
        with pytest.raises(CancelledError, match="by myself"):
            await task
        return log, task.cancelled()

    assert run_virtual(main()) == ([1, "callback"], True)


def test_03_cancelled_before_its_first_step_a_body_never_runs():
    async def body(log):
        log.append("ran")

    async def main():
        log = []
        task = asyncio.create_task(body(log))
        task.cancel("too early")
        with pytest.raises(CancelledError, match="too early"):
            await task
        return log

    assert run_virtual(main()) == []


def test_04_cancel_reaches_through_to_what_is_awaited():
    async def awaits(task):
        await task

    async def main():
        inner = asyncio.create_task(forever())
        first, second = asyncio.create_task(awaits(inner)), asyncio.create_task(awaits(inner))
        await settle()
        first.cancel()
        await asyncio.wait([first, second, inner])
        return [task.cancelled() for task in (first, second, inner)]

    assert run_virtual(main()) == [True, True, True]


def test_05_a_cancel_wins_over_a_wakeup_that_is_queued_already():
    async def main():
        future = asyncio.get_running_loop().create_future()

        async def waits():
            return await future

        task = asyncio.create_task(waits())
        await settle()
        future.set_result("too late")
        task.cancel("wins")
        with pytest.raises(CancelledError, match="wins"):
            await task
        return future.result()

    assert run_virtual(main()) == "too late"


def test_06_a_task_is_cancelled_only_if_the_error_escapes():
    async def refuses():
        try:
            await forever()
        except CancelledError:
            return "stayed"

    async def main():
        task = asyncio.create_task(refuses())
        await settle()
        task.cancel()
        return await task, task.cancelled(), task.cancelling()

    assert run_virtual(main()) == ("stayed", False, 1)


def test_07_one_message_is_carried_across_tasks():
    log = []

    async def logs(what, awaitable):
        try:
            await awaitable
        except CancelledError as exc:
            log.append((what, exc.args))
            raise

    async def main():
        inner = asyncio.create_task(logs("inner", forever()))
        task = asyncio.create_task(logs("outer", inner))
        await settle()
        task.cancel("the reason")
        await logs("main", task)

    with pytest.raises(CancelledError, match="the reason"):
        run_virtual(main())
    assert log == [(what, ("the reason",)) for what in ("inner", "outer", "main")]


def test_08_uncancel_before_delivery_takes_the_request_back():
    async def main():
        task = asyncio.current_task()
        task.cancel()
        remaining = task.uncancel()
        await asyncio.sleep(0)
        return remaining, "went on"

    assert run_virtual(main()) == (0, "went on")


def test_09_wait_for_raises_a_cancel_of_the_same_tick_as_the_result():
    async def main():
        future = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(asyncio.wait_for(future, 10))
        await settle()
        future.set_result("ready")
        task.cancel()
        with pytest.raises(CancelledError):
            await task

    run_virtual(main())


def test_10_nested_timeouts_know_their_own_cancel():
    async def main():
        log = []
        with pytest.raises(TimeoutError) as caught:
            async with asyncio.timeout(1) as outer:
                try:
                    async with asyncio.timeout(1) as inner:
                        await forever()
                except TimeoutError:
                    log.append("inner")
                    raise
        log.extend([inner.expired(), outer.expired(), asyncio.current_task().cancelling()])
        return log, type(caught.value.__cause__)

    log, cause = run_virtual(main())
    # Both expire in the same tick, so the outer one sees its own request and takes it back.
    assert log == [True, True, 0]
    assert cause is CancelledError


def test_10_a_timeout_leaves_the_cancel_of_somebody_else_alone():
    async def limited():
        async with asyncio.timeout(1):
            await forever()

    async def main():
        task = asyncio.create_task(limited())
        asyncio.get_running_loop().call_at(1, task.cancel, "from outside")
        with pytest.raises(CancelledError):
            await task
        return task.cancelling()

    assert run_virtual(main()) == 1


def test_11_a_child_of_gather_that_is_cancelled_is_an_exception_and_twins_run_once():
    async def counts(log):
        log.append("ran")
        return len(log)

    async def main():
        child = asyncio.create_task(forever())
        outer = asyncio.gather(child)
        child.cancel()
        with pytest.raises(CancelledError):
            await outer
        log = []
        coro = counts(log)
        return outer.cancelled(), await asyncio.gather(coro, coro), log

    assert run_virtual(main()) == (False, [1, 1], ["ran"])


def test_12_an_error_inside_a_shield_whose_outside_was_cancelled_is_reported():
    async def fails():
        await asyncio.sleep(1)
        raise ValueError("nobody is there")

    async def main(reports):
        reports.watch(asyncio.get_running_loop())
        inner = asyncio.create_task(fails())
        outer = asyncio.shield(inner)
        await settle()
        outer.cancel()
        await asyncio.sleep(2)
        states = outer.cancelled(), inner.done()
        del inner, outer
        gc.collect()
        return states

    reports = Reports()
    assert run_virtual(main(reports)) == (True, True)
    assert reports.messages == ["ValueError exception in shielded future"]


def test_13_wait_cancels_nothing_and_a_cancelled_child_is_no_exception():
    async def main():
        first, second = asyncio.create_task(forever()), asyncio.create_task(asyncio.sleep(5, "slept"))
        asyncio.get_running_loop().call_later(1, first.cancel)
        done, pending = await asyncio.wait([first, second], timeout=2, return_when=asyncio.FIRST_EXCEPTION)
        early = done == {first}, pending == {second}, second.cancelling()
        done, pending = await asyncio.wait([first, second], return_when=asyncio.FIRST_EXCEPTION)
        return early, len(done), second.result()

    assert run_virtual(main()) == ((True, True, 0), 2, "slept")


def test_14_as_completed_collapses_twins_and_gives_back_the_tasks_themselves():
    async def main():
        slow = asyncio.create_task(asyncio.sleep(2, "slow"))
        fast = asyncio.create_task(asyncio.sleep(1, "fast"))
        results = [await coro for coro in asyncio.as_completed([slow, fast, slow])]
        order = [task async for task in asyncio.as_completed([slow, fast, fast])]
        return results, order == [slow, fast]

    assert run_virtual(main()) == (["fast", "slow"], True)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_15_what_ends_the_program_goes_through_the_loop_and_stays_on_the_task(error):
    async def ends():
        raise error("the end")

    loop = asyncio.EventLoop(clock=asyncio.VirtualClock())
    task = loop.create_task(ends())
    with pytest.raises(error, match="the end"):
        loop.run_forever()
    assert isinstance(task.exception(), error)
    loop.close()


def test_16_a_stop_iteration_becomes_a_runtime_error():
    async def main():
        future = asyncio.get_running_loop().create_future()
        future.set_exception(StopIteration("x"))
        with pytest.raises(RuntimeError, match="StopIteration interacts badly") as caught:
            await future
        return type(caught.value.__cause__)

    assert run_virtual(main()) is StopIteration


def test_17_what_silences_the_reports_of_errors_nobody_saw():
    async def fails():
        raise ValueError

    async def main(reports):
        reports.watch(asyncio.get_running_loop())
        seen = asyncio.create_task(fails(), name="seen")
        unseen = asyncio.create_task(fails(), name="unseen")
        cancelled = asyncio.create_task(fails(), name="cancelled after")
        await settle()
        seen.exception()
        cancelled.cancel()  # too late, but somebody looked at it
        del seen, unseen, cancelled
        gc.collect()

    reports = Reports()
    run_virtual(main(reports))
    assert [context["future"].get_name() for context in reports] == ["unseen"]


def test_18_all_tasks_can_be_asked_while_other_threads_make_tasks():
    async def nothing():
        pass

    async def main():
        loop = asyncio.get_running_loop()
        go_on = threading.Event()

        def make():
            while not go_on.is_set():
                asyncio.run_coroutine_threadsafe(nothing(), loop).result()

        job = loop.run_in_executor(None, make)
        sizes = []
        for _ in range(200):
            sizes.append(len(asyncio.all_tasks()) >= 1)
            await asyncio.sleep(0)
        go_on.set()
        await job
        return all(sizes)

    assert run_virtual(main()) is True


def test_18_run_cancels_what_is_left_and_waits_for_it():
    log = []

    async def hangs():
        try:
            await forever()
        finally:
            await asyncio.sleep(1)
            log.append("cleaned up")

    async def main():
        asyncio.create_task(hangs())
        await settle()

    run_virtual(main())
    assert log == ["cleaned up"]


def test_19_a_task_has_a_copy_of_the_context_and_a_callback_its_own():
    var = contextvars.ContextVar("var", default="unset")

    async def sets():
        before = var.get()
        var.set("inside")
        return before

    async def main():
        log = []
        var.set("outside")
        task = asyncio.create_task(sets())
        task.add_done_callback(lambda _: log.append(var.get()))
        context = contextvars.copy_context()
        context.run(var.set, "given")
        task.add_done_callback(lambda _: log.append(var.get()), context=context)
        log.append(await task)
        log.append(var.get())
        await settle()
        return log

    assert run_virtual(main()) == ["outside", "given", "outside", "outside"]


def test_20_one_iteration_runs_what_was_ready_when_it_began():
    async def main():
        loop = asyncio.get_running_loop()
        log = []

        def again():
            log.append("first")
            loop.call_soon(log.append, "next iteration")

        loop.call_soon(again)
        loop.call_soon(log.append, "second")
        await asyncio.sleep(0)
        log.append("woken")
        await asyncio.sleep(0)
        return log

    assert run_virtual(main()) == ["first", "second", "woken", "next iteration"]


def test_21_equal_deadlines_fire_in_the_order_in_which_they_were_set():
    async def sleeper(number, log):
        await asyncio.sleep(1)
        log.append(number)

    async def main():
        log = []
        await asyncio.gather(*[sleeper(number, log) for number in range(100)])
        return log

    assert run_virtual(main()) == list(range(100))


def test_22_callbacks_may_change_the_list_that_is_being_scheduled():
    class Evil:
        """Finishes the future when it is compared."""

        def __init__(self, future):
            self.future = future

        def __eq__(self, other):
            if not self.future.done():
                self.future.set_result(None)
            return False

        def __hash__(self):
            return 1

        def __call__(self, future):
            log.append("called")

    log = []

    async def main():
        future = asyncio.get_running_loop().create_future()
        future.add_done_callback(Evil(future))
        future.add_done_callback(log.append)
        removed = future.remove_done_callback(print)
        await settle()
        return removed, log == ["called", future], future._callbacks

    assert run_virtual(main()) == (0, True, None)


def test_23_the_first_sigint_cancels_main_and_the_second_raises():
    log = []

    async def main():
        try:
            signal.raise_signal(signal.SIGINT)
            await forever()
        except CancelledError:
            log.append("cancelled")
            raise

    with pytest.raises(KeyboardInterrupt):
        run_virtual(main())

    async def stubborn():
        try:
            signal.raise_signal(signal.SIGINT)
            await forever()
        except CancelledError:
            log.append("ignored")
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            log.append("at once")
        return "survived"

    assert run_virtual(stubborn()) == "survived"
    assert log == ["cancelled", "ignored", "at once"]


def test_24_the_end_comes_to_tasks_then_async_generators_then_threads():
    log = []
    release = threading.Event()

    async def agen():
        try:
            yield 1
        finally:
            await asyncio.sleep(0)
            log.append("generator closed")
            release.set()

    async def task():
        try:
            await forever()
        finally:
            log.append("task cancelled")

    def job():
        release.wait()
        log.append("thread done")

    async def main():
        generator = agen()
        await generator.__anext__()
        asyncio.create_task(task())
        waiting = asyncio.create_task(asyncio.to_thread(job))
        await settle()
        waiting.cancel()
        with pytest.raises(CancelledError):
            await waiting
        log.append("the thread goes on")
        return generator  # so that it is not closed before its turn

    run_virtual(main())
    assert log == ["the thread goes on", "task cancelled", "generator closed", "thread done"]


def test_25_a_group_takes_its_own_cancel_back_and_no_other():
    async def fails():
        raise ValueError

    async def main():
        with pytest.raises(ExceptionGroup) as caught:
            async with asyncio.TaskGroup() as group:
                group.create_task(fails())
                await forever()
        before = asyncio.current_task().cancelling()
        await asyncio.sleep(0)
        return before, [type(error) for error in caught.value.exceptions]

    assert run_virtual(main()) == (0, [ValueError])


def test_25_an_eager_task_gives_the_current_task_back():
    async def child(log):
        log.append(asyncio.current_task().get_name())

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_task_factory(asyncio.eager_task_factory)
        me = asyncio.current_task()
        log = []
        task = asyncio.create_task(child(log), name="child")
        return log, task.done(), asyncio.current_task() is me

    assert run_virtual(main()) == (["child"], True, True)


def test_25_a_suspended_task_has_one_frame():
    async def inner():
        await forever()

    async def outer():
        await inner()

    async def main():
        task = asyncio.create_task(outer())
        await settle()
        return [frame.f_code.co_name for frame in task.get_stack()]

    assert run_virtual(main()) == ["outer"]


def test_25_a_failed_task_has_the_frames_of_its_coroutines_and_not_of_the_loop():
    async def inner():
        raise ValueError("no")

    async def outer():
        await inner()

    async def main():
        task = asyncio.create_task(outer())
        await asyncio.wait([task])
        assert str(task.exception()) == "no"
        return [[frame.f_code.co_name for frame in task.get_stack(limit=limit)] for limit in (None, 1)]

    assert run_virtual(main()) == [["outer", "inner"], ["outer"]]


def test_the_repr_of_a_gathered_future_names_the_callback():
    async def main():
        future = asyncio.get_running_loop().create_future()
        gathered = asyncio.gather(future)
        shown = repr(future)
        future.set_result(1)
        await gathered
        return shown

    assert "cb=[gather.<locals>.child_ended() at " in run_virtual(main())


def test_the_traceback_of_a_failed_task_begins_with_the_users_code():
    async def fails():
        raise ValueError

    async def passes_on(future):
        await future

    async def main():
        future = asyncio.get_running_loop().create_future()
        tasks = [asyncio.create_task(fails()), asyncio.create_task(passes_on(future))]
        future.set_exception(KeyError())
        await asyncio.wait(tasks)
        return [traceback.extract_tb(task.exception().__traceback__)[0].name for task in tasks]

    assert run_virtual(main()) == ["fails", "passes_on"]


def test_wait_for_runs_a_coroutine_as_a_task_and_a_future_as_it_is():
    async def who():
        await asyncio.sleep(1)
        return asyncio.current_task()

    async def main():
        inside = await asyncio.wait_for(who(), 2)
        task = asyncio.create_task(who())
        return inside is asyncio.current_task(), await asyncio.wait_for(task, 2) is task

    assert run_virtual(main()) == (False, True)


def test_a_cancel_of_wait_for_reaches_a_coroutine_that_has_begun_and_its_end_is_awaited():
    log = []

    async def slow():
        log.append("begins")
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(1)
            log.append("ends")

    async def main():
        waits = asyncio.create_task(asyncio.wait_for(slow(), 5))
        await asyncio.sleep(0)
        waits.cancel("enough")
        try:
            await waits
        except asyncio.CancelledError as exc:
            log.append(exc.args)
        return asyncio.get_running_loop().time()

    assert run_virtual(main()) == 1.0
    assert log == ["begins", "ends", ("enough",)]


def test_a_cancel_of_wait_for_that_the_coroutine_refuses_leaves_its_result():
    async def stubborn():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return "refused"

    async def main():
        waits = asyncio.create_task(asyncio.wait_for(stubborn(), 5))
        await asyncio.sleep(1)
        waits.cancel()
        return await waits

    assert run_virtual(main()) == "refused"
