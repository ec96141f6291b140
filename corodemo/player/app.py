"""The player on a terminal: keys in, frames out.

prompt_toolkit reads the keys and draws the differences; everything else is in `player`, `keymap` and `frame`. The screen
that was there comes back when the player ends. On something that is no terminal, or one that cannot be drawn on,
it says so and does nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from prompt_toolkit.application import Application
from prompt_toolkit.application.current import get_app
from prompt_toolkit.formatted_text import ANSI, StyleAndTextTuples, to_formatted_text
from prompt_toolkit.formatted_text.utils import fragment_list_to_text, fragment_list_width, split_lines
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.mouse_events import MouseEvent, MouseEventType

from corodemo.history import History
from corodemo.player.extensions import Key, Quiz
from corodemo.player.frame import Colours, frame
from corodemo.player.keymap import KeyMap
from corodemo.player.marks import Mark, Place, Question
from corodemo.player.mouse import click, wheel
from corodemo.player.player import LinesOf, Player
from corodemo.player.ticker import Ticker
from corodemo.terminal.echo import can_read_keys
from corodemo.traceformat.sources import lines_of as lines_from_disk
from corodemo.views.text import cell_len

if TYPE_CHECKING:
    from prompt_toolkit.key_binding.key_bindings import NotImplementedOrNone

__all__ = ["Left", "can_play", "play"]

#: Keys that are not characters, by prompt_toolkit's names and ours.
_NAMED = {
    Keys.Right: "right",
    Keys.Left: "left",
    Keys.Up: "up",
    Keys.Down: "down",
    Keys.PageUp: "pageup",
    Keys.PageDown: "pagedown",
    Keys.Home: "home",
    Keys.End: "end",
    Keys.ControlM: "enter",
    Keys.ControlJ: "enter",
    Keys.ControlH: "backspace",
    Keys.Escape: "escape",
    Keys.ControlC: "c-c",
    Keys.SIGINT: "c-c",  # sent by somebody else: the keys themselves are keys here
    Keys.ControlD: "c-d",
}


class Left(NamedTuple):
    """How a player was left."""

    place: Place
    by: object  # what a key from outside left it with; None if the user quit


def can_play() -> bool:
    """Return True if there is a terminal to read keys from and to draw on."""
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    return is_terminal and can_read_keys() and os.environ.get("TERM", "") not in ("dumb", "unknown")


def play(
    history: History,
    *,
    title: str,
    lines_of: LinesOf | None = None,
    marks: Sequence[Mark] = (),
    caption: Callable[[int], str] | None = None,
    quiz: Quiz | None = None,
    keys: Sequence[Key] = (),
    on_answer: Callable[[Question, str], None] | None = None,
    on_arrival: Callable[[Place, Mark | None], None] | None = None,
    start: Place | None = None,
    roomy: bool = False,
    ascii: bool = False,
) -> Left | None:
    """Play a history on the terminal until the user quits; return where that was, and how.

    title: of what is played. lines_of: the source of a file that the trace names; by default what was typed
    at a prompt, or what is on the disk. marks: pages and questions between the events. caption: the name of the part of
    the program to which an event belongs. quiz: asks what comes next, when the user wants to predict. keys: more keys.
    on_answer, on_arrival: called with each question answered and what was said, with each place and the mark there.
    start: where to begin, such as the place where an earlier play ended. roomy: pages are set wide apart, for a class room.
    ascii: draw with ASCII alone, as is done anyway where the terminal cannot do more.
    Where the terminal cannot be drawn on, a sentence on stderr is all that comes, and None.
    """
    if not can_play():
        reason = f"TERM is {os.environ.get('TERM', '')!r}"
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            reason = "this is no terminal"
        elif not can_read_keys():
            reason = "this Python has no termios to read keys with"
        print(f"corodemo: the stepper needs a terminal that it can draw on, and {reason}", file=sys.stderr)
        return None
    encoding = (sys.stdout.encoding or "ascii").lower()
    player = Player(
        history,
        title=title,
        lines_of=lines_of or lines_from_disk,
        marks=marks,
        caption=caption,
        ascii=ascii or not encoding.startswith("utf"),
        quiz=quiz,
        on_answer=on_answer,
        on_arrival=on_arrival,
        start=start,
        roomy=roomy,
    )
    application = _application(KeyMap(player, keys), Colours(has_colours=not os.environ.get("NO_COLOR")))
    with _signals_left_alone() as is_main:
        application.run(handle_sigint=is_main, set_exception_handler=False)
    return Left(player.stepper.place, player.left_with)


@contextlib.contextmanager
def _signals_left_alone() -> Iterator[bool]:
    """Give back what prompt_toolkit's loop takes for itself: the shell's loop wakes by it. True in the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield False  # signals are not ours to see, or to lose
        return
    wakeup = signal.set_wakeup_fd(-1)
    handler = signal.getsignal(signal.SIGINT)
    try:
        yield True
    finally:
        signal.signal(signal.SIGINT, handler)
        signal.set_wakeup_fd(wakeup)


