"""Warnings as the shell shows them: Python's words and the line, and what to write instead where that is known.

Python advises to enable tracemalloc for a coroutine that was never awaited. Here the line that is shown says enough, and what
helps is to know that nothing has run, and how it would.
"""

from __future__ import annotations

import contextlib
import linecache
import sys
import warnings
from collections.abc import Iterator
from typing import TextIO

from corodemo.hosting.tracebacks import is_machinery
from corodemo.shell.hints import hint_on_warning

__all__ = ["warnings_with_hints"]


@contextlib.contextmanager
def warnings_with_hints() -> Iterator[None]:
    """Show warnings with a hint meanwhile, on sys.stderr, as the program's own."""
    outer = warnings.showwarning
    warnings.showwarning = _show
    try:
        yield
    finally:
        if warnings.showwarning is _show:  # else the person has put a function there
            warnings.showwarning = outer


def _show(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    line = (line if line is not None else linecache.getline(filename, lineno)).strip()
    lines = [f"{filename}:{lineno}: {category.__name__}: {message}"]
    if is_machinery(filename):  # where the last that held a coroutine let it go: that is no line of the person's
        lines, line = [f"{category.__name__}: {message}"], ""
    if line:
        lines.append(f"  {line}")
    if (sentence := hint_on_warning(str(message))) is not None:
        lines.append(f"  {sentence}")
    stream = sys.stderr if file is None else file
    if stream is not None:
        with contextlib.suppress(OSError, ValueError):  # as Python has it: a warning that cannot be shown is lost
            stream.write("\n".join(lines) + "\n")
