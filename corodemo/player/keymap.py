"""The player's keys: one table of what each does, from which the help is made as well.

What a key does is a call of a player's method. No key is here that the help does not name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corodemo.history import brief
from corodemo.player import jumps
from corodemo.player.breakpoints import either, has_text, of_kind
from corodemo.player.stepper import Stepper
from corodemo.player.viewport import Viewport
from corodemo.player.why import tell_why

if TYPE_CHECKING:
    from corodemo.player.player import Player

__all__ = ["BY_KEY", "HELP", "Binding"]


@dataclass(frozen=True)
class Binding:
    """One or more keys that do the same."""

    keys: str  # names, with spaces between
    act: Callable[[Player], None]
    shown: str = ""  # how the help calls them; "" where the line of another key tells of them
    does: str = ""


def _over(player: Player) -> None:
    task = player.task
    index = jumps.over(player.history, task, player.stepper.index) if task is not None else None
    player.jump(index, _not(player, task, "does not go on after this"), halts=True)


def _over_back(player: Player) -> None:
    task = player.task
    index = jumps.over_back(player.history, task, player.stepper.index) if task is not None else None
    player.jump(index, _not(player, task, "did not wait before this"))


def _to(find: Callable[..., int | None], does: str, step: int) -> Callable[[Player], None]:
    def act(player: Player) -> None:
        task, stepper = player.task, player.stepper
        before = None if step > 0 else stepper.index_before
        index = find(player.history, task, stepper.index, before=before) if task is not None else None
        words = _not(player, task, f"{does} {'after' if step > 0 else 'before'} this")
        player.jump(index, words, halts=step > 0)

    return act


def _not(player: Player, task: int | None, does: str) -> str:
    if task is None:
        return "no task has anything to do with this event; t chooses one"
    return f"{player.name_of(task)} {does}"


def _same_kind(step: int) -> Callable[[Player], None]:
    def act(player: Player) -> None:
        index = player.stepper.index
        if index < 0:
            player.message = "this is before the first event"
        else:
            player.look_for(of_kind(player.history.events[index], player.stepper.task), step)

    return act


def _page(step: int) -> Callable[[Player], None]:
    def act(player: Player) -> None:
        stepper = player.stepper
        if stepper.next_page() if step > 0 else stepper.previous_page():
            player.arrive()
        else:
            player.message = f"there is no page {'after' if step > 0 else 'before'} this"

    return act


def _find_again(step: int) -> Callable[[Player], None]:
    def act(player: Player) -> None:
        if player.found:
            player.look_for(has_text(player.found, player.sentence), step, wraps=True, slow=True)
        else:
            player.message = "nothing was looked for yet; / asks for it"

    return act


def _continue(step: int) -> Callable[[Player], None]:
    def act(player: Player) -> None:
        if player.breakpoints:
            player.look_for(either(player.breakpoints), step)
        else:
            player.message = "there is no breakpoint; b sets one"

    return act


def _help(player: Player) -> None:
    player.shows_help, player.scroll = True, 0


def _quit(player: Player) -> None:
    player.is_over = True


def _every(player: Player) -> None:
    player.stepper.toggle_every()
    player.arrive()
    player.message = "stopping at every event" if player.stepper.every else "stopping at what matters"


def _scroll(by: int) -> Callable[[Player], None]:
    def act(player: Player) -> None:
        player.scroll = max(0, player.scroll + by)

    return act


def _faster(by: int) -> Callable[[Player], None]:
    def act(player: Player) -> None:
        from corodemo.player.player import SPEEDS

        player.speed = min(max(0, player.speed + by), len(SPEEDS) - 1)
        player.message = f"{SPEEDS[player.speed]:g} stops a second"

    return act


def _timeline(change: Callable[[Viewport], None]) -> Callable[[Player], None]:
    def act(player: Player) -> None:
        change(player.viewport)
        window = player.viewport.window(player.history, player.stepper.index)
        if isinstance(window, range):
            at = brief(player.history.events[window[0]].at_ns, ascii=player.ascii)
            shown = f"events {window[0]:,} to {window[-1]:,}, all at {at}"
        else:
            shown = "all" if window is None else " to ".join(brief(ns, ascii=player.ascii) for ns in window)
        player.message = f"the timeline shows {shown}"

    return act


BINDINGS: tuple[Binding, ...] = (
    Binding("right l enter", lambda player: player.move(Stepper.forward), "→  l  Enter", "step forward"),
    Binding("left h", lambda player: player.move(Stepper.back), "←  h", "step back"),
    Binding("o", _over, "o  O", "over an await, to where it goes on; back"),
    Binding("O", _over_back),
    Binding("] pagedown", lambda player: player.move(Stepper.next_step), "]  [", "to the next step of a task, back"),
    Binding("[ pageup", lambda player: player.move(Stepper.previous_step)),
    Binding("w", _to(jumps.woken, "is not woken", 1), "w  W", "to where this task is woken, was woken"),
    Binding("W", _to(jumps.woken, "was not woken", -1)),
    Binding("x", _to(jumps.cancelled, "is not cancelled", 1), "x  X", "to a cancel of this task, back"),
    Binding("X", _to(jumps.cancelled, "was not cancelled", -1)),
    Binding(".", _same_kind(1), ".  ,", "to the next event of this kind, back"),
    Binding(",", _same_kind(-1)),
    Binding(")", _page(1), ")  (", "to the next page or question, back"),
    Binding("(", _page(-1)),
    Binding("home", lambda player: player.move(Stepper.home), "Home  End", "to the beginning, to the end"),
    Binding("end", lambda player: player.move(Stepper.end)),
    Binding("g", lambda player: player.begin("go"), "g", "go to an event or a time: 41, 1.5s"),
    Binding("/", lambda player: player.begin("find"), "/  n  N", "find text in the events; again; back"),
    Binding("n", _find_again(1)),
    Binding("N", _find_again(-1)),
    Binding("b", lambda player: player.begin("break"), "b", "breakpoints: set, list, clear"),
    Binding("c", _continue(1), "c  C", "on to the next breakpoint, back"),
    Binding("C", _continue(-1)),
    Binding("t", lambda player: player.begin("task"), "t", "look at one task only; empty: at all"),
    Binding("y", tell_why, "y", "why this task waits, or was late, or ended"),
    Binding("m", lambda player: player.begin("mark"), "m  '", "mark this place; jump to a mark, '' back"),
    Binding("'", lambda player: player.begin("jump")),
    Binding("space", lambda player: player.play(), "Space  +  -", "play, pause; faster, slower"),
    Binding("+", _faster(1)),
    Binding("-", _faster(-1)),
    Binding("e", _every, "e", "stop at every event, or where it matters"),
    Binding("v", lambda player: player.viewport.turn(), "v", "view: tasks, timeline, names, awaits"),
    Binding("z", _timeline(lambda viewport: viewport.zoom(1)), "z  Z  <  >", "timeline: in, out, earlier, later"),
    Binding("Z", _timeline(lambda viewport: viewport.zoom(-1))),
    Binding("<", _timeline(lambda viewport: viewport.pan(-1))),
    Binding(">", _timeline(lambda viewport: viewport.pan(1))),
    Binding("up", _scroll(-1), "↑  ↓", "scroll what is longer than the screen"),
    Binding("down", _scroll(1)),
    Binding("", _help, "1 … 9", "answer; type it where there is no choice"),
    Binding("", _help, "Mouse", "click: a task, a time, an event; wheel"),
    Binding("?", _help, "?", "this help"),
    Binding("q", _quit, "q  Ctrl-C", "quit"),
)

BY_KEY = {key: binding for binding in BINDINGS for key in binding.keys.split()}
#: What the help lists: keys, and what they do; the last two are the last.
HELP = tuple((binding.shown, binding.does) for binding in BINDINGS if binding.shown)
