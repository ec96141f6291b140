"""The exceptions are asyncio's own classes, so that `except asyncio.CancelledError` means the same everywhere.

Their texts are asyncio's as well, to the letter, for programs compare them; what to do about an error stands in a note on it,
which tracebacks show below the text. Only what this runtime has of its own is defined here.
"""

from __future__ import annotations

from asyncio.exceptions import BrokenBarrierError, CancelledError, InvalidStateError, TimeoutError
from typing import TypeVar

__all__ = ["BrokenBarrierError", "CancelledError", "Deadlock", "InvalidStateError", "TimeoutError", "noted"]

E = TypeVar("E", bound=BaseException)


class Deadlock(RuntimeError):
    """Every task waits and nothing is left that could wake one: raised under the virtual clock instead of a hang."""


def noted(error: E, note: str) -> E:
    """Return the error with a note on it: what to do; "" for none."""
    if note:
        error.add_note(note)
    return error
