"""The stepper's screen: source, queue, names, tasks, time, events and output after one event, in one picture.

The layout depends on the size alone, never on what is shown, so that nothing jumps while one steps; and the picture
depends on the history and the index alone, so stepping back shows what stepping forward showed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from corodemo.history import brief
from corodemo.views.glyphs import DIM, NOW, TITLE, Glyphs, glyphs
from corodemo.views.panes import event_pane, names_pane, output_pane, queue_pane
from corodemo.views.sentences import task_title
from corodemo.views.source import source_pane, source_title
from corodemo.views.text import Lines, beside, cell_len, cut, fit, styled
from corodemo.views.timeline import timeline
from corodemo.views.tree import tree

if TYPE_CHECKING:
    from corodemo.history import History, Snapshot

__all__ = ["event_pane", "names_pane", "output_pane", "queue_pane", "screen", "source_pane"]

_BETWEEN = "│ "  # two panes


@dataclass(frozen=True, slots=True)
class _Pane:
    title: str
    share: int  # of the width, in parts of all the shares in its band
    draw: Callable[[int, int], Lines]  # width, height


@dataclass(frozen=True, slots=True)
class _Band:
    height: int  # without the rule above it
    panes: Sequence[_Pane]

    def widths(self, width: int) -> list[int]:
        room = width - len(_BETWEEN) * (len(self.panes) - 1)
        total = sum(pane.share for pane in self.panes)
        widths = [room * pane.share // total for pane in self.panes]
        widths[-1] += room - sum(widths)
        return widths


def screen(
    history: History,
    index: int,
    *,
    width: int,
    height: int,
    lines_of: Callable[[str], Sequence[str] | None],
    ascii: bool = False,
) -> Lines:
    """Return all panes after event `index` (-1: before the first), in exactly `height` lines of `width` cells.

    lines_of: returns the lines of a file that the trace names, or None if they are not to be had.
    """
    snapshot = history.at(index)
    marks = glyphs(ascii)
    bands = _bands(history, snapshot, lines_of, width, height, ascii)
    lines = [cut(_status(history, snapshot, width, marks, ascii), width, ascii=ascii)]
    above: set[int] = set()
    for band in bands:
        widths = band.widths(width)
        below = {sum(widths[: at + 1]) + len(_BETWEEN) * at for at in range(len(widths) - 1)}
        lines.append(_rule([pane.title for pane in band.panes], widths, above, below, marks, ascii))
        blocks = [
            pane.draw(size, band.height).sized(size, band.height, ascii=ascii)
            for pane, size in zip(band.panes, widths, strict=True)
        ]
        lines += beside(blocks, styled(_BETWEEN.replace("│", marks.wall), DIM))
        above = below
    return Lines(Lines(lines).sized(width, height, ascii=ascii))


def _bands(
    history: History,
    snapshot: Snapshot,
    lines_of: Callable[[str], Sequence[str] | None],
    width: int,
    height: int,
    ascii: bool,
) -> list[_Band]:
    def pane(title: str, share: int, draw: Callable[..., Lines], *args: object) -> _Pane:
        return _Pane(title, share, lambda width, height: draw(*args, width, height, ascii=ascii))

    source = pane(source_title(snapshot, width // 3, ascii=ascii), 60, source_pane, snapshot, lines_of)
    queue = pane("queue", 36, queue_pane, snapshot)
    names = pane("names", 36, names_pane, snapshot)
    events = pane("events", 60, event_pane, history, snapshot.index)
    output = pane("output", 40, output_pane, snapshot)
    tasks = _Pane("tasks", 100, lambda width, height: tree(snapshot, width=width, height=height, ascii=ascii))
    lanes = _Pane(
        "timeline",
        100,
        lambda width, height: timeline(history, snapshot, width=width, height=height, ascii=ascii),
    )
    if height < 14 or width < 50:
        few = max(1, (height - 4) // 4)
        return [
            _Band(max(1, height - 4 - 2 * few), [source]),
            _Band(few, [tasks]),
            _Band(few, [output if width < 50 else events]),
        ]
    if height < 26 or width < 90:
        room = height - 5
        ends = max(2, room // 6)
        middle = max(3, room // 3)
        return [
            _Band(room - 2 * ends - middle, [source, queue]),
            _Band(middle, [tasks]),
            _Band(ends, [events]),
            _Band(ends, [output]),
        ]
    if height < 42:
        room = height - 4
        top, ends = room * 45 // 100, room * 27 // 100
        return [
            _Band(top, [source, _stacked(queue, names, ascii)]),
            _Band(room - top - ends, [tasks]),
            _Band(ends, [events, output]),
        ]
    room = height - 5
    top, lower, ends = room * 35 // 100, room * 24 // 100, room * 19 // 100
    right = [queue, names] if width >= 150 else [_stacked(queue, names, ascii)]
    return [
        _Band(top, [source, *right]),
        _Band(room - top - lower - ends, [tasks]),
        _Band(lower, [lanes]),
        _Band(ends, [events, output]),
    ]


def _stacked(upper: _Pane, lower: _Pane, ascii: bool) -> _Pane:
    """Two panes in one, with a rule between."""

    def draw(width: int, height: int) -> Lines:
        below = max(2, height * 2 // 5)
        rule = _rule([lower.title], [width], set(), set(), glyphs(ascii), ascii)
        return Lines(
            [
                *upper.draw(width, height - below - 1).sized(width, height - below - 1, ascii=ascii),
                rule,
                *lower.draw(width, below).sized(width, below, ascii=ascii),
            ]
        )

    return _Pane(upper.title, upper.share, draw)


def _status(history: History, snapshot: Snapshot, width: int, marks: Glyphs, ascii: bool) -> Text:
    """One line: which event of how many, when, and what runs."""
    line = styled(f" event {snapshot.index} of {len(history) - 1}", TITLE)
    if snapshot.index < 0:
        line = styled(f" before the first of {len(history)} events", TITLE)
    line.append(f"  {marks.dot}  at {brief(snapshot.at_ns, ascii=ascii)}  {marks.dot}  ", DIM)
    if snapshot.running is not None:
        line.append(f"{marks.states['running']} {task_title(snapshot, snapshot.running, ascii=ascii)} is running", NOW)
    else:
        until = snapshot.waiting_until
        words = {
            "new": "the loop has not started",
            "running": "between two steps",
            "idle": "the loop waits" + (f" until {brief(until, ascii=ascii)}" if until is not None else ""),
            "stopped": "the loop has stopped",
        }
        line.append(words[snapshot.loop], DIM)
    program = fit(history.header.program, 30, ascii=ascii)
    room = width - cell_len(line.plain) - cell_len(program) - 1
    if room > 2:
        line.append(" " * room + program, DIM)
    return line


def _rule(
    titles: Sequence[str], widths: Sequence[int], above: set[int], below: set[int], marks: Glyphs, ascii: bool
) -> Text:
    """A line between two bands, with the titles of the lower one."""
    cells = [marks.rule] * (sum(widths) + len(_BETWEEN) * (len(widths) - 1))
    for column in above | below:
        if column < len(cells):
            cells[column] = _crossing(column in above, column in below, marks)
    line = Text()
    at = 0
    for title, size in zip(titles, widths, strict=True):
        word = f" {fit(title, max(1, size - 4), ascii=ascii)} " if size >= 6 else ""
        start = at + min(1, size)
        line.append("".join(cells[at:start]), DIM).append(word, TITLE)
        end = start + cell_len(word)
        line.append("".join(cells[end : at + size + len(_BETWEEN)]), DIM)
        at += size + len(_BETWEEN)
    return line


def _crossing(is_above: bool, is_below: bool, marks: Glyphs) -> str:
    if is_above and is_below:
        return marks.cross
    return marks.tee_up if is_above else marks.tee_down
