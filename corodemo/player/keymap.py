"""The key map: which key of the player does what, in one table, from which the help is made as well.

`KeyMap.press` turns a key's name into a call of a method of the player it was given: a printable character is its own name,
others are words such as "enter". No key is here that the help does not name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corodemo.player import minibuffer
from corodemo.player.commands import (
    Command,
    change_timeline,
    continue_to_breakpoint,
    find_again,
    over,
    over_back,
    to_cancel,
    to_page,
    to_same_kind,
    to_wakeup,
)
from corodemo.player.extensions import Key, KeyPress, Leave, Work
from corodemo.player.player import Player
from corodemo.player.stepper import Stepper
from corodemo.player.why import tell_why

__all__ = ["BINDINGS", "BY_KEY", "HELP", "Binding", "KeyMap"]


@dataclass(frozen=True)
class Binding:
    """One or more keys that do the same."""

    keys: str  # names, with spaces between
    command: Command
    shown: str = ""  # how the help calls them; "" where the line of another key tells of them
    does: str = ""


BINDINGS: tuple[Binding, ...] = (
    Binding("right l enter", lambda player: player.move(Stepper.forward), "→  l  Enter", "step forward"),
    Binding("left h", lambda player: player.move(Stepper.back), "←  h", "step back"),
    Binding("o", over, "o  O", "over an await, to where it goes on; back"),
    Binding("O", over_back),
    Binding("] pagedown", lambda player: player.move(Stepper.next_step), "]  [", "to the next step of a task, back"),
    Binding("[ pageup", lambda player: player.move(Stepper.previous_step)),
    Binding("w", to_wakeup(1), "w  W", "to where this task is woken, was woken"),
    Binding("W", to_wakeup(-1)),
    Binding("x", to_cancel(1), "x  X", "to a cancel of this task, back"),
    Binding("X", to_cancel(-1)),
    Binding(".", to_same_kind(1), ".  ,", "to the next event of this kind, back"),
    Binding(",", to_same_kind(-1)),
    Binding(")", to_page(1), ")  (", "to the next page or question, back"),
    Binding("(", to_page(-1)),
    Binding("home", lambda player: player.move(Stepper.home), "Home  End", "to the beginning, to the end"),
    Binding("end", lambda player: player.move(Stepper.end)),
    Binding("g", lambda player: player.begin_typing("go"), "g", "go to an event or a time: 41, 1.5s"),
    Binding("/", lambda player: player.begin_typing("find"), "/  n  N", "find text in the events; again; back"),
    Binding("n", find_again(1)),
    Binding("N", find_again(-1)),
    Binding("b", lambda player: player.begin_typing("break"), "b", "breakpoints: set, list, clear"),
    Binding("c", continue_to_breakpoint(1), "c  C", "on to the next breakpoint, back"),
    Binding("C", continue_to_breakpoint(-1)),
    Binding("t", lambda player: player.begin_typing("task"), "t", "look at one task only; empty: at all"),
    Binding("y", tell_why, "y", "why this task waits, or was late, or ended"),
    Binding("m", lambda player: player.begin_typing("bookmark"), "m  '", "mark this place; jump to a mark, '' back"),
    Binding("'", lambda player: player.begin_typing("jump")),
    Binding("space", Player.play, "Space  +  -", "play, pause; faster, slower"),
    Binding("+", lambda player: player.change_speed(1)),
    Binding("-", lambda player: player.change_speed(-1)),
    Binding("e", Player.toggle_every, "e", "stop at every event, or where it matters"),
    Binding("v", lambda player: player.viewport.next_pane(), "v", "view: tasks, timeline, names, awaits"),
    Binding("z", change_timeline(lambda viewport: viewport.zoom(1)), "z  Z  <  >", "timeline: in, out, earlier, later"),
    Binding("Z", change_timeline(lambda viewport: viewport.zoom(-1))),
    Binding("<", change_timeline(lambda viewport: viewport.pan(-1))),
    Binding(">", change_timeline(lambda viewport: viewport.pan(1))),
    Binding("up", lambda player: player.scroll_by(-1), "↑  ↓", "scroll what is longer than the screen"),
    Binding("down", lambda player: player.scroll_by(1)),
    Binding("", Player.show_help, "1 … 9", "answer; type it where there is no choice"),
    Binding("", Player.show_help, "Mouse", "click: a task, a time, an event; wheel"),
    Binding("?", Player.show_help, "?", "this help"),
    Binding("q", Player.quit, "q  Ctrl-C", "quit"),
)

BY_KEY = {key: binding for binding in BINDINGS for key in binding.keys.split()}
#: What the help lists: keys, and what they do; the last two are the last.
HELP = tuple((binding.shown, binding.does) for binding in BINDINGS if binding.shown)

_QUIT = ("c-c", "c-d")  # even while something is typed
_SCROLL = ("up", "down")  # what is read, or awaited, can be scrolled
_PLAYS_ON = ("+", "-", "v", "z", "Z")  # what does not pause
_EDIT = ("space", "enter", "backspace", "escape")

_HINTS = ("←→ step", "o over await", "[ ] task", "/ find", "b break", "space play", "v view", "? help", "q quit")
_ASCII_HINTS = ("left/right step", *_HINTS[1:])


class KeyMap:
    """The keys of one player, and those that extensions have added to it."""

    def __init__(self, player: Player, extensions: Sequence[Key] = ()) -> None:
        self.player = player
        self._extensions = {key.key: key for key in extensions}

    # --- what is pressed

    def press(self, key: str) -> None:
        """Do what a key says: it stops what is under way, is typed, or is a command, in this order."""
        player = self.player
        player.message = ""
        was_playing, player.is_playing = player.is_playing, False
        stops_work = player.work is not None and key not in _SCROLL
        if stops_work:
            player.stop_work()
        if key in _QUIT:
            player.quit()
        elif stops_work:
            pass  # that was all
        elif player.search is not None:
            player.stop_search()
        elif player.shows_help and key not in _SCROLL:
            player.close_help()
        elif player.typing and not (player.typing == "answer" and self._leaves_answer(key)):
            self._type(key)
        elif was_playing and key == "space":
            player.message = "paused"
        else:
            self._command(key)
            player.is_playing = player.is_playing or (was_playing and key in _PLAYS_ON)

    def _leaves_answer(self, key: str) -> bool:
        """An answer that is being typed takes letters and a space; what moves, moves as ever."""
        player = self.player
        return (
            (len(key) != 1 and key not in _EDIT)
            or (
                # Nothing is typed yet: these still mean what the status line and the help say.
                not player.entry and key in ("?", "space", ")")
            )
            or (
                # An order is made of digits; whatever else is pressed cannot be meant for it.
                player.question is not None and player.question.is_order and len(key) == 1 and key not in "0123456789, "
            )
        )

    def _type(self, key: str) -> None:
        player = self.player
        if key == "escape":
            player.cancel_typing()
        elif key == "backspace":
            player.entry = player.entry[:-1]
        elif key == "enter":
            minibuffer.enter(player)
        elif key == "space" or len(key) == 1:
            player.type_text(" " if key == "space" else key)
            if player.typing in minibuffer.SINGLE_KEY:
                minibuffer.enter(player)

    def _command(self, key: str) -> None:
        player, question = self.player, self.player.question
        if key == "escape":
            player.close_overlay()
        elif key in self._extensions:
            self._extend(self._extensions[key])
        elif key == "p" and player.quiz is not None:
            player.predict()
        elif key in "123456789" and question is not None:
            player.answers.choose(question, int(key))
        elif key in BY_KEY:
            BY_KEY[key].command(player)

    def _extend(self, key: Key) -> None:
        result = key.press(self._key_press)
        if isinstance(result, Leave):
            self.player.leave(result.value)
        elif isinstance(result, Work):
            self.player.work = result
        else:
            self.player.show(result)

    @property
    def _key_press(self) -> KeyPress:
        return KeyPress(self.player.history, self.player.stepper.place, self.player.mark)

    # --- what is said of the keys

    @property
    def help(self) -> list[tuple[str, str]]:
        """All keys, and what each does here."""
        added = [(key.key, key.does) for key in self._extensions.values()]
        if self.player.quiz is not None:
            added.insert(0, ("p", "predict: a question about what comes next"))
        return [*HELP[:-2], *added, *HELP[-2:]]

    @property
    def hints(self) -> list[str]:
        """The keys that do something where the player stands, with a word each; the most wanted first and last."""
        player = self.player
        question = player.question
        forward, back = ("right", "left") if player.ascii else ("→", "←")
        if player.shows_help:
            return []
        if question is not None and player.answers.is_open(question):
            how = "type, then Enter" if question.is_typed else f"1-{len(question.choices)} choose"
            if question.is_order:
                how = "type the numbers in order, then Enter"
            return [how, f"{forward} skip", f"{back} back", "? help"]
        added = [hint for key in self._extensions.values() if (hint := key.hint(self._key_press))]
        if player.mark is not None:
            is_end = player.overlay is None and player.stepper.is_at_end
            return [*added, *([] if is_end else [f"{forward} go on"]), f"{back} back", "? help", "q quit"]
        if player.is_playing:
            return ["space pause", "+ faster", "- slower", "? help", "q quit"]
        if player.quiz is not None:
            added.append("p predict")
        first, *more = _ASCII_HINTS if player.ascii else _HINTS
        return [first, *added, *more]
