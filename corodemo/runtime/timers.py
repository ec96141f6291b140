"""The loop's heap of timers.

An entry is `(deadline, sequence, timer)`: the sequence keeps equal deadlines in the order in which they were set, and two
timers are never compared. A timer is a `TimerHandle` or a `Sleep`; the heap asks of it `_deadline_ns`, `_cancelled`
and `_scheduled`. A cancelled one stays where it is until it comes up, since taking it out of the middle of a heap
is dear; only when they are many is the heap made anew.
"""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING

from .clock import FOREVER_NS
from .loopstate import LoopState

if TYPE_CHECKING:
    from .events import TimerHandle
    from .sleep import Sleep

__all__ = ["Timers", "nanoseconds"]

#: The heap is made anew when so many timers on it, and more than half, are cancelled.
_CANCELLED_MIN = 100


class Timers(LoopState):
    """What an event loop needs to keep timers. Not for use by itself: `EventLoop` is made of it."""

    def _deadline_after(self, delay: float) -> int:
        """Return the deadline in nanoseconds that is `delay` seconds from now."""
        return min(self._clock.now_ns() + nanoseconds(delay), FOREVER_NS)

    def _set_timer(self, timer: TimerHandle | Sleep) -> None:
        deadline_ns = timer._deadline_ns
        self._timer_sequence += 1
        heapq.heappush(self._timers, (deadline_ns, self._timer_sequence, timer))
        timer._scheduled = True
        if self._hook is not None:
            self._hook.timer_set(timer, deadline_ns)

    def _timer_cancelled(self, timer: TimerHandle | Sleep) -> None:
        """Count a timer that is cancelled while on the heap, to be taken off later; one that is due is in the queue already."""
        if timer._scheduled:
            self._timers_cancelled += 1
        if self._hook is not None:
            self._hook.timer_cancelled(timer)

    def _take_due_timers(self, due_ns: int) -> None:
        """Put the timers with a deadline up to `due_ns` behind what is ready."""
        ready, timers = self._ready, self._timers
        while timers and timers[0][0] <= due_ns:
            timer = heapq.heappop(timers)[2]
            timer._scheduled = False
            if timer._cancelled:
                self._timers_cancelled -= 1
            else:
                ready.append(timer)

    def _drop_cancelled_timers(self) -> None:
        timers = self._timers
        if self._timers_cancelled > _CANCELLED_MIN and self._timers_cancelled * 2 > len(timers):
            for entry in timers:
                if entry[2]._cancelled:
                    entry[2]._scheduled = False
            timers[:] = [entry for entry in timers if not entry[2]._cancelled]
            heapq.heapify(timers)
            self._timers_cancelled = 0
        # The loop must not wait for one that will not fire.
        while timers and timers[0][2]._cancelled:
            heapq.heappop(timers)[2]._scheduled = False
            self._timers_cancelled -= 1


def nanoseconds(seconds: float) -> int:
    """Return seconds in nanoseconds; what is beyond all clocks, infinities included, as the last or first moment there is.

    Raises ValueError for NaN: no timer of that name would ever be in its place on the heap.
    """
    if abs(seconds) < FOREVER_NS / 1e9:
        return round(seconds * 1e9)
    if math.isnan(seconds):
        raise ValueError("Invalid delay: NaN (not a number)")
    return FOREVER_NS if seconds > 0 else -FOREVER_NS
