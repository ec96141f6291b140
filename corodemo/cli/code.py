"""A session without a terminal: `corodemo -c CODE`, and code from a pipe.

Nothing is printed but what the code prints, the values of its expressions, what its commands show, and the traceback of
what goes wrong, which ends it. Where a line is a command, what happens is recorded, for it may be asked for.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

from corodemo.cli.running import run_watched
from corodemo.hosting.options import Options
from corodemo.runtime import Task, gather
from corodemo.runtime.stepping import Step
from corodemo.shell import inputs
from corodemo.shell.session import Session

if TYPE_CHECKING:
    from corodemo.recorder.recorder import Recorder
    from corodemo.runtime import Hook
    from corodemo.shell.reporter import Reporter

__all__ = ["run_code", "run_stdin"]


def run_code(code: str, options: Options) -> int:
    """Run code as if typed at the prompt, print its value, and return the exit status."""
    return _run(options, "-c", code, "<input 1>", is_whole=True)


def run_stdin(options: Options) -> int:
    """Run the statements on stdin one after the other as if typed, print their values, and return the exit status."""
    return _run(options, "stdin", sys.stdin.read(), "<stdin>", is_whole=False)


def _run(options: Options, program: str, text: str, file: str, *, is_whole: bool) -> int:
    has_commands = any(piece.startswith("%") for piece in inputs.pieces(inputs.clean(text)))
    stdout = sys.stdout  # not the recorder's: what commands show is no output of the program

    def run(hook: Hook | None) -> None:
        clock = options.new_paced_clock() if has_commands else options.new_clock()
        with Session(clock=clock, hook=hook) as session:
            found = session.compile_pieces(text, file, is_whole=is_whole)
            if has_commands:
                _PipedShell(session, hook, stdout).run(found)  # type: ignore[arg-type]  # a recorder: it must keep
            else:
                for code in found:
                    assert not isinstance(code, str)
                    _print_value(session, session.run(code))

    return run_watched(options, program, run, must_keep=has_commands)


def _print_value(session: Session, value: Any) -> None:
    if value is not None:
        session.results.add(value)
        print(repr(value))


class _PipedShell:
    """What commands find as the shell where nobody sits at a prompt."""

    is_interactive = False

    def __init__(self, session: Session, recorder: Recorder, stdout: TextIO) -> None:
        # Only now: where there is no command, no screen library is needed.
        from corodemo.shell.reporter import Reporter
        from corodemo.shell.settings import Settings

        self.session = session
        self.recorder = recorder
        self.settings = Settings()
        self.reporter: Reporter = Reporter(_PlainOutput(), stdout, self.settings)
        self._number = 1

    def next_file(self) -> str:
        self._number += 1
        return f"<input {self._number - 1}>"

    def full_screen(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()

    def prefill(self, text: str) -> None:
        raise AssertionError("there is no prompt")

    def end_tasks(self, tasks: Sequence[Task[Any]]) -> list[Task[Any]]:
        for task in tasks:
            task.cancel()
        if tasks:
            self.session.loop.run_until_complete(gather(*tasks, return_exceptions=True))
        return []

    def step(self) -> Step | None:
        return self.session.loop.step()

    def run(self, found: Sequence[inputs.Input | str], *, shows_value: bool = True) -> None:
        """Run inputs and commands, one after the other; what an input raises ends it."""
        from corodemo.shell.commands.dispatch import run_command

        for piece in found:
            if not isinstance(piece, str):
                if piece.is_async and self.session.is_paused:
                    raise RuntimeError(
                        "the runtime is paused, and nobody sits here who could let it go on; %resume does"
                    )
                value = self.session.run(piece)
                if shows_value:
                    _print_value(self.session, value)
                continue
            follow = run_command(self, piece)
            if follow is not None:
                with follow.around:
                    code = self.session.compile_pieces(follow.text, follow.file or self.next_file())
                    self.run(code, shows_value=follow.shows_value)


class _PlainOutput:
    """Where a reporter writes when there is no terminal: straight to the stream, as wide as `COLUMNS` says."""

    @property
    def size(self) -> tuple[int, int]:
        import shutil  # which loads all compressors that Python has

        return shutil.get_terminal_size()

    def write(self, stream: TextIO, text: str) -> None:
        stream.write(text)
