"""Running a lesson: every cell once, in order, in one namespace, under one virtual clock, into one trace.

A cell runs as it would in a notebook: the value of a last expression is shown, `await` may stand at the top. A
cell that awaits at the top runs as a task of the lesson's own loop; a cell that calls `asyncio.run` gets a loop
as always. Both go by the same clock and are recorded by the same recorder, with lines and output. What a cell
prints goes to the trace and nowhere else; there is nobody who could type what it asks for. The run ends at the first
cell that raises what it did not promise, or that does not come to an end. The programs of an exercise are not part of
it: each of them runs alone, in a world of its own.

Lessons are code, and are run as code: with all the rights of whoever starts them.
"""

from __future__ import annotations

import contextlib
import gc
import inspect
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from corodemo import EventLoop, Runner, VirtualClock, set_event_loop_factory
from corodemo.hosting.imports import user_builtins
from corodemo.lesson.cellcode import compile_cell, lesson_namespace, line_of, one_line, undisturbed
from corodemo.lesson.cells import Problem
from corodemo.lesson.limits import Fatal, LineLimit, TooLong, no_way_out, watchdog
from corodemo.lesson.model import Code, Lesson
from corodemo.lesson.wallclock import WallClock
from corodemo.trace import Recorder, Trace

__all__ = ["Ended", "Played", "Ran", "play_through", "run_alone", "run_into"]


@dataclass(frozen=True)
class Ended:
    """How a cell came to its end, if by an exception."""

    error: str  # "RuntimeError: no running event loop"
    line: int  # of the lesson's file
    is_fatal: bool = False  # `error` tells all, and no cell can state it


@dataclass(frozen=True)
class Played:
    """A lesson that was run: its trace, and which stretch of it belongs to which cell."""

    lesson: Lesson
    trace: Trace
    spans: dict[int, tuple[int, int]]  # from and up to which event, by the number of the code cell
    raised: dict[int, str]  # "RuntimeError: no running event loop", by cell
    problems: tuple[Problem, ...]  # what ended the run before the lesson's end

    def lines_of(self, file: str) -> list[str] | None:
        """Return the source lines of a cell that a trace calls "<cell 3>"."""
        for cell in self.lesson.codes:
            if cell.file == file:
                return cell.source.splitlines()
        return None


@dataclass(frozen=True)
class Ran:
    """A program that ran alone."""

    code: Code
    trace: Trace
    ended: Ended | None


def play_through(lesson: Lesson) -> Played:
    """Run a lesson from its first cell to its last, or to the first that fails."""
    spans: dict[int, tuple[int, int]] = {}
    raised: dict[int, str] = {}
    problems: list[Problem] = []
    with _World(f"lesson {lesson.name}", {cell.file for cell in lesson.codes}) as world:
        for cell in lesson.codes:
            start = len(world.recorder.trace.events)
            ended = world.run(cell)
            spans[cell.number] = start, len(world.recorder.trace.events)
            if ended is None:
                continue
            raised[cell.number] = ended.error
            if ended.is_fatal or cell.raises is None:
                message = ended.error if ended.is_fatal else f"raised {ended.error}, which it does not state"
                problems.append(Problem(lesson.file, cell.number, ended.line, message))
                break
    return Played(lesson, world.recorder.trace, spans, raised, tuple(problems))


def run_alone(code: Code) -> Ran:
    """Run a whole program, with a namespace, a clock, loops and a trace of its own."""
    with _World(code.title, {code.file}) as world:
        ended = world.run(code)
    return Ran(code, world.recorder.trace, ended)


def run_into(lesson: Lesson, last: int, namespace: dict[str, Any]) -> None:
    """Run a lesson's cells up to and with the one of that number, so that what they define is in somebody else's namespace.

    What they print is not shown. `time` and `datetime` went by the lesson's clock; afterwards they are the real modules.
    """
    builtins_before = namespace.get("__builtins__")
    with _World(f"lesson {lesson.name}", set(), namespace) as world:
        for cell in lesson.codes:
            if cell.number <= last:
                world.run(cell)
    if builtins_before is not None:
        namespace["__builtins__"] = builtins_before
    for name, value in list(namespace.items()):
        if isinstance(value, types.ModuleType) and value.__name__ in ("time", "datetime"):
            namespace[name] = sys.modules[value.__name__]


class _World:
    """What a lesson's code runs in. While it is open, `asyncio.run` makes its loops, and all output goes to its trace."""

    def __init__(self, program: str, files: set[str], namespace: dict[str, Any] | None = None) -> None:
        self.clock = VirtualClock()
        self.wall = WallClock(self.clock)
        self._limit = LineLimit()
        self.recorder = Recorder(program=program, lines=files.__contains__, listener=self._limit)
        self.namespace = lesson_namespace(user_builtins(), self.wall, namespace)
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._open.enter_context(undisturbed())
        self._open.enter_context(no_way_out())
        self._open.enter_context(self.recorder.capture_output(echo=False))
        self._open.enter_context(_loops_are(self._make_loop))
        self._runner = self._open.enter_context(Runner(loop_factory=self._make_loop))
        return self

    def __exit__(self, *error: object) -> None:
        # A task that does not let itself be cancelled would keep the loop from closing.
        with contextlib.suppress(TooLong), watchdog():
            self._open.close()
            gc.collect()

    def run(self, cell: Code) -> Ended | None:
        """Run one cell; return how it ended, if not as programs do. The exception itself, and all it holds, is gone."""
        if cell.clock is not None:
            self.wall.set(cell.clock)
        self._limit.expect_an_end()
        ended: Ended | None = None
        with watchdog():
            try:
                self._run(cell)
            except Fatal as exc:
                ended = Ended(str(exc), line_of(exc, cell), is_fatal=True)
            except KeyboardInterrupt:
                raise
            except BaseException as exc:
                ended = Ended(one_line(exc), line_of(exc, cell))
        # What the cell dropped is reported here, not wherever the collector happens to come by; it has a time of its own.
        with contextlib.suppress(TooLong), watchdog():
            gc.collect()
        return ended

    def _run(self, cell: Code) -> None:
        code = compile_cell(cell)
        if code.co_flags & inspect.CO_COROUTINE:
            coro = eval(code, self.namespace)
            coro.__qualname__ = coro.__name__ = f"cell {cell.number}"
            self._runner.run(coro)
        else:
            with self.recorder.tracing_lines():
                exec(code, self.namespace)

    def _make_loop(self) -> EventLoop:
        loop = EventLoop(clock=self.clock, hook=self.recorder)
        self.wall.follow(loop)
        return loop


@contextlib.contextmanager
def _loops_are(make_loop: Callable[[], EventLoop]) -> Iterator[None]:
    """Let `asyncio.run` make its loops so."""
    before = set_event_loop_factory(make_loop)  # a shell's, where a lesson is played in one
    try:
        yield
    finally:
        set_event_loop_factory(before)
