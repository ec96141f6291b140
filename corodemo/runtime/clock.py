"""What time it is, and how to wait: the two questions that a loop asks of a clock.

Times are integers in nanoseconds since the clock was made. The system clock follows the machine's; the virtual
clock stands still while code runs and jumps to the next deadline when nothing else is left to do, so an hour of sleeping
takes no time and every run is the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["FOREVER_NS", "Clock", "SystemClock", "VirtualClock"]

#: No deadline is later than this (292 years, the largest 64-bit integer): a timer set there never fires.
FOREVER_NS = 2**63 - 1

#: Waits for i/o or a call from another thread for at most so many seconds (None: without end). True if anything came.
Select = Callable[[float | None], bool]


class Clock:
    """What a loop needs of a clock.

    name: as the trace's header has it, "real" or "virtual".
    resolution_ns: timers due this much later than now count as due, as asyncio does with its clock's resolution.
    """

    name: str
    resolution_ns: int = 0

    def now_ns(self) -> int:
        """Return the nanoseconds since the clock was made."""
        raise NotImplementedError

    def wait(self, select: Select, deadline_ns: int | None, *, outside: bool) -> None:
        """Wait until the deadline, or until `select` says that something came from outside.

        outside: whether threads or file descriptors are at work that could wake the loop before its timers do.
        """
        raise NotImplementedError


class SystemClock(Clock):
    """The machine's monotonic clock."""

    name = "real"
    resolution_ns = max(1, round(time.get_clock_info("monotonic").resolution * 1e9))

    def __init__(self) -> None:
        self._start_ns = time.monotonic_ns()

    def now_ns(self) -> int:
        return time.monotonic_ns() - self._start_ns

    def wait(self, select: Select, deadline_ns: int | None, *, outside: bool) -> None:
        if deadline_ns is None or deadline_ns >= FOREVER_NS:
            select(None)
        else:
            # A day at most: some selectors overflow on more, and the loop simply asks again.
            select(min(max(0, deadline_ns - self.now_ns()) / 1e9, 86400.0))


class VirtualClock(Clock):
    """A clock under which nothing waits: when nothing is ready it jumps to the next deadline."""

    name = "virtual"

    def __init__(self) -> None:
        self._now_ns = 0

    def now_ns(self) -> int:
        return self._now_ns

    def advance(self, delay_ns: int) -> None:
        """Move time forward by hand; timers that this makes due fire in the loop's next iteration."""
        self._now_ns += delay_ns

    def wait(self, select: Select, deadline_ns: int | None, *, outside: bool) -> None:
        if deadline_ns is None or deadline_ns >= FOREVER_NS:
            select(None)
            return
        # A thread's work takes real time, and nobody can say how much. It gets as long as the timer would really
        # have taken; time stands still for it meanwhile, and jumps only if it has not finished by then.
        patience = max(0, deadline_ns - self._now_ns) / 1e9 if outside else 0.0
        if not select(min(patience, 86400.0)):
            self._now_ns = max(self._now_ns, deadline_ns)
