"""Which tasks a view of so many rows shows, and in which order: children below the task that made them.

When there are more tasks than rows, finished ones go first, the oldest before the newer. If the living alone are too
many, tasks that are alike (the same coroutine, made by the same task) are folded: a few of them, those that run and
those that are ready before those that wait, and a row that says how many more there are. What is left out is counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corodemo.history import Snapshot, State
    from corodemo.views.glyphs import Glyphs

__all__ = ["Row", "outline"]

ROWS = 1000  # where nobody limits the height: more than anyone reads

_WORDS: tuple[State, ...] = ("running", "ready", "waiting", "done", "failed", "cancelled")
_URGENCY = {word: place for place, word in enumerate(_WORDS)}


@dataclass(slots=True)
class Row:
    """One row: a task, or, where `task` is None, words about tasks that are not shown."""

    task: int | None
    prefix: str  # the branches of the tree before the name
    is_root: bool = False
    words: str = ""


@dataclass(slots=True)
class _Node:
    task: int | None
    words: str = ""
    children: list[_Node] = field(default_factory=list)


@dataclass(slots=True)
class _Fold:
    like: int  # a task that is one of them
    words: str


def outline(snapshot: Snapshot, rows: int | None, glyphs: Glyphs) -> list[Row]:
    """Return at most `rows` rows (at least one), in tree order."""
    rows = ROWS if rows is None else max(1, rows)
    ids = list(snapshot.tasks)
    if len(ids) <= rows:
        return _drawn(_forest(snapshot, ids, ids, ()), glyphs)
    live = snapshot.live
    folds: Sequence[_Fold] = ()
    if len(live) < rows:
        is_live = set(live)
        finished = [task for task in ids if task not in is_live]
        # One row is kept for the note about those left out.
        shown = is_live.union(finished[len(finished) - (rows - 1 - len(live)) :])
    elif rows == 1:
        return [Row(snapshot.running or live[0], "", is_root=True)]
    else:
        shown, folds = _folded(snapshot, live, rows - 1)
    hidden = [task for task in ids if task not in shown]
    if folds:
        # The living that are hidden are counted in rows of their own.
        is_live = set(live)
        hidden = [task for task in hidden if task not in is_live]
    found = _drawn(_forest(snapshot, ids, [task for task in ids if task in shown], folds), glyphs)
    if hidden:
        found.append(Row(None, "", words=f"and {len(hidden):,} not shown: {_counted(snapshot, hidden)}"))
    return found


def _counted(snapshot: Snapshot, tasks: Iterable[int]) -> str:
    counts = Counter(map(snapshot.state, tasks))
    return ", ".join(f"{counts[word]:,} {word}" for word in _WORDS if counts[word])


def _folded(snapshot: Snapshot, live: Sequence[int], rows: int) -> tuple[set[int], list[_Fold]]:
    """Choose among too many living tasks; at most `rows` of tasks and folds together."""
    groups: dict[tuple[int | None, str] | None, list[int]] = {}
    for task in live:
        made = snapshot.made(task)
        groups.setdefault((made.parent, made.coro) if made is not None else None, []).append(task)
    place = {task: at for at, task in enumerate(snapshot.ready)}

    def urgency(task: int) -> tuple[int, int]:
        return _URGENCY[snapshot.state(task)], place.get(task, 0)

    if len(groups) * 2 > rows:
        return set(sorted(live, key=urgency)[:rows]), []
    shown: set[int] = set()
    folds: list[_Fold] = []
    left = len(groups)
    # The smallest group first: what it does not use of its share is left to the others.
    for group in sorted(groups.values(), key=len):
        share = rows // left
        left -= 1
        if len(group) <= share:
            shown.update(group)
            rows -= len(group)
            continue
        chosen = sorted(group, key=urgency)
        shown.update(chosen[: share - 1])
        rest = chosen[share - 1 :]
        folds.append(_Fold(group[0], f"and {len(rest):,} more like this: {_counted(snapshot, rest)}"))
        rows -= share
    return shown, folds


def _forest(snapshot: Snapshot, ids: Sequence[int], shown: Sequence[int], folds: Iterable[_Fold]) -> list[_Node]:
    """Hang every shown task below its nearest ancestor that is shown."""
    age = {task: at for at, task in enumerate(ids)}
    nodes = {task: _Node(task) for task in shown}
    anchors: dict[int, int | None] = {}

    def anchor(task: int) -> int | None:
        path = []
        found: int | None = None
        while True:
            made = snapshot.made(task)
            parent = made.parent if made is not None else None
            # A parent is older than its child; a trace that says otherwise must not send us in circles.
            if parent is None or age.get(parent, age[task]) >= age[task]:
                break
            if parent in nodes:
                found = parent
                break
            if parent in anchors:
                found = anchors[parent]
                break
            path.append(parent)
            task = parent
        anchors.update(dict.fromkeys(path, found))
        return found

    roots: list[_Node] = []

    def siblings(task: int) -> list[_Node]:
        above = anchor(task)
        return nodes[above].children if above is not None else roots

    for task in shown:
        siblings(task).append(nodes[task])
    for fold in folds:
        siblings(fold.like).append(_Node(None, fold.words))
    return roots


def _drawn(roots: list[_Node], glyphs: Glyphs) -> list[Row]:
    """Flatten a forest into rows; a chain of tasks may be deeper than Python's stack."""
    rows: list[Row] = []
    todo = [(node, "", "", True) for node in reversed(roots)]
    while todo:
        node, prefix, below, is_root = todo.pop()
        rows.append(Row(node.task, prefix, is_root, node.words))
        for at, child in enumerate(reversed(node.children)):
            branch, bar = (glyphs.last, "  ") if at == 0 else (glyphs.branch, glyphs.bar)
            todo.append((child, below + branch, below + bar, False))
    return rows
