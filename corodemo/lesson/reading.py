"""Reading a lesson: its file, its first cell, and the order in which its cells may stand.

What a single cell means is told by `parts`; docs/writing-lessons.md is the same for people. Every problem of a file is found at
once, with its cell and line. Nothing is run here.
"""

from __future__ import annotations

import re
from pathlib import Path

from corodemo.lesson.cells import Cell, LessonError, Problem, split_cells
from corodemo.lesson.model import Code, Covered, Exercise, Lesson, Part, Predict
from corodemo.lesson.parts import (
    Aside,
    code_of,
    exercise_of,
    fields_of,
    is_exercise,
    is_prediction,
    prediction_of,
    text_of,
)

__all__ = ["parse", "read"]

#: No lesson is as long; what is longer is some other file.
MAX_LESSON_BYTES = 1_000_000

_HEADER_FIELDS = ("goal", "section", "hint")
_PROGRAMS = ("starter", "solution")


def read(path: Path) -> Lesson:
    """Return the lesson in a file. Raises LessonError, also for a file that cannot be read."""
    shown = str(path)
    try:
        if not path.is_file():
            raise LessonError(Problem(shown, 0, 0, "is a directory" if path.is_dir() else "no such file"))
        with path.open("rb") as file:
            data = file.read(MAX_LESSON_BYTES + 1)
    except OSError as exc:
        raise LessonError(Problem(shown, 0, 0, f"cannot be read: {exc.strerror}")) from None
    if len(data) > MAX_LESSON_BYTES:
        raise LessonError(Problem(shown, 0, 0, f"longer than {MAX_LESSON_BYTES} bytes; this is not a lesson"))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as exc:
        line = data[: exc.start].count(b"\n") + 1
        raise LessonError(Problem(shown, 0, line, "not UTF-8 text")) from None
    return parse(text, shown)


def parse(text: str, file: str) -> Lesson:
    """Return the lesson in a percent file's text. Raises LessonError with every problem found."""
    problems: list[Problem] = []
    covers: list[Covered] = []
    first, *rest = split_cells(text, file)
    aside = Aside.of(first, covers)
    title, fields = _header(first, aside, file, problems)
    cells = _parts(rest, covers, file, problems)
    _check_order(cells, file, problems)
    if problems:
        raise LessonError(*sorted(problems, key=lambda problem: (problem.cell == 0, problem.cell)))
    number, name = _number_and_name(Path(file).stem)
    return Lesson(
        file,
        number,
        name,
        title,
        fields["goal"],
        fields["section"],
        fields["hint"],
        tuple(cells),
        fields.get("after", ""),
        aside.notes,
        tuple(covers),
    )


def _parts(rest: list[Cell], covers: list[Covered], file: str, problems: list[Problem]) -> list[Part]:
    cells: list[Part] = []
    while rest:
        cell = rest.pop(0)
        if cell.kind == "code":
            if any(tag in _PROGRAMS for tag in cell.tags):
                message = f"tags={list(cell.tags)}, but no **Exercise:** stands before it".replace("'", '"')
                problems.append(Problem(file, cell.number, cell.line, message))
            code = code_of(cell, file, problems)
            if code is not None:
                cells.append(code)
            continue
        aside = Aside.of(cell, covers)
        if is_prediction(aside):
            cells.append(prediction_of(cell, aside, file, problems))
        elif is_exercise(aside):
            programs: list[Cell] = []
            while rest and rest[0].kind == "code" and any(tag in _PROGRAMS for tag in rest[0].tags):
                programs.append(rest.pop(0))
            exercise = _exercise(cell, aside, programs, file, problems)
            if exercise is not None:
                cells.append(exercise)
        elif aside.text or cell.title:
            cells.append(text_of(cell, aside))
    return cells


def _exercise(cell: Cell, aside: Aside, programs: list[Cell], file: str, problems: list[Problem]) -> Exercise | None:
    """Return an exercise with its programs, or None if they are not what it needs."""
    found: dict[str, list[Code]] = {"starter": [], "solution": []}
    for program in programs:
        code = code_of(program, file, problems)
        if code is None:
            return None
        tag = next(tag for tag in program.tags if tag in _PROGRAMS)
        promises = bool(code.prints_line or code.claims or code.raises)
        if promises and (tag == "starter" or found["solution"]):
            message = "what must hold of every program stands in the first solution, and nowhere else"
            problems.append(Problem(file, program.number, code.line, message))
        elif not promises and tag == "solution" and not found["solution"]:
            message = "the first solution must say what holds of every program: `# prints:` or `# holds:`"
            problems.append(Problem(file, program.number, code.line, message))
        found[tag].append(code)
    starters, solutions = found["starter"], found["solution"]
    if len(starters) != 1 or len(solutions) < 2:
        message = (
            'an exercise is followed by one cell tags=["starter"] and two or more tags=["solution"]; '
            f"this has {len(starters)} and {len(solutions)}"
        )
        problems.append(Problem(file, cell.number, cell.line, message))
        return None
    return exercise_of(cell, aside, starters[0], tuple(solutions), file, problems)


def _number_and_name(stem: str) -> tuple[int, str]:
    match = re.fullmatch(r"(\d{1,4})_(.+)", stem)
    return (int(match[1]), match[2]) if match is not None else (0, stem)


def _header(cell: Cell, aside: Aside, file: str, problems: list[Problem]) -> tuple[str, dict[str, str]]:
    title = ""
    fields = dict.fromkeys(_HEADER_FIELDS, "")
    if cell.kind == "markdown":
        fields |= fields_of(aside.lines)
        headings = [line[2:].strip() for line in aside.lines if line.startswith("# ")]
        title = headings[0] if headings else ""
    missing = [name for name in _HEADER_FIELDS if not fields[name]]
    if not title:
        problems.append(Problem(file, cell.number, cell.line, "the first cell must be [markdown] with a `# # Title`"))
    elif missing:
        wanted = ", ".join(f"**{name.capitalize()}:**" for name in missing)
        problems.append(Problem(file, cell.number, cell.line, f"the first cell must have {wanted}"))
    return title, fields


def _check_order(cells: list[Part], file: str, problems: list[Problem]) -> None:
    """See that there is something to run, and that every prediction is about a cell that follows."""
    if not any(isinstance(cell, Code) for cell in cells):
        problems.append(Problem(file, 0, 0, "a lesson needs a code cell"))
    follows = False
    for cell in reversed(cells):
        follows = follows or isinstance(cell, Code)
        if isinstance(cell, Predict) and not follows:
            problems.append(Problem(file, cell.number, cell.line, "no code cell follows this prediction"))