def _application(keymap: KeyMap, colours: Colours) -> Application[None]:
    player = keymap.player
    drawn: dict[tuple[int, int], StyleAndTextTuples] = {}

    def content() -> StyleAndTextTuples:
        size = application.output.get_size()
        key = (size.columns, size.rows)
        if key not in drawn:
            drawn.clear()
            drawn[key] = _padded(frame(keymap, size.columns, size.rows, colours), size.columns)
        return drawn[key]

    def changed() -> None:
        drawn.clear()
        if player.is_over:
            if application.is_running and not application.is_done:
                application.exit()
        else:
            ticker.reschedule()
            application.invalidate()

    def press(event: KeyPressEvent) -> None:
        key = event.key_sequence[0].key
        name = _NAMED.get(key) if isinstance(key, Keys) else ("space" if key == " " else key)
        if name is not None and (len(name) > 1 or name.isprintable()):
            keymap.press(name)
        changed()

    def call_later(seconds: float, call: Callable[[], None]) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, call)

    ticker = Ticker(player, call_later, changed)
    bindings = KeyBindings()
    for named in _NAMED:
        bindings.add(named, eager=named is not Keys.Escape)(press)
    bindings.add(Keys.Any)(press)
    application: Application[None] = Application(
        layout=Layout(Window(_Screen(content, keymap, changed), wrap_lines=False)),
        key_bindings=bindings,
        full_screen=True,
        mouse_support=True,
        # A search that goes on draws its progress, and must not spend its time on that.
        min_redraw_interval=0.02,
    )
    application.ttimeoutlen = 0.05  # how long Escape may still be the beginning of another key
    application.timeoutlen = 0.05
    return application


def _padded(text: str, width: int) -> StyleAndTextTuples:
    """A frame as prompt_toolkit has it, its lines filled up: a mouse points at the end of a line only where there is one.

    Less than a full last line, lest a terminal scrolls when its last cell is written.
    """
    found: StyleAndTextTuples = []
    for line in split_lines(to_formatted_text(ANSI(text))):
        found += [*line, ("", " " * (width - 1 - fragment_list_width(line))), ("", "\n")]
    return found[:-1]


class _Screen(FormattedTextControl):
    """The whole screen as one text, which knows what a mouse does to it."""

    def __init__(self, content: Callable[[], StyleAndTextTuples], keymap: KeyMap, changed: Callable[[], None]) -> None:
        super().__init__(content, focusable=True, show_cursor=False)
        self._content = content
        self._keymap = keymap
        self._changed = changed

    def mouse_handler(self, mouse_event: MouseEvent) -> NotImplementedOrNone:
        """Hand on clicks and turns of the wheel."""
        kind, at = mouse_event.event_type, mouse_event.position
        if kind is MouseEventType.SCROLL_DOWN:
            wheel(self._keymap, 1)
        elif kind is MouseEventType.SCROLL_UP:
            wheel(self._keymap, -1)
        elif kind is MouseEventType.MOUSE_UP:
            size = get_app().output.get_size()
            # It counts in characters, and some take two cells.
            line = fragment_list_to_text(list(split_lines(self._content()))[at.y])
            click(self._keymap.player, cell_len(line[: at.x]), at.y, size.columns, size.rows)
        else:
            return NotImplemented
        self._changed()
        return None
