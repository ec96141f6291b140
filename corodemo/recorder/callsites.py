"""Where in the user's code something happens: who called, and at which await a coroutine stands.

The runtime's own frames are looked through: a learner wants to see the line that says `await sleep(1)`, not the one inside
`sleep` that yields. The runtime's innermost coroutine gives the wait its name instead (`Queue.get`, `Lock.acquire`).

These are the questions that a recorder asks most, so they come in two halves. While the program runs the answer is a `Code`
and an instruction's offset in it, an `Instruction`, and no line is worked out: the interpreter would walk a table from its
start. A `Site`, a file and a line, is made of it when somebody reads the trace.
"""

from __future__ import annotations

import os
import sys
import weakref
from bisect import bisect_right
from types import CodeType, CoroutineType, FrameType, GeneratorType, TracebackType
from typing import Any, NamedTuple

import corodemo
from corodemo.recorder.safetext import bounded_text
from corodemo.runtime.exceptions import CancelledError
from corodemo.runtime.fanout import Fanout
from corodemo.runtime.loop import EventLoop

__all__ = [
    "NOWHERE",
    "Canceller",
    "Code",
    "Instruction",
    "Site",
    "await_instruction",
    "await_site",
    "caller_instruction",
    "caller_site",
    "canceller",
    "coroutine_site",
    "files",
    "instruction_site",
    "is_users",
    "known_code",
    "leaves",
    "passers",
    "traceback_site",
    "uncancelling_part",
    "users_site",
]

Site = tuple[str, int]

NOWHERE: Site = ("", 0)

_PACKAGE = os.path.dirname(os.path.abspath(corodemo.__file__)) + os.sep
_RUNTIME = _PACKAGE + "runtime" + os.sep
_FANOUT = Fanout.__init__.__code__.co_filename
_REMEMBERED_MAX = 10_000
#: A chain of awaits that is deeper than this is not walked again from its start at each step.
_DEEP = 4


class Code:
    """What is known of a code object. It keeps the code alive, so that its id() stays its own."""

    __slots__ = (
        "_sites",
        "_table",
        "awaits_others",
        "code",
        "file",
        "hands_on",
        "in_package",
        "in_runtime",
        "is_iteration",
        "name",
    )

    def __init__(self, code: CodeType) -> None:
        self.code = code
        self.file = bounded_text(code.co_filename)
        self.name = code.co_qualname
        self.in_package = code.co_filename.startswith(_PACKAGE)
        self.in_runtime = code.co_filename.startswith(_RUNTIME)
        self.hands_on = code.co_filename == _FANOUT  # it stands between the runtime and its hooks
        self.is_iteration = code in _ITERATIONS
        self.awaits_others = self.name in _AWAIT_OTHERS
        if self.in_runtime:
            (passers if self.awaits_others else leaves).add(id(code))
        self._sites: dict[int, Site] = {}  # by the offset of the instruction
        self._table: tuple[list[int], list[int]] | None = None  # where stretches of a line begin, and their lines

    def site(self, offset: int) -> Site:
        """Return the line of the instruction at an offset."""
        site = self._sites.get(offset)
        if site is None:
            site = self._sites[offset] = (self.file, self._line(offset))
        return site

    def _line(self, offset: int) -> int:
        if offset < 0:
            return self.code.co_firstlineno  # it has not begun
        if self._table is None:
            stretches = list(self.code.co_lines())
            self._table = [start for start, _, _ in stretches], [line or 0 for _, _, line in stretches]
        starts, lines = self._table
        return lines[bisect_right(starts, offset) - 1]


#: An instruction; no code where the user's is not involved.
Instruction = tuple[Code | None, int]

#: The ids of those codes of the runtime in which nothing of the user's is awaited: what they await in turn is the runtime's own.
leaves: set[int] = set()
#: And of those that await what the user gave them.
passers: set[int] = set()

#: What `is_users` said, by file.
files: dict[str, bool] = {}

_codes: dict[int, Code] = {}  # by id(): the hash of a code object is worked out anew each time, from all its parts


