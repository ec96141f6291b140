"""Situations that asyncio and corodemo are put in alike, to compare what each says: its errors and its reprs."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

__all__ = ["normal", "raised", "shown", "situation"]

#: What is no part of a text: where something lies, in memory or in a file, and whose class it is.
_PLACES = (
    (r" at 0x[0-9a-f]+", ""),
    (r"id=0x[0-9a-f]+", "id="),
    (r" (at|defined at|created at) \S+?:\d+", r" \1 FILE"),
    (r"(^|<)(_?asyncio|corodemo\.runtime)(\.[a-z_]+)*\.(?=[A-Z_])", r"\1"),
    (r"<_UnixSelectorEventLoop ", "<EventLoop "),
    (r"'Task-\d+'", "'Task-N'"),
)

Situation = Callable[[ModuleType], Any]


def situation(table: dict[str, Situation]) -> Callable[[Situation], Situation]:
    """Put a function into a table of situations, by its name."""

    def add(function: Situation) -> Situation:
        table[function.__name__] = function
        return function

    return add


def raised(aio: ModuleType, function: Situation, *, inside: bool = True) -> tuple[str, str]:
    """Return the type and the text of what a situation raises, inside a running loop or outside of any."""

    async def main() -> None:
        await _whole(aio, function)

    try:
        if inside:
            _quietly(aio, main())
        else:
            function(aio)
    except BaseException as exc:
        return type(exc).__name__, normal(str(exc))
    return "nothing", ""


def shown(aio: ModuleType, function: Situation) -> str:
    """Return the repr of what a situation returns, inside a running loop."""

    async def main() -> str:
        result = await _whole(aio, function)
        return normal(result if isinstance(result, str) else repr(result))

    return _quietly(aio, main())


def normal(text: str) -> str:
    """Return a text without what is no part of it."""
    for pattern, replacement in _PLACES:
        text = re.sub(pattern, replacement, text)
    return text


async def _whole(aio: ModuleType, function: Situation) -> Any:
    result = function(aio)
    return await result if aio.iscoroutine(result) else result


def _quietly(aio: ModuleType, coro: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return aio.run(coro)
