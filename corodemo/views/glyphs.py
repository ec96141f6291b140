"""How a state looks: a glyph and a colour, to stand beside its word.

Blue is what runs or has succeeded, orange is what wants attention (ready, failed, cancelled), grey is what waits. The
colours are of middling brightness, to be read on white and on black, and differ in brightness as well as in hue, so that
no two states are told apart by red against green.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corodemo.history import State

__all__ = ["ARROW", "DIM", "MARK", "NOW", "STYLES", "TITLE", "Glyphs", "glyphs"]

#: In the order in which a legend and a count name them.
STYLES: Mapping[State, str] = {
    "running": "bold #2f81d8",
    "ready": "#d07a00",
    "waiting": "#7d8590",
    "done": "#4b86b4",
    "failed": "bold #c8500a",
    "cancelled": "#a06a30",
}
TITLE = "bold"
DIM = "#7d8590"
MARK = "bold #d07a00"  # a cancel, a warning
ARROW = "#b06f10"  # a wakeup
NOW = "bold #2f81d8"  # the cursor, the line about to run


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of characters to draw with, each one cell wide."""

    states: Mapping[State, str]  # beside the word, in a tree
    lane: Mapping[State, str]  # in a timeline
    branch: str
    last: str
    bar: str
    rule: str
    instant: str  # in a rule of time: a stretch where no time passes
    tick: str
    wall: str
    tee_down: str
    tee_up: str
    cross: str
    cancel: str
    now: str  # the cursor of a timeline
    here: str  # the line about to run
    parked: str
    line: str  # of an arrow
    down: str
    up: str
    to: str
    levels: str  # of a curve, lowest first; the first is zero
    dot: str
    more: str


_UNICODE = Glyphs(
    states={"running": "▶", "ready": "◌", "waiting": "‖", "done": "✓", "failed": "✗", "cancelled": "⊘"},
    lane={"running": "█", "ready": "▒", "waiting": "░", "done": "✓", "failed": "✗", "cancelled": "⊘"},
    branch="├ ",
    last="└ ",
    bar="│ ",
    rule="─",
    instant="═",
    tick="┬",
    wall="│",
    tee_down="┬",
    tee_up="┴",
    cross="┼",
    cancel="✂",
    now="▼",
    here="▶",
    parked="‖",
    line="│",
    down="▼",
    up="▲",
    to="→",
    levels=" ▁▂▃▄▅▆▇█",
    dot="·",
    more="…",
)

_ASCII = Glyphs(
    states={"running": ">", "ready": "o", "waiting": "=", "done": "v", "failed": "!", "cancelled": "x"},
    lane={"running": "#", "ready": "+", "waiting": ".", "done": "v", "failed": "!", "cancelled": "x"},
    branch="+ ",
    last="` ",
    bar="| ",
    rule="-",
    instant="=",
    tick="+",
    wall="|",
    tee_down="+",
    tee_up="+",
    cross="+",
    cancel="%",
    now="V",
    here=">",
    parked="=",
    line="|",
    down="v",
    up="^",
    to="->",
    levels=" .:-=+*%#",
    dot="-",
    more="~",
)


def glyphs(ascii: bool) -> Glyphs:
    """Return the characters to draw with."""
    return _ASCII if ascii else _UNICODE
