"""A task: what runs a coroutine, one step at a time.

A step is `coro.send(None)`: it runs the coroutine to its next suspension and comes back with what the coroutine waits
on. The task puts itself on that future's list and is forgotten by the loop until the future puts it back into the
ready queue. When the coroutine ends, its result becomes the task's own: a task is a future, so tasks can wait for tasks.

To cancel a task is to throw `CancelledError` into its coroutine at the await where it stands. The throw happens in the
task's next step; until then it is a request (`_must_cancel`), or it has been passed on to the future that the task waits on,
whose cancellation wakes the task. The coroutine may catch the error; only if it lets it out is the task cancelled.
"""

from __future__ import annotations

import reprlib
from collections.abc import Coroutine, Generator
from contextvars import Context, copy_context
from types import CoroutineType, FrameType
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from . import awaitables, coroutines, events, foreign, reprs, stacks
from .exceptions import CancelledError, noted
from .futures import Future
from .waitables import CANCELLED, FINISHED, PENDING, Waitable
from .watchedstep import run_watched

if TYPE_CHECKING:
    from .loop import EventLoop

__all__ = ["Task", "all_tasks", "create_task", "current_task"]

T = TypeVar("T")


class Task(Future[T]):
    """A future that runs a coroutine. Not thread-safe.

    Prefer `create_task()`. eager_start: run the first step now instead of through the ready queue; needs the loop to run.
    Like: `asyncio.Task`; a name that nobody gave counts per loop, so that the same program names its tasks the same.
    """

    __slots__: tuple[str, ...] = ("_context", "_coro", "_fut_waiter", "_ref")
    __slots__ += ("_log_destroy_pending", "_must_cancel", "_name", "_num_cancels_requested")

    def __init__(
        self,
        coro: Coroutine[Any, Any, T] | Generator[Any, Any, T],
        *,
        loop: EventLoop | None = None,
        name: object = None,
        context: Context | None = None,
        eager_start: bool = False,
    ) -> None:
        self._check_new()
        if loop is None:
            awaitables.warn_if_no_loop_runs()
            loop = events.get_event_loop()
        self._begin(coro, loop, name, context, eager_start)

    def _begin(self, coro: Any, loop: EventLoop, name: object, context: Context | None, eager_start: bool) -> None:
        """Do what is left for `__init__`, and all of it for a loop, which need not pass keywords: 5 % of making a task."""
        self._loop = loop  # from here on what a future does, written out
        self._result = self._exception = self._waiting = self._note = None
        self._asyncio_future_blocking = self._log_destroy_pending = False
        self._state = PENDING  # the last of them: __del__ looks at it first
        if loop._debug:
            self._source_traceback = reprs.extract_stack()
        if coro.__class__ is not CoroutineType and not coroutines.iscoroutine(coro):
            # It was never ours to run, so nothing is pending.
            raise noted(TypeError(f"a coroutine was expected, got {reprs.safe(coro)}"), coroutines.hint(coro))
        self._coro: Any = coro
        loop._task_numbers += name is None
        self._name: Any = loop._task_numbers if name is None else str(name)  # a number is named when asked for
        if context is None:
            self._context = copy_context()
        else:
            self._context = foreign.checked_context(context, eager_start)
        self._fut_waiter: Any = None  # the future it waits on; its own step alone resets it
        self._must_cancel = False  # a cancel was requested and waits for the next step to be delivered
        self._ref: Any = None  # a weak reference to it, once the loop's registry has it: it has waited, or holds a lock
        self._num_cancels_requested = 0  # cancel() less uncancel(); what TaskGroup and timeout() go by
        self._log_destroy_pending = True
        hook = loop._hook
        if hook is not None:
            hook.task_created(self, loop._current_task)
        if eager_start and loop.is_running():
            foreign.start_eagerly(self)
        else:
            # The loop keeps the task while it is ready, and learns of it when it first waits: see `_wait_for`.
            if loop._closed or loop._debug:
                loop._check_schedule()
            loop._ready.append(self)
            if hook is not None:
                hook.task_ready(self, "spawned", loop._current_task)

    def __del__(self) -> None:
        try:
            pending = self._state == PENDING
        except AttributeError:
            return  # its __init__ failed before it had a state
        if pending and self._log_destroy_pending:
            foreign.report_destroyed(self)
        elif self._log_traceback_:
            self._report_never_retrieved()

    @reprlib.recursive_repr()
    def __repr__(self) -> str:
        return f"<{self.__class__.__name__} {' '.join(reprs.task_info(self))}>"

    # --- what it is

    def get_coro(self) -> Any:
        """Return the coroutine that this task runs."""
        return self._coro

    def get_context(self) -> Context:
        """Return the context in which the coroutine runs."""
        return self._context

    def get_name(self) -> str:
        """Return the name: the one it was given, or "Task-N"."""
        name = self._name
        if name.__class__ is int:
            name = self._name = f"Task-{name}"
        return name  # type: ignore[no-any-return]

    def set_name(self, value: object) -> None:
        """Set the name to `str(value)`."""
        self._name = str(value)

    def set_result(self, result: object) -> None:
        """Refuse: a task's result is what its coroutine returns."""
        raise RuntimeError("Task does not support set_result operation")

    def set_exception(self, exception: object) -> None:
        """Refuse: a task's exception is what its coroutine raises."""
        raise RuntimeError("Task does not support set_exception operation")

    def get_stack(self, *, limit: int | None = None) -> list[FrameType]:
        """Return the frames where the coroutine stands, oldest first.

        A suspended coroutine has one frame; one that ended by an exception has its traceback's; any other has none.
        limit: so many of the newest of a stack, of the oldest of a traceback.
        """
        return stacks.task_frames(self, limit)

    def print_stack(self, *, limit: int | None = None, file: TextIO | None = None) -> None:
        """Print what `get_stack` returns, as a traceback looks, to `file` (by default stderr)."""
        stacks.print_task_stack(self, limit, file)

    # --- cancellation

    def cancel(self, msg: Any = None) -> bool:
        """Ask for a CancelledError to be thrown into the coroutine in its next step; False if the task is done.

        The coroutine may clean up, and may refuse. msg: given to the CancelledError.
        """
        if self._state != PENDING:
            self._log_traceback = False
            return False
        self._num_cancels_requested += 1
        loop = self._loop
        if loop._hook is not None:
            loop._hook.cancel_requested(self, loop._current_task, msg)
        # What it waits on is cancelled first, if that can be: its end then wakes this task with the error.
        if self._fut_waiter is not None and self._fut_waiter.cancel(msg=msg):
            return True
        self._must_cancel = True
        if msg is not self._cancel_message:
            self._cancel_message = msg
        return True

    def cancelling(self) -> int:
        """Return how many requests to cancel stand, those taken back by `uncancel()` not counted."""
        return self._num_cancels_requested

    def uncancel(self) -> int:
        """Take back one request to cancel; return how many remain.

        With none left, a request that was not delivered yet is not delivered at all (as of Python 3.13).
        """
        remaining = self._num_cancels_requested - 1
        if remaining >= 0:
            self._num_cancels_requested = remaining
            if remaining == 0:
                self._must_cancel = False
        if self._loop._hook is not None:
            self._loop._hook.cancel_taken_back(self, remaining)
        return max(0, remaining)

    # --- running

    def _run(self, error: BaseException | None = None) -> None:
        """Run one step. This is the runtime's hot path, and the whole of what a task switch costs.

        The loop calls it straight from the ready queue. `error` is thrown in instead of sending None.
        """
        loop = self._loop
        if loop._hook is not None:
            self._run_watched(error)  # the same with the lines for a hook; else the loop calls that one itself
            return
        waiter = self._fut_waiter
        if waiter is not None:
            self._fut_waiter = None  # which woke it; a good result is read by the future's own __await__
            if waiter._exception is not None or waiter._state == CANCELLED:
                error = waiter._error()
        if self._must_cancel:  # a request wins over whatever the future brought
            if not isinstance(error, CancelledError):
                error = self._make_cancelled_error()
            self._must_cancel = False
        loop._current_task = self
        try:
            if error is None:
                awaited = self._context.run(self._coro.send, None)
            else:
                awaited = self._context.run(self._coro.throw, error)
        except StopIteration as stop:
            self._end_returned(stop.value)
        except CancelledError as cancelled:
            self._end_cancelled(cancelled)
        except (KeyboardInterrupt, SystemExit) as fatal:
            self._end_failed(fatal)  # stored for whoever awaits the task, and raised through the loop at once
            raise
        except BaseException as exc:
            self._end_failed(exc)
        else:
            error = None  # nobody but the coroutine holds it now
            if awaited is None:
                loop._ready.append(self)  # a bare yield: back to the end of the queue
            else:
                self._wait_for(awaited)
        finally:
            loop._current_task = None
            # The error's traceback holds this frame, and this frame would hold the error and the task.
            error = waiter = None
            self = None  # type: ignore[assignment]  # noqa: PLW0642

    _run_watched = run_watched

    def _wait_for(self, awaited: Any) -> None:
        """Put the task on the list of what its coroutine awaits."""
        loop = self._loop
        is_ours = isinstance(awaited, Waitable) and awaited._asyncio_future_blocking is True
        if not is_ours or awaited is self or awaited._loop is not loop:
            foreign.wait_for(self, awaited)
            return
        awaited._asyncio_future_blocking = False
        if awaited._waiting is None:
            awaited._waiting = self
        else:
            awaited._add_waiting(self)
        self._fut_waiter = awaited
        if self._ref is None:
            loop._register(self)
        hook = loop._hook
        if hook is not None:
            hook.task_suspended(self, awaited)
        if awaited._state != PENDING:
            awaited._wake()
        # It was cancelled while it ran, by itself for instance: the await it has come to is where that is delivered.
        if self._must_cancel and awaited.cancel(msg=self._cancel_message):
            self._must_cancel = False

    def _wakeup(self, future: Any) -> None:
        """Take the next step after a future that is not of our class, such as asyncio's own, is done."""
        self._fut_waiter = None
        foreign.step_after(self, future)

    # --- the end

    def _end_returned(self, value: Any) -> None:
        if self._state != PENDING:
            foreign.report_ended_before(self)
        elif self._must_cancel:
            self._must_cancel = False  # it cancelled itself and came to no other await: the request still counts
            self._end_cancelled(None)
        else:
            self._result = value
            self._state = FINISHED
            self._finish()

    def _end_cancelled(self, error: BaseException | None) -> None:
        if self._state != PENDING:
            foreign.report_ended_before(self)
            return
        self._state = CANCELLED
        if error is not None:
            # Without this file's frame, as if C had thrown it: a traceback keeps its frames alive.
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
            self._exception = error
            if self._cancel_message is not None:
                self._cancel_message = None  # the error says it all
        self._finish()

    def _end_failed(self, exception: BaseException) -> None:
        if self._state != PENDING:
            foreign.report_ended_before(self)
        else:
            if isinstance(exception, RuntimeError):
                foreign.explain_reuse(self, exception)
            exception.__traceback__ = exception.__traceback__ and exception.__traceback__.tb_next  # as for a cancel
            Future.set_exception(self, exception)

    def _finish(self) -> None:
        hook = self._loop._hook
        if hook is not None:
            hook.task_done(self)
        if self._waiting is not None:
            self._wake()


