"""An attempt at an exercise: a learner's program, run in a process of its own and judged.

    python -m corodemo.lesson.attempt LESSON CELL PROGRAM

prints one line of JSON, an `Attempt`. A program that never ends, or that ends the whole process, is then the end of that
process and of nothing else. A `Trial` starts one, and gives it so many seconds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from corodemo.lesson.celltrace import CellTrace
from corodemo.lesson.childprocess import command_of, environment
from corodemo.lesson.exercises import shortfalls
from corodemo.lesson.limits import end_the_process_at_last
from corodemo.lesson.model import Exercise
from corodemo.lesson.reading import read
from corodemo.lesson.running import run_alone

__all__ = ["Attempt", "Trial"]

#: Seconds of real time that a program gets; its waits take none.
SECONDS = 20.0
_MAX_OUTPUT = 4000


@dataclass(frozen=True)
class Attempt:
    """What came of a program."""

    lacks: list[str] = field(default_factory=list)  # a sentence for each thing that it does not do; none if it is right
    output: str = ""

    @property
    def is_right(self) -> bool:
        return not self.lacks


class Trial:
    """A learner's program that is run and judged. Never raises for what the program is or does."""

    def __init__(self, lesson: Path, exercise: Exercise, program: Path, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - until the process is over; not a pipe, which may run full
        self._attempt: Attempt | None = None  # what came of it
        self._process: subprocess.Popen[bytes] | None = None
        command = command_of("corodemo.lesson.attempt", str(lesson), str(exercise.number), str(program))
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=self._said,
                stderr=subprocess.DEVNULL,
                cwd=program.parent,
                env=environment(),
            )
        except OSError as exc:
            self._end(Attempt([f"the program could not be run: {exc.strerror}"]))

    def wait(self) -> Attempt:
        """Return what came of it, when it is over."""
        while (found := self.poll(self._deadline - time.monotonic())) is None:
            pass
        return found

    def poll(self, seconds: float = 0.0) -> Attempt | None:
        """Return what came of it, or None if that is not known in this time."""
        if self._attempt is None:
            assert self._process is not None
            try:
                status = self._process.wait(max(0.0, seconds))
                self._end(self._judged(status))
            except subprocess.TimeoutExpired:
                if time.monotonic() >= self._deadline:
                    message = f"the program does not come to an end: it has run for {self._seconds:g} seconds"
                    self._end(Attempt([message]))
        return self._attempt

    def stop(self) -> None:
        """End it; nothing came of it."""
        if self._attempt is None:
            self._end(Attempt(["the program was stopped"]))

    def _judged(self, status: int) -> Attempt:
        self._said.seek(0)
        try:
            return Attempt(**json.loads(self._said.read().splitlines()[-1]))
        except (ValueError, IndexError, TypeError):
            return Attempt([f"the program ended the whole process, with status {status}"])

    def _end(self, attempt: Attempt) -> None:
        self._attempt = attempt
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._said.close()


def main(lesson: str, cell: str, program: str) -> None:
    """Judge a program in this process, and print the result."""
    end_the_process_at_last(SECONDS + 10)  # should nobody be left who would
    (exercise,) = (one for one in read(Path(lesson)).exercises if one.number == int(cell))
    source = Path(program).read_text(encoding="utf-8")
    ran = run_alone(replace(exercise.starter, source=source, line=1, title=Path(program).name))
    lacks = [_to_a_learner(each.message) for each in shortfalls(exercise, ran)]
    if ran.ended is not None and lacks:
        lacks[0] += f" (line {ran.ended.line})"
    output = CellTrace(ran.trace.events, 0, len(ran.trace.events)).output()[:_MAX_OUTPUT]
    # Code of a cell is called "<cell 5>"; this is a learner's file, with its own lines.
    name = Path(program).name
    lacks, output = [lack.replace(ran.code.file, name) for lack in lacks], output.replace(ran.code.file, name)
    print("\n" + json.dumps(asdict(Attempt(lacks, output))))


def _to_a_learner(message: str) -> str:
    """Say what is missing as something to do; to an author it is something that is not so."""
    for words, instead in (
        ("claim does not hold: ", "it should hold that "),
        ("claim: ", ""),
        ("states that it raises ", "it should raise "),
        ("states ", "it should print "),
        ("the program ", "the program "),
    ):
        if message.startswith(words):
            return instead + message.removeprefix(words)
    return "it " + message.replace("which it does not state", "which it should not")


if __name__ == "__main__":
    main(*sys.argv[1:4])
