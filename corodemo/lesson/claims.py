"""Claims: plain sentences about what happened, which a trace proves or refutes.

    # holds:
    # - main was woken by hello
    # - hello ended after 1s

There is a fixed set of sentences, listed in `SENTENCES` with an example each, which `docs/writing-lessons.md`
repeats. A sentence is about the cell that it stands in. To try one is to look for the event that proves it: the
index of that event is the answer, so that a player can show *why* it holds. A sentence that is not in the set is
a mistake of the author, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from corodemo.lesson.celltrace import CellTrace, Evidence, Misread, brief_seconds
from corodemo.traceformat import events as ev

__all__ = ["SENTENCES", "Sentence", "evidence"]

Prover = Callable[..., Evidence]


@dataclass(frozen=True)
class Sentence:
    """One kind of claim: how it reads, and how to prove it."""

    example: str
    pattern: re.Pattern[str]
    prove: Prover


SENTENCES: list[Sentence] = []


def evidence(sentence: str, cell_trace: CellTrace) -> Evidence:
    """Return the event that proves a sentence about a cell, or None. Raises Misread if it cannot be put."""
    for known in SENTENCES:
        match = known.pattern.fullmatch(sentence)
        if match is not None:
            return known.prove(cell_trace, *match.groups())
    raise Misread(f"not a sentence about a trace: {sentence!r}; docs/writing-lessons.md lists what can be said")


def _reads(pattern: str, example: str) -> Callable[[Prover], Prover]:
    """Add a sentence. In the pattern, `X` and `Y` are names, `N` a number and `T` a time."""
    names = {"X": "`?(.+?)`?", "Y": "`?(.+?)`?", "N": r"(\d+)", "T": r"(\d+(?:\.\d+)?) ?s"}
    regex = re.sub(r"\b[XYNT]\b", lambda match: names[match[0]], pattern)

    def add(prove: Prover) -> Prover:
        SENTENCES.append(Sentence(example, re.compile(regex), prove))
        return prove

    return add


def _first(found: object) -> Evidence:
    return next(iter(found), None)  # type: ignore[call-overload]


# The first one, for what `%why` says may read like any of the others.


@_reads(r"%why X says: (.+)", "%why main says: The end of hello woke main")
def _why(cell_trace: CellTrace, name: str, words: str) -> Evidence:
    return cell_trace.stop - 1 if words in cell_trace.why(name) else None


@_reads("the cell took T", "the cell took 2s")
def _took(cell_trace: CellTrace, seconds: str) -> Evidence:
    return cell_trace.last_move if brief_seconds(cell_trace.duration_ns) == f"{float(seconds):g}s" else None


@_reads("the cell made (no|N) tasks?", "the cell made 3 tasks")
def _made(cell_trace: CellTrace, number: str, _: str | None) -> Evidence:
    count = 0 if number == "no" else int(number)
    last = _first(reversed([index for index, _ in cell_trace.each(ev.TaskCreated)]))
    return (last if last is not None else cell_trace.stop - 1) if len(cell_trace.made) == count else None


@_reads("nothing was left waiting", "nothing was left waiting")
def _left(cell_trace: CellTrace) -> Evidence:
    done = {event.task for _, event in cell_trace.each(ev.TaskDone) if event.outcome != "cancelled"}
    return cell_trace.stop - 1 if done >= set(cell_trace.made) else None


@_reads("at most N tasks? waited for (.+) at the same time", "at most 2 tasks waited for sleep(1) at the same time")
def _at_most(cell_trace: CellTrace, number: str, what: str) -> Evidence:
    return cell_trace.stop - 1 if _crowd(cell_trace, what)[0] <= int(number) else None


@_reads("N tasks waited for (.+) at the same time", "2 tasks waited for sleep(1) at the same time")
def _at_once(cell_trace: CellTrace, number: str, what: str) -> Evidence:
    most, index = _crowd(cell_trace, what)
    return index if most == int(number) else None


@_reads("no task waited longer than T", "no task waited longer than 2s")
def _patience(cell_trace: CellTrace, seconds: str) -> Evidence:
    since: dict[int, int] = {}
    for index in range(cell_trace.start, cell_trace.stop):
        event = cell_trace.events[index]
        if isinstance(event, ev.TaskSuspended):
            since[event.task] = event.at_ns
        elif (
            isinstance(event, ev.TaskReady) and event.at_ns - since.get(event.task, event.at_ns) > float(seconds) * 1e9
        ):
            return None
    return cell_trace.stop - 1


@_reads("'(.*)' was printed before '(.*)'", "'tick' was printed before 'tock'")
def _printed_before(cell_trace: CellTrace, one: str, other: str) -> Evidence:
    first, second = (_printed(cell_trace, text) for text in (one, other))
    return first[1] if first[0] < second[0] else None


@_reads("'(.*)' was printed after T", "'tick' was printed after 1s")
def _printed_after(cell_trace: CellTrace, text: str, seconds: str) -> Evidence:
    index = _printed(cell_trace, text)[1]
    after = brief_seconds(cell_trace.events[index].at_ns - cell_trace.start_ns)
    return index if after == f"{float(seconds):g}s" else None


@_reads("X was created by Y", "hello was created by main")
def _created_by(cell_trace: CellTrace, name: str, parent: str) -> Evidence:
    task, by = cell_trace.task(name), cell_trace.task(parent)
    return _first(i for i, event in cell_trace.each(ev.TaskCreated) if event.task == task and event.parent == by)


@_reads("X was woken by Y", "hello was woken by sleep(1)")
def _woken_by(cell_trace: CellTrace, name: str, waker: str) -> Evidence:
    task = cell_trace.task(name)
    return _first(
        index
        for index, event in cell_trace.each(ev.TaskReady)
        if event.task == task and cell_trace.is_called(event.cause, event.by, waker)
    )


# A sentence with "never" comes before the one without, which would take "main never" for a name.


@_reads("X never waited for Y", "main never waited for hello")
def _never_waited_for(cell_trace: CellTrace, name: str, what: str) -> Evidence:
    cell_trace.task(what)
    return cell_trace.stop - 1 if _waited_for(cell_trace, name, what) is None else None


@_reads("X never waited", "main never waited")
def _never_waited(cell_trace: CellTrace, name: str) -> Evidence:
    task = cell_trace.task(name)
    waits = [index for index, event in cell_trace.each(ev.TaskSuspended) if event.task == task]
    return None if waits else _ended(cell_trace, task)[0]


@_reads("X waited for Y", "main waited for hello")
def _waited_for(cell_trace: CellTrace, name: str, what: str) -> Evidence:
    task = cell_trace.task(name)
    return _first(
        index
        for index, event in cell_trace.each(ev.TaskSuspended)
        if event.task == task and event.on is not None and cell_trace.is_called(event.on.kind, event.on.id, what)
    )


@_reads("X and Y waited at the same time", "hello and world waited at the same time")
def _waited_together(cell_trace: CellTrace, one: str, other: str) -> Evidence:
    wanted = {cell_trace.task(one), cell_trace.task(other)}
    waiting: set[int] = set()
    for index in range(cell_trace.start, cell_trace.stop):
        event = cell_trace.events[index]
        if isinstance(event, ev.TaskSuspended):
            waiting.add(event.task)
        elif isinstance(event, ev.TaskReady):
            waiting.discard(event.task)
        elif isinstance(event, ev.LoopWaiting) and wanted <= waiting:
            return index
    return None


@_reads("X first ran before Y", "hello first ran before world")
def _ran_before(cell_trace: CellTrace, one: str, other: str) -> Evidence:
    first, second = cell_trace.task(one), cell_trace.task(other)
    order = [(event.task, index) for index, event in cell_trace.each(ev.TaskResumed) if event.task in (first, second)]
    return order[0][1] if order and order[0][0] == first else None


@_reads("X ended before Y", "hello ended before world")
def _ended_before(cell_trace: CellTrace, one: str, other: str) -> Evidence:
    index = _ended(cell_trace, cell_trace.task(one))[0]
    return index if index < _ended(cell_trace, cell_trace.task(other))[0] else None


@_reads("X ended after T", "hello ended after 1s")
def _ended_after(cell_trace: CellTrace, name: str, seconds: str) -> Evidence:
    index, event = _ended(cell_trace, cell_trace.task(name))
    return index if brief_seconds(event.at_ns - cell_trace.start_ns) == f"{float(seconds):g}s" else None


@_reads("X ended with Y", "hello ended with 42")
def _ended_with(cell_trace: CellTrace, name: str, value: str) -> Evidence:
    index, event = _ended(cell_trace, cell_trace.task(name))
    return index if event.outcome == "result" and event.value == value else None


@_reads("X failed with Y", "hello failed with ValueError('no')")
def _failed_with(cell_trace: CellTrace, name: str, value: str) -> Evidence:
    index, event = _ended(cell_trace, cell_trace.task(name))
    return index if event.outcome == "exception" and event.value == value else None


@_reads("X was cancelled", "hello was cancelled")
def _cancelled(cell_trace: CellTrace, name: str) -> Evidence:
    index, event = _ended(cell_trace, cell_trace.task(name))
    return index if event.outcome == "cancelled" else None


@_reads("X asked Y to cancel", "main asked hello to cancel")
def _asked_to_cancel(cell_trace: CellTrace, name: str, victim: str) -> Evidence:
    by, task = cell_trace.task(name), cell_trace.task(victim)
    return _first(i for i, event in cell_trace.each(ev.CancelRequested) if event.task == task and event.by == by)


@_reads("X swallowed a cancel", "hello swallowed a cancel")
def _swallowed(cell_trace: CellTrace, name: str) -> Evidence:
    task = cell_trace.task(name)
    return _first(
        index
        for index, event in cell_trace.each(ev.CancelSettled)
        if event.task == task and (event.how == "swallowed" or event.into == "return")
    )


@_reads(r"the trace warns of ([\w-]+)", "the trace warns of deadlock")
def _warns(cell_trace: CellTrace, rule: str) -> Evidence:
    return _first(index for index, event in cell_trace.each(ev.Warned) if event.rule == rule)


@_reads("X took N steps?", "main took 3 steps")
def _steps(cell_trace: CellTrace, name: str, number: str) -> Evidence:
    task = cell_trace.task(name)
    steps = [index for index, event in cell_trace.each(ev.TaskResumed) if event.task == task]
    return steps[-1] if steps and len(steps) == int(number) else None


def _ended(cell_trace: CellTrace, task: int) -> tuple[int, ev.TaskDone]:
    for index, event in cell_trace.each(ev.TaskDone):
        if event.task == task:
            return index, event
    raise Misread(f"{cell_trace.called(task)} has not ended when the cell is over")


def _crowd(cell_trace: CellTrace, what: str) -> tuple[int, int]:
    """Return how many tasks waited for something at once at most, and by which event they were so many."""
    wanted = what.strip("`")
    waiting: set[int] = set()
    most, at = 0, cell_trace.stop - 1
    for index in range(cell_trace.start, cell_trace.stop):
        event = cell_trace.events[index]
        if (
            isinstance(event, ev.TaskSuspended)
            and event.on is not None
            and cell_trace.is_called(event.on.kind, event.on.id, wanted)
        ):
            waiting.add(event.task)
            if len(waiting) > most:
                most, at = len(waiting), index
        elif isinstance(event, ev.TaskReady):
            waiting.discard(event.task)
    return most, at


def _printed(cell_trace: CellTrace, text: str) -> tuple[int, int]:
    """Return which line of the output reads so, and the event that wrote it."""
    for number, (line, index) in enumerate(cell_trace.lines()):
        if line.rstrip() == text:
            return number, index
    raise Misread(f"{text!r} is not printed")
