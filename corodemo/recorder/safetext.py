"""Text about a program's values, made safe to keep: bounded in length and in work, without addresses, and encodable.

None of the program's code runs for it. A `__repr__` that the program defines may print, count, loop, raise, or make a hundred
megabytes; to call it would be to change what the program does by watching it. So values are read as they lie in memory: the
builtin types and their subclasses by the builtin's own methods; dataclasses, named tuples and enums by their fields; an object
with a `__repr__` of its own by its attributes, `<Point x=1, y=2>`. A repr is called only where the interpreter or the
standard library has written it, and where it cannot reach an object of the program's.

Addresses are left out, since they differ from run to run and the same program must leave the same trace.
"""

from __future__ import annotations

import collections
import enum
import functools
import itertools
import sys
import types
from collections.abc import Callable, Iterable
from typing import Any

from corodemo.runtime.futures import Future
from corodemo.runtime.tasks import Task
from corodemo.runtime.waitables import Waitable

__all__ = ["bounded_repr", "bounded_text", "callable_name"]

#: The longest text of a value or a name in a trace, in characters.
MAX_TEXT = 200
#: How many items of a container are shown, and how many containers deep.
MAX_ITEMS = 10
MAX_LEVEL = 4
#: A set of at most so many items is put in order, so that the same values read the same.
MAX_SORTED = 1000
#: What most values are, small integers, is known to be short.
MAX_SMALL = 2**63
#: Integers of more bits than this are not written out: it takes time, and Python may refuse.
MAX_BITS = 1000

_HALF = MAX_TEXT // 2
#: Kinds whose repr is short, cheap and the interpreter's own.
_PLAIN = frozenset({float, bool, type(None), complex, type(...), type(NotImplemented), range})
#: Modules whose own types write themselves without asking anything that they contain.
_TRUSTED = frozenset({"datetime", "decimal", "fractions", "ipaddress", "pathlib", "pathlib._local", "uuid", "zoneinfo"})


def bounded_repr(value: Any) -> str:
    """Return a text of at most `MAX_TEXT` characters that says what a value is; it never runs the program's code."""
    kind = type(value)
    if value is None:
        return "None"
    if kind is int and -MAX_SMALL <= value <= MAX_SMALL:
        return int.__repr__(value)
    if kind in _PLAIN:
        return bounded_text(repr(value))
    if kind is str and len(value) <= _HALF:
        return bounded_text(repr(value))
    try:
        return bounded_text(_text(value, MAX_LEVEL))
    except Exception as exc:
        # An object whose __init__ never ran, a dict that another thread changes meanwhile.
        return f"<{_type_name(kind)}, which cannot be read: {type(exc).__name__}>"


def bounded_text(text: str, limit: int = MAX_TEXT) -> str:
    """Return the text cut to `limit` characters, with lone surrogates as visible escapes, for UTF-8 has none."""
    if type(text) is not str:
        text = str.__str__(text)  # a subclass may say anything of its length and its parts
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def callable_name(func: Any) -> str:
    """Return what to call a function, or another callable, without asking it."""
    while type(func) is functools.partial:
        # `to_thread` runs `context.run(func, ...)`, and `func` is what its user knows.
        is_context_run = type(func.func) is types.BuiltinFunctionType and func.func.__qualname__ == "Context.run"
        func = func.args[0] if is_context_run and func.args else func.func
    kind = type(func)
    if kind is types.MethodType:
        return callable_name(func.__func__)
    if kind in _FUNCTIONS:
        return bounded_text(func.__qualname__)
    return _type_name(func if issubclass(kind, type) else kind)


_FUNCTIONS = frozenset(
    {
        types.FunctionType,
        types.BuiltinFunctionType,
        types.MethodDescriptorType,
        types.WrapperDescriptorType,
        types.MethodWrapperType,
        types.ClassMethodDescriptorType,
    }
)


# --- reading types and instances past whatever they override

