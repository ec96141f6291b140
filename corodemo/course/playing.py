"""A lesson for the player: its pages and questions, set between the events of its run.

What stands before a code cell in the file comes after the last event of the cell before it. A question that is
asked in the middle of a cell comes after the event that its **When:** names.
"""

from __future__ import annotations

from corodemo.lesson.checking import ask
from corodemo.lesson.model import Code, Exercise, Lesson, Predict, Text
from corodemo.lesson.questions import ORDER, same, same_order
from corodemo.lesson.running import Played
from corodemo.player import Mark, Page, Question

__all__ = ["caption", "header", "marks_of"]


def marks_of(played: Played) -> list[Mark]:
    """Return the pages and questions of a lesson, in order. Raises Misread if a prediction has no answer."""
    lesson = played.lesson
    marks: list[Mark] = [Page(-1, header(lesson))]
    index = -1
    for position, cell in enumerate(lesson.cells):
        if isinstance(cell, Code):
            if cell.number not in played.spans:
                break  # the run ended before it
            index = played.spans[cell.number][1] - 1
        elif isinstance(cell, Text):
            following = lesson.cells[position + 1] if position + 1 < len(lesson.cells) else None
            code = following.source if isinstance(following, Code) and cell.purpose == "explain" else ""
            marks.append(Page(index, cell.text, code, shows_state=cell.purpose == "observe"))
        elif isinstance(cell, Exercise):
            marks.append(Page(index, f"## Exercise\n\n{cell.task}", cell.starter.source))
        else:
            about = next(other for other in lesson.cells[position:] if isinstance(other, Code))
            if about.number in played.spans:
                marks.append(_question(cell, about, played))
    return marks


def header(lesson: Lesson) -> str:
    """Return what a learner reads first, below the title, as Markdown."""
    return f"**Goal:** {lesson.goal}\n\n**Section:** {lesson.section}\n\n**Hint:** {lesson.hint}"


def caption(played: Played, index: int) -> str:
    """Return the title of the cell to which an event belongs; "" before the first."""
    for cell in played.lesson.cells:
        if isinstance(cell, Code) and cell.number in played.spans:
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
