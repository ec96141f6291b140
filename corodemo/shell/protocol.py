"""What a shell is to its parts: to the commands, to completion, to the toolbar and to the prompt.

There are two shells: the one at a terminal (`corodemo.repl`), and one that runs the commands in `-c CODE` or in a pipe, where
nobody sits at a prompt (`corodemo.cli.code`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from corodemo.recorder.recorder import Recorder
    from corodemo.runtime import Task
    from corodemo.runtime.stepping import Step
    from corodemo.shell.completion import Choice, Signature
    from corodemo.shell.reporter import Reporter
    from corodemo.shell.session import Session
    from corodemo.shell.settings import Settings
    from corodemo.shell.toolbar import Status

__all__ = ["Follow", "InteractiveShell", "Shell"]


class Shell(Protocol):
    """A session, what records it, and what shows its results."""

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


class InteractiveShell(Protocol):
    """What the prompt calls while somebody types, in its own threads. Nothing of it touches the loop or waits for it."""

    def choices(self, text: str) -> Iterable[Choice]:
        """Return the completions at the end of a text."""
        ...

    def signature(self, text: str) -> Signature | None:
        """Return how the function is called that a text ends in the call of."""
        ...

    def status(self) -> Status:
        """Return how things stand in the loop."""
        ...

    def answered(self) -> None:
        """Take note that there is an answer in the prompt's queue."""
        ...

    def interrupted(self) -> None:
        """Do what Ctrl-C at the prompt means."""
        ...


@dataclass(frozen=True, slots=True)
class Follow:
    """Code that the shell is to run for a command, as an input.

    file: the name that its tracebacks have; None for that of the next input. shows_value: whether the value of its last
    expression is shown. around: entered while it runs.
    """

    text: str
    file: str | None = None
    shows_value: bool = True
    around: contextlib.AbstractContextManager[object] = field(default_factory=contextlib.nullcontext)
