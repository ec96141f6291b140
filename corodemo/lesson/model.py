"""What a lesson is made of: cells to read, to predict, to run, and to do, each with what it promises.

A promise (what a cell prints, what holds of its trace, what a learner is asked) is kept as it was written, with its line,
and is put to the test in `checking`. `reading` makes these from a file. Nothing is run here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Claim", "Code", "Covered", "Exercise", "Lesson", "Part", "Predict", "Text"]


@dataclass(frozen=True)
class Claim:
    """A sentence about the trace, as it stands in the file."""

    sentence: str
    line: int


@dataclass(frozen=True)
class Covered:
    """A note or an example of the chapter that a lesson says it treats, by the words with which that begins."""

    words: str
    cell: int
    line: int


@dataclass(frozen=True)
class Text:
    """A cell to read."""

    number: int
    line: int
    purpose: Literal["explain", "observe", "try"]
    text: str  # Markdown
    notes: str = ""  # Markdown, for the one who presents the lesson


@dataclass(frozen=True)
class Predict:
    """A question about the next code cell, asked before the answer shows."""

    number: int
    line: int
    question: str  # Markdown
    choices: tuple[str, ...]  # empty: the answer is typed
    asks: str  # a question to the trace, see `questions`
    when: str | None  # a claim: the question is asked once it holds; None: before the cell runs
    notes: str = ""


@dataclass(frozen=True)
class Code:
    """A cell to run, and what it promises."""

    number: int
    line: int  # of its first line of source
    title: str
    source: str  # without the promises, which would give the answers away
    prints: tuple[str, ...]  # the lines, in order
    prints_line: int  # 0: nothing was said about what it prints
    raises: str | None  # "RuntimeError: no running event loop"
    claims: tuple[Claim, ...]
    clock: str | None  # what the wall clock shows when the cell begins, "17:13:52"; None: it goes on
    unlike_asyncio: str | None = None  # why asyncio itself prints something else, or cannot run it

    @property
    def file(self) -> str:
        """What the cell's code is called in traces and tracebacks."""
        return f"<cell {self.number}>"


@dataclass(frozen=True)
class Exercise:
    """Something to make: a program to start from, and what must hold of whatever the learner turns it into.

    What must hold is what the first solution promises. The others show that it does not ask for more than the task does.
    """

    number: int
    line: int
    task: str  # Markdown
    hints: tuple[str, ...]  # Markdown, the vaguest first
    starter: Code
    solutions: tuple[Code, ...]
    notes: str = ""

    @property
    def check(self) -> Code:
        """The program that carries the promises."""
        return self.solutions[0]

    @property
    def programs(self) -> tuple[Code, ...]:
        return (self.starter, *self.solutions)


Part = Text | Predict | Code | Exercise


@dataclass(frozen=True)
class Lesson:
    """One lesson."""

    file: str
    number: int  # of NN_name.py; 0 if the name has none
    name: str
    title: str
    goal: str
    section: str  # of the chapter; several are separated by semicolons
    hint: str
    cells: tuple[Part, ...]
    after: str = ""  # the name of the lesson that comes before it
    notes: str = ""
    covers: tuple[Covered, ...] = ()

    @property
    def codes(self) -> Iterator[Code]:
        """The cells that run in the lesson's namespace, in order."""
        return (cell for cell in self.cells if isinstance(cell, Code))

    @property
    def exercises(self) -> Iterator[Exercise]:
        return (cell for cell in self.cells if isinstance(cell, Exercise))
