"""A trace that is written while the program runs, so that whatever ends the program leaves what had happened by then.

Lines are gathered and handed to the system together: when the loop starts, waits and stops, when something looks wrong, when
enough have come, and when a tenth of a second of the trace's time has passed. So what `kill -9` or `os._exit` takes away is the
end of a step that had not come to an await. A `.gz` name is compressed, and flushed to a point from which what is there can be
read.

The program comes first: an error while writing (a full disk, a closed pipe) ends the stream and not the program, and is told by
`close()`. A forked child has the same file open, and writes nothing to it.
"""

from __future__ import annotations

import os
import threading
import zlib
from pathlib import Path

from corodemo.traceformat.events import Event, Header, Warned
from corodemo.traceformat.file import GZIP_BITS, encode_line

__all__ = ["TraceStream"]

#: How many bytes are gathered at most before they are written, and for how long.
_ENOUGH = 1 << 16
_LONG_NS = 100_000_000


class TraceStream:
    """Write a trace's lines to a file as they come. Raises OSError when it is made, if the file cannot be written.

    An error while writing ends the stream, not the program; `error` keeps it.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.has_header = False
        self.error: OSError | None = None
        self._pending = bytearray()
        self._flushed_ns = 0  # the trace's time at the last flush
        self._pid = os.getpid()  # a forked child must not write the same lines again
        self._lock = threading.RLock()  # threads print
        # Not a GzipFile: that one writes when it is collected, in a forked child as well.
        self._compressor = zlib.compressobj(wbits=GZIP_BITS) if Path(path).suffix == ".gz" else None
        self._file: int | None = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666
        )

    @property
    def due_ns(self) -> int:
        """When what is gathered is to be handed to the system, in the trace's time."""
        return self._flushed_ns + _LONG_NS

    def write_header(self, header: Header) -> None:
        """Write the header, if it was not written yet."""
        if not self.has_header:
            self.has_header = True
            self._pending += encode_line(header)

    def write(self, event: Event) -> None:
        """Write an event, soon."""
        line = encode_line(event)
        with self._lock:
            self._pending += line
        if (
            len(self._pending) > _ENOUGH
            or event.at_ns - self._flushed_ns > _LONG_NS
            or type(event) is Warned  # the program may be about to hang
        ):
            self._flushed_ns = event.at_ns
            self.flush()

    def flush(self) -> None:
        """Hand what was gathered to the system."""
        with self._lock:
            data, self._pending = bytes(self._pending), bytearray()
            if self._compressor is not None and data and self._is_mine():
                data = self._compressor.compress(data) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
            self._write(data)

    def close(self) -> None:
        """Write what is left and close the file. Raises OSError, also for an error of an earlier write."""
        with self._lock:
            self.flush()
            if self._compressor is not None and self._is_mine():
                self._write(self._compressor.flush(zlib.Z_FINISH))
            self._close_file()
        if self.error is not None and os.getpid() == self._pid:
            raise self.error

    def _is_mine(self) -> bool:
        return self._file is not None and os.getpid() == self._pid

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            # The system may take a part of it: the rest must follow, or lines would have holes.
            while view and self._file is not None and self._is_mine():
                view = view[os.write(self._file, view) :]
        except OSError as exc:
            self.error = exc
            self._close_file()

    def _close_file(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            try:
                os.close(file)
            except OSError as exc:
                self.error = self.error or exc

    def __del__(self) -> None:
        if getattr(self, "_file", None) is not None:
            self._close_file()
