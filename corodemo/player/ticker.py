"""What happens in a player without a key: it plays on, and a search goes on.

A ticker asks the player when it wants to be called next, and sees to it by whatever timer it is given: the user
interface's in a terminal, a fake one in a test. There is never more than one call under way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from corodemo.player.player import Player

__all__ = ["Ticker"]


class Cancellable(Protocol):
    """What a timer returns, to be told that it is not wanted any more."""

    def cancel(self) -> None: ...


class Ticker:
    """Calls `player.tick()` when it is time."""

    def __init__(
        self,
        player: Player,
        call_later: Callable[[float, Callable[[], None]], Cancellable],
        changed: Callable[[], None],
    ) -> None:
        self._player = player
        self._call_later = call_later  # seconds, and what to call then
        self._changed = changed  # to be called after a tick: the screen may show something else
        self._handle: Cancellable | None = None
        self._delay: float | None = None

    def reschedule(self) -> None:
        """Look at what the player wants; to be called after each key."""
        delay = self._player.tick_after
        if delay == self._delay:
            return
        if self._handle is not None:
            self._handle.cancel()
        self._delay = delay
        self._handle = None if delay is None else self._call_later(delay, self._tick)

    def _tick(self) -> None:
        self._handle = self._delay = None
        self._player.tick()
        self._changed()
        self.reschedule()
