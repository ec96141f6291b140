"""What the prompt asks of the shell while one types, in threads of its own: completions, signatures, how the loop is doing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from corodemo.shell.toolbar import LoopWatch, Status

if TYPE_CHECKING:
    from corodemo.shell.commands.dispatch import Shell
    from corodemo.shell.completion import Choice, Signature

__all__ = ["Asides"]


class Asides:
    """Answers for a shell. None of it touches the loop, or waits for it."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._watch = LoopWatch(shell)

    def choices(self, text: str) -> Iterable[Choice]:
        """Return the completions at the end of a text."""
        from corodemo.shell.commands.dispatch import line_choices

        return line_choices(self._shell, text)

    def signature(self, text: str) -> Signature | None:
        """Return how the function is called that a text ends in the call of."""
        from corodemo.shell.completion import signature

        return None if text.lstrip().startswith("%") else signature(self._shell.session.namespace, text)

    def status(self) -> Status:
        """Return how things stand in the loop."""
        return self._watch.look()