_mro_of: Callable[[type], tuple[type, ...]] = type.__dict__["__mro__"].__get__
_name_of: Callable[[type], str] = type.__dict__["__name__"].__get__
_dict_of: Callable[[type], Any] = type.__dict__["__dict__"].__get__
_state_of: Callable[[Any], str] = Waitable.__dict__["_state"].__get__
_module_of: Callable[[type], Any] = type.__dict__["__module__"].__get__


def _type_name(kind: type) -> str:
    return bounded_text(_name_of(kind))


def _lookup(kind: type, name: str) -> Any:
    """Return what a type or its bases define under a name, as it lies there, or None."""
    for base in _mro_of(kind):
        names = _dict_of(base)
        if name in names:
            return names[name]
    return None


def _attributes(value: Any, kind: type) -> dict[str, Any]:
    """Return an instance's attributes: of its dict and its slots, nothing that is computed."""
    found: dict[str, Any] = {}
    descriptor = _lookup(kind, "__dict__")
    if type(descriptor) in {types.GetSetDescriptorType, types.MemberDescriptorType}:
        found.update(itertools.islice(dict.items(descriptor.__get__(value)), MAX_ITEMS))
    for base in _mro_of(kind):
        for name, member in _dict_of(base).items():
            if type(member) is types.MemberDescriptorType and name != "__dict__" and len(found) < MAX_ITEMS:
                try:
                    found.setdefault(name, member.__get__(value))
                except AttributeError:
                    pass  # a slot that is empty
    return found


# --- the text of a value; `level` counts down the containers inside of each other


def _text(value: Any, level: int) -> str:
    kind = type(value)
    if kind in _PLAIN:
        return repr(value)
    if issubclass(kind, enum.Enum):
        return f"<{_type_name(kind)}.{bounded_text(_attributes(value, kind).get('_name_') or '')}>"
    if _has_fields(kind):
        return _with_fields(_type_name(kind), _attributes(value, kind), level)
    for base in _mro_of(kind):
        write = _WRITERS.get(base)
        if write is not None:
            return write(value, kind, level)
    module = _module_of(kind)
    if type(module) is str and module in _TRUSTED and vars(sys.modules[module]).get(_name_of(kind)) is kind:
        zone = getattr(value, "tzinfo", None)
        if zone is None or _module_of(type(zone)) in _TRUSTED:
            return repr(value)
    if _lookup(kind, "__repr__") is object.__repr__ or level <= 0:
        return f"<{_type_name(kind)} object>"
    return f"<{' '.join([_type_name(kind), _pairs(_attributes(value, kind), level)]).rstrip()}>"


def _has_fields(kind: type) -> bool:
    """Return True for a dataclass whose repr the `dataclass` decorator has made."""
    own = _lookup(kind, "__repr__")
    wrapped = getattr(own, "__wrapped__", None) if type(own) is types.FunctionType else None
    return type(wrapped) is types.FunctionType and _lookup(kind, "__dataclass_fields__") is not None


def _with_fields(name: str, fields: dict[str, Any], level: int) -> str:
    return f"{name}({_pairs(fields, level)})" if level > 0 else f"{name}(...)"


def _pairs(items: dict[str, Any], level: int) -> str:
    shown = [
        f"{bounded_text(name)}={_text(item, level - 1)}" for name, item in itertools.islice(items.items(), MAX_ITEMS)
    ]
    return _joined(shown, len(items))


def _items(items: Iterable[Any], count: int, level: int) -> str:
    if level <= 0:
        return "..." if count else ""
    shown: list[str] = []
    size = 0
    for item in itertools.islice(items, MAX_ITEMS):
        shown.append(_text(item, level - 1))
        size += len(shown[-1])
        if size > MAX_TEXT:
            break
    return _joined(shown, count)


def _joined(shown: list[str], count: int) -> str:
    return ", ".join([*shown, "..."] if len(shown) < count else shown)


def _int(value: Any, kind: type, level: int) -> str:
    bits = int.bit_length(value)
    return int.__repr__(value) if bits <= MAX_BITS else f"<int of {bits} bits>"


def _str(value: Any, kind: type, level: int) -> str:
    size = str.__len__(value)
    if size <= _HALF:
        return str.__repr__(value)
    half = _HALF // 2
    start, end = str.__getitem__(value, slice(half)), str.__getitem__(value, slice(size - half, size))
    return f"{start!r}"[:-1] + "..." + f"{end!r}"[1:]