def create_task(
    coro: Coroutine[Any, Any, T] | Generator[Any, Any, T],
    *,
    name: object = None,
    context: Context | None = None,
    **kwargs: Any,
) -> Task[T]:
    """Wrap the coroutine in a task, schedule it, and return the task.

    name: converted to a string. context: by default a copy of the current one. kwargs go to the loop's task factory.
    Raises RuntimeError if no loop runs in this thread, TypeError if `coro` is no coroutine. Like: `asyncio.create_task`.
    """
    loop = events.get_running_loop()
    if kwargs:  # an empty `**` is not free
        return loop.create_task(coro, name=name, context=context, **kwargs)
    return loop.create_task(coro, name=name, context=context)


def current_task(loop: EventLoop | None = None) -> Task[Any] | None:
    """Return the task whose step runs now, or None in a plain callback.

    Raises RuntimeError if `loop` is not given and none runs. Like: `asyncio.current_task`.
    """
    if loop is None:
        loop = events.get_running_loop()
    return loop._current_task


def all_tasks(loop: EventLoop | None = None) -> set[Task[Any]]:
    """Return the tasks of the loop that are not done.

    Raises RuntimeError if `loop` is not given and none runs. Like: `asyncio.all_tasks`.
    """
    if loop is None:
        loop = events.get_running_loop()
    return set(loop._tasks())
