"""Where a recorder's rows go: into events that a history may read meanwhile, a file, or both.

Events are made of rows when somebody asks for them. For a file they are made before it is time to write, since what is not
written is lost when the program is killed. A bounded log forgets its oldest events, many at once, and counts them.
"""

from __future__ import annotations

import itertools
import math
import os
import platform
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, Self

from corodemo.recorder.rows import BASE, Pieces
from corodemo.recorder.safetext import bounded_text
from corodemo.recorder.timebase import TimeBase
from corodemo.recorder.unpacking import Unpacker
from corodemo.traceformat import events as ev
from corodemo.traceformat.file import VERSION, Trace, dump_batches, in_batches
from corodemo.traceformat.retention import remembered
from corodemo.traceformat.stream import TraceStream

if TYPE_CHECKING:
    from corodemo.runtime.loop import EventLoop

__all__ = ["EventLog"]

#: The longest piece of output kept in one event, in characters; the program's own output is not cut.
MAX_OUTPUT = 100_000
#: A line that is printed in pieces is put together up to so many characters: each piece copies what came before.
MAX_PIECES = 4_000
#: How much rows may grow, in fields, before events are made of them: in a bounded log, and where a file is written.
MAX_ROWS = 20_000
MAX_ROWS_UNWRITTEN = 2_000


class EventLog:
    """Keep events; see `Recorder` for the arguments."""

    def __init__(
        self, capacity: int | None, file: str | os.PathLike[str] | None, program: str, *, remembers: bool = False
    ) -> None:
        if capacity is not None and capacity < 0:
            raise ValueError(f"capacity must not be negative, got {capacity}")
        self.timebase = TimeBase()
        self._capacity = capacity
        self._remembers = remembers
        self._keeps = file is None or capacity is not None
        self._events: list[ev.Event] = []
        header = ev.Header(VERSION, "real", platform.python_version(), bounded_text(program))
        self._trace = _GrowingTrace(header, self._events, self._turn_in)
        self._stream = None if file is None else TraceStream(file)
        self._unpacker = Unpacker()
        self.when_turned_in: Callable[[], None] = _nothing  # called when that has taken the program's time
        self._is_turning_in = False
        self._unwritten: list[ev.Event] = []  # events that were made to be written; mostly none
        self._last: ev.Event | None = None  # the newest event that was not kept
        self._lock = threading.RLock()  # threads print, and draw what was recorded
        #: What the recorder adds rows to. Mostly that is a list, and nothing else.
        self.rows: list[Any] = []
        if self._stream is not None:
            rows = self.rows = _TurnedIn(MAX_ROWS_UNWRITTEN, self._turn_in_and_trim)
            rows.due = 0
        elif capacity is not None:
            self.rows = _TurnedIn(MAX_ROWS, self._turn_in_and_trim)

    @property
    def last(self) -> Any:
        """The newest event, or what its row ends in."""
        with self._lock:  # a live view may make events of the rows at this moment, in its thread
            return self.rows[-1] if self.rows else self._events[-1] if self._events else self._last

    @property
    def size(self) -> int:
        """A number that changes with every event; in any thread."""
        return len(self._events) + len(self.rows)

    @property
    def trace(self) -> Trace:
        """The trace so far."""
        self._turn_in(finish=True)
        self._trim(exactly=True)
        return self._trace

    def adopt(self, loop: EventLoop) -> bool:
        """Go by another loop's clock from now on; False if that loop belongs to another thread."""
        timebase = self.timebase
        if not timebase.is_of_this_thread():
            return False
        known = timebase.loop
        if known is not None and known.clock is loop.clock:
            timebase.loop = loop
            return True
        if known is None:
            self._trace.header = self._header(loop.clock.name)
            timebase.follow(loop, None)
        else:
            self._turn_in(finish=True)
            timebase.follow(loop, self._unpacker.last_ns)
        self.rows += (BASE, timebase.base_ns, timebase.offset_ns)
        return True

    def add(self, event: ev.Event) -> None:
        """Keep an event, and write it if there is a file."""
        self.rows.append(event)

    def add_output(self, task: int | None, stream: Literal["stdout", "stderr"], text: str) -> None:
        """Keep output; print() writes its text and its newline apart, and what belongs together is one event."""
        with self._lock:
            last = self.rows[-1] if self.rows else None
            is_enough = False
            started = last.event if type(last) is Pieces and last.is_open else None
            if started is not None and (started.task, started.stream) == (task, stream):
                text = started.text + text
                is_enough = len(text) > MAX_PIECES
            else:
                last = None
            event = ev.Output(self.timebase.now(), task, stream, bounded_text(text, MAX_OUTPUT))
            is_open = not is_enough and not text.endswith("\n")
            if last is None:
                self.rows.append(Pieces(event, is_open))
            else:
                last.event, last.is_open = event, is_open
                if not is_open:
                    self.rows += ()  # for a file, now that it is whole

    def flush(self) -> None:
        """Hand to the system what was gathered for the file."""
        if self._stream is not None:
            self._turn_in()
            self._stream.flush()

    def dump(self, path: str | os.PathLike[str]) -> None:
        """Write what is kept to a file, whole or not at all."""
        if not self._keeps:
            raise RuntimeError("this recorder streams to a file and keeps nothing; give it a capacity to dump as well")
        with self._lock:
            if self._capacity is not None:
                self._turn_in(finish=True)
                self._trim(exactly=True)
            # Events that only a dump needs are made for it, some at a time, and not kept: that takes half as long.
            coming = self._unpacker.batches_ahead([] if self._is_turning_in else self.rows[:])
            known = self._events[:]
            header = self._header()
        dump_batches(path, header, itertools.chain(in_batches(known), coming))

    def close(self) -> None:
        """Finish the file, if there is one."""
        self._turn_in(finish=True)
        if self._stream is not None:
            self._stream.write_header(self._header())
            self._stream.close()

    def _header(self, clock: str | None = None) -> ev.Header:
        old = self._trace.header
        return ev.Header(old.version, clock or old.clock, old.python, old.program, self._trace.dropped)

    # --- from rows to events

    def _turn_in(self, *, finish: bool = False) -> None:
        """Make events of all rows but one of output that may still go on; finish: of that too."""
        with self._lock:
            rows = self.rows
            size = len(rows)
            if size and not finish and type(rows[size - 1]) is Pieces and rows[size - 1].is_open:
                size -= 1
            if not (size or self._unwritten) or self._is_turning_in:
                return  # a destructor that runs meanwhile has something to tell: that comes in its turn
            taken: list[Any] = []
            self._unpacker.taken = 0
            try:
                self._is_turning_in = True
                # The program's thread may add to them meanwhile, at their end and a whole row at a time.
                taken = rows[:size]
                del rows[:size]
                self._unpacker.unpack(taken, self._events if self._stream is None else self._unwritten)
                self._write_out()
            finally:
                rows[:0] = taken[self._unpacker.taken :]  # nothing, unless Ctrl-C came
                self._is_turning_in = False

    def _write_out(self) -> None:
        """Pass on what was made to be written, each event once, though Ctrl-C may end this anywhere."""
        done = 0
        try:
            for event in self._unwritten:
                self._write(event)
                done += 1
        finally:
            del self._unwritten[:done]

    def _write(self, event: ev.Event) -> None:
        """Put an event into the file, and keep it if it is to be kept as well."""
        if self._stream is not None:
            if not self._stream.has_header:
                self._stream.write_header(self._header())
            self._stream.write(event)
        if self._keeps:
            self._events.append(event)
        else:
            self._last = event

    def _turn_in_and_trim(self) -> None:
        self._turn_in()
        self.when_turned_in()
        if self._stream is not None and isinstance(self.rows, _TurnedIn):
            self.rows.due = self._stream.due_ns - self.timebase.base_ns
        if self._capacity is not None and len(self._events) - self._trace.remembered > 2 * self._capacity:
            self._trim()

    def _trim(self, *, exactly: bool = False) -> None:
        """Forget the oldest events beyond the capacity: now and then many at once, for the list moves up each time."""
        if self._capacity is None:
            return
        trace = self._trace
        surplus = len(self._events) - trace.remembered - self._capacity
        if surplus > 0 and (exactly or surplus > self._capacity):
            old = self._events[: trace.remembered + surplus]
            standing = remembered(old) if self._remembers else []
            self._events[: len(old)] = standing  # in one go: another thread may read them
            trace.remembered = len(standing)
            trace.dropped += len(old) - len(standing)


