"""Which tasks a view of so many rows shows, and in which order: children below the task that made them.

When there are more tasks than rows, finished ones go first, those that ended long ago before the newer. If the living
alone are too many, tasks that are alike (the same coroutine, made by the same task) are folded: a few of them, those that
run and those that are ready before those that wait, and a row that says how many more there are. What is left out is
counted.

A view of the present lets finished tasks age out even where there is room for them: it is no list of the dead. Whoever
wants them back asks for all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from corodemo.history.lanes import READY, RUNNING
from corodemo.history.states import WORDS
from corodemo.views.glyphs import STYLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from corodemo.history import Snapshot
    from corodemo.views.glyphs import Glyphs

__all__ = ["Row", "outline"]

ROWS = 1000  # where nobody limits the height: more than anyone reads
RECENT = 20  # finished tasks that have not aged out


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


def outline(
    snapshot: Snapshot,
    rows: int | None,
    glyphs: Glyphs,
    *,
    ages: bool = False,
    among: Collection[int] | None = None,
    about: int | None = None,
) -> list[Row]:
    """Return at most `rows` rows (at least one), in tree order.

    rows: None for as many as anyone reads. ages: leave out those that finished long ago. among: only these tasks. about: one
    that is looked at, and comes before all others of a crowd.
    """
    rows = ROWS if rows is None else max(1, rows)
    ids: Sequence[int] = list(snapshot.tasks)
    live: Sequence[int] = snapshot.live
    if among is not None:
        ids, live = [task for task in ids if task in among], [task for task in live if task in among]
    dead = len(ids) - len(live)
    if len(ids) <= rows and not (ages and dead > RECENT):
        return _drawn(_forest(snapshot, ids, ids, ()), glyphs)
    is_live = set(live)
    folds: Sequence[_Fold] = ()
    looked_at = {about} if about is not None and about in ids and about not in is_live else set[int]()
    if len(live) < rows:
        # One row is kept for the note about those left out.
        room = rows - 1 - len(live)
        newest = _newest(snapshot, among, min(room, RECENT) if ages else room)
        if newest and not looked_at.issubset(newest):
            newest[-1:] = looked_at
        shown = is_live.union(newest)
    elif rows == 1:
        return [Row(about if about in is_live else snapshot.running or live[0], "", is_root=True)]
    else:
        shown, folds = _folded(snapshot, live, rows - 1 - len(looked_at), among, about)
        shown |= looked_at
    hidden = [task for task in ids if task not in shown]
    if folds:
        # The living that are hidden are counted in rows of their own.
        hidden = [task for task in hidden if task not in is_live]
    found = _drawn(_forest(snapshot, ids, [task for task in ids if task in shown], folds), glyphs)
    if hidden:
        words = _counted(map(snapshot.state_code, hidden))
        found.append(Row(None, "", words=f"and {len(hidden):,} not shown: {words}"))
    return found


def _newest(snapshot: Snapshot, among: Collection[int] | None, most: int) -> list[int]:
    """The finished tasks that ended last."""
    if among is None:
        return snapshot.ended(most)
    return [task for task in snapshot.ended(len(snapshot.tasks)) if task in among][:most]


def _counted(codes: Iterable[int]) -> str:
    counts = Counter(map(WORDS.__getitem__, codes))
    return ", ".join(f"{counts[word]:,} {word}" for word in STYLES if counts[word])


def _folded(
    snapshot: Snapshot, live: Sequence[int], rows: int, among: Collection[int] | None, about: int | None
) -> tuple[set[int], list[_Fold]]:
    """Choose among too many living tasks; at most `rows` of tasks and folds together."""
    crowd = _CROWDS.get(snapshot)
    if crowd is None:
        crowd = _CROWDS[snapshot] = _Crowd(snapshot)
    groups = crowd.groups
    if among is not None:
        chosen = ([task for task in group if task in among] for group in groups)
        groups = [group for group in chosen if group]
    if len(groups) * 2 > rows:
        return set(crowd.urgent_first(live, about)[:rows]), []
    shown: set[int] = set()
    folds: list[_Fold] = []
    left = len(groups)
    # The smallest group first: what it does not use of its share is left to the others.
    for group in sorted(groups, key=len):
        share = rows // left
        left -= 1
        if len(group) <= share:
            shown.update(group)
            rows -= len(group)
            continue
        ordered = crowd.urgent_first(group, about)
        shown.update(ordered[: share - 1])
        rest = ordered[share - 1 :]
        counted = _counted(map(crowd.codes.__getitem__, rest))
        folds.append(_Fold(group[0], f"and {len(rest):,} more like this: {counted}"))
        rows -= share
    return shown, folds


class _Crowd:
    """The living tasks of one moment: which are alike, and who comes first."""

    def __init__(self, snapshot: Snapshot) -> None:
        live = snapshot.live
        alike: dict[object, list[int]] = {}
        for task in live:
            made = snapshot.made(task)
            alike.setdefault((made.parent, made.coro) if made is not None else None, []).append(task)
        self.groups = list(alike.values())
        self.codes = codes = dict(zip(live, map(snapshot.state_code, live), strict=True))
        # Those inside a step, then the ready in the order of the queue, then those that are ready and, since the trace was
        # cut, in no queue. The waiting have no place.
        first = [task for task, code in codes.items() if code == RUNNING]
        queued = [task for task in snapshot.ready if codes.get(task, RUNNING) <= READY]
        stray = [task for task, code in codes.items() if code <= READY]
        self._place = {task: at for at, task in enumerate(dict.fromkeys([*first, *queued, *stray]))}

    def urgent_first(self, tasks: Sequence[int], about: int | None) -> list[int]:
        place, last = self._place, len(self._place)
        return sorted(tasks, key=lambda task: -1 if task == about else place.get(task, last))


#: What was found out of a moment, as long as somebody holds it: a panel draws two views of each.
_CROWDS: WeakKeyDictionary[Snapshot, _Crowd] = WeakKeyDictionary()


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
