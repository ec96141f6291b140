"""Where an event stands on a line of so many columns.

Real time is laid out by time. Under a virtual clock a step takes no time at all, and everything that a learner wants
to see happens at a few instants: there, columns are given both to the time that passes and to the steps, in order, so that
the steps of one instant stand side by side. A trace in which no time passes is laid out by steps alone.

Both are one formula: an event's column is its share of the time plus its share of the steps begun or ended by then. It
never decreases from one event to the next, so a column is a range of events, found by bisection.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from corodemo.history import brief

if TYPE_CHECKING:
    from corodemo.history import History

__all__ = ["Scale"]

_NICE = (1, 2, 5)
_UNITS = ((1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us"), (1, "ns"))


class Scale:
    """The columns of a stretch of a history, from `start_ns` to `end_ns`, or of a range of its events."""

    def __init__(
        self,
        history: History,
        width: int,
        start_ns: int | None = None,
        end_ns: int | None = None,
        only: range | None = None,
    ) -> None:
        events, edges = history.events, history.fold.edges
        count = len(history)
        self.width = max(1, width)
        # What is remembered of a forgotten past is no part of what a recorder kept as a whole.
        remembered = getattr(history.trace, "remembered", 0)
        self.first = min(remembered, count) if start_ns is None else history.index_at(start_ns - 1) + 1
        self.stop = count if end_ns is None else max(self.first, history.index_at(end_ns) + 1)
        if only is not None:
            self.first, self.stop = only.start, only.stop
        self._events = events
        is_empty = self.first >= self.stop
        self.start_ns = start_ns if start_ns is not None else (0 if is_empty else events[self.first].at_ns)
        last_ns = self.start_ns if is_empty else events[self.stop - 1].at_ns
        self.end_ns = max(self.start_ns, end_ns if end_ns is not None else last_ns)
        self._span = self.end_ns - self.start_ns
        self._edges = edges
        self._rank0 = bisect_left(edges, self.first)
        self._ranks = bisect_left(edges, self.stop) - self._rank0
        self._edges_before = self._rank0 if only is not None else 0  # steps are counted on, or from 1
        #: True if no time passes: a column is a number of steps.
        self.is_by_step = self._span == 0
        if self.is_by_step:
            self._steps_width = self.width
        elif history.header.clock == "virtual":
            self._steps_width = min(self._ranks, self.width * 2 // 3)
        else:
            self._steps_width = 0
        self._time_width = self.width - self._steps_width
        self.bounds = [self._bound(column) for column in range(self.width)] + [self.stop]

    def column(self, index: int) -> int:
        """Return the column of an event."""
        rank = bisect_right(self._edges, index) - self._rank0 - 1
        return self._at(self._events[index].at_ns, max(0, rank))

    def column_of_time(self, ns: int) -> int:
        """Return the first column of a time."""
        before = bisect_left(self._events, ns, self.first, self.stop, key=lambda event: event.at_ns)
        rank = bisect_left(self._edges, before) - self._rank0
        return self._at(ns, max(0, min(rank, self._ranks - 1)))

    def is_instant(self, column: int) -> bool:
        """True if a column holds a step, and stands for an instant rather than for a stretch of time."""
        if not self._steps_width or self.is_by_step:
            return False
        first, stop = self.bounds[column], self.bounds[column + 1]
        return bisect_left(self._edges, stop) > bisect_left(self._edges, first)

    def ticks(self, apart: int, *, ascii: bool = False) -> list[tuple[int, str]]:
        """Return columns and labels, at least `apart` columns from each other."""
        if self.is_by_step:
            # Every step has two edges, its start and its end.
            before = self._edges_before
            every = _nice(max(1, (self._ranks + 1) // 2) * apart / self.width)
            first, last = before // 2 + 1, (before + self._ranks + 1) // 2
            marks = [first, *range(first // every * every + every, last + 1, every)]
            found = [(self._at(self.start_ns, max(0, 2 * (step - 1) - before)), f"{step:,}") for step in marks]
        else:
            times, labels = self._times(apart, ascii)
            longest = max(map(len, labels), default=0)
            if longest >= apart:  # fewer of them, so that there is room for all that they say
                apart = longest + 1
                times, labels = self._times(apart, ascii)
            found = [(self.column_of_time(ns), label) for ns, label in zip(times, labels, strict=True)]
        kept: list[tuple[int, str]] = []
        for column, label in found:
            if column + len(label) <= self.width and (not kept or column >= kept[-1][0] + apart):
                kept.append((column, label))
        return kept

    def _times(self, apart: int, ascii: bool) -> tuple[range, list[str]]:
        every = _nice(self._span * apart / max(1, self._time_width))
        times = range(-(-self.start_ns // every) * every, self.end_ns + 1, every)
        return times, _labels(times, ascii)

    def _at(self, ns: int, rank: int) -> int:
        """The formula, in whole numbers: rounding must not let two events change places."""
        if self.is_by_step:
            column = self._steps_width * rank // max(1, self._ranks)
        else:
            time = min(max(ns, self.start_ns), self.end_ns) - self.start_ns
            ranks = max(1, self._ranks)
            column = (self._time_width * time * ranks + self._steps_width * rank * self._span) // (self._span * ranks)
        return min(column, self.width - 1)

    def _bound(self, column: int) -> int:
        """The first event that stands in this column or beyond."""
        return bisect_left(range(self.stop), column, self.first, key=self.column)


def _nice(at_least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, ... that is not below."""
    size = 1
    while True:
        for step in _NICE:
            if step * size >= at_least:
                return step * size
        size *= 10


def _labels(times: range, ascii: bool) -> list[str]:
    """What stands at these times: as short as times are elsewhere, but so long that no two say the same."""
    labels = [brief(ns, ascii=ascii) for ns in times]
    if len(set(labels)) == len(labels):
        return labels
    unit, name = next((size, name) for size, name in _UNITS if times[-1] >= size)
    digits = next(digits for digits in range(10) if times.step * 10**digits % unit == 0)
    name = "µs" if name == "us" and not ascii else name
    return [f"{ns // unit}.{ns % unit * 10**digits // unit:0{digits}}{name}" for ns in times]