def _nothing() -> None:
    pass


class _GrowingTrace(Trace):
    """A trace whose events are made when they are asked for."""

    __slots__ = ("_events", "_turn_in")

    def __init__(self, header: ev.Header, events: list[Any], turn_in: Callable[[], None]) -> None:
        self._events = events
        self._turn_in = turn_in
        super().__init__(header, events)

    @property
    def events(self) -> list[Any]:  # filled up to now at each look
        self._turn_in()
        return self._events

    @events.setter
    def events(self, events: list[Any]) -> None:
        self._events = events


class _TurnedIn(list[Any]):
    """Rows that call `turn_in` when they are `most` fields or more, when the clock has come to `due`, and for rare events."""

    def __init__(self, most: int, turn_in: Callable[[], None]) -> None:
        super().__init__()
        self.due: float = math.inf  # as the clock is read
        self._most = most
        self._turn_in = turn_in

    def append(self, row: Any, /) -> None:
        super().append(row)
        if len(self) >= self._most or (self.due < math.inf and isinstance(row, (ev.Event, Pieces))):
            self._turn_in()

    def __iadd__(self, row: Any, /) -> Self:  # type: ignore[misc]
        super().extend(row)
        # The second field of a row is the clock's reading.
        if len(self) >= self._most or not row or row[1] >= self.due:
            self._turn_in()
        return self
