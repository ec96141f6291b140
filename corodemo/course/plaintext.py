"""A lesson as text, for where there is no screen to play it on: explanations, code, output, and what its tasks did."""

from __future__ import annotations

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text as RichText

from corodemo.course.marks import header
from corodemo.history import History
from corodemo.lesson.celltrace import CellTrace
from corodemo.lesson.checking import Asked, ask
from corodemo.lesson.model import Code, Exercise, Predict, Text
from corodemo.lesson.running import Played
from corodemo.player.frame import safe_markdown
from corodemo.views.text import plain_lines
from corodemo.views.timeline import timeline
from corodemo.views.tree import tree

__all__ = ["print_lesson"]


def print_lesson(played: Played, console: Console) -> None:
    """Print a lesson that was run, from its title to the timeline of its tasks."""
    lesson = played.lesson
    _markdown(f"# {lesson.title}\n\n{header(lesson)}", console)
    asked: list[Asked] = []
    for position, cell in enumerate(lesson.cells):
        if isinstance(cell, Text):
            _markdown(cell.text, console)
        elif isinstance(cell, Predict):
            code = next(other for other in lesson.cells[position:] if isinstance(other, Code))
            if code.number in played.spans:
                asked.append(ask(cell, code, played))
            choices = "".join(f"\n- {choice}" for choice in cell.choices)
            _markdown(f"**Predict:** {cell.question}\n{choices}", console)
        elif isinstance(cell, Exercise):
            _markdown(f"**Exercise:** {cell.task}", console)
            _indented(cell.starter.source.rstrip("\n"), "", console)
        elif cell.number in played.spans:
            _code(cell, played, console)
            if asked:
                answers = "; ".join(one.answer.text for one in asked)
                _markdown(f"**Answer{'s' if len(asked) > 1 else ''}:** {answers}", console)
                asked.clear()
    history = History(played.trace)
    if len(history):
        console.print(tree(history.last(), width=console.width))
        console.print()
        console.print(timeline(history, history.last(), width=console.width))


def _markdown(text: str, console: Console) -> None:
    _print(safe_markdown(text), console)


def _code(cell: Code, played: Played, console: Console) -> None:
    _indented(cell.source.rstrip("\n"), "", console)
    output = CellTrace(played.trace.events, *played.spans[cell.number]).output().rstrip("\n")
    raised = played.raised.get(cell.number)
    if raised is not None:
        output = f"{output}\n{raised}".lstrip("\n")
    if output:
        _indented(output, "│ ", console)
    elif cell.number in played.spans:
        _indented("(it prints nothing)", "│ ", console)


def _indented(text: str, bar: str, console: Console) -> None:
    body = RichText("\n".join(bar + line for line in plain_lines(text)))
    _print(Padding(body, (0, 0, 0, 4)), console)


def _print(content: RenderableType, console: Console) -> None:
    """Print something and an empty line, without the spaces with which rich fills its lines."""
    with console.capture() as captured:
        console.print(content)
    console.file.write("\n".join(line.rstrip() for line in captured.get().split("\n")) + "\n")
