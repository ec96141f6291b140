"""A text stream in the place of sys.stdout, so that what a program writes is in its trace.

It is the real stream in all but `write`: its encoding, its terminal, its file number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TextIO

__all__ = ["Tee"]


class Tee:
    """Call `record(text)` with all that is written; echo: and write it to the real stream, first."""

    def __init__(self, real: TextIO, record: Callable[[str], None], *, echo: bool = True) -> None:
        self._real = real
        self._record = record
        self._echo = echo

    def write(self, text: str) -> int:
        """Write text; return its length. Raises what the real stream raises."""
        if self._echo:
            self._real.write(text)
        elif not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self._record(text)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each text; newlines are not added."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)
