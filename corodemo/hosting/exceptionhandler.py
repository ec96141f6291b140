"""The loop's exception handler: what is said of an exception that nobody else will see.

The runtime hands such an exception to the handler in a context, a dictionary of asyncio's (`call_exception_handler`). Here it
is put into lines; where there is a shell they go through its reporter (`corodemo.shell.failures`), else to stderr.
"""

from __future__ import annotations

import sys
from typing import Any

from corodemo.hosting import tracebacks
from corodemo.runtime import EventLoop

__all__ = ["context_lines", "print_context"]


def context_lines(context: dict[str, Any]) -> list[str]:
    """Return what a context says, without the exception's traceback; nothing if it ended the program, and was seen so."""
    if isinstance(context.get("exception"), (SystemExit, KeyboardInterrupt)):
        return []
    what = [f"{key}: {context[key]!r}" for key in ("task", "future", "handle", "asyncgen") if key in context]
    return [context.get("message") or "Unhandled exception in event loop", *what]


def print_context(loop: EventLoop, context: dict[str, Any]) -> None:
    """Print a context to stderr: an exception handler for a loop."""
    lines = context_lines(context)
    if lines:
        print("\n".join(lines), file=sys.stderr)
        if context.get("exception") is not None:
            tracebacks.print_exception(context["exception"])
