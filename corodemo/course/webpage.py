"""A lesson as one HTML page, to read without corodemo: its texts, its programs with what they print, its questions.

The answers and hints are folded away until somebody opens them. What each program did can be stepped through in a page of its
own kind, the one of `corodemo export`, which stands in a frame inside this one; it needs no network either. All that came
from a lesson or a program is escaped; Markdown becomes a small set of tags, and nothing in it is taken for HTML.
"""

from __future__ import annotations

import html as markup

from markdown_it import MarkdownIt

from corodemo.course.marks import header
from corodemo.export.html import html
from corodemo.history import History
from corodemo.lesson.celltrace import CellTrace
from corodemo.lesson.checking import ask
from corodemo.lesson.model import Code, Exercise, Predict, Text
from corodemo.lesson.questions import ORDER
from corodemo.lesson.running import Played
from corodemo.views.text import visible

__all__ = ["page_of"]

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - corodemo</title>
<style>
:root {{ color-scheme: light dark; --line: #8888; --code: #8881; --accent: #2a6ea8; }}
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }}
pre {{ font: 0.95rem/1.4 ui-monospace, monospace; background: var(--code); padding: 0.7rem 1rem; overflow-x: auto; }}
code {{ font-family: ui-monospace, monospace; background: var(--code); }}
pre.output {{ background: none; border-left: 0.3rem solid var(--line); }}
section {{ border: 1px solid var(--line); border-left: 0.3rem solid var(--accent); padding: 0 1rem; margin: 1rem 0; }}
summary {{ cursor: pointer; padding: 0.4rem 0; color: var(--accent); }}
iframe {{ width: min(96vw, 90rem); margin-left: calc(50% - min(48vw, 45rem)); height: 92vh; border: 1px solid var(--line); }}
@media print {{ iframe, summary {{ display: none; }} }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def page_of(played: Played) -> tuple[bytes, str | None]:
    """Return a lesson that was run as a page, and a sentence about what was left out of its trace, or None.

    Raises Misread if a prediction has no answer.
    """
    lesson = played.lesson
    parts = [f"<h1>{_plain(lesson.title)}</h1>", _markdown(header(lesson))]
    for position, cell in enumerate(lesson.cells):
        if isinstance(cell, Text):
            parts.append(_markdown(cell.text))
        elif isinstance(cell, Predict):
            about = next(other for other in lesson.cells[position:] if isinstance(other, Code))
            if about.number in played.spans:
                parts.append(_prediction(cell, about, played))
        elif isinstance(cell, Exercise):
            parts.append(_exercise(cell))
        elif cell.number in played.spans:
            parts.append(_code(cell, played))
    left_out = None
    history = History(played.trace)
    if len(history):
        stepper, left_out = html(history, lines_of=played.lines_of, at=0)
        parts.append("<h2>Step through it</h2>")
        frame = markup.escape(stepper.decode(), quote=True)
        parts.append(f'<iframe title="the stepper" sandbox="allow-scripts" srcdoc="{frame}"></iframe>')
    page = _PAGE.format(title=_plain(lesson.title), body="\n".join(parts))
    return page.encode(), left_out


def _prediction(cell: Predict, about: Code, played: Played) -> str:
    answer = ask(cell, about, played).answer.text
    if cell.asks == ORDER:
        answer = "\n".join(f"{number}. {cell.choices[int(digit) - 1]}" for number, digit in enumerate(answer, 1))
    choices = "".join(f"<li>{_inline(choice)}</li>" for choice in cell.choices)
    listed = f"<ol>{choices}</ol>" if choices else ""
    return (
        f'<section class="ask">{_markdown(f"**Predict:** {cell.question}")}{listed}'
        f"<details><summary>The answer</summary>{_markdown(answer)}</details></section>"
    )


def _exercise(cell: Exercise) -> str:
    hints = "".join(f"<details><summary>A hint</summary>{_markdown(hint)}</details>" for hint in cell.hints)
    ways = "".join(
        f"<details><summary>A solution: {_plain(code.title)}</summary>{_pre(code.source)}</details>"
        for code in cell.solutions
    )
    task = _markdown(f"**Exercise:** {cell.task}")
    return f'<section class="exercise">{task}{_pre(cell.starter.source)}{hints}{ways}</section>'


def _code(cell: Code, played: Played) -> str:
    output = CellTrace(played.trace.events, *played.spans[cell.number]).output().rstrip("\n")
    raised = played.raised.get(cell.number)
    if raised is not None:
        output = f"{output}\n{raised}".lstrip("\n")
    return _pre(cell.source) + (_pre(output, "output") if output else "")


def _pre(text: str, kind: str = "") -> str:
    lines = "\n".join(visible(line) for line in text.rstrip("\n").split("\n"))
    return f"<pre{f' class={kind}' if kind else ''}>{markup.escape(lines)}</pre>"


def _plain(text: str) -> str:
    return markup.escape(visible(text))


def _markdown(text: str) -> str:
    found: str = _reader().render(text)
    return found


def _inline(text: str) -> str:
    found: str = _reader().renderInline(text)
    return found


def _reader() -> MarkdownIt:
    """A reader of Markdown that takes nothing in it for HTML, and makes no links and no pictures of it."""
    return MarkdownIt("commonmark", {"html": False}).disable(["link", "image", "autolink", "html_block", "html_inline"])
