"""The trace file: JSON Lines, a header and then one event a line. Written whole or streamed; read with suspicion.

Nothing in a file is ever executed or trusted: each line must decode to a known event of the right types. A file may end
anywhere, for programs do: what is whole loads, and `Trace.lost` says what was not.
"""

from __future__ import annotations

import gzip
import io
import itertools
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Union

import msgspec

from corodemo.atomicfile import write_parts
from corodemo.traceformat import events
from corodemo.traceformat.events import Event, Header

__all__ = [
    "BATCH",
    "EVENT_TYPES",
    "GZIP_BITS",
    "VERSION",
    "Trace",
    "TraceError",
    "dump",
    "dump_batches",
    "encode_line",
    "in_batches",
    "load",
]

#: The version of the format that is written, and the newest that is read.
VERSION = 1

#: The types of all events that a file may have.
EVENT_TYPES = tuple(
    kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
)
_GZIP_MAGIC = b"\x1f\x8b"
#: For zlib: to write, and to compress, as gzip does. Level 9 takes three times as long as 6, for a tenth less or 5 %.
GZIP_BITS = 31
_LEVEL = 6
#: How many events are written together: with their lines, a quarter of a megabyte, they stay in the processor's cache.
BATCH = 2_500
#: A trace of one task that does nothing but yield compresses to a 260th; a file made to fill the memory, to a 1030th.
_EXPANSION_MAX = 500
_ENOUGH_ROOM = 1 << 26

#: What a decoder raises for bytes that are not what they should be; the last one, for brackets in brackets in brackets.
_UNDECODABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_encoder = msgspec.json.Encoder()
_header_decoder = msgspec.json.Decoder(Header)
_event_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
    Union[EVENT_TYPES]  # noqa: UP007 - a union of a tuple
)


class TraceError(ValueError):
    """A file that is no trace, or not a whole one: one sentence, with the line where there is one."""


class Trace:
    """A header and its events, in the order they happened.

    events may grow while a program runs, and only at its end; a bounded recorder also drops from its beginning, and
    counts in `dropped` what it dropped. Its first `remembered` events may be older than that: what still stands of the past.
    lost: what a damaged file had that could not be read, as a sentence, or None.
    """

    __slots__ = ("dropped", "events", "header", "lost", "remembered")

    def __init__(self, header: Header, events: list[Any], *, lost: str | None = None) -> None:
        self.header = header
        self.events = events
        self.dropped = header.dropped
        self.remembered = 0
        self.lost = lost

    def __repr__(self) -> str:
        return f"<Trace of {self.header.program!r}: {len(self.events)} events>"


def encode_line(item: Header | Event) -> bytes:
    """Return the line of a header or an event, its newline included."""
    return _encoder.encode(item) + b"\n"


def dump(path: str | os.PathLike[str], header: Header, items: Iterable[Event]) -> None:
    """Write a trace, whole or not at all: an error leaves what was at `path` before. A name in .gz is compressed.

    Raises OSError.
    """
    dump_batches(path, header, in_batches(items))


def dump_batches(path: str | os.PathLike[str], header: Header, batches: Iterable[list[Event]]) -> None:
    """Write a trace whose events come some at a time, as `dump` does: no more of its lines is in memory than of one batch."""
    parts = itertools.chain([encode_line(header)], map(_encoder.encode_lines, batches))
    write_parts(path, _compressed(parts) if Path(path).suffix == ".gz" else parts)


def in_batches(items: Iterable[Event]) -> Iterator[list[Event]]:
    """Yield events some at a time, as `dump_batches` takes them."""
    rest = iter(items)
    while batch := list(itertools.islice(rest, BATCH)):
        yield batch


def _compressed(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the parts compressed. zlib writes no time stamp: the same trace is the same file."""
    compressor = zlib.compressobj(_LEVEL, wbits=GZIP_BITS)
    for part in parts:
        yield compressor.compress(part)
    yield compressor.flush()


def load(path: str | os.PathLike[str]) -> Trace:
    """Read a trace, compressed or not.

    Raises OSError if it cannot be read, TraceError if it is no trace or has a bad line. One that only ends too early loads
    up to its last whole line, and `lost` says so.
    """
    name = Path(path).name
    with open(path, "rb") as file:
        data, cut = _read(file, name)
    if not data and cut:
        raise TraceError(f"{name} line 1: the compressed data is cut off before the first line")
    if not data:
        raise TraceError(f"{name} is empty, so it is no trace")
    header = _decode_header(data, name)
    body_start = data.find(b"\n") + 1
    body = data[body_start:] if body_start else b""
    whole_end = body.rfind(b"\n") + 1
    tail = body[whole_end:]
    trace = Trace(header, _decode_events(body[:whole_end], name))
    if tail:
        # The last line has no newline. It may be whole all the same.
        try:
            trace.events.append(_event_decoder.decode(tail))
        except _UNDECODABLE:
            line = 2 + len(trace.events)
            trace.lost = f"{name} ends in the middle of line {line}: {len(tail)} bytes were left out"
    if cut and trace.lost is None:
        trace.lost = f"{name} ends too early, after line {1 + len(trace.events)}: the compressed data is cut off"
    return trace


def _read(file: IO[bytes], name: str) -> tuple[bytes, bool]:
    """Return the file's text, and whether its compression was cut off."""
    start = file.read(2)
    if start != _GZIP_MAGIC:
        return start + file.read(), False
    file.seek(0)
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=file) as unzipped:
        while True:
            try:
                chunk = unzipped.read1(1 << 20)
            except EOFError:
                return out.getvalue(), True
            except (OSError, zlib.error) as exc:
                line = out.getvalue().count(b"\n") + 1
                raise TraceError(f"{name} line {line}: the compressed data is damaged ({exc})") from None
            if not chunk:
                return out.getvalue(), False
            out.write(chunk)
            if out.tell() > max(_ENOUGH_ROOM, _EXPANSION_MAX * os.fstat(file.fileno()).st_size):
                line = out.getvalue().count(b"\n") + 1
                raise TraceError(f"{name} line {line}: the compressed data expands too much to be a trace")


def _decode_header(data: bytes, name: str) -> Header:
    end = data.find(b"\n")
    line = data if end < 0 else data[:end]
    try:
        header = _header_decoder.decode(line)
    except _UNDECODABLE as exc:
        raise TraceError(f"{name} is no trace: line 1 is not a trace header ({_reason(exc)})") from None
    if header.version > VERSION or header.version < 1:
        raise TraceError(
            f"{name} line 1: version {header.version} of the trace format is not known here, only up to {VERSION}"
        )
    return header


def _decode_events(body: bytes, name: str) -> list[Any]:
    try:
        # All at once is fast; where it fails, line by line says where.
        items: list[Any] = _event_decoder.decode_lines(body)
        # If no line is empty and there are as many events as lines, there is one on each.
        if len(items) == body.count(b"\n") == body.count(b"\n{") + body.startswith(b"{"):
            return items
    except _UNDECODABLE:
        pass
    items = []
    for number, line in enumerate(body.split(b"\n")[:-1], start=2):
        try:
            items.append(_event_decoder.decode(line))
        except _UNDECODABLE as exc:
            raise TraceError(f"{name} line {number}: {_reason(exc)}") from None
    return items


def _reason(exc: Exception) -> str:
    if isinstance(exc, UnicodeDecodeError):
        return "not valid UTF-8"
    if isinstance(exc, RecursionError):
        return "nested too deep"
    text = str(exc)
    # A word such as JSON keeps its capitals.
    return text[:1].lower() + text[1:] if text[1:2].islower() else text or type(exc).__name__
