"""The mouse: what a click and a turn of the wheel do. No key is needed for it, and nothing needs a mouse.

A click on a task looks at this task only, and another click at all again; one on a lane of the timeline goes to that time, one
on an event to that event. The wheel steps; where there is something to read, it scrolls.
"""

from __future__ import annotations

from corodemo.player.commands import choose_task
from corodemo.player.frame import picture
from corodemo.player.keymap import KeyMap
from corodemo.player.player import Player

__all__ = ["click", "wheel"]


def click(player: Player, x: int, y: int, width: int, height: int) -> None:
    """Click at column x of line y of a screen of this size."""
    player.message = ""
    player.is_playing = False
    if player.shows_help or player.typing == "break" or player.mark is not None or player.search is not None:
        return
    spot = picture(player, width, height - 1).spot(x, y)
    if spot is None:
        return
    if spot.task is not None:
        choose_task(player, None if spot.task == player.stepper.task else spot.task)
    elif spot.event is not None and spot.event != player.stepper.index:
        player.jump(max(0, spot.event), "")


def wheel(keymap: KeyMap, by: int) -> None:
    """Turn the wheel by one notch, down (1) or up (-1): that is a key, with all that a key stops."""
    if keymap.player.shows_help or keymap.player.mark is not None:
        keymap.press("down" if by > 0 else "up")
    else:
        keymap.press("right" if by > 0 else "left")
