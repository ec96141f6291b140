"""Task groups: tasks that cannot outlive the block that made them.

Leaving the block waits for all of them. The first that fails cancels the others, and the block's own task too if it is
still inside, and what failed comes out together as one ExceptionGroup. The hard part is the same as with
timeouts: a cancel of the parent may be the group's own or somebody else's, or both; the group takes back exactly the one
that it made, and passes on any other.
"""

from __future__ import annotations

from collections.abc import Coroutine
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from . import events, tasks
from .exceptions import CancelledError

if TYPE_CHECKING:
    import contextvars

    from .futures import Future
    from .loop import EventLoop

__all__ = ["TaskGroup"]

T = TypeVar("T")


class TaskGroup:
    """Hold tasks together in an `async with` block.

    Leaving it suspends until all are done. Raises an ExceptionGroup of what they and the block raised; KeyboardInterrupt and
    SystemExit as themselves; CancelledError if the parent was cancelled and nothing failed. Like: `asyncio.TaskGroup`.
    """

    def __init__(self) -> None:
        self._entered = False
        self._exiting = False  # the block's body is over
        self._aborting = False  # the tasks were cancelled, and no new ones may be made
        self._loop: EventLoop | None = None
        self._parent_task: tasks.Task[Any] | None = None
        self._parent_cancel_requested = False  # by us; to be taken back on leaving
        self._tasks: dict[int, tasks.Task[Any]] = {}  # those not done, by id, in the order in which they were made
        self._errors: list[BaseException] = []
        self._base_error: BaseException | None = None  # KeyboardInterrupt or SystemExit, raised as it is
        self._all_done: Future[None] | None = None  # what the parent waits on while it leaves

    def __repr__(self) -> str:
        info = ["<TaskGroup"]
        if self._tasks:
            info.append(f"tasks={len(self._tasks)}")
        if self._errors:
            info.append(f"errors={len(self._errors)}")
        if self._aborting:
            info.append("cancelling")
        elif self._entered:
            info.append("entered")
        return " ".join(info) + ">"

    @property
    def awaiter(self) -> tasks.Task[Any] | None:
        """The task that awaits the group's tasks; for the call graph."""
        return self._parent_task

    async def __aenter__(self) -> Self:
        if self._entered:
            raise RuntimeError(f"TaskGroup {self!r} has already been entered; make a new one")
        self._loop = events.get_running_loop()
        self._parent_task = tasks.current_task(self._loop)
        if self._parent_task is None:
            raise RuntimeError(f"TaskGroup {self!r} cannot determine the parent task; use it inside a task")
        self._entered = True
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self._exiting = True
        if exc_val is not None:
            if self._base_error is None and _ends_the_program(exc_val):
                self._base_error = exc_val
            if not self._aborting:
                self._abort()
        cancelled = exc_val if isinstance(exc_val, CancelledError) else None
        # A cancel of the parent ends the wait but not the tasks, which may take their time to clean up.
        while self._tasks:
            try:
                await self._wait_for_all()
            except CancelledError as exc:
                if not self._aborting:
                    cancelled = exc
                    self._abort()
        if self._base_error is not None:
            raise self._base_error
        assert self._parent_task is not None
        if self._parent_cancel_requested and self._parent_task.uncancel() == 0:
            cancelled = None  # the only cancel was our own
        try:
            if cancelled is not None and not self._errors:
                raise cancelled
            if exc_val is not None and not isinstance(exc_val, CancelledError):
                self._errors.append(exc_val)
            if self._errors:
                self._raise_errors()
        finally:
            # The exceptions hold frames that hold this group.
            cancelled = exc_val = None
            self._errors = []

    async def _wait_for_all(self) -> None:
        assert self._loop is not None
        self._all_done = self._loop.create_future()
        hook = self._loop._hook
        if hook is not None:
            hook.future_labelled(self._all_done, f"TaskGroup({len(self._tasks)})", list(self._tasks.values()))
        try:
            await self._all_done
        finally:
            self._all_done = None

    def _raise_errors(self) -> None:
        assert self._parent_task is not None
        if self._parent_task.cancelling():
            # Somebody else's cancel must not get lost behind our errors: it comes again at the next await.
            self._parent_task.uncancel()
            self._parent_task.cancel()
        raise BaseExceptionGroup("unhandled errors in a TaskGroup", self._errors) from None

    def create_task(
        self,
        coro: Coroutine[Any, Any, T],
        *,
        name: object = None,
        context: contextvars.Context | None = None,
        **kwargs: Any,
    ) -> tasks.Task[T]:
        """Make a task of the group, and return it; otherwise as `create_task()`.

        Raises RuntimeError, and closes the coroutine, before the block, after it, and while the group is being cancelled.
        """
        reason = self._refusal()
        if reason is not None:
            coro.close()
            raise RuntimeError(f"TaskGroup {self!r} {reason}")
        assert self._loop is not None
        task = self._loop.create_task(coro, name=name, context=context, **kwargs)
        if task.done():
            self._task_done(task)  # it started eagerly, and never had to wait
        else:
            self._tasks[id(task)] = task
            task.add_done_callback(self._task_done)
        return task

    def _refusal(self) -> str | None:
        if not self._entered:
            return "has not been entered; write `async with TaskGroup() as group:`"
        if self._exiting and not self._tasks:
            return "is finished; make tasks inside its block"
        if self._aborting:
            return "is shutting down; one of its tasks failed, or its parent was cancelled"
        return None

    def _abort(self) -> None:
        self._aborting = True
        for task in list(self._tasks.values()):
            if not task.done():
                task.cancel()

    def _task_done(self, task: tasks.Task[Any]) -> None:
        self._tasks.pop(id(task), None)
        if self._all_done is not None and not self._tasks and not self._all_done.done():
            self._all_done.set_result(None)
        if task.cancelled():
            return
        exception = task.exception()
        if exception is None:
            return
        self._errors.append(exception)
        if self._base_error is None and _ends_the_program(exception):
            self._base_error = exception
        assert self._parent_task is not None
        assert self._loop is not None
        if self._parent_task.done():
            self._loop.call_exception_handler(
                {
                    "message": f"Task {task!r} has errored out but its parent task {self._parent_task!r} "
                    "is already completed",
                    "exception": exception,
                    "task": task,
                }
            )
        elif not self._aborting and not self._parent_cancel_requested:
            self._abort()
            # The parent may be waiting for something else inside the block: this gets it out.
            self._parent_cancel_requested = True
            self._parent_task.cancel()


def _ends_the_program(exception: BaseException) -> bool:
    return isinstance(exception, (SystemExit, KeyboardInterrupt))
