"""The player: a full-screen stepper over a history, forward and back.

It shows what the views show, one event after another, and between them the pages and questions that a lesson
brings. Everything on the screen is a function of the place in the history and the size of the terminal, so that
going back shows what going forward showed. It never runs a program: it plays what was recorded.
"""

from __future__ import annotations

from corodemo.player.app import Left, can_play, play
from corodemo.player.extensions import AtKey, Key, Leave, Quiz, Work
from corodemo.player.marks import Mark, Page, Place, Question
from corodemo.player.stepper import Stepper
from corodemo.traceformat.sources import lines_of

__all__ = [
    "AtKey",
    "Key",
    "Leave",
    "Left",
    "Mark",
    "Page",
    "Place",
    "Question",
    "Quiz",
    "Stepper",
    "Work",
    "can_play",
    "lines_of",
    "play",
]
