"""Programs without end, and those that end the process: how a lesson is kept from taking whoever checks or plays it along.

Lines are counted, which finds the same loops at the same place on every machine. What begins no new line
(`while True: pass`), what loops inside a library, and what survives being ended is found by a watch on real time, where
the main thread runs and there are alarms. Neither ends a single call that never returns to Python. For that there must be a
process of its own (see `isolated` and `childprocess`), which is ended as a whole.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, NoReturn

from corodemo.recorder.listener import Listener

__all__ = [
    "LAST_WORDS",
    "MAX_LINES",
    "MAX_SECONDS",
    "EndsProcess",
    "Fatal",
    "LineLimit",
    "TooLong",
    "end_the_process_at_last",
    "no_way_out",
    "watchdog",
]

#: No cell that a person wants to step through is as long.
MAX_LINES = 30_000
#: Of real time, for one cell, whose waits take none.
MAX_SECONDS = 10.0
#: Until the next alarm, in seconds, when the error of the last one was raised in a destructor, and so went nowhere.
_SOON = 0.001
#: What stands on stderr when a process has ended itself at last, before the frames in which it was.
LAST_WORDS = "Timeout ("


class Fatal(BaseException):
    """What ended a program from outside, or would have ended more than the program: no cell can state that it raises it."""


class TooLong(Fatal, KeyboardInterrupt):
    """A program was ended because it goes on and on. As an interrupt, it gets through `except Exception` and through a loop."""


class EndsProcess(Fatal, SystemExit):
    """A program called `os._exit`. It gets out as `sys.exit` does."""


class LineLimit(Listener):
    """Ends a program, whose lines a recorder records, when there are too many of them."""

    def __init__(self) -> None:
        self._left = MAX_LINES

    def expect_an_end(self) -> None:
        """Begin to count anew: another cell runs."""
        self._left = MAX_LINES

    def line_begins(self, file: str, line: int) -> None:
        """Count a line. Raises TooLong."""
        self._left -= 1
        if self._left < 0:
            raise TooLong(f"does not come to an end: it has run {MAX_LINES:,} lines")


@contextlib.contextmanager
def no_way_out() -> Iterator[None]:
    """Let `os._exit` raise EndsProcess meanwhile, except in processes that are forked."""
    end, here = os._exit, os.getpid()

    def refuse(status: int) -> NoReturn:
        if os.getpid() != here:
            end(status)
        raise EndsProcess(f"ends the whole process: os._exit({status!r})")

    os._exit = refuse
    try:
        yield
    finally:
        os._exit = end


_at_last: float | None = None


def end_the_process_at_last(seconds: float) -> None:
    """Let this process end itself when the watch could not end something in this time, and say on stderr where it was."""
    global _at_last
    _at_last = seconds
    faulthandler.enable()


@contextlib.contextmanager
def watchdog() -> Iterator[None]:
    """End what runs meanwhile when it takes MAX_SECONDS, again each second if it goes on all the same."""
    if _at_last is not None:
        faulthandler.dump_traceback_later(_at_last, exit=True)  # by a thread that needs no Python to run
    try:
        with _alarm(MAX_SECONDS):
            yield
    finally:
        if _at_last is not None:
            faulthandler.cancel_dump_traceback_later()


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    is_main = threading.current_thread() is threading.main_thread()
    if sys.platform == "win32" or not is_main or not hasattr(signal, "setitimer"):
        yield
        return
    raised = 0  # errors in the program, without those that a destructor lost
    is_over = False
    between = min(1.0, seconds)

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal raised
        if is_over:
            return  # it has ended by itself while the alarm was on its way
        error = TooLong(f"does not come to an end: it has run for {seconds:g} seconds")
        raised += 1
        if raised == 1:
            raise error
        # It was caught. Most calls stand between `try` and `except`, so the same would happen again; some line does not.
        _raise_at_line(raised - 1, error, frame)

    def report_unraisable(lost: sys.UnraisableHookArgs) -> None:
        nonlocal raised
        # An alarm may come while a destructor runs. Nobody gets its error; what called the destructor is ended a moment later.
        if not isinstance(lost.exc_value, TooLong):
            unraisable(lost)
        elif not is_over:
            raised -= 1
            signal.setitimer(signal.ITIMER_REAL, _SOON, between)

    unraisable, sys.unraisablehook = sys.unraisablehook, report_unraisable
    tracing, before = sys.gettrace(), signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds, between)
    try:
        yield
    finally:
        is_over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        sys.settrace(tracing)
        sys.unraisablehook = unraisable


def _raise_at_line(countdown: int, error: BaseException, frame: FrameType | None) -> None:
    """Raise an error when so many more lines have begun, in the frames that run now or in any that they call."""

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal countdown
        if event == "line":
            countdown -= 1
            if countdown <= 0:
                raise error
        return trace

    sys.settrace(trace)
    while frame is not None:
        if frame.f_code.co_filename.startswith("<"):  # a cell, not the runtime below or the checker above it
            frame.f_trace = trace
        frame = frame.f_back