def known_code(code: CodeType) -> Code:
    """Return what is known of a code object."""
    return _codes.get(id(code)) or _learn(code)


def _learn(code: CodeType) -> Code:
    if len(_codes) > _REMEMBERED_MAX:
        _codes.clear()
        leaves.clear()
        passers.clear()
    known = _codes[id(code)] = Code(code)
    return known


def is_users(file: str) -> bool:
    """Return True if a file is not a part of this package."""
    known = files.get(file)
    if known is None:
        if len(files) > _REMEMBERED_MAX:
            files.clear()
        known = files[file] = not file.startswith(_PACKAGE)
    return known


def caller_instruction(depth: int) -> Instruction:
    """Return what called into the runtime, looking from so many frames up, which must be the runtime's own.

    It is the same answer as `caller_site`'s, by fewer frames: to see one costs some 100 ns.
    """
    frame: FrameType | None = sys._getframe(depth)
    codes = _codes
    while frame is not None:
        code = frame.f_code
        known = codes.get(id(code)) or _learn(code)
        if not known.in_runtime:
            return (None, 0) if known.in_package else (known, frame.f_lasti)
        if known.is_iteration:
            break  # the loop itself: what stands below only started it
        frame = frame.f_back
    return None, 0


def users_site(depth: int) -> Site | None:
    """Return where the frame stands that is so many up, if that is the user's."""
    frame = sys._getframe(depth)
    code = frame.f_code
    known = _codes.get(id(code)) or _learn(code)
    return None if known.in_package else known.site(frame.f_lasti)


def caller_site() -> Site | None:
    """Return the file and line that called into the runtime, or None if that was no user code (a shell, the loop)."""
    return canceller()[0]


class Canceller(NamedTuple):
    """Who called `cancel()`."""

    site: Site | None  # the user's line that led to it, or None
    via: str  # the part of the runtime that called it; "" for the user's own code
    after: Any  # with "TaskGroup": the task whose failure ended the group, or None
    timeout: Any  # with "timeout": the Timeout


#: What in the runtime cancels, by the function that calls `cancel()`, and what a trace calls it.
_VIA = {
    "Task.cancel": "await",
    "_GatheringFuture.cancel": "gather",
    "TaskGroup._abort": "TaskGroup",
    "TaskGroup._cancel_parent": "TaskGroup",
    "TaskGroup._pass_cancel_on": "TaskGroup",
    "Timeout._expire": "timeout",
    "_cancel_and_wait": "wait_for",
    "_cancel_all_tasks": "run",
    "Runner._on_sigint": "Ctrl-C",
}


def canceller(depth: int = 1) -> Canceller:
    """Return who called the method of the runtime's that is being watched; for `cancel()`, also on whose behalf.

    depth: so many frames up it begins to look; the recorder's own are passed over.
    """
    frame: FrameType | None = sys._getframe(depth)
    codes = _codes
    # Out of the recorder and of whoever hands events on to it, first; then out of the runtime.
    while frame is not None:
        code = frame.f_code
        known = codes.get(id(code)) or _learn(code)
        if known.in_runtime and not known.hands_on:
            break
        frame = frame.f_back
    via, after, timeout = "", None, None
    depth = 0
    while frame is not None:
        code = frame.f_code
        known = codes.get(id(code)) or _learn(code)
        if not known.in_runtime:
            break
        if known.is_iteration:
            return Canceller(None, via, after, timeout)  # the loop itself: what stands below only started it
        if depth == 1 and known.name in _VIA:
            via = _VIA[known.name]
            if via == "timeout":
                timeout = frame.f_locals.get("self")
            elif via == "Ctrl-C":
                return Canceller(None, via, None, None)  # it came between any two instructions: those did not call
        if via == "TaskGroup" and known.name == "TaskGroup._task_done":
            after = frame.f_locals.get("task")
        elif known.name == "TaskGroup.cancel":
            via = ""  # the group only does what the user's code has asked for
        depth += 1
        frame = frame.f_back
    if frame is None or known.in_package:
        return Canceller(None, via, after, timeout)
    return Canceller(known.site(frame.f_lasti), via, after, timeout)


