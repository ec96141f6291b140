"""What happened while the present task awaited: who ran in the gap, and which of its variables others changed.

The code around an await reads as if nothing lay between one line and the next. This says what did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from corodemo.history import brief
from corodemo.history.gaps import gap
from corodemo.views.glyphs import DIM, MARK, STYLES, TITLE, glyphs
from corodemo.views.sentences import await_words, task_title
from corodemo.views.text import Lines, cell_len, cut, fit, styled

if TYPE_CHECKING:
    from corodemo.history import History
    from corodemo.history.gaps import Gap

__all__ = ["gap_line", "meanwhile_pane"]

_SHOWN = 200  # tasks and changes; more has no room


def meanwhile_pane(
    history: History, index: int, task: int | None, width: int, height: int, *, ascii: bool = False
) -> Lines:
    """Return what happened during the newest await of a task, up to event `index`."""
    found = gap(history, task, index) if task is not None and index >= 0 else None
    if found is None or task is None:
        who = task_title(history.at(index), task, ascii=ascii) if task is not None else "no task here"
        words = f"{who} has not awaited yet" if task is not None else who
        return Lines([styled(fit(words, width, ascii=ascii), DIM)])
    lines = [_title(history, found, ascii), _times(found, ascii)]
    ran = [_turn(history, found, at, ascii) for at in range(min(len(found.turns), _SHOWN))]
    changed = [_change(found, at, width, ascii) for at in range(min(len(found.changes), _SHOWN))]
    room = height - len(lines) - 2
    # What changed is the news: it gives way last.
    changed_room = min(len(changed) or 1, max(1, room - min(len(ran) or 1, 2)))
    lines.append(styled("RAN MEANWHILE", TITLE).append("" if found.is_whole else "  at the end of it", DIM))
    lines += _few(ran, len(found.turns), max(1, room - changed_room), "nobody")
    lines.append(styled("CHANGED BY OTHERS", TITLE))
    nothing = "nothing that it sees" if _has_lines(history, task) else "not known: no lines were recorded"
    if found.resumed is None and _has_lines(history, task):
        nothing = "to be seen when it goes on"
    lines += _few(changed, len(found.changes), changed_room, nothing)
    return Lines(cut(line, width, ascii=ascii) if cell_len(line.plain) > width else line for line in lines[:height])


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


def _turn(history: History, found: Gap, at: int, ascii: bool) -> Text:
    turn = found.turns[at]
    line = styled("  " + task_title(history.at(turn.first), turn.task, ascii=ascii), STYLES["running"])
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


def _few(lines: list[Text], count: int, room: int, nothing: str) -> list[Text]:
    if not count:
        return [styled("  " + nothing, DIM)]
    if count <= room:
        return lines[:room]
    return [*lines[: max(0, room - 1)], styled(f"  and {count - max(0, room - 1):,} more", DIM)]


def _has_lines(history: History, task: int) -> bool:
    return history.lane(task).lines is not None
