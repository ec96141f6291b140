"""How a player looks at things: which pane has the middle of the screen, and which stretch of time the timeline shows.

The stretch is a function of the zoom and the place, so that stepping back shows what stepping forward showed: it is one
of a row of overlapping stretches, chosen so that the cursor is well inside. Panning looks elsewhere, until the next step.
"""

from __future__ import annotations

from corodemo.history import History

__all__ = ["Look"]

_DEEPEST = 40  # halvings: beyond any trace


class Look:
    """Which pane, how close, and how far from the cursor."""

    def __init__(self) -> None:
        self.turned = 0  # how often the user asked for the next view
        self.depth = 0  # how often the stretch was halved
        self.panned = 0  # in half stretches, from where the cursor is

    def turn(self) -> None:
        """Show the next pane in the middle."""
        self.turned += 1

    def zoom(self, by: int) -> None:
        """Halve the stretch of time, or double it again."""
        self.depth = min(max(0, self.depth + by), _DEEPEST)

    def pan(self, by: int) -> None:
        """Look half a stretch later, or earlier."""
        if self.depth:
            self.panned += by

    def stay(self) -> None:
        """Look where the cursor is again."""
        self.panned = 0

    def window(self, history: History, index: int) -> tuple[int, int] | None:
        """Return the stretch to show after event `index`, in nanoseconds; None for the whole trace."""
        if not self.depth or not len(history):
            return None
        first, last = history.events[0].at_ns, history.events[len(history) - 1].at_ns
        span = last - first
        length = max(2, span >> self.depth)
        if length >= span:
            return None
        half = length // 2
        now = history.events[index].at_ns - first if index >= 0 else 0
        furthest = -(-(span - length) // half)  # the number of the last stretch
        number = min(max(0, (now - half // 2) // half), furthest)
        self.panned = min(max(-number, self.panned), furthest - number)
        start = first + min((number + self.panned) * half, span - length)
        return start, start + length
