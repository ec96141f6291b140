"""The stepper's layout: which panes stand where, on a screen of a given size.

It depends on the size, and on what the user wants to see in the middle, never on what is shown: nothing jumps while one
steps. A band is a row of panes of one height, with a rule above it. It says where each pane is, so that one can draw there
and tell what somebody points at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["BETWEEN", "Band", "Name", "Slot", "bands", "middles"]

Name = Literal["source", "queue", "names", "queue and names", "tasks", "timeline", "meanwhile", "events", "output"]

BETWEEN = 2  # cells between two panes


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a pane."""

    name: Name
    x: int
    y: int  # of its first line; its title is in the rule above
    width: int
    height: int

    def holds(self, x: int, y: int) -> bool:
        """Return True if a cell is in it."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


@dataclass(frozen=True, slots=True)
class Band:
    """Panes side by side."""

    slots: tuple[Slot, ...]

    @property
    def height(self) -> int:
        return self.slots[0].height


def middles(width: int, height: int) -> tuple[Name, ...]:
    """Return the panes that take turns in the middle of a screen of this size; the others have places of their own."""
    if height < 26 or width < 90:
        return "tasks", "timeline", "names", "meanwhile"
    if height < 42:
        return "tasks", "timeline", "meanwhile"
    return ("tasks",) if width >= 150 else ("tasks", "meanwhile")


def bands(width: int, height: int, turned: int = 0) -> list[Band]:
    """Return the bands from the top down, below one line of status.

    turned: how often the user has asked for the next pane in the middle.
    """
    choice = middles(width, height)
    middle = choice[turned % len(choice)]
    if height < 14 or width < 50:
        few = max(1, (height - 4) // 4)
        shape: list[tuple[int, Sequence[tuple[Name, int]]]] = [
            (max(1, height - 4 - 2 * few), [("source", 1)]),
            (few, [(middle, 1)]),
            (few, [("output" if width < 50 else "events", 1)]),
        ]
    elif height < 26 or width < 90:
        room = height - 5
        ends, third = max(2, room // 6), max(3, room // 3)
        shape = [
            (room - 2 * ends - third, [("source", 60), ("queue", 36)]),
            (third, [(middle, 1)]),
            (ends, [("events", 1)]),
            (ends, [("output", 1)]),
        ]
        if middle != "tasks":  # who asks for another pane wants to see something in it: it takes the room of the output
            shape[1:] = [(third + ends + 1, [(middle, 1)]), (ends, [("events", 1)])]
    elif height < 42:
        room = height - 4
        top, ends = room * 45 // 100, room * 27 // 100
        shape = [
            (top, [("source", 60), ("queue and names", 36)]),
            (room - top - ends, [(middle, 1)]),
            (ends, [("events", 60), ("output", 40)]),
        ]
    else:
        room = height - 5
        top, lower, ends = room * 35 // 100, room * 24 // 100, room * 19 // 100
        wide: list[tuple[Name, int]] = [("source", 60), ("queue", 36), ("names", 36), ("meanwhile", 40)]
        shape = [
            (top, wide if width >= 150 else [("source", 60), ("queue and names", 36)]),
            (room - top - lower - ends, [(middle, 1)]),
            (lower, [("timeline", 1)]),
            (ends, [("events", 60), ("output", 40)]),
        ]
    found, y = [], 2  # below the status line and the first rule
    for size, panes in shape:
        found.append(_band(panes, y, width, size))
        y += size + 1
    return found


def _band(panes: Sequence[tuple[Name, int]], y: int, width: int, height: int) -> Band:
    room = width - BETWEEN * (len(panes) - 1)
    total = sum(share for _, share in panes)
    widths = [room * share // total for _, share in panes]
    widths[-1] += room - sum(widths)
    slots, x = [], 0
    for (name, _), size in zip(panes, widths, strict=True):
        slots.append(Slot(name, x, y, size, height))
        x += size + BETWEEN
    return Band(tuple(slots))
