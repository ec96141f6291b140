"""The source files that a page shows: their lines in the pane's colours, as far as there is room for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corodemo.views.glyphs import DIM
from corodemo.views.source import CONSTANT, KEYWORD, STRING, STRONG, highlighted
from corodemo.views.text import fit, short_path, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rich.text import Text

__all__ = ["source_files"]

SOURCE_LINES = 4_000  # of one file
SOURCE_TOTAL = 800_000
LINE_CHARS = 400

#: What the styles of the source pane stand for.
KINDS = {DIM: "comment", KEYWORD: "keyword", CONSTANT: "keyword", STRING: "string", STRONG: "strong"}


def source_files(
    names: Iterable[str], lines_of: Callable[[str], Sequence[str] | None]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the files, ready for JSON, without lines where they are not to be had; and sentences on what was left out."""
    found: list[dict[str, Any]] = []
    left_out: list[str] = []
    total = 0
    for name in names:
        lines = lines_of(name)
        file: dict[str, Any] = {"name": fit(short_path(name), 40), "lines": None}
        found.append(file)
        if lines is None:
            continue
        kept = [fit(line.expandtabs(4), LINE_CHARS) for line in lines[:SOURCE_LINES]]
        size = sum(map(len, kept))
        if total + size > SOURCE_TOTAL:
            left_out.append(f"the text of {visible(short_path(name))} was left out: it is too long")
            continue
        if len(kept) < len(lines):
            left_out.append(f"of {visible(short_path(name))} only the first {len(kept):,} lines are here")
        total += size
        file["lines"] = [_coloured(line) for line in highlighted("\n".join(kept))]
    return found, left_out


def _coloured(line: Text) -> str | list[Any]:
    """A line of source: its text, and if any has a colour the stretches that have one."""
    spans = [[span.start, span.end, KINDS[str(span.style)]] for span in line.spans if str(span.style) in KINDS]
    return [line.plain, *spans] if spans else line.plain
