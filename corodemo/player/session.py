"""What a player is besides its place: answers given, a line being typed, help, a message. And what each key does
to it.

Keys come in as names ("right", "q", "enter"), so that this file knows no terminal and a test needs none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from corodemo.history import History
from corodemo.player.outside import AtKey, Key, Leave, Quiz
from corodemo.player.stops import Mark, Place, Question, Stepper
from corodemo.views.sentences import describe

__all__ = ["HELP", "Session"]

LinesOf = Callable[[str], Sequence[str] | None]

#: What the help lists: keys, and what they do.
HELP: tuple[tuple[str, str], ...] = (
    ("→  space  l  n", "step forward"),
    ("←  h", "step back"),
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
    **dict.fromkeys(("left", "h"), Stepper.back),
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
        quiz: Quiz | None = None,
        keys: Sequence[Key] = (),
        on_answer: Callable[[Question, str], None] | None = None,
        on_arrival: Callable[[Place, Mark | None], None] | None = None,
        start: Place | None = None,
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
        self.left_with: object = None  # what a key from outside ended the player with
        self.over: Mark | None = None  # a page or question that a key has laid over the present place
        self._quiz = quiz
        self._keys = {key.key: key for key in keys}
        self._laid: list[Mark] = []  # all that were laid: answers are kept by identity
        self._on_answer = on_answer
        self._on_arrival = on_arrival
        if start is not None:
            self.stepper.come_back(start)
        self._attend()

    @property
    def history(self) -> History:
        return self.stepper.history

    @property
    def caption(self) -> str:
        """What the part of the program is called to which the present event belongs."""
        return self._caption(self.stepper.index) if self._caption is not None else ""

    @property
    def mark(self) -> Mark | None:
        """The page or question that is shown: one that a key has laid over this place, or the one that stands here."""
        return self.over if self.over is not None else self.stepper.mark

    @property
    def help(self) -> list[tuple[str, str]]:
        """All keys, and what each does here."""
        added = [(key.key, key.does) for key in self._keys.values()]
        if self._quiz is not None:
            added.insert(0, ("p", "predict: a question about what comes next"))
        return [*HELP[:-2], *added, *HELP[-2:]]

    @property
    def question(self) -> Question | None:
        """The question that stands here."""
        mark = self.mark
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
        if self.over is not None and (move is not None or key in ("enter", "escape")):
            # What was laid over a place is put away first: going on from it, nothing is passed over.
            self.over = None
            if move is not Stepper.forward:
                self._attend()
                return
        if key in self._keys:
            self._press_outside(self._keys[key])
        elif move is not None:
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
        elif key in "123456789" and self.question is not None:
            self._choose(self.question, int(key))
        elif key == "enter":
            self._command("right")
        elif key == "p" and self._quiz is not None:
            self._ask(self._quiz)

    def _ask(self, quiz: Quiz) -> None:
        question = self.question
        if question is not None and self.answer_to(question) is None:
            self.message = "there is a question already: answer this one first"
            return
        asked = quiz.ask(self.history, self.stepper.index)
        if asked is None:
            self.message = "there is nothing to predict here"
        else:
            self._lay(asked)

    def _press_outside(self, key: Key) -> None:
        """Do what a key that was given from outside says."""
        result = key.press(AtKey(self.history, self.stepper.place, self.mark))
        if isinstance(result, Leave):
            self.left_with = result.value
            self.is_over = True
        elif isinstance(result, str):
            self.message = result
        elif result is not None:
            self._lay(result)

    def _lay(self, mark: Mark) -> None:
        self._laid.append(mark)
        self.over = mark
        self._await_answer()

    def _choose(self, question: Question, number: int) -> None:
        if self.answer_to(question) is None and 1 <= number <= len(question.choices):
            self._answered(question, question.choices[number - 1])

    def _answered(self, question: Question, given: str) -> None:
        self.answers[id(question)] = given
        if self._on_answer is not None:
            self._on_answer(question, given)

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
                self._answered(question, entry)
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
        """Arrive at a stop."""
        self.over = None
        self._await_answer()
        if self._on_arrival is not None:
            self._on_arrival(self.stepper.place, self.stepper.mark)

    def _await_answer(self) -> None:
        """Look at what is shown from its beginning: a question without choices is answered by typing at once."""
        self.scroll = 0
        self.entry = ""
        question = self.question
        waits = question is not None and question.is_typed and self.answer_to(question) is None
        self.typing = "answer" if waits else ""
