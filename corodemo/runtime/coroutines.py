"""What a coroutine is: an object that can be sent into and thrown into, and that a task can drive.

`async def` makes them natively. Before that, generators played the part: `@coroutine` marks a generator function, so
that `await` accepts what it returns and `yield from` inside it awaits. That is deprecated since Python 3.8, and kept
here because the chapter describes it and because nothing shows better that `await` is `yield from`.
"""

from __future__ import annotations

import functools
import inspect
import types
import warnings
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar

from .futures import isfuture

__all__ = ["coroutine", "iscoroutine", "iscoroutinefunction"]

F = TypeVar("F", bound=Callable[..., Any])

_COROUTINE_TYPES = (types.CoroutineType, Coroutine)
#: Types already seen to be coroutines: isinstance() with an abstract class is slow. Bounded, for types can be made at will.
_known_types: set[type] = {types.CoroutineType}
_KNOWN_TYPES_MAX = 100


def iscoroutine(obj: object) -> bool:
    """Return True if `obj` is a coroutine object, a generator-based one included.

    Like: `asyncio.iscoroutine`, as the chapter has it: a plain generator counts, since `@coroutine` "is not enforced".
    """
    kind = type(obj)
    if kind in _known_types:
        return True
    if not isinstance(obj, (types.CoroutineType, types.GeneratorType, Coroutine)):
        return False
    if len(_known_types) < _KNOWN_TYPES_MAX:
        _known_types.add(kind)
    return True


def iscoroutinefunction(func: object) -> bool:
    """Return True if `func` is a coroutine function, one decorated with `@coroutine` included.

    Like: `asyncio.iscoroutinefunction`.
    """
    return inspect.iscoroutinefunction(func) or getattr(func, "_is_coroutine", None) is _is_coroutine


def hint(obj: object) -> str:
    """Return what to do, for a note, about something that should have been a coroutine; "" if nothing can be said."""
    if iscoroutinefunction(obj):
        return f"call it: {getattr(obj, '__name__', 'f')}()"
    if inspect.isawaitable(obj):
        return "await it inside an `async def`, and pass that"
    return ""


#: The mark of a decorated function; identity matters, since any attribute of that name could be a user's own.
_is_coroutine = object()


def coroutine(func: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a generator function as a coroutine function; a plain function becomes one that may return an awaitable.

    Deprecated: use `async def`. Like: `asyncio.coroutine`, which Python 3.11 removed.
    """
    warnings.warn(
        '"@coroutine" decorator is deprecated since Python 3.8, use "async def" instead',
        DeprecationWarning,
        stacklevel=2,
    )
    if inspect.iscoroutinefunction(func):
        return func  # `async def` needs no decorator
    if inspect.isgeneratorfunction(func):
        generator_function = func
    else:
        generator_function = _as_generator_function(func)
    wrapped: Any = functools.wraps(func)(types.coroutine(generator_function))
    wrapped._is_coroutine = _is_coroutine
    return wrapped  # type: ignore[no-any-return]


def _as_generator_function(func: Callable[..., Any]) -> Callable[..., Generator[Any, Any, Any]]:
    """Return a generator function that calls `func` and awaits what it returns, if that can be awaited."""

    @functools.wraps(func)
    def call(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        result = func(*args, **kwargs)
        if isfuture(result) or inspect.isgenerator(result):
            result = yield from result
        elif inspect.isawaitable(result):
            result = yield from result.__await__()
        return result

    return call
