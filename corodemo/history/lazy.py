"""Read-only collections over columns that grow: each is fixed at the length it was made with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, cast, overload

__all__ = ["LazyMapping", "LazySequence", "Prefix"]

_V = TypeVar("_V")


class LazyMapping(Mapping[int, _V], Generic[_V]):
    """A mapping over the first `length` of some ids that makes a value when it is first asked for."""

    def __init__(
        self, ids: Sequence[int], length: int, is_known: Callable[[int], bool], make: Callable[[int], _V]
    ) -> None:
        self._ids = ids
        self._length = length
        self._is_known = is_known
        self._make = make
        self._made: dict[int, _V] = {}

    def __getitem__(self, key: int) -> _V:
        value = self._made.get(key)
        if value is None:
            if not self._is_known(key):
                raise KeyError(key)
            value = self._made[key] = self._make(key)
        return value

    def __contains__(self, key: object) -> bool:
        return isinstance(key, int) and self._is_known(key)

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids[: self._length])

    def __len__(self) -> int:
        return self._length

    def __repr__(self) -> str:
        return repr(dict(self))


class Prefix(Sequence[_V]):
    """The first so many of the events that a growing column points to."""

    def __init__(self, events: Sequence[Any], column: Sequence[int], length: int) -> None:
        self._events = events
        self._column = column
        self._length = length

    @overload
    def __getitem__(self, at: int) -> _V: ...
    @overload
    def __getitem__(self, at: slice) -> list[_V]: ...
    def __getitem__(self, at: int | slice) -> _V | list[_V]:
        if isinstance(at, slice):
            return [self._events[self._column[i]] for i in range(*at.indices(self._length))]
        return cast("_V", self._events[self._column[range(self._length)[at]]])

    def __len__(self) -> int:
        return self._length

    def __repr__(self) -> str:
        return repr(list(self))


class LazySequence(Sequence[_V]):
    """A sequence whose values are made of others when they are asked for; equal to whatever sequence has the same."""

    def __init__(self, sources: Sequence[Any], make: Callable[[Any], _V]) -> None:
        self._sources = sources
        self._make = make

    @overload
    def __getitem__(self, at: int) -> _V: ...
    @overload
    def __getitem__(self, at: slice) -> list[_V]: ...
    def __getitem__(self, at: int | slice) -> _V | list[_V]:
        if isinstance(at, slice):
            return list(map(self._make, self._sources[at]))
        return self._make(self._sources[at])

    def __len__(self) -> int:
        return len(self._sources)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as a list has none: it may be equal to one

    def __repr__(self) -> str:
        return repr(list(self))
