"""What time it is in a trace, in nanoseconds, by the clock of the loop that was heard from last.

Several loops one after another make one trace: its time goes on where it was, and never back. So a reading of a loop's clock is
made the trace's time by adding what stands here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from corodemo.runtime.clock import SystemClock
from corodemo.traceformat.events import MAX_NUMBER

if TYPE_CHECKING:
    from corodemo.runtime.loop import EventLoop

__all__ = ["TimeBase"]


class TimeBase:
    """Whose clock a trace goes by, and what makes its readings the trace's time."""

    __slots__ = ("base_ns", "clock", "loop", "offset_ns", "thread")

    def __init__(self) -> None:
        self.loop: EventLoop | None = None  # the loop that was heard from last
        self.thread: int | None = None  # whose loops are recorded: the thread of the first that was heard from
        self.clock: Callable[[], int] = int  # reads that loop's clock, for rows
        self.base_ns = 0  # what makes a reading the trace's time ...
        self.offset_ns = 0  # ... and a deadline

    def is_of_this_thread(self) -> bool:
        """Whether the loops of this thread are recorded: those of the first thread that asks."""
        if self.thread is None:
            self.thread = threading.get_ident()
        return self.thread == threading.get_ident()

    def follow(self, loop: EventLoop, last_ns: int | None) -> None:
        """Go by a loop's clock from now on. last_ns: the trace's time, which goes on from there; None at its beginning."""
        clock = loop.clock
        self.loop = loop
        self.offset_ns = 0 if last_ns is None else last_ns - clock.now_ns()
        if type(clock) is SystemClock:
            # Asked at nearly every event: without the call in between.
            self.clock, self.base_ns = time.monotonic_ns, self.offset_ns - clock._start_ns
        else:
            self.clock, self.base_ns = clock.now_ns, self.offset_ns

    def now(self) -> int:
        """Return the trace's time, as an event has it."""
        return max(0, self.clock() + self.base_ns)

    def time_of(self, reading: int) -> int:
        """Return a reading of the clock in the trace's time."""
        return max(0, reading + self.base_ns)

    def deadline(self, deadline_ns: int) -> int:
        """Return a deadline of the loop's clock in the trace's time; one before its beginning or beyond all times is that."""
        return min(max(0, deadline_ns + self.offset_ns), MAX_NUMBER)
