"""The minibuffer, the line at the bottom that is typed: what it asks for, and what becomes of what was entered.

Whatever is typed, what comes of it is a movement, a change that is seen, or one sentence that says what is wrong.
"""

from __future__ import annotations

from corodemo.player.breakpoints import BreakpointError, has_text, parse
from corodemo.player.commands import choose_task
from corodemo.player.player import Player, Purpose
from corodemo.player.stepper import Stepper
from corodemo.views.explain.which import UnknownTask, one_task

__all__ = ["PROMPTS", "SINGLE_KEY", "enter", "prompt"]

#: What stands before that which is typed. An answer is typed where its question stands.
PROMPTS: dict[Purpose, str] = {
    "go": "go to event or time:",
    "find": "find:",
    "break": "break on:",
    "task": "look only at task:",
    "bookmark": "mark this place with a letter:",
    "jump": "jump to mark:",
}
#: These take one key, without Enter.
SINGLE_KEY = ("bookmark", "jump")


def prompt(player: Player) -> str:
    """Return what is asked for, with what there is to choose from."""
    words = PROMPTS[player.typing]
    if player.typing == "jump":
        there = "  ".join(f"{letter} {place.index}" for letter, place in sorted(player.bookmarks.items()))
        return words.replace(":", f" ({there}):") if there else words
    return words


def enter(player: Player) -> None:
    """End the line, and do what was entered."""
    purpose, text = player.end_typing()
    match purpose:
        case "answer":
            _answer(player, text)
        case "go" if text:
            here = player.stepper.place
            player.message = player.stepper.go(text)
            if not player.message:
                player.jumped_from(here)
        case "find" if text or player.found:
            player.found = text or player.found
            player.look_for(has_text(player.found, player.sentence), 1, wraps=True, slow=True)
        case "break":
            _break(player, text)
        case "task":
            _task(player, text)
        case "bookmark" if text:
            player.bookmarks[text] = player.stepper.place
            player.message = f"this place is {text!r} now; ' {text} jumps to it"
        case "jump" if text == "'":
            player.jump_to_place(player.came_from, "nobody has jumped yet")
        case "jump" if text:
            there = ", ".join(map(repr, sorted(player.bookmarks))) or "none is; m marks a place"
            player.jump_to_place(player.bookmarks.get(text), f"no place is marked {text!r}; marked: {there}")


def _answer(player: Player, text: str) -> None:
    question = player.question
    if question is not None and text:
        player.answers.give(question, text)
    else:
        player.move(Stepper.forward)


def _break(player: Player, text: str) -> None:
    """Set what is said, clear it if it is set; "-2" clears the second, "-" all."""
    breakpoints = player.breakpoints
    if not text:
        return
    if text == "-":
        breakpoints.clear()
    elif text.startswith("-") and text[1:].strip().isdecimal():
        number = int(text[1:][:9])
        if not 1 <= number <= len(breakpoints):
            player.message = f"there is no breakpoint {number}; there are {len(breakpoints)}"
            return
        del breakpoints[number - 1]
    else:
        try:
            condition = parse(text.removeprefix("-").strip(), player.history)
        except BreakpointError as exc:
            player.message = str(exc)
            return
        kept = [one for one in breakpoints if one.text != condition.text]
        breakpoints[:] = kept if len(kept) < len(breakpoints) or text.startswith("-") else [*kept, condition]
    player.message = f"breakpoints: {', '.join(one.text for one in breakpoints) or 'none'}"


def _task(player: Player, text: str) -> None:
    try:
        task = one_task(player.history.last(), text, ascii=player.ascii) if text else None
    except UnknownTask as exc:
        player.message = str(exc)
        return
    choose_task(player, task)
