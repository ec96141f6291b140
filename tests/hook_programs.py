"""Hooks that log, and a program that does a bit of everything."""

from __future__ import annotations

import contextlib
import io

from virtual import run_virtual

import corodemo as asyncio
from corodemo import Hook
from corodemo.runtime.hooks import EVENTS

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
