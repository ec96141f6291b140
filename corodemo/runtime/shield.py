"""Shielding: a second future that follows the first, and whose cancellation stops there.

`shield()` puts a future of its own between the awaiter and the task. A cancel of the awaiter cancels that future, and
nothing hangs on it; the task behind it goes on. A cancel of the task itself still comes through, for a shield protects what
is inside from what is outside, not the other way round.
"""

from __future__ import annotations

from typing import Any

from . import events
from .awaitables import ensure_future, warn_if_no_loop_runs
from .futures import Future, isfuture

__all__ = ["shield"]


def shield(aw: Any) -> Future[Any]:
    """Return a future with the outcome of `aw`, whose cancellation does not reach `aw`.

    aw: a coroutine becomes a task; keep a reference to it if you want to see what becomes of it after a cancel. If it fails
    when the outer future was cancelled, nobody may be there to see the exception, and it is reported.
    Raises TypeError for what cannot be awaited. Outside a running loop a coroutine is deprecated. Like: `asyncio.shield`.
    """
    if not isfuture(aw):
        warn_if_no_loop_runs()
    inner = ensure_future(aw)
    if inner.done():
        return inner  # type: ignore[no-any-return]  # nothing to protect: it is a future of somebody's class
    loop = inner.get_loop()
    outer: Future[Any] = loop.create_future()
    hook = getattr(loop, "_hook", None)
    if hook is not None:
        hook.future_labelled(outer, "shield", [inner])

    def inner_done(_: Any) -> None:
        if outer.cancelled():
            return
        if inner.cancelled():
            outer.cancel()
            return
        exception = inner.exception()
        if exception is not None:
            outer.set_exception(exception)
        else:
            outer.set_result(inner.result())

    def outer_done(_: Any) -> None:
        # Cancelled from outside: the inner one must not keep the awaiter's futures alive until it ends.
        if not inner.done():
            inner.remove_done_callback(inner_done)
            inner.remove_done_callback(_report_failure)  # several shields may be cancelled, and one report is enough
            inner.add_done_callback(_report_failure)

    running = events.get_running_loop_or_none()
    inner_done.awaiter = outer  # type: ignore[attr-defined]  # for the call graph
    inner_done.awaited_by = None if running is None else running._current_task  # type: ignore[attr-defined]  # the same
    inner.add_done_callback(inner_done)
    outer.add_done_callback(outer_done)
    return outer


def _report_failure(inner: Any) -> None:
    """Report the exception of one whose shield is gone. Like: asyncio, of Python 3.14."""
    if inner.cancelled() or inner.exception() is None:
        return
    exception = inner.exception()
    context = {
        "message": f"{type(exception).__name__} exception in shielded future",
        "exception": exception,
        "future": inner,
    }
    if inner._source_traceback:
        context["source_traceback"] = inner._source_traceback
    inner.get_loop().call_exception_handler(context)
    if isinstance(inner, Future):
        inner._warn_never_retrieved()
