"""Predictions made by the machine: at any stop of a stepper, what comes next is asked, and the trace knows the answer.

A question has choices that could well be the answer: the tasks that are ready, the lines that are printed later, the
timers that are set. The answer is what the trace shows, and why it is so is told as `%why` tells it. The same place asks
the same question with the same choices each time; asked again there, it asks for something else. What cannot be wrong is
not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from corodemo.player.marks import Question
from corodemo.traceformat import events as ev
from corodemo.views.explain.explain import explain
from corodemo.views.names import task_title
from corodemo.views.sentences import describe
from corodemo.views.text import fit

if TYPE_CHECKING:
    from corodemo.history import History, Snapshot

__all__ = ["KINDS", "Predictions"]

Choice = TypeVar("Choice", int, str)

#: What is asked, in the words in which a score is told.
KINDS = ("which task runs next", "what prints next", "which timer fires next", "what happens to a cancel")

#: Choices at most, the right one included.
_MOST = 4
#: How far ahead an answer may lie, in events: what comes much later has little to do with what is on the screen.
_AHEAD = 2_000
#: How far back a cancel may have been requested.
_RECENT = 200
_LINE_WIDTH = 70


#: By what an event is, the kind of question that fits it best; for all others it is the first.
_FITS: tuple[tuple[tuple[type[ev.Event], ...], int], ...] = (
    ((ev.LoopWaiting,), 2),
    ((ev.CancelRequested, ev.CancelDelivered), 3),
    ((ev.Line, ev.Output), 1),
)


class Predictions:
    """Asks; a quiz for the player. `kind_of` tells what kind of question one was."""

    def __init__(self, *, ascii: bool = False) -> None:
        self._ascii = ascii
        self._asked: list[tuple[Question, str]] = []  # kept, so that a question is known again by identity
        self._last = (-2, 0)  # the event after which it was asked last, and how often

    def ask(self, history: History, index: int) -> Question | None:
        """Return a question about what comes after event `index`, or None if there is nothing to ask."""
        possible = list(questions(history, index, ascii=self._ascii))
        if not possible:
            return None
        times = self._last[1] + 1 if self._last[0] == index else 0
        self._last = index, times
        kind, question = possible[times % len(possible)]
        self._asked.append((question, kind))
        return question

    def kind_of(self, question: Question) -> str | None:
        """Return what a question was about, in the words of `KINDS`; None if it is not one of these."""
        return next((kind for asked, kind in self._asked if asked is question), None)


def questions(history: History, index: int, *, ascii: bool = False) -> Iterator[tuple[str, Question]]:
    """Yield what can be asked after event `index`, what fits that event best first, each with its kind."""
    snapshot = history.at(index)
    event = history.events[index] if index >= 0 else None
    makers: list[tuple[str, Callable[[History, Snapshot, bool], Question | None]]] = list(
        zip(KINDS, (_next_task, _next_line, _next_timer, _cancel), strict=True)
    )
    first = next((number for kinds, number in _FITS if isinstance(event, kinds)), 0)
    for kind, make in (makers[first], *makers[:first], *makers[first + 1 :]):
        question = make(history, snapshot, ascii)
        if question is not None:
            yield kind, question


# --- each kind


def _next_task(history: History, snapshot: Snapshot, ascii: bool) -> Question | None:
    found = _find(history, snapshot.index, lambda event: isinstance(event, ev.TaskResumed))
    if found is None or not isinstance(event := history.events[found], ev.TaskResumed):
        return None
    # Whoever stands in the queue first, and then whoever waits; the running one could be thought to go on.
    others = [*snapshot.ready, *([] if snapshot.running is None else [snapshot.running]), *snapshot.live]
    tasks = _few(event.task, others)
    if len(tasks) < 2 or event.task not in snapshot.tasks:
        return None
    titles = {task: task_title(snapshot, task, ascii=ascii) for task in tasks}
    why = " ".join(explain(history, event.task, "woken", index=found, ascii=ascii)[-2:])
    text = "Which task runs next?"
    if snapshot.running is not None:
        text = (
            f"{task_title(snapshot, snapshot.running, ascii=ascii)} runs now. Which task takes the step after this one?"
        )
    return _question(snapshot, text, list(titles.values()), titles[event.task], found, why)


def _next_line(history: History, snapshot: Snapshot, ascii: bool) -> Question | None:
    printed: list[tuple[int, str]] = []
    for number in range(snapshot.index + 1, min(len(history), snapshot.index + _AHEAD)):
        event = history.events[number]
        if printed and isinstance(event, ev.LoopStarted):
            break  # what a later program prints, or a later cell of a lesson, would tell too much of it
        if isinstance(event, ev.Output) and (line := _first_line(event.text, ascii)):
            printed.append((number, line))
    if not printed:
        return None
    found, right = printed[0]
    before = [line for event in snapshot.output[-3:] if (line := _first_line(event.text, ascii))]
    lines = _few(right, [*(line for _, line in printed[1:]), *reversed(before)])
    if len(lines) < 2:
        return None
    why = f"Event {found}: {describe(history.events[found], history.at(found), ascii=ascii)}."
    return _question(snapshot, "What is printed next?", lines, right, found, why)


def _next_timer(history: History, snapshot: Snapshot, ascii: bool) -> Question | None:
    found = _find(history, snapshot.index, lambda event: isinstance(event, ev.TimerFired))
    if found is None or not isinstance(event := history.events[found], ev.TimerFired):
        return None
    timers = {timer.id: timer for timer in snapshot.timers}
    if event.timer not in timers or len(timers) < 2:
        return None

    def title(number: int) -> str:
        timer = timers[number]
        whose = f", for {task_title(snapshot, timer.task, ascii=ascii)}" if timer.task is not None else ""
        return f"timer {number}: {fit(timer.what, _LINE_WIDTH // 2, ascii=ascii)}{whose}"

    right = timers[event.timer]
    earlier = [timer.id for timer in snapshot.timers if timer.deadline_ns < right.deadline_ns]
    why = f"It is set for {right.deadline_ns / 1e9:g}s, and none is due before."
    if earlier:
        why = f"It is set for {right.deadline_ns / 1e9:g}s; what is due before is cancelled by then."
    choices = [title(number) for number in _few(event.timer, list(timers))]
    return _question(snapshot, "Which timer fires next?", choices, title(event.timer), found, why)


_FATES = {
    "propagated": "it goes through: the task ends cancelled",
    "swallowed": "it is swallowed: the task goes on",
    "converted": "it is turned into something else: another exception, or a result",
}


def _cancel(history: History, snapshot: Snapshot, ascii: bool) -> Question | None:
    recent = range(snapshot.index, max(-1, snapshot.index - _RECENT), -1)
    asked = [event.task for number in recent if isinstance(event := history.events[number], ev.CancelRequested)]
    for task in dict.fromkeys(asked):
        state = snapshot.tasks.get(task)
        if state is None or all(cancel.settled_ns is not None for cancel in state.cancels):
            continue

        def settles(event: ev.Event, task: int = task) -> bool:
            return isinstance(event, ev.CancelSettled) and event.task == task

        found = _find(history, snapshot.index, settles)
        if found is not None and isinstance(event := history.events[found], ev.CancelSettled):
            text = f"{task_title(snapshot, task, ascii=ascii)} was asked to cancel. What happens to that?"
            why = " ".join(explain(history, task, "cancelled", index=found, ascii=ascii)[-2:])
            return _question(snapshot, text, list(_FATES.values()), _FATES[event.how], found, why)
    return None


# --- what all have in common


def _question(snapshot: Snapshot, text: str, choices: list[str], right: str, found: int, why: str) -> Question | None:
    if len(set(choices)) < len(choices):
        return None  # two that read the same: whoever chose could not know which
    return Question(snapshot.index, text, tuple(choices), right, found, str.__eq__, because=why)


def _few(right: Choice, others: Sequence[Choice]) -> list[Choice]:
    """Return the right one among the first of the others, in an order that does not tell which it is."""
    distinct: list[Choice] = [other for other in dict.fromkeys(others) if other != right][: _MOST - 1]
    distinct.append(right)
    distinct.sort()
    return distinct


def _find(history: History, index: int, wanted: Callable[[ev.Event], bool]) -> int | None:
    """Return the next event that is wanted, if it is not far."""
    for number in range(index + 1, min(len(history), index + _AHEAD)):
        if wanted(history.events[number]):
            return number
    return None


def _first_line(text: str, ascii: bool) -> str:
    lines = text.strip().splitlines()
    return fit(lines[0], _LINE_WIDTH, ascii=ascii) if lines else ""
