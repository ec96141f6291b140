"""The tree: every task in a row of facts, children below the task that made them.

What cannot be said in the width is dropped in this order: who woke a task, its steps, its times, the place in the file.
Its id, its state, its name and what it waits on are dropped last; names are shortened before any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rich.text import Text

from corodemo.history import brief
from corodemo.views.glyphs import DIM, STYLES, TITLE, Glyphs, glyphs
from corodemo.views.names import future_title, short_label, waiting_on
from corodemo.views.outline import Row, outline
from corodemo.views.text import Lines, Spot, cell_len, cut, fit, short_path, source_number, styled, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corodemo.history import Snapshot, TaskState

__all__ = ["row_name", "tree", "waits_for", "woken_by"]

GAP = 2
LABEL = 60  # cells of what a task waits on


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    size: int  # for the flexible ones, what is comfortable
    least: int = 0  # a flexible column may be made as narrow as this
    right: bool = False  # numbers


_COLUMNS = {
    "id": _Column("id", 2, right=True),
    "state": _Column("state", 11),
    "task": _Column("task", 16, least=10),
    "running": _Column("busy", 6, right=True),
    "ready": _Column("ready", 6, right=True),
    "waiting": _Column("wait", 6, right=True),
    "steps": _Column("steps", 5, right=True),
    "on": _Column("waiting on", 21, least=11),
    "woken": _Column("woken by", 14, least=14),
}
#: What is added, in this order, where there is room. It depends on the width alone: while one steps, no column comes or
#: goes.
_GROUPS = (("id", "state", "task"), ("on",), ("running",), ("ready", "waiting"), ("steps",), ("woken",))
_FLEXIBLE = ("woken", "on", "task")


def tree(
    snapshot: Snapshot,
    *,
    width: int,
    height: int | None = None,
    finished: Literal["recent", "all"] = "recent",
    about: int | None = None,
    ascii: bool = False,
) -> Lines:
    """Return the tasks of a snapshot as a table of at most `height` lines, the title among them.

    finished: "recent" leaves out tasks that ended long ago, and counts them; "all" shows as many as there is room for.
    about: the task that is looked at; it is shown, whoever else is not.
    """
    marks = glyphs(ascii)
    has_title = height is None or height > 2
    limit = None if height is None else height - has_title
    if limit is None and finished == "all":
        limit = len(snapshot.tasks)
    rows = outline(snapshot, limit, marks, ages=finished == "recent", about=about)
    if not rows:
        return Lines([styled(fit("no tasks yet", width, ascii=ascii), DIM)])
    cells = [_cells(snapshot, row, marks, ascii) if row.task is not None else None for row in rows]
    widths = _widths([row for row in cells if row is not None], width)
    lines = [_title(widths, width, ascii)] if has_title else []
    for row, found in zip(rows, cells, strict=True):
        lines.append(_note(row, widths, width, ascii) if found is None else _line(found, widths, width, ascii))

    def spot(x: int, y: int) -> Spot | None:
        task = rows[y - has_title].task if y >= has_title else None
        return Spot(task=task) if task is not None else None

    return Lines(lines, spot)


def row_name(row: Row, task: TaskState, glyphs: Glyphs, *, ascii: bool, has_id: bool = False) -> Text:
    """Return a task's name behind the branches of the tree, with the number of the input it stems from.

    has_id: and with the task's id, for a view that has no column for it.
    """
    prefix = row.prefix
    if len(prefix) > 12:  # a deep chain must leave room for the name
        prefix = glyphs.more + prefix[-11:]
    text = styled(prefix, DIM)
    if has_id and task.coro:  # one that the trace does not announce is called by its id already
        text.append(f"T{task.id} ", style=DIM)
    text.append(fit(task.title, 60, ascii=ascii), style=STYLES[task.state] if task.state == "running" else "none")
    number = source_number(task.origin) if row.is_root else None
    if number is not None and task.title not in {f"input {number}", number}:
        text.append(f" [{fit(number, 9)}]", style=DIM)
    return text


def _cells(snapshot: Snapshot, row: Row, marks: Glyphs, ascii: bool) -> dict[str, list[Text]]:
    assert row.task is not None
    task = snapshot.tasks[row.task]
    style = STYLES[task.state]
    return {
        "id": [styled(str(task.id), DIM)],
        "state": [styled(f"{marks.states[task.state]} {task.state}", style)],
        "task": [row_name(row, task, marks, ascii=ascii)],
        "running": [_time(task.running_ns, ascii)],
        "ready": [_time(task.ready_ns, ascii)],
        "waiting": [_time(task.waiting_ns, ascii)],
        "steps": [Text(str(task.steps))],
        "on": waits_for(snapshot, task, ascii=ascii),
        "woken": [Text(woken_by(snapshot, task, ascii=ascii))],
    }


def _time(ns: int, ascii: bool) -> Text:
    return styled(brief(ns, ascii=ascii), DIM if ns == 0 else "none")


def waits_for(snapshot: Snapshot, task: TaskState, *, ascii: bool = False) -> list[Text]:
    """Return what a task waits on, or what is known instead of one that does not wait; the longest way to say it first."""
    place = fit(f"{short_path(task.at_file)}:{task.at_line}", 30, ascii=ascii) if task.at_file else ""
    if task.state == "waiting":
        full = waiting_on(snapshot, task.id, ascii=ascii)
        ways = [fit(full, LABEL, ascii=ascii)]
        is_whole = len(full) <= LABEL and ways[0] == visible(full, ascii=ascii)
        if is_whole and task.on is not None and task.on.kind == "timer":
            what = snapshot.awaited(task.on).what
            shorter = [short_label(snapshot, task.on, ascii=ascii), what] if what is not None else []
            ways += [visible(way, ascii=ascii) for way in shorter]
        placed = [Text(way + "  ").append(place, DIM) for way in ways[:2]] if place else []
        return placed + [Text(way) for way in ways]
    if task.state == "ready":
        number = snapshot.ready.index(task.id) + 1 if task.id in snapshot.ready else 0
        if number <= 1:
            return [styled("runs next" if number else "", DIM)]
        return [styled(f"number {number} in the queue", DIM), styled(f"number {number}", DIM)]
    if task.outcome is not None:
        if task.outcome == "cancelled" and task.value in {"", "CancelledError()"}:
            return [styled("was cancelled", DIM)]
        return [styled(fit(f"{_OUTCOMES[task.outcome]} {task.value}", 60, ascii=ascii), DIM)]
    return [styled(f"at {place}" if place else "", DIM)]


_OUTCOMES = {"result": "returned", "exception": "raised", "cancelled": "raised"}


def woken_by(snapshot: Snapshot, task: TaskState, *, ascii: bool = False) -> str:
    """Return who or what woke a task last, in few words; "" for nobody."""
    woken = task.woken_by
    if woken is None:
        return ""
    waker = f"T{woken.running}" if woken.running is not None else ""
    match woken.cause:
        case "spawned":
            return f"{waker} (spawned)" if waker else "spawned"
        case "yielded":
            return "itself"
        case "cancel":
            return f"{waker} (cancel)" if waker else "a cancel"
        case "timer":
            return f"timer {woken.by}"
        case "task":
            return f"T{woken.by} (ended)" if woken.by is not None else "a task"
        case "thread":
            return f"thread {woken.by}" if woken.by is not None else "a thread"
        case "io":
            return "i/o"
    future = future_title(snapshot, woken.by, ascii=ascii, width=20) if woken.by is not None else "future None"
    return f"{waker} ({future})" if waker else future


def _widths(cells: Sequence[dict[str, list[Text]]], width: int) -> dict[str, int]:
    """Choose columns and their widths."""
    natural = {
        key: max(len(column.title), *(cell_len(row[key][0].plain) for row in cells), 0)
        for key, column in _COLUMNS.items()
    }
    keys: set[str] = set()
    for group in _GROUPS:
        wider = keys.union(group)
        # The first four may be narrow; more come only where those are comfortable.
        is_first = len(wider) <= 4
        sizes = [(is_first and _COLUMNS[key].least) or _COLUMNS[key].size for key in wider]
        needed = sum(sizes) + GAP * (len(sizes) - 1)
        if keys and needed > width:
            break
        keys = wider
    found = {
        key: natural[key] if key in _FLEXIBLE else max(natural[key], column.size)
        for key, column in _COLUMNS.items()
        if key in keys
    }
    over = sum(found.values()) + GAP * (len(found) - 1) - width
    while over > 0:
        # The widest gives, until all that can give have given all.
        giving = [key for key in _FLEXIBLE if key in found and found[key] > _COLUMNS[key].least]
        if not giving:
            break
        found[max(giving, key=lambda key: found[key])] -= 1
        over -= 1
    if over > 0:  # narrower than any screen: the name gives what is left to give
        found["task"] = max(1, found["task"] - over)
    return found


def _title(widths: dict[str, int], width: int, ascii: bool) -> Text:
    cells = {key: [styled(_COLUMNS[key].title, TITLE)] for key in widths}
    return _line(cells, widths, width, ascii)


def _line(cells: dict[str, list[Text]], widths: dict[str, int], width: int, ascii: bool) -> Text:
    line = Text()
    for key, size in widths.items():
        ways = cells[key]
        cell = next((way for way in ways if cell_len(way.plain) <= size), ways[-1])
        if line.plain:
            line.append(" " * GAP)
        if _COLUMNS[key].right:
            line.append(" " * (size - cell_len(cell.plain)))
            line.append_text(cell)
        else:
            line.append_text(cut(cell, size, ascii=ascii))
    return cut(line, width, ascii=ascii) if cell_len(line.plain) > width else line


def _note(row: Row, widths: dict[str, int], width: int, ascii: bool) -> Text:
    start = sum(widths[key] + GAP for key in ("id", "state"))
    line = Text(" " * start)
    line.append(row.prefix, style=DIM)
    line.append(visible(row.words, ascii=ascii), style=DIM)
    return cut(line, width, ascii=ascii) if cell_len(line.plain) > width else line
