"""A trace file opened for a command that reads one, and what to say when that is not possible.

A file that is damaged only at its end is opened as far as it goes: the command does its work, says what was lost, and
ends with status 1. Times are asked for on the command line as they stand on the screen.
"""

from __future__ import annotations

import argparse

from corodemo.cli.messages import complain
from corodemo.history import History, nanoseconds
from corodemo.traceformat.file import Trace, TraceError, load
from corodemo.views.text import visible

__all__ = ["Unreadable", "open_trace", "status_of", "time_argument"]


class Unreadable(Exception):
    """A file that has nothing to show; the message is one sentence that may be printed as it is."""


def open_trace(path: str) -> tuple[Trace, History]:
    """Return the trace at `path`, folded. Raises Unreadable if it cannot be read, is no trace, or has no events."""
    try:
        trace = load(path)
    except OSError as exc:
        raise Unreadable(visible(f"can't read {path}: {exc.strerror or exc}")) from None
    except TraceError as exc:
        raise Unreadable(visible(str(exc))) from None
    if not trace.events:
        raise Unreadable(visible(f"{path} has a header and no events: the program did nothing, or was ended at once"))
    return trace, History(trace)


def status_of(trace: Trace) -> int:
    """Say on stderr what a damaged file has lost, if it has; return the status of the command that read it."""
    return complain(visible(trace.lost), 1) if trace.lost else 0


def time_argument(text: str) -> int:
    """Return a time on the command line, such as 1.5s, in nanoseconds. Raises ArgumentTypeError for what is none."""
    found = nanoseconds(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time, such as 1.5s, 20ms or 2m03s")
    return found
