"""Checking a lesson: it runs, and everything that it says is true.

Every cell prints exactly what it states, raises exactly what it states, every claim about its trace holds, and
every prediction has an answer that is one of its choices. Each thing that is not so is a `Problem` with file,
cell and line.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from corodemo.lesson.cells import Problem
from corodemo.lesson.claims import evidence
from corodemo.lesson.model import Code, Lesson, Predict
from corodemo.lesson.questions import Answer, answer
from corodemo.lesson.running import Played, play_through
from corodemo.lesson.scene import Misread, Scene

__all__ = ["Asked", "ask", "check", "problems_of"]


@dataclass(frozen=True)
class Asked:
    """A prediction put to a run: after which event it is asked, and the answer."""

    predict: Predict
    index: int
    answer: Answer


def check(lesson: Lesson) -> list[Problem]:
    """Run a lesson and return everything that is not as it says."""
    return problems_of(play_through(lesson))


def problems_of(played: Played) -> list[Problem]:
    """Return everything that is not as the lesson says, in the order of the file."""
    found = list(played.problems)
    lesson = played.lesson
    for position, cell in enumerate(lesson.cells):
        if isinstance(cell, Predict):
            code = next(other for other in lesson.cells[position:] if isinstance(other, Code))
            if code.number in played.spans:
                try:
                    ask(cell, code, played)
                except Misread as exc:
                    found.append(Problem(lesson.file, cell.number, cell.line, f"prediction: {exc}"))
        elif isinstance(cell, Code) and cell.number in played.spans:
            found += _check_cell(cell, played)
    return sorted(found, key=lambda problem: (problem.cell, problem.line))


def ask(predict: Predict, code: Code, played: Played) -> Asked:
    """Put a prediction to a run. Raises Misread if it has no answer."""
    scene = Scene(played.trace.events, *played.spans[code.number])
    after = scene.start - 1
    if predict.when is not None:
        reached = evidence(predict.when, scene)
        if reached is None:
            raise Misread(f"it is asked when {predict.when!r}, which never happens")
        after = reached
    found = answer(predict.asks, predict.choices, scene, after)
    if found.index <= after and predict.when is not None:
        raise Misread(f"its answer, {found.text!r}, shows before it is asked")
    return Asked(predict, after, found)


def _check_cell(cell: Code, played: Played) -> list[Problem]:
    file, found = played.lesson.file, []
    scene = Scene(played.trace.events, *played.spans[cell.number])
    raised = played.raised.get(cell.number)
    if cell.raises is not None and raised != cell.raises:
        message = f"states that it raises {cell.raises!r}, but it raises {raised or 'nothing'!r}"
        found.append(Problem(file, cell.number, cell.line, message))
    wrong = _first_difference(cell, [line.rstrip() for line in scene.output().splitlines()])
    if wrong is not None:
        found.append(Problem(file, cell.number, *wrong))
    for claim in cell.claims:
        try:
            held = evidence(claim.sentence, scene) is not None
        except Misread as exc:
            found.append(Problem(file, cell.number, claim.line, f"claim: {exc}"))
            continue
        if not held:
            found.append(Problem(file, cell.number, claim.line, f"claim does not hold: {claim.sentence}"))
    return found


def _first_difference(cell: Code, printed: list[str]) -> tuple[int, str] | None:
    """Return the line of the first output that is not as stated, and a message."""
    stated = [line.rstrip() for line in cell.prints]
    if stated == printed:
        return None
    _, i, i_end, j, j_end = next(
        step
        for step in difflib.SequenceMatcher(None, stated, printed, autojunk=False).get_opcodes()
        if step[0] != "equal"
    )
    where = cell.prints_line + 1 + i if cell.prints_line else cell.line
    if i == i_end:
        return where, f"prints {printed[j]!r}, which it does not state"
    if j == j_end:
        return where, f"states {stated[i]!r}, but does not print it"
    return where, f"states {stated[i]!r}, but prints {printed[j]!r}"
