"""A lesson as data: what its cells are for, and what they promise.

`parse` reads a percent file and tells text, predictions and code apart; `docs/writing-lessons.md` is the same for
people. A promise (what a cell prints, what holds of its trace, what a learner is asked) is kept as it was
written, with its line, and is put to the test in `check`. Nothing is run here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corodemo.lesson.cells import Cell, LessonError, Problem, split_cells

__all__ = ["Claim", "Code", "Lesson", "Predict", "Text", "parse", "read"]

#: No lesson is as long; what is longer is some other file.
MAX_LESSON_BYTES = 1_000_000

_FIELD = re.compile(r"\*\*(?P<key>[A-Za-z ]+):\*\*\s*(?P<value>.*)")
_PROMISE = re.compile(r"# (?P<key>prints|raises|holds):\s*(?P<rest>.*)")
_CHOICE = re.compile(r"[-*] +(?P<text>.+)")
_HEADER_FIELDS = ("goal", "section", "hint")


@dataclass(frozen=True)
class Claim:
    """A sentence about the trace, as it stands in the file."""

    sentence: str
    line: int


@dataclass(frozen=True)
class Text:
    """A cell to read."""

    number: int
    line: int
    purpose: Literal["explain", "observe", "try"]
    text: str  # Markdown


@dataclass(frozen=True)
class Predict:
    """A question about the next code cell, asked before the answer shows."""

    number: int
    line: int
    question: str  # Markdown
    choices: tuple[str, ...]  # empty: the answer is typed
    asks: str  # a question to the trace, see `questions`
    when: str | None  # a claim: the question is asked once it holds; None: before the cell runs


@dataclass(frozen=True)
class Code:
    """A cell to run, and what it promises."""

    number: int
    line: int  # of its first line of source
    title: str
    source: str  # without the promises, which would give the answers away
    prints: tuple[str, ...]  # the lines, in order
    prints_line: int
    raises: str | None  # "RuntimeError: no running event loop"
    claims: tuple[Claim, ...]
    clock: str | None  # what the wall clock shows when the cell begins, "17:13:52"; None: it goes on

    @property
    def file(self) -> str:
        """What the cell's code is called in traces and tracebacks."""
        return f"<cell {self.number}>"


@dataclass(frozen=True)
class Lesson:
    """One lesson."""

    file: str
    number: int  # of NN_name.py; 0 if the name has none
    name: str
    title: str
    goal: str
    section: str  # of the chapter
    hint: str
    cells: tuple[Text | Predict | Code, ...]


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
    raw = split_cells(text, file)
    problems: list[Problem] = []
    title, fields = _header(raw[0], file, problems)
    cells: list[Text | Predict | Code] = []
    for cell in raw[1:]:
        if cell.kind == "code":
            code = _code(cell, file, problems)
            if code is not None:
                cells.append(code)
        elif any(line.startswith("**Predict:**") for line in cell.lines):
            cells.append(_predict(cell, file, problems))
        else:
            cells.append(_text(cell))
    _check_order(cells, file, problems)
    if problems:
        raise LessonError(*problems)
    number, name = _number_and_name(Path(file).stem)
    return Lesson(file, number, name, title, fields["goal"], fields["section"], fields["hint"], tuple(cells))


def _number_and_name(stem: str) -> tuple[int, str]:
    match = re.fullmatch(r"(\d{1,4})_(.+)", stem)
    return (int(match[1]), match[2]) if match is not None else (0, stem)


def _header(cell: Cell, file: str, problems: list[Problem]) -> tuple[str, dict[str, str]]:
    title = ""
    fields = dict.fromkeys(_HEADER_FIELDS, "")
    if cell.kind == "markdown":
        fields |= _fields(cell.lines)
        headings = [line[2:].strip() for line in cell.lines if line.startswith("# ")]
        title = headings[0] if headings else ""
    missing = [name for name in _HEADER_FIELDS if not fields[name]]
    if not title:
        problems.append(Problem(file, cell.number, cell.line, "the first cell must be [markdown] with a `# # Title`"))
    elif missing:
        wanted = ", ".join(f"**{name.capitalize()}:**" for name in missing)
        problems.append(Problem(file, cell.number, cell.line, f"the first cell must have {wanted}"))
    return title, fields


def _fields(lines: tuple[str, ...]) -> dict[str, str]:
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


def _text(cell: Cell) -> Text:
    text = "\n".join(cell.lines).strip("\n")
    if cell.title:
        text = f"## {cell.title}\n\n{text}"
    first = _FIELD.match(text)
    purpose = first["key"].lower() if first is not None else ""
    return Text(cell.number, cell.line, purpose if purpose in ("observe", "try") else "explain", text)  # type: ignore[arg-type]


def _predict(cell: Cell, file: str, problems: list[Problem]) -> Predict:
    fields = _fields(cell.lines)
    choices = [match["text"] for line in cell.lines if (match := _CHOICE.fullmatch(line)) is not None]
    asks = fields.get("asks", "")
    if not asks:
        problems.append(Problem(file, cell.number, cell.line, "a prediction must say what it **Asks:** of the trace"))
    if len(choices) == 1 or len(choices) > 9:
        message = f"a prediction has two to nine choices, or none if the answer is typed; this has {len(choices)}"
        problems.append(Problem(file, cell.number, cell.line, message))
    return Predict(cell.number, cell.line, fields["predict"], tuple(choices), asks, fields.get("when"))


def _code(cell: Cell, file: str, problems: list[Problem]) -> Code | None:
    start = next((i for i, line in enumerate(cell.lines) if _PROMISE.fullmatch(line)), len(cell.lines))
    source = list(cell.lines[:start])
    while source and not source[-1]:
        source.pop()
    leading = next((i for i, line in enumerate(source) if line), len(source))
    del source[:leading]
    first = cell.line + 1 + leading
    text = "\n".join(source) + "\n"
    if not source and start == len(cell.lines):
        problems.append(Problem(file, cell.number, cell.line, "an empty code cell"))
        return None
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
                problems.append(
                    Problem(file, cell.number, number, f"what stands after `# {key}:` goes into the next line")
                )
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
    clock = cell.options.get("clock")
    if clock is not None and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d", clock):
        problems.append(Problem(file, cell.number, cell.line, f'clock="{clock}" is no time of day such as "17:13:52"'))
    return Code(cell.number, first, cell.title, text, tuple(prints), prints_line, raises, tuple(claims), clock)


def _check_order(cells: list[Text | Predict | Code], file: str, problems: list[Problem]) -> None:
    """See that there is something to run, and that every prediction is about a cell that follows."""
    if not any(isinstance(cell, Code) for cell in cells):
        problems.append(Problem(file, 0, 0, "a lesson needs a code cell"))
    follows = False
    for cell in reversed(cells):
        follows = follows or isinstance(cell, Code)
        if isinstance(cell, Predict) and not follows:
            problems.append(Problem(file, cell.number, cell.line, "no code cell follows this prediction"))
