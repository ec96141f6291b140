"""What the runtime's objects are called in a trace: how a future ended, what a timer is for, which callback ran."""

from __future__ import annotations

from types import CoroutineType, FunctionType, GeneratorType, MethodType
from typing import TYPE_CHECKING, Any

from corodemo.recorder.safetext import bounded_repr, bounded_text, callable_name
from corodemo.runtime.exceptions import CancelledError
from corodemo.runtime.timeouts import Timeout

if TYPE_CHECKING:
    from corodemo.runtime.events import TimerHandle
    from corodemo.runtime.waitables import Waitable

__all__ = ["callback_label", "coroutine_name", "is_of_timeout", "outcome_of", "seconds"]


def outcome_of(future: Waitable) -> tuple[str, str]:
    """Return how a future ended, and a text of what it ended with; without marking an exception as seen."""
    if future._state == "CANCELLED":
        message = future._cancel_message
        if message is None and future._exception is not None and future._exception.args:
            message = future._exception.args[0]
        return "cancelled", "CancelledError()" if message is None else bounded_repr(CancelledError(message))
    if future._exception is not None:
        return "exception", bounded_repr(future._exception)
    return "result", bounded_repr(future._result)


def coroutine_name(coro: Any) -> str:
    """Return the qualified name of a coroutine's function, or the type's of one of the program's own kind."""
    kind = type(coro)
    return bounded_text(coro.__qualname__ if kind is CoroutineType or kind is GeneratorType else kind.__name__)


def callback_label(handle: Any) -> str:
    """Return the name of a handle's callback, which need not be bounded yet."""
    callback = handle._callback
    function = callback.__func__ if callback.__class__ is MethodType else callback
    if function.__class__ is FunctionType:
        return function.__qualname__
    return "" if callback is None else callable_name(callback)


def is_of_timeout(timer: TimerHandle) -> bool:
    """Return True if a timer is that of a `timeout()`."""
    callback = timer._callback
    return callback.__class__ is MethodType and type(callback.__self__) is Timeout


def seconds(ns: int) -> str:
    """Return a duration for a sentence."""
    return f"{ns / 1e9:.3g} s"
