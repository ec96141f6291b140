"""What expressions gave: `_` is the last value, `__` and `___` the two before, `_4` that of input 4.

A name that the person has given a value of their own is theirs from then on. A coroutine that was shown, and that nobody else
has taken, is closed when it is forgotten: who has only looked at one has not forgotten to await it.
"""

from __future__ import annotations

import collections
import inspect
import sys
import types
from typing import Any

__all__ = ["Results"]

#: So many numbered results are kept; a session may last for days.
MAX_KEPT = 500
_LAST = ("_", "__", "___")


class Results:
    """Keeps results in a session's namespace."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace
        self._recent: list[Any] = []  # the newest first
        self._given: dict[str, Any] = {}  # what we have put under each name
        self._numbers: collections.deque[str] = collections.deque()

    def add(self, value: Any, number: int | None = None) -> None:
        """Keep the value of an expression, of input `number` if it has one; None is no result."""
        if value is None:
            return
        self._recent = [value, *self._recent[:2]]
        for name, recent in zip(reversed(_LAST[: len(self._recent)]), reversed(self._recent), strict=True):
            self._give(name, recent)
        if number is not None:
            self._give(f"_{number}", value)
            self._numbers.append(f"_{number}")
            if len(self._numbers) > MAX_KEPT:
                self._forget(self._numbers.popleft())

    def clear(self) -> None:
        """Forget all of them."""
        self._numbers.clear()
        self._recent = []
        for name in list(self._given):
            self._forget(name)

    def _give(self, name: str, value: Any) -> None:
        """Put a value under a name, unless the person has put something else there."""
        if name in self._namespace and (name not in self._given or self._namespace[name] is not self._given[name]):
            self._given.pop(name, None)
            return
        self._forget(name)
        self._namespace[name] = self._given[name] = value

    def _forget(self, name: str) -> None:
        if name in self._given:
            held = [self._given.pop(name)]
            if self._namespace.get(name) is held[0]:
                del self._namespace[name]
            _let_go(held)


def _references(held: list[Any]) -> int:
    """Return how many references there are to the only value in a list, as this function sees them."""
    value = held.pop()
    count = sys.getrefcount(value)
    held.append(value)
    return count


#: What `_references` says of a value that only the list has: since Python 3.14 a variable that is read need not count.
_OURS = _references([object()])


def _let_go(held: list[Any]) -> None:
    """Drop the only value in a list; close it first if it is a coroutine that was never started and that nobody else has."""
    is_ours = type(held[0]) is types.CoroutineType and _references(held) <= _OURS
    value = held.pop()
    if is_ours and inspect.getcoroutinestate(value) == inspect.CORO_CREATED:
        value.close()
