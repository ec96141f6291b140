"""The exceptions are asyncio's own classes, so that `except asyncio.CancelledError` means the same everywhere.

Only what this runtime has of its own is defined here.
"""

from __future__ import annotations

from asyncio.exceptions import BrokenBarrierError, CancelledError, InvalidStateError, TimeoutError

__all__ = ["BrokenBarrierError", "CancelledError", "Deadlock", "InvalidStateError", "TimeoutError"]


class Deadlock(RuntimeError):
    """Every task waits and nothing is left that could wake one: raised under the virtual clock instead of a hang."""
