"""Where a stepper stops: at events that a person wants to see, and at marks that a lesson has set between them.

Most events come in groups that are one thing to a learner: a timer fires *and* wakes a task, a task is created
*and* put in the queue, a step starts *and* reaches its first line. A step of the stepper goes to the last event
of such a group. All the others can be had too, with `every`.

A mark stands after an event: a page to read, or a question. A `Stepper` is a place among the stops; it draws
nothing, and moves the same way back as it came.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corodemo import events as ev
from corodemo.history import History

__all__ = ["Mark", "Page", "Place", "Question", "Stepper", "is_worth_a_stop"]


@dataclass(frozen=True)
class Page:
    """Something to read after event `index` (-1: before the first)."""

    index: int
    text: str  # Markdown
    code: str = ""  # what is going to run next, if the page leads up to it
    shows_state: bool = False  # whether the page is about how things stand


@dataclass(frozen=True)
class Question:
    """Something to predict after event `index`, before the learner sees how it goes on."""

    index: int
    text: str  # Markdown
    choices: tuple[str, ...]  # empty: the answer is typed
    right: str
    why: int  # the event that shows the answer
    judge: Callable[[str, str], bool]  # whether a given answer says the same as the right one
    code: str = ""  # what is going to run, if that is not on the screen yet
    is_order: bool = False  # the answer is the choices' numbers in the right order, typed: "312"
    because: str = ""  # why it is so, instead of what event `why` says

    @property
    def is_typed(self) -> bool:
        """Whether the answer is typed rather than chosen."""
        return self.is_order or not self.choices


Mark = Page | Question


@dataclass(frozen=True)
class Place:
    """Where a player stands: after an event, at one of the marks that follow it."""

    index: int  # the event; -1: before the first
    number: int  # of the mark after it, from 1; 0: at the event itself


#: Always worth a stop.
_WORTHY = (
    ev.Line,
    ev.TaskReady,
    ev.TaskSuspended,
    ev.TaskDone,
    ev.CancelRequested,
    ev.CancelDelivered,
    ev.CancelSettled,
    ev.LoopWaiting,
    ev.ThreadFinished,
    ev.Warned,
)
#: Worth a stop unless the event after it completes the same thing.
_COMPLETED_BY = {ev.TaskCreated: ev.TaskReady, ev.TimerFired: ev.TaskReady, ev.TaskResumed: ev.Line}
#: A stop is one integer, so that a million take 8 MB: the event's index plus one, times this, plus the number of the mark.
_MARKS_MAX = 1 << 10
_TIME = re.compile(r"(?P<number>\d{1,15}(?:\.\d{1,9})?) ?(?P<unit>ns|µs|us|ms|s)")
_UNITS = {"ns": 1, "µs": 1_000, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}


def is_worth_a_stop(event: ev.Event, following: ev.Event | None) -> bool:
    """Return True if a person who steps through a program wants to see the state after this event."""
    if isinstance(event, _WORTHY):
        return True
    if isinstance(event, ev.Output):
        return not event.text.isspace()  # print() writes the end of its line by itself
    completed_by = _COMPLETED_BY.get(type(event))
    return completed_by is not None and not isinstance(following, completed_by)


class Stepper:
    """A place in a history, and the ways to move from it."""

    def __init__(self, history: History, marks: Sequence[Mark] = ()) -> None:
        self.history = history
        self.every = False  # whether each single event is a stop
        self._marks: dict[int, list[Mark]] = {}
        for mark in marks:
            self._marks.setdefault(mark.index, []).append(mark)
        self._stops = self._collect()
        self._place = 0

    # --- where it is

    @property
    def index(self) -> int:
        """The event after which it stands; -1 is before the first."""
        return self._stops[self._place] // _MARKS_MAX - 1

    @property
    def place(self) -> Place:
        """Where it stands, to come back to."""
        return Place(self.index, self._stops[self._place] % _MARKS_MAX)

    @property
    def mark(self) -> Mark | None:
        """The page or the question that stands here."""
        number = self._stops[self._place] % _MARKS_MAX
        return self._marks[self.index][number - 1] if number else None

    @property
    def is_at_end(self) -> bool:
        return self._place == len(self._stops) - 1

    # --- moving; each returns False if there was nowhere to go

    def forward(self) -> bool:
        """Go to the next stop."""
        return self._move(self._place + 1)

    def back(self) -> bool:
        """Go to the stop before."""
        return self._move(self._place - 1)

    def home(self) -> bool:
        """Go to the first stop."""
        return self._move(0)

    def end(self) -> bool:
        """Go to the last stop."""
        return self._move(len(self._stops) - 1)

    def next_step(self) -> bool:
        """Go to where the next step of a task begins, or to a mark that comes before it."""
        return self._go_while(1, lambda event: not isinstance(event, ev.TaskResumed))

    def previous_step(self) -> bool:
        """Go to where the step before begins, or to a mark that comes after it."""
        return self._go_while(-1, lambda event: not isinstance(event, ev.TaskResumed))

    def go(self, where: str) -> str:
        """Go to an event by its number, as shown (from 0), or to a time such as "1.5s"; return what went wrong, or ""."""
        where = where.strip()
        match = _TIME.fullmatch(where)
        if match is not None:
            from_digits = match["number"].partition(".")
            unit = _UNITS[match["unit"]]
            # In integers: a time of 2.1 s is 2_100_000_000 ns exactly.
            fraction = int((from_digits[2] or "0").ljust(9, "0")) * unit // 10**9
            return self._go_to_index(self.history.index_at(int(from_digits[0]) * unit + fraction))
        if re.fullmatch(r"\d{1,15}", where):
            number = int(where)
            if number >= len(self.history):
                return f"there is no event {number}; the last is {len(self.history) - 1}"
            return self._go_to_index(number)
        return f"{where!r} is neither the number of an event nor a time such as 1.5s"

    def come_back(self, place: Place) -> None:
        """Go to a place where it stood before, or to the stop before that if it is none any more."""
        number = min(max(0, place.number), _MARKS_MAX - 1)
        self._place = max(0, bisect_right(self._stops, (max(-1, place.index) + 1) * _MARKS_MAX + number) - 1)

    def find(self, text: str, sentence_of: Callable[[int], str]) -> str:
        """Go to the next event whose sentence has the text, round the end if need be; return what went wrong, or ""."""
        wanted, count = text.casefold(), len(self.history)
        for offset in range(1, count + 1):
            index = (self.index + offset) % count
            if wanted in sentence_of(index).casefold():
                return self._go_to_index(index)
        return f"no event has {text!r}"

    def toggle_every(self) -> None:
        """Make each single event a stop, or only those that are worth one, and stay at the same place or just before it."""
        here = self._stops[self._place]
        self.every = not self.every
        self._stops = self._collect()
        self._place = max(0, bisect_right(self._stops, here) - 1)

    # --- inside

    def _collect(self) -> array[int]:
        events, last = self.history.events, len(self.history) - 1
        if self.every:
            indices: Sequence[int] = range(last + 1)
        else:
            indices = [
                index
                for index, event in enumerate(events[: last + 1])
                if is_worth_a_stop(event, events[index + 1] if index < last else None) or index == last
            ]
        stops = [(index + 1) * _MARKS_MAX for index in indices]
        for index, marks in self._marks.items():
            stops += [(index + 1) * _MARKS_MAX + number for number in range(1, len(marks) + 1)]
        return array("q", sorted(stops) or [0])

    def _move(self, place: int) -> bool:
        if not 0 <= place < len(self._stops):
            return False
        moved = place != self._place
        self._place = place
        return moved

    def _go_while(self, direction: int, goes_on: Callable[[ev.Event], bool]) -> bool:
        """Move until an event of the group that the stop stands for, or a mark, says stop."""
        start = self._place
        while self._move(self._place + direction):
            stop = self._stops[self._place]
            if stop % _MARKS_MAX:
                break
            before = self._stops[self._place - 1] // _MARKS_MAX - 1 if self._place else -1
            group = range(self.index, max(before, -1), -1)
            if not all(goes_on(self.history.events[index]) for index in group):
                break
        return self._place != start

    def _go_to_index(self, index: int) -> str:
        """Go to the stop that stands for the event: itself, or the next one that follows it."""
        place = bisect_left(self._stops, (index + 1) * _MARKS_MAX)
        self._place = min(place, len(self._stops) - 1)
        return ""
