"""What a command is.

A command is a function of the shell and the rest of its line. It shows views of what was recorded, and says in one sentence
what it cannot do, by raising `Refused`. It never runs a person's code as an input by itself: that needs the shell's own way,
with its panel and its Ctrl-C. So a command that is about code returns it, as a `Follow`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from corodemo.shell.completion import Complete
from corodemo.shell.protocol import Follow, Shell

__all__ = ["Command", "Refused"]


class Refused(Exception):
    """What was asked for cannot be done; the message says why, and what to do instead, in one sentence."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what to type, what it does, an example, and the function."""

    name: str
    argument: str  # "" if it takes none; in brackets if it may be left out
    summary: str
    example: str
    run: Callable[[Shell, str], Follow | None]
    complete: Complete | None = None  # what may be typed after it; called in another thread

    @property
    def needs_argument(self) -> bool:
        """Whether it cannot do without one."""
        return bool(self.argument) and not self.argument.startswith("[")

    @property
    def usage(self) -> str:
        """What to type, with placeholders."""
        return f"%{self.name} {self.argument}".rstrip()
