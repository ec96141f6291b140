"""Running a lesson: every cell once, in order, in one namespace, under one virtual clock, into one trace.

A cell runs as it would in a notebook: the value of a last expression is shown, `await` may stand at the top. A
cell that awaits at the top runs as a task of the lesson's own loop; a cell that calls `asyncio.run` gets a loop
as always. Both go by the same clock and are recorded by the same recorder, with lines and output. What a cell
prints goes to the trace and nowhere else. The run ends at the first cell that raises what it did not promise.

Lessons are code, and are run as code: with all the rights of whoever starts them.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import gc
import inspect
import linecache
import re
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from corodemo import EventLoop, Runner, VirtualClock, set_event_loop_factory
from corodemo.imports import user_builtins
from corodemo.lesson.cells import Problem
from corodemo.lesson.model import Code, Lesson
from corodemo.lesson.wallclock import WallClock
from corodemo.trace import Recorder, Trace

__all__ = ["Played", "play_through"]

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{4,}\b")


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
        for cell in self.lesson.cells:
            if isinstance(cell, Code) and cell.file == file:
                return cell.source.splitlines()
        return None


def play_through(lesson: Lesson) -> Played:
    """Run a lesson from its first cell to its last, or to the first that fails."""
    clock = VirtualClock()
    wall = WallClock(clock)
    files = {cell.file for cell in lesson.cells if isinstance(cell, Code)}
    recorder = Recorder(program=f"lesson {lesson.name}", lines=files.__contains__)
    spans: dict[int, tuple[int, int]] = {}
    raised: dict[int, str] = {}
    problems: list[Problem] = []
    events = recorder.trace.events

    def make_loop() -> EventLoop:
        return EventLoop(clock=clock, hook=recorder)

    with _lesson_is_the_world(make_loop, recorder), Runner(loop_factory=make_loop) as runner:
        namespace = _namespace(lesson, wall)
        for cell in lesson.cells:
            if not isinstance(cell, Code):
                continue
            if cell.clock is not None:
                wall.set(cell.clock)
            start = len(events)
            error = _run_cell(cell, namespace, runner, recorder)
            gc.collect()  # what the cell dropped is reported here, not wherever the collector happens to come by
            spans[cell.number] = start, len(events)
            if error is not None:
                raised[cell.number] = error[0]
                if cell.raises is None:
                    message = f"raised {error[0]}, which it does not state"
                    problems.append(Problem(lesson.file, cell.number, error[1], message))
                    break
    return Played(lesson, recorder.trace, spans, raised, tuple(problems))


def _namespace(lesson: Lesson, wall: WallClock) -> dict[str, Any]:
    scope = user_builtins()
    import_as_user, wall_time = scope["__import__"], wall.module()

    def import_in_lesson(name: str, *args: Any, **kwargs: Any) -> Any:
        return wall_time if name == "time" else import_as_user(name, *args, **kwargs)

    scope["__import__"] = import_in_lesson
    # The module exists for what looks it up by name: pickle, dataclasses, typing.
    module = types.ModuleType("__main__")
    module.__dict__["__builtins__"] = scope
    return module.__dict__


@contextlib.contextmanager
def _lesson_is_the_world(make_loop: Callable[[], EventLoop], recorder: Recorder) -> Iterator[None]:
    """Let `asyncio.run` make the lesson's loops, and let output, warnings and hooks of the interpreter go to its trace."""
    set_event_loop_factory(make_loop)
    gc.collect()
    gc.disable()
    try:
        with recorder.capture_output(echo=False), warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = _show_warning
            yield
    finally:
        gc.enable()
        set_event_loop_factory(None)


def _show_warning(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
    # Without a file and a line: these would be the line at which the garbage was collected, not that of the mistake.
    sys.stderr.write(f"{category.__name__}: {message}\n")


def _run_cell(cell: Code, namespace: dict[str, Any], runner: Runner, recorder: Recorder) -> tuple[str, int] | None:
    """Run one cell; return what it raised, and at which line of the file. The exception itself, and all it holds, is gone."""
    linecache.cache[cell.file] = (len(cell.source), None, cell.source.splitlines(keepends=True), cell.file)
    try:
        code = _compile(cell)
        namespace["__builtins__"]["__show__"] = _show
        if code.co_flags & inspect.CO_COROUTINE:
            coro = eval(code, namespace)
            coro.__qualname__ = coro.__name__ = f"cell {cell.number}"
            runner.run(coro)
        else:
            with recorder.tracing_lines():
                exec(code, namespace)
    except KeyboardInterrupt:
        raise
    except BaseException as exc:
        return _one_line(exc), _line_of(exc, cell)
    return None


def _compile(cell: Code) -> types.CodeType:
    tree = ast.parse(cell.source, cell.file)
    if tree.body and isinstance(last := tree.body[-1], ast.Expr):
        show = ast.Call(ast.Name("__show__", ast.Load()), [last.value], [])
        tree.body[-1] = ast.fix_missing_locations(ast.copy_location(ast.Expr(ast.copy_location(show, last)), last))
    code: types.CodeType = compile(tree, cell.file, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    return code


def _show(value: object) -> None:
    """Print the value of a last expression; an address, which differs from run to run, as 0x..."""
    if value is not None:
        builtins.print(_ADDRESS.sub("0x...", repr(value)))


def _one_line(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _line_of(error: BaseException, cell: Code) -> int:
    """Return the line of the lesson's file at which a cell raised."""
    inside = 1
    if isinstance(error, SyntaxError) and error.filename == cell.file:
        inside = error.lineno or 1
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == cell.file:
            inside = traceback.tb_lineno
        traceback = traceback.tb_next
    return cell.line + inside - 1
