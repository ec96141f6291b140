"""What the runtime's objects say of themselves: the reprs of handles, futures, tasks and coroutines.

They say what CPython's say, because people know how to read those.
"""

from __future__ import annotations

import functools
import inspect
import reprlib
import sys
import traceback
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .tasks import Task
    from .waitables import Waitable

__all__ = [
    "extract_stack",
    "format_callback_source",
    "format_coroutine",
    "format_function",
    "future_info",
    "task_info",
]

#: How many frames of a stack debug mode keeps.
DEBUG_STACK_DEPTH = 10
_PACKAGE = __name__.rpartition(".")[0] + "."


def format_function(
    func: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None, *, debug: bool = False
) -> str:
    """Return how a call of `func` looks: `name(1, x=2)` in debug mode, else `name()`; partials unfolded.

    What a program passes around may be a secret, and reprs go to logs.
    """
    shown = _format_args(args, kwargs) if debug else "()"
    if isinstance(func, functools.partial):
        return format_function(func.func, func.args, func.keywords, debug=debug) + shown
    name = getattr(func, "__qualname__", None) or getattr(func, "__name__", None)
    text = name if isinstance(name, str) and name else repr(func)
    return text + shown


def format_callback_source(func: object, args: tuple[Any, ...] = (), *, debug: bool = False) -> str:
    """Return `name() at file:line`, the place left out where it is not known; in debug mode the arguments too."""
    text = format_function(func, args, debug=debug)
    source = _function_source(func)
    return f"{text} at {source[0]}:{source[1]}" if source else text


def format_coroutine(coro: Any) -> str:
    """Return `name() running at file:line`, `... done, defined at ...` or `... created at ...`."""
    name = getattr(coro, "__qualname__", None) or getattr(coro, "__name__", None)
    text = f"{name}()" if name else f"<{type(coro).__name__} without __name__>()"
    code = getattr(coro, "cr_code", None) or getattr(coro, "gi_code", None)
    frame = getattr(coro, "cr_frame", None) or getattr(coro, "gi_frame", None)
    running = getattr(coro, "cr_running", False) or getattr(coro, "gi_running", False)
    if code is None:
        return f"{text} running" if running else text
    if frame is not None:
        return f"{text} running at {code.co_filename}:{frame.f_lineno}"
    return f"{text} done, defined at {code.co_filename}:{code.co_firstlineno}"


def future_info(future: Waitable) -> list[str]:
    """Return the parts of a future's repr: its state, its result, its callbacks, where it was made."""
    info = [future._state.lower()]
    if future._state == "FINISHED":
        if future._exception is not None:
            info.append(f"exception={safe(future._exception)}")
        else:
            info.append(f"result={reprlib.repr(future._result)}")
    callbacks = future._callbacks
    if callbacks:
        info.append(_format_callbacks(callbacks))
    if future._source_traceback:
        frame = future._source_traceback[-1]
        info.append(f"created at {frame.filename}:{frame.lineno}")
    return info


def task_info(task: Task[Any]) -> list[str]:
    """Return the parts of a task's repr: state, name, coroutine, what it waits for."""
    info = future_info(task)
    if task.cancelling() and not task.done():
        info[0] = "cancelling"
    info.insert(1, f"name={task.get_name()!r}")
    if task._fut_waiter is not None:
        info.insert(2, f"wait_for={task._fut_waiter!r}")
    if task._coro is not None:
        info.insert(2, f"coro=<{format_coroutine(task._coro)}>")
    return info


def extract_stack(frame: FrameType | None = None) -> traceback.StackSummary:
    """Return the stack of the user's code, a few frames deep; source lines are looked up when shown."""
    if frame is None:
        frame = sys._getframe().f_back
    # Our own frames at its end say nothing: "created at" should be where the user made it.
    while frame is not None and frame.f_globals.get("__name__", "").startswith(_PACKAGE) and frame.f_back is not None:
        frame = frame.f_back
    stack = traceback.StackSummary.extract(traceback.walk_stack(frame), limit=DEBUG_STACK_DEPTH, lookup_lines=False)
    stack.reverse()
    return stack


def _format_args(args: tuple[Any, ...], kwargs: dict[str, Any] | None) -> str:
    items = [reprlib.repr(arg) for arg in args]
    items.extend(f"{key}={reprlib.repr(value)}" for key, value in (kwargs or {}).items())
    return f"({', '.join(items)})"


def _function_source(func: object) -> tuple[str, int] | None:
    if isinstance(func, functools.partial):
        return _function_source(func.func)
    if isinstance(func, functools.partialmethod):
        return _function_source(func.func)
    unwrapped: Any = inspect.unwrap(func) if callable(func) else func
    code = getattr(unwrapped, "__code__", None)
    return None if code is None else (code.co_filename, code.co_firstlineno)


def _format_callbacks(callbacks: list[Any]) -> str:
    """Return `cb=[...]`: at most two are shown, for a popular future has thousands."""

    def one(entry: Any) -> str:
        if hasattr(entry, "_wakeup"):
            return f"{type(entry).__qualname__}.task_wakeup()"  # a task stands there itself; asyncio's, in C, says so
        callback: Callable[..., object] = entry[0] if isinstance(entry, tuple) else entry
        return format_callback_source(callback, ())

    if len(callbacks) <= 2:
        return f"cb=[{', '.join(one(entry) for entry in callbacks)}]"
    return f"cb=[{one(callbacks[0])}, <{len(callbacks) - 2} more>, {one(callbacks[-1])}]"


def safe(obj: object) -> str:
    """Return the whole repr, or what can be said of an object whose repr raises."""
    try:
        return repr(obj)
    except Exception as exc:
        return f"<{type(obj).__name__}, whose repr raised {type(exc).__name__}>"
