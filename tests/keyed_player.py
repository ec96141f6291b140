"""A player and its key map put together, as the application does it, for tests that press keys and look at the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from corodemo.history import History
from corodemo.player.extensions import Key
from corodemo.player.frame import Colours, frame
from corodemo.player.keymap import KeyMap
from corodemo.player.player import Player

PLAIN = Colours(has_colours=False, has_styles=False)


class KeyedPlayer(Player):
    """A player with keys."""

    def __init__(self, history: History, *, keys: Sequence[Key] = (), **more: Any) -> None:
        super().__init__(history, **more)
        self.keymap = KeyMap(self, keys)

    def press(self, key: str) -> None:
        self.keymap.press(key)

    def frame(self, width: int, height: int, colours: Colours = PLAIN) -> str:
        return frame(self.keymap, width, height, colours)
