"""A scene: the stretch of a trace that one cell caused, with its tasks by name.

A task is found by its name, or by the name of its coroutine if only one task of the scene runs that; so `main` is
the task that `asyncio.run(main())` made, whatever its number. What waits and wakes has a label: a task's name, or
"sleep(1)".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from corodemo import events as ev

__all__ = ["Evidence", "Misread", "Scene", "brief_seconds"]

E = TypeVar("E", bound=ev.Event)

#: The index of the event that proves something, or None if it does not hold.
Evidence = int | None


class Misread(Exception):
    """A sentence or a question cannot be put to this trace; the message says why."""


class Scene:
    """The events from `start` up to `stop` of a trace."""

    def __init__(self, events: Sequence[ev.Event], start: int, stop: int) -> None:
        self.events = events
        self.start = start
        self.stop = stop
        self.made = {event.task: event for _, event in self.each(ev.TaskCreated)}
        # Timers may have been set by an earlier cell: look from the beginning.
        self._timers = {event.timer: event.what for event in events[:stop] if isinstance(event, ev.TimerSet)}
        self._names = {event.task: event.name for event in events[:stop] if isinstance(event, ev.TaskCreated)}

    def each(self, kind: type[E]) -> Iterator[tuple[int, E]]:
        """Yield the events of one type, with their indices."""
        for index in range(self.start, self.stop):
            event = self.events[index]
            if isinstance(event, kind):
                yield index, event

    @property
    def start_ns(self) -> int:
        """When the scene began: the time of the event before it, for the first one of its own may come after a wait."""
        return self.events[self.start - 1].at_ns if self.start > 0 else 0

    @property
    def duration_ns(self) -> int:
        return self.events[self.stop - 1].at_ns - self.start_ns if self.stop > self.start else 0

    def task(self, name: str) -> int:
        """Return a task's id by name. Raises Misread if there is no such task, or more than one."""
        found = [number for number, event in self.made.items() if event.name == name]
        found = found or [number for number, event in self.made.items() if event.coro == name]
        if len(found) == 1:
            return found[0]
        there = ", ".join(f"{event.name} ({event.coro})" for event in self.made.values()) or "none"
        if found:
            raise Misread(f"{len(found)} tasks of this cell are called {name!r}; its tasks are: {there}")
        raise Misread(f"no task of this cell is called {name!r}; its tasks are: {there}")

    def called(self, task: int) -> str:
        """Return what people call a task: its name, or its coroutine's if it never got one and no other runs that."""
        event = self.made.get(task)
        if event is None:
            return self._names.get(task, f"task {task}")
        same = [other for other in self.made.values() if other.coro == event.coro]
        numbered = event.name.startswith("Task-") and event.name[5:].isdigit()
        return event.coro if numbered and len(same) == 1 and event.coro == "main" else event.name

    def is_called(self, kind: str, number: int | None, name: str) -> bool:
        """Return True if the task, timer or future with this id is what `name` says."""
        if number is None:
            return False
        if kind == "task":
            return number in self.made and self.task_is(number, name)
        if kind == "timer":
            return name in (f"timer {number}", self._timers.get(number))
        return kind == "future" and (
            name == f"future {number}"
            or any(event.future == number and event.label == name for _, event in self.each(ev.FutureCreated))
        )

    def task_is(self, number: int, name: str) -> bool:
        event = self.made[number]
        return name in (event.name, event.coro)

    def output(self) -> str:
        """Return all that was printed."""
        return "".join(event.text for _, event in self.each(ev.Output))

    def line_at(self, number: int) -> tuple[str, int]:
        """Return line `number` (from 1, or -1 for the last) of the output, and the event that wrote its first character.

        Raises Misread if there are fewer lines.
        """
        lines: list[tuple[str, int]] = []
        fresh = True
        for index, event in self.each(ev.Output):
            for part in event.text.splitlines(keepends=True):
                if fresh:
                    lines.append(("", index))
                text, first = lines[-1]
                lines[-1] = text + part.rstrip("\n"), first
                fresh = part.endswith("\n")
        if not lines or number > len(lines):
            raise Misread(f"there is no line {number}: the cell prints {len(lines)}")
        return lines[number - 1 if number > 0 else number]

    def line_count(self) -> int:
        return len(self.output().splitlines())


def brief_seconds(duration_ns: int) -> str:
    """Return a duration as lessons write it: "2s", "0.5s"."""
    return f"{duration_ns / 1e9:g}s"
