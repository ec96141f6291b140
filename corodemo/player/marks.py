"""Marks: the pages and questions that a lesson sets between the events, and the places of a player among both.

They are data. What a place looks like, and what an answer does, is said elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Mark", "Page", "Place", "Question"]


@dataclass(frozen=True)
class Page:
    """Something to read after event `index` (-1: before the first)."""

    index: int
    text: str  # Markdown
    code: str = ""  # what is going to run next, if the page leads up to it
    shows_state: bool = False  # whether the page is about how things stand


@dataclass(frozen=True)
class Question:
    """Something to predict after event `index`, before the learner sees how it goes on."""

    index: int
    text: str  # Markdown
    choices: tuple[str, ...]  # empty: the answer is typed
    right: str
    why: int  # the event that shows the answer
    judge: Callable[[str, str], bool]  # whether a given answer says the same as the right one
    code: str = ""  # what is going to run, if that is not on the screen yet
    is_order: bool = False  # the answer is the choices' numbers in the right order, typed: "312"
    because: str = ""  # why it is so, instead of what event `why` says

    @property
    def is_typed(self) -> bool:
        """Whether the answer is typed rather than chosen."""
        return self.is_order or not self.choices


Mark = Page | Question


@dataclass(frozen=True)
class Place:
    """Where a player stands: after an event, at one of the marks that follow it."""

    index: int  # the event; -1: before the first
    number: int  # of the mark after it, from 1; 0: at the event itself
