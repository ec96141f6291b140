"""Checking a lesson: it runs, and everything that it says is true.

Every cell prints exactly what it states, raises exactly what it states, every claim about its trace holds, every
prediction has an answer that is one of its choices, every exercise can be solved and is not solved yet, and asyncio
does the same. Each thing that is not so is a `Problem` with file, cell and line.
"""

from __future__ import annotations

from dataclasses import dataclass

from corodemo.lesson.cells import Problem
from corodemo.lesson.celltrace import CellTrace, Misread
from corodemo.lesson.claims import evidence
from corodemo.lesson.differences import differences
from corodemo.lesson.exercises import shortfalls
from corodemo.lesson.expectations import broken_expectations
from corodemo.lesson.model import Code, Exercise, Lesson, Predict
from corodemo.lesson.questions import Answer, answer
from corodemo.lesson.running import Played, Ran, play_through, run_alone

__all__ = ["Asked", "ask", "check", "problems_of"]


@dataclass(frozen=True)
class Asked:
    """A prediction put to a run: after which event it is asked, and the answer."""

    predict: Predict
    index: int
    answer: Answer


def check(lesson: Lesson) -> list[Problem]:
    """Run a lesson and return everything that is not as it says, and what asyncio does in another way."""
    played = play_through(lesson)
    problems = problems_of(played)
    alone = {code.number: run_alone(code) for exercise in lesson.exercises for code in exercise.programs}
    for exercise in lesson.exercises:
        problems += _check_exercise(exercise, alone, lesson.file)
    if not problems:
        problems = differences(played, alone)
    return sorted(problems, key=lambda problem: (problem.cell, problem.line))


def problems_of(played: Played) -> list[Problem]:
    """Return everything in which a run was not as the lesson says, in the order of the file."""
    found = list(played.problems)
    lesson = played.lesson
    failed = {problem.cell for problem in found}  # what such a cell does not print any more goes without saying
    for position, cell in enumerate(lesson.cells):
        if isinstance(cell, Predict):
            code = next(other for other in lesson.cells[position:] if isinstance(other, Code))
            if code.number in played.spans:
                try:
                    ask(cell, code, played)
                except Misread as exc:
                    found.append(Problem(lesson.file, cell.number, cell.line, f"prediction: {exc}"))
        elif isinstance(cell, Code) and cell.number in played.spans and cell.number not in failed:
            found += _check_cell(cell, played)
    return sorted(found, key=lambda problem: (problem.cell, problem.line))


def ask(predict: Predict, code: Code, played: Played) -> Asked:
    """Put a prediction to a run. Raises Misread if it has no answer."""
    cell_trace = CellTrace(played.trace.events, *played.spans[code.number])
    after = cell_trace.start - 1
    if predict.when is not None:
        reached = evidence(predict.when, cell_trace)
        if reached is None:
            raise Misread(f"it is asked when {predict.when!r}, which never happens")
        after = reached
    found = answer(predict.asks, predict.choices, cell_trace, after)
    if found.index <= after and predict.when is not None:
        raise Misread(f"its answer, {found.text!r}, shows before it is asked")
    return Asked(predict, after, found)


def _check_cell(cell: Code, played: Played) -> list[Problem]:
    cell_trace = CellTrace(played.trace.events, *played.spans[cell.number])
    return [
        Problem(played.lesson.file, cell.number, line, message)
        for line, message in broken_expectations(cell, cell_trace, played.raised.get(cell.number))
    ]


def _check_exercise(exercise: Exercise, alone: dict[int, Ran], file: str) -> list[Problem]:
    """See that what is to be made can be made, in more than one way, and is not made yet."""
    found = []
    for code in exercise.programs:
        ran = alone[code.number]
        missed = shortfalls(exercise, ran)
        if code is exercise.starter:
            if not missed:
                message = "the starter passes already: nothing is left to do"
                found.append(Problem(file, code.number, code.line, message))
            continue
        if ran.ended is not None and ran.ended.error != exercise.check.raises:
            found.append(Problem(file, code.number, ran.ended.line, f"the solution raised {ran.ended.error}"))
        else:
            found += [
                Problem(file, code.number, each.line, f"the solution does not pass: {each.message}") for each in missed
            ]
    return found
