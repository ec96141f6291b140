"""Lists that may be longer than their room: down the page, or flowing over a few lines. What is left out is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from corodemo.views.glyphs import DIM, TITLE, glyphs
from corodemo.views.text import cell_len, cut, styled

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["few", "flowing"]


def few(lines: Sequence[Text], count: int, room: int, nothing: str) -> list[Text]:
    """Return at most `room` of the lines, of which there are `count` in all; `nothing` where there are none."""
    if not count:
        return [styled("  " + nothing, DIM)]
    if count <= room:
        return list(lines[:room])
    return [*lines[: max(0, room - 1)], styled(f"  and {count - max(0, room - 1):,} more", DIM)][:room]


def flowing(title: str, items: Sequence[Text], width: int, height: int, *, ascii: bool = False) -> list[Text]:
    """Return words after a title, with commas between, flowing over at most `height` lines."""
    lines = [styled(f"{title:<7}", TITLE)]
    if not items:
        lines[0].append("-", DIM)
    for at, item in enumerate(items):
        comma = "," if at + 1 < len(items) else ""
        if cell_len(lines[-1].plain) + cell_len(item.plain) + len(comma) > width:
            if len(lines) == height:
                lines[-1].append(glyphs(ascii).more, DIM)
                break
            lines.append(Text("  "))
        lines[-1].append_text(item).append(comma + " " if comma else "", DIM)
    return [cut(line, width, ascii=ascii) if cell_len(line.plain) > width else line for line in lines]
