"""What was answered in a player, and to which question: by identity, for a question may be asked twice."""

from __future__ import annotations

from collections.abc import Callable

from corodemo.player.marks import Question

__all__ = ["Answers"]


class Answers:
    """The answers given so far."""

    def __init__(self, on_answer: Callable[[Question, str], None] | None) -> None:
        self._answers: dict[
            int, tuple[Question, str]
        ] = {}  # by id(); the question is held, so that the id stays its own
        self._on_answer = on_answer

    def answer_to(self, question: Question) -> str | None:
        """Return what was answered, or None."""
        _, given = self._answers.get(id(question), (None, None))
        return given

    def give(self, question: Question, given: str) -> None:
        """Keep what was answered, and tell whoever wants to know."""
        self._answers[id(question)] = question, given
        if self._on_answer is not None:
            self._on_answer(question, given)

    def choose(self, question: Question, number: int) -> None:
        """Answer by the number of a choice; what is answered stays answered."""
        if not question.is_typed and self.answer_to(question) is None and number <= len(question.choices):
            self.give(question, question.choices[number - 1])

    def is_open(self, question: Question | None) -> bool:
        """Return True for a question that waits for its answer."""
        return question is not None and self.answer_to(question) is None
