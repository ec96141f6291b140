"""What a task does in the unusual cases: an awaitable that is no plain future of its loop, and an end that came before the end.

These stand apart so that the usual case, in `tasks`, can be read in one go. The rules are asyncio's: a future of somebody
else's class is waited for by its public methods, and everything else that a coroutine yields is answered by an error
thrown in at that very place.
"""

from __future__ import annotations

import contextvars
import inspect
import traceback
from typing import TYPE_CHECKING, Any

from . import reprs
from .exceptions import InvalidStateError, noted
from .futures import Future
from .waitables import FINISHED

if TYPE_CHECKING:
    from .tasks import Task

__all__ = [
    "checked_context",
    "explain_reuse",
    "report_destroyed",
    "report_ended_before",
    "start_eagerly",
    "step_after",
    "wait_for",
]


def checked_context(context: object, eager_start: bool) -> contextvars.Context:
    """Return the context that a user gave a task, if the task can run in it: at once, if it starts eagerly."""
    if not isinstance(context, contextvars.Context):
        raise TypeError(f"a contextvars.Context was expected, got {type(context).__name__}")
    if eager_start:
        context.run(int)  # raises RuntimeError if it is entered already, before anybody has heard of the task
    return context


def start_eagerly(task: Task[Any]) -> None:
    """Run the first step now, inside the step of the task that made this one."""
    loop = task._loop
    outer = loop._current_task
    for one in (outer, task):
        # The outer one steps aside meanwhile: it is neither ready nor running, and may never have waited.
        if one is not None and one._ref is None:
            loop._register(one)
    try:
        task._run()
    finally:
        loop._current_task = outer
        del task  # an error's traceback holds this frame


def wait_for(task: Task[Any], awaited: Any) -> None:
    """Wait for a future of somebody else's class by its public methods, or refuse what cannot be awaited."""
    blocking = getattr(awaited, "_asyncio_future_blocking", None)
    if not blocking or awaited is task or awaited.get_loop() is not task._loop:
        _refuse(task, awaited, blocking)
        return
    awaited._asyncio_future_blocking = False
    # Not in the task's own context: the step enters that itself, and it cannot be entered twice.
    awaited.add_done_callback(task._wakeup, context=contextvars.copy_context())
    task._fut_waiter = awaited
    if task._ref is None:
        task._loop._register(task)
    hook = task._loop._hook
    if hook is not None:
        hook.task_suspended(task, awaited)
    if task._must_cancel and awaited.cancel(msg=task._cancel_message):
        task._must_cancel = False


def step_after(task: Task[Any], future: Any) -> None:
    """Take the task's next step now that such a future is done."""
    hook = task._loop._hook
    if hook is not None:
        hook.task_ready(task, "future", future)
    try:
        future.result()
    except BaseException as exc:
        # Not by way of `_run`: its frame would hold the error while the hook looks at whether the coroutine does.
        (task._run if hook is None else task._run_watched)(exc)
    else:
        task._run()
    finally:
        del task  # the error's traceback holds this frame


def report_destroyed(task: Task[Any]) -> None:
    """Report a task that was collected while it was pending: nothing was left that could wake it."""
    context: dict[str, Any] = {"task": task, "message": "Task was destroyed but it is pending!"}
    if task._source_traceback:
        context["source_traceback"] = task._source_traceback
    task._loop.call_exception_handler(context)
    hook = task._loop._hook
    if hook is not None:
        message = f"task {task.get_name()!r} was destroyed but it is pending: nothing was left that could wake it"
        hook.warned("not-kept", task, message)


def _refuse(task: Task[Any], awaited: Any, blocking: Any) -> None:
    """Throw an error into the coroutine for yielding something that a task cannot wait on."""
    loop = task._loop
    what = reprs.safe(awaited)
    note = ""
    if inspect.isgenerator(awaited):
        message = f"yield was used instead of yield from for generator in task {task!r} with {what}"
    elif blocking is None:
        message = f"Task got bad yield: {what}"
        note = "a coroutine awaits, and only futures yield"
    elif not blocking:
        message = f"yield was used instead of yield from in task {task!r} with {what}"
    elif awaited is task:
        message = f"Task cannot await on itself: {task!r}"
    else:
        message = f"Task {task!r} got Future {what} attached to a different loop"
        note = "create it with `get_running_loop().create_future()` in the loop that runs the task"
    # As if it had awaited a future that failed already: the next step throws the error in.
    failed: Future[Any] = Future(loop=loop)
    failed._exception = noted(RuntimeError(message), note)
    failed._state = FINISHED
    task._fut_waiter = failed
    loop._ready.append(task)
    hook = loop._hook
    if hook is not None:
        hook.task_suspended(task, None)
        hook.task_ready(task, "yielded", None)


def report_ended_before(task: Task[Any]) -> None:
    """Report that somebody finished the task past its own `set_result`, which refuses to; the first outcome stays."""
    error = noted(InvalidStateError(f"__step(): already done: {task!r} None"), "leave a task's result to its coroutine")
    task._loop.call_exception_handler({"message": "A task was finished from outside", "exception": error, "task": task})


def explain_reuse(task: Task[Any], error: RuntimeError) -> None:
    """Add to Python's error for a coroutine that ran already which one it is, and what to do."""
    if error.args == ("cannot reuse already awaited coroutine",) and error.__traceback__ is not None:
        code = getattr(task.get_coro(), "cr_code", None)
        if any(frame.f_code is code for frame, _ in traceback.walk_tb(error.__traceback__)):
            return  # it runs now: what it awaits has run already
        name = getattr(task.get_coro(), "__qualname__", "it")
        error.add_note(f"{reprs.safe(task.get_coro())} has run already; call {name}() again for a new one")
