"""A lesson's twin: the same cells on Python's own asyncio, under a virtual clock, to see that they print the same there.

A learner takes home what a lesson says, and home is asyncio. So what is true only of corodemo must say so. Two things that
asyncio leaves to chance are put in order: timers with equal deadlines fire in the order in which they were set, and a
task group goes through its tasks in the order in which they were made. Nothing is recorded, and nothing of the lesson's
own run is touched: each cell runs a second time, in a namespace of its own.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import contextlib
import gc
import heapq
import inspect
import itertools
import sys
import threading
from collections.abc import Iterator
from typing import Any

from corodemo import VirtualClock
from corodemo.lesson.cellcode import compile_cell, lesson_namespace, one_line, undisturbed
from corodemo.lesson.limits import Fatal, no_way_out, watchdog
from corodemo.lesson.model import Code
from corodemo.lesson.wallclock import WallClock
from corodemo.recorder.capture import Tee

__all__ = ["Outcome", "Twin"]

#: How long a thread may take to do what the loop waits for, in seconds of real time.
_PATIENCE = 5.0


class _Stuck(Exception):
    """Nothing is left that could wake anything."""


class _FifoTimer(asyncio.TimerHandle):
    """A timer that comes after those with the same deadline that were set before."""

    _numbers = itertools.count()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._number = next(self._numbers)

    def __lt__(self, other: Any) -> bool:
        return bool((self._when, self._number) < (other._when, other._number))  # type: ignore[attr-defined]


class _TwinLoop(asyncio.BaseEventLoop):
    """asyncio's own loop. It has no i/o, and its time jumps to the next deadline when nothing is ready."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock
        self._clock_resolution = 1e-9
        self._selector = self  # the loop asks it for i/o, and it waits
        self._woken = threading.Event()
        self._jobs = 0  # what threads have been given to do
        self._names = itertools.count(1)

    def time(self) -> float:
        return self._clock.now_ns() / 1e9

    def create_task(self, coro: Any, *, name: Any = None, **kwargs: Any) -> Any:
        # asyncio counts tasks through the life of a process; a lesson's output must not depend on what ran before it.
        return super().create_task(coro, name=f"Task-{next(self._names)}" if name is None else name, **kwargs)

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        future = super().run_in_executor(executor, func, *args)
        self._jobs += 1
        future.add_done_callback(self._job_is_over)
        return future

    async def shutdown_default_executor(self, *args: Any) -> None:
        self._jobs += 1  # the threads are waited for; with a timeout, which must not pass in no time
        try:
            await super().shutdown_default_executor(*args)
        finally:
            self._jobs -= 1

    def call_at(  # type: ignore[override]
        self, when: float, callback: Any, *args: Any, context: Any = None
    ) -> Any:
        timer = _FifoTimer(when, callback, args, self, context)
        heapq.heappush(self._scheduled, timer)  # type: ignore[attr-defined]
        timer._scheduled = True  # type: ignore[attr-defined]
        return timer

    # --- what asyncio's loops ask of a selector and its surroundings

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            if threading.active_count() == 1 or not self._woken.wait(_PATIENCE):
                raise _Stuck("deadlock: nothing is left that could wake the loop")
        elif timeout > 0 and not (self._jobs and self._woken.wait(min(timeout, _PATIENCE))):
            deadline_ns = round(self._scheduled[0]._when * 1e9)  # type: ignore[attr-defined]
            self._clock.advance(max(0, deadline_ns - self._clock.now_ns()))
        self._woken.clear()
        return []

    def _process_events(self, event_list: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        self._woken.set()

    def _job_is_over(self, future: Any) -> None:
        self._jobs -= 1


class _InOrder(dict[Any, None]):
    """What a task group needs of a set, in order of arrival."""

    add = dict.setdefault

    def discard(self, item: Any) -> None:
        self.pop(item, None)

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self.keys()))


class _TaskGroup(asyncio.TaskGroup):
    def __init__(self) -> None:
        super().__init__()
        self._tasks: Any = _InOrder()

    __qualname__ = __name__ = "TaskGroup"


class Outcome:
    """What a cell did on asyncio."""

    def __init__(self, output: str, error: str | None) -> None:
        self.lines = [line.rstrip() for line in output.splitlines()]
        self.error = error  # "RuntimeError: no running event loop"


class Twin(contextlib.ExitStack):
    """A namespace and a clock in which cells run on asyncio; a context manager."""

    def __init__(self) -> None:
        super().__init__()
        self._clock = VirtualClock()
        self._wall = WallClock(self._clock)
        self._namespace = lesson_namespace(dict(vars(builtins)), self._wall)
        self._written: list[str] = []
        self._runner: asyncio.Runner | None = None

    def __enter__(self) -> Twin:  # noqa: PYI034 - for 3.11's stubs, Self would be the stack's
        self.enter_context(undisturbed())
        self.enter_context(no_way_out())
        self.enter_context(self._captured())
        self.enter_context(_asyncio_is_virtual(self._clock, self._wall))
        return self

    def run(self, cell: Code) -> Outcome:
        """Run one cell."""
        if cell.clock is not None:
            self._wall.set(cell.clock)
        self._written.clear()
        error: str | None = None
        try:
            with watchdog():
                self._run(cell)
        except Fatal as exc:
            error = str(exc)
        except KeyboardInterrupt:
            raise
        except BaseException as exc:
            error = one_line(exc)
        finally:
            gc.collect()
        return Outcome("".join(self._written), error)

    def define(self, cell: Code) -> None:
        """Run only the imports and definitions of a cell that is not for asyncio; later ones may need them."""
        kept = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        for statement in ast.parse(cell.source).body:
            if isinstance(statement, kept):
                with contextlib.suppress(Exception):  # it may define what asyncio has not
                    exec(compile(ast.Module([statement], []), cell.file, "exec"), self._namespace)

    def _run(self, cell: Code) -> None:
        code = compile_cell(cell)
        if code.co_flags & inspect.CO_COROUTINE:
            if self._runner is None:
                self._runner = self.enter_context(asyncio.Runner())
            self._runner.run(eval(code, self._namespace))
        else:
            exec(code, self._namespace)

    @contextlib.contextmanager
    def _captured(self) -> Iterator[None]:
        outer: Any = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = (Tee(stream, self._written.append, echo=False) for stream in outer)
        try:
            yield
        finally:
            sys.stdout, sys.stderr = outer


@contextlib.contextmanager
def _asyncio_is_virtual(clock: VirtualClock, wall: WallClock) -> Iterator[None]:
    def new_event_loop() -> asyncio.AbstractEventLoop:
        loop = _TwinLoop(clock)
        wall.follow(loop)
        return loop

    # Not by a policy: they are deprecated since Python 3.14, and go with 3.16.
    outer, group = asyncio.new_event_loop, asyncio.TaskGroup
    asyncio.new_event_loop = asyncio.events.new_event_loop = new_event_loop
    asyncio.TaskGroup = _TaskGroup  # type: ignore[misc]
    try:
        yield
    finally:
        asyncio.TaskGroup = group  # type: ignore[misc]
        asyncio.new_event_loop = asyncio.events.new_event_loop = outer
