"""Exercise files: a learner's file for an exercise, their editor, and what came of it.

The file is made from the starter once, in the course's data folder, and never written again: what a learner has typed is
theirs. It is judged by `corodemo.lesson.attempt`, in a process of its own.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import textwrap
from pathlib import Path

from corodemo.course.progress import data_folder
from corodemo.lesson.attempt import Trial
from corodemo.lesson.model import Exercise, Lesson

__all__ = ["ExerciseFiles", "editor"]


def editor() -> str:
    """Return the command of the person's editor, "" if they have none."""
    return os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""


class ExerciseFiles:
    """The exercises of one lesson, and how far somebody has come with them."""

    def __init__(self, lesson: Lesson, folder: Path | None = None) -> None:
        self.lesson = lesson
        self._folder = folder
        self._hints: dict[int, int] = {}  # how many were shown, by the exercise's cell

    def place(self, exercise: Exercise) -> int:
        """Return an exercise's place among the lesson's, from 1."""
        return [one.number for one in self.lesson.exercises].index(exercise.number) + 1

    def path(self, exercise: Exercise) -> Path:
        """Return where the learner's file is. Raises RuntimeError where there is no home."""
        folder = self._folder if self._folder is not None else data_folder() / "exercises"
        place = self.place(exercise)
        return folder / f"{Path(self.lesson.file).stem}{'' if place == 1 else f'_{place}'}.py"

    def open(self, exercise: Exercise) -> Path:
        """Make the learner's file, if there is none yet, and return its path. Raises OSError."""
        path = self.path(exercise)
        path.parent.mkdir(parents=True, exist_ok=True)
        task = textwrap.indent(textwrap.fill(exercise.task, 76), "# ")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(f"{task}\n\n{exercise.starter.source}")
        except FileExistsError:
            pass
        return path

    def edit(self, exercise: Exercise) -> str:
        """Open the learner's file in their editor; return what went wrong, or ""."""
        try:
            path = self.open(exercise)
            subprocess.run([*shlex.split(editor()), str(path)], check=False)
        except (OSError, ValueError, RuntimeError) as exc:
            return f"the editor {editor()!r} could not be started: {exc}"
        return ""

    def verify(self, exercise: Exercise) -> Trial | None:
        """Begin to judge the learner's file; None if there is none yet."""
        path = self.path(exercise)
        return Trial(Path(self.lesson.file), exercise, path) if path.exists() else None

    def hints(self, exercise: Exercise) -> tuple[str, ...]:
        """Return one hint more than the last time, until all are out."""
        shown = min(self._hints.get(exercise.number, 0) + 1, len(exercise.hints))
        self._hints[exercise.number] = shown
        return exercise.hints[:shown]
