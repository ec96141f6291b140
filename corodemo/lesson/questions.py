"""Questions: what a prediction asks of the trace.

The author of a lesson writes the question and the choices, never the answer: that is read from the trace of the
run, so it cannot be wrong. A question names one of the kinds in `QUESTIONS`. Its answer is a text, and the event
that shows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from corodemo.lesson.celltrace import CellTrace, Misread, brief_seconds
from corodemo.lesson.claims import evidence
from corodemo.traceformat import events as ev

__all__ = ["ORDER", "QUESTIONS", "WHICH_HOLDS", "Answer", "Question", "answer", "same", "same_order"]


@dataclass(frozen=True)
class Answer:
    """What the trace says, and the event that shows it."""

    text: str
    index: int


@dataclass(frozen=True)
class Question:
    """One kind of question: how it reads, and how it is answered; `after` is the index of the last event seen."""

    example: str
    pattern: re.Pattern[str]
    find: Callable[..., Answer]


QUESTIONS: list[Question] = []

#: The question whose choices are claims, of which exactly one holds.
WHICH_HOLDS = "which of these holds"
#: The question whose answer is the order in which its choices are printed, as their numbers in a row: "312".
ORDER = "the order of the lines"


def answer(asks: str, choices: tuple[str, ...], cell_trace: CellTrace, after: int) -> Answer:
    """Return the answer to a question about a cell, as seen after event `after`.

    Raises Misread if there is no such question, it has no answer here, or its choices do not have the answer once.
    """
    if asks == WHICH_HOLDS:
        return _which_holds(choices, cell_trace)
    if asks == ORDER:
        return _order(choices, cell_trace, after)
    for known in QUESTIONS:
        match = known.pattern.fullmatch(asks)
        if match is not None:
            found = known.find(cell_trace, after, *match.groups())
            break
    else:
        raise Misread(f"not a question to a trace: {asks!r}; docs/writing-lessons.md lists what can be asked")
    right = [choice for choice in choices if same(choice, found.text)]
    if choices and len(right) != 1:
        how = "is none of the choices" if not right else "is there more than once"
        raise Misread(f"the answer, {found.text!r}, {how}")
    return Answer(right[0], found.index) if right else found


def same(given: str, right: str) -> bool:
    """Return True if two answers say the same: backticks, quotes, spaces and the case of letters do not count."""
    return _plain(given) == _plain(right)


def same_order(given: str, right: str) -> bool:
    """Return True if two answers name the same order: "3 1 2" and "3, 1, 2" are "312"."""
    return [*filter(str.isdecimal, given)] == [*filter(str.isdecimal, right)]


def _plain(text: str) -> str:
    text = " ".join(text.split()).casefold()
    while len(text) > 1 and text[0] == text[-1] and text[0] in "`'\"":
        text = text[1:-1].strip()
    return text


def _which_holds(choices: tuple[str, ...], cell_trace: CellTrace) -> Answer:
    held = [(choice, index) for choice in choices if (index := evidence(choice, cell_trace)) is not None]
    if len(held) != 1:
        raise Misread(f"exactly one choice must hold, but {len(held)} do" + "".join(f"; {c!r}" for c, _ in held))
    return Answer(*held[0])


def _order(choices: tuple[str, ...], cell_trace: CellTrace, after: int) -> Answer:
    places: list[tuple[int, int]] = []  # where each is printed: by which event, and as which line
    lines = cell_trace.lines()
    for choice in choices:
        found = [place for place, (text, index) in enumerate(lines) if index > after and same(text, choice)]
        if len(found) != 1:
            times = "never" if not found else f"{len(found)} times"
            raise Misread(f"each line to put in order is printed once, but {choice!r} is printed {times}")
        places.append((found[0], lines[found[0]][1]))
    order = sorted(range(len(choices)), key=places.__getitem__)
    text = "".join(str(number + 1) for number in order)
    if order == sorted(order):
        raise Misread("the lines to put in order stand in the right order already")
    return Answer(text, places[order[-1]][1])


def _asks(pattern: str, example: str) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    def add(find: Callable[..., Answer]) -> Callable[..., Answer]:
        QUESTIONS.append(Question(example, re.compile(pattern), find))
        return find

    return add


@_asks(r"line (\d+) of the output", "line 1 of the output")
def _line(cell_trace: CellTrace, after: int, number: str) -> Answer:
    if int(number) == 0:
        raise Misread("lines are counted from 1")
    return Answer(*cell_trace.line_at(int(number)))


@_asks("the last line of the output", "the last line of the output")
def _last_line(cell_trace: CellTrace, after: int) -> Answer:
    return Answer(*cell_trace.line_at(-1))


@_asks("the next line printed", "the next line printed")
def _next_line(cell_trace: CellTrace, after: int) -> Answer:
    rest = CellTrace(cell_trace.events, after + 1, cell_trace.stop)
    return Answer(*rest.line_at(1))


@_asks("the number of lines printed", "the number of lines printed")
def _line_count(cell_trace: CellTrace, after: int) -> Answer:
    printed = [index for index, event in cell_trace.each(ev.Output) if not event.text.isspace()]
    return Answer(str(cell_trace.line_count()), printed[-1] if printed else cell_trace.stop - 1)


@_asks("the time that the cell takes", "the time that the cell takes")
def _duration(cell_trace: CellTrace, after: int) -> Answer:
    return Answer(brief_seconds(cell_trace.duration_ns), cell_trace.last_move)


@_asks("the next task to run", "the next task to run")
def _next_task(cell_trace: CellTrace, after: int) -> Answer:
    for index, event in cell_trace.each(ev.TaskResumed):
        if index > after:
            return Answer(cell_trace.called(event.task), index)
    raise Misread("no task runs after that")


@_asks("the first task to end", "the first task to end")
def _first_to_end(cell_trace: CellTrace, after: int) -> Answer:
    for index, event in cell_trace.each(ev.TaskDone):
        return Answer(cell_trace.called(event.task), index)
    raise Misread("no task ends in this cell")


@_asks("the number of tasks", "the number of tasks")
def _task_count(cell_trace: CellTrace, after: int) -> Answer:
    made = [index for index, _ in cell_trace.each(ev.TaskCreated)]
    return Answer(str(len(made)), made[-1] if made else cell_trace.stop - 1)


@_asks("the number of steps of `?(.+?)`?", "the number of steps of main")
def _step_count(cell_trace: CellTrace, after: int, name: str) -> Answer:
    task = cell_trace.task(name)
    steps = [index for index, event in cell_trace.each(ev.TaskResumed) if event.task == task]
    return Answer(str(len(steps)), steps[-1] if steps else cell_trace.stop - 1)
