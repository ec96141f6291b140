"""A lesson for the player: its pages and questions, set between the events of its run.

What stands before a code cell in the file comes after the last event of the cell before it. A question that is
asked in the middle of a cell comes after the event that its **When:** names. The last page says what comes next.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

from corodemo.lesson.checking import ask
from corodemo.lesson.model import Code, Exercise, Lesson, Part, Predict, Text
from corodemo.lesson.questions import ORDER, same, same_order
from corodemo.lesson.running import Played
from corodemo.player import Mark, Page, Question

__all__ = ["LessonMarks", "caption", "header", "marks_of"]

#: What a prediction of a lesson is about, by how it asks; in the words of `corodemo.player.predictions.KINDS`, by which they are
#: counted.
_KINDS = (
    ("line", "what prints next"),
    ("the last line", "what prints next"),
    ("the next line", "what prints next"),
    ("the number of lines", "what prints next"),
    (ORDER, "in which order things are printed"),
    ("the time", "how long it takes"),
    ("the next task", "which task runs next"),
    ("the first task", "which task ends first"),
)


@dataclass
class LessonMarks:
    """The marks of a lesson, as the player takes them, and what each stands for."""

    marks: list[Mark] = field(default_factory=list)
    parts: list[Part | None] = field(
        default_factory=list
    )  # the cell of each mark; None for the first and the last page

    def part_of(self, mark: Mark | None) -> Part | None:
        """Return the cell that a mark stands for."""
        return next((part for one, part in zip(self.marks, self.parts, strict=True) if one is mark), None)

    def kind_of(self, question: Question) -> str:
        """Return what a question is about."""
        part = self.part_of(question)
        asks = part.asks if isinstance(part, Predict) else ""
        return next((kind for begins, kind in _KINDS if asks.startswith(begins)), "other predictions")

    @property
    def last(self) -> Mark:
        return self.marks[-1]


def marks_of(played: Played, coming: str = "") -> LessonMarks:
    """Return the pages and questions of a lesson, in order. coming: what its last page says, as Markdown.

    Raises Misread if a prediction has no answer.
    """
    lesson = played.lesson
    found = LessonMarks([Page(-1, header(lesson))], [None])
    index = -1
    for position, cell in enumerate(lesson.cells):
        if isinstance(cell, Code):
            if cell.number not in played.spans:
                break  # the run ended before it
            index = played.spans[cell.number][1] - 1
        else:
            mark = _mark(cell, position, index, played)
            if mark is not None:
                found.marks.append(mark)
                found.parts.append(cell)
    found.marks.append(Page(len(played.trace.events) - 1, f"## The end of this lesson\n\n{coming}".rstrip()))
    found.parts.append(None)
    return found


def _mark(cell: Text | Predict | Exercise, position: int, index: int, played: Played) -> Mark | None:
    cells = played.lesson.cells
    if isinstance(cell, Text):
        following = cells[position + 1] if position + 1 < len(cells) else None
        code = following.source if isinstance(following, Code) and cell.purpose == "explain" else ""
        text = (
            f"{cell.text}\n\n**T** opens the prompt, with all that the lesson has defined so far."
            if cell.purpose == "try"
            else cell.text
        )
        return Page(index, text, code, shows_state=cell.purpose == "observe")
    if isinstance(cell, Exercise):
        return Page(index, exercise_text(cell))
    about = next(other for other in cells[position:] if isinstance(other, Code))
    return _question(cell, about, played) if about.number in played.spans else None


def header(lesson: Lesson) -> str:
    """Return what a learner reads first, below the title, as Markdown."""
    after = f"\n\n**After:** {lesson.after}" if lesson.after else ""
    return f"**Goal:** {lesson.goal}\n\n**Section:** {lesson.section}{after}\n\n**Hint:** {lesson.hint}"


def exercise_text(exercise: Exercise) -> str:
    program = textwrap.indent(exercise.starter.source.rstrip(), "    ")
    keys = "**E** opens a file with this program, **V** verifies yours, **H** gives a hint."
    return f"## Exercise\n\n{exercise.task}\n\n{program}\n\n{keys}"


def caption(played: Played, index: int) -> str:
    """Return the title of the cell to which an event belongs; "" before the first."""
    for cell in played.lesson.codes:
        if cell.number in played.spans:
            start, stop = played.spans[cell.number]
            if start <= index < stop:
                return cell.title or f"cell {cell.number}"
    return ""


def _question(predict: Predict, code: Code, played: Played) -> Question:
    asked = ask(predict, code, played)
    is_order = predict.asks == ORDER
    return Question(
        asked.index,
        predict.question,
        predict.choices,
        asked.answer.text,
        asked.answer.index,
        same_order if is_order else same,
        code.source if predict.when is None else "",
        is_order,
    )
