"""Tracebacks that begin where the user's code begins.

Between a person's line and the line that failed stand frames of the machinery that ran them: this package's, and those of
the stdlib's modules that it is built on. They are left out, in causes, contexts and exception groups as well; the user's
frames and those of other libraries stay. What is printed is otherwise Python's own traceback, word for word.
"""

from __future__ import annotations

import linecache
import os
import sys
import traceback
from types import TracebackType
from typing import TextIO

import corodemo

__all__ = ["exit_status", "format_exception", "format_heading", "is_machinery", "print_exception", "user_frames"]

_PACKAGE = os.path.dirname(os.path.abspath(corodemo.__file__)) + os.sep
_STDLIB = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
#: Whose frames are left out.
_MACHINERY = (
    _PACKAGE,
    os.path.join(_STDLIB, "asyncio") + os.sep,
    os.path.join(_STDLIB, "concurrent", "futures") + os.sep,
    os.path.join(_STDLIB, "selectors.py"),
    os.path.join(_STDLIB, "threading.py"),
)
#: Lessons are installed inside the package, and are users' code all the same.
_LESSONS = _PACKAGE + "lessons" + os.sep

#: As Python has them.
_CAUSED = "\nThe above exception was the direct cause of the following exception:\n\n"
_WHILE_HANDLED = "\nDuring handling of the above exception, another exception occurred:\n\n"


def format_exception(exc: BaseException) -> str:
    """Return the traceback of an exception, with its causes and groups, without the machinery's frames."""
    report = traceback.TracebackException.from_exception(exc, compact=True)
    _strip(report, set())
    return "".join(report.format())


def format_heading(group: BaseExceptionGroup[BaseException]) -> str:
    """Return what stands above a group's message in its traceback: what it was raised from, and the user's frames."""
    before = ""
    if group.__cause__ is not None:
        before = format_exception(group.__cause__) + _CAUSED
    elif group.__context__ is not None and not group.__suppress_context__:
        before = format_exception(group.__context__) + _WHILE_HANDLED
    frames = traceback.StackSummary.from_list(user_frames(group.__traceback__))
    return before + ("Traceback (most recent call last):\n" + "".join(frames.format()) if frames else "")


def print_exception(exc: BaseException, file: TextIO | None = None) -> None:
    """Print `format_exception(exc)`, by default to stderr."""
    print(format_exception(exc), file=sys.stderr if file is None else file, end="")


def exit_status(exc: SystemExit) -> int:
    """Return the status that Python gives for a SystemExit, whose message, if it has one, is printed to stderr."""
    if exc.code is None:
        return 0
    if isinstance(exc.code, int):
        return exc.code
    print(exc.code, file=sys.stderr)
    return 1


def user_frames(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    """Return the frames of a traceback that are not the machinery's, oldest first."""
    return [frame for frame in traceback.extract_tb(trace) if not is_machinery(frame.filename)]


def _strip(report: traceback.TracebackException, seen: set[int]) -> None:
    if id(report) in seen:
        return
    seen.add(id(report))
    # An error in the text of an input comes from the compiler: then no frame is left, and no heading either.
    report.stack[:] = [frame for frame in report.stack if not is_machinery(frame.filename)]
    # An error that the parser does not see, such as an await outside of an async function, comes without its line.
    if getattr(report, "text", "") is None and report.filename in linecache.cache:
        report.text = linecache.getline(report.filename, int(report.lineno or 0))
    for other in (report.__cause__, report.__context__, *(report.exceptions or ())):
        if other is not None:
            _strip(other, seen)


def is_machinery(filename: str) -> bool:
    """Return True if a file is no user's code and no library's, but of what runs it."""
    return filename.startswith(_MACHINERY) and not filename.startswith(_LESSONS)
