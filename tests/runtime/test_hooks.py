"""The hook: what it is called with, and that watching changes nothing."""

from __future__ import annotations

import contextlib
import sys

import pytest
from hook_programs import METHODS, TaskHook, logging_hook, output_of
from virtual import run_virtual

import corodemo as asyncio
from corodemo import Hook
from corodemo.runtime.fanout import give_up
from corodemo.runtime.hooks import guards_itself


def test_a_program_prints_the_same_with_and_without_a_hook():
    plain = output_of(None)
    assert plain.splitlines()[-1] == "4.0"
    log = []
    assert output_of(logging_hook(log)) == plain
    assert {"task_created", "task_done", "cancel_delivered", "thread_finished", "future_labelled"} <= set(log)


@pytest.mark.parametrize("method", METHODS)
def test_a_hook_that_raises_is_taken_off_reported_once_and_changes_nothing(method, caplog):
    calls = []

    def raises(self, *args):
        calls.append(method)
        raise ZeroDivisionError(method)

    hook = type("Raises", (Hook,), {method: raises, "__repr__": lambda self: "<my hook>"})()
    assert output_of(hook) == output_of(None)
    assert len(calls) <= 1
    expected = ["The hook <my hook> raised and was taken off; the program runs on"] * len(calls)
    assert [record.message for record in caplog.records] == expected


def test_a_hook_sees_each_step_of_a_task_in_order():
    async def sleeper():
        await asyncio.sleep(1)

    async def main():
        await asyncio.create_task(sleeper(), name="sleeper")

    hook = TaskHook()
    run_virtual(main(), hook=hook)
    end = hook.log.index(("done", "Task-1", False))
    assert hook.log[: end + 1] == [
        ("created", "Task-1", None),
        ("ready", "Task-1", "spawned", "NoneType"),
        ("resumed", "Task-1"),
        ("created", "sleeper", "Task-1"),
        ("ready", "sleeper", "spawned", "Task-1"),
        ("suspended", "Task-1", "sleeper"),
        ("resumed", "sleeper"),
        ("timer set", 1_000_000_000),
        ("suspended", "sleeper", "Sleep"),
        ("waiting", 1_000_000_000),
        ("timer fired",),
        ("ready", "sleeper", "future", "Sleep"),
        ("resumed", "sleeper"),
        ("done", "sleeper", False),
        ("ready", "Task-1", "future", "sleeper"),
        ("resumed", "Task-1"),
        ("done", "Task-1", False),
    ]


def test_a_hook_sees_a_cancel_from_request_to_end():
    async def sleeper():
        await asyncio.sleep(9)

    async def main():
        task = asyncio.create_task(sleeper(), name="sleeper")
        await asyncio.sleep(0)
        task.cancel("enough")
        await asyncio.wait([task])

    hook = TaskHook()
    run_virtual(main(), hook=hook)
    start = next(index for index, event in enumerate(hook.log) if event[0] == "cancel requested")
    assert hook.log[start : start + 9] == [
        ("cancel requested", "sleeper", "Task-1", "enough"),
        ("timer cancelled",),
        ("ready", "sleeper", "future", "Sleep"),
        ("labelled", "wait(1)", 1),
        ("suspended", "Task-1", "Future"),
        ("resumed", "sleeper"),
        ("cancel delivered", "sleeper", ("enough",)),
        ("done", "sleeper", True),
        ("ready", "Task-1", "future", "Future"),
    ]


async def _labels_of_everything():
    async def nothing():
        await asyncio.sleep(1)

    await asyncio.gather(nothing(), nothing())
    await asyncio.shield(asyncio.create_task(nothing()))
    await asyncio.wait([asyncio.create_task(nothing())])
    for coro in asyncio.as_completed([nothing()]):
        await coro
    async with asyncio.TaskGroup() as group:
        group.create_task(nothing())
    lock, event, semaphore, condition = asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(1), asyncio.Condition()
    queue = asyncio.Queue(1)
    queue.put_nowait(1)
    await lock.acquire()
    await semaphore.acquire()
    await condition.acquire()
    empty = asyncio.LifoQueue()
    for waiting in (lock.acquire(), semaphore.acquire(), event.wait(), condition.wait(), queue.put(2), empty.get()):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await waiting
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(empty.get(), 0)


def test_what_stands_for_others_or_for_a_place_in_a_line_says_so():
    hook = TaskHook()
    run_virtual(_labels_of_everything(), hook=hook)
    assert [event[1:] for event in hook.log if event[0] == "labelled"][:12] == [
        ("gather(2)", 2),
        ("shield", 1),
        ("wait(1)", 1),
        ("as_completed(1)", 1),
        ("TaskGroup(1)", 1),
        ("Lock.acquire", 0),
        ("Semaphore.acquire", 0),
        ("Event.wait", 0),
        ("Condition.wait", 0),
        ("Queue.put", 0),
        ("LifoQueue.get", 0),
        ("wait_for", 1),
    ]


def test_a_hook_can_be_set_and_taken_off_while_the_loop_runs():
    async def main():
        loop = asyncio.get_running_loop()
        hook = TaskHook()
        loop.hook = hook
        await asyncio.sleep(0)
        seen = loop.hook is hook
        loop.hook = None
        await asyncio.sleep(0)
        return seen, loop.hook, hook.log

    # A step has the hook with which it began, to its end.
    log = [("resumed", "Task-1"), ("suspended", "Task-1", "NoneType"), ("ready", "Task-1", "yielded", "NoneType")]
    assert run_virtual(main()) == (True, None, log)


def test_a_hook_that_guards_itself_is_called_straight_and_can_give_up(caplog):
    class Careful(Hook):
        def __init__(self):
            self.callers = []

        @guards_itself
        def task_resumed(self, task):
            self.callers.append(sys._getframe(1).f_code.co_qualname)
            give_up(self, task._loop, ZeroDivisionError())

        def __repr__(self):
            return "<my hook>"

    hook = Careful()
    assert output_of(hook) == output_of(None)
    assert hook.callers == ["run_watched"]
    assert [record.message for record in caplog.records] == [
        "The hook <my hook> raised and was taken off; the program runs on"
    ]


def test_giving_up_for_a_loop_that_nothing_watches_does_nothing():
    async def main():
        give_up(Hook(), asyncio.get_running_loop(), ZeroDivisionError())

    assert run_virtual(main()) is None


def test_a_hook_that_overrides_nothing_is_the_loops_and_is_not_called():
    hook = Hook()

    async def main():
        loop = asyncio.get_running_loop()
        before = loop.hook, loop._hook
        loop.hook = TaskHook()
        loop.hook = hook
        after = loop.hook, loop._hook
        loop.hook = None
        return before, after, loop.hook

    assert run_virtual(main(), hook=hook) == ((hook, None), (hook, None), None)
