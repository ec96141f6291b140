"""What the runtime's objects are called in a trace: how a future ended, what a timer is for, which callback ran."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .bounded import bounded_repr
from .runtime.reprs import format_function
from .runtime.sleep import Sleep
from .runtime.timeouts import Timeout

if TYPE_CHECKING:
    from .runtime.events import TimerHandle
    from .runtime.futures import Future

__all__ = ["callback_label", "outcome_of", "timer_label"]


def outcome_of(future: Future[Any]) -> tuple[str, str]:
    """Return how a future ended, and a text of what it ended with; without marking an exception as seen."""
    if future._state == "CANCELLED":
        message = future._cancel_message
        if message is None and future._cancelled_exc is not None and future._cancelled_exc.args:
            message = future._cancelled_exc.args[0]
        return "cancelled", "" if message is None else bounded_repr(message)
    if future._exception is not None:
        return "exception", bounded_repr(future._exception)
    return "result", bounded_repr(future._result)


def timer_label(timer: TimerHandle | Sleep) -> str:
    """Return what a timer is for: a sleep with its delay, a timeout, or the callback."""
    if isinstance(timer, Sleep):
        return f"sleep({timer._delay:g})"
    if isinstance(getattr(timer._callback, "__self__", None), Timeout):
        return "timeout"
    return callback_label(timer)


def callback_label(handle: Any) -> str:
    """Return the name of a handle's callback."""
    callback = handle._callback
    return "" if callback is None else format_function(callback).removesuffix("()")
