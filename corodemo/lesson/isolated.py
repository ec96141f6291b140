"""Checking lessons in a process of their own, so that nothing that one of them does ends the check of the others.

A cell may end the process, by a signal or a crash in C; it may raise KeyboardInterrupt, as Ctrl-C does; it may never come back
from a call, and then no alarm reaches it. So one process checks lesson after lesson, and writes a line of JSON for each.
When it ends before the last, its last words tell of which cell and line, and another one goes on with the next lesson.

    python -m corodemo.lesson.isolated SECONDS FILE...
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from corodemo.lesson import limits
from corodemo.lesson.cellcode import one_line
from corodemo.lesson.cells import Problem
from corodemo.lesson.checking import check
from corodemo.lesson.childprocess import command_of, environment
from corodemo.lesson.model import Lesson
from corodemo.lesson.reading import read

__all__ = ["check_apart"]

#: Of real time, for one cell: three times what one gets that can be interrupted.
SECONDS = 3 * limits.MAX_SECONDS

#: A frame in a cell, as `faulthandler` and `traceback` write it. The first is the place: `faulthandler` begins with the newest
#: thread, and in it with the innermost call.
_FRAME = re.compile(r'^  File "<cell (\d+)>", line (\d+),? in ', re.MULTILINE)


def check_apart(lessons: Sequence[Lesson], seconds: float = SECONDS) -> Iterator[Sequence[Problem]]:
    """Check lessons; yield what is wrong with each, in order, as soon as it is known.

    seconds: of real time that a cell may take, if it cannot be interrupted.
    """
    left = list(lessons)
    while left:
        files = [lesson.file for lesson in left]
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                command_of("corodemo.lesson.isolated", str(seconds), *files),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                env=environment(),
                start_new_session=True,  # a Ctrl-C at the terminal is for us: where it is seen there, a cell has raised it
            )
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    yield [Problem(**problem) for problem in json.loads(line)]
                    del left[0]
                process.wait()
            finally:
                process.kill()
                process.stdout.close()
                process.wait()
            said.seek(0)
            last_words = said.read().decode(errors="replace")
        if left:
            yield [_obituary(left.pop(0), process.returncode, last_words, seconds)]


def _obituary(lesson: Lesson, status: int, last_words: str, seconds: float) -> Problem:
    """Say what ended the process in the middle of a lesson."""
    _, hung, frames = last_words.rpartition(limits.LAST_WORDS)
    if hung:
        message = f"does not come to an end: it has run for {seconds:g} seconds, and cannot be interrupted"
    elif status < 0:
        message = f"ends the whole process, by {signal.Signals(-status).name}"
    else:
        message = f"ends the whole process, with status {status}"
        if status == 1 and last_words.strip():
            message += f": {last_words.splitlines()[-1]}"
    return _problem(lesson, frames, message)


def _problem(lesson: Lesson, frames: str, message: str) -> Problem:
    """Return a problem at the first of these frames that is a cell's."""
    programs = [*lesson.codes, *(code for exercise in lesson.exercises for code in exercise.programs)]
    begins = {code.number: code.line for code in programs}
    frame = _FRAME.search(frames)
    if frame is None:
        return Problem(lesson.file, 0, 0, message)
    cell, line = int(frame[1]), int(frame[2])
    return Problem(lesson.file, cell, begins[cell] + line - 1, message)


def main(seconds: str, *files: str) -> None:
    """Check lessons in this process, and write what is found of each where stdout was; what they write there is lost."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as found, open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        limits.end_the_process_at_last(float(seconds))
        for file in files:
            print(json.dumps([asdict(problem) for problem in _problems_of(file)]), file=found, flush=True)
    os._exit(0)  # at once: a thread that a lesson left may never end


def _problems_of(file: str) -> Sequence[Problem]:
    lesson = read(Path(file))
    try:
        return check(lesson)
    except BaseException as exc:
        # A KeyboardInterrupt of a cell goes through the check, and what a cell has spoilt may make the check itself fail.
        innermost_first = "".join(reversed(traceback.format_tb(exc.__traceback__)))
        return [_problem(lesson, innermost_first, f"raised {one_line(exc)}, which ends the check")]


if __name__ == "__main__":
    main(*sys.argv[1:])
