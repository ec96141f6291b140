"""What lessons quote is what is said: each `> line` of a lesson is held by a claim about a cell before it.

A quotation leaves something out where it has "…": times count through the whole run, and would go wrong with each cell added.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from corodemo.lesson import lesson_files, read
from corodemo.lesson.model import Code, Text


def quotations(text: str) -> Iterator[str]:
    lines: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line.startswith("> "):
            lines.append(line[2:])
        elif lines:
            yield " ".join(lines).rstrip(".")
            lines = []


@pytest.mark.parametrize("path", lesson_files(), ids=lambda path: path.stem)
def test_what_a_lesson_quotes_from_why_is_held_by_claims(path):
    said: list[str] = []
    unfounded: list[str] = []
    for cell in read(path).cells:
        if isinstance(cell, Code):
            said += [claim.sentence.partition(" says: ")[2] for claim in cell.claims]
        elif isinstance(cell, Text):
            parts = [part.strip() for quotation in quotations(cell.text) for part in quotation.split("…")]
            unfounded += [part for part in parts if part not in said]
    assert unfounded == []