def _bytes(value: Any, kind: type, level: int) -> str:
    base: Any = bytes if issubclass(kind, bytes) else bytearray
    shown = bytes(base.__getitem__(value, slice(_HALF)))
    rest = "..." if base.__len__(value) > _HALF else ""
    return f"{shown!r}{rest}" if base is bytes else f"bytearray({shown!r}{rest})"


def _sequence(base: Any, start: str, end: str) -> Callable[[Any, type, int], str]:
    def write(value: Any, kind: type, level: int) -> str:
        count = base.__len__(value)
        names = _lookup(kind, "_fields") if base is tuple else None
        if type(names) is tuple and len(names) == count and all(type(name) is str for name in names):
            return _with_fields(_type_name(kind), dict(zip(names, tuple.__iter__(value), strict=True)), level)
        inner = _items(base.__iter__(value), count, level)
        if base is tuple and count == 1:
            inner += ","
        text = f"{start}{inner}{end}"
        return text if kind is base and base is not collections.deque else f"{_type_name(kind)}({text})"

    return write


def _set(base: Any) -> Callable[[Any, type, int], str]:
    def write(value: Any, kind: type, level: int) -> str:
        count = base.__len__(value)
        if not count or level <= 0:
            inner = "..." if count else ""
        elif count > MAX_SORTED:
            inner = _items(base.__iter__(value), count, level)
        else:
            # Not by the items' own order, which is the program's code.
            shown = sorted(_text(item, level - 1) for item in base.__iter__(value))
            inner = _joined(shown[:MAX_ITEMS], count)
        text = f"{{{inner}}}" if count else ""
        return text if kind is set and count else f"{_type_name(kind)}({text})"

    return write


def _dict(value: Any, kind: type, level: int) -> str:
    count = dict.__len__(value)
    if level <= 0:
        inner = "..." if count else ""
    else:
        few = itertools.islice(dict.items(value), MAX_ITEMS)
        inner = _joined([f"{_text(key, level - 1)}: {_text(item, level - 1)}" for key, item in few], count)
    return f"{{{inner}}}" if kind is dict else f"{_type_name(kind)}({{{inner}}})"


def _exception(value: Any, kind: type, level: int) -> str:
    args = BaseException.args.__get__(value)  # type: ignore[attr-defined]  # a getset descriptor
    return f"{_type_name(kind)}({_items(args, len(args), level)})"


def _future(value: Any, kind: type, level: int) -> str:
    state = _state_of(value).lower()
    name = f" {_str(value.get_name(), str, level)}" if type(value) is Task else ""
    return f"<{_type_name(kind)}{name} {state}>"


def _callable(value: Any, kind: type, level: int) -> str:
    word = "class" if issubclass(kind, type) else "method" if kind is types.MethodType else "function"
    return f"<{word} {callable_name(value)}>"


def _coroutine(value: Any, kind: type, level: int) -> str:
    return f"<{_type_name(kind)} {bounded_text(value.__qualname__)}>"


def _module(value: Any, kind: type, level: int) -> str:
    return f"<module {bounded_text(types.ModuleType.__getattribute__(value, '__name__'))}>"


_WRITERS: dict[type, Callable[[Any, type, int], str]] = {
    int: _int,
    float: lambda value, kind, level: float.__repr__(value),
    str: _str,
    bytes: _bytes,
    bytearray: _bytes,
    list: _sequence(list, "[", "]"),
    tuple: _sequence(tuple, "(", ")"),
    collections.deque: _sequence(collections.deque, "[", "]"),
    set: _set(set),
    frozenset: _set(frozenset),
    dict: _dict,
    BaseException: _exception,
    Future: _future,
    type: _callable,
    types.MethodType: _callable,
    functools.partial: _callable,
    types.CoroutineType: _coroutine,
    types.GeneratorType: _coroutine,
    types.AsyncGeneratorType: _coroutine,
    types.ModuleType: _module,
    **dict.fromkeys(_FUNCTIONS, _callable),
}
