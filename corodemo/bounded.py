"""Text about a program's values, made safe to keep: bounded in length, without addresses, and encodable.

A repr is the user's code, and a trace must survive whatever it does. Addresses are left out, since they differ from run to
run and the same program must leave the same trace.
"""

from __future__ import annotations

import re
import reprlib
from typing import Any

__all__ = ["bounded_repr", "bounded_text"]

#: The longest text of a value or a name in a trace, in characters.
MAX_TEXT = 200

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
#: Kinds whose repr is short, cheap and the interpreter's own.
_PLAIN = frozenset({int, float, bool, type(None), complex})


class _Repr(reprlib.Repr):
    """reprlib's bounds: sets and dicts in sorted order where that is possible, so that the same values read the same."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 4
        self.maxdict = self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdeque = 10
        self.maxstring = self.maxother = MAX_TEXT // 2
        self.maxlong = 80


_repr = _Repr()


def bounded_repr(value: Any) -> str:
    """Return a repr of at most `MAX_TEXT` characters; a repr that raises is told about instead."""
    if type(value) in _PLAIN:
        try:
            return bounded_text(repr(value))
        except ValueError:
            return f"<int of {value.bit_length()} bits>"  # too long for Python to print
    try:
        if isinstance(value, BaseException):
            text = _exception_text(value)
        else:
            text = _repr.repr(value)
    except Exception as exc:
        text = f"<{type(value).__name__} whose repr raises {type(exc).__name__}>"
    return bounded_text(_ADDRESS.sub("", text))


def bounded_text(text: str, limit: int = MAX_TEXT) -> str:
    """Return the text cut to `limit` characters, with lone surrogates as visible escapes, for UTF-8 has none."""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _exception_text(exc: BaseException) -> str:
    if isinstance(exc, BaseExceptionGroup):
        return repr(exc)
    return f"{type(exc).__name__}({', '.join(_repr.repr(arg) for arg in exc.args)})"
