"""Playing lessons, one after the other, with their exercises, their predictions and their place kept.

The player shows and moves; what is added to it here are keys, and what happens when it is left by one of them: the prompt in
the lesson's namespace, an editor, the next lesson. After each the lesson goes on at the place where it was, as it was: it
was recorded before it was shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from corodemo.course.exercisefiles import ExerciseFiles, editor
from corodemo.course.marks import LessonMarks, caption, marks_of
from corodemo.course.presenter import Presentation
from corodemo.course.progress import Progress, digest
from corodemo.history import History
from corodemo.lesson import LessonError, Played, play_through, read
from corodemo.lesson.attempt import Attempt
from corodemo.lesson.checking import problems_of
from corodemo.lesson.model import Exercise, Text
from corodemo.lesson.running import run_into
from corodemo.player import Key, KeyPress, Leave, Mark, Page, Place, Question, Work
from corodemo.player.app import play
from corodemo.player.predictions import Predictions
from corodemo.views.text import visible

__all__ = ["LessonPlayer", "OpenPrompt"]

#: Opens the prompt; what it is given fills the namespace before the first input, and what it says comes before it.
OpenPrompt = Callable[[Callable[[dict[str, Any]], None], str], object]


@dataclass(frozen=True)
class _Exit:
    """Why the player was left."""

    to: Literal["try", "edit", "next"]
    at: KeyPress


class LessonPlayer:
    """Plays lessons; `play` until the person has had enough."""

    def __init__(
        self,
        files: Sequence[Path],
        progress: Progress,
        open_prompt: OpenPrompt | None = None,
        *,
        ascii: bool = False,
    ) -> None:
        self._files = list(files)
        self._progress = progress
        self._open_prompt = open_prompt
        self._is_ascii = ascii

    def present(self, path: Path) -> None:
        """Play a lesson to others: from its beginning, with room around its words, and with notes on another terminal.

        Nothing of one's own progress is looked at or kept, so that it shows the same screens each time.
        """
        played = _run(path)
        lesson_marks = marks_of(played)
        history = History(played.trace)
        with Presentation(played.lesson, lesson_marks, len(history) - 1) as presentation:
            play(
                history,
                title=played.lesson.title,
                lines_of=played.lines_of,
                marks=lesson_marks.marks,
                caption=partial(caption, played),
                quiz=Predictions(),
                on_arrival=presentation.arrived,
                roomy=True,
                ascii=self._is_ascii,
            )

    def play(self, path: Path, *, restart: bool = False) -> None:
        """Play a lesson from where it was left, and those that follow it. Raises LessonError for one that is broken."""
        following = self._play_one(path, restart=restart)
        while following is not None:
            present = following
            try:
                following = self._play_one(present, restart=restart)
            except LessonError as exc:
                # One that comes later does not end it all: it is told, and the one after it is offered.
                print(*map(visible, str(exc).split("\n")), "", sep="\n")
                following = self._after(present)
                if following is not None and not _agrees(f"Go on with {following.stem}? [Y/n] "):
                    return

    def _play_one(self, path: Path, *, restart: bool) -> Path | None:
        """Play one lesson; return the next one if that is wanted."""
        played = _run(path)
        lesson = played.lesson
        text_digest = digest(path.read_text(encoding="utf-8"))
        start = None if restart else self._progress.read().of(lesson.name).place(text_digest)
        session = _LessonSession(played, self._progress, self._coming(path))
        while True:
            left = play(
                session.history,
                title=lesson.title,
                lines_of=played.lines_of,
                marks=session.lesson_marks.marks,
                caption=partial(caption, played),
                quiz=session.quiz,
                keys=session.keys(has_prompt=self._open_prompt is not None),
                on_answer=session.answered,
                on_arrival=partial(session.arrived, text_digest),
                start=start,
                ascii=self._is_ascii,
            )
            if left is None or not isinstance(left_by := left.by, _Exit):
                return None
            start = left.place
            if left_by.to == "next":
                return self._after(path)
            if left_by.to == "edit":
                session.edit(left_by.at)
            elif self._open_prompt is not None:
                index = left_by.at.place.index
                self._open_prompt(
                    partial(run_into, lesson, session.cells_done(index)), _PROMPT_OPENS.format(lesson.title)
                )

    def _after(self, path: Path) -> Path | None:
        places = [number for number, file in enumerate(self._files) if file == path]
        return self._files[places[0] + 1] if places and places[0] + 1 < len(self._files) else None

    def _coming(self, path: Path) -> str:
        following = self._after(path)
        if following is None:
            return "It was the last one." if path in self._files else ""
        return f"**L** goes on with the next one: {following.stem.partition('_')[2].replace('_', ' ')}."


_PROMPT_OPENS = "{}: all that the lesson has defined so far is here. Ctrl-D goes back to it."


def _run(path: Path) -> Played:
    """Run a lesson. Raises LessonError for one that is broken."""
    played = play_through(read(path))
    # What is wrong is said before the screen is taken, or a prediction without an answer would end it.
    problems = problems_of(played)
    if problems:
        raise LessonError(*problems)
    return played


def _agrees(question: str) -> bool:
    try:
        return input(question).strip().casefold() in ("", "y", "yes")
    except EOFError:
        return False


class _LessonSession:
    """One lesson in the player, and what its keys do."""

    def __init__(self, played: Played, progress: Progress, coming: str) -> None:
        self.played = played
        self.history = History(played.trace)
        self.lesson_marks: LessonMarks = marks_of(played, coming)
        self.quiz = Predictions()
        self._files = ExerciseFiles(played.lesson)
        self._progress = progress
        self._before: Mark | None = None  # the page or question at which the player was last
        self._overlays: list[tuple[Mark, Exercise]] = []  # pages shown above an exercise's, which belong to it as well

    # --- what the player tells

    def arrived(self, digest: str, place: Place, mark: Mark | None) -> None:
        """Keep the place, at every page and question."""
        if mark is not None:
            self._progress.reached(self.played.lesson.name, digest, place)
        # To jump to the last page is not to have played the lesson.
        if mark is self.lesson_marks.last and self._before is self.lesson_marks.marks[-2]:
            self._progress.finished(self.played.lesson.name)
        self._before = mark if mark is not None else self._before

    def answered(self, question: Question, given: str) -> None:
        """Count a prediction."""
        kind = self.quiz.kind_of(question) or self.lesson_marks.kind_of(question)
        self._progress.predicted(kind, question.judge(given, question.right))

    def cells_done(self, index: int) -> int:
        """Return the number of the last code cell that has run to its end after event `index`; 0 if there is none."""
        done = [number for number, (_, stop) in self.played.spans.items() if stop - 1 <= index]
        return max(done, default=0)

    # --- keys

    def keys(self, *, has_prompt: bool) -> list[Key]:
        found = [Key("L", "go on with the next lesson", lambda at: Leave(_Exit("next", at)), self._hint_next)]
        if has_prompt:
            does = "try: open the prompt with what the lesson has defined"
            found.append(Key("T", does, lambda at: Leave(_Exit("try", at)), self._hint_try))
        if list(self.played.lesson.exercises):
            found += [
                Key("E", "exercise: open your file in your editor", self._press_edit, self._hint_exercise),
                Key("V", "exercise: verify your file", self._press_verify),
                Key("H", "exercise: a hint, one more each time", self._press_hint),
            ]
        return found

    def _hint_next(self, at: KeyPress) -> str:
        return "L next lesson" if at.mark is self.lesson_marks.last else ""

    def _hint_try(self, at: KeyPress) -> str:
        part = self.lesson_marks.part_of(at.mark)
        return "T try" if isinstance(part, Text) and part.purpose == "try" else ""

    def _hint_exercise(self, at: KeyPress) -> str:
        return "E edit   V verify   H hint" if self._exercise(at) is not None else ""

    def edit(self, at: KeyPress) -> None:
        exercise = self._exercise(at)
        if exercise is not None:
            complaint = self._files.edit(exercise)
            if complaint:
                print(complaint)
                _agrees("Enter goes back to the lesson. ")

    def _press_edit(self, at: KeyPress) -> Mark | Leave | str | None:
        exercise = self._exercise(at)
        if exercise is None:
            return "there is no exercise on this page"
        if editor():
            return Leave(_Exit("edit", at))
        try:
            path = self._files.open(exercise)
        except (OSError, RuntimeError) as exc:
            return f"your file could not be made: {exc}"
        text = "This is your file:\n\n    {}\n\nOpen it in another window, with any editor, and come back: **V** verifies it.\n\n"
        text += "To open it from here, say which editor you like in the variable EDITOR."
        return self._overlay(at, exercise, text.format(path))

    def _press_verify(self, at: KeyPress) -> Work | str:
        exercise = self._exercise(at)
        if exercise is None:
            return "there is no exercise on this page"
        trial = self._files.verify(exercise)
        if trial is None:
            return "you have no file yet: E makes one"

        def poll() -> Page | None:
            result = trial.poll()
            if result is None:
                return None
            if result.is_right:
                self._progress.solved(self.played.lesson.name, self._files.place(exercise))
            return self._overlay(at, exercise, _verdict(exercise, result))

        return Work(f"running {self._files.path(exercise).name}", poll, trial.stop)

    def _press_hint(self, at: KeyPress) -> Mark | str | None:
        exercise = self._exercise(at)
        if exercise is None:
            return "there is no exercise on this page"
        hints = self._files.hints(exercise)
        text = "\n".join(f"{number}. {hint}" for number, hint in enumerate(hints, 1))
        more = "**H** gives another." if len(hints) < len(exercise.hints) else "These are all."
        return self._overlay(at, exercise, f"## Hints\n\n{text}\n\n{more}")

    def _exercise(self, at: KeyPress) -> Exercise | None:
        part = self.lesson_marks.part_of(at.mark)
        if isinstance(part, Exercise):
            return part
        return next((exercise for mark, exercise in self._overlays if mark is at.mark), None)

    def _overlay(self, at: KeyPress, exercise: Exercise, text: str) -> Page:
        page = Page(at.place.index, text)
        self._overlays.append((page, exercise))
        return page


def _verdict(exercise: Exercise, result: Attempt) -> str:
    output = _block(result.output)
    printed = f"\n\nIt printed:\n\n{output}" if output else ""
    if not result.is_right:
        lacks = "\n".join(f"- {_code(lack)}" for lack in result.lacks)
        return f"## Not yet\n\n{lacks}{printed}\n\n**E** opens your file, **H** gives a hint."
    ways = "\n\n".join(f"{code.title or 'a solution'}:\n\n{_block(code.source)}" for code in exercise.solutions)
    return f"## Solved\n\nYour program does all that was asked.{printed}\n\nOther ways:\n\n{ways}"


def _block(text: str) -> str:
    """Text of a program, as a block that Markdown leaves alone."""
    return "\n".join(f"    {line}" for line in text.rstrip().splitlines())


def _code(text: str) -> str:
    """A sentence with names and values of a program in it, of which Markdown is to make nothing."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#!|~" else sign for sign in text)
