"""A wall clock that follows a virtual one: what `import time` and `import datetime` give to the code of a lesson.

A lesson runs under a virtual clock, and its programs ask what time it is, as the chapter's do: "started at 17:13:52". If
they asked the machine, their output would differ from run to run, and three virtual seconds would show as none. So in
lessons `time` is this module-like object: the real module, but for the functions that tell the time, which go by the
lesson's clock; and `datetime` the real one, but for `now` and its like. Times of day are in UTC, on the day of the chapter's
release.

`sleep` moves the clock, since a program that blocks makes everybody wait. In a thread beside the loop it must not: there it
waits for a timer of the loop, as if the loop slept along.
"""

from __future__ import annotations

import datetime as dt
import threading
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
        self._loop: Any = None  # the newest loop that goes by this clock, corodemo's or asyncio's
        self._thread = threading.get_ident()  # whose sleep moves the clock

    def set(self, time_of_day: str) -> None:
        """Put the clock to "HH:MM:SS"."""
        hours, minutes, seconds = map(int, time_of_day.split(":"))
        wanted = _DAY + hours * 3600 + minutes * 60 + seconds
        self._epoch_ns = wanted * 10**9 - self._clock.now_ns()

    def now_ns(self) -> int:
        """Return the wall time in nanoseconds since 1970."""
        return self._epoch_ns + self._clock.now_ns()

    def follow(self, loop: Any) -> None:
        """Let threads that sleep be woken by this loop from now on. Threads count as jobs as its `_jobs` has them."""
        self._loop = loop

    def modules(self) -> dict[str, types.ModuleType]:
        """Return what stands for the modules that tell the time, by their names."""
        return {"time": self._like(time, self._functions()), "datetime": self._like(dt, self._dates())}

    def _like(self, real: types.ModuleType, ours: dict[str, Any]) -> types.ModuleType:
        module = types.ModuleType(real.__name__, real.__doc__)
        module.__dict__.update({name: getattr(real, name) for name in dir(real) if not name.startswith("_")})
        module.__dict__.update(ours)
        return module

    def _sleep(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        loop = self._loop
        if threading.get_ident() == self._thread or loop is None or not loop.is_running():
            self._clock.advance(round(seconds * 1e9))
            return
        over = threading.Event()
        thread = threading.current_thread()

        def fall_asleep() -> None:
            # A job that sleeps brings nothing before its time: the loop need not wait for it, and its clock may jump.
            jobs = int(thread in getattr(loop._default_executor, "_threads", ()))
            loop._jobs -= jobs
            loop.call_later(seconds, wake, jobs)

        def wake(jobs: int) -> None:
            loop._jobs += jobs
            over.set()

        loop.call_soon_threadsafe(fall_asleep)
        over.wait()

    def _dates(self) -> dict[str, Any]:
        wall = self
        epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

        class Datetime(dt.datetime):
            @classmethod
            def now(cls, tz: dt.tzinfo | None = None) -> Any:
                moment = epoch + dt.timedelta(microseconds=wall.now_ns() // 1000)
                if tz is not None:
                    moment = moment.astimezone(tz)
                return cls.combine(moment.date(), moment.time(), tz)

            today = utcnow = now

            def __repr__(self) -> str:
                return f"datetime.{super().__repr__()}"  # as the real one has it

        class Date(dt.date):
            @classmethod
            def today(cls) -> Any:
                return cls.fromordinal(Datetime.now().toordinal())

            def __repr__(self) -> str:
                return f"datetime.{super().__repr__()}"

        for kind, name in ((Datetime, "datetime"), (Date, "date")):
            kind.__module__, kind.__name__, kind.__qualname__ = "datetime", name, name
        return {"datetime": Datetime, "date": Date}

    def _functions(self) -> dict[str, Any]:
        def now() -> int:
            return self.now_ns() // 10**9

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
            "sleep": self._sleep,
            "gmtime": gmtime,
            "localtime": gmtime,
            "strftime": strftime,
            "asctime": asctime,
            "ctime": lambda seconds=None: asctime(gmtime(seconds)),
        }
