"""Text that is safe to show, cut to a width in terminal cells.

All text of a user's program passes through `visible`: what a terminal would obey rather than show (control characters,
marks that turn the direction of writing, lone surrogates, characters without a picture) becomes the escape that Python
would write for it. What is left is printable, and is put into `rich.text.Text`, where markup has no meaning.

`Lines` is what the views return: lines whose width is already right, so that rich neither wraps nor pads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.measure import Measurement
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rich.console import Console, ConsoleOptions, RenderResult

__all__ = [
    "Lines",
    "Spot",
    "beside",
    "cell_len",
    "cut",
    "fit",
    "plain_lines",
    "short_path",
    "source_number",
    "styled",
    "visible",
]

_LONGEST = 4  # characters read for a cell shown: nobody makes us scan a name of a megabyte


def visible(text: str, *, ascii: bool = False) -> str:
    """Return `text` with everything that is not plainly printable escaped as in a Python literal.

    ascii: escape everything beyond ASCII as well.
    """
    if text.isprintable() and (text.isascii() or not ascii):
        return text
    return "".join(map(_escape_ascii if ascii else _escape, text))


def _escape(char: str) -> str:
    return char if char.isprintable() else repr(char)[1:-1]


def _escape_ascii(char: str) -> str:
    return char if char.isascii() and char.isprintable() else char.encode("unicode_escape").decode("ascii")


def fit(text: str, width: int, *, ascii: bool = False) -> str:
    """Return `text`, made visible, in at most `width` cells; what is cut off is marked by an ellipsis."""
    if len(text) <= width and text.isascii() and text.isprintable():
        return text  # as nearly all is
    if width <= 0:
        return ""
    text = visible(text if len(text) <= width * _LONGEST else text[: width * _LONGEST], ascii=ascii)
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + ("~" if ascii else "…")


def cut(line: Text, width: int, *, ascii: bool = False) -> Text:
    """Return `line` in exactly `width` cells: padded, or cut and marked by an ellipsis. Its text is visible already."""
    line = line.copy()
    size = cell_len(line.plain)
    if size > width > 0:
        line.truncate(width - 1)
        line.rstrip()  # half of a wide character, too
        line.append("~" if ascii else "…")
        size = cell_len(line.plain)
    elif width <= 0:
        return Text("")
    if size < width:
        line.append(" " * (width - size))
    return line


def styled(text: str, style: str) -> Text:
    """Return `text` in a style that, unlike the style of a `Text` itself, what is appended does not inherit."""
    return Text().append(text, style)


def plain_lines(text: str, *, ascii: bool = False) -> list[str]:
    """Return the lines of a text that may have several, tabs expanded, each made visible."""
    text = text.replace("\r\n", "\n")
    return [visible(line.expandtabs(4), ascii=ascii) for line in text.split("\n")]


def short_path(path: str) -> str:
    """Return the last part of a path, of either kind of slash."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2] or path


def source_number(file: str) -> str | None:
    """Return "4" for "<input 4>", the file of what was typed as input 4, and "cell 4" for a lesson's; None for any other."""
    kind, _, number = file[1:-1].partition(" ")
    if not (file.startswith("<") and file.endswith(">") and number.isdecimal()):
        return None
    return {"input": number, "cell": f"cell {number}"}.get(kind)


class Spot(NamedTuple):
    """What is at a cell of a picture, for those who point at it."""

    task: int | None = None
    event: int | None = None  # its index


class Lines:
    """A block of lines, each of them already as wide as it should be.

    spot: what is at column x of line y, where there is something to point at.
    """

    def __init__(self, lines: Iterable[Text], spot: Callable[[int, int], Spot | None] | None = None) -> None:
        self.lines = list(lines)
        self._spot = spot

    def spot(self, x: int, y: int) -> Spot | None:
        """Return what is at column x of line y, both from 0."""
        return self._spot(x, y) if self._spot is not None and 0 <= y < len(self.lines) else None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.lines:
            yield _printed(line)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest = max((cell_len(line.plain) for line in self.lines), default=0)
        return Measurement(min(widest, options.max_width), min(widest, options.max_width))

    def __len__(self) -> int:
        return len(self.lines)

    def sized(self, width: int, height: int, *, ascii: bool = False) -> list[Text]:
        """Return exactly `height` lines of exactly `width` cells."""
        lines = [cut(line, width, ascii=ascii) for line in self.lines[:height]]
        return lines + [Text(" " * width) for _ in range(height - len(lines))]


def _printed(line: Text) -> Text:
    line = line.copy()
    line.rstrip()
    line.no_wrap = True
    line.overflow = "crop"
    return line


def beside(blocks: Sequence[Sequence[Text]], between: Text) -> list[Text]:
    """Join blocks of equally many lines side by side."""
    return [between.join(row) for row in zip(*blocks, strict=True)]
