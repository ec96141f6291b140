"""Frames: what the player's screen shows, as lines of text with colours, for a session and a size.

An event shows the panes of `views.step`; a page or a question takes their place, or the lower part of it. The
last line is the player's own: where one is, and which keys do something. The same session and size give the same
frame.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import ClassVar

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.markdown import Heading, Markdown, MarkdownElement
from rich.padding import Padding
from rich.text import Text
from rich.theme import Theme

from corodemo.player.session import Session
from corodemo.player.stops import Page, Question
from corodemo.views.glyphs import DIM, STYLES, TITLE, glyphs
from corodemo.views.source import highlighted
from corodemo.views.step import screen
from corodemo.views.text import cell_len, fit, plain_lines

__all__ = ["THEME", "Colours", "frame", "safe_markdown"]

#: How Markdown looks: on the terminal's own background, in the colours of the views; rich's own paints code on black.
THEME = Theme(
    {
        "markdown.code": "bold #4b86b4",
        "markdown.code_block": "#4b86b4",
        "markdown.h1": "bold",
        "markdown.h2": "bold underline",
        "markdown.item.bullet": DIM,
        "markdown.item.number": DIM,
        "markdown.block_quote": "italic",
    }
)

_SMALLEST = (30, 8)
#: Longer lines are hard to read.
_COLUMN = 84
#: A page shares the screen with what it is about if so many lines are left for that.
_LEAST_CODE = 4
_LEAST_PANES = 15
_KEYS = ("←→ step", "[ ] task", "g go", "/ find", "e every", "? help", "q quit")
_ASCII_KEYS = ("left/right step", *_KEYS[1:])


@dataclass(frozen=True)
class Colours:
    """How much the terminal can show. bold and the like stay without colours, as NO_COLOR wants it."""

    has_colours: bool = True
    has_styles: bool = True


def frame(session: Session, width: int, height: int, colours: Colours = Colours()) -> str:
    """Return a full screen as text with ANSI sequences, exactly `height` lines of at most `width` cells."""
    if width < _SMALLEST[0] or height < _SMALLEST[1]:
        lines = _lines(Text("Make this window larger, or press q."), width, colours)
        return "\n".join(_exactly(lines, height))
    body = _body(session, width, height - 1, colours)
    return "\n".join([*_exactly(body, height - 1), *_lines(_bottom(session, width), width, colours)[:1]])


class _LeftHeading(Heading):
    """A heading where a reader looks for it; rich centres it."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = "left"
        self.text.stylize("bold")
        yield self.text


class _Markdown(Markdown):
    elements: ClassVar[dict[str, type[MarkdownElement]]] = {**Markdown.elements, "heading_open": _LeftHeading}


def safe_markdown(text: str) -> Markdown:
    """Return Markdown as a renderable; what a terminal would obey is shown instead."""
    return _Markdown("\n".join(plain_lines(text)), code_theme="bw", hyperlinks=False)


def _body(session: Session, width: int, height: int, colours: Colours) -> list[str]:
    mark = session.mark
    if session.shows_help:
        return [*_title(session, "help", width, colours), "", *_lines(Padding(_help(session), (0, 2)), width, colours)]
    if isinstance(mark, Page):
        return _page(session, mark, width, height, colours)
    if isinstance(mark, Question):
        return _question(session, mark, width, height, colours)
    return _panes(session, width, height, colours)


def _panes(session: Session, width: int, height: int, colours: Colours) -> list[str]:
    view = screen(
        session.history,
        session.stepper.index,
        width=width,
        height=height,
        lines_of=session.lines_of,
        ascii=session.ascii,
    )
    return _lines(view, width, colours)


def _page(session: Session, page: Page, width: int, height: int, colours: Colours) -> list[str]:
    """A page under the title, and below it, where there is room, what it is about: code to come, or how things stand."""
    lines = [*_title(session, "", width, colours), "", *_column(safe_markdown(page.text), width, colours)]
    room = height - len(lines) - 1
    if page.code and room > _LEAST_CODE:
        below = [*_rule(session, "what is going to run", width, colours)]
        return [
            *lines,
            "",
            *below,
            *_scrolled(
                session,
                _column(Group(*highlighted(page.code.rstrip("\n"), ascii=session.ascii)), width, colours),
                room - 1,
            ),
        ]
    if page.shows_state and room >= _LEAST_PANES:
        return [*_exactly(lines, height - room), *_panes(session, width, room, colours)]
    return _scrolled(session, lines, height)


def _scrolled(session: Session, lines: list[str], height: int) -> list[str]:
    """The part of the lines that fits, from where the reader has scrolled to; what goes on below is said."""
    # Kept within bounds here, where the height is known, so that scrolling back has an effect at once.
    session.scroll = scroll = min(session.scroll, max(0, len(lines) - height))
    shown = lines[scroll : scroll + height]
    rest = len(lines) - scroll - height
    if rest > 0:
        arrow = "down" if session.ascii else "↓"
        words = f"{rest + 1} more lines: {arrow}"
        shown[-1] = _lines(Text(f"  {words}", style=DIM), 40, Colours(False, False))[0]
    return shown


def _column(content: RenderableType, width: int, colours: Colours) -> list[str]:
    """Render in a column that is comfortable to read, without the empty lines at its end."""
    lines = _lines(Padding(content, (0, 2)), min(width, _COLUMN), colours)
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def _rule(session: Session, title: str, width: int, colours: Colours) -> list[str]:
    rule = "-" if session.ascii else "─"
    words = Text(f"{rule} ", style=DIM).append(title, style=TITLE)
    return _lines(words.append(" " + rule * (width - len(title) - 3), style=DIM), width, colours)[:1]


