"""A trace that is written while the program runs, so that whatever ends the program leaves what had happened by then.

Lines are gathered and handed to the system together: when the loop waits, or when enough have come. A `.gz` name is
compressed, and flushed to a point from which what is there can be read.
"""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import IO

from .events import Event, Header
from .tracefile import encode_line

__all__ = ["TraceStream"]

#: How many bytes are gathered at most before they are written.
_ENOUGH = 1 << 16


class TraceStream:
    """Write a trace's lines to a file as they come. Raises OSError when it is made, if the file cannot be written.

    An error while writing ends the stream, not the program; `error` keeps it.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.has_header = False
        self.error: OSError | None = None
        self._pending = bytearray()
        self._pid = os.getpid()  # a forked child must not write the same lines again
        raw = open(path, "wb", buffering=0)  # noqa: SIM115 - closed by close()
        self._file: IO[bytes] | None = raw
        if Path(path).suffix == ".gz":
            self._file = gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0)  # type: ignore[assignment]
        self._raw = raw

    def write_header(self, header: Header) -> None:
        """Write the header, if it was not written yet."""
        if not self.has_header:
            self.has_header = True
            self._pending += encode_line(header)

    def write(self, event: Event) -> None:
        """Write an event, soon."""
        self._pending += encode_line(event)
        if len(self._pending) > _ENOUGH:
            self.flush()

    def flush(self) -> None:
        """Hand what was gathered to the system."""
        if self._file is None or os.getpid() != self._pid:
            self._pending.clear()
            return
        try:
            self._file.write(self._pending)
            self._file.flush()
        except OSError as exc:
            self.error = exc
            self._abandon()
        self._pending.clear()

    def close(self) -> None:
        """Write what is left and close the file. Raises OSError, also for an error of an earlier write."""
        self.flush()
        if self._file is not None:
            file, self._file = self._file, None
            if file is not self._raw:
                file.close()
            self._raw.close()
        if self.error is not None:
            raise self.error

    def _abandon(self) -> None:
        self._file = None
        try:
            self._raw.close()
        except OSError:
            pass  # the error that counts is kept already
