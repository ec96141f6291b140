"""`corodemo lesson --check`: lessons checked one after the other, a line each, and below it what is wrong with one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corodemo.lesson import Lesson, LessonError, read
from corodemo.lesson.isolated import check_apart
from corodemo.lesson.model import Predict
from corodemo.views.text import visible

__all__ = ["print_checked"]


def print_checked(files: Sequence[Path]) -> int:
    """Check lessons and print what is found; return the exit status."""
    lessons = [_read(path) for path in files]
    checked = check_apart([lesson for lesson in lessons if isinstance(lesson, Lesson)])
    failed = 0
    for path, lesson in zip(files, lessons, strict=True):
        if isinstance(lesson, Lesson):
            problems, what = next(checked), _contents(lesson)
        else:
            problems, what = lesson.problems, "is not a lesson"
        failed += bool(problems)
        print(visible(f"{'FAIL' if problems else 'ok  '} {path.stem}: {what}"), flush=True)
        for problem in problems:
            print(visible(f"     {problem}"))
    return 1 if failed else 0


def _read(path: Path) -> Lesson | LessonError:
    try:
        return read(path)
    except LessonError as exc:
        return exc


def _contents(lesson: Lesson) -> str:
    codes, exercises = list(lesson.codes), list(lesson.exercises)
    claims = sum(len(cell.claims) for cell in (*codes, *(exercise.check for exercise in exercises)))
    predictions = sum(isinstance(cell, Predict) for cell in lesson.cells)
    counts = {"code cell": len(codes), "claim": claims, "prediction": predictions, "exercise": len(exercises)}
    return ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for what, count in counts.items())
