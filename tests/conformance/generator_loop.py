"""The loop of `test_asyncio.utils`, whose time is driven by a generator, over our loop.

CPython's `TestLoop` asks a generator for the time: each timer that was set is sent into it, after the iteration, as an absolute
time in seconds, and what it yields is how far to move the clock. Many tests assert on what they are sent, so this
has to be the same to the letter: which timers, in which order, and that at the end none is left over.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from corodemo import Clock, EventLoop


class GeneratorClock(Clock):
    """A clock that is moved by hand, and that never waits."""

    name = "real"  # it does not jump, so an idle loop is no deadlock
    resolution_ns = 1

    def __init__(self) -> None:
        self.seconds = 0.0

    def now_ns(self) -> int:
        return round(self.seconds * 1e9)

    def wait(self, select: Callable[[float | None], bool], deadline_ns: int | None, *, outside: bool) -> None:
        select(0.001 if outside else 0)


class GeneratorLoop(EventLoop):
    """`test_asyncio.utils.TestLoop`, as far as tests of coroutines and tasks use it."""

    def __init__(self, gen: Callable[[], Generator[Any, Any, Any]] | None = None) -> None:
        self._test_clock = GeneratorClock()
        self._asked: list[float] = []  # deadlines of the timers that this iteration set
        super().__init__(clock=self._test_clock)
        self._check_on_close = gen is not None
        self._gen = (gen or _one_step)()
        next(self._gen)

    def time(self) -> float:
        return self._test_clock.seconds

    def advance_time(self, advance: float | None) -> None:
        if advance:
            self._test_clock.seconds += advance

    def _set_timer(self, timer: Any) -> None:
        self._asked.append(timer._deadline_ns / 1e9)
        super()._set_timer(timer)

    def _run_once(self) -> None:
        super()._run_once()
        for when in self._asked:
            self.advance_time(self._gen.send(when))
        self._asked = []

    def close(self) -> None:
        super().close()
        if self._check_on_close:
            self._check_on_close = False
            try:
                self._gen.send(0)
            except StopIteration:
                pass
            else:
                raise AssertionError("Time generator is not finished")


def _one_step() -> Generator[None, Any, None]:
    yield
