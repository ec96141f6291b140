"""A view as an SVG picture, drawn like a terminal's window, the same bytes each time.

It needs nothing from the network and nothing of the reader's fonts but that one is monospace: text stands in runs that say
where they begin and how wide they are, and everything else is drawn by `shapes`. The colours of the views are made for any
background; a picture knows its own, so it takes a lighter or a darker shade of each. What it shows stands in it as plain
text too, for those who cannot see it.
"""

from __future__ import annotations

import re
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.color import Color
from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.style import Style

from corodemo.export.shapes import CELL, LINE, hatching, is_bar, is_shape, shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["svg"]

_FONTS = "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace"
_SIZE = 20  # of the letters
_BASE = 18  # where they stand in their line
_EDGE = 18  # around the text
_BAR = 44  # the window's title
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # what XML has no way to say


class _Theme(NamedTuple):
    page: str
    text: str
    frame: str
    quiet: str
    shades: Mapping[str, str]  # by the colour of a view: what can be read
    bars: Mapping[str, str]  # and for surfaces, where they differ: what is bright


_DARK = _Theme(
    "#171b22", "#e2e6ec", "#343b46", "#98a2b0",
    {
        "#7d8590": "#98a2b0", "#2f81d8": "#5aa9ff", "#d07a00": "#f0a030", "#4b86b4": "#79b4e3", "#c8500a": "#ff8a4c",
        "#a06a30": "#d9a566", "#b06f10": "#e0a040",
    },
    {"#2f81d8": "#4a9df5"},
)  # fmt: skip
_LIGHT = _Theme(
    "#ffffff", "#1f242c", "#d0d6de", "#5c6673",
    {
        "#7d8590": "#5c6673", "#2f81d8": "#1763b8", "#d07a00": "#a85c00", "#4b86b4": "#2a6a9c", "#c8500a": "#b23f00",
        "#a06a30": "#86511a", "#b06f10": "#93590a",
    },
    {"#2f81d8": "#2a78cc", "#d07a00": "#df8400", "#7d8590": "#7d8590"},
)  # fmt: skip


def svg(view: RenderableType, *, width: int, title: str, light: bool = False) -> str:
    """Return a view as an SVG document of `width` columns, in a window with that title, on a dark or a light background."""
    theme = _LIGHT if light else _DARK
    console = Console(width=width, file=StringIO(), force_terminal=True, color_system="truecolor", legacy_windows=False)
    lines = list(Segment.split_lines(Segment.filter_control(console.render(view))))
    while lines and not "".join(segment.text for segment in lines[-1]).strip():
        lines.pop()
    body = [piece for row, line in enumerate(lines) for piece in _line(line, row, theme)]
    wide, high = width * CELL + 2 * _EDGE, _BAR + len(lines) * LINE + _EDGE
    plain = "\n".join("".join(segment.text for segment in line).rstrip() for line in lines)
    patterns = sorted({found for piece in body for found in re.findall(r"url\(#corodemo-ready-(\w+)\)", piece)})
    dots = "".join(f'<circle cx="{_EDGE + 8 + 22 * at}" cy="22" r="6.5" fill="{theme.frame}"/>' for at in range(3))
    return "\n".join(
        [
            f'<svg class="corodemo" role="img" viewBox="0 0 {wide} {high}" xmlns="http://www.w3.org/2000/svg">',
            f"<title>{_said(title)}</title>",
            f"<desc>{_said(plain)}</desc>",
            f"<defs>{''.join(hatching(f'#{colour}') for colour in patterns)}</defs>",
            f'<rect x="0.5" y="0.5" width="{wide - 1}" height="{high - 1}" rx="9" fill="{theme.page}" stroke="{theme.frame}"/>',
            dots,
            _heading(title, wide // 2, theme),
            f'<g transform="translate({_EDGE} {_BAR})" font-family="{_FONTS}" font-size="{_SIZE}" fill="{theme.text}">',
            *body,
            "</g>",
            "</svg>",
        ]
    )


def _heading(title: str, x: int, theme: _Theme) -> str:
    looks = f'font-family="system-ui, sans-serif" font-size="17" font-weight="600" fill="{theme.quiet}"'
    return f'<text x="{x}" y="28" text-anchor="middle" {looks}>{_said(title)}</text>'


def _line(line: Sequence[Segment], row: int, theme: _Theme) -> Iterator[str]:
    """The elements of one line: what is behind the letters, shapes, and runs of text."""
    x, y = 0, row * LINE
    for segment in line:
        style = segment.style or Style.null()
        ink, paper = _colours(style, theme)
        wide = cell_len(segment.text) * CELL
        if paper is not None:
            yield f'<rect x="{x}" y="{y}" width="{wide}" height="{LINE}" fill="{paper}"/>'
        for text in _pieces(segment.text):
            cells = cell_len(text)
            if is_shape(text[0]):
                bright = theme.bars.get(_hex(style.color) or "", ink) if is_bar(text[0]) else ink
                yield shape(text[0], x, y, cells, bright or theme.text)
            elif not text.isspace():
                yield _text(text, x, y + _BASE, style, ink)
            x += cells * CELL
        if style.underline:
            yield f'<rect x="{x - wide}" y="{y + _BASE + 3}" width="{wide}" height="1.4" fill="{ink or theme.text}"/>'


def _pieces(text: str) -> Iterable[str]:
    """Cut a text into runs of one shape, runs of spaces, and words with no more than one space between them."""
    start = 0
    while start < len(text):
        stop = start + 1
        if is_shape(text[start]):
            while stop < len(text) and text[stop] == text[start]:
                stop += 1
        elif text[start] == " ":
            while stop < len(text) and text[stop] == " ":
                stop += 1
        else:
            while stop < len(text) and not is_shape(text[stop]) and text[stop : stop + 2] != "  ":
                stop += 1
            stop = start + len(text[start:stop].rstrip(" "))
        yield text[start:stop]
        start = stop


def _text(text: str, x: int, y: int, style: Style, ink: str | None) -> str:
    looks = f' fill="{ink}"' if ink is not None else ""
    looks += ' font-weight="700"' if style.bold else ""
    looks += ' font-style="italic"' if style.italic else ""
    return f'<text x="{x}" y="{y}" textLength="{cell_len(text) * CELL}"{looks}>{_said(text)}</text>'


def _colours(style: Style, theme: _Theme) -> tuple[str | None, str | None]:
    """What a style writes with and on, in this theme; None for the window's own."""
    ink, paper = _hex(style.color), _hex(style.bgcolor)
    if style.reverse:
        ink, paper = paper or theme.page, ink or theme.text
    if style.dim and ink is None:
        ink = theme.quiet
    return theme.shades.get(ink or "", ink), theme.shades.get(paper or "", paper)


def _hex(colour: Color | None) -> str | None:
    return colour.get_truecolor().hex if colour is not None and not colour.is_default else None


def _said(text: str) -> str:
    return escape(_NOT_TEXT.sub("\ufffd", text), quote=False)
