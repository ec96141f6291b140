"""Gather: one future for many, with their results in order.

The outer future is done when the last child is, or with `return_exceptions=False` as soon as one child fails; the others
go on all the same. To cancel the outer future is to cancel its children: it then waits for them, and is done when they are.
A child that was cancelled by somebody else counts as one that raised CancelledError; the outer future is not cancelled by it.
"""

from __future__ import annotations

import contextvars
import gc
from typing import TYPE_CHECKING, Any

from . import events
from .awaitables import ensure_future, warn_if_no_loop_runs
from .exceptions import CancelledError
from .futures import Future, isfuture
from .tasks import Task
from .waitables import FINISHED

if TYPE_CHECKING:
    from .loop import EventLoop

__all__ = ["gather"]

#: With so many arguments, and more, their tasks are made without a look of the garbage collector in between.
_MANY = 1_000


class _GatheringFuture(Future[list[Any]]):
    """The future that `gather()` returns; `_children` has the arguments' repeats, each of them asked to cancel."""

    __slots__ = ("_cancel_requested", "_children")

    def __init__(self, children: list[Any], *, loop: EventLoop) -> None:
        super().__init__(loop=loop)
        self._children = children
        self._cancel_requested = False  # cancelled, and waiting for the children to be

    def cancel(self, msg: Any = None) -> bool:
        if self.done():
            return False
        cancelled_any = False
        for child in self._children:
            if child.cancel(msg=msg):
                cancelled_any = True
        if cancelled_any:
            # Whatever the children then do, the awaiter sees a CancelledError.
            self._cancel_requested = True
        return cancelled_any


def gather(*aws: Any, return_exceptions: bool = False) -> Future[list[Any]]:
    """Run awaitables concurrently; the future returned has the list of their results, in argument order.

    Coroutines become tasks; the same awaitable given twice runs once. return_exceptions: put exceptions in the list
    instead of raising the first. Raises TypeError for what cannot be awaited, ValueError for futures of several
    loops. A cancel of the result cancels all children that are not done. Outside a running loop anything but futures is
    deprecated. Like: `asyncio.gather`.
    """
    running = events.get_running_loop_or_none()
    if not aws:
        warn_if_no_loop_runs()
        empty: Future[list[Any]] = events.get_event_loop().create_future()
        empty.set_result([])
        return empty
    if running is None and not all(isfuture(arg) for arg in aws):
        warn_if_no_loop_runs()

    by_argument, children = _many_children_of(aws, running) if len(aws) >= _MANY else _children_of(aws, running)
    loop: EventLoop = children[0].get_loop()
    outer = _GatheringFuture(children, loop=loop)
    if loop._hook is not None:
        loop._hook.future_labelled(outer, f"gather({len(aws)})", list(by_argument.values()))
    remaining = len(by_argument)
    context = contextvars.copy_context()

    def child_ended(child: Any) -> None:
        """Count a child in the moment in which it ends, and take a turn only if that may decide the outcome.

        There may be thousands of children, and a handle each was a third of a gather's time. The turns that are taken come
        where asyncio's come.
        """
        nonlocal remaining
        remaining -= 1
        if remaining == 0 or (not return_exceptions and not _has_result(child)):
            loop.call_soon(child_done, child, context=context)

    def child_done(child: Any) -> None:
        if outer.done():
            if not child.cancelled():
                child.exception()  # seen: the outer future has reported its first exception already
            return
        if not return_exceptions:
            error = child._make_cancelled_error() if child.cancelled() else child.exception()
            if error is not None:
                outer.set_exception(error)
                return
        if remaining == 0:
            outcomes = [_outcome(child) for child in children]  # and all their exceptions are seen, cancelled or not
            if outer._cancel_requested:
                outer.set_exception(children[-1]._make_cancelled_error())
            else:
                outer.set_result(outcomes)

    def child_counted(child: Any) -> None:
        """Count a child in its turn: where one of them is of a class that tells nobody of its end at once, all take turns."""
        nonlocal remaining
        remaining -= 1
        child_done(child)

    child_ended.awaiter = child_counted.awaiter = outer  # type: ignore[attr-defined]  # for the call graph
    current = None if running is None else running._current_task
    child_ended.awaited_by = child_counted.awaited_by = current  # type: ignore[attr-defined]  # the same
    tell_at_once = all(_tells_at_once(child) for child in by_argument.values())
    # Those that are done already, tasks that started eagerly among them, count at once and not an iteration later.
    already_done = []
    for child in by_argument.values():
        if child.done():
            already_done.append(child)
        elif tell_at_once:
            child._add_waiting(child_ended)
        else:
            child.add_done_callback(child_counted, context=context)
    for child in already_done:
        child_counted(child)
    return outer


def _children_of(aws: tuple[Any, ...], running: EventLoop | None) -> tuple[dict[Any, Any], list[Any]]:
    """Return a future for each argument: by argument, without repeats, and in order, with them."""
    loop: EventLoop | None = None
    by_argument: dict[Any, Any] = {}
    children: list[Any] = []
    for arg in aws:
        child = by_argument.get(arg) if arg.__class__.__hash__ is not None else None
        if child is None:
            child = ensure_future(arg, loop=loop or (None if isfuture(arg) else running))
            if child is not arg:
                # Ours: nobody else has it, so nobody can be told that it was never awaited to the end.
                child._log_destroy_pending = False
            loop = child.get_loop()
            by_argument[arg] = child
        children.append(child)
    return by_argument, children


def _many_children_of(aws: tuple[Any, ...], running: EventLoop | None) -> tuple[dict[Any, Any], list[Any]]:
    """Do what `_children_of` does, for so many that the garbage collector would be started by them, again and again.

    It goes through all that there is, and finds nothing: all of it has just been made, and no code of the program's runs in
    between that could drop it. For 100,000 coroutines that was half of the time that a gather took.
    """
    if not gc.isenabled() or (running is not None and running.get_task_factory() is not None):
        return _children_of(aws, running)  # such a factory may run anything, the tasks' first steps among them
    gc.disable()
    try:
        return _children_of(aws, running)
    finally:
        gc.enable()


def _tells_at_once(child: Any) -> bool:
    kind = child.__class__
    return kind is Task or (isinstance(child, Future) and kind.add_done_callback is Future.add_done_callback)


def _has_result(child: Any) -> bool:
    return child._state == FINISHED and child._exception is None


def _outcome(child: Any) -> Any:
    """Return a finished child's result, or its exception as a value."""
    if child.__class__ is Task and _has_result(child):
        return child._result  # as below, without the calls
    if child.cancelled():
        message = child._cancel_message
        return CancelledError("" if message is None else message)  # a new one: the child's own is for who awaits it
    exception = child.exception()
    return child.result() if exception is None else exception
