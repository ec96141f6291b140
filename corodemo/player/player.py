"""What a player is besides its place: what is shown over it, answers given, a line being typed, a search under way.

Keys come in as names ("right", "q", "enter"), so that this file knows no terminal and a test needs none; `keys` says
which key calls which method. What needs time (playing on, a long search) happens in `tick`, for which somebody else has
the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corodemo.history import History
from corodemo.player import minibuffer
from corodemo.player.answers import Answers
from corodemo.player.breakpoints import Condition
from corodemo.player.extensions import Key, Quiz, Work
from corodemo.player.keymap import BY_KEY, HELP
from corodemo.player.marks import Mark, Place, Question
from corodemo.player.search import Search
from corodemo.player.stepper import Stepper
from corodemo.player.viewport import Viewport
from corodemo.views.names import task_title
from corodemo.views.panes import present_task
from corodemo.views.sentences import describe

__all__ = ["SPEEDS", "Player"]

LinesOf = Callable[[str], Sequence[str] | None]

#: Stops a second; faster than the last nobody can follow.
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_MAX_ENTRY = 200
#: Seconds between two questions whether some work is done.
_POLL = 0.05


class Player:
    """A player at work. `press`, `tick`, and what a mouse calls (see `pointing`) are the only ways to change it."""

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
        keys: Sequence[Key] = (),
        on_answer: Callable[[Question, str], None] | None = None,
        on_arrival: Callable[[Place, Mark | None], None] | None = None,
        start: Place | None = None,
    ) -> None:
        self.stepper = Stepper(history, marks)
        self.title = title
        self.lines_of = lines_of
        self.ascii = ascii
        self.roomy = roomy  # pages and questions are for people who sit far away
        self.viewport: Viewport = Viewport()  # which panes are shown, and which stretch of time
        self.answers: Answers = Answers(quiz, keys, on_answer)
        self.typing: minibuffer.Purpose = ""  # what the line at the bottom is for
        self.entry = ""
        self.message = ""  # shown until the next key
        self.shows_help = False
        self.scroll = 0  # lines of a page that have gone off the top
        self.is_over = False
        self.left_with: object = None  # what a key from outside ended the player with
        self.over: Mark | None = None  # a page or question that a key has laid over the present place
        self.breakpoints: list[Condition] = []
        self.bookmarks: dict[str, Place] = {}
        self.search: Search | None = None
        self.work: Work | None = None  # what a key from outside has begun
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
        """The page or question that is shown: one that a key has laid over this place, or the one that stands here."""
        return self.over if self.over is not None else self.stepper.mark

    @property
    def question(self) -> Question | None:
        """The question that is shown."""
        mark = self.mark
        return mark if isinstance(mark, Question) else None

    @property
    def help(self) -> list[tuple[str, str]]:
        """All keys, and what each does here."""
        return [*HELP[:-2], *self.answers.help(), *HELP[-2:]]

    @property
    def task(self) -> int | None:
        """The task that the keys about a task mean: the chosen one, or the one that the present event is about."""
        return self.stepper.task or present_task(self.history.at(self.stepper.index))

    def answer_to(self, question: Question) -> str | None:
        """Return what was answered, or None."""
        return self.answers.answer_to(question)

    def sentence(self, index: int) -> str:
        """Return what event `index` says."""
        return describe(self.history.events[index], self.history.at(index), ascii=self.ascii)

    def name_of(self, task: int) -> str:
        """Return what a task is called, as "T3 worker"."""
        return task_title(self.history.last(), task, ascii=self.ascii)

    # --- keys

    def press(self, key: str) -> None:
        """Do what a key says. A printable character is its own name; others are words such as "enter"."""
        self.message = ""
        was_playing, self.is_playing = self.is_playing, False
        work = self.work
        if work is not None and key not in ("up", "down"):
            work.stop()
            self.work, self.message = None, f"stopped {work.words}"
        if key in ("c-c", "c-d"):
            self.is_over = True
        elif work is not None and self.work is None:
            pass  # that was all
        elif self.search is not None:
            self.message = f"stopped looking for {self.search.condition.text}"
            self.search = None
        elif self.shows_help and key not in ("up", "down"):
            self.shows_help = False
            self.scroll = 0
        elif self.typing and not (self.typing == "answer" and self._leaves_answer(key)):
            self._type(key)
        elif was_playing and key == "space":
            self.message = "paused"
        else:
            self._command(key)
            self.is_playing = self.is_playing or (was_playing and key in ("+", "-", "v", "z", "Z"))

    def _leaves_answer(self, key: str) -> bool:
        """An answer that is being typed takes letters and a space; what moves, moves as ever."""
        return (
            (len(key) != 1 and key not in ("space", "enter", "backspace", "escape"))
            or (
                # Nothing is typed yet: these still mean what the bottom line and the help say.
                not self.entry and key in ("?", "space", ")")
            )
            or (
                # An order is made of digits; whatever else is pressed cannot be meant for it.
                self.question is not None and self.question.is_order and len(key) == 1 and key not in "0123456789, "
            )
        )

    def _command(self, key: str) -> None:
        question = self.question
        if key == "escape":
            self._put_away(goes_on=False)
        elif self.answers.press(self, key):
            pass
        elif key in "123456789" and question is not None:
            self.answers.choose(question, int(key))
        elif key in BY_KEY:
            BY_KEY[key].act(self)

    def _type(self, key: str) -> None:
        if key == "escape":
            self.typing, self.entry = "", ""
            self._await_answer()
        elif key == "backspace":
            self.entry = self.entry[:-1]
        elif key == "enter":
            purpose, text = self.typing, self.entry.strip()
            self.typing, self.entry = "", ""
            minibuffer.enter(self, purpose, text)
        elif key == "space" or len(key) == 1:
            self.entry = (self.entry + (" " if key == "space" else key))[:_MAX_ENTRY]
            if self.typing in minibuffer.SINGLE:
                self._type("enter")

    def begin(self, purpose: minibuffer.Purpose) -> None:
        """Begin to type something at the bottom."""
        self.typing, self.entry = purpose, ""

    # --- moving

    def move(self, how: Callable[[Stepper], bool]) -> None:
        """Move by one of the stepper's movements, and say so if it has nowhere to go."""
        if self._put_away(goes_on=how == Stepper.forward):
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

    def jumped_from(self, place: Place) -> None:
        """Be at a stop far from the one before, to which '' leads back."""
        self.came_from = place
        self.arrive()

    def jump_to_place(self, place: Place | None, otherwise: str) -> None:
        """Go to a place, or say `otherwise` where there is none; "back" from there leads here."""
        if place is None:
            self.message = otherwise
            return
        here = self.stepper.place
        self.stepper.come_back(place)
        self.jumped_from(here)

    def choose_task(self, task: int | None) -> None:
        """Stop only at what concerns one task, or with None at everything again."""
        self.stepper.look_at(task)
        self.arrive()
        self.message = "all tasks" if task is None else f"only {self.name_of(task)}; t and Enter: all tasks again"

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

    def arrive(self) -> None:
        """Be at a stop: what was shown over the one before is gone."""
        self.over = None
        self.viewport.stay()
        self._await_answer()
        if self._on_arrival is not None:
            self._on_arrival(self.stepper.place, self.stepper.mark)

    def _put_away(self, *, goes_on: bool) -> bool:
        """Take away what was laid over this place; True if that was all that the key is to do."""
        was_over, self.over = self.over is not None, None
        if was_over and not goes_on:
            self._await_answer()
            return True
        return False

    def _await_answer(self) -> None:
        """Look at what is shown from its beginning: a question without choices is answered by typing at once."""
        self.scroll = 0
        self.entry = ""
        question = self.question
        waits = question is not None and question.is_typed and self.answers.is_open(question)
        self.typing = "answer" if waits else ""

    def show(self, what: Mark | str | None) -> None:
        """Show a page or a question over the present place, or a sentence at the bottom."""
        if isinstance(what, str):
            self.message = what
        elif what is not None:
            self.lay(what)

    def lay(self, mark: Mark) -> None:
        """Show a page or a question over the present place."""
        self.over = mark
        self._await_answer()

    # --- what takes time

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

    def play(self) -> None:
        """Begin to play; from a page or a question, step on only: they are to be read."""
        if self.mark is not None:
            self.move(Stepper.forward)
        elif self.stepper.is_at_end:
            self.message = "this is the end"
        else:
            self.is_playing = True
