"""A wall clock that follows a virtual one: what `import time` gives to the code of a lesson.

A lesson runs under a virtual clock, and its programs ask what time it is, as the chapter's do: "started at
17:13:52". If they asked the machine, their output would differ from run to run, and three virtual seconds would
show as none. So in lessons `time` is this module-like object: the real module, but for the functions that tell
the time, which go by the lesson's clock. `sleep` moves that clock, since a program that blocks makes everybody
wait. Times of day are in UTC, on the day of the chapter's release.
"""

from __future__ import annotations

import time
import types
from typing import Any

from corodemo import VirtualClock

__all__ = ["WallClock"]

_DAY = 1633305600  # 2021-10-04, 00:00 UTC: the day on which Python 3.10 came out
_NINE = 9 * 3600


class WallClock:
    """The time of day in a lesson: nine o'clock when it begins, unless `set` says otherwise."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._epoch_ns = (_DAY + _NINE) * 10**9  # the wall time at which the virtual clock shows 0

    def set(self, time_of_day: str) -> None:
        """Put the clock to "HH:MM:SS"."""
        hours, minutes, seconds = map(int, time_of_day.split(":"))
        wanted = _DAY + hours * 3600 + minutes * 60 + seconds
        self._epoch_ns = wanted * 10**9 - self._clock.now_ns()

    def now_ns(self) -> int:
        """Return the wall time in nanoseconds since 1970."""
        return self._epoch_ns + self._clock.now_ns()

    def module(self) -> types.ModuleType:
        """Return what stands for the module `time`."""
        module = types.ModuleType("time", time.__doc__)
        module.__dict__.update({name: getattr(time, name) for name in dir(time) if not name.startswith("_")})
        module.__dict__.update(self._functions())
        return module

    def _functions(self) -> dict[str, Any]:
        def now() -> int:
            return self.now_ns() // 10**9

        def sleep(seconds: float) -> None:
            if seconds < 0:
                raise ValueError("sleep length must be non-negative")
            self._clock.advance(round(seconds * 1e9))

        def gmtime(seconds: float | None = None) -> time.struct_time:
            return time.gmtime(now() if seconds is None else seconds)

        def strftime(format: str, moment: Any = None) -> str:
            return time.strftime(format, gmtime() if moment is None else moment)

        def asctime(moment: Any = None) -> str:
            return time.asctime(gmtime() if moment is None else moment)

        ticks = self._clock.now_ns
        return {
            "time": lambda: self.now_ns() / 1e9,
            "time_ns": self.now_ns,
            "monotonic": lambda: ticks() / 1e9,
            "monotonic_ns": ticks,
            "perf_counter": lambda: ticks() / 1e9,
            "perf_counter_ns": ticks,
            "sleep": sleep,
            "gmtime": gmtime,
            "localtime": gmtime,
            "strftime": strftime,
            "asctime": asctime,
            "ctime": lambda seconds=None: asctime(gmtime(seconds)),
        }
