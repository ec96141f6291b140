"""A view as an SVG picture, drawn like a terminal's window, the same bytes each time.

It needs nothing from the network: no web font, only the monospace fonts that the reader's machine has. Each run of text says how
wide it is, so that columns stand below each other in any of them.
"""

from __future__ import annotations

from io import StringIO

from rich.console import Console, RenderableType
from rich.terminal_theme import TerminalTheme

__all__ = ["svg"]

_FONTS = "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace"

#: rich's own template less its web fonts; the names in braces are rich's.
_FORMAT = (
    """\
<svg class="corodemo" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: """
    + _FONTS
    + """; font-size: {char_height}px; line-height: {line_height}px; white-space: pre; }}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px; font-weight: bold; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
)

#: The sixteen colours of a terminal, the bright ones second; blue and orange are the views' own.
_ON_DARK = [
    [
        (27, 31, 39),
        (214, 96, 84),
        (120, 160, 110),
        (222, 165, 85),
        (97, 160, 224),
        (170, 130, 200),
        (86, 170, 180),
        (200, 204, 212),
    ],
    [
        (110, 118, 130),
        (235, 120, 105),
        (150, 190, 140),
        (240, 185, 105),
        (130, 185, 245),
        (195, 155, 225),
        (115, 195, 205),
    ],
]
_ON_LIGHT = [
    [
        (250, 250, 250),
        (170, 60, 45),
        (60, 110, 55),
        (165, 95, 10),
        (25, 90, 170),
        (115, 65, 150),
        (15, 110, 125),
        (60, 64, 72),
    ],
    [(125, 130, 140), (190, 70, 50), (70, 130, 65), (185, 105, 10), (30, 105, 195), (130, 75, 170), (20, 125, 140)],
]
_DARK = TerminalTheme((27, 31, 39), (222, 226, 232), _ON_DARK[0], [*_ON_DARK[1], (245, 247, 250)])
_LIGHT = TerminalTheme((252, 252, 250), (38, 42, 50), _ON_LIGHT[0], [*_ON_LIGHT[1], (20, 22, 26)])


def svg(view: RenderableType, *, width: int, title: str, light: bool = False) -> str:
    """Return a view as an SVG document of `width` columns, in a window with that title, on a dark or a light background."""
    console = Console(
        record=True, width=width, file=StringIO(), force_terminal=True, color_system="truecolor", legacy_windows=False
    )
    console.print(view, end="")
    return console.export_svg(
        title=title, theme=_LIGHT if light else _DARK, code_format=_FORMAT, unique_id="corodemo", font_aspect_ratio=0.6
    )
