"""What a command is, and what it may ask of the shell.

A command is a function of the shell and the rest of its line. It shows views of what was recorded, and says in one sentence
what it cannot do, by raising `Refused`. It never runs a person's code as an input by itself: that needs the shell's own way,
with its panel and its Ctrl-C. So a command that is about code returns it, as a `Follow`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from corodemo.shell.completion import Complete

if TYPE_CHECKING:
    from corodemo.recorder.recorder import Recorder
    from corodemo.runtime import Task
    from corodemo.runtime.stepping import Step
    from corodemo.shell.reporter import Reporter
    from corodemo.shell.session import Session
    from corodemo.shell.settings import Settings

__all__ = ["Command", "Follow", "Refused", "Shell"]


class Shell(Protocol):
    """What a command needs of the shell."""

    session: Session
    recorder: Recorder
    reporter: Reporter
    settings: Settings
    is_interactive: bool  # somebody sits at a prompt

    def next_file(self) -> str:
        """Return the file name of the next input, and count it."""
        ...

    def end_tasks(self, tasks: Sequence[Task[Any]]) -> list[Task[Any]]:
        """Cancel tasks and run the loop until they are done; return those that refuse to end."""
        ...

    def step(self) -> Step | None:
        """Run one step of the loop by hand; None if Ctrl-C ended it."""
        ...

    def prefill(self, text: str) -> None:
        """Have the next prompt begin with a text."""
        ...

    def full_screen(self) -> contextlib.AbstractContextManager[None]:
        """Leave the screen to somebody who draws on all of it, meanwhile."""
        ...


class Refused(Exception):
    """What was asked for cannot be done; the message says why, and what to do instead, in one sentence."""


@dataclass(frozen=True, slots=True)
class Follow:
    """Code that the shell is to run now, as an input.

    file: the name that its tracebacks have; None for that of the next input. shows_value: whether the value of its last
    expression is shown. around: entered while it runs.
    """

    text: str
    file: str | None = None
    shows_value: bool = True
    around: contextlib.AbstractContextManager[object] = field(default_factory=contextlib.nullcontext)


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
