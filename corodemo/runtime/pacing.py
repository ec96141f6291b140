"""A clock whose pace can be changed while it runs: real time, slower, faster, virtual, or none at all.

Whoever watches a program wants time itself to be something to turn. The time that has passed stays passed, and a timer keeps
its deadline: what changes is how long one really waits for it. Ten seconds are left of a sleep, the pace becomes a tenth: it
ends in a hundred seconds. An infinite pace is the virtual clock: nothing is waited for. A paused clock stands still, and
keeps its pace for when it goes on.
"""

from __future__ import annotations

import math
import time

from .clock import FOREVER_NS, Select, SystemClock, VirtualClock

__all__ = ["PacedClock"]


class PacedClock(VirtualClock):
    """A clock that goes `pace` times as fast as the machine's; `math.inf` for one under which nothing waits.

    Raises ValueError for a pace that is not positive.
    """

    resolution_ns = SystemClock.resolution_ns

    def __init__(self, pace: float = 1.0) -> None:
        super().__init__()
        self._since_ns = time.monotonic_ns()  # when, by the machine's clock, it was `_now_ns` here
        self._pace = math.inf  # until it has one: no time passes meanwhile
        self._is_paused = False
        self.pace = pace

    @property
    def pace(self) -> float:
        """How many seconds pass here in one of the machine's; a paused clock will go on at this pace."""
        return self._pace

    @pace.setter
    def pace(self, pace: float) -> None:
        if not pace > 0:
            raise ValueError(f"the pace of a clock must be positive, got {pace}; pause() makes it stand")
        self._keep_time()
        self._pace = pace
        self.name = "virtual" if pace == math.inf else "real"

    @property
    def flow(self) -> float:
        """How many seconds pass by themselves in one of the machine's: 0 while it stands, and where it only jumps."""
        return 0.0 if self._is_paused or self._pace == math.inf else self._pace

    @property
    def is_paused(self) -> bool:
        """Whether it stands still."""
        return self._is_paused

    def pause(self) -> None:
        """Stand still. A loop that waits by this clock waits for the outside alone."""
        self._keep_time()
        self._is_paused = True

    def resume(self) -> None:
        """Go on, from the time at which it was paused."""
        self._keep_time()
        self._is_paused = False

    def now_ns(self) -> int:
        return self._now_ns + int((time.monotonic_ns() - self._since_ns) * self.flow)

    def wait(self, select: Select, deadline_ns: int | None, *, outside: bool) -> None:
        if self._is_paused or deadline_ns is None or deadline_ns >= FOREVER_NS:
            select(None)
        elif self._pace == math.inf:
            super().wait(select, deadline_ns, outside=outside)
        else:
            # A day at most, as with the system's clock.
            select(min(max(0, deadline_ns - self.now_ns()) / 1e9 / self._pace, 86400.0))

    def _keep_time(self) -> None:
        """Begin to count anew from now, at the time that it is."""
        self._now_ns = self.now_ns()
        self._since_ns = time.monotonic_ns()
