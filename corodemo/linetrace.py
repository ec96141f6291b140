"""Line events: which line runs next, and which variables the one before has changed.

For stepping only, since it makes a program many times slower. It uses `sys.settrace`, and looks only into files that the
predicate accepts.
"""

from __future__ import annotations

import itertools
import opcode
import sys
import types
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from .bounded import bounded_repr, bounded_text

__all__ = ["LineTracer"]

#: How many variables of a frame are looked at.
MAX_NAMES = 100
#: A frame that "returns" at one of these is only suspended; Python 3.13 stands at the RESUME after the yield already.
_SUSPENDING = frozenset(
    number for name, number in opcode.opmap.items() if name in {"YIELD_VALUE", "SEND", "RETURN_GENERATOR", "RESUME"}
)
#: Where Python 3.13 reports the await's line once more when an exception comes out of it.
_CLEANUP_THROW = opcode.opmap.get("CLEANUP_THROW")
#: What is no variable to a learner.
_NOT_SHOWN = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type, types.GenericAlias)


class LineTracer:
    """Call `emit(file, line, changed)` before each line of the files that `wanted` accepts, while started."""

    def __init__(self, wanted: Callable[[str], bool], emit: Callable[[str, int, dict[str, str]], None]) -> None:
        self._wanted = wanted
        self._emit = emit
        self._known: dict[str, bool] = {}  # what `wanted` said, by file
        self._seen: dict[int, tuple[CodeType, dict[str, str]]] = {}  # reprs at a frame's last line, by id(frame)
        self._outer: Any = None
        self._depth = 0

    def start(self) -> None:
        """Begin; starts nest."""
        self._depth += 1
        if self._depth == 1:
            self._outer = sys.gettrace()
            sys.settrace(self._called)

    def stop(self) -> None:
        """End what the matching `start` began; without one do nothing: a hook may come while its loop runs."""
        if self._depth == 0:
            return
        self._depth -= 1
        if self._depth == 0:
            sys.settrace(self._outer)

    def _called(self, frame: FrameType, event: str, arg: Any) -> Any:
        file = frame.f_code.co_filename
        wanted = self._known.get(file)
        if wanted is None:
            wanted = self._known[file] = self._wanted(file)
        return self._local if wanted else None

    def _local(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            if frame.f_code.co_code[frame.f_lasti] == _CLEANUP_THROW:
                return self._local
            try:
                self._emit(frame.f_code.co_filename, frame.f_lineno, self._changed(frame))
            except Exception:
                # It would be raised in the program. What cannot be recorded is not.
                return self._local
        elif event == "return" and not _is_suspended(frame):
            self._seen.pop(id(frame), None)
        return self._local

    def _changed(self, frame: FrameType) -> dict[str, str]:
        code = frame.f_code
        before_code, before = self._seen.get(id(frame), (code, {}))
        if before_code is not code:
            before = {}  # a frame that was closed, not finished; another one has its place now
        shown = (pair for pair in frame.f_locals.items() if _is_shown(*pair))
        now = {bounded_text(name): bounded_repr(value) for name, value in itertools.islice(shown, MAX_NAMES)}
        self._seen[id(frame)] = (code, now)
        return {name: text for name, text in now.items() if before.get(name) != text}


def _is_shown(name: Any, value: Any) -> bool:
    return type(name) is str and not name.startswith(("__", ".")) and not issubclass(type(value), _NOT_SHOWN)


def _is_suspended(frame: FrameType) -> bool:
    if frame.f_lasti < 0:
        return False
    return frame.f_code.co_code[frame.f_lasti] in _SUSPENDING
