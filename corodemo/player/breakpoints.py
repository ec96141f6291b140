"""Breakpoints: a little language for "stop where this happens".

One word for what happens, and where it makes sense a task, by its number or its name: `wake T3`, `cancel`, `done worker-2`.
Or a measure and its limit: `ready>5`, `step>10ms`. Or a place in the source: `line app.py:14`. Everything that can be said
is in `LANGUAGE`, which is also the help.

A condition is asked about one event at a time, and only about events of the kinds it names, so a search passes over a
million others quickly. It compares; it runs nothing and changes nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from corodemo.history import History, nanoseconds
from corodemo.history.lanes import RUNNING
from corodemo.traceformat import events as ev
from corodemo.traceformat.file import EVENT_TYPES
from corodemo.views.explain.which import UnknownTask, all_tasks

__all__ = ["LANGUAGE", "BreakpointError", "Condition", "either", "has_text", "of_kind", "parse"]

#: What can be said, and what it means.
LANGUAGE: tuple[tuple[str, str], ...] = (
    ("wake T3", "it is woken; or any: wake"),
    ("made start run wait", "made, begins, steps, awaits"),
    ("done T3, failed T3", "it ends in any way; it fails"),
    ("cancel T3", "asked for, thrown in, settled"),
    ("ready>5", "more than 5 tasks are ready"),
    ("step>10ms", "a step has taken longer"),
    ("late>10ms", "a timer fires later than that"),
    ("line 14, line app.py:14", "that line is about to run"),
    ("output T3, output hello", "it prints; somebody prints this"),
    ("timer thread callback", "one fires, has finished, has run"),
    ("warning", "something looks wrong"),
)

Kinds = frozenset[type[ev.Event]]
Holds = Callable[[int, Any], bool]  # of an event's index and the event


class BreakpointError(Exception):
    """What was typed is no breakpoint; the message is one sentence that says why."""


@dataclass(frozen=True)
class Condition:
    """Something that holds of some events."""

    text: str  # as it was said, in its plainest form
    kinds: Kinds  # it holds of no other event
    holds: Holds  # asked only about events of these kinds


ALL: Kinds = frozenset(EVENT_TYPES)  # for a sentence may have any words
_CANCELS: Kinds = frozenset({ev.CancelRequested, ev.CancelDelivered, ev.CancelSettled})


def _is_first_step(history: History, index: int, event: Any) -> bool:
    lane = history.lane(event.task)
    return RUNNING not in lane.states[: bisect_left(lane.at, index)]


#: Words that a task may follow: which events, and what else must be true of one.
_OF_TASKS: dict[str, tuple[Kinds, Callable[[History, int, Any], bool] | None]] = {
    "wake": (frozenset({ev.TaskReady}), lambda history, index, event: event.cause != "spawned"),
    "made": (frozenset({ev.TaskCreated}), None),
    "start": (frozenset({ev.TaskResumed}), _is_first_step),
    "run": (frozenset({ev.TaskResumed}), None),
    "wait": (frozenset({ev.TaskSuspended}), None),
    "done": (frozenset({ev.TaskDone}), None),
    "failed": (frozenset({ev.TaskDone}), lambda history, index, event: event.outcome == "exception"),
    "cancel": (_CANCELS, None),
    "warning": (frozenset({ev.Warned}), None),
}
_ALONE: dict[str, Kinds] = {
    "timer": frozenset({ev.TimerFired}),
    "thread": frozenset({ev.ThreadFinished}),
    "callback": frozenset({ev.CallbackRan}),
}
_MEASURE = re.compile(r"(?P<what>ready|step|late) ?> ?(?P<limit>.*)")
_PLACE = re.compile(r"line (?:(?P<file>.*):)?(?P<line>\d{1,9})")


def parse(text: str, history: History) -> Condition:
    """Return what a text says. Raises BreakpointError if it says nothing that can be looked for."""
    text = " ".join(text.split())
    word, _, rest = text.partition(" ")
    measure, place = _MEASURE.fullmatch(text), _PLACE.fullmatch(text)
    if measure is not None:
        return _measured(measure["what"], measure["limit"], history)
    if place is not None:
        return _at_line(place["file"] or "", int(place["line"]), history)
    if word in _OF_TASKS:
        return _of_tasks(word, rest, history)
    if word == "output":
        return _output(rest, history)
    if word in _ALONE:
        if rest:
            raise BreakpointError(f"{word!r} stands alone: {rest!r} says nothing about it")
        return Condition(word, _ALONE[word], _always)
    raise BreakpointError(f"{text!r} is nothing to stop at; b shows what is")


def either(conditions: Sequence[Condition]) -> Condition:
    """Return what holds where one of several does."""

    def holds(index: int, event: Any) -> bool:
        kind = type(event)
        return any(kind in condition.kinds and condition.holds(index, event) for condition in conditions)

    kinds = frozenset[type[ev.Event]]().union(*(condition.kinds for condition in conditions))
    return Condition(", ".join(condition.text for condition in conditions), kinds, holds)


def of_kind(event: ev.Event, task: int | None) -> Condition:
    """Return what holds of the events of the same kind as this one. task: only of those about this task."""
    kind = type(event)
    words = str(kind.__struct_config__.tag)
    if task is None or not hasattr(event, "task"):
        return Condition(words, frozenset({kind}), _always)

    def holds(index: int, event: Any) -> bool:
        return bool(event.task == task)

    return Condition(f"{words} of T{task}", frozenset({kind}), holds)


def has_text(text: str, sentence_of: Callable[[int], str]) -> Condition:
    """Return what holds of the events whose sentence has the text in it, in capitals or not."""
    wanted = text.casefold()
    return Condition(repr(text), ALL, lambda index, event: wanted in sentence_of(index).casefold())


def _always(index: int, event: Any) -> bool:
    return True


def _tasks(name: str, history: History) -> frozenset[int] | None:
    """All tasks that are called so; None, which is any, where nothing is said."""
    if not name:
        return None
    try:
        return frozenset(all_tasks(history.last(), name))
    except UnknownTask as exc:
        raise BreakpointError(str(exc)) from None


def _of_tasks(word: str, name: str, history: History) -> Condition:
    kinds, also = _OF_TASKS[word]
    tasks = _tasks(name, history)

    def holds(index: int, event: Any) -> bool:
        return (tasks is None or event.task in tasks) and (also is None or also(history, index, event))

    return Condition(f"{word} {name}" if name else word, kinds, holds)


def _output(what: str, history: History) -> Condition:
    """Output of a task, if one is called so; else output that has the text in it."""
    try:
        tasks = _tasks(what, history)
    except BreakpointError:
        return Condition(f"output {what}", frozenset({ev.Output}), lambda index, event: what in event.text)

    def holds(index: int, event: Any) -> bool:
        # print() writes the end of its line by itself.
        return not event.text.isspace() and (tasks is None or event.task in tasks)

    return Condition(f"output {what}" if what else "output", frozenset({ev.Output}), holds)


def _at_line(file: str, line: int, history: History) -> Condition:
    def holds(index: int, event: Any) -> bool:
        at_file: str = event.file
        return bool(event.line == line) and (at_file == file or at_file.replace("\\", "/").endswith(f"/{file}"))

    if not file:
        return Condition(f"line {line}", frozenset({ev.Line}), lambda index, event: event.line == line)
    return Condition(f"line {file}:{line}", frozenset({ev.Line}), holds)


def _measured(what: str, limit: str, history: History) -> Condition:
    if what == "ready":
        if not re.fullmatch(r"\d{1,9}", limit):
            raise BreakpointError(f"{limit!r} is no number of tasks, such as 5 in ready>5")
        return Condition(f"ready>{limit}", frozenset({ev.TaskReady}), _exceeds(history, int(limit)))
    ns = nanoseconds(limit)
    if ns is None:
        raise BreakpointError(f"{limit!r} is no time, such as 10ms in {what}>10ms")
    text = f"{what}>{limit.replace(' ', '')}"
    if what == "late":
        return Condition(text, frozenset({ev.TimerFired}), lambda index, event: bool(event.late_ns > ns))
    lanes = history.fold.lanes

    def holds(index: int, event: Any) -> bool:
        lane = lanes[event.task]
        row = bisect_left(lane.at, index)
        return lane.states[row - 1] == RUNNING and lane.times[row] - lane.times[row - 1] > ns

    return Condition(text, frozenset({ev.TaskSuspended, ev.TaskDone}), holds)


def _exceeds(history: History, limit: int) -> Callable[[int, Any], bool]:
    ready = history.fold.ready

    def holds(index: int, event: Any) -> bool:
        # Where it comes to exceed the limit, not all the while that it does.
        slot = bisect_left(ready.starts, index)
        return ready.depths[slot] == limit + 1 and ready.count(index - 1) == limit

    return holds
