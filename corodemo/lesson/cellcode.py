"""The code of a cell: how it is compiled, what it finds around it, and how its end is told.

This is the same on whatever runtime a lesson runs: corodemo's, or Python's own asyncio, beside which it is held.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import gc
import io
import linecache
import re
import sys
import types
import warnings
from collections.abc import Iterator
from typing import Any

from corodemo.lesson.model import Code
from corodemo.lesson.wallclock import WallClock

__all__ = ["compile_cell", "lesson_namespace", "line_of", "one_line", "undisturbed"]

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{4,}\b")


def lesson_namespace(scope: dict[str, Any], wall: WallClock, namespace: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the namespace of a lesson, with these builtins, in which `time` and `datetime` go by the lesson's clock.

    namespace: one that is there already, to be made one.
    """
    import_as_user, modules = scope["__import__"], wall.modules()

    def import_in_lesson(name: str, *args: Any, **kwargs: Any) -> Any:
        return modules[name] if name in modules else import_as_user(name, *args, **kwargs)

    scope["__import__"] = import_in_lesson
    scope["__show__"] = _show
    if namespace is not None:
        namespace["__builtins__"] = scope
        return namespace
    # The module exists for what looks it up by name: pickle, dataclasses, typing.
    module = types.ModuleType("__main__")
    module.__dict__["__builtins__"] = scope
    return module.__dict__


def compile_cell(cell: Code) -> types.CodeType:
    """Compile a cell, so that it shows the value of a last expression. Raises SyntaxError."""
    linecache.cache[cell.file] = (len(cell.source), None, cell.source.splitlines(keepends=True), cell.file)
    tree = ast.parse(cell.source, cell.file)
    if tree.body and isinstance(last := tree.body[-1], ast.Expr):
        show = ast.Call(ast.Name("__show__", ast.Load()), [last.value], [])
        tree.body[-1] = ast.fix_missing_locations(ast.copy_location(ast.Expr(ast.copy_location(show, last)), last))
    code: types.CodeType = compile(tree, cell.file, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    return code


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Keep the interpreter's own business out of a lesson's output, and the same in each run.

    Garbage is collected when a cell is over and not in the middle of it; warnings are shown, all of them, without a place;
    nothing can be typed.
    """
    gc.disable()
    # What was there before is left out when a cell's garbage is looked for: it is none of the lesson's, and much.
    gc.freeze()
    stdin, sys.stdin = sys.stdin, io.StringIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            # Python 3.12 says so of the variable of a comprehension at the top of a cell, when lines are recorded.
            warnings.filterwarnings("ignore", "assigning None to unbound local", RuntimeWarning)
            # Python 3.14 says so of what a lesson on lost errors shows; the lesson says it on each Python, in words.
            warnings.filterwarnings("ignore", ".* in a 'finally' block", SyntaxWarning)
            warnings.showwarning = _show_warning
            yield
    finally:
        sys.stdin = stdin
        gc.unfreeze()
        gc.enable()


def _show_warning(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
    # Without a file and a line: these would be the line at which the garbage was collected, not that of the mistake.
    sys.stderr.write(f"{category.__name__}: {message}\n")


def _show(value: object) -> None:
    """Print the value of a last expression; an address, which differs from run to run, as 0x..."""
    if value is not None:
        builtins.print(_ADDRESS.sub("0x...", repr(value)))


def one_line(error: BaseException) -> str:
    """Return an exception as the last line of a traceback has it."""
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def line_of(error: BaseException, cell: Code) -> int:
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
