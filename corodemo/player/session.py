"""What a player is besides its place: answers given, a line being typed, help, a message. And what each key does
to it.

Keys come in as names ("right", "q", "enter"), so that this file knows no terminal and a test needs none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from corodemo.history import History
from corodemo.player.stops import Mark, Question, Stepper
from corodemo.views.sentences import describe

__all__ = ["HELP", "Session"]

LinesOf = Callable[[str], Sequence[str] | None]

#: What the help lists: keys, and what they do.
HELP: tuple[tuple[str, str], ...] = (
    ("→  space  l  n", "step forward"),
    ("←  h  p", "step back"),
    ("]  PgDn", "to the next step of a task"),
    ("[  PgUp", "to the step of a task before"),
    ("Home  End", "to the beginning, to the end"),
    ("↑  ↓", "scroll a page that is longer than the screen"),
    ("g", "go to an event by number, or to a time: 41, 1.5s"),
    ("/", "find text in the events; empty: find it again"),
    ("e", "stop at every single event, or only at what matters"),
    ("1 … 9", "answer a question; type the answer where there are no choices"),
    ("?", "this help"),
    ("q  Ctrl-C  Ctrl-D", "quit"),
)

_MOVES: dict[str, Callable[[Stepper], bool]] = {
    **dict.fromkeys(("right", "space", "l", "n"), Stepper.forward),
    **dict.fromkeys(("left", "h", "p"), Stepper.back),
    **dict.fromkeys(("]", "pagedown"), Stepper.next_step),
    **dict.fromkeys(("[", "pageup"), Stepper.previous_step),
    "home": Stepper.home,
    "end": Stepper.end,
}
_MAX_ENTRY = 200


class Session:
    """A player at work. `press` is the only way to change it."""

    def __init__(
        self,
        history: History,
        *,
        title: str,
        lines_of: LinesOf,
        marks: Sequence[Mark] = (),
        caption: Callable[[int], str] | None = None,
        ascii: bool = False,
    ) -> None:
        self.stepper = Stepper(history, marks)
        self.title = title
        self.lines_of = lines_of
        self.ascii = ascii
        self.answers: dict[int, str] = {}  # what was answered, by id(question): a question may be asked twice
        self.typing: Literal["", "go", "find", "answer"] = ""  # what the line at the bottom is for
        self.entry = ""
        self.message = ""  # shown until the next key
        self.shows_help = False
        self.scroll = 0  # lines of a page that have gone off the top
        self.is_over = False
        self._caption = caption
        self._found = ""  # what was looked for last
        self._attend()

    @property
    def history(self) -> History:
        return self.stepper.history

    @property
    def caption(self) -> str:
        """What the part of the program is called to which the present event belongs."""
        return self._caption(self.stepper.index) if self._caption is not None else ""

    @property
    def question(self) -> Question | None:
        """The question that stands here."""
        mark = self.stepper.mark
        return mark if isinstance(mark, Question) else None

    def answer_to(self, question: Question) -> str | None:
        """Return what was answered, or None."""
        return self.answers.get(id(question))

    def sentence(self, index: int) -> str:
        """Return what event `index` says."""
        return describe(self.history.events[index], self.history.at(index), ascii=self.ascii)

    def press(self, key: str) -> None:
        """Do what a key says. A printable character is its own name; others are words such as "enter"."""
        self.message = ""
        if key in ("c-c", "c-d"):
            self.is_over = True
        elif self.shows_help:
            self.shows_help = False
        elif self.typing in ("go", "find") or (self.typing == "answer" and not self._leaves_answer(key)):
            self._type(key)
        else:
            self._command(key)

    def _leaves_answer(self, key: str) -> bool:
        """An answer that is being typed takes letters and a space; what moves, moves as ever."""
        return (len(key) != 1 and key not in ("space", "enter", "backspace", "escape")) or (
            # Nothing is typed yet: these still mean what the bottom line says.
            not self.entry and key in ("?", "space")
        )

    def _command(self, key: str) -> None:
        move = _MOVES.get(key)
        if move is not None:
            if not move(self.stepper):
                self.message = "this is the end" if self.stepper.is_at_end else "this is the beginning"
            self._attend()
        elif key == "q":
            self.is_over = True
        elif key == "?":
            self.shows_help = True
        elif key == "e":
            self.stepper.toggle_every()
            self.message = "stopping at every event" if self.stepper.every else "stopping at what matters"
            self._attend()
        elif key in ("g", "/"):
            self.typing, self.entry = ("go" if key == "g" else "find"), ""
        elif key in ("up", "down"):
            self.scroll = max(0, self.scroll + (1 if key == "down" else -1))
        elif key.isdecimal() and len(key) == 1 and self.question is not None:
            self._choose(self.question, int(key))
        elif key == "enter":
            self._command("right")

    def _choose(self, question: Question, number: int) -> None:
        if self.answer_to(question) is None and 1 <= number <= len(question.choices):
            self.answers[id(question)] = question.choices[number - 1]

    def _type(self, key: str) -> None:
        if key == "escape":
            self._attend()
        elif key == "backspace":
            self.entry = self.entry[:-1]
        elif key == "enter":
            self._enter()
        elif key == "space" or len(key) == 1:
            self.entry = (self.entry + (" " if key == "space" else key))[:_MAX_ENTRY]

    def _enter(self) -> None:
        purpose, entry = self.typing, self.entry.strip()
        question = self.question
        self.typing, self.entry = "", ""
        if purpose == "answer" and question is not None:
            if entry:
                self.answers[id(question)] = entry
            else:
                self._command("right")
        elif purpose == "go" and entry:
            self.message = self.stepper.go(entry)
            self._attend()
        elif purpose == "find" and (entry or self._found):
            self._found = entry or self._found
            self.message = self.stepper.find(self._found, self.sentence)
            self._attend()

    def _attend(self) -> None:
        """Arrive at a stop: a question without choices is answered by typing at once."""
        self.scroll = 0
        self.entry = ""
        question = self.question
        waits = question is not None and not question.choices and self.answer_to(question) is None
        self.typing = "answer" if waits else ""
