"""What others add to a player: questions made on the spot, and keys of their own.

A lesson, or whoever else plays a history, hands these to `play`. The player shows what comes back as it shows its own
pages and questions, so it need not know what a course is. A key never draws and never moves the player: it says what
to show, or that the player is to end, and with what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from corodemo.history import History
from corodemo.player.marks import Mark, Place, Question

__all__ = ["Key", "KeyPress", "Leave", "Quiz", "Work"]


class Quiz(Protocol):
    """Somebody who asks what comes next; the player's key for it is `p`."""

    def ask(self, history: History, index: int) -> Question | None:
        """Return a question about what comes after event `index`, or None if there is nothing to ask."""


class KeyPress(NamedTuple):
    """Where the player stood when a key was pressed."""

    history: History
    place: Place
    mark: Mark | None  # the page or question that was shown


def _no_hint(at: KeyPress) -> str:
    return ""


@dataclass(frozen=True)
class Leave:
    """The player is to end, and `play` to return this."""

    value: object


@dataclass(frozen=True)
class Work:
    """Something that takes its time: the player says so, asks for the result until there is one, and stops it at a key."""

    words: str  # what is being done, for the status line: "running app.py"
    poll: Callable[[], Mark | str | None]  # returns what to show in the end; None: not yet
    stop: Callable[[], None]


@dataclass(frozen=True)
class Key:
    """A key from outside; it goes before the player's own meaning of that key, but not before typing.

    press: returns a sentence for the status line, a page or question to lay over the screen, `Leave`, `Work`, or None.
    hint: returns what the status line says of the key where the player stands, such as "x try it"; "" for nothing.
    """

    key: str  # as the player calls it: "x", "f2", "enter"
    does: str  # for the help
    press: Callable[[KeyPress], Mark | Leave | Work | str | None]
    hint: Callable[[KeyPress], str] = _no_hint
