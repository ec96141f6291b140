"""The call graph: who awaits whom, from a task down to its innermost await and up to everybody who waits for it.

A traceback shows one stack. Between tasks the stack ends, and what called what is only known by who waits (`awaitedby`): each
future has a list of those, and so the graph can be read off at any moment, at no cost before.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any, TextIO

from . import events, reprs, tasks
from .awaitedby import awaiters
from .exceptions import noted
from .futures import isfuture

__all__ = [
    "FrameCallGraphEntry",
    "FutureCallGraph",
    "capture_call_graph",
    "format_call_graph",
    "print_call_graph",
]

# Flags of a code object.
_GENERATOR, _COROUTINE, _ITERABLE_COROUTINE, _ASYNC_GENERATOR = 0x20, 0x80, 0x100, 0x200
_RUNTIME = __name__.rpartition(".")[0] + "."


@dataclasses.dataclass(frozen=True, slots=True)
class FrameCallGraphEntry:
    """One frame of a call stack."""

    frame: FrameType


@dataclasses.dataclass(frozen=True, slots=True)
class FutureCallGraph:
    """A future, the stack of the coroutine that it runs (innermost frame first), and those who await it."""

    future: Any
    call_stack: tuple[FrameCallGraphEntry, ...]
    awaited_by: tuple[FutureCallGraph, ...]


def capture_call_graph(future: Any = None, /, *, depth: int = 1, limit: int | None = None) -> FutureCallGraph | None:
    """Return the call graph of a task or future, or None outside of tasks.

    future: by default the task that runs now. depth: so many frames of the caller are left out. limit: show at most so
    many frames of each stack, the outermost; a negative number: the innermost. Raises RuntimeError without a future when
    no loop runs, TypeError for what is no future. Like: `asyncio.capture_call_graph`, of Python 3.15, which does not show the
    frames of generator-based coroutines, and runs in circles where tasks do.
    """
    loop = events.get_running_loop_or_none()
    if future is None:
        if loop is None:
            raise RuntimeError(
                "capture_call_graph() is called outside of a running event loop and no *future* "
                "to introspect was provided"
            )
        future = loop._current_task
        if future is None:
            return None
    elif not isfuture(future):
        raise noted(
            TypeError(f"{reprs.safe(future)} object does not appear to be compatible with asyncio.Future"),
            "give it a future or a task",
        )
    if loop is not None and future is loop._current_task:
        frames = list(_running_frames(sys._getframe(depth)))
        return FutureCallGraph(future, _entries(frames, limit), _awaiters(future, limit, {id(future)}))
    return _graph_of(future, limit, set())


def format_call_graph(future: Any = None, /, *, depth: int = 1, limit: int | None = None) -> str:
    """Return what `print_call_graph` prints; "" outside of tasks. Like: `asyncio.format_call_graph`, of Python 3.14."""
    graph = capture_call_graph(future, depth=depth + 1, limit=limit)
    if graph is None:
        return ""
    lines: list[str] = []
    _format(graph, lines, 0)
    return "\n".join(lines)


def print_call_graph(
    future: Any = None, /, *, file: TextIO | None = None, depth: int = 1, limit: int | None = None
) -> None:
    """Print the call graph of a task or future to `file` (by default stdout). Like: `asyncio.print_call_graph`."""
    print(format_call_graph(future, depth=depth + 1, limit=limit), file=file)


def _graph_of(future: Any, limit: int | None, seen: set[int]) -> FutureCallGraph:
    seen = seen | {id(future)}
    frames = list(_suspended_frames(future.get_coro())) if hasattr(future, "get_coro") else []
    frames.reverse()
    return FutureCallGraph(future, _entries(frames, limit), _awaiters(future, limit, seen))


def _entries(frames: list[FrameType], limit: int | None) -> tuple[FrameCallGraphEntry, ...]:
    if limit is not None:
        frames = frames[len(frames) - min(limit, len(frames)) :] if limit >= 0 else frames[:-limit]
    return tuple(FrameCallGraphEntry(frame) for frame in frames)


def _awaiters(future: Any, limit: int | None, seen: set[int]) -> tuple[FutureCallGraph, ...]:
    """Return the graphs of those who wait for the future; one that is in the chain already is left out."""
    return tuple(_graph_of(awaiter, limit, seen) for awaiter in awaiters(future) if id(awaiter) not in seen)


def _awaiter_behind(entry: Any) -> Any:
    """Return the task on a future's list, or the future that a callback on it will finish, or None."""
    if isinstance(entry, tasks.Task):
        return entry
    callback = entry[0] if isinstance(entry, tuple) else entry
    owner = getattr(callback, "__self__", None)
    if isfuture(owner):
        return owner  # a task's own wakeup, on a future of somebody else's class
    return getattr(callback, "awaiter", None) or getattr(owner, "awaiter", None)


def _suspended_frames(coro: Any) -> Iterator[FrameType]:
    """Yield the frames of a suspended coroutine, outermost first, along what each one awaits."""
    while coro is not None:
        for kind in ("cr", "gi", "ag"):
            frame = getattr(coro, f"{kind}_frame", None)
            if frame is not None:
                # The generator of a future's own `__await__` is nobody's code.
                if kind != "gi" or not frame.f_globals.get("__name__", "").startswith(_RUNTIME):
                    yield frame
                coro = getattr(coro, "gi_yieldfrom" if kind == "gi" else f"{kind}_await", None)
                break
        else:
            return


def _running_frames(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield the frames of a running task, innermost first, up to its outermost coroutine."""
    while frame is not None:
        yield frame
        outer = frame.f_back
        is_awaited = frame.f_code.co_flags & (_COROUTINE | _ITERABLE_COROUTINE | _ASYNC_GENERATOR)
        is_driven_by_awaited = outer and outer.f_code.co_flags & (_GENERATOR | _COROUTINE | _ASYNC_GENERATOR)
        if is_awaited and not is_driven_by_awaited:
            return  # what drives the outermost coroutine is no part of the task
        frame = outer


def _format(graph: FutureCallGraph, lines: list[str], level: int) -> None:
    indent = "    " * level
    future = graph.future
    if hasattr(future, "get_name"):
        lines.append(f"{indent}* Task(name={future.get_name()!r}, id={id(future):#x})")
    else:
        lines.append(f"{indent}* Future(id={id(future):#x})")
    if graph.call_stack:
        lines.append(f"{indent}  + Call stack:")
        for entry in graph.call_stack:
            frame = entry.frame
            code = frame.f_code
            name = f"{_kind(code.co_flags)}{code.co_qualname}"
            lines.append(f"{indent}  |   File {code.co_filename!r}, line {frame.f_lineno}, in {name}()")
    if graph.awaited_by:
        lines.append(f"{indent}  + Awaited by:")
        for awaiter in graph.awaited_by:
            _format(awaiter, lines, level + 1)


def _kind(flags: int) -> str:
    if flags & _COROUTINE:
        return "async "
    if flags & _ASYNC_GENERATOR:
        return "async generator "
    return "generator " if flags & _GENERATOR else ""
