"""Frames: what the player's screen shows, as lines of text with colours, for a player, its keys and a size.

An event shows the panes of `views.step`; a page or a question takes their place, or the lower part of it. The
last line is the player's own. The same player and size give the same frame.
"""

from __future__ import annotations

from functools import partial

from rich.text import Text

from corodemo.player.keymap import KeyMap
from corodemo.player.marks import Page, Question
from corodemo.player.pages import breakpoint_lines, help_lines, page_lines, question_lines
from corodemo.player.player import Player
from corodemo.player.rendering import ALL_COLOURS, THEME, Colours, exactly, lines, safe_markdown
from corodemo.player.statusline import status_line
from corodemo.views.screen import screen
from corodemo.views.text import Lines

__all__ = ["THEME", "Colours", "frame", "picture", "safe_markdown"]

_SMALLEST = (30, 8)
#: The breakpoints may cover so much of the panes.
_BREAKPOINT_LINES = 17


def frame(keymap: KeyMap, width: int, height: int, colours: Colours = ALL_COLOURS) -> str:
    """Return a full screen as text with ANSI sequences, exactly `height` lines of at most `width` cells."""
    if width < _SMALLEST[0] or height < _SMALLEST[1]:
        small = lines(Text("Make this window larger, or press q."), width, colours)
        return "\n".join(exactly(small, height))
    body = _body(keymap, width, height - 1, colours)
    status = status_line(keymap.player, keymap.hints, width)
    return "\n".join([*exactly(body, height - 1), *lines(status, width, colours)[:1]])


def _body(keymap: KeyMap, width: int, height: int, colours: Colours) -> list[str]:
    player = keymap.player
    mark = player.mark
    panes = partial(_panes, player, width, colours=colours)
    if player.shows_help:
        return help_lines(player, keymap.help, width, height, colours)
    if player.typing == "break":
        below = breakpoint_lines(player, width, min(height - 3, _BREAKPOINT_LINES), colours)
        return [*exactly(panes(height - len(below)), height - len(below)), *below]
    if isinstance(mark, Page):
        return page_lines(player, mark, width, height, colours, panes)
    if isinstance(mark, Question):
        return question_lines(player, mark, width, height, colours, panes)
    return panes(height)


def picture(player: Player, width: int, height: int) -> Lines:
    """Return the panes, without the player's own line; they know what is where."""
    index = player.stepper.index
    return screen(
        player.history,
        index,
        width=width,
        height=height,
        lines_of=player.lines_of,
        turned=player.viewport.turned,
        window=player.viewport.window(player.history, index),
        task=player.stepper.task,
        ascii=player.ascii,
    )


def _panes(player: Player, width: int, height: int, *, colours: Colours) -> list[str]:
    return lines(picture(player, width, height), width, colours)
