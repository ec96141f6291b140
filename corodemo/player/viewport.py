"""How a player looks at things: which pane has the middle of the screen, and which stretch of a trace the timeline shows.

The stretch is a function of the zoom and the place, so that stepping back shows what stepping forward showed: it is one
of a row of overlapping stretches, chosen so that the cursor is well inside. Panning looks elsewhere, until the next step.
"""

from __future__ import annotations

from corodemo.history import History

__all__ = ["Viewport"]

_DEEPEST = 64  # halvings: beyond any trace
_FEWEST = 8  # events


class Viewport:
    """Which pane, how close, and how far from the cursor."""

    def __init__(self) -> None:
        self.turned = 0  # how often the user asked for the next view
        self.depth = 0  # how often the stretch was halved
        self.panned = 0  # in half stretches, from where the cursor is

    def next_pane(self) -> None:
        """Show the next pane in the middle."""
        self.turned += 1

    def zoom(self, by: int) -> None:
        """Halve the stretch, or double it again."""
        self.depth = min(max(0, self.depth + by), _DEEPEST)

    def pan(self, by: int) -> None:
        """Look half a stretch later, or earlier."""
        if self.depth:
            self.panned += by

    def recentre(self) -> None:
        """Look where the cursor is again."""
        self.panned = 0

    def window(self, history: History, index: int) -> tuple[int, int] | range | None:
        """Return the stretch to show after event `index`: from when until when, in nanoseconds; None for the whole trace.

        Under a virtual clock much may happen at one instant. Where only that is left the events are halved: a range of them.
        """
        if not self.depth or not len(history):
            return None
        begin, now = history.events[0].at_ns, history.events[max(index, 0)].at_ns
        span = history.events[len(history) - 1].at_ns - begin
        instant, halvings = self._instant(history, index, span)
        if instant is not None:
            start, length = self._part(len(instant), _FEWEST, halvings, max(index, 0) - instant.start)
            return instant[start : start + length]
        start, length = self._part(span, 2, self.depth, now - begin)
        return None if length == span else (begin + start, begin + start + length)

    def _instant(self, history: History, index: int, span: int) -> tuple[range | None, int]:
        """Return all events of the instant, if no time is left to halve, and how often they are halved instead."""
        here = max(index, 0)
        begin, now = history.events[0].at_ns, history.events[here].at_ns
        if span and history.header.clock != "virtual":
            return None, 0
        instant = range(history.index_at(now - 1) + 1, history.index_at(now) + 1)
        if not span:
            return instant, self.depth
        # The first stretch with nothing but the instant is shown, and half of it, so that one sees that nothing is there.
        for depth in range(self.depth - 1):
            length = max(2, span >> depth)
            start = begin + _start(span, length, _numbers(span, length, now - begin)[0])
            if (
                history.index_at(start - 1) + 1 == instant.start
                and history.index_at(start + length) + 1 == instant.stop
            ):
                return instant, self.depth - 2 - depth
        return None, 0

    def _part(self, span: int, least: int, depth: int, now: int) -> tuple[int, int]:
        """Return the stretch of `span` to be seen: its start and its length."""
        length = max(least, span >> depth)
        number, furthest = _numbers(span, length, now)
        self.panned = min(max(-number, self.panned), furthest - number)
        return _start(span, length, number + self.panned), min(length, span)


def _numbers(span: int, length: int, now: int) -> tuple[int, int]:
    """Return the number of the stretch that has `now` well inside, and the last one's, of a row that overlap by half."""
    if length >= span:
        return 0, 0
    half = length // 2
    furthest = -(-(span - length) // half)
    return min(max(0, (now - half // 2) // half), furthest), furthest


def _start(span: int, length: int, number: int) -> int:
    return max(0, min(number * (length // 2), span - length))
