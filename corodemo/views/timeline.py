"""The timeline: a lane for each task, in which one sees when it ran, was ready, waited, and how it ended.

Lanes are drawn up to the moment of the snapshot, on a scale that holds the whole trace: what is to come is blank, so
that it can be asked for. Where a column stands for several states, the rarest wins: an end, a cancel request, running,
ready, waiting; so no step is too short to be seen. Where there is room an arrow leads from the step that woke a task to
the task; where lanes stand close, an arrow head points away from the waker.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from rich.text import Text

from corodemo.history import brief
from corodemo.history.lanes import DONE, READY, RUNNING, WAITING
from corodemo.history.states import WORDS
from corodemo.traceformat.events import CancelRequested
from corodemo.views.arrows import arrows
from corodemo.views.glyphs import ARROW, DIM, MARK, NOW, STYLES, Glyphs, glyphs
from corodemo.views.outline import Row, outline
from corodemo.views.scale import Scale
from corodemo.views.text import Lines, Spot, cell_len, cut, fit, styled, visible
from corodemo.views.tree import row_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from corodemo.history import History, Snapshot

__all__ = ["timeline"]

_EVENTS = 20_000  # in a stretch of more, arrows are not looked for
_ROOMY = 12  # lanes; with more, no space is given to arrows where nobody limits the height

Cell = tuple[str, str]  # a character and its style
_BLANK: Cell = (" ", "none")


def timeline(
    history: History,
    snapshot: Snapshot,
    *,
    width: int,
    height: int | None = None,
    start_ns: int | None = None,
    end_ns: int | None = None,
    only: range | None = None,
    about: int | None = None,
    ascii: bool = False,
) -> Lines:
    """Return the lanes of all tasks up to a snapshot of `history`.

    start_ns, end_ns: the stretch to show, by default the whole trace. Tasks that were not there in it have no lane. If
    `end_ns` lies after the last event, and the snapshot is the last, the lanes go on until there: that is how a live view
    shows time passing. only: a range of events of one instant, instead of a stretch of time. about: the task that is looked at;
    it has a lane, whoever else has none.
    """
    marks = glyphs(ascii)
    legend = _legend(marks, width)
    has_axis = height is None or height > 2
    spare = 10**6 if height is None else height - 2 * has_axis
    wants_legend = spare >= len(legend) + 3
    spare -= len(legend) if wants_legend else 0
    wants_curve = spare >= min(len(snapshot.tasks), 6) + 1
    spare -= 1 if wants_curve else 0
    limit = None if height is None else max(1, spare)
    stretch = Scale(history, 1, start_ns, end_ns, only)
    among = None if start_ns is None and end_ns is None and only is None else _present(history, stretch)
    # Of a crowd those are shown that matter at the end of the stretch.
    last = history.at(stretch.stop - 1)
    moment = last if last.index < snapshot.index else snapshot
    rows = outline(moment, limit, marks, among=among, about=about)
    if not rows:
        return Lines([styled(fit("no tasks yet", width, ascii=ascii), DIM)])
    names = [_name(moment, row, marks, ascii) for row in rows]
    # Lanes must not shift while one steps towards the end.
    final = rows if moment.index == last.index else outline(last, limit, marks, among=among)
    longest = max((cell_len(_name(last, row, marks, ascii).plain) for row in final if row.task is not None), default=0)
    gutter = min(max(12, longest), max(8, width * 3 // 10))
    scale = Scale(history, max(1, width - gutter - 1), start_ns, end_ns, only)
    drawing = _Drawing(history, snapshot, scale, rows, marks)
    is_roomy = 2 * len(rows) - 1 <= spare and (height is not None or len(rows) <= _ROOMY)
    is_roomy = is_roomy and drawing.has_arrows()
    lines = [
        *(_axis(drawing, gutter, ascii) if has_axis else []),
        *_lanes(drawing, names, is_roomy, gutter, ascii),
        *([_curve(drawing, gutter, ascii)] if wants_curve else []),
        *(legend if wants_legend else []),
    ]

    def spot(x: int, y: int) -> Spot | None:
        place, is_between = divmod(y - 2 * has_axis, 2 if is_roomy else 1)
        task = rows[place].task if 0 <= place < len(rows) and not is_between else None
        if x <= gutter:
            return Spot(task=task) if task is not None else None
        # The last event of what the column stands for, or before it.
        return Spot(event=scale.bounds[min(x - gutter - 1, scale.width - 1) + 1] - 1)

    return Lines((line if cell_len(line.plain) <= width else cut(line, width, ascii=ascii) for line in lines), spot)


class _Drawing:
    """A grid of cells, a row for each lane, a column for each column of the scale."""

    def __init__(self, history: History, snapshot: Snapshot, scale: Scale, rows: list[Row], marks: Glyphs) -> None:
        self.history = history
        self.snapshot = snapshot
        self.scale = scale
        self.rows = rows
        self.marks = marks
        self.limit = min(snapshot.index + 1, scale.stop)  # the events that have happened
        self.most_arrows = scale.width * 2 // 3  # more would be a thicket, and tell nothing
        # A live view's last event may lie back; the lanes go on until now.
        is_now = snapshot.index == len(history) - 1 and scale.stop > snapshot.index
        self.now_ns = max(snapshot.at_ns, scale.end_ns) if is_now else snapshot.at_ns
        self.has_cursor = scale.start_ns <= self.now_ns <= scale.end_ns
        if scale.is_by_step:  # all of it is now
            self.has_cursor = scale.first - 1 <= snapshot.index < scale.stop
        #: The last column of the past; -1 if all of the stretch is still to come.
        self.cursor = scale.width - 1
        if snapshot.index < scale.first:
            self.cursor = 0 if self.has_cursor else -1
        elif not is_now and snapshot.index < scale.stop:
            self.cursor = scale.column(snapshot.index)

    def grid(self, is_roomy: bool) -> list[list[Cell]]:
        width = self.scale.width
        lanes = [self.lane(row.task) if row.task is not None else [_BLANK] * width for row in self.rows]
        arrows = self.arrows()
        if not is_roomy:
            for _, column, source, target in arrows:
                if lanes[target][column][0] == self.marks.lane["ready"]:
                    lanes[target][column] = (self.marks.down if source < target else self.marks.up, ARROW)
            return lanes
        grid: list[list[Cell]] = []
        for lane in lanes:
            grid += [lane, [_BLANK] * width]
        grid.pop()
        quiet = {self.marks.lane["waiting"], " "}
        for _, column, source, target in arrows:
            step = 1 if source < target else -1
            for at in range(2 * source + step, 2 * target, step):
                if at == 2 * target - step:
                    grid[at][column] = (self.marks.down if step > 0 else self.marks.up, ARROW)
                elif grid[at][column][0] in quiet:
                    grid[at][column] = (self.marks.line, ARROW)
        return grid

    def lane(self, task: int) -> list[Cell]:
        lane = self.history.lane(task)
        bounds, marks = self.scale.bounds, self.marks
        looks: list[Cell] = [(marks.lane[word], STYLES[word]) for word in WORDS]
        cells: list[Cell] = []
        row = bisect_left(lane.at, bounds[0])
        for column in range(self.cursor + 1):
            stop = bisect_left(lane.at, min(bounds[column + 1], self.limit), row)
            if stop == row:
                before = lane.states[row - 1] if row else DONE
                cells.append(looks[before] if before < DONE else _BLANK)
                continue
            here = lane.states[row:stop]
            end = here[-1]
            if end < DONE:
                end = RUNNING if RUNNING in here else READY if end <= READY else WAITING
            cells.append(looks[end])
            row = stop
        for index in lane.cancels or ():
            is_shown = self.scale.first <= index < self.limit
            if is_shown and isinstance(self.history.events[index], CancelRequested):
                column = self.scale.column(index)
                if cells[column] not in looks[DONE:]:
                    cells[column] = (marks.cancel, MARK)
        return cells + [_BLANK] * (self.scale.width - len(cells))

    def has_arrows(self) -> bool:
        """True if there are arrows anywhere in the stretch, and not too many: lanes must not move while one steps on."""
        place = {row.task for row in self.rows}
        first, stop = self.scale.first, self.scale.stop
        found = arrows(self.history, first, stop - 1) if stop - first <= _EVENTS else iter(())
        return 0 < sum(arrow.source in place and arrow.target in place for arrow in found) <= self.most_arrows

    def arrows(self) -> list[tuple[int, int, int, int]]:
        """Wakeups of one shown task by another: event, column, row of the waker, row of the woken."""
        place: dict[int | None, int] = {row.task: at for at, row in enumerate(self.rows) if row.task is not None}
        found: list[tuple[int, int, int, int]] = []
        if self.limit - self.scale.first > _EVENTS:
            return found
        for arrow in arrows(self.history, self.scale.first, self.limit - 1):
            source, target = place.get(arrow.source), place.get(arrow.target)
            if source is not None and target is not None:
                found.append((arrow.event, self.scale.column(arrow.event), source, target))
                if len(found) > self.most_arrows:
                    return []
        return found

    def curve(self) -> tuple[int, list[Cell]]:
        """The length of the ready queue, the longest in each column; and the longest of all."""
        ready, bounds = self.history.fold.ready, self.scale.bounds
        lengths = []
        for column in range(self.cursor + 1):
            first, stop = bounds[column], min(bounds[column + 1], self.limit)
            opened = slice(bisect_left(ready.starts, first), bisect_left(ready.starts, stop))
            # An event at the left edge of a column has happened in it; without one, nothing has changed.
            length = ready.count(first if first < stop else min(first, self.limit) - 1)
            lengths.append(max(ready.depths[opened], default=length))
        top = max(lengths, default=0)
        levels = self.marks.levels
        # Rounded up: whatever is not zero is seen.
        heights = [-(-length * (len(levels) - 1) // top) if top else 0 for length in lengths]
        cells = [(levels[level], STYLES["ready"]) for level in heights]
        return top, cells + [_BLANK] * (self.scale.width - len(cells))


def _name(snapshot: Snapshot, row: Row, marks: Glyphs, ascii: bool) -> Text:
    if row.task is None:
        return styled(row.prefix + visible(row.words, ascii=ascii), DIM)
    return row_name(row, snapshot.tasks[row.task], marks, ascii=ascii, has_id=True)


def _present(history: History, stretch: Scale) -> set[int]:
    """The tasks that were there in a stretch: made before its end, and not finished before it begins."""
    return {
        task
        for task, lane in history.fold.lanes.items()
        if lane.first < stretch.stop and not (lane.states[-1] >= DONE and lane.at[-1] < stretch.first)
    }


def _axis(drawing: _Drawing, gutter: int, ascii: bool) -> list[Text]:
    scale, marks, cursor = drawing.scale, drawing.marks, drawing.cursor
    labels = [" "] * scale.width
    rule = [marks.instant if scale.is_instant(column) else marks.rule for column in range(scale.width)]
    for column, label in scale.ticks(8, ascii=ascii):
        labels[column : column + len(label)] = label
        rule[column] = marks.tick
    top = cut(styled("step" if scale.is_by_step else "time", DIM), gutter)
    top.append(" " + "".join(labels), DIM)
    bottom = cut(styled(f"at {brief(drawing.now_ns, ascii=ascii)}", NOW), gutter, ascii=ascii)
    if not drawing.has_cursor:
        return [top, bottom.append(" " + "".join(rule), DIM)]
    bottom.append(" " + "".join(rule[:cursor]), DIM)
    bottom.append(marks.now, NOW)
    bottom.append("".join(rule[cursor + 1 :]), DIM)
    return [top, bottom]


def _lanes(drawing: _Drawing, names: list[Text], is_roomy: bool, gutter: int, ascii: bool) -> Iterator[Text]:
    rows, marks = drawing.rows, drawing.marks
    for at, cells in enumerate(drawing.grid(is_roomy)):
        place, is_between = divmod(at, 2) if is_roomy else (at, 0)
        if is_between:
            below = rows[place + 1].prefix
            yield _joined(cut(styled(below[:-2] + marks.bar if below else "", DIM), gutter), cells)
        elif rows[place].task is None:
            yield names[place]  # words about tasks that have no lane: they may take the whole line
        else:
            yield _joined(cut(names[place], gutter, ascii=ascii), cells)


def _curve(drawing: _Drawing, gutter: int, ascii: bool) -> Text:
    top, curve = drawing.curve()
    label = f"queue max {top:,}" if top < 1000 else f"max {top:,}"
    return _joined(cut(styled(label, DIM), gutter, ascii=ascii), curve)


def _joined(name: Text, cells: Iterable[Cell]) -> Text:
    name.append(" ")
    run, style = "", "none"
    for char, its in cells:
        if its != style:
            name.append(run, style)
            run, style = "", its
        run += char
    name.append(run, style)
    return name


def _legend(marks: Glyphs, width: int) -> list[Text]:
    states = [(marks.lane[state], str(state), style) for state, style in STYLES.items()]
    living, ended = states[:3], states[3:]
    entries = [*living, (marks.cancel, "cancel", MARK), *ended]
    entries += [(marks.down + marks.up, "woken", ARROW), (marks.now, "now", NOW)]
    lines = [Text()]
    for glyph, word, style in entries:
        if lines[-1].plain and cell_len(lines[-1].plain) + 2 + len(glyph) + 1 + len(word) > width:
            lines.append(Text())
        if lines[-1].plain:
            lines[-1].append("  ")
        lines[-1].append(glyph, style)
        lines[-1].append(" " + word, DIM)
    return lines