def uncancelling_part() -> str:
    """Return which part of the runtime calls `uncancel()`, or "" if the user does.

    "TaskGroup": one that will raise what has failed. "cancelled TaskGroup": one that nothing failed in, and that ends quietly.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_name != "uncancel":
        frame = frame.f_back
    caller = None if frame is None else frame.f_back
    if caller is None or not caller.f_code.co_filename.startswith(_RUNTIME):
        return ""
    if caller.f_code.co_qualname.startswith("Timeout."):
        return "timeout"
    group: Any = caller.f_locals["self"]
    error = caller.f_locals.get("exc_val")
    is_quiet = not group._errors and (error is None or isinstance(error, CancelledError))
    return "cancelled TaskGroup" if is_quiet else "TaskGroup"


def coroutine_site(coro: Any) -> Site:
    """Return where a coroutine is defined; an empty name where that is not known."""
    kind = type(coro)
    code = coro.cr_code if kind is CoroutineType else coro.gi_code if kind is GeneratorType else None
    return NOWHERE if code is None else (bounded_text(code.co_filename), code.co_firstlineno)


def await_site(coro: Any) -> tuple[Site, str]:
    """Return the user's line at which a suspended coroutine stands, and the runtime's name for what it does there."""
    (known, offset), leaf, _ = await_instruction(coro)
    return (NOWHERE if known is None else known.site(offset)), "" if leaf is None else leaf.name


def await_instruction(coro: Any) -> tuple[Instruction, Code | None, weakref.ref[Any] | None]:
    """Return where a suspended coroutine stands in the user's code, and what of the runtime it has called there, if anything.

    And for a chain of many awaits its innermost coroutine of the user's, from which the next walk can start: until that
    has ended, what awaits it goes on awaiting it.
    """
    codes = _codes
    outer: Any = None  # the innermost coroutine of the user's, whose line it is
    known_outer: Any = None
    leaf: Code | None = None
    depth = 0
    while True:
        kind = type(coro)
        if kind is CoroutineType:
            code = coro.cr_code
            known = codes.get(id(code)) or _learn(code)
            if known.in_runtime:
                leaf = known
                if not known.awaits_others:
                    break  # what it awaits in turn is the runtime's own
            else:
                outer, known_outer, leaf = coro, known, None
            coro = coro.cr_await
        elif kind is GeneratorType:
            code = coro.gi_code
            known = codes.get(id(code)) or _learn(code)
            if known.in_runtime:
                break  # a future's own __await__
            outer, known_outer, leaf = coro, known, None
            coro = coro.gi_yieldfrom
        else:
            break
        depth += 1
    frame = None if outer is None else outer.cr_frame if type(outer) is CoroutineType else outer.gi_frame
    if frame is None:
        return (None, 0), leaf, None
    return (known_outer, frame.f_lasti), leaf, weakref.ref(outer) if depth > _DEEP else None


def traceback_site(traceback: TracebackType | None) -> Site | None:
    """Return the innermost line of a task's own code that an exception came through.

    One that a future brought has the traceback of the task that it came from behind the future's own frames.
    """
    site = None
    while traceback is not None:
        code = traceback.tb_frame.f_code
        known = _codes.get(id(code)) or _learn(code)
        if not known.in_package:
            site = known.file, traceback.tb_lineno
        elif known.name in _FUTURE_BRINGS and site is not None:
            break
        traceback = traceback.tb_next
    return site


def instruction_site(code: CodeType, line: int) -> Site | None:
    """Return a line of a code object as a site, or None if it is not the user's code."""
    known = _codes.get(id(code)) or _learn(code)
    return None if known.in_package else (known.file, line)


#: The runtime's coroutines that await what the user gave them.
_AWAIT_OTHERS = frozenset({"_await"})
_FUTURE_BRINGS = frozenset({"Future.__await__", "_await_by_methods", "Future.result"})
_ITERATIONS = frozenset({EventLoop._run_once.__code__, EventLoop._run_ready_reporting_slow.__code__})
