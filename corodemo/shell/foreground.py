"""The foreground: what the person at the prompt waits for. Inputs set it, and Ctrl-C goes by it."""

from __future__ import annotations

import enum
from typing import Any

from corodemo.runtime import Task

__all__ = ["Activity", "Foreground", "input_name"]


class Activity(enum.Enum):
    """What the shell does at the moment."""

    PROMPT = "the prompt is up"
    PLAIN = "an input runs that does not await"
    AWAITING = "an input awaits"


class Foreground:
    """What runs in the foreground of a shell; everything else that its loop runs is in the background."""

    def __init__(self) -> None:
        self.activity = Activity.PROMPT
        self.task: Task[Any] | None = None  # of the input that awaits
        self.number = 0  # of that input
        self.was_cancelled = False  # that task was asked to end
        self.is_given_up = False  # that task is to be left alone

    def await_task(self, task: Task[Any], number: int) -> None:
        """Have the task of input `number` in the foreground."""
        self.was_cancelled = self.is_given_up = False
        self.task, self.number = task, number
        self.activity = Activity.AWAITING

    def end(self) -> None:
        """Have nothing in the foreground but the prompt."""
        self.activity = Activity.PROMPT
        self.task = None


def input_name(number: int) -> str:
    """Return what input `number` is called; 0 is a script that was run before the first."""
    return f"input {number}" if number else "the script"
