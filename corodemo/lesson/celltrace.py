"""A cell trace: the stretch of a trace that one cell caused, with its tasks by name.

A task that was given a name is called by it. Any other is called by its coroutine, as on the screen: `main`, if only one
task of the cell runs that, or else "the first say_after", "the second say_after", in the order of creation. "T3" and
"Task-2" are understood as well. What waits and wakes has a label: what the task is called, or "sleep(1)".

What `%why` says of a task is kept as words of a lesson can say it: ids of tasks count through the whole run, and files are
cells of this one lesson, so both are left out: "T7 save waits at <cell 9>:3" is "save waits at line 3".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from corodemo.traceformat import events as ev

__all__ = ["CellTrace", "Evidence", "Misread", "brief_seconds"]

E = TypeVar("E", bound=ev.Event)

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")

_TASK_ID = re.compile(r"\bT\d+ (?=\S)")
_CELL = re.compile(r"<cell \d+>:(?=\d)")

#: The index of the event that proves something, or None if it does not hold.
Evidence = int | None


class Misread(Exception):
    """A sentence or a question cannot be put to this trace; the message says why."""


@dataclass(frozen=True)
class _Told:
    """A trace, as far as explanations need one."""

    events: Sequence[ev.Event]
    header: ev.Header


class CellTrace:
    """The events from `start` up to `stop` of a trace."""

    def __init__(self, events: Sequence[ev.Event], start: int, stop: int) -> None:
        self.events = events
        self.start = start
        self.stop = stop
        self.made = {event.task: event for _, event in self.each(ev.TaskCreated)}
        # Timers may have been set by an earlier cell: look from the beginning.
        self._timers = {event.timer: event.what for event in events[:stop] if isinstance(event, ev.TimerSet)}
        self._names = {task: self._all_names(event) for task, event in self.made.items()}

    def each(self, kind: type[E]) -> Iterator[tuple[int, E]]:
        """Yield the events of one type, with their indices."""
        for index in range(self.start, self.stop):
            event = self.events[index]
            if isinstance(event, kind):
                yield index, event

    @property
    def start_ns(self) -> int:
        """When the cell began: the time of the event before it, for the first one of its own may come after a wait."""
        return self.events[self.start - 1].at_ns if self.start > 0 else 0

    @property
    def duration_ns(self) -> int:
        return self.events[self.stop - 1].at_ns - self.start_ns if self.stop > self.start else 0

    @property
    def last_move(self) -> int:
        """The first event at the time at which the cell ends: what brought it there. The last event, if no time passed."""
        last = self.stop - 1
        if self.duration_ns == 0:
            return last
        end_ns = self.events[last].at_ns
        # A wait is noted before the clock moves, so what comes first is what the wait was for.
        return next(index for index in range(self.start, self.stop) if self.events[index].at_ns == end_ns)

    def task(self, name: str) -> int:
        """Return a task's id by what it is called. Raises Misread if there is no such task, or more than one."""
        found = [task for task, names in self._names.items() if name in names]
        if len(found) == 1:
            return found[0]
        there = ", ".join(map(self.called, self.made)) or "none"
        if found:
            raise Misread(f"{len(found)} tasks of this cell are called {name!r}; its tasks are: {there}")
        raise Misread(f"no task of this cell is called {name!r}; its tasks are: {there}")

    def called(self, task: int) -> str:
        """Return what people call a task."""
        return self._names[task][0] if task in self._names else f"T{task}"

    def is_called(self, kind: str, number: int | None, name: str) -> bool:
        """Return True if the task, timer or future with this id is what `name` says."""
        if number is None:
            return False
        if kind == "task":
            return name in self._names.get(number, ())
        if kind == "timer":
            return name in (f"timer {number}", self._timers.get(number))
        return kind == "future" and (
            name == f"future {number}"
            or any(event.future == number and event.label == name for _, event in self.each(ev.FutureCreated))
        )

    def _all_names(self, made: ev.TaskCreated) -> tuple[str, ...]:
        """Return everything that a task is called, the best first."""
        alike = [task for task, event in self.made.items() if event.coro == made.coro]
        place = alike.index(made.task)
        coro = made.coro if len(alike) == 1 or place >= len(_ORDINALS) else f"the {_ORDINALS[place]} {made.coro}"
        numbered = made.name.startswith("Task-") and made.name[5:].isdigit()
        names = (coro, made.name) if numbered else (made.name, coro)
        return (*names, f"T{made.task}")

    def why(self, name: str) -> str:
        """Return what `%why NAME` says when the cell is over, or `%why NAME QUESTION` if a question ends the name."""
        from corodemo.history import History
        from corodemo.views.explain.explain import QUESTIONS, explain  # with rich, which few lessons need to be read

        first, _, last = name.rpartition(" ")
        question = next((one for one in QUESTIONS if one == last and first), None)
        task = self.task(first if question is not None else name)
        sentences = explain(History(_Told(self.events[: self.stop], ev.Header(1, "virtual", "", ""))), task, question)
        return _CELL.sub("line ", _TASK_ID.sub("", " ".join(sentences)))

    def output(self) -> str:
        """Return all that was printed."""
        return "".join(event.text for _, event in self.each(ev.Output))

    def lines(self) -> list[tuple[str, int]]:
        """Return each line of the output, and the event that wrote its first character."""
        lines: list[tuple[str, int]] = []
        fresh = True
        for index, event in self.each(ev.Output):
            for part in event.text.splitlines(keepends=True):
                if fresh:
                    lines.append(("", index))
                text, first = lines[-1]
                lines[-1] = text + part.rstrip("\n"), first
                fresh = part.endswith("\n")
        return lines

    def line_at(self, number: int) -> tuple[str, int]:
        """Return line `number` (from 1, or -1 for the last) of the output, and the event that wrote its first character.

        Raises Misread if there are fewer lines.
        """
        lines = self.lines()
        if not lines or number > len(lines):
            raise Misread(f"there is no line {number}: the cell prints {len(lines)}")
        return lines[number - 1 if number > 0 else number]

    def line_count(self) -> int:
        return len(self.output().splitlines())


def brief_seconds(duration_ns: int) -> str:
    """Return a duration as lessons write it: "2s", "0.5s"."""
    return f"{duration_ns / 1e9:g}s"
