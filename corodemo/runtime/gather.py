"""Gather: one future for many, with their results in order.

The outer future is done when the last child is, or with `return_exceptions=False` as soon as one child fails; the others
go on all the same. To cancel the outer future is to cancel its children: it then waits for them, and is done when they are.
A child that was cancelled by somebody else counts as one that raised CancelledError; the outer future is not cancelled by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import events, tasks
from .exceptions import CancelledError
from .futures import Future

if TYPE_CHECKING:
    from .loop import EventLoop

__all__ = ["gather"]


class _GatheringFuture(Future[list[Any]]):
    """The future that `gather()` returns; `_children` has no repeats."""

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
    loops. A cancel of the result cancels all children that are not done. Like: `asyncio.gather`.
    """
    if not aws:
        loop = events.get_event_loop()
        empty: Future[list[Any]] = loop.create_future()
        empty.set_result([])
        return empty

    loop_found: EventLoop | None = None
    by_argument: dict[Any, Any] = {}
    children: list[Any] = []
    for arg in aws:
        if arg in by_argument:
            continue
        child = tasks.ensure_future(arg, loop=loop_found)
        if loop_found is None:
            loop_found = child.get_loop()
        if child is not arg:
            # Ours: nobody else has it, so nobody can be told that it was never awaited to the end.
            child._log_destroy_pending = False
        by_argument[arg] = child
        children.append(child)
    assert loop_found is not None
    outer = _GatheringFuture(children, loop=loop_found)
    hook = loop_found._hook
    if hook is not None:
        hook.future_labelled(outer, f"gather({len(aws)})", children)
    finished = 0

    def child_done(child: Any) -> None:
        nonlocal finished
        finished += 1
        if outer.done():
            if not child.cancelled():
                child.exception()  # seen: the outer future has reported its first exception already
            return
        if not return_exceptions:
            if child.cancelled():
                outer.set_exception(child._make_cancelled_error())
                return
            exception = child.exception()
            if exception is not None:
                outer.set_exception(exception)
                return
        if finished == len(children):
            results = [_outcome(by_argument[arg]) for arg in aws]
            if outer._cancel_requested:
                outer.set_exception(children[-1]._make_cancelled_error())
            else:
                outer.set_result(results)

    for child in children:
        child.add_done_callback(child_done)
    return outer


def _outcome(child: Any) -> Any:
    """Return a finished child's result, or its exception as a value."""
    if child.cancelled():
        message = child._cancel_message
        return CancelledError() if message is None else CancelledError(message)
    exception = child.exception()
    return child.result() if exception is None else exception
