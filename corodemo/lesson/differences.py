"""Differences: where a lesson's cells print something else on Python's own asyncio than on corodemo.

A cell that says `asyncio="why"` is known to differ, and is left out there. Of an exception only its type must be the same,
since its words change from one version of Python to the next.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from corodemo.lesson.asyncio_twin import Outcome, Twin
from corodemo.lesson.cells import Problem
from corodemo.lesson.celltrace import CellTrace
from corodemo.lesson.model import Code
from corodemo.lesson.running import Played, Ran

__all__ = ["differences"]


def differences(played: Played, alone: Mapping[int, Ran]) -> list[Problem]:
    """Run a lesson and the solutions of its exercises on asyncio, and return the cells that are not the same there.

    alone: how the solutions ran here, by their cells.
    """
    found: list[Problem] = []
    file = played.lesson.file
    with Twin() as twin:
        for cell in played.lesson.codes:
            if cell.number not in played.spans:
                break
            if cell.unlike_asyncio is not None:
                twin.define(cell)
            else:
                cell_trace = CellTrace(played.trace.events, *played.spans[cell.number])
                found += _different(file, cell, cell_trace, played.raised.get(cell.number), twin.run(cell))
    for solution in (code for exercise in played.lesson.exercises for code in exercise.solutions):
        if solution.unlike_asyncio is None:
            ran = alone[solution.number]
            cell_trace = CellTrace(ran.trace.events, 0, len(ran.trace.events))
            raised = ran.ended.error if ran.ended is not None else None
            with Twin() as twin:
                found += _different(file, solution, cell_trace, raised, twin.run(solution))
    return found


def _different(file: str, cell: Code, here: CellTrace, raised: str | None, there: Outcome) -> list[Problem]:
    what = _first_difference(here, there)
    if not what and _kind(raised) != _kind(there.error):
        what = f"it raises {there.error or 'nothing'!r}, and here {raised or 'nothing'!r}"
    if not what:
        return []
    return [Problem(file, cell.number, cell.line, f'on asyncio {what}; if that must be so, say why: asyncio="..."')]


def _first_difference(here: CellTrace, there: Outcome) -> str:
    lines = [line.rstrip() for line in here.output().splitlines()]
    for one, other in itertools.zip_longest(lines, there.lines):
        if one is None:
            return f"it also prints {other!r}"
        if other is None:
            return f"it does not print {one!r}" + (f", and raises {there.error}" if there.error else "")
        if one != other:
            return f"it prints {other!r}, and here {one!r}"
    return ""


def _kind(error: str | None) -> str | None:
    return None if error is None else error.partition(":")[0]
