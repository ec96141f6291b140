"""The player: its place, and what is shown over it, the answers given, a line being typed, a search under way.

It knows no keys and no terminal: its methods are what can be done, and `keymap` says which key does what. What needs time
(playing on, a long search) happens in `tick`, for which somebody else has the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from corodemo.history import History
from corodemo.player.answers import Answers
from corodemo.player.breakpoints import Condition
from corodemo.player.extensions import Quiz, Work
from corodemo.player.marks import Mark, Place, Question
from corodemo.player.search import Search
from corodemo.player.stepper import Stepper
from corodemo.player.viewport import Viewport
from corodemo.views.names import task_title
from corodemo.views.panes import present_task
from corodemo.views.sentences import describe

__all__ = ["SPEEDS", "LinesOf", "Player", "Purpose"]

LinesOf = Callable[[str], Sequence[str] | None]
#: What a line is typed for; "": none is.
Purpose = Literal["", "go", "find", "answer", "break", "task", "bookmark", "jump"]

#: Stops a second; faster than the last nobody can follow.
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_MAX_ENTRY = 200
#: Seconds between two questions whether some work is done.
_POLL = 0.05


class Player:
    """A player at work, on a history from its beginning or from where an earlier player ended."""

    def __init__(
        self,
        history: History,
        *,
        title: str,
        lines_of: LinesOf,
        marks: Sequence[Mark] = (),
        caption: Callable[[int], str] | None = None,
        ascii: bool = False,
        roomy: bool = False,
        quiz: Quiz | None = None,
        on_answer: Callable[[Question, str], None] | None = None,
        on_arrival: Callable[[Place, Mark | None], None] | None = None,
        start: Place | None = None,
    ) -> None:
        self.stepper = Stepper(history, marks)
        self.title = title
        self.lines_of = lines_of
        self.ascii = ascii
        self.roomy = roomy  # pages and questions are for people who sit far away
        self.viewport = Viewport()  # which panes are shown, and which stretch of time
        self.answers = Answers(on_answer)
        self.quiz = quiz
        self.typing: Purpose = ""  # what the line at the bottom is for
        self.entry = ""
        self.message = ""  # shown until the next key
        self.shows_help = False
        self.scroll = 0  # lines of a page that have gone off the top
        self.is_over = False
        self.left_with: object = None  # what an extension ended the player with
        self.overlay: Mark | None = None  # a page or question that was laid over the present place
        self.breakpoints: list[Condition] = []
        self.bookmarks: dict[str, Place] = {}
        self.search: Search | None = None
        self.work: Work | None = None  # what an extension has begun
        self.is_playing = False
        self.speed = SPEEDS.index(2.0)
        self.found = ""  # what text was looked for last
        self.came_from: Place | None = None  # where the last jump began
        self._caption = caption
        self._on_arrival = on_arrival
        if start is not None:
            self.stepper.come_back(start)
        self.arrive()

    # --- what is shown

    @property
    def history(self) -> History:
        return self.stepper.history

    @property
    def caption(self) -> str:
        """What the part of the program is called to which the present event belongs."""
        return self._caption(self.stepper.index) if self._caption is not None else ""

    @property
    def mark(self) -> Mark | None:
        """The page or question that is shown: one that was laid over this place, or the one that stands here."""
        return self.overlay if self.overlay is not None else self.stepper.mark

    @property
    def question(self) -> Question | None:
        """The question that is shown."""
        mark = self.mark
        return mark if isinstance(mark, Question) else None

    @property
    def task(self) -> int | None:
        """The task that is meant where none is named: the chosen one, or the one that the present event is about."""
        return self.stepper.task or present_task(self.history.at(self.stepper.index))

    def sentence(self, index: int) -> str:
        """Return what event `index` says."""
        return describe(self.history.events[index], self.history.at(index), ascii=self.ascii)

    def name_of(self, task: int) -> str:
        """Return what a task is called, as "T3 worker"."""
        return task_title(self.history.last(), task, ascii=self.ascii)

    def show(self, what: Mark | str | None) -> None:
        """Show a page or a question over the present place, or a sentence at the bottom."""
        if isinstance(what, str):
            self.message = what
        elif what is not None:
            self.overlay = what
            self._await_answer()

    def close_overlay(self) -> bool:
        """Show the place itself again; return False if nothing was over it."""
        was_open, self.overlay = self.overlay is not None, None
        if was_open:
            self._await_answer()
        return was_open

    def show_help(self) -> None:
        """Show the help, until `close_help`."""
        self.shows_help, self.scroll = True, 0

    def close_help(self) -> None:
        """Show what the help has covered, from its beginning."""
        self.shows_help, self.scroll = False, 0

    def scroll_by(self, lines: int) -> None:
        """Scroll what is longer than the screen; whoever draws it knows where it ends."""
        self.scroll = max(0, self.scroll + lines)

    # --- what is asked

    def answer_to(self, question: Question) -> str | None:
        """Return what was answered, or None."""
        return self.answers.answer_to(question)

    def predict(self) -> None:
        """Let the quiz ask what comes next."""
        if self.answers.is_open(self.question):
            self.message = "there is a question already: answer this one first"
            return
        asked = self.quiz.ask(self.history, self.stepper.index) if self.quiz is not None else None
        self.show(asked or "there is nothing to predict here")

    def _await_answer(self) -> None:
        """Look at what is shown from its beginning: a question without choices is answered by typing at once."""
        self.scroll = 0
        question = self.question
        waits = question is not None and question.is_typed and self.answers.is_open(question)
        self.begin_typing("answer" if waits else "")

    # --- what is typed

    def begin_typing(self, purpose: Purpose) -> None:
        """Begin to type a line."""
        self.typing, self.entry = purpose, ""

    def type_text(self, text: str) -> None:
        """Add to the line that is typed."""
        self.entry = (self.entry + text)[:_MAX_ENTRY]

    def end_typing(self) -> tuple[Purpose, str]:
        """End the line; return what it was for, and what was entered, without spaces at its ends."""
        purpose, text = self.typing, self.entry.strip()
        self.begin_typing("")
        return purpose, text

    def cancel_typing(self) -> None:
        """Forget the line; an answer that is awaited can be typed from its beginning."""
        self._await_answer()

    # --- moving

    def move(self, how: Callable[[Stepper], bool]) -> None:
        """Move by one of the stepper's movements, and say so if it has nowhere to go.

        What was laid over the place is closed first, and that is all, unless the movement is one step forward.
        """
        if how == Stepper.forward:
            self.overlay = None
        elif self.close_overlay():
            return
        if not how(self.stepper):
            self.message = "this is the end" if self.stepper.is_at_end else "this is the beginning"
        self.arrive()

    def jump(self, index: int | None, otherwise: str, *, halts: bool = False) -> None:
        """Go to an event, or say `otherwise` where there is none. halts: at a page or a question on the way there."""
        if index is None:
            self.message = otherwise
            return
        here = self.stepper.place
        if not halts:
            self.stepper.go_to(index)
        elif not self.stepper.go_on_to(index):
            self.message = "this comes before that"
        self.jumped_from(here)

    def jump_to_place(self, place: Place | None, otherwise: str) -> None:
        """Go to a place, or say `otherwise` where there is none."""
        if place is None:
            self.message = otherwise
            return
        here = self.stepper.place
        self.stepper.come_back(place)
        self.jumped_from(here)

    def jumped_from(self, place: Place) -> None:
        """Be at a stop far from `place`, and remember that, to come back there."""
        self.came_from = place
        self.arrive()

    def look_at(self, task: int | None) -> None:
        """Stop only at what concerns one task, or with None at everything again."""
        self.stepper.look_at(task)
        self.arrive()

    def toggle_every(self) -> None:
        """Stop at each single event, or only where it matters."""
        self.stepper.toggle_every()
        self.arrive()
        self.message = "stopping at every event" if self.stepper.every else "stopping at what matters"

    def arrive(self) -> None:
        """Be at a stop: what was shown over the one before is gone."""
        self.overlay = None
        self.viewport.recentre()
        self._await_answer()
        if self._on_arrival is not None:
            self._on_arrival(self.stepper.place, self.stepper.mark)

    def leave(self, value: object) -> None:
        """End the player, with what whoever plays is to be told."""
        self.left_with = value
        self.is_over = True

    def quit(self) -> None:
        """End the player, with nothing to tell."""
        self.is_over = True

    # --- what takes time

    def look_for(self, condition: Condition, step: int, *, wraps: bool = False, slow: bool = False) -> None:
        """Begin to look for an event; what can be found at once is gone to at once."""
        start = self.stepper.index + 1 if step > 0 else self.stepper.index_before
        self.search = Search(self.history, condition, start, step, wraps=wraps, slow=slow)
        self._go_on_looking()

    def _go_on_looking(self) -> None:
        search = self.search
        if search is None or search.advance():
            return
        self.search = None
        words = search.condition.text
        where = "after" if search.step > 0 else "before"
        self.jump(search.found, f"no event has {words}" if search.wraps else f"there is no {words} {where} this")

    def stop_search(self) -> None:
        """Stop looking, and stay."""
        if self.search is not None:
            self.message = f"stopped looking for {self.search.condition.text}"
            self.search = None

    def stop_work(self) -> None:
        """Stop what an extension has begun."""
        if self.work is not None:
            self.work.stop()
            self.message = f"stopped {self.work.words}"
            self.work = None

    def play(self) -> None:
        """Begin to play; from a page or a question, step on only: they are to be read."""
        if self.mark is not None:
            self.move(Stepper.forward)
        elif self.stepper.is_at_end:
            self.message = "this is the end"
        else:
            self.is_playing = True

    def change_speed(self, by: int) -> None:
        """Play faster, or slower."""
        self.speed = min(max(0, self.speed + by), len(SPEEDS) - 1)
        self.message = f"{SPEEDS[self.speed]:g} stops a second"

    @property
    def tick_after(self) -> float | None:
        """In how many seconds `tick` is to be called; None for not at all."""
        if self.search is not None:
            return 0.0
        if self.work is not None:
            return _POLL
        return 1 / SPEEDS[self.speed] if self.is_playing else None

    def tick(self) -> None:
        """Go on looking, ask for what is awaited, or play on by one stop; a page or a question ends the playing."""
        if self.search is not None:
            self._go_on_looking()
        elif self.work is not None:
            result = self.work.poll()
            if result is not None:
                self.work = None
                self.show(result)
        elif self.is_playing:
            self.message = ""
            self.is_playing = self.stepper.forward() and self.stepper.mark is None
            self.arrive()
