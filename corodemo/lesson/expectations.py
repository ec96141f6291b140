"""Promises: what a program said of itself, held against what it did."""

from __future__ import annotations

import difflib

from corodemo.lesson.celltrace import CellTrace, Misread
from corodemo.lesson.claims import evidence
from corodemo.lesson.counterexample import instead
from corodemo.lesson.model import Code

__all__ = ["broken_expectations"]


def broken_expectations(
    code: Code, cell_trace: CellTrace, raised: str | None, *, any_output: bool = False
) -> list[tuple[int, str]]:
    """Return each promise that a run did not keep: the line of the file where it stands, and what happened instead.

    raised: what ended the run, as `# raises:` says it. any_output: do not look at what it printed.
    """
    broken: list[tuple[int, str]] = []
    if code.raises is not None and raised != code.raises:
        broken.append((code.line, f"states that it raises {code.raises!r}, but it raises {raised or 'nothing'!r}"))
    if not any_output:
        wrong = _first_difference(code, [line.rstrip() for line in cell_trace.output().splitlines()])
        if wrong is not None:
            broken.append(wrong)
    for claim in code.claims:
        try:
            if evidence(claim.sentence, cell_trace) is None:
                found = instead(claim.sentence, cell_trace)
                message = f"claim does not hold: {claim.sentence}" + (f" ({found})" if found else "")
                broken.append((claim.line, message))
        except Misread as exc:
            broken.append((claim.line, f"claim: {exc}"))
    return broken


def _first_difference(code: Code, printed: list[str]) -> tuple[int, str] | None:
    """Return the line of the first output that is not as stated, and a message."""
    stated = [line.rstrip() for line in code.prints]
    if stated == printed:
        return None
    _, i, i_end, j, j_end = next(
        step
        for step in difflib.SequenceMatcher(None, stated, printed, autojunk=False).get_opcodes()
        if step[0] != "equal"
    )
    where = code.prints_line + 1 + i if code.prints_line else code.line
    if i == i_end:
        return where, f"prints {printed[j]!r}, which it does not state"
    if j == j_end:
        return where, f"states {stated[i]!r}, but does not print it"
    return where, f"states {stated[i]!r}, but prints {printed[j]!r}"
