"""What can be asked of a player that takes more than one of its methods: a movement about a task, a breakpoint, the timeline.

Each command is called with the player. What cannot be done is said in a sentence at the bottom.
"""

from __future__ import annotations

from collections.abc import Callable

from corodemo.history import brief
from corodemo.player import jumps
from corodemo.player.breakpoints import either, has_text, of_kind
from corodemo.player.player import Player
from corodemo.player.viewport import Viewport

__all__ = [
    "Command",
    "change_timeline",
    "choose_task",
    "continue_to_breakpoint",
    "find_again",
    "over",
    "over_back",
    "to_cancel",
    "to_page",
    "to_same_kind",
    "to_wakeup",
]

Command = Callable[[Player], None]


# --- movements about a task


def over(player: Player) -> None:
    """Go over an await, to where the task goes on."""
    task = player.task
    index = jumps.over(player.history, task, player.stepper.index) if task is not None else None
    player.jump(index, _not(player, task, "does not go on after this"), halts=True)


def over_back(player: Player) -> None:
    """Go back over an await, to where the task began to wait."""
    task = player.task
    index = jumps.over_back(player.history, task, player.stepper.index) if task is not None else None
    player.jump(index, _not(player, task, "did not wait before this"))


def to_wakeup(step: int) -> Command:
    """Return the command to go to the task's next wakeup (1), or to the one before (-1)."""
    return _to(jumps.woken, "is not woken" if step > 0 else "was not woken", step)


def to_cancel(step: int) -> Command:
    """Return the command to go to the next event of a cancel of the task (1), or to the one before (-1)."""
    return _to(jumps.cancelled, "is not cancelled" if step > 0 else "was not cancelled", step)


def _to(find: Callable[..., int | None], does: str, step: int) -> Command:
    def command(player: Player) -> None:
        task, stepper = player.task, player.stepper
        before = None if step > 0 else stepper.index_before
        index = find(player.history, task, stepper.index, before=before) if task is not None else None
        words = _not(player, task, f"{does} {'after' if step > 0 else 'before'} this")
        player.jump(index, words, halts=step > 0)

    return command


def _not(player: Player, task: int | None, does: str) -> str:
    if task is None:
        return "no task has anything to do with this event; t chooses one"
    return f"{player.name_of(task)} {does}"


def choose_task(player: Player, task: int | None) -> None:
    """Stop only at what concerns one task, or with None at everything again."""
    player.look_at(task)
    player.message = "all tasks" if task is None else f"only {player.name_of(task)}; t and Enter: all tasks again"


# --- movements to what is looked for; `step` is 1 for forward, -1 for back


def to_same_kind(step: int) -> Command:
    """Return the command to go to the next event of this kind."""

    def command(player: Player) -> None:
        index = player.stepper.index
        if index < 0:
            player.message = "this is before the first event"
        else:
            player.look_for(of_kind(player.history.events[index], player.stepper.task), step)

    return command


def to_page(step: int) -> Command:
    """Return the command to go to the next page or question."""

    def command(player: Player) -> None:
        stepper = player.stepper
        if stepper.next_page() if step > 0 else stepper.previous_page():
            player.arrive()
        else:
            player.message = f"there is no page {'after' if step > 0 else 'before'} this"

    return command


def find_again(step: int) -> Command:
    """Return the command to look once more for the text that was looked for last."""

    def command(player: Player) -> None:
        if player.found:
            player.look_for(has_text(player.found, player.sentence), step, wraps=True, slow=True)
        else:
            player.message = "nothing was looked for yet; / asks for it"

    return command


def continue_to_breakpoint(step: int) -> Command:
    """Return the command to go on to the next event at which a breakpoint is."""

    def command(player: Player) -> None:
        if player.breakpoints:
            player.look_for(either(player.breakpoints), step)
        else:
            player.message = "there is no breakpoint; b sets one"

    return command


# --- the timeline


def change_timeline(change: Callable[[Viewport], None]) -> Command:
    """Return the command to change which stretch of time is shown, and to say which it is then."""

    def command(player: Player) -> None:
        change(player.viewport)
        window = player.viewport.window(player.history, player.stepper.index)
        if isinstance(window, range):
            at = brief(player.history.events[window[0]].at_ns, ascii=player.ascii)
            shown = f"events {window[0]:,} to {window[-1]:,}, all at {at}"
        else:
            shown = "all" if window is None else " to ".join(brief(ns, ascii=player.ascii) for ns in window)
        player.message = f"the timeline shows {shown}"

    return command
