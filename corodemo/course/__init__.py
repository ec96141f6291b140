"""The course: the command `corodemo lesson`, which lists the lessons, plays one, prints it, or checks them.

A lesson is played in the stepper, over the recording of its run, with its pages and its questions between the events.
Where there is no terminal to play on it is printed, whole.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
from functools import partial
from pathlib import Path

from corodemo.lesson import LessonError, Problem, check, find, lesson_files, play_through, read
from corodemo.lesson.checking import problems_of
from corodemo.lesson.model import Predict

__all__ = ["add_arguments", "main"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `corodemo lesson` takes."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="number or name of a lesson, or the beginning of it")
    parser.add_argument(
        "--check",
        metavar="PATH",
        nargs="*",
        help="run lessons and verify all that they say: these files and folders, or all of corodemo's",
    )


def main(namespace: argparse.Namespace) -> int:
    """List the lessons, play one, or check them; return the exit status."""
    try:
        if namespace.check is not None:
            return _check([Path(path) for path in namespace.check], namespace.name)
        if namespace.name is None:
            return _list()
        return _play(_find(namespace.name))
    except _NoSuchLesson as exc:
        return _complain(str(exc), 2)
    except LessonError as exc:
        return _complain(str(exc), 1)
    except KeyboardInterrupt:
        return 130


class _NoSuchLesson(Exception):
    pass


def _find(name: str) -> Path:
    try:
        return find(name, lesson_files())
    except LookupError as exc:
        raise _NoSuchLesson(exc.args[0]) from None


def _list() -> int:
    files = lesson_files()
    if not files:
        return _complain("the lessons are not installed", 1)
    lessons = [read(path) for path in files]
    indent = " " * (max(len(lesson.name) for lesson in lessons) + 5)
    width = min(100, shutil.get_terminal_size().columns)
    for lesson in lessons:
        print(f"{lesson.number:02} {lesson.name}".ljust(len(indent)) + lesson.title)
        print(textwrap.fill(lesson.goal, width, initial_indent=indent, subsequent_indent=indent))
    print("\nPlay one with `corodemo lesson NAME`.")
    return 0


def _play(path: Path) -> int:
    from corodemo.player import can_play

    played = play_through(read(path))
    # What is wrong with a lesson is said before the screen is taken, or a prediction without an answer would end it.
    problems = problems_of(played)
    if problems:
        raise LessonError(*problems)
    if not can_play():
        from rich.console import Console

        from corodemo.course.printed import print_lesson
        from corodemo.player.frames import THEME

        print_lesson(played, Console(highlight=False, theme=THEME))
        return 0
    from corodemo.course.playing import caption, marks_of
    from corodemo.history import History
    from corodemo.player import play

    play(
        History(played.trace),
        title=played.lesson.title,
        lines_of=played.lines_of,
        marks=marks_of(played),
        caption=partial(caption, played),
    )
    return 0


def _check(paths: list[Path], name: str | None) -> int:
    """Check lessons, a line each, and what is wrong below it."""
    files = [_find(name)] if name is not None else []
    for path in paths:
        files += lesson_files(path) if path.is_dir() else [path]
    if not files and not paths:
        files = lesson_files()
    if not files:
        return _complain("there are no lessons to check; a lesson is a file NN_name.py", 1)
    failed = 0
    for path in files:
        problems, what = _checked(path)
        failed += bool(problems)
        print(f"{'FAIL' if problems else 'ok  '} {path.stem}: {what}")
        for problem in problems:
            print(f"     {problem}")
    return 1 if failed else 0


def _checked(path: Path) -> tuple[list[Problem], str]:
    try:
        lesson = read(path)
    except LessonError as exc:
        return list(exc.problems), "is not a lesson"
    problems = check(lesson)
    codes, exercises = list(lesson.codes), list(lesson.exercises)
    claims = sum(len(cell.claims) for cell in (*codes, *(exercise.check for exercise in exercises)))
    predictions = sum(isinstance(cell, Predict) for cell in lesson.cells)
    words = f"{len(codes)} code cells, {claims} claims, {predictions} predictions, {len(exercises)} exercises"
    return problems, words


def _complain(message: str, status: int) -> int:
    from corodemo.views.text import visible

    for line in message.split("\n"):
        print(f"corodemo lesson: {visible(line)}", file=sys.stderr)
    return status
