"""Rendering: lines of text with colours, of a width and a height, which is what the player's screens are made of.

Everything is rendered to plain strings with ANSI sequences here, once, by rich; the rest of the player only puts lines below
each other.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.markdown import Heading, Markdown, MarkdownElement
from rich.padding import Padding
from rich.text import Text
from rich.theme import Theme

from corodemo.views.glyphs import DIM, TITLE
from corodemo.views.text import plain_lines

__all__ = [
    "ALL_COLOURS",
    "THEME",
    "Colours",
    "column",
    "exactly",
    "lines",
    "roomy",
    "rule",
    "safe_markdown",
    "scrolled",
]

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

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
#: Longer lines are hard to read.
_COLUMN = 84


@dataclass(frozen=True)
class Colours:
    """How much the terminal can show. bold and the like stay without colours, as NO_COLOR wants it."""

    has_colours: bool = True
    has_styles: bool = True


ALL_COLOURS = Colours()


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


def lines(content: RenderableType, width: int, colours: Colours) -> list[str]:
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


def exactly(lines: list[str], height: int) -> list[str]:
    return lines[:height] + [""] * (height - len(lines))


def column(content: RenderableType, width: int, colours: Colours) -> list[str]:
    """Render in a column that is comfortable to read, without the empty lines at its end, and never two of them together."""
    found = lines(Padding(content, (0, 2)), min(width, _COLUMN), colours)
    # Markdown sets a block of code apart by two; that is half a screen where only twenty lines are.
    found = [
        line for line, before in zip(found, ["", *found], strict=False) if not (_is_empty(line) and _is_empty(before))
    ]
    while found and _is_empty(found[-1]):
        found.pop()
    return found


def _is_empty(line: str) -> bool:
    return not _ANSI.sub("", line).strip()


def roomy(content: list[str], height: int) -> list[str]:
    """Return lines with an empty one after each, as long as they fit so: what stands apart is read from further away."""
    spaced = [part for line in content for part in ((line, "") if line.strip() else (line,))]
    return spaced if len(spaced) <= height else content


def rule(title: str, width: int, colours: Colours, *, ascii: bool = False) -> list[str]:
    """Return a line with a title in it."""
    line = "-" if ascii else "─"
    words = Text(f"{line} ", style=DIM).append(title, style=TITLE)
    return lines(words.append(" " + line * (width - len(title) - 3), style=DIM), width, colours)[:1]


def scrolled(content: list[str], height: int, scroll: int, *, ascii: bool = False) -> tuple[list[str], int]:
    """Return the part of the lines that fits, from where the reader has scrolled to, and where that is at most.

    What goes on below is said.
    """
    scroll = min(scroll, max(0, len(content) - height))
    shown = content[scroll : scroll + height]
    rest = len(content) - scroll - height
    if rest > 0:
        words = f"{rest + 1} more lines: {'down' if ascii else '↓'}"
        shown[-1] = lines(Text(f"  {words}", style=DIM), 40, Colours(False, False))[0]
    return shown, scroll
