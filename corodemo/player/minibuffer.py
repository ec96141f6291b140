"""The line at the bottom that is typed: what it asks for, and what becomes of what was entered.

Whatever is typed, what comes of it is a movement, a change that is seen, or one sentence that says what is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from corodemo.player.breakpoints import Misspoken, has_text, parse, task_called

if TYPE_CHECKING:
    from corodemo.player.player import Session

__all__ = ["PROMPTS", "SINGLE", "Purpose", "enter", "prompt"]

Purpose = Literal["", "go", "find", "answer", "break", "task", "mark", "jump"]

#: What stands before that which is typed. An answer is typed where its question stands.
PROMPTS: dict[Purpose, str] = {
    "go": "go to event or time:",
    "find": "find:",
    "break": "break on:",
    "task": "look only at task:",
    "mark": "mark this place with a letter:",
    "jump": "jump to mark:",
}
#: These take one key, without Enter.
SINGLE = ("mark", "jump")


def prompt(session: Session) -> str:
    """Return what is asked for, with what there is to choose from."""
    words = PROMPTS[session.typing]
    if session.typing == "jump":
        there = "  ".join(f"{letter} {place.index}" for letter, place in sorted(session.bookmarks.items()))
        return words.replace(":", f" ({there}):") if there else words
    return words


def enter(session: Session, purpose: Purpose, text: str) -> None:
    """Do what was entered for a purpose; `text` has no spaces at its ends."""
    match purpose:
        case "answer":
            _answer(session, text)
        case "go" if text:
            here = session.stepper.place
            session.message = session.stepper.go(text)
            if not session.message:
                session.jumped_from(here)
        case "find" if text or session.found:
            session.found = text or session.found
            session.look_for(has_text(session.found, session.sentence), 1, wraps=True, slow=True)
        case "break":
            _break(session, text)
        case "task":
            _task(session, text)
        case "mark" if text:
            session.bookmarks[text] = session.stepper.place
            session.message = f"this place is {text!r} now; ' {text} jumps to it"
        case "jump" if text == "'":
            session.jump_to_place(session.came_from, "nobody has jumped yet")
        case "jump" if text:
            there = ", ".join(map(repr, sorted(session.bookmarks))) or "none is; m marks a place"
            session.jump_to_place(session.bookmarks.get(text), f"no place is marked {text!r}; marked: {there}")


def _answer(session: Session, text: str) -> None:
    question = session.question
    if question is not None and text:
        session.asking.answered(question, text)
    else:
        session.press("right")


def _break(session: Session, text: str) -> None:
    """Set what is said, clear it if it is set; "-2" clears the second, "-" all."""
    breakpoints = session.breakpoints
    if not text:
        return
    if text == "-":
        breakpoints.clear()
    elif text.startswith("-") and text[1:].strip().isdecimal():
        number = int(text[1:][:9])
        if not 1 <= number <= len(breakpoints):
            session.message = f"there is no breakpoint {number}; there are {len(breakpoints)}"
            return
        del breakpoints[number - 1]
    else:
        try:
            condition = parse(text.removeprefix("-").strip(), session.history)
        except Misspoken as exc:
            session.message = str(exc)
            return
        kept = [one for one in breakpoints if one.text != condition.text]
        breakpoints[:] = kept if len(kept) < len(breakpoints) or text.startswith("-") else [*kept, condition]
    session.message = f"breakpoints: {', '.join(one.text for one in breakpoints) or 'none'}"


def _task(session: Session, text: str) -> None:
    try:
        task = task_called(text, session.history) if text else None
    except Misspoken as exc:
        session.message = str(exc)
        return
    session.choose_task(task)
