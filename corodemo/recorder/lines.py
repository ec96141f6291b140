"""Line events: which line runs next, and which variables have changed: by the line before, and by others during an await.

A function's variables are its locals, those of the functions around it that it uses, and the globals that it names. They are
looked at before each line, and at each end of an await: what differs between its two ends, somebody else has changed.

For stepping only, since it makes a program many times slower. It uses `sys.settrace`, and looks only into files that the
predicate accepts.
"""

from __future__ import annotations

import dis
import inspect
import itertools
import opcode
import sys
import types
from collections.abc import Callable, Iterable, Mapping
from types import CodeType, FrameType
from typing import Any

from corodemo import runtime
from corodemo.recorder.safetext import bounded_repr, bounded_text

__all__ = ["LineTracer", "Meanwhile"]

#: How many variables of a frame are looked at.
MAX_NAMES = 100
#: A frame that "returns" at one of these is only suspended; Python 3.13 stands at the RESUME after the yield already.
_SUSPENDING = frozenset(
    number for name, number in opcode.opmap.items() if name in {"YIELD_VALUE", "SEND", "RETURN_GENERATOR", "RESUME"}
)
_RETURN_GENERATOR = opcode.opmap["RETURN_GENERATOR"]
#: Where Python 3.13 reports the await's line once more when an exception comes out of it.
_CLEANUP_THROW = opcode.opmap.get("CLEANUP_THROW")
_GLOBAL = frozenset({"LOAD_GLOBAL", "STORE_GLOBAL", "LOAD_NAME", "STORE_NAME"})
#: Python 3.12 keeps the variables of a comprehension in the frame of the module or class around it. To read `f_locals` there
#: while tracing overwrites them with what has the same name outside: the program would compute something else.
_HAS_HIDDEN_VARIABLES = sys.version_info[:2] == (3, 12)
#: What is no variable to a learner.
_NOT_SHOWN = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type, types.GenericAlias)


#: The names of the globals that a function uses are found once for each; of so many at most.
MAX_CODES = 10_000

_OURS = vars(runtime)

Meanwhile = dict[str, tuple[str, str]]


class LineTracer:
    """Call `emit(file, line, changed, meanwhile)` before each line of the files that `wanted` accepts, while started.

    changed: the variables that differ from the frame's last line, and their values. meanwhile: those that differ between
    the two ends of an await since then, with both values; None for no such await, or no such variable.
    """

    def __init__(
        self,
        wanted: Callable[[str], bool],
        emit: Callable[[str, int, dict[str, str], Meanwhile | None], None],
    ) -> None:
        self._wanted = wanted
        self._emit = emit
        self._known: dict[str, bool] = {}  # what `wanted` said, by file
        self._seen: dict[int, tuple[CodeType, dict[str, str]]] = {}  # reprs at a frame's last line, by id(frame)
        # The same where a frame is suspended, and the instruction at which it is.
        self._parked: dict[int, tuple[CodeType, int, dict[str, str]]] = {}
        self._meanwhile: dict[int, Meanwhile] = {}  # found when it was resumed, for its next line
        self._globals: dict[CodeType, tuple[str, ...]] = {}
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
        if not wanted:
            return None
        parked = self._parked.pop(id(frame), None)
        # A frame that was closed while it was suspended leaves its place to another, which stands at its beginning.
        if parked is not None and parked[0] is frame.f_code and frame.f_lasti >= parked[1]:
            now = self._values(frame)
            changed = {name: (text, now[name]) for name, text in parked[2].items() if now.get(name, text) != text}
            if changed:
                self._meanwhile[id(frame)] = {**self._meanwhile.get(id(frame), {}), **changed}
        else:
            self._meanwhile.pop(id(frame), None)
        return self._local

    def _local(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            if frame.f_code.co_code[frame.f_lasti] == _CLEANUP_THROW:
                return self._local
            meanwhile = self._meanwhile.pop(id(frame), None)
            try:
                self._emit(frame.f_code.co_filename, frame.f_lineno, self._changed(frame), meanwhile)
            except Exception:
                # It would be raised in the program. What cannot be recorded is not.
                return self._local
        elif event == "return":
            if frame.f_lasti >= 0 and frame.f_code.co_code[frame.f_lasti] == _RETURN_GENERATOR:
                pass  # Python 3.11 tells of the making of a coroutine; it has not begun
            elif _is_suspended(frame):
                self._parked[id(frame)] = (frame.f_code, frame.f_lasti, self._values(frame))
            else:
                self._seen.pop(id(frame), None)
                self._meanwhile.pop(id(frame), None)
        return self._local

    def _changed(self, frame: FrameType) -> dict[str, str]:
        code = frame.f_code
        before_code, before = self._seen.get(id(frame), (code, {}))
        if before_code is not code:
            before = {}  # a frame that was closed, not finished; another one has its place now
        now = self._values(frame)
        self._seen[id(frame)] = (code, now)
        return {name: text for name, text in now.items() if before.get(name) != text}

    def _values(self, frame: FrameType) -> dict[str, str]:
        """A frame's variables, as far as a learner calls them so."""
        outer = frame.f_globals
        found: Mapping[str, Any]
        if frame.f_code.co_flags & inspect.CO_OPTIMIZED or not _HAS_HIDDEN_VARIABLES:
            found = frame.f_locals
        else:
            found = outer if frame.f_code.co_name == "<module>" else {}
        pairs: Iterable[tuple[str, Any]] = found.items()
        if found is not outer:
            names = self._globals_of(frame.f_code)
            pairs = itertools.chain(pairs, ((name, outer[name]) for name in names if name in outer))
        shown = (pair for pair in pairs if _is_shown(*pair))
        return {bounded_text(name): bounded_repr(value) for name, value in itertools.islice(shown, MAX_NAMES)}

    def _globals_of(self, code: CodeType) -> tuple[str, ...]:
        names = self._globals.get(code)
        if names is None:
            if len(self._globals) >= MAX_CODES:
                self._globals.clear()
            used = (step.argval for step in dis.get_instructions(code) if step.opname in _GLOBAL)
            names = self._globals[code] = tuple(dict.fromkeys(used))
        return names


def _is_shown(name: Any, value: Any) -> bool:
    if type(name) is not str or name.startswith(("__", ".")) or issubclass(type(value), _NOT_SHOWN):
        return False
    # Nor is what `from asyncio import *` brings, such as FIRST_COMPLETED.
    return _OURS.get(name, _is_shown) is not value


def _is_suspended(frame: FrameType) -> bool:
    if frame.f_lasti < 0:
        return False
    return frame.f_code.co_code[frame.f_lasti] in _SUSPENDING
