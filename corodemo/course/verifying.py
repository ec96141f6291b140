"""`corodemo lesson --check`: lessons checked one after the other, a line each, and below it what is wrong with one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corodemo.lesson import LessonError, Problem, check, read
from corodemo.lesson.model import Predict
from corodemo.views.text import visible

__all__ = ["print_checked"]


def print_checked(files: Sequence[Path]) -> int:
    """Check lessons and print what is found; return the exit status."""
    failed = 0
    for path in files:
        problems, what = _checked(path)
        failed += bool(problems)
        print(visible(f"{'FAIL' if problems else 'ok  '} {path.stem}: {what}"), flush=True)
        for problem in problems:
            print(visible(f"     {problem}"))
    return 1 if failed else 0


def _checked(path: Path) -> tuple[Sequence[Problem], str]:
    try:
        lesson = read(path)
    except LessonError as exc:
        return exc.problems, "is not a lesson"
    codes, exercises = list(lesson.codes), list(lesson.exercises)
    claims = sum(len(cell.claims) for cell in (*codes, *(exercise.check for exercise in exercises)))
    predictions = sum(isinstance(cell, Predict) for cell in lesson.cells)
    counts = {"code cell": len(codes), "claim": claims, "prediction": predictions, "exercise": len(exercises)}
    return check(lesson), ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for what, count in counts.items())
