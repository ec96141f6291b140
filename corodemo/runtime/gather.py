"""Gather: one future for many, with their results in order.

The outer future is done when the last child is, or with `return_exceptions=False` as soon as one child fails; the others
go on all the same. To cancel the outer future is to cancel its children: it then waits for them, and is done when they are.
A child that was cancelled by somebody else counts as one that raised CancelledError; the outer future is not cancelled by it.
"""

from __future__ import annotations

import contextvars
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from . import events
from .awaitables import ensure_future, warn_if_no_loop_runs
from .exceptions import CancelledError
from .futures import Future, isfuture

if TYPE_CHECKING:
    from .loop import EventLoop

__all__ = ["gather"]


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
    if not aws:
        warn_if_no_loop_runs("gather()", "got no arguments")
        empty: Future[list[Any]] = events.get_event_loop().create_future()
        empty.set_result([])
        return empty
    if not all(isfuture(arg) for arg in aws):
        warn_if_no_loop_runs("gather()", "got what is no future")

    loop: EventLoop | None = None
    by_argument: dict[Any, Any] = {}  # without repeats
    for arg in aws:
        if isinstance(arg, Hashable) and arg in by_argument:
            continue
        child = ensure_future(arg, loop=loop)
        loop = child.get_loop()
        if child is not arg:
            # Ours: nobody else has it, so nobody can be told that it was never awaited to the end.
            child._log_destroy_pending = False
        by_argument[arg] = child
    assert loop is not None
    children = list(by_argument.values())
    outer = _GatheringFuture([by_argument[arg] for arg in aws], loop=loop)
    if loop._hook is not None:
        loop._hook.future_labelled(outer, f"gather({len(aws)})", children)
    remaining = len(children)
    # One context for all: they would be copies of the same one, and there may be thousands of children.
    context = contextvars.copy_context()

    def child_done(child: Any) -> None:
        nonlocal remaining
        remaining -= 1
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
            if outer._cancel_requested:
                outer.set_exception(by_argument[aws[-1]]._make_cancelled_error())
            else:
                outer.set_result([_outcome(by_argument[arg]) for arg in aws])

    child_done.awaiter = outer  # type: ignore[attr-defined]  # for the call graph
    # Those that are done already, tasks that started eagerly among them, count at once and not an iteration later.
    already_done = [child for child in children if child.done()]
    for child in children:
        if not child.done():
            child.add_done_callback(child_done, context=context)
    for child in already_done:
        child_done(child)
    return outer


def _outcome(child: Any) -> Any:
    """Return a finished child's result, or its exception as a value."""
    if child.cancelled():
        message = child._cancel_message
        return CancelledError("" if message is None else message)  # a new one: the child's own is for who awaits it
    exception = child.exception()
    return child.result() if exception is None else exception
