"""What happened while the present task awaited: who ran in the gap, and which of its variables others changed.

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
    from corodemo.history.suspensions import Gap

__all__ = ["gap_line", "meanwhile_pane"]

_TALL = 7  # lines from which the lists are written down the page
_WIDE = 70  # cells from which the two lists stand side by side


def meanwhile_pane(
    snapshot: Snapshot, task: int | None, gap: Gap | None, width: int, height: int, *, ascii: bool = False
) -> Lines:
    """Return what happened during the newest await of a task; `gap` is that, None if there was none."""
    if gap is None or task is None:
        words = "no task here" if task is None else f"{task_title(snapshot, task, ascii=ascii)} has not awaited yet"
        return Lines([styled(fit(words, width, ascii=ascii), DIM)])
    head = [_title(snapshot, gap, ascii), _times(gap, ascii)]
    room = height - len(head)
    if width < _WIDE and height < _TALL:
        return Lines(_flowing(snapshot, gap, width, height, ascii))
    # What changed is the news: it gives way last.
    changed = max(1, len(gap.changes))
    if width >= _WIDE:
        left = (width - 2) // 2
        columns = [_ran(snapshot, gap, room, ascii), _changed(snapshot, gap, width - left - 2, room, ascii)]
        sized = [Lines(column).sized(left, room, ascii=ascii) for column in columns]
        head += beside(sized, Text("  "))
    else:
        least = min(len(gap.turns) or 1, 2) + 1
        below = min(changed + 1, max(2, room - least))
        head += _ran(snapshot, gap, room - below, ascii)
        head += _changed(snapshot, gap, width, below, ascii)
    return Lines(cut(line, width, ascii=ascii) if cell_len(line.plain) > width else line for line in head[:height])


def gap_line(snapshot: Snapshot, gap: Gap, width: int, *, ascii: bool = False) -> Text | None:
    """Return in one line what happened during the await after which a task runs now; None if nobody ran meanwhile."""
    if gap.resumed is None or not gap.turns:
        return None
    names = [task_title(snapshot, turn.task, ascii=ascii, width=12) for turn in gap.turns[:8]]
    for shown in range(len(names) if gap.is_whole else 0, 0, -1):
        rest = len(gap.turns) - shown
        words = ", ".join(names[:shown]) + (f" and {rest:,} more" if rest else "")
        line = f"ran meanwhile: {words}"
        if cell_len(line) <= width:
            return styled(line, DIM)
    least = "" if gap.is_whole else "at least "
    return styled(fit(f"ran meanwhile: {least}{len(gap.turns):,} tasks", width, ascii=ascii), DIM)


def _title(snapshot: Snapshot, gap: Gap, ascii: bool) -> Text:
    line = styled(task_title(snapshot, gap.task, ascii=ascii), STYLES["waiting"])
    return line.append(" " + await_words(snapshot, gap.on, gap.file, gap.line, ascii=ascii))


def _times(gap: Gap, ascii: bool) -> Text:
    ready = f", then was ready for {brief(gap.ready_ns, ascii=ascii)}" if gap.ready_ns else ""
    waited = brief(gap.waited_ns, ascii=ascii)
    return styled(f"waited {waited}{ready}" if gap.resumed is not None else f"so far {waited}{ready}", DIM)


def _flowing(snapshot: Snapshot, gap: Gap, width: int, height: int, ascii: bool) -> list[Text]:
    """The same in a few lines, without times."""
    turns = [_turn(snapshot, gap, at, ascii, is_brief=True) for at in range(min(len(gap.turns), 50))]
    changes = [_change(gap, at, width // 2, ascii) for at in range(min(len(gap.changes), 50))]
    title = _title(snapshot, gap, ascii)
    lines = [cut(title, width, ascii=ascii) if cell_len(title.plain) > width else title]
    lines += flowing("RAN", turns, width, max(1, (height - 1) // 2), ascii=ascii)
    if gap.changes:
        return lines + flowing("CHANGED ", changes, width, max(1, height - len(lines)), ascii=ascii)
    return (lines + _changed(snapshot, gap, width, 2, ascii))[:height]


def _ran(snapshot: Snapshot, gap: Gap, room: int, ascii: bool) -> list[Text]:
    title = styled("RAN MEANWHILE", TITLE).append("" if gap.is_whole else "  at the end of it", DIM)
    turns = [_turn(snapshot, gap, at, ascii) for at in range(min(len(gap.turns), room))]
    return [title, *few(turns, len(gap.turns), room - 1, "nobody")]


def _changed(snapshot: Snapshot, gap: Gap, width: int, room: int, ascii: bool) -> list[Text]:
    nothing = "nothing that it sees" if gap.resumed is not None else "to be seen when it goes on"
    if not snapshot.lines_of(gap.task):
        nothing = "not known: no lines were recorded"
    changes = [_change(gap, at, width, ascii) for at in range(min(len(gap.changes), room))]
    return [styled("CHANGED BY OTHERS", TITLE), *few(changes, len(gap.changes), room - 1, nothing)]


def _turn(snapshot: Snapshot, gap: Gap, at: int, ascii: bool, *, is_brief: bool = False) -> Text:
    turn = gap.turns[at]
    title = task_title(snapshot, turn.task, ascii=ascii, width=12 if is_brief else 24)
    line = styled(title if is_brief else "  " + title, STYLES["running"])
    if is_brief:
        return line
    steps = "1 step" if turn.steps == 1 else f"{turn.steps:,} steps" if turn.steps else "went on"
    return line.append(f"  {steps}" + (f", {brief(turn.ns, ascii=ascii)}" if turn.ns else ""), DIM)


def _change(gap: Gap, at: int, width: int, ascii: bool) -> Text:
    change = gap.changes[at]
    line = styled("~ ", MARK).append(fit(change.name, max(4, width // 3), ascii=ascii), "bold").append(": ", DIM)
    arrow = f" {glyphs(ascii).to} "
    room = max(2, width - cell_len(line.plain) - len(arrow))
    before = fit(change.before, max(1, room // 2), ascii=ascii)
    line.append(before, DIM).append(arrow, DIM)
    return line.append(fit(change.after, max(1, room - cell_len(before)), ascii=ascii))
