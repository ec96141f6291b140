"""Source lines for the stepper: of what was typed, and of files that a trace names.

A trace may come from anywhere, and the file names in it are only claims. A file is opened only to be read, only
if it is a regular one of a sane size, and whatever is in it comes back as text: nothing is imported, compiled or
obeyed. What cannot be had is None, and the source pane says so.
"""

from __future__ import annotations

import io
import linecache
import os
import stat
import tokenize

__all__ = ["lines_of"]

#: No source that anybody steps through is larger.
MAX_SOURCE_BYTES = 4_000_000


def lines_of(file: str) -> list[str] | None:
    """Return the lines of a source file, or None if it cannot be had."""
    known = linecache.cache.get(file)
    if known is not None and len(known) == 4 and known[1] is None:
        return [line.rstrip("\n") for line in known[2]]  # typed at a prompt: it never was a file
    if not file or "\0" in file or (file.startswith("<") and file.endswith(">")):
        return None
    data = _read(file)
    if data is None:
        return None
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        text = data.decode(encoding, "replace")
    except (SyntaxError, LookupError, ValueError):
        text = data.decode("utf-8", "replace")
    # As Python counts lines: not at form feeds, or at the separators that Unicode knows.
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")


def _read(file: str) -> bytes | None:
    try:
        # Not to block on a named pipe, and to look at what was opened, not at what the name meant a moment ago.
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError):
        return None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_SOURCE_BYTES:
        os.close(descriptor)
        return None
    try:
        with open(descriptor, "rb") as opened:
            return opened.read(MAX_SOURCE_BYTES)
    except OSError:
        return None
