"""A loop that libraries take for asyncio's running one.

A user's `import asyncio` gives corodemo; a library's gives the real one (`corodemo.hosting.imports`). When a coroutine of
the library runs in a task of ours, what it asks of asyncio is about our loop: `get_running_loop()`, `sleep`, a lock, a
`gather`. asyncio has a place where a loop says that it runs, and works with whatever loop stands there; so ours says it,
while it runs. Only who the current task is, asyncio knows of its own tasks alone: there it is told, by the functions that
everything else goes through.

What stands between two stretches of a loop that stands still, as a shell's plain input does, is not announced: a library may
then call `asyncio.run()`, as it may in any plain code.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

from corodemo.runtime import EventLoop
from corodemo.runtime.stepping import SteppedLoop

__all__ = ["HostLoop", "asyncio_told_of_tasks"]


class HostLoop(SteppedLoop):
    """A loop of ours that asyncio knows to be running, while it runs."""

    def run_forever(self) -> None:
        outer = asyncio._get_running_loop()
        asyncio._set_running_loop(self)  # type: ignore[arg-type]  # it is no subclass, and need not be
        try:
            super().run_forever()
        finally:
            asyncio._set_running_loop(outer)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and hasattr(asyncio.AbstractEventLoop, name):
            raise AttributeError(
                f"corodemo's loop has no {name}(): networking and subprocesses are not part of it; "
                "a program that needs them runs on asyncio itself, with `python`"
            )
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


@contextlib.contextmanager
def asyncio_told_of_tasks() -> Iterator[None]:
    """Let asyncio's `current_task()` and `all_tasks()` know the tasks of our loops meanwhile."""
    current, everything = asyncio.tasks.current_task, asyncio.tasks.all_tasks

    def current_task(loop: Any = None) -> Any:
        """Return the running task of a loop, of corodemo's or of asyncio's own."""
        loop = asyncio.get_running_loop() if loop is None else loop
        ours = loop._current_task if isinstance(loop, EventLoop) else None
        return current(loop) if ours is None else ours

    def all_tasks(loop: Any = None) -> set[Any]:
        """Return the tasks of a loop that are not done, of corodemo's or of asyncio's own."""
        loop = asyncio.get_running_loop() if loop is None else loop
        ours = {task for task in loop._tasks() if not task.done()} if isinstance(loop, EventLoop) else set()
        return everything(loop) | ours

    for module in (asyncio, asyncio.tasks):
        module.current_task, module.all_tasks = current_task, all_tasks  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in (asyncio, asyncio.tasks):
            module.current_task, module.all_tasks = current, everything  # type: ignore[attr-defined]
