"""The player's own line, the last one: what is being typed, or a message, or where one is and which keys do something."""

from __future__ import annotations

from rich.text import Text

from corodemo.player.marks import Page, Question
from corodemo.player.minibuffer import PROMPTS, prompt
from corodemo.player.player import SPEEDS, Player
from corodemo.views.glyphs import DIM, NOW, STYLES, TITLE, glyphs
from corodemo.views.text import cell_len, fit

__all__ = ["bottom"]

_KEYS = ("←→ step", "o over await", "[ ] task", "/ find", "b break", "space play", "v view", "? help", "q quit")
_ASCII_KEYS = ("left/right step", *_KEYS[1:])


def bottom(player: Player, width: int) -> Text:
    """Return the line, at most `width` cells wide."""
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
    left, keys = _left(player, width), _keys(player)
    while keys and cell_len(left) + sum(cell_len(key) + 3 for key in keys) > width:
        # Help and quit come last and stay longest.
        del keys[max(0, len(keys) - 3)]
    hints = "   ".join(keys)
    gap = max(1, width - cell_len(left) - cell_len(hints) - 1)
    return Text(fit(left, width, ascii=plain) + " " * gap, style=TITLE).append(hints, style="not bold " + DIM)


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


def _keys(player: Player) -> list[str]:
    plain, question = player.ascii, player.question
    on, back = ("right", "left") if plain else ("→", "←")
    if player.shows_help:
        return []
    if question is not None and player.answers.is_open(question):
        how = "type, then Enter" if question.is_typed else f"1-{len(question.choices)} choose"
        if question.is_order:
            how = "type the numbers in order, then Enter"
        return [how, f"{on} skip", f"{back} back", "? help"]
    if player.mark is not None:
        forward = [] if player.over is None and player.stepper.is_at_end else [f"{on} go on"]
        return [*player.answers.hints(player), *forward, f"{back} back", "? help", "q quit"]
    if player.is_playing:
        return ["space pause", "+ faster", "- slower", "? help", "q quit"]
    first, *more = _ASCII_KEYS if plain else _KEYS
    return [first, *player.answers.hints(player), *more]
