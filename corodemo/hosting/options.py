"""How code is to be run, as the command line or a shell's settings say: by which clock, with which trace file, watched or not."""

from __future__ import annotations

import math
from typing import Literal

from corodemo.runtime import Clock, SystemClock, VirtualClock
from corodemo.runtime.pacing import PacedClock

__all__ = ["CAPACITY", "Options"]

#: How many events are kept in memory where there is a live view, or a shell that may be asked for one.
CAPACITY = 200_000


class Options:
    """What the command line says about running code."""

    # No dataclass: those of a small program's start took 3 of its 60 ms, to write what stands here.
    __slots__ = ("clock", "live", "trace")

    def __init__(
        self, clock: Literal["real", "virtual"] = "real", trace: str | None = None, live: bool | None = None
    ) -> None:
        self.clock = clock
        self.trace = trace  # a file to stream the trace to
        self.live = live  # whether to show tasks and timeline while code runs; None: where it makes sense

    def new_clock(self) -> Clock:
        """Return a new clock of the chosen kind."""
        return VirtualClock() if self.clock == "virtual" else SystemClock()

    def new_paced_clock(self) -> PacedClock:
        """Return a new clock that begins as the chosen kind, for whoever may change it while it runs."""
        return PacedClock(math.inf if self.clock == "virtual" else 1.0)
