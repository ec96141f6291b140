"""The percent format: a Python file that is a row of cells, as Jupytext, VS Code and Spyder read it.

A line `# %%` begins a code cell and `# %% [markdown]` a cell of text, whose lines are comments. A title may
follow the marker, and options such as `clock="17:13:52"` or `tags=["starter"]` may end it; their values are JSON, as
Jupytext writes a cell's metadata. What stands before the first marker is kept out if it is a comment (Jupytext
writes its own header there) and is a mistake if it is code.

This file knows nothing of lessons. It never runs anything, and it refuses what other tools would read in another way.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Cell", "LessonError", "Problem", "split_cells"]

_MARKER = re.compile(r"#\s?%%(?:\s+(?P<rest>.*))?")
_OPTION = re.compile(
    r"""(?:^|\s)(?P<key>[A-Za-z_][\w.-]*)=(?P<value>"(?:[^"\\]|\\.)*"|\[[^\[\]]*\]|\{.*\}|[a-z]+|-?[\d.]+)\s*$"""
)
_UNREAD = re.compile(r"""(?:^|\s)([A-Za-z_][\w.-]*)=["'\[{]""")
_KIND = re.compile(r"\[(?P<kind>\w+)\]")


@dataclass(frozen=True)
class Problem:
    """Something wrong with a lesson, and where."""

    file: str
    cell: int  # counted from 1; 0 is the file itself
    line: int  # of the file, counted from 1; 0 where there is none
    message: str

    def __str__(self) -> str:
        where = self.file
        if self.cell:
            where += f": cell {self.cell}"
        if self.line:
            where += f", line {self.line}" if self.cell else f": line {self.line}"
        return f"{where}: {self.message}"


class LessonError(Exception):
    """A file is not a lesson, or a lesson does not do what it says; `problems` are the reasons."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Cell:
    """One cell, before anyone asked what it is for."""

    number: int  # counted from 1
    kind: Literal["code", "markdown"]
    title: str
    line: int  # of the marker, counted from 1
    lines: tuple[str, ...]  # the cell's lines, from the one after the marker; text without its comment signs
    options: dict[str, Any] = field(default_factory=dict)  # by name; JSON, so the author's editor may have added more

    def option(self, name: str) -> str | None:
        """Return an option that is a text, or None if there is none."""
        value = self.options.get(name)
        return value if isinstance(value, str) else None

    @property
    def tags(self) -> tuple[str, ...]:
        """What the cell is tagged with."""
        tags = self.options.get("tags")
        return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()


def split_cells(text: str, file: str) -> list[Cell]:
    """Return the cells of a percent file, in order. Raises LessonError with every problem found."""
    problems: list[Problem] = []
    cells: list[Cell] = []
    marker: tuple[int, str] | None = None
    body: list[str] = []

    def close() -> None:
        if marker is not None:
            cells.append(_cell(len(cells) + 1, *marker, body, file, problems))

    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        match = _MARKER.fullmatch(line.rstrip())
        if match is not None:
            close()
            marker, body = (number, match["rest"] or ""), []
        elif marker is not None:
            body.append(line.rstrip())
        elif line.strip() and not line.startswith("#"):
            problems.append(Problem(file, 0, number, "code before the first cell; begin it with `# %%`"))
            break
    close()
    if not cells and not problems:
        problems.append(Problem(file, 0, 0, "no cells; a cell begins with a line `# %%` or `# %% [markdown]`"))
    if problems:
        raise LessonError(*problems)
    return cells


def _cell(number: int, line: int, rest: str, body: list[str], file: str, problems: list[Problem]) -> Cell:
    options: dict[str, Any] = {}
    while (match := _OPTION.search(rest)) is not None:
        try:
            options[match["key"]] = json.loads(match["value"])
        except (ValueError, RecursionError):
            message = f"the value of {match['key']}= is not JSON: {match['value']}"
            problems.append(Problem(file, number, line, message))
        rest = rest[: match.start()]
    if (left := _UNREAD.search(rest)) is not None:
        # Taken for a part of the title, a forgotten quote would make an exercise's program a cell like any other.
        problems.append(
            Problem(file, number, line, f"the option {left[1]}= cannot be read: {rest[left.start() :].strip()}")
        )
    kind = _KIND.search(rest)
    name = kind["kind"] if kind is not None else "code"
    if kind is not None:
        rest = rest[: kind.start()] + rest[kind.end() :]
    if name in ("md", "markdown"):
        return Cell(number, "markdown", rest.strip(), line, _uncommented(number, line, body, file, problems), options)
    if name != "code":
        problems.append(Problem(file, number, line, f"a cell is code or [markdown], not [{name}]"))
    return Cell(number, "code", rest.strip(), line, tuple(body), options)


def _uncommented(number: int, line: int, body: list[str], file: str, problems: list[Problem]) -> tuple[str, ...]:
    """Take the comment signs off a cell of text."""
    found: list[str] = []
    for offset, text in enumerate(body, 1):
        if text and not text.startswith("#"):
            problems.append(Problem(file, number, line + offset, "a line of a [markdown] cell must begin with `# `"))
            break
        found.append(text[2:] if text.startswith("# ") else text[1:])
    return tuple(found)
