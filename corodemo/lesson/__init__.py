"""Lessons: Python files in the percent format whose cells are read, predicted, run, stepped through, and checked.

A lesson is run once, under the virtual clock, and recorded; then it is played, printed or checked, all from that
one recording. So the same lesson shows the same screens each time, and nothing that it says can drift from the
truth: `check` holds every stated output, every claim about the trace and every prediction against the run. How
to write one is told in `docs/writing-lessons.md`.

`reading` reads a file into the parts of `model`, `running` runs it, `checking` checks it, `exercises` judges what learners
make, `catalog` knows where lessons are. To play and to print one is `corodemo.course`.
"""

from __future__ import annotations

from corodemo.lesson.catalog import find, lesson_files
from corodemo.lesson.cells import LessonError, Problem
from corodemo.lesson.checking import check
from corodemo.lesson.model import Lesson
from corodemo.lesson.reading import parse, read
from corodemo.lesson.running import Played, play_through

__all__ = [
    "Lesson",
    "LessonError",
    "Played",
    "Problem",
    "check",
    "find",
    "lesson_files",
    "parse",
    "play_through",
    "read",
]
