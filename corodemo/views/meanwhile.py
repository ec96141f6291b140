"""What happened while the present task awaited: who ran in the gap, and which of its variables others changed.

The code around an await reads as if nothing lay between one line and the next. This says what did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from corodemo.history import brief
from corodemo.history.gaps import gap
from corodemo.views.glyphs import DIM, MARK, STYLES, TITLE, glyphs
from corodemo.views.lists import few, flowing
from corodemo.views.sentences import await_words, task_title
from corodemo.views.text import Lines, beside, cell_len, cut, fit, styled

if TYPE_CHECKING:
    from corodemo.history import History
    from corodemo.history.gaps import Gap

__all__ = ["gap_line", "meanwhile_pane"]

_TALL = 7  # lines from which the lists are written down the page
_WIDE = 70  # cells from which the two lists stand side by side


def meanwhile_pane(
    history: History, index: int, task: int | None, width: int, height: int, *, ascii: bool = False
) -> Lines:
    """Return what happened during the newest await of a task, up to event `index`."""
    found = gap(history, task, index) if task is not None and index >= 0 else None
    if found is None or task is None:
        who = task_title(history.at(index), task, ascii=ascii) if task is not None else "no task here"
        words = f"{who} has not awaited yet" if task is not None else who
        return Lines([styled(fit(words, width, ascii=ascii), DIM)])
    head = [_title(history, found, ascii), _times(found, ascii)]
    room = height - len(head)
    if width < _WIDE and height < _TALL:
        return Lines(_flowing(history, found, width, height, ascii))
    # What changed is the news: it gives way last.
    changed = max(1, len(found.changes))
    if width >= _WIDE:
        left = (width - 2) // 2
        columns = [_ran(history, found, room, ascii), _changed(history, found, width - left - 2, room, ascii)]
        sized = [Lines(column).sized(left, room, ascii=ascii) for column in columns]
        head += beside(sized, Text("  "))
    else:
        least = min(len(found.turns) or 1, 2) + 1
        below = min(changed + 1, max(2, room - least))
        head += _ran(history, found, room - below, ascii)
        head += _changed(history, found, width, below, ascii)
    return Lines(cut(line, width, ascii=ascii) if cell_len(line.plain) > width else line for line in head[:height])


def gap_line(history: History, index: int, task: int, width: int, *, ascii: bool = False) -> Text | None:
    """Return in one line what happened during the await after which a task runs now; None if nobody ran meanwhile."""
    found = gap(history, task, index)
    if found is None or found.resumed is None or not found.turns:
        return None
    names = [task_title(history.at(index), turn.task, ascii=ascii, width=12) for turn in found.turns[:8]]
    for shown in range(len(names), 0, -1):
        rest = len(found.turns) - shown
        words = ", ".join(names[:shown]) + (f" and {rest:,} more" if rest else "")
        line = f"ran meanwhile: {words}"
        if cell_len(line) <= width:
            return styled(line, DIM)
    return styled(fit(f"ran meanwhile: {len(found.turns):,} tasks", width, ascii=ascii), DIM)


def _title(history: History, found: Gap, ascii: bool) -> Text:
    snapshot = history.at(found.suspended)
    line = styled(task_title(snapshot, found.task, ascii=ascii), STYLES["waiting"])
    return line.append(" " + await_words(snapshot, found.on, found.file, found.line, ascii=ascii))


def _times(found: Gap, ascii: bool) -> Text:
    ready = f", then was ready for {brief(found.ready_ns, ascii=ascii)}" if found.ready_ns else ""
    waited = brief(found.waited_ns, ascii=ascii)
    return styled(f"waited {waited}{ready}" if found.resumed is not None else f"so far {waited}{ready}", DIM)


def _flowing(history: History, found: Gap, width: int, height: int, ascii: bool) -> list[Text]:
    """The same in a few lines, without times."""
    turns = [_turn(history, found, at, ascii, is_brief=True) for at in range(min(len(found.turns), 50))]
    changes = [_change(found, at, width // 2, ascii) for at in range(min(len(found.changes), 50))]
    title = _title(history, found, ascii)
    lines = [cut(title, width, ascii=ascii) if cell_len(title.plain) > width else title]
    lines += flowing("RAN", turns, width, max(1, (height - 1) // 2), ascii=ascii)
    if found.changes:
        return lines + flowing("CHANGED ", changes, width, max(1, height - len(lines)), ascii=ascii)
    return (lines + _changed(history, found, width, 2, ascii))[:height]


def _ran(history: History, found: Gap, room: int, ascii: bool) -> list[Text]:
    title = styled("RAN MEANWHILE", TITLE).append("" if found.is_whole else "  at the end of it", DIM)
    turns = [_turn(history, found, at, ascii) for at in range(min(len(found.turns), room))]
    return [title, *few(turns, len(found.turns), room - 1, "nobody")]


def _changed(history: History, found: Gap, width: int, room: int, ascii: bool) -> list[Text]:
    nothing = "nothing that it sees" if found.resumed is not None else "to be seen when it goes on"
    if history.lane(found.task).lines is None:
        nothing = "not known: no lines were recorded"
    changes = [_change(found, at, width, ascii) for at in range(min(len(found.changes), room))]
    return [styled("CHANGED BY OTHERS", TITLE), *few(changes, len(found.changes), room - 1, nothing)]


def _turn(history: History, found: Gap, at: int, ascii: bool, *, is_brief: bool = False) -> Text:
    turn = found.turns[at]
    title = task_title(history.at(turn.first), turn.task, ascii=ascii, width=12 if is_brief else 24)
    line = styled(title if is_brief else "  " + title, STYLES["running"])
    if is_brief:
        return line
    steps = "1 step" if turn.steps == 1 else f"{turn.steps:,} steps" if turn.steps else "went on"
    return line.append(f"  {steps}" + (f", {brief(turn.ns, ascii=ascii)}" if turn.ns else ""), DIM)


def _change(found: Gap, at: int, width: int, ascii: bool) -> Text:
    change = found.changes[at]
    line = styled("~ ", MARK).append(fit(change.name, max(4, width // 3), ascii=ascii), "bold").append(": ", DIM)
    arrow = f" {glyphs(ascii).to} "
    room = max(2, width - cell_len(line.plain) - len(arrow))
    before = fit(change.before, max(1, room // 2), ascii=ascii)
    line.append(before, DIM).append(arrow, DIM)
    return line.append(fit(change.after, max(1, room - cell_len(before)), ascii=ascii))
