"""Chaining: one future follows another, across loops and threads, in both directions.

The outcome of the source goes to the destination, and a cancel of the destination goes back to the source. Where the two belong
to different loops, or one of them to a thread, each step is handed to the loop that owns the future it changes.
"""

from __future__ import annotations

import concurrent.futures
from typing import TYPE_CHECKING, Any, TypeVar

from . import events
from .exceptions import CancelledError, InvalidStateError, noted
from .futures import Future, isfuture

if TYPE_CHECKING:
    from .loop import EventLoop

__all__ = ["wrap_future"]

T = TypeVar("T")


def wrap_future(future: concurrent.futures.Future[T] | Future[T], *, loop: EventLoop | None = None) -> Future[T]:
    """Return a future of the loop that follows a `concurrent.futures.Future`; cancelling either cancels the other.

    Like: `asyncio.wrap_future`.
    """
    if isfuture(future):
        return future  # type: ignore[return-value]  # whatever it is, it can be awaited
    if not isinstance(future, concurrent.futures.Future):
        raise TypeError(f"concurrent.futures.Future is expected, got {future!r}")
    if loop is None:
        loop = events.get_event_loop()
    ours: Future[T] = loop.create_future()
    chain_future(future, ours)
    return ours


def chain_future(source: Any, destination: Any) -> None:
    """Make `destination` follow `source`, and a cancel of it go back; each may be ours or a concurrent one."""
    for name, future in (("source", source), ("destination", destination)):
        if not isfuture(future) and not isinstance(future, concurrent.futures.Future):
            raise noted(TypeError(f"A future is required for {name} argument"), f"got {future!r}")
    source_loop = source.get_loop() if isfuture(source) else None
    destination_loop = destination.get_loop() if isfuture(destination) else None

    def cancel_source(_: Any) -> None:
        if destination.cancelled():
            if source_loop is None or source_loop is events.get_running_loop_or_none():
                source.cancel()
            else:
                source_loop.call_soon_threadsafe(source.cancel)

    def copy_outcome(_: Any) -> None:
        if destination.cancelled() and destination_loop is not None and destination_loop.is_closed():
            return
        if destination_loop is None or destination_loop is events.get_running_loop_or_none():
            set_state()
        elif not destination_loop.is_closed():
            destination_loop.call_soon_threadsafe(set_state)

    def set_state() -> None:
        if destination_loop is None:
            _set_concurrent_state(source, destination)
        else:
            copy_state(source, destination)

    destination.add_done_callback(cancel_source)
    source.add_done_callback(copy_outcome)


def _set_concurrent_state(source: Any, destination: concurrent.futures.Future[Any]) -> None:
    if source.cancelled():
        destination.cancel()
    if not destination.set_running_or_notify_cancel():
        return
    exception = source.exception()
    if exception is not None:
        destination.set_exception(_as_concurrent(exception))
    else:
        destination.set_result(source.result())


def copy_state(source: Any, destination: Any) -> None:
    if destination.cancelled():
        return
    if source.cancelled():
        destination.cancel()
        return
    exception = source.exception()
    if exception is not None:
        destination.set_exception(_as_ours(exception))
    else:
        destination.set_result(source.result())


def _as_ours(exception: BaseException) -> BaseException:
    """Return the exception as asyncio's class, where `concurrent.futures` has one of its own."""
    if type(exception) is concurrent.futures.CancelledError:
        return CancelledError(*exception.args).with_traceback(exception.__traceback__)
    if type(exception) is concurrent.futures.InvalidStateError:
        return InvalidStateError(*exception.args).with_traceback(exception.__traceback__)
    return exception


def _as_concurrent(exception: BaseException) -> BaseException:
    if type(exception) is CancelledError:
        return concurrent.futures.CancelledError(*exception.args).with_traceback(exception.__traceback__)
    if type(exception) is InvalidStateError:
        return concurrent.futures.InvalidStateError(*exception.args).with_traceback(exception.__traceback__)
    return exception
