"""The list of the lessons: what each is about, what of it is done, and how well one predicts."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from corodemo.course.progress import Record
from corodemo.lesson import Lesson, LessonError, read
from corodemo.views.text import visible

__all__ = ["print_list"]


def print_list(files: Sequence[Path], record: Record, how: str = "NAME") -> None:
    """Print the lessons in these files, a broken one with what is wrong with it. how: one of them is asked for."""
    signs = ("✓", "…") if (sys.stdout.encoding or "").lower().startswith("utf") else ("x", "-")
    size = shutil.get_terminal_size()
    width = min(100, size.columns)
    names = [path.stem.partition("_")[2] for path in files]
    indent = " " * (max(map(len, names)) + 7)
    entries: list[tuple[str, str]] = []  # a line, and the goal below it
    begun = False
    open_one = ""  # the first that is not done
    for path, name in zip(files, names, strict=True):
        number = path.stem.partition("_")[0]
        try:
            lesson = read(path)
        except LessonError as exc:
            entries.append((f"! {number} {name}".ljust(len(indent)) + f"is not a lesson: {exc.problems[0]}", ""))
            continue
        sign = _sign(lesson, record, signs)
        begun = begun or sign != " "
        open_one = open_one or (name if sign != signs[0] else "")
        goal = textwrap.fill(visible(lesson.goal), width, initial_indent=indent, subsequent_indent=indent)
        entries.append((f"{sign} {number} {name}".ljust(len(indent)) + lesson.title, goal))
    # In a low window the first lessons would be gone off the top.
    has_goals = not sys.stdout.isatty() or sum(2 + goal.count("\n") for _, goal in entries) + 6 <= size.lines
    for line, goal in entries:
        print(visible(line))
        if goal and has_goals:
            print(goal)
    done = sum(record.of(name).done for name in names)
    if done:
        print(f"\n{done} of {len(files)} done.")
    for kind, tally in sorted(record.tallies.items()):
        print(f"{'predictions: ' if kind else ''}{kind}: {tally.right} of {tally.asked} right")
    if how == "NAME" and open_one:
        print(
            f"\n{'Go on' if begun else 'Begin'} with `corodemo lesson {open_one}`, or play any: `corodemo lesson NAME`."
        )
    else:
        print(f"\nPlay one with `corodemo lesson {visible(how)}`.")
    if not has_goals:
        print("What each is for does not fit this window: `corodemo lesson | more`.")


def _sign(lesson: Lesson, record: Record, signs: tuple[str, str]) -> str:
    """Say in one sign how far somebody has come with a lesson: done, begun, or nothing."""
    progress = record.of(lesson.name)
    exercises = len(list(lesson.exercises))
    if progress.done and len([place for place in progress.solved if place <= exercises]) == exercises:
        return signs[0]
    return signs[1] if progress.done or progress.index >= 0 or progress.solved else " "
