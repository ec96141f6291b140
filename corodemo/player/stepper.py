"""A place in a history, and the ways to move from it: the part of the player that knows neither keys nor screen.

It moves among stops (see `stops`) and the marks between them, the same way back as it came. All events can be stops,
with `every`, or only those of one task. Where a movement has nowhere to go it stays and says so.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from corodemo.history import History, nanoseconds
from corodemo.history.lanes import RUNNING
from corodemo.player.marks import Mark, Place
from corodemo.player.stops import concerns, worthy_of

__all__ = ["Stepper"]

#: A stop is one integer, so that a million take 8 MB: the event's index plus one, times this, plus the number of the mark.
_MARKS_MAX = 1 << 10


class Stepper:
    """A place in a history, and the ways to move from it."""

    def __init__(self, history: History, marks: Sequence[Mark] = ()) -> None:
        self.history = history
        self.every = False  # whether each single event is a stop
        self.task: int | None = None  # the only task whose events are stops
        self._marks: dict[int, list[Mark]] = {}
        for mark in marks:
            self._marks.setdefault(mark.index, []).append(mark)
        self._mark_stops = array(
            "q",
            sorted(_stop(at, number) for at, there in self._marks.items() for number in range(1, len(there) + 1)),
        )
        worthy = worthy_of(history.events, len(history))
        self._worthy = array("q", [_stop(index, 0) for index in worthy])
        self._stops = self._collect()
        self._place = 0
        #: Where it stood before fewer events were stops, and where it stood then: who has not moved comes back.
        self._left = (self.place, self.place)

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

    @property
    def is_at_start(self) -> bool:
        return self._place == 0

    @property
    def index_before(self) -> int:
        """The event of the stop before: with the events after it, up to `index`, this stop stands for a group."""
        return self._stops[self._place - 1] // _MARKS_MAX - 1 if self._place else -1

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

    def next_page(self) -> bool:
        """Go to the next page or question."""
        return self._go_to_mark(bisect_right(self._mark_stops, self._stops[self._place]))

    def previous_page(self) -> bool:
        """Go to the page or question before."""
        return self._go_to_mark(bisect_left(self._mark_stops, self._stops[self._place]) - 1)

    def _go_to_mark(self, number: int) -> bool:
        if not 0 <= number < len(self._mark_stops):
            return False
        self._place = bisect_left(self._stops, self._mark_stops[number])
        return True

    def next_step(self) -> bool:
        """Go to where the next step of a task begins, or to a mark that comes before it, or to the end."""
        run_at = self.history.fold.run_at
        at = bisect_right(run_at, self.index)
        while at < len(run_at) and not self._begins_step(at):
            at += 1
        start = self._place
        if at < len(run_at):
            self.go_to(run_at[at])
        else:
            self.end()
        self._halt_at_mark(start)
        return self._place != start

    def previous_step(self) -> bool:
        """Go to where the step before begins, or to a mark that comes after it, or to the beginning."""
        run_at = self.history.fold.run_at
        at = bisect_right(run_at, self.index_before) - 1
        while at >= 0 and not self._begins_step(at):
            at -= 1
        start = self._place
        if at >= 0:
            self.go_to(run_at[at])
        else:
            self.home()
        mark = bisect_left(self._mark_stops, self._stops[start]) - 1
        if mark >= 0 and self._mark_stops[mark] > self._stops[self._place]:
            self._place = bisect_left(self._stops, self._mark_stops[mark])
        return self._place != start

    def _begins_step(self, at: int) -> bool:
        """Whether row `at` of who ran is the beginning of a step of a task that is looked at."""
        fold = self.history.fold
        task = fold.run_task[at]
        if not task or (self.task is not None and task != self.task):
            return False
        lane = fold.lanes[task]
        row = bisect_left(lane.at, fold.run_at[at])
        return row < len(lane.at) and lane.at[row] == fold.run_at[at] and lane.states[row] == RUNNING

    def go(self, where: str) -> str:
        """Go to an event by its number, as shown (from 0), or to a time such as "1.5s"; return what went wrong, or ""."""
        where = where.strip()
        # A number alone is an event's: "0" is the first one, and not the time when the loop started.
        if re.fullmatch(r"\d{1,15}", where):
            if int(where) >= len(self.history):
                known = f"the last is {len(self.history) - 1}" if len(self.history) else "the trace is empty"
                return f"there is no event {int(where)}; {known}"
            self.go_to(int(where))
            return ""
        time_ns = nanoseconds(where)
        if time_ns is None:
            return f"{where!r} is neither the number of an event nor a time such as 1.5s"
        self.go_to(self.history.index_at(time_ns))
        return ""

    def go_to(self, index: int) -> None:
        """Go to the stop that stands for an event: itself, or the next one that follows it."""
        self._place = min(bisect_left(self._stops, _stop(index, 0)), len(self._stops) - 1)

    def go_on_to(self, index: int) -> bool:
        """Go to the stop that stands for an event, or to the first mark on the way there; return False for a mark."""
        start = self._place
        self.go_to(index)
        return not self._halt_at_mark(start)

    def come_back(self, place: Place) -> None:
        """Go to a place where it stood before, or to the stop before that if it is none any more."""
        number = min(max(0, place.number), _MARKS_MAX - 1)
        self._place = max(0, bisect_right(self._stops, _stop(max(-1, place.index), number)) - 1)

    def toggle_every(self) -> None:
        """Make each single event a stop, or only those that are worth one, and stay at the same place or just before it."""
        self.every = not self.every
        self._collect_again()

    def look_at(self, task: int | None) -> None:
        """Stop only at the events of one task, or with None of all, and stay at the same place or just before it."""
        self.task = task
        self._collect_again()

    # --- inside

    def _halt_at_mark(self, start: int) -> bool:
        """Go back to the first mark that was passed over since place `start`, if one was."""
        mark = bisect_right(self._mark_stops, self._stops[start])
        if mark == len(self._mark_stops) or self._mark_stops[mark] >= self._stops[self._place]:
            return False
        self._place = bisect_left(self._stops, self._mark_stops[mark])
        return True

    def _collect_again(self) -> None:
        was, stood = self._left
        here = was if stood == self.place else self.place
        self._stops = self._collect()
        self.come_back(here)
        self._left = (here, self.place)

    def _collect(self) -> array[int]:
        events, count = self.history.events, len(self.history)
        stops = self._worthy
        if self.every:
            stops = array("q", range(_stop(0, 0), _stop(count, 0), _MARKS_MAX))
        task = self.task
        if task is not None:
            # The last event is where the trace ends, whomever it concerns.
            last = stops[-1:]
            stops = array("q", [stop for stop in stops[:-1] if concerns(events[stop // _MARKS_MAX - 1], task)]) + last
        if self._mark_stops:
            stops = array("q", sorted([*stops, *self._mark_stops]))
        return stops or array("q", [0])

    def _move(self, place: int) -> bool:
        if not 0 <= place < len(self._stops):
            return False
        moved = place != self._place
        self._place = place
        return moved


def _stop(index: int, number: int) -> int:
    return (index + 1) * _MARKS_MAX + number
