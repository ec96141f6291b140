"""Where a recorder's events go: a list that a history may read meanwhile, a file, or both; and what time it is there.

A bounded log forgets its oldest events, many at once, and counts them. Times come from the clock of the loop that was
heard from last. Several loops one after another make one trace: its time goes on where it was, and never back.
"""

from __future__ import annotations

import os
import platform
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from . import events as ev
from .bounded import bounded_text
from .runtime.clock import SystemClock
from .tracefile import VERSION, Trace, dump
from .tracestream import TraceStream

if TYPE_CHECKING:
    from .runtime.loop import EventLoop

__all__ = ["EventLog"]

#: The longest piece of output kept in one event, in characters; the program's own output is not cut.
MAX_OUTPUT = 100_000
#: A line that is printed in pieces is put together up to so many characters: each piece copies what came before.
MAX_PIECES = 4_000


class EventLog:
    """Keep events; see `Recorder` for the arguments."""

    def __init__(self, capacity: int | None, file: str | os.PathLike[str] | None, program: str) -> None:
        if capacity is not None and capacity < 0:
            raise ValueError(f"capacity must not be negative, got {capacity}")
        self.loop: EventLoop | None = None  # the loop that was heard from last
        self.thread: int | None = None  # whose loops are recorded: the thread of the first that was heard from
        self.offset_ns = 0  # added to its clock's time
        self._clock_now: Callable[[], int] = int
        self._base_ns = 0  # what is added to that
        self._capacity = capacity
        self._keeps = file is None or capacity is not None
        self._events: list[ev.Event] = []
        header = ev.Header(VERSION, "real", platform.python_version(), bounded_text(program))
        self._trace = Trace(header, self._events)
        self._stream = None if file is None else TraceStream(file)
        self._last_ns = 0
        self._last: ev.Event | None = None  # the newest event that was not kept
        self._unfinished: ev.Output | None = None  # the start of a line that is being printed
        self._output_lock = threading.RLock()  # threads print as well
        #: Keep an event, and write it if there is a file. Mostly that is to append it to the list, and nothing else.
        self._add_next: Callable[[ev.Event], None] = self._add
        if capacity is None and self._stream is None:
            self._add_next = self._events.append
        self.add = self._add_next

    @property
    def last(self) -> ev.Event | None:
        """The newest event."""
        return self._events[-1] if self._keeps and self._events else self._last

    @property
    def size(self) -> int:
        """How many events are kept at the moment; in any thread."""
        return len(self._events)

    @property
    def trace(self) -> Trace:
        """The trace so far."""
        self._finish_output()
        self._trim(exactly=True)
        return self._trace

    def adopt(self, loop: EventLoop) -> bool:
        """Go by another loop's clock from now on; False if that loop belongs to another thread."""
        if self.thread is None:
            self.thread = threading.get_ident()
        elif threading.get_ident() != self.thread:
            return False
        if self.loop is None:
            self._trace.header = self._header(loop.clock.name)
        elif loop.clock is not self.loop.clock:
            self.offset_ns = self._last_ns - loop.clock.now_ns()
        self.loop = loop
        if type(loop.clock) is SystemClock:
            # Asked at every event: without the call in between.
            self._clock_now, self._base_ns = time.monotonic_ns, self.offset_ns - loop.clock._start_ns
        else:
            self._clock_now, self._base_ns = loop.clock.now_ns, self.offset_ns
        return True

    def now(self) -> int:
        """Return the trace's time in nanoseconds."""
        now_ns = self._clock_now() + self._base_ns
        if now_ns < self._last_ns:
            return self._last_ns  # another loop had gone further; time in a trace never goes back
        self._last_ns = now_ns
        return now_ns

    def deadline(self, deadline_ns: int) -> int:
        """Return a deadline of the loop's clock in the trace's time; one before its beginning or beyond all times is that."""
        return min(max(0, deadline_ns + self.offset_ns), ev.MAX_NUMBER)

    def _add(self, event: ev.Event) -> None:
        if self._keeps:
            self._events.append(event)
            if self._capacity is not None and len(self._events) > 2 * self._capacity:
                self._trim()
        else:
            self._last = event
        if self._stream is not None:
            if not self._stream.has_header:
                self._stream.write_header(self._header())
            self._stream.write(event)

    def _add_after_output(self, event: ev.Event) -> None:
        self._finish_output()
        self.add(event)

    def add_output(self, task: int | None, stream: Literal["stdout", "stderr"], text: str) -> None:
        """Keep output; print() writes its text and its newline apart, and what belongs together is one event."""
        with self._output_lock:
            started = self._unfinished
            is_enough = False
            if started is not None and (started.task, started.stream) == (task, stream):
                text = started.text + text
                is_enough = len(text) > MAX_PIECES
                self._unfinished = None
            self._finish_output()
            event = ev.Output(self.now(), task, stream, bounded_text(text, MAX_OUTPUT))
            if is_enough or text.endswith("\n"):
                self.add(event)
            else:
                self._unfinished = event
                self.add = self._add_after_output

    def flush(self) -> None:
        """Hand to the system what was gathered for the file."""
        if self._stream is not None:
            self._stream.flush()

    def dump(self, path: str | os.PathLike[str]) -> None:
        """Write what is kept to a file, whole or not at all."""
        if not self._keeps:
            raise RuntimeError("this recorder streams to a file and keeps nothing; give it a capacity to dump as well")
        trace = self.trace
        dump(path, self._header(), trace.events)

    def close(self) -> None:
        """Finish the file, if there is one."""
        self._finish_output()
        if self._stream is not None:
            self._stream.write_header(self._header())
            self._stream.close()

    def _header(self, clock: str | None = None) -> ev.Header:
        old = self._trace.header
        return ev.Header(old.version, clock or old.clock, old.python, old.program, self._trace.dropped)

    def _finish_output(self) -> None:
        with self._output_lock:
            event, self._unfinished = self._unfinished, None
            self.add = self._add_next
            if event is not None:
                self.add(event)

    def _trim(self, *, exactly: bool = False) -> None:
        """Forget the oldest events beyond the capacity: now and then many at once, for the list moves up each time."""
        if self._capacity is None:
            return
        surplus = len(self._events) - self._capacity
        if surplus > 0 and (exactly or surplus > self._capacity):
            del self._events[:surplus]
            self._trace.dropped += surplus