def _title(session: Session, more: str, width: int, colours: Colours) -> list[str]:
    words = f" {session.title}" + (f"  {glyphs(session.ascii).dot}  {more}" if more else "")
    return _lines(Text(fit(words, width, ascii=session.ascii), style=TITLE), width, colours)[:1]


def _help(session: Session) -> RenderableType:
    widest = max(cell_len(keys) for keys, _ in session.help)
    rows = []
    for keys, meaning in session.help:
        if session.ascii:
            for glyph, word in (("→", "right"), ("←", "left"), ("↑", "up"), ("↓", "down"), ("…", "to")):
                keys = keys.replace(glyph, word)
        rows.append(Text(f"{keys:<{widest + 2}}", style=TITLE).append(meaning, style="not bold"))
    return Group(*rows)


def _question(session: Session, question: Question, width: int, height: int, colours: Colours) -> list[str]:
    """What is known so far above, the question below; the question is never cut for the sake of the rest."""
    panel = [*_rule(session, "predict", width, colours), *_column(_panel(session, question), width, colours)]
    room = height - len(panel)
    if room < 3:
        return panel[-height:]
    if not question.code:
        return [*_exactly(_panes(session, width, room, colours), room), *panel]
    code = _scrolled(
        session, _column(Group(*highlighted(question.code.rstrip("\n"), ascii=session.ascii)), width, colours), room - 1
    )
    return [*_title(session, "what is going to run", width, colours), *_exactly(code, room - 1), *panel]


def _panel(session: Session, question: Question) -> RenderableType:
    given = session.answer_to(question)
    parts: list[RenderableType] = [safe_markdown(question.text)]
    for number, choice in enumerate(question.choices, 1):
        chosen = given is not None and choice == given
        pointer = glyphs(session.ascii).here if chosen else " "
        line = Text(f"{pointer} {number}  ", style=TITLE)
        parts.append(line.append(fit(choice.strip("`"), 200, ascii=session.ascii), style="not bold"))
    if given is not None:
        parts.append(Text(""))
        parts.append(_verdict(session, question, given))
    elif question.is_typed:
        cursor = "_" if session.ascii else "▏"
        parts.append(Text("> ", style=TITLE).append(fit(session.entry, 200, ascii=session.ascii)).append(cursor))
    return Group(*parts)


def _verdict(session: Session, question: Question, given: str) -> Text:
    """Say whether an answer was right, and let the trace say why."""
    marks = glyphs(session.ascii)
    right = fit(question.right.strip("`"), 200, ascii=session.ascii)
    because = fit(question.because, 600, ascii=session.ascii)
    if question.judge(given, question.right):
        words = Text(f"{marks.states['done']} Right: {right}", style=STYLES["running"])
    else:
        said = fit(given.strip("`"), 80, ascii=session.ascii)
        words = Text(f"{marks.states['failed']} Not quite. You said {said}; it is {right}", style=STYLES["failed"])
    why = because or f"The trace says, event {question.why}: {session.sentence(question.why)}"
    return words.append(f"\n  {why}", style="not bold default")


def _bottom(session: Session, width: int) -> Text:
    """The player's own line: what is being typed, or a message, or where one is and the keys."""
    plain = session.ascii
    cursor = "_" if plain else "▏"
    if session.typing in ("go", "find"):
        words = {"go": "go to event or time: ", "find": "find: "}[session.typing]
        # The end of a long entry is where one types.
        tail = session.entry[-max(1, width - len(words) - 4) :]
        return Text(f" {words}", style=TITLE).append(fit(tail, width, ascii=plain) + cursor)
    if session.message:
        return Text(fit(" " + session.message, width, ascii=plain), style=STYLES["ready"])
    mark = session.mark
    is_between = (isinstance(mark, Page) and not mark.shows_state) or (isinstance(mark, Question) and bool(mark.code))
    left = "" if is_between else " " + fit(session.caption, width // 3, ascii=plain)
    if session.shows_help:
        left, keys = " any key closes this", []
    elif session.question is not None and session.answer_to(session.question) is None:
        question = session.question
        how = "type, then Enter" if question.is_typed else f"1-{len(question.choices)} choose"
        if question.is_order:
            how = "type the numbers in order, then Enter"
        keys = [how, ("right" if plain else "→") + " skip", ("left" if plain else "←") + " back", "? help"]
    else:
        keys = list(_ASCII_KEYS if plain else _KEYS)
    if session.stepper.every:
        left += "  every event"
    while keys and cell_len(left) + sum(cell_len(key) + 3 for key in keys) > width:
        # Help and quit come last and stay longest.
        del keys[max(0, len(keys) - 3)]
    hints = "   ".join(keys)
    gap = max(1, width - cell_len(left) - cell_len(hints) - 1)
    return Text(fit(left, width, ascii=plain) + " " * gap, style=TITLE).append(hints, style="not bold " + DIM)


def _lines(content: RenderableType, width: int, colours: Colours) -> list[str]:
    """Render to lines of text with ANSI sequences."""
    console = Console(
        file=io.StringIO(),
        width=width,
        height=1000,
        force_terminal=True,
        color_system="truecolor" if colours.has_styles else None,
        no_color=not colours.has_colours,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        theme=THEME,
        _environ={},
    )
    with console.capture() as captured:
        console.print(content, overflow="crop", no_wrap=None)
    return captured.get().removesuffix("\n").split("\n")


def _exactly(lines: list[str], height: int) -> list[str]:
    return lines[:height] + [""] * (height - len(lines))
