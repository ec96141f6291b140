"""The status line, the last one: what is being typed, or a message, or where one is and which keys do something."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from corodemo.player.marks import Page, Question
from corodemo.player.minibuffer import PROMPTS, prompt
from corodemo.player.player import SPEEDS, Player
from corodemo.views.glyphs import DIM, NOW, STYLES, TITLE, glyphs
from corodemo.views.text import cell_len, fit

__all__ = ["status_line"]


def status_line(player: Player, hints: Sequence[str], width: int) -> Text:
    """Return the line, at most `width` cells wide. hints: what is said of the keys; the last three are left out last."""
    plain = player.ascii
    if player.search is not None:
        search = player.search
        part = f"{100 * search.looked // max(1, search.total)} %"
        words = f" looking for {search.condition.text}: {part}   any key stops"
        return Text(fit(words, width, ascii=plain), style=NOW)
    if player.work is not None:
        words = f" {player.work.words}   any key stops"
        return Text(fit(words, width, ascii=plain), style=NOW)
    if player.typing in PROMPTS:
        words = fit(f" {prompt(player)}", max(1, width - 12), ascii=plain) + " "
        # The end of a long entry is where one types.
        tail = player.entry[-max(1, width - len(words) - 3) :]
        return Text(words, style=TITLE).append(fit(tail, width, ascii=plain) + ("_" if plain else "▏"))
    if player.message:
        return Text(fit(" " + player.message, width, ascii=plain), style=STYLES["ready"])
    left, kept = _left(player, width), list(hints)
    while kept and cell_len(left) + sum(cell_len(hint) + 3 for hint in kept) > width:
        # Help and quit come last and stay longest.
        del kept[max(0, len(kept) - 3)]
    right = "   ".join(kept)
    gap = max(1, width - cell_len(left) - cell_len(right) - 1)
    return Text(fit(left, width, ascii=plain) + " " * gap, style=TITLE).append(right, style="not bold " + DIM)


def _left(player: Player, width: int) -> str:
    """Where one is, and what is not as it is by default."""
    plain, mark = player.ascii, player.mark
    if player.shows_help:
        return " any key closes this"
    is_between = (isinstance(mark, Page) and not mark.shows_state) or (isinstance(mark, Question) and bool(mark.code))
    words = [] if is_between else [fit(player.caption, width // 3, ascii=plain)]
    if player.is_playing:
        words.append(f"{glyphs(plain).here} {SPEEDS[player.speed]:g} a second")
    if player.stepper.task is not None:
        words.append(f"only {fit(player.name_of(player.stepper.task), 16, ascii=plain)}")
    if player.stepper.every:
        words.append("every event")
    return " " + "  ".join(filter(None, words)) if any(words) else ""
