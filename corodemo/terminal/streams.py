"""What a program finds as sys.stdout and sys.stderr where there is a terminal: all that it writes goes through `Terminal`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from corodemo.terminal.screen import Terminal

__all__ = ["ProgramStream", "redirected_streams"]


class ProgramStream:
    """What user code finds as sys.stdout or sys.stderr: it writes through the terminal, and is the real one in all else."""

    def __init__(self, real: TextIO, terminal: Terminal) -> None:
        self._real = real
        self._terminal = terminal

    def write(self, text: str) -> int:
        """Write through the terminal."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._terminal.write(self._real, text)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of the lines."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Flush what has gone through; what waits for the screen goes on waiting."""
        self._terminal.flush(self._real)

    def close(self) -> None:
        """Flush, and no more: the terminal is the prompt's too, which would end with it."""
        self.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


@contextlib.contextmanager
def redirected_streams(terminal: Terminal) -> Iterator[None]:
    """Redirect sys.stdout and sys.stderr through the terminal meanwhile."""
    outer = sys.stdout, sys.stderr
    sys.stdout = ProgramStream(outer[0], terminal)
    sys.stderr = ProgramStream(outer[1], terminal)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = outer
        terminal.close()
