"""Exercises: whether a program does what was asked for, judged by what it did, never by how it is written.

What an exercise asks for is what its first solution promises of its output and its trace. So any program that behaves so is
accepted. A program runs alone, from the first line to the last, under a virtual clock.
"""

from __future__ import annotations

from dataclasses import dataclass

from corodemo.lesson.celltrace import CellTrace
from corodemo.lesson.expectations import broken_expectations
from corodemo.lesson.model import Exercise
from corodemo.lesson.running import Ran

__all__ = ["Shortfall", "shortfalls"]


@dataclass(frozen=True)
class Shortfall:
    """Something that an exercise asks for and a program did not do."""

    line: int  # of the lesson's file, where it is asked for
    message: str


def shortfalls(exercise: Exercise, ran: Ran) -> list[Shortfall]:
    """Return what a program lacks; none if it passes."""
    check = exercise.check
    if ran.ended is not None and (ran.ended.is_fatal or check.raises is None):
        how = ran.ended.error if ran.ended.is_fatal else f"raised {ran.ended.error}"
        return [Shortfall(check.line, f"the program {how}")]
    cell_trace = CellTrace(ran.trace.events, 0, len(ran.trace.events))
    raised = None if ran.ended is None else ran.ended.error
    broken = broken_expectations(check, cell_trace, raised, any_output=check.prints_line == 0)
    return [Shortfall(*each) for each in broken]
