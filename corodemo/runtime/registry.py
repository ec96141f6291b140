"""The loop's tasks: how they are made, which there are, and which one runs now.

The list of tasks is weak: what keeps a task alive is the ready queue it stands in, or the list of the future that it waits on.
One that nothing can reach any more, nothing can wake; it is reported when it is collected.
"""

from __future__ import annotations

import collections
import itertools
import weakref
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any, TypeVar

from . import reprs
from .tasks import Task

if TYPE_CHECKING:
    import contextvars

    from .reports import Entry

__all__ = ["Registry"]

T = TypeVar("T")


class Registry:
    """What an event loop needs to know its tasks. Not for use by itself: `EventLoop` is made of it."""

    if TYPE_CHECKING:
        _ready: collections.deque[Entry]
        _debug: bool
        _closed: bool

        def _check_closed(self) -> None: ...
        def _check_thread(self) -> None: ...

    def __init__(self) -> None:
        self._current_task: Task[Any] | None = None  # the task whose step runs now
        self._task_refs: dict[int, weakref.ref[Task[Any]]] = {}  # tasks that are not done, by id(), oldest first
        self._task_numbers = 0  # for the names of those that get none
        self._hash_numbers = itertools.count(1)  # for the order of sets of futures
        self._task_factory: Callable[..., Any] | None = None
        super().__init__()

    def create_task(
        self,
        coro: Coroutine[Any, Any, T] | Generator[Any, Any, T],
        *,
        name: object = None,
        context: contextvars.Context | None = None,
        **kwargs: Any,
    ) -> Task[T]:
        """Make a task of a coroutine with this loop's task factory, and schedule it. Raises RuntimeError if closed."""
        if self._closed:
            self._check_closed()
        if self._task_factory is None:
            return Task(
                coro,
                loop=self,  # type: ignore[arg-type]  # we are part of a loop
                name=name,
                context=context,
                **kwargs,
            )
        if name is not None and getattr(self._task_factory, "takes_name", False):
            kwargs["name"] = name
            name = None
        if context is not None:
            kwargs["context"] = context
        task: Task[T] = self._task_factory(self, coro, **kwargs)
        if name is not None and hasattr(task, "set_name"):
            task.set_name(name)
        return task

    def set_task_factory(self, factory: Callable[..., Any] | None) -> None:
        """Make tasks by `factory(loop, coro, **kwargs)`; None: by `Task`."""
        if factory is not None and not callable(factory):
            raise TypeError(f"task factory must be a callable or None, got {reprs.describe(factory)}")
        self._task_factory = factory

    def get_task_factory(self) -> Callable[..., Any] | None:
        """Return the task factory, or None."""
        return self._task_factory

    def _check_schedule(self) -> None:
        """Raise RuntimeError if a new task cannot be put into the ready queue."""
        self._check_closed()
        if self._debug:
            self._check_thread()

    def _register(self, task: Task[Any]) -> None:
        self._task_refs[id(task)] = weakref.ref(task)

    def _unregister(self, task: Task[Any]) -> None:
        self._task_refs.pop(id(task), None)

    def _tasks(self) -> list[Task[Any]]:
        # A copy made in one go, for other threads may be making tasks.
        return [task for ref in list(self._task_refs.values()) if (task := ref()) is not None]
