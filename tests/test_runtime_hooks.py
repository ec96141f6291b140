"""The hook: what it is called with, and that watching changes nothing."""

from __future__ import annotations

import contextlib
import io
import sys

import pytest
from virtual import run_virtual

import corodemo as asyncio
from corodemo import Hook
from corodemo.runtime.fanout import give_up
from corodemo.runtime.hooks import EVENTS, guards_itself

METHODS = EVENTS


def logging_hook(log):
    """Return a hook that logs the name of everything that happens."""

    def logs(name):
        return lambda self, *args: log.append(name)

    return type("Logs", (Hook,), {name: logs(name) for name in METHODS})()


class TaskHook(Hook):
    def __init__(self):
        self.log = []

    def task_created(self, task, parent):
        self.log.append(("created", task.get_name(), parent and parent.get_name()))

    def task_ready(self, task, cause, by):
        by = by.get_name() if isinstance(by, asyncio.Task) else type(by).__name__
        self.log.append(("ready", task.get_name(), cause, by))

    def task_resumed(self, task):
        self.log.append(("resumed", task.get_name()))

    def task_suspended(self, task, on):
        on = on.get_name() if isinstance(on, asyncio.Task) else type(on).__name__
        self.log.append(("suspended", task.get_name(), on))

    def task_done(self, task):
        self.log.append(("done", task.get_name(), task.cancelled()))

    def timer_set(self, timer, deadline_ns):
        self.log.append(("timer set", deadline_ns))

    def timer_fired(self, timer):
        self.log.append(("timer fired",))

    def timer_cancelled(self, timer):
        self.log.append(("timer cancelled",))

    def cancel_requested(self, task, by, message):
        self.log.append(("cancel requested", task.get_name(), by and by.get_name(), message))

    def cancel_delivered(self, task, error):
        self.log.append(("cancel delivered", task.get_name(), error.args))

    def future_labelled(self, future, label, children):
        self.log.append(("labelled", label, len(children)))

    def loop_waiting(self, loop, until_ns):
        self.log.append(("waiting", until_ns))


async def program():
    """Do a bit of everything, and print."""

    async def child(number):
        print("child", number)
        await asyncio.sleep(number)
        print("child", number, "slept")
        if number == 2:
            raise ValueError("two")
        return number

    print(await asyncio.gather(child(1), child(2), return_exceptions=True))
    task = asyncio.create_task(child(9))
    await asyncio.sleep(1)
    task.cancel("enough")
    with contextlib.suppress(asyncio.CancelledError):
        await task
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(child(9), 1)
    print(await asyncio.to_thread(lambda: "thread"))
    queue = asyncio.Queue(1)
    async with asyncio.TaskGroup() as group:
        group.create_task(queue.get())
        group.create_task(queue.put("item"))
    asyncio.get_running_loop().call_soon(print, "callback")
    await asyncio.sleep(0)
    print(asyncio.get_running_loop().time())


def output_of(hook):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        run_virtual(program(), hook=hook)
    return out.getvalue()


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
            await asyncio.wait_for(waiting, 1)


def test_what_stands_for_others_or_for_a_place_in_a_line_says_so():
    hook = TaskHook()
    run_virtual(_labels_of_everything(), hook=hook)
    assert [event[1:] for event in hook.log if event[0] == "labelled"][:11] == [
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
