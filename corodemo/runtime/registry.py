"""The loop's tasks: how they are made, which there are, and which one runs now.

What keeps a task alive is the ready queue it stands in, or the list of the future that it waits on. One that nothing can
reach any more, nothing can wake; it is reported when it is collected. So the tasks of a loop are those in its queue, the one
that runs, and those that wait: these alone are registered, weakly, when they first wait (or take a lock, which names its
holder). A task that never waits costs the registry nothing, and one that does costs a reference on a list, which is swept
when it has doubled.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any, TypeVar

from . import reprs
from .exceptions import noted
from .loopstate import SWEEP_MIN, LoopState
from .tasks import Task

if TYPE_CHECKING:
    import contextvars

__all__ = ["Registry"]

T = TypeVar("T")

_new_task = Task.__new__


class Registry(LoopState):
    """What an event loop needs to know its tasks. Not for use by itself: `EventLoop` is made of it."""

    def create_task(
        self,
        coro: Coroutine[Any, Any, T] | Generator[Any, Any, T],
        *,
        name: object = None,
        context: contextvars.Context | None = None,
        **kwargs: Any,
    ) -> Task[T]:
        """Make a task of a coroutine with this loop's task factory, and schedule it. Raises RuntimeError if closed.

        The factory is called with what is given here, the name included (as of Python 3.14), and with nothing else.
        """
        if self._closed:
            self._check_closed()
        if self._task_factory is None:
            loop: Any = self  # we are part of one
            if kwargs:
                return Task(coro, loop=loop, name=name, context=context, **kwargs)
            task: Task[T] = _new_task(Task)
            task._begin(coro, loop, name, context, False)
            return task
        if name is not None:
            kwargs["name"] = name
        if context is not None:
            kwargs["context"] = context
        return self._task_factory(self, coro, **kwargs)  # type: ignore[no-any-return]  # it may be of somebody's class

    def set_task_factory(self, factory: Callable[..., Any] | None) -> None:
        """Make tasks by `factory(loop, coro, **kwargs)`; None: by `Task`."""
        if factory is not None and not callable(factory):
            raise noted(TypeError("task factory must be a callable or None"), f"got {reprs.safe(factory)}")
        self._task_factory = factory

    def get_task_factory(self) -> Callable[..., Any] | None:
        """Return the task factory, or None."""
        return self._task_factory

    def _check_schedule(self) -> None:
        """Raise RuntimeError if a new task cannot be put into the ready queue."""
        self._check_closed()
        if self._debug:
            self._check_thread()

    def _register(self, task: Task[Any]) -> weakref.ref[Task[Any]]:
        """Put a task into the registry; return the weak reference to it that it has from now on."""
        refs = self._task_refs
        if len(refs) >= self._task_refs_limit:
            refs = [ref for ref in refs if (one := ref()) is not None and not one.done()]
            self._task_refs = refs
            self._task_refs_limit = max(SWEEP_MIN, 2 * len(refs))
        ref = task._ref = weakref.ref(task)
        refs.append(ref)
        return ref

    def _tasks(self) -> list[Task[Any]]:
        """Return the tasks that are not done: those that have waited, in that order, the one that runs, those that are ready."""
        # Copies made in one go, for other threads may be making tasks.
        tasks = [task for ref in list(self._task_refs) if (task := ref()) is not None]
        if self._current_task is not None:
            tasks.append(self._current_task)
        tasks += [entry for entry in list(self._ready) if isinstance(entry, Task)]
        # By id(): a task may have an order and a hash of its own.
        return [task for task in {id(task): task for task in tasks}.values() if not task.done()]
