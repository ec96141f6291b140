"""Running what was typed, and whole files: texts, in which lines may be commands and the code between them is inputs.

Here the inputs are counted. A command may have code to run in its turn (`Follow`); which commands there are, the shell knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corodemo.hosting.program import file_in
from corodemo.shell import inputs
from corodemo.shell.protocol import Follow
from corodemo.shell.reporter import Reporter
from corodemo.shell.runner import InputRunner
from corodemo.shell.session import Session

__all__ = ["TextRunner"]


class TextRunner:
    """Runs texts in a session. command: runs one line that begins with `%`; returns the code to run for it, if any."""

    def __init__(
        self, session: Session, runner: InputRunner, reporter: Reporter, command: Callable[[str], Follow | None]
    ) -> None:
        self._session = session
        self._runner = runner
        self._reporter = reporter
        self._command = command
        self.number = 1  # of the input that is typed, or is to be run next

    def run_typed(self, text: str) -> None:
        """Run what was typed at a prompt."""
        if inputs.is_command(text):
            self._run_command(text)
        elif text.strip():
            self._session.texts[self.number] = text
            self._run(text, self.next_file())

    def run_files(self, files: Sequence[str], script: str | None) -> None:
        """Run files in the session's namespace. script: which of them is the session's own program."""
        for path in files:
            try:
                with file_in(self._session.namespace, path, is_program=path is script) as text:
                    self._run(text, path, shows_value=False)
            except (OSError, UnicodeDecodeError, SyntaxError) as exc:
                self._reporter.say(f"can't read {path}: {exc.strerror if isinstance(exc, OSError) else exc}")

    def next_file(self) -> str:
        """Return the file name of the next input, and count it."""
        self.number += 1
        return f"<input {self.number - 1}>"

    def _run(self, text: str, file: str, *, shows_value: bool = True) -> None:
        """Run a text, in which lines may be commands, as the input that was counted last."""
        try:
            pieces = self._session.compile_pieces(text, file)
        except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError) as exc:
            self._reporter.show_exception(exc)
            return
        number = self.number - 1
        for piece in pieces:
            if isinstance(piece, str):
                self._run_command(piece)
            else:
                self._runner.run_input(piece, number, shows_value=shows_value)

    def _run_command(self, line: str) -> None:
        follow: list[Follow | None] = []
        self._runner.run_plainly(lambda: follow.append(self._command(line)))
        for code in follow:
            if code is not None:
                file = self.next_file()  # counted, whatever it is called
                with code.around:
                    self._run(code.text, code.file or file, shows_value=code.shows_value)
