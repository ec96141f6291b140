"""Who waits for whom, when everything waits and nothing is left that could wake anything.

What a task waits on is a future. Other tasks stand behind it: the task itself if it is one, those whose end finishes it
(`gather`, `wait`, `shield`, a task group), or whoever holds the lock. So the report follows these to where they end: in a ring,
or at a task for which nobody is left, because whoever should have finished its future is gone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from . import callgraph
from .tasks import Task
from .waitables import Waiter

__all__ = ["report"]

_RUNTIME = os.path.dirname(os.path.abspath(__file__)) + os.sep
#: How many tasks at most a report names.
_NAMED_MAX = 8


def report(tasks: Iterable[Task[Any]]) -> tuple[list[Task[Any]], str]:
    """Return the tasks at the root of a deadlock, and the sentence that explains it."""
    waiting = [task for task in tasks if not task.done()]
    edges = _edges(waiting)
    ring = _ring(waiting, edges)
    roots = ring or [task for task in waiting if not edges[id(task)]]
    if ring:
        parts = [
            f"{_name(task)} waits for {_what(task)}{_owner(task, ring[(i + 1) % len(ring)])}"
            for i, task in enumerate(ring)
        ]
    else:
        parts = [f"{_name(task)} waits for {_what(task)}, {_why_not(task)}" for task in roots[:_NAMED_MAX]]
    others = len(waiting) - min(len(roots), _NAMED_MAX)
    if others > 0 and parts:
        parts.append(
            f"{others} more {'waits' if others == 1 else 'wait'} because of {'it' if len(roots) == 1 else 'them'}"
        )
    reason = "; ".join(parts) or "no task is left, and the loop was told to run on"
    return roots[:_NAMED_MAX], f"deadlock: nothing is left that could wake what waits: {reason}"


def _edges(waiting: list[Task[Any]]) -> dict[int, list[Task[Any]]]:
    """Return, by id(task), the tasks that each one waits for."""
    by_id = {id(task): task for task in waiting}
    edges: dict[int, list[Task[Any]]] = {id(task): [] for task in waiting}
    waiters = {id(task._fut_waiter): task for task in waiting}
    for task in waiting:
        awaited = task._fut_waiter
        if id(awaited) in by_id:
            edges[id(task)].append(by_id[id(awaited)])
        edges[id(task)] += [by_id[id(holder)] for holder in _holders(task) if id(holder) in by_id]
        # The other way round: whom the end of this one wakes, through a gather, a shield, a task group.
        for awaiter in _awaiters(task, set()):
            behind = by_id.get(id(awaiter)) or waiters.get(id(awaiter))
            if behind is not None and behind is not task and task not in edges[id(behind)]:
                edges[id(behind)].append(task)
    return edges


def _awaiters(future: Any, seen: set[int]) -> Iterator[Any]:
    for entry in getattr(future, "_callbacks", None) or ():
        awaiter = callgraph._awaiter_behind(entry)
        if awaiter is not None and id(awaiter) not in seen:
            seen.add(id(awaiter))
            yield awaiter
            if not isinstance(awaiter, Task):
                yield from _awaiters(awaiter, seen)


def _holders(task: Task[Any]) -> list[Task[Any] | None]:
    """Return the tasks that hold what a task stands in line for; [] where nobody can hold it, as with an event."""
    waiter = task._fut_waiter
    holders = getattr(waiter._in_line_for, "_holders", None) if isinstance(waiter, Waiter) else None
    return [] if holders is None else holders()


def _chain(coro: Any) -> Iterator[Any]:
    """Yield a suspended coroutine and what it awaits, outermost first."""
    while coro is not None and (hasattr(coro, "cr_await") or hasattr(coro, "gi_yieldfrom")):
        yield coro
        coro = coro.cr_await if hasattr(coro, "cr_await") else coro.gi_yieldfrom


def _ring(waiting: list[Task[Any]], edges: dict[int, list[Task[Any]]]) -> list[Task[Any]]:
    """Return tasks of which each waits for the next and the last for the first; [] if there is no such ring."""
    finished: set[int] = set()
    for start in waiting:
        path: list[Task[Any]] = []
        places: dict[int, int] = {}
        # Depth first, without recursion: chains of tasks may be long.
        stack: list[tuple[Task[Any], Iterator[Task[Any]]]] = []
        task: Task[Any] | None = start
        while task is not None or stack:
            if task is not None:
                if id(task) in places:
                    return path[places[id(task)] :]
                if id(task) not in finished:
                    places[id(task)] = len(path)
                    path.append(task)
                    stack.append((task, iter(edges[id(task)])))
                task = None
            if stack:
                task = next(stack[-1][1], None)
                if task is None:
                    done, _ = stack.pop()
                    finished.add(id(done))
                    del places[id(path.pop())]
    return []


def _name(task: Task[Any]) -> str:
    name = task.get_name()
    function = getattr(task._coro, "__name__", "")
    return f"{name!r} ({function})" if name.startswith("Task-") and function else repr(name)


def _owner(task: Task[Any], holder: Task[Any]) -> str:
    """Return who holds what a task waits for, if it waits for a lock or a permit."""
    holders = _holders(task)
    if not any(one is holder for one in holders):
        return ""
    return f", which {_name(holder)} holds" if len(holders) == 1 else f", of which {_name(holder)} holds one"


def _why_not(task: Task[Any]) -> str:
    """Return why nothing wakes a task that waits for no other that waits."""
    holders = _holders(task)
    if not holders or not all(holder is None or holder.done() for holder in holders):
        return "and nobody is left to wake it"
    names = " and ".join("a task that is gone" if holder is None else _name(holder) for holder in holders[:_NAMED_MAX])
    return f"which {names} acquired and ended without a release"


def _what(task: Task[Any]) -> str:
    """Return what a task waits for, and at which line of the user's."""
    name, place = "", ""
    for coro in _chain(task._coro):
        code = getattr(coro, "cr_code", None) or getattr(coro, "gi_code", None)
        frame = getattr(coro, "cr_frame", None) or getattr(coro, "gi_frame", None)
        if code is None or frame is None:
            break
        if not code.co_filename.startswith(_RUNTIME):
            name, place = "", f" at {os.path.basename(code.co_filename)}:{frame.f_lineno}"
        elif hasattr(coro, "cr_code") and not (name and code.co_name.startswith("_")):
            name = code.co_qualname.removesuffix(".__aexit__").removesuffix(".__aenter__")
    awaited = task._fut_waiter
    what = _name(awaited) if isinstance(awaited, Task) else name or _kind(awaited)
    return what + place


def _kind(future: Any) -> str:
    children = getattr(future, "_children", None)
    return f"gather({len(children)})" if children is not None else "a future"
