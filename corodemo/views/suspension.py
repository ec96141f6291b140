"""What happened while the present task awaited: who ran meanwhile, and which of its variables others changed.

The code around an await reads as if nothing lay between one line and the next. This says what did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from corodemo.history import brief
from corodemo.views.glyphs import DIM, MARK, STYLES, TITLE, glyphs
from corodemo.views.lists import few, flowing
from corodemo.views.names import task_title
from corodemo.views.sentences import await_words
from corodemo.views.text import Lines, beside, cell_len, cut, fit, styled

if TYPE_CHECKING:
    from corodemo.history import Snapshot
    from corodemo.history.suspensions import Suspension

__all__ = ["meanwhile_line", "meanwhile_pane"]

_TALL = 7  # lines from which the lists are written down the page
_WIDE = 70  # cells from which the two lists stand side by side


def meanwhile_pane(
    snapshot: Snapshot, task: int | None, suspension: Suspension | None, width: int, height: int, *, ascii: bool = False
) -> Lines:
    """Return what happened during the newest await of a task; `suspension` is that, None if there was none."""
    if suspension is None or task is None:
        words = "no task here" if task is None else f"{task_title(snapshot, task, ascii=ascii)} has not awaited yet"
        return Lines([styled(fit(words, width, ascii=ascii), DIM)])
    head = [_title(snapshot, suspension, ascii), _times(suspension, ascii)]
    room = max(0, height - len(head))  # a flat window has room for the head alone
    if width < _WIDE and height < _TALL:
        return Lines(_flowing(snapshot, suspension, width, height, ascii))
    # What changed is the news: it gives way last.
    changed = max(1, len(suspension.changes))
    if width >= _WIDE:
        left = (width - 2) // 2
        columns = [
            _ran(snapshot, suspension, room, ascii),
            _changed(snapshot, suspension, width - left - 2, room, ascii),
        ]
        sized = [Lines(column).sized(left, room, ascii=ascii) for column in columns]
        head += beside(sized, Text("  "))
    else:
        least = min(len(suspension.turns) or 1, 2) + 1
        below = min(changed + 1, max(2, room - least))
        head += _ran(snapshot, suspension, room - below, ascii)
        head += _changed(snapshot, suspension, width, below, ascii)
    return Lines(cut(line, width, ascii=ascii) if cell_len(line.plain) > width else line for line in head[:height])


def meanwhile_line(snapshot: Snapshot, suspension: Suspension, width: int, *, ascii: bool = False) -> Text | None:
    """Return in one line what happened during the await after which a task runs now; None if nobody ran meanwhile."""
    if suspension.resumed is None or not suspension.turns:
        return None
    names = [task_title(snapshot, turn.task, ascii=ascii, width=12) for turn in suspension.turns[:8]]
    for shown in range(len(names) if suspension.is_whole else 0, 0, -1):
        rest = len(suspension.turns) - shown
        words = ", ".join(names[:shown]) + (f" and {rest:,} more" if rest else "")
        line = f"ran meanwhile: {words}"
        if cell_len(line) <= width:
            return styled(line, DIM)
    least = "" if suspension.is_whole else "at least "
    return styled(fit(f"ran meanwhile: {least}{len(suspension.turns):,} tasks", width, ascii=ascii), DIM)


def _title(snapshot: Snapshot, suspension: Suspension, ascii: bool) -> Text:
    line = styled(task_title(snapshot, suspension.task, ascii=ascii), STYLES["waiting"])
    return line.append(" " + await_words(snapshot, suspension.on, suspension.file, suspension.line, ascii=ascii))


def _times(suspension: Suspension, ascii: bool) -> Text:
    ready = f", then was ready for {brief(suspension.ready_ns, ascii=ascii)}" if suspension.ready_ns else ""
    waited = brief(suspension.waited_ns, ascii=ascii)
    return styled(f"waited {waited}{ready}" if suspension.resumed is not None else f"so far {waited}{ready}", DIM)


def _flowing(snapshot: Snapshot, suspension: Suspension, width: int, height: int, ascii: bool) -> list[Text]:
    """The same in a few lines, without times."""
    turns = [_turn(snapshot, suspension, at, ascii, is_brief=True) for at in range(min(len(suspension.turns), 50))]
    changes = [_change(suspension, at, width // 2, ascii) for at in range(min(len(suspension.changes), 50))]
    title = _title(snapshot, suspension, ascii)
    lines = [cut(title, width, ascii=ascii) if cell_len(title.plain) > width else title]
    lines += flowing("RAN", turns, width, max(1, (height - 1) // 2), ascii=ascii)
    if suspension.changes:
        return lines + flowing("CHANGED ", changes, width, max(1, height - len(lines)), ascii=ascii)
    return (lines + _changed(snapshot, suspension, width, 2, ascii))[:height]


def _ran(snapshot: Snapshot, suspension: Suspension, room: int, ascii: bool) -> list[Text]:
    title = styled("RAN MEANWHILE", TITLE).append("" if suspension.is_whole else "  at the end of it", DIM)
    turns = [_turn(snapshot, suspension, at, ascii) for at in range(min(len(suspension.turns), room))]
    return [title, *few(turns, len(suspension.turns), room - 1, "nobody")]


def _changed(snapshot: Snapshot, suspension: Suspension, width: int, room: int, ascii: bool) -> list[Text]:
    nothing = "nothing that it sees" if suspension.resumed is not None else "to be seen when it goes on"
    if not snapshot.lines_of(suspension.task):
        nothing = "not known: no lines were recorded"
    changes = [_change(suspension, at, width, ascii) for at in range(min(len(suspension.changes), room))]
    return [styled("CHANGED BY OTHERS", TITLE), *few(changes, len(suspension.changes), room - 1, nothing)]


def _turn(snapshot: Snapshot, suspension: Suspension, at: int, ascii: bool, *, is_brief: bool = False) -> Text:
    turn = suspension.turns[at]
    title = task_title(snapshot, turn.task, ascii=ascii, width=12 if is_brief else 24)
    line = styled(title if is_brief else "  " + title, STYLES["running"])
    if is_brief:
        return line
    steps = "1 step" if turn.steps == 1 else f"{turn.steps:,} steps" if turn.steps else "went on"
    return line.append(f"  {steps}" + (f", {brief(turn.ns, ascii=ascii)}" if turn.ns else ""), DIM)


def _change(suspension: Suspension, at: int, width: int, ascii: bool) -> Text:
    change = suspension.changes[at]
    line = styled("~ ", MARK).append(fit(change.name, max(4, width // 3), ascii=ascii), "bold").append(": ", DIM)
    arrow = f" {glyphs(ascii).to} "
    room = max(2, width - cell_len(line.plain) - len(arrow))
    before = fit(change.before, max(1, room // 2), ascii=ascii)
    line.append(before, DIM).append(arrow, DIM)
    return line.append(fit(change.after, max(1, room - cell_len(before)), ascii=ascii))
