"""What is asked in a player and what was answered, and the keys that others have added to it.

A player has one of these. It remembers each answer for the question that was asked, by identity, for a question may be asked
twice; and it turns what a key from outside says into what the player shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from corodemo.player.extensions import AtKey, Key, Leave, Quiz, Work
from corodemo.player.marks import Question

if TYPE_CHECKING:
    from corodemo.player.player import Player

__all__ = ["Answers"]


class Answers:
    """Answers, the quiz, and keys from outside."""

    def __init__(
        self, quiz: Quiz | None, keys: Sequence[Key], on_answer: Callable[[Question, str], None] | None
    ) -> None:
        self._answers: dict[
            int, tuple[Question, str]
        ] = {}  # by id(); the question is held, so that the id stays its own
        self._quiz = quiz
        self._keys = {key.key: key for key in keys}
        self._on_answer = on_answer

    def answer_to(self, question: Question) -> str | None:
        """Return what was answered, or None."""
        _, given = self._answers.get(id(question), (None, None))
        return given

    def answered(self, question: Question, given: str) -> None:
        """Keep what was answered, and tell whoever wants to know."""
        self._answers[id(question)] = question, given
        if self._on_answer is not None:
            self._on_answer(question, given)

    def choose(self, question: Question, number: int) -> None:
        """Answer by the number of a choice; what is answered stays answered."""
        if not question.is_typed and self.answer_to(question) is None and number <= len(question.choices):
            self.answered(question, question.choices[number - 1])

    def is_open(self, question: Question | None) -> bool:
        """Return True for a question that waits for its answer."""
        return question is not None and self.answer_to(question) is None

    # --- keys

    def help(self) -> list[tuple[str, str]]:
        """Return the lines of the help about keys from outside."""
        added = [(key.key, key.does) for key in self._keys.values()]
        return [("p", "predict: a question about what comes next"), *added] if self._quiz is not None else added

    def hints(self, player: Player) -> list[str]:
        """Return what the bottom line says of them where the player stands."""
        said = [key.hint(_at(player)) for key in self._keys.values()]
        return [*filter(None, said), *(["p predict"] if self._quiz is not None and player.mark is None else [])]

    def press(self, player: Player, key: str) -> bool:
        """Do what a key says if it comes from outside; return False for any other."""
        if key in self._keys:
            self._press(player, self._keys[key])
        elif key == "p" and self._quiz is not None:
            self._ask(player, self._quiz)
        else:
            return False
        return True

    def _press(self, player: Player, key: Key) -> None:
        result = key.press(_at(player))
        if isinstance(result, Leave):
            player.left_with = result.value
            player.is_over = True
        elif isinstance(result, Work):
            player.work = result
        else:
            player.show(result)

    def _ask(self, player: Player, quiz: Quiz) -> None:
        if self.is_open(player.question):
            player.message = "there is a question already: answer this one first"
            return
        asked = quiz.ask(player.history, player.stepper.index)
        if asked is None:
            player.message = "there is nothing to predict here"
        else:
            player.lay(asked)


def _at(player: Player) -> AtKey:
    return AtKey(player.history, player.stepper.place, player.mark)
