"""An attempt at an exercise: a learner's program, run in a process of its own and judged.

    python -m corodemo.lesson.attempt LESSON CELL PROGRAM

prints one line of JSON, an `Attempt`. A program that never ends, or that ends the whole process, is then the end of that process
and of nothing else. `attempt` starts one, and gives it so many seconds.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from corodemo.lesson.apart import command_of, environment
from corodemo.lesson.exercises import shortfalls
from corodemo.lesson.model import Exercise
from corodemo.lesson.reading import read
from corodemo.lesson.running import run_alone
from corodemo.lesson.scene import Scene

__all__ = ["Attempt", "attempt"]

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


def attempt(lesson: Path, exercise: Exercise, program: Path, seconds: float = SECONDS) -> Attempt:
    """Run a learner's program and judge it. Never raises for what the program is or does."""
    command = command_of("corodemo.lesson.attempt", str(lesson), str(exercise.number), str(program))
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
            cwd=program.parent,
            env=environment(),
        )
    except subprocess.TimeoutExpired:
        return Attempt([f"the program does not come to an end: it has run for {seconds:g} seconds"])
    except OSError as exc:
        return Attempt([f"the program could not be run: {exc.strerror}"])
    try:
        return Attempt(**json.loads(done.stdout.splitlines()[-1]))
    except (ValueError, IndexError, TypeError):
        return Attempt([f"the program ended the whole process, with status {done.returncode}"])


def main(lesson: str, cell: str, program: str) -> None:
    """Judge a program in this process, and print the result."""
    (exercise,) = (one for one in read(Path(lesson)).exercises if one.number == int(cell))
    source = Path(program).read_text(encoding="utf-8")
    ran = run_alone(replace(exercise.starter, source=source, line=1, title=Path(program).name))
    lacks = [_to_a_learner(each.message) for each in shortfalls(exercise, ran)]
    if ran.ended is not None and lacks:
        lacks[0] += f" (line {ran.ended.line})"
    output = Scene(ran.trace.events, 0, len(ran.trace.events)).output()[:_MAX_OUTPUT]
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
