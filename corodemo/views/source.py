"""The source pane: the program's text, the line about to run, and who is parked where.

Highlighting uses the tokens of pygments and a few colours of our own; the text itself goes through `visible`, so what
a file contains cannot reach the terminal as anything but text.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String
from rich.text import Text

from corodemo.views.glyphs import DIM, NOW, STYLES, glyphs
from corodemo.views.text import Lines, cell_len, cut, fit, short_path, styled, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corodemo.history import Position, Snapshot
    from corodemo.history.suspensions import Suspension

__all__ = ["CONSTANT", "KEYWORD", "STRING", "STRONG", "highlighted", "source_pane", "source_title"]

#: The styles of the pieces of code; what is DIM is a comment.
KEYWORD, CONSTANT, STRING, STRONG = "bold #4b86b4", "#4b86b4", "#a06a30", "bold"
_COLOURS = (
    (Comment, DIM),
    (Keyword.Constant, CONSTANT),
    (Keyword, KEYWORD),
    (Operator.Word, KEYWORD),
    (String, STRING),
    (Number, STRING),
    (Name.Function, STRONG),
    (Name.Class, STRONG),
)
_PARKED = 500  # tasks looked at for marks; more names than fit anyway

Pieces = tuple[tuple[str, str], ...]


def source_pane(
    snapshot: Snapshot,
    lines_of: Callable[[str], Sequence[str] | None],
    width: int,
    height: int,
    *,
    suspension: Suspension | None = None,
    ascii: bool = False,
) -> Lines:
    """Return the part of the source around the present place.

    lines_of: returns the lines of a file that the trace names, or None if they are not to be had. suspension: the newest await of
    the present task; when it has gone on, those who ran meanwhile stand beside that line.
    """
    here = snapshot.here
    if here is None:
        return Lines([styled(fit("no line has run yet", width, ascii=ascii), DIM)])
    source = lines_of(here.file)
    if not source:
        where = f"{short_path(here.file)}, line {here.line}: its text is not available"
        return Lines([styled(fit(where, width, ascii=ascii), DIM)])
    marks = glyphs(ascii)
    parked = _parked(snapshot, here.file)
    is_running = here.task is None or here.task == snapshot.running
    now = here.line if is_running and not here.parked else 0
    pieces = _highlighted("\n".join(source))
    first = min(max(0, here.line - 1 - height // 2), max(0, len(pieces) - height))
    digits = len(str(len(pieces)))
    lines = []
    for number in range(first + 1, min(first + height, len(pieces)) + 1):
        tasks = parked.get(number, [])
        mark = marks.here if number == now else marks.parked if tasks else " "
        line = styled(mark + " ", NOW if number == now else STYLES["waiting"])
        line.append(f"{number:>{digits}} ", NOW if number == now else DIM)
        room = width - digits - 4  # one cell stays free at the right
        names = _names(snapshot, here, number == now, tasks, room // 3, ascii)
        code = Text("", style="bold" if number == now else "none")
        for text, style in pieces[number - 1]:
            code.append(visible(text, ascii=ascii), style)
        if suspension is not None and not names and suspension.line == number and suspension.file == here.file:
            names = _ran(suspension, room - cell_len(code.plain.rstrip()) - 2)
        if names:
            room -= cell_len(names.plain) + 1
            line.append_text(cut(code, room, ascii=ascii))
            line.append(" ").append_text(names)
        else:
            line.append_text(cut(code, room, ascii=ascii))
        line.rstrip()
        lines.append(line)
    return Lines(lines)


def highlighted(source: str, *, ascii: bool = False) -> list[Text]:
    """Return the lines of a source in the pane's colours, each made visible; for code that does not run yet."""
    return [
        Text.assemble(*((visible(text, ascii=ascii), style) for text, style in pieces), no_wrap=True)
        for pieces in _highlighted(source)
    ]


def source_title(snapshot: Snapshot, width: int, *, ascii: bool = False) -> str:
    """Return the name of the file that the source pane shows."""
    here = snapshot.here
    return fit(short_path(here.file), width, ascii=ascii) if here is not None else "source"


def _parked(snapshot: Snapshot, file: str) -> dict[int, list[int]]:
    """The suspended tasks of a file, by the line of their await."""
    found: dict[int, list[int]] = {}
    for task in snapshot.live[:_PARKED]:
        if task != snapshot.running:
            at_file, line = snapshot.place(task)
            if at_file == file:
                found.setdefault(line, []).append(task)
    return found


def _names(snapshot: Snapshot, here: Position, is_now: bool, tasks: list[int], width: int, ascii: bool) -> Text:
    """Who is at a line: the running task first."""
    who = ([here.task] if is_now and here.task is not None else []) + tasks
    line = Text()
    for task in who:
        if line.plain:
            line.append(" ")
        line.append(f"T{task}", STYLES[snapshot.state(task)])
        if len(who) == 1:
            line.append(f" {fit(snapshot.title(task), 16, ascii=ascii)}", DIM)
    return cut(line, width, ascii=ascii) if cell_len(line.plain) > width else line


def _ran(suspension: Suspension, width: int) -> Text:
    """Who ran while the await of this line took its time; nothing where that has no room beside the code."""
    if suspension.resumed is None or not suspension.turns:
        return Text("")
    count = len(suspension.turns)
    for shown in range(min(count, max(0, width // 3)), 0, -1):
        rest = (
            ""
            if shown == count and suspension.is_whole
            else f" +{count - shown:,}"
            if suspension.is_whole
            else " and many"
        )
        words = " ".join(f"T{turn.task}" for turn in suspension.turns[:shown]) + f"{rest} ran"
        if len(words) <= width:
            return styled(words, DIM)
    return Text("")


@lru_cache(maxsize=16)
def _highlighted(source: str) -> tuple[Pieces, ...]:
    """The lines of a source, each as pieces of text with a style."""
    lines: list[list[tuple[str, str]]] = [[]]
    for _, token, value in PythonLexer().get_tokens_unprocessed(source):
        style = next((colour for kind, colour in _COLOURS if kind in token.split()), "none")
        first, *rest = value.expandtabs(4).split("\n")
        lines[-1].append((first, style))
        lines.extend([(text, style)] for text in rest)
    return tuple(tuple(line) for line in lines)
