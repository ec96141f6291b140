"""Task groups: tasks that cannot outlive the block that made them.

Leaving the block waits for all of them. The first that fails cancels the others, and the block's own task too if it is
still inside, and what failed comes out together as one ExceptionGroup. `cancel()` does the same without a failure. The hard
part is the same as with timeouts: a cancel of the parent may be the group's own or somebody else's, or both; the group takes
back exactly the one that it made, and passes on any other.
"""

from __future__ import annotations

from collections.abc import Coroutine
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from . import events, tasks
from .exceptions import CancelledError, noted

if TYPE_CHECKING:
    import contextvars

    from .futures import Future
    from .loop import EventLoop

__all__ = ["TaskGroup"]

T = TypeVar("T")


class TaskGroup:
    """Hold tasks together in an `async with` block.

    Leaving it suspends until all are done. Raises an ExceptionGroup of what they and the block raised; KeyboardInterrupt and
    SystemExit as themselves, and so GeneratorExit if nothing else failed; CancelledError if the parent was cancelled and nothing
    failed. Like: `asyncio.TaskGroup`, of Python 3.15.
    """

    def __init__(self) -> None:
        self._entered = False
        self._exiting = False  # the block's body is over
        self._aborting = False  # the tasks were cancelled, and no new ones may be made
        self._loop: EventLoop | None = None
        self._parent_task: tasks.Task[Any] | None = None
        self._parent_cancel_requested = False  # by us; to be taken back on leaving
        self._cancel_on_enter = False  # `cancel()` came before the block
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

    awaited_by = awaiter

    async def __aenter__(self) -> Self:
        if self._entered:
            raise noted(RuntimeError(f"TaskGroup {self!r} has already been entered"), "make a new one")
        self._loop = events.get_running_loop()
        self._parent_task = tasks.current_task(self._loop)
        if self._parent_task is None:
            raise noted(RuntimeError(f"TaskGroup {self!r} cannot determine the parent task"), "use it inside a task")
        self._entered = True
        if self._cancel_on_enter:
            self.cancel()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> bool:
        self._exiting = True
        cancelled = exc_val if isinstance(exc_val, CancelledError) else None
        last_cancel: CancelledError | None = None
        try:
            if exc_val is not None:
                if self._base_error is None and _ends_the_program(exc_val):
                    self._base_error = exc_val
                if not self._aborting:
                    self._abort()
            # A cancel of the parent ends the wait but not the tasks, which may take their time to clean up.
            while self._tasks:
                try:
                    await self._wait_for_all()
                except CancelledError as exc:
                    last_cancel = exc
                    if not self._aborting:
                        cancelled = exc
                        self._abort()
            if self._base_error is not None:
                raise self._base_error
            assert self._parent_task is not None
            if self._parent_cancel_requested:
                if self._parent_task.uncancel() == 0:
                    cancelled = None  # the only cancel was our own
                elif cancelled is None:
                    cancelled = last_cancel  # there was another one, which came after ours
            if cancelled is not None and not self._errors:
                raise cancelled
            if exc_val is not None and not isinstance(exc_val, CancelledError):
                self._errors.append(exc_val)
            if self._errors:
                self._pass_cancel_on()
                if isinstance(exc_val, GeneratorExit) and len(self._errors) == 1:
                    raise exc_val  # whoever closes an async generator expects this one, as it is
                raise BaseExceptionGroup("unhandled errors in a TaskGroup", self._errors) from None
        finally:
            # The exceptions hold frames that hold this group.
            cancelled = last_cancel = exc_val = None
            self._errors = []
            self._base_error = self._parent_task = None
        return True  # what the block raised is in the group that was raised, or was our own cancel

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

    def _pass_cancel_on(self) -> None:
        """Keep somebody else's cancel from getting lost behind our errors: it comes again at the next await."""
        assert self._parent_task is not None
        if self._parent_task.cancelling():
            self._parent_task.uncancel()
            self._parent_task.cancel()

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
        refusal = self._refusal()
        if refusal is not None:
            coro.close()
            reason, note = refusal
            raise noted(RuntimeError(f"TaskGroup {self!r} {reason}"), note)
        assert self._loop is not None
        task = self._loop.create_task(coro, name=name, context=context, **kwargs)
        # One that is done, because it started eagerly, has its callback too: what it does to the group comes in its turn, and not
        # while the caller is still making tasks.
        self._tasks[id(task)] = task
        task.add_done_callback(self._task_done)
        if self._aborting and not task.done():
            task.cancel()  # it has cancelled the group in its first step, before it was one of its tasks
        return task

    def cancel(self) -> None:
        """Cancel the tasks and the block; leaving it then raises nothing for that.

        Before the block it takes effect on entering; after it, and a second time, it does nothing.
        Like: `asyncio.TaskGroup.cancel`, of Python 3.15.
        """
        if not self._entered:
            self._cancel_on_enter = True
        elif not self._aborting and (self._tasks or not self._exiting):
            self._abort()
            self._cancel_parent()

    def _refusal(self) -> tuple[str, str] | None:
        """Return why no task can be made now, and what to do; None if one can."""
        if not self._entered:
            return "has not been entered", "write `async with TaskGroup() as group:`"
        if self._exiting and not self._tasks:
            return "is finished", "make tasks inside its block"
        if self._aborting:
            return "is shutting down", "one of its tasks failed, or it was cancelled"
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
        assert self._loop is not None
        if self._parent_task is None or self._parent_task.done():
            self._loop.call_exception_handler(
                {
                    "message": f"Task {task!r} has errored out but its parent task {self._parent_task} "
                    "is already completed",
                    "exception": exception,
                    "task": task,
                }
            )
        elif not self._aborting and not self._parent_cancel_requested:
            self._abort()
            self._cancel_parent()

    def _cancel_parent(self) -> None:
        """Get the parent out of the block, where it may wait for something else."""
        assert self._parent_task is not None
        if not self._parent_cancel_requested:
            self._parent_cancel_requested = True
            self._parent_task.cancel()


def _ends_the_program(exception: BaseException) -> bool:
    return isinstance(exception, (SystemExit, KeyboardInterrupt))
