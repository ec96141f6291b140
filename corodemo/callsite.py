"""Where in the user's code something happens: who called, and at which await a coroutine stands.

The runtime's own frames are looked through: a learner wants to see the line that says `await sleep(1)`, not the one inside
`sleep` that yields. The runtime's innermost coroutine gives the wait its name instead (`Queue.get`, `Lock.acquire`).
"""

from __future__ import annotations

import os
import sys
from types import CodeType, FrameType, TracebackType
from typing import Any

from .runtime.loop import EventLoop

__all__ = ["Site", "await_site", "called_from_runtime", "caller_site", "coroutine_site", "traceback_site"]

Site = tuple[str, int]

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_RUNTIME = _PACKAGE + "runtime" + os.sep

#: Whether a code object is the runtime's: asked for every frame, so remembered.
_is_runtime: dict[CodeType, bool] = {}
_REMEMBERED_MAX = 10_000


def _in_runtime(code: CodeType) -> bool:
    known = _is_runtime.get(code)
    if known is None:
        if len(_is_runtime) > _REMEMBERED_MAX:
            _is_runtime.clear()
        known = _is_runtime[code] = code.co_filename.startswith(_RUNTIME)
    return known


def caller_site() -> Site | None:
    """Return the file and line that called into the runtime, or None if that was no user code (a shell, the loop)."""
    frame: FrameType | None = sys._getframe(1)
    # Out of the recorder and its guard, then out of the runtime.
    while frame is not None and (_in_runtime(frame.f_code) or frame.f_code.co_filename in _WATCHERS):
        if frame.f_code in _ITERATIONS:
            return None  # the loop itself: what stands below only started it
        frame = frame.f_back
    if frame is None or frame.f_code.co_filename.startswith(_PACKAGE):
        return None
    return frame.f_code.co_filename, frame.f_lineno


def called_from_runtime() -> bool:
    """Return True if the method of the runtime's that is being watched was called by the runtime, not by the user."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and (frame.f_code.co_filename in _WATCHERS or frame.f_code.co_filename == _HOOKS):
        frame = frame.f_back
    # That is the method; who called it?
    caller = None if frame is None else frame.f_back
    return caller is not None and _in_runtime(caller.f_code)


def coroutine_site(coro: Any) -> Site:
    """Return where a coroutine is defined; an empty name where that is not known."""
    code = getattr(coro, "cr_code", None) or getattr(coro, "gi_code", None)
    return ("", 0) if code is None else (code.co_filename, code.co_firstlineno)


def await_site(coro: Any) -> tuple[Site, str]:
    """Return the user's line at which a suspended coroutine stands, and the runtime's name for what it does there."""
    site: Site | None = None
    name = ""
    while True:
        try:
            frame, code, inner = coro.cr_frame, coro.cr_code, coro.cr_await
        except AttributeError:
            try:
                frame, code, inner = coro.gi_frame, coro.gi_code, coro.gi_yieldfrom
            except AttributeError:
                break
            if _in_runtime(code):
                break  # a future's own __await__
        if frame is None:
            break
        if _in_runtime(code):
            name = code.co_qualname
        else:
            site = code.co_filename, frame.f_lineno
            name = ""
        coro = inner
    return site or ("", 0), name


def traceback_site(traceback: TracebackType | None) -> Site | None:
    """Return the innermost line of the user's code that an exception came through."""
    site = None
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if not _in_runtime(code):
            site = code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next
    return site


_ITERATIONS = frozenset({EventLoop._run_once.__code__, EventLoop._run_ready_reporting_slow.__code__})
_WATCHERS = frozenset({__file__, *(_PACKAGE + name for name in ("recorder.py", "cancelfate.py"))})
_HOOKS = _RUNTIME + "hooks.py"
