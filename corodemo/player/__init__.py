"""The player: a full-screen stepper over a history, forward and back.

It shows what the views show, one event after another, and between them the pages and questions that a lesson
brings. Everything on the screen is a function of the place in the history and the size of the terminal, so that
going back shows what going forward showed. It never runs a program: it plays what was recorded.

`app.play` plays on a terminal. Here is what one hands to it, which loads no prompt_toolkit.
"""

from __future__ import annotations

from corodemo.player.extensions import Key, KeyPress, Leave, Quiz, Work
from corodemo.player.marks import Mark, Page, Place, Question
from corodemo.player.stepper import Stepper

__all__ = ["Key", "KeyPress", "Leave", "Mark", "Page", "Place", "Question", "Quiz", "Stepper", "Work"]
