"""Standing in line: what locks, semaphores, conditions, events and queues have in common.

Each has a line of futures, one for each task that waits. A task that gets in line says what for, and for something that others
hold, a hook is told who they are.
"""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import events
from .exceptions import noted
from .waitables import Waiter

if TYPE_CHECKING:
    from .hooks import Hook
    from .locks import Lock, Semaphore
    from .loop import EventLoop

__all__ = ["Acquired", "Line", "LoopBound", "running_task", "tell_of_holders"]

_thread = events._thread  # knows which loop runs in it


class LoopBound:
    """An object that belongs to the first loop in which a task had to wait for it."""

    _loop: EventLoop | None = None

    def _get_loop(self) -> EventLoop:
        loop = events.get_running_loop()
        if self._loop is None:
            self._loop = loop
        if self._loop is not loop:
            error = RuntimeError(f"{self!r} is bound to a different event loop")
            raise noted(error, "make one in each loop that uses it")
        return loop

    def _new_waiter(self, what: str) -> Waiter:
        """Return a future for a task to wait on, which says what it waits for."""
        loop = self._get_loop()
        waiter = Waiter(loop, self)
        hook = loop._hook
        if hook is not None:
            self._announce(hook, waiter, what)
        return waiter

    def _announce(self, hook: Hook, waiter: Waiter, what: str) -> None:
        hook.future_labelled(waiter, f"{self.__class__.__name__}.{what}", ())


def tell_of_holders(lock: Lock | Semaphore, waiter: Waiter | None) -> None:
    """Tell the hook who holds a lock, if others wait for it."""
    loop = lock._loop
    hook = None if loop is None else loop._hook
    if hook is not None and (waiter is not None or any(not one.done() for one in lock._waiters)):
        hook.lock_held(lock, waiter)


class Line(LoopBound):
    """What the primitives share: the line, its repr, and `async with` for those that are acquired."""

    def __init__(self) -> None:
        self._waiters: collections.deque[Waiter] = collections.deque()  # in order of arrival

    def __repr__(self) -> str:
        plain = super().__repr__()[1:-1]
        waiting = f", waiters:{len(self._waiters)}" if self._waiters else ""
        return f"<{plain} [{self._state()}{waiting}]>"

    def _state(self) -> str:
        raise NotImplementedError


def running_task() -> Any:
    """Return the weak reference to the task whose step runs in this thread; None for none."""
    loop = _thread.running
    task = None if loop is None else loop._current_task
    return None if loop is None or task is None else task._ref or loop._register(task)


class Acquired:
    """`async with` for what has `acquire()` and `release()`."""

    acquire: Callable[..., Any]
    release: Callable[[], None]

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, *exc_info: object) -> None:
        self.release()
