"""The stepper's screen: source, queue, names, tasks, time, events and output after one event, in one picture.

The layout depends on the size alone, never on what is shown, so that nothing jumps while one steps; and the picture
depends on the history and the index alone, so stepping back shows what stepping forward showed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from rich.text import Text

from corodemo.history import brief
from corodemo.history.suspensions import Suspension, suspension_of
from corodemo.views.glyphs import DIM, NOW, TITLE, Glyphs, glyphs
from corodemo.views.layout import BETWEEN, Name, Slot, bands
from corodemo.views.names import loop_words, task_title
from corodemo.views.panes import event_pane, names_pane, output_pane, present_task, queue_pane
from corodemo.views.source import source_pane, source_title
from corodemo.views.suspension import meanwhile_pane
from corodemo.views.text import Lines, Spot, beside, cell_len, cut, fit, styled
from corodemo.views.timeline import timeline
from corodemo.views.tree import tree

if TYPE_CHECKING:
    from corodemo.history import History, Snapshot

__all__ = ["event_pane", "names_pane", "output_pane", "queue_pane", "screen", "source_pane"]

_BETWEEN = "│ "  # two panes


class _Picture:
    """What the panes of one screen have in common."""

    def __init__(
        self,
        history: History,
        snapshot: Snapshot,
        lines_of: Callable[[str], Sequence[str] | None],
        task: int | None,
        window: tuple[int, int] | range | None,
        ascii: bool,
    ) -> None:
        self.history = history
        self.snapshot = snapshot
        self.lines_of = lines_of
        self.task = task or present_task(snapshot)  # the one that is looked at
        self.window = window
        self.ascii = ascii

    @cached_property
    def suspension(self) -> Suspension | None:
        """The newest await of the task."""
        task = self.task
        if task is None or task not in self.snapshot.tasks:
            return None
        return suspension_of(self.history, task, self.snapshot.index)


def screen(
    history: History,
    index: int,
    *,
    width: int,
    height: int,
    lines_of: Callable[[str], Sequence[str] | None],
    turned: int = 0,
    window: tuple[int, int] | range | None = None,
    task: int | None = None,
    ascii: bool = False,
) -> Lines:
    """Return all panes after event `index` (-1: before the first), in exactly `height` lines of `width` cells.

    lines_of: returns the lines of a file that the trace names, or None if they are not to be had. turned: how often the pane
    in the middle has given way to the next. window: what the timeline shows, a stretch of time in nanoseconds or a range of
    events; by default all. task: the one whose names and whose await are shown; by default the one that runs, or that the event
    is about.
    """
    snapshot = history.at(index)
    marks = glyphs(ascii)
    picture = _Picture(history, snapshot, lines_of, task, window, ascii)
    lines = [cut(_status(history, snapshot, width, marks, ascii), width, ascii=ascii)]
    above: set[int] = set()
    drawn: list[tuple[Slot, Lines]] = []
    for band in bands(width, height, turned):
        below = {slot.x - BETWEEN for slot in band.slots[1:]}
        titles = [_pane_title(picture, slot, width) for slot in band.slots]
        lines.append(_rule(titles, [slot.width for slot in band.slots], above, below, marks, ascii))
        panes = [_pane(picture, slot.name, slot.width, slot.height) for slot in band.slots]
        drawn += zip(band.slots, panes, strict=True)
        blocks = [
            pane.sized(slot.width, slot.height, ascii=ascii) for slot, pane in zip(band.slots, panes, strict=True)
        ]
        lines += beside(blocks, styled(_BETWEEN.replace("│", marks.wall), DIM))
        above = below

    def spot(x: int, y: int) -> Spot | None:
        return next((pane.spot(x - slot.x, y - slot.y) for slot, pane in drawn if slot.holds(x, y)), None)

    return Lines(Lines(lines).sized(width, height, ascii=ascii), spot)


def _pane_title(picture: _Picture, slot: Slot, width: int) -> str:
    match slot.name:
        case "source":
            return source_title(picture.snapshot, width // 3, ascii=picture.ascii)
        case "queue and names":
            return "queue"
        case "meanwhile":
            return "while it waited"
    return slot.name


def _pane(picture: _Picture, name: Name, width: int, height: int) -> Lines:
    history, snapshot, plain = picture.history, picture.snapshot, picture.ascii
    match name:
        case "source":
            return source_pane(snapshot, picture.lines_of, width, height, suspension=picture.suspension, ascii=plain)
        case "queue":
            return queue_pane(snapshot, width, height, ascii=plain)
        case "names":
            return names_pane(snapshot, width, height, task=picture.task, suspension=picture.suspension, ascii=plain)
        case "queue and names":
            return _stacked(picture, "queue", "names", width, height)
        case "tasks":
            return tree(snapshot, width=width, height=height, about=picture.task, ascii=plain)
        case "timeline":
            window = picture.window
            start, end = window if isinstance(window, tuple) else (None, None)
            return timeline(
                history,
                snapshot,
                width=width,
                height=height,
                start_ns=start,
                end_ns=end,
                only=window if isinstance(window, range) else None,
                about=picture.task,
                ascii=plain,
            )
        case "meanwhile":
            return meanwhile_pane(snapshot, picture.task, picture.suspension, width, height, ascii=plain)
        case "events":
            return event_pane(history, snapshot.index, width, height, ascii=plain)
        case "output":
            return output_pane(snapshot, width, height, ascii=plain)


def _stacked(picture: _Picture, upper: Name, lower: Name, width: int, height: int) -> Lines:
    """Two panes in one, with a rule between."""
    below = max(2, height * 2 // 5)
    above = height - below - 1
    return Lines(
        [
            *_pane(picture, upper, width, above).sized(width, above, ascii=picture.ascii),
            _rule([lower], [width], set(), set(), glyphs(picture.ascii), picture.ascii),
            *_pane(picture, lower, width, below).sized(width, below, ascii=picture.ascii),
        ]
    )


def _status(history: History, snapshot: Snapshot, width: int, marks: Glyphs, ascii: bool) -> Text:
    """One line: which event of how many, when, and what runs."""
    line = styled(f" event {snapshot.index} of {len(history) - 1}", TITLE)
    if snapshot.index < 0:
        line = styled(f" before the first of {len(history)} events", TITLE)
    line.append(f"  {marks.dot}  at {brief(snapshot.at_ns, ascii=ascii)}  {marks.dot}  ", DIM)
    if snapshot.running is not None:
        line.append(f"{marks.states['running']} {task_title(snapshot, snapshot.running, ascii=ascii)} is running", NOW)
    else:
        line.append(loop_words(snapshot, ascii=ascii), DIM)
    program = fit(history.header.program, 30, ascii=ascii)
    room = width - cell_len(line.plain) - cell_len(program) - 1
    if room > 2:
        line.append(" " * room + program, DIM)
    return line


def _rule(
    titles: Sequence[str], widths: Sequence[int], above: set[int], below: set[int], marks: Glyphs, ascii: bool
) -> Text:
    """A line between two bands, with the titles of the lower one."""
    cells = [marks.rule] * (sum(widths) + BETWEEN * (len(widths) - 1))
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
        line.append("".join(cells[end : at + size + BETWEEN]), DIM)
        at += size + BETWEEN
    return line


def _crossing(is_above: bool, is_below: bool, marks: Glyphs) -> str:
    if is_above and is_below:
        return marks.cross
    return marks.tee_up if is_above else marks.tee_down
