"""A real terminal to test in: a program in a pseudo-terminal, and what a person would see on its screen.

pexpect runs the program, pyte is the terminal. Nothing here sleeps: `wait_for` feeds what the program writes to the
terminal until the screen shows what is asked for, and fails with the screen in its message when that takes too long.

    with spawn([sys.executable, "-m", "corodemo"]) as screen:
        screen.wait_for("In [1]:")
        screen.send_line("1 + 1")
        screen.wait_for("2")
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Self

import pexpect
import pyte

__all__ = ["Screen", "spawn"]

#: The longest that a test waits for the screen, in seconds: far beyond what any step takes on a slow machine.
PATIENCE = 30.0

#: Variables of the person who runs the tests that would change what the program shows.
_PERSONAL = ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS", "LINES", "TMUX", "PYTHONASYNCIODEBUG")


def spawn(
    argv: Sequence[str],
    *,
    columns: int = 100,
    rows: int = 30,
    env: dict[str, str] | None = None,
    cwd: str | os.PathLike[str] | None = None,
) -> Screen:
    """Run a program in a new pseudo-terminal of the given size. env: added to the environment's own."""
    return Screen(argv, columns, rows, env or {}, cwd)


class Screen:
    """A program and the screen it draws on. A context manager: at the end the program is gone."""

    def __init__(
        self, argv: Sequence[str], columns: int, rows: int, env: dict[str, str], cwd: str | os.PathLike[str] | None
    ) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in _PERSONAL}
        environment |= {"TERM": "xterm-256color", **env}
        # What scrolls off the top is kept, as a terminal keeps it.
        self._screen: Any = pyte.HistoryScreen(columns, rows, history=10_000, ratio=0.5)
        self._screen.write_process_input = self._answer
        self._stream = pyte.ByteStream(self._screen)
        self.received = b""  # every byte that the program wrote
        with warnings.catch_warnings():
            # Python warns since 3.12 of a fork in a process with threads, as pytest-xdist has; the child does nothing but exec.
            warnings.filterwarnings("ignore", ".*multi-threaded, use of fork", DeprecationWarning)
            self.process = pexpect.spawn(
                argv[0],
                list(argv[1:]),
                env=environment,
                cwd=None if cwd is None else str(cwd),
                dimensions=(rows, columns),
                timeout=PATIENCE,
            )
        self.process.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- what the program gets

    def send(self, keys: str) -> None:
        """Type the keys: text, or control characters such as "\\x03" for Ctrl-C."""
        self.process.send(keys)

    def send_line(self, text: str) -> None:
        """Type the text and press Enter."""
        self.send(text + "\r")

    def paste(self, text: str) -> None:
        """Paste the text as a terminal with bracketed paste does."""
        self.send(f"\x1b[200~{text.replace(chr(10), chr(13))}\x1b[201~")

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size; the program is told by SIGWINCH."""
        self._screen.resize(rows, columns)
        self.process.setwinsize(rows, columns)

    # --- what a person sees

    @property
    def lines(self) -> list[str]:
        """The lines on the screen, without spaces at their ends."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """The screen as one text, without the empty lines at its end."""
        return "\n".join(self.lines).rstrip("\n")

    @property
    def transcript(self) -> list[str]:
        """What has scrolled off the top, and then the screen, without the empty lines at its end."""
        scrolled = [
            "".join(line[column].data for column in range(self._screen.columns)).rstrip()
            for line in self._screen.history.top
        ]
        return [*scrolled, *self.text.split("\n")]

    @property
    def above(self) -> list[str]:
        """What stands above the line of the cursor, with what has scrolled off the top."""
        scrolled = len(self._screen.history.top)
        return (self.transcript + [""] * self._screen.lines)[: scrolled + self._screen.cursor.y]

    @property
    def cursor(self) -> tuple[int, int]:
        """The cursor's place as (row, column), from 0."""
        return self._screen.cursor.y, self._screen.cursor.x

    def wait_for(self, what: str | Callable[[Screen], bool], timeout: float = PATIENCE) -> list[str]:
        """Read until the screen shows the text, or the predicate holds of this object; return the lines.

        Raises AssertionError, with the screen, after `timeout` seconds or when the program has ended.
        """

        def shown() -> bool:
            return what in self.text if isinstance(what, str) else what(self)

        deadline = time.monotonic() + timeout
        while not shown():
            if not self._read(deadline - time.monotonic()):
                if shown():
                    break
                reason = "the program ended" if self._ended else f"{timeout} s passed"
                wanted = repr(what) if isinstance(what, str) else f"what {what.__name__}() wants"
                raise AssertionError(f"{reason}, and the screen does not show {wanted}:\n{self._framed()}")
        return self.lines

    def wait_for_end(self, timeout: float = PATIENCE) -> int:
        """Read until the program has ended; return its exit status, negative for a signal."""
        deadline = time.monotonic() + timeout
        while self._read(deadline - time.monotonic()):
            pass
        if not self._ended:
            raise AssertionError(f"the program still runs after {timeout} s:\n{self._framed()}")
        self.process.wait()
        status = self.process.exitstatus
        return -self.process.signalstatus if status is None else status

    def close(self) -> None:
        """End the program, by force if need be, and close the terminal."""
        self.process.close(force=True)

    # --- inside

    _ended = False

    def _read(self, timeout: float) -> bool:
        """Feed the terminal with what the program wrote; False if nothing came in time or it has ended."""
        if self._ended or timeout <= 0:
            return False
        try:
            data = self.process.read_nonblocking(65536, timeout)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            self._ended = True
            return False
        self.received += data
        self._stream.feed(data)
        return True

    def _answer(self, data: str) -> None:
        """Answer what the program asks of the terminal, such as where the cursor is."""
        self.process.send(data)

    def _framed(self) -> str:
        rule = "+" + "-" * self._screen.columns + "+"
        body = "\n".join(f"|{line:<{self._screen.columns}}|" for line in self._screen.display)
        return f"{rule}\n{body}\n{rule}"
