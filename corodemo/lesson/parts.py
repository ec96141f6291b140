"""What one cell of a lesson means: a text, a prediction, a program with its promises, an exercise.

A cell of text says what it is by its first words in bold: **Predict:**, **Order:**, **Exercise:**, **Observe:**, **Try:**. Two
kinds of paragraph may stand in any of them and are not shown: **Notes:** are for the one who presents the lesson, and
**Chapter:** says which note or example of the chapter is treated here. Nothing is guessed: what cannot be read is a problem
with its cell and line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corodemo.lesson.cells import Cell, Problem
from corodemo.lesson.model import Claim, Code, Covered, Exercise, Predict, Text
from corodemo.lesson.questions import ORDER

__all__ = [
    "Aside",
    "code_of",
    "exercise_of",
    "fields_of",
    "is_exercise",
    "is_prediction",
    "prediction_of",
    "text_of",
]

_FIELD = re.compile(r"\*\*(?P<key>[A-Za-z ]+):\*\*\s*(?P<value>.*)")
_PROMISE = re.compile(r"# (?P<key>prints|raises|holds):\s*(?P<rest>.*)")
_CHOICE = re.compile(r"[-*] +(?P<text>.+)")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d")


@dataclass(frozen=True)
class Aside:
    """The lines of a cell that are for the learner, and what was said aside."""

    lines: tuple[str, ...]
    notes: str

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")

    @classmethod
    def of(cls, cell: Cell, covers: list[Covered]) -> Aside:
        """Take the notes out of a cell, and put what it says of the chapter into `covers`."""
        lines: list[str] = []
        notes: list[str] = []
        in_notes = False
        for offset, line in enumerate(cell.lines, 1):
            field = _FIELD.fullmatch(line)
            key = field["key"] if field is not None else ""
            if field is not None:
                in_notes = key == "Notes"
            if key == "Chapter" and field is not None:
                covers.append(Covered(field["value"].strip(), cell.number, cell.line + offset))
            elif key == "Notes" and field is not None:
                notes.append(field["value"])
            elif in_notes and line:
                notes[-1] += f"\n{line}"
            else:
                in_notes = False
                if line or (lines and lines[-1]):  # what was taken out leaves no hole
                    lines.append(line)
        return cls(tuple(lines), "\n\n".join(notes))


def is_prediction(aside: Aside) -> bool:
    return any(line.startswith(("**Predict:**", "**Order:**")) for line in aside.lines)


def is_exercise(aside: Aside) -> bool:
    return any(line.startswith("**Exercise:**") for line in aside.lines)


def fields_of(lines: tuple[str, ...]) -> dict[str, str]:
    """Return the `**Key:** value` paragraphs, by key in lower case."""
    found: dict[str, str] = {}
    key = ""
    for line in lines:
        match = _FIELD.fullmatch(line)
        if match is not None:
            key = match["key"].lower()
            found[key] = match["value"]
        elif key and line and not _CHOICE.fullmatch(line):
            found[key] = f"{found[key]} {line}".strip()
        else:
            key = ""
    return found


def text_of(cell: Cell, aside: Aside) -> Text:
    text = aside.text
    if cell.title:
        text = f"## {cell.title}\n\n{text}"
    first = _FIELD.match(text)
    purpose = first["key"].lower() if first is not None else ""
    if purpose not in ("observe", "try"):
        purpose = "explain"
    return Text(cell.number, cell.line, purpose, text, aside.notes)  # type: ignore[arg-type]


def prediction_of(cell: Cell, aside: Aside, file: str, problems: list[Problem]) -> Predict:
    fields = fields_of(aside.lines)
    choices = [match["text"] for line in aside.lines if (match := _CHOICE.fullmatch(line)) is not None]
    asks, question = fields.get("asks", ""), _as_sentence(fields.get("predict", ""))

    def complain(message: str) -> None:
        problems.append(Problem(file, cell.number, cell.line, message))

    if "order" in fields:
        if asks or question:
            complain("an **Order:** asks for the order of its lines, and for nothing else")
        if not 2 <= len(choices) <= 9:
            complain(f"an **Order:** has two to nine lines; this has {len(choices)}")
        return Predict(
            cell.number,
            cell.line,
            _as_sentence(fields["order"]),
            tuple(choices),
            ORDER,
            fields.get("when"),
            aside.notes,
        )
    if not asks:
        complain("a prediction must say what it **Asks:** of the trace")
    if len(choices) == 1 or len(choices) > 9:
        complain(f"a prediction has two to nine choices, or none if the answer is typed; this has {len(choices)}")
    return Predict(cell.number, cell.line, question, tuple(choices), asks, fields.get("when"), aside.notes)


def _as_sentence(text: str) -> str:
    """Return what stood after a colon with a capital at its beginning: where it is shown it stands alone."""
    return text[:1].upper() + text[1:]


def exercise_of(
    cell: Cell, aside: Aside, starter: Code, solutions: tuple[Code, ...], file: str, problems: list[Problem]
) -> Exercise:
    task: list[str] = []
    hints: list[str] = []
    for line in aside.lines:
        match = _CHOICE.fullmatch(line)
        if match is not None:
            hints.append(match["text"])
        elif not hints:
            task.append(line)
        elif line.startswith("  "):
            hints[-1] += f" {line.strip()}"
        elif line:
            message = f"after the hints come only hints, each as `# - hint`; its second line is indented: {line}"
            problems.append(Problem(file, cell.number, cell.line, message))
    if not 1 <= len(hints) <= 5:
        message = f"an exercise has one to five hints, each as `# - hint`; this has {len(hints)}"
        problems.append(Problem(file, cell.number, cell.line, message))
    text = _as_sentence("\n".join(task).strip("\n").replace("**Exercise:**", "", 1).strip())
    if not text:
        problems.append(Problem(file, cell.number, cell.line, "the exercise does not say what to do"))
    return Exercise(cell.number, cell.line, text, tuple(hints), starter, solutions, aside.notes)


def code_of(cell: Cell, file: str, problems: list[Problem]) -> Code | None:
    """Return a program with its promises, or None if the cell is empty."""
    start = next((i for i, line in enumerate(cell.lines) if _PROMISE.fullmatch(line)), len(cell.lines))
    source = list(cell.lines[:start])
    while source and not source[-1]:
        source.pop()
    leading = next((i for i, line in enumerate(source) if line), len(source))
    del source[:leading]
    if not source and start == len(cell.lines):
        problems.append(Problem(file, cell.number, cell.line, "an empty code cell"))
        return None
    prints, prints_line, raises, claims = _promises(cell, start, file, problems)
    clock, reason = cell.option("clock"), cell.option("asyncio")
    if clock is not None and not _CLOCK.fullmatch(clock):
        problems.append(Problem(file, cell.number, cell.line, f'clock="{clock}" is no time of day such as "17:13:52"'))
    if reason is not None and not reason.strip():
        problems.append(Problem(file, cell.number, cell.line, 'asyncio="" must say why asyncio does something else'))
    first, text = cell.line + 1 + leading, "\n".join(source) + "\n"
    return Code(cell.number, first, cell.title, text, prints, prints_line, raises, claims, clock, reason)


def _promises(
    cell: Cell, start: int, file: str, problems: list[Problem]
) -> tuple[tuple[str, ...], int, str | None, tuple[Claim, ...]]:
    """Read what a cell promises, from line `start` of it on: what it prints and from where that stands, raises, and claims."""
    prints: list[str] = []
    claims: list[Claim] = []
    raises: str | None = None
    prints_line, key = 0, ""
    for offset, line in enumerate(cell.lines[start:], start):
        number = cell.line + 1 + offset
        match = _PROMISE.fullmatch(line)
        if match is not None:
            key = match["key"]
            if key == "raises":
                raises = match["rest"]
            elif match["rest"]:
                message = f"what stands after `# {key}:` goes into the next line"
                problems.append(Problem(file, cell.number, number, message))
            if key == "prints":
                prints_line = number
        elif line and not line.startswith("#"):
            problems.append(Problem(file, cell.number, number, f"code after `# {key}:`; promises end a cell"))
            break
        elif line and key == "prints":
            prints.append(line[2:] if line.startswith("# ") else line[1:])
        elif line.startswith("# - ") and key == "holds":
            claims.append(Claim(line[4:], number))
        elif line.strip("# "):
            problems.append(Problem(file, cell.number, number, f"under `# {key}:` a line is not understood: {line}"))
    return tuple(prints), prints_line, raises, tuple(claims)
