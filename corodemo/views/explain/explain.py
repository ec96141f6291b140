"""Explanations: why a task waits, was late, was woken, was cancelled, failed; in sentences, from now back to the cause.

A pure function of a history: what it says, the trace says. Each sentence names the line it speaks of, where the trace has
one. What the trace does not hold is said to be missing, and not guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast, get_args

from corodemo.history import longest_delay
from corodemo.traceformat import events as ev
from corodemo.views.explain.cancelling import by_ctrl_c, cancel_story, first_request
from corodemo.views.explain.narrator import Narrator
from corodemo.views.explain.waiting import late_story, waiting_story
from corodemo.views.explain.waking import failed_story, woken_story
from corodemo.views.names import task_title

if TYPE_CHECKING:
    from corodemo.history import History, Snapshot

__all__ = ["QUESTIONS", "Question", "explain"]

Question = Literal["waiting", "late", "woken", "cancelled", "failed"]
QUESTIONS: tuple[Question, ...] = get_args(Question)

#: A task that was late by less than this is not said to be late unless somebody asks.
_WORTH_SAYING_NS = 1_000_000


def explain(
    history: History,
    task: int,
    question: Question | None = None,
    *,
    index: int | None = None,
    ascii: bool = False,
    goes_on: bool = False,
) -> list[str]:
    """Return the explanation of a task, a sentence each.

    question: by default the one that fits the task's state. index: the event after which it is asked, by default the last.
    goes_on: the program is still there, so what has not happened may still happen.
    Raises KeyError for a task that the trace does not mention by then.
    """
    snapshot = history.last() if index is None else history.at(index)
    state = snapshot.tasks[task]
    moment = None
    if question in {None, "waiting"}:
        moment = _deadlock(history, snapshot, task) or _before_its_cancel(history, snapshot, task, question)
    if moment is not None:
        # It does not wait any more; but that it did is what is asked.
        question, (snapshot, introduction) = "waiting", moment
        state = snapshot.tasks[task]
    elif question is None:
        question = _fitting(history, snapshot, task)
    narrator = Narrator(history, snapshot, ascii=ascii, goes_on=goes_on)
    if moment is not None:
        narrator.say(introduction.format(time=narrator.time(snapshot.at_ns)))
    if state.is_finished and question != "failed":
        narrator.say_ended(task)
    _ANSWERS[question](narrator, task)
    if question == "waiting" and state.cancels:
        cancel_story(narrator, task)
    _tell_of_warnings(narrator, task)
    _tell_what_is_missing(narrator, task)
    return narrator.sentences


def _fitting(history: History, snapshot: Snapshot, task: int) -> Question:
    state = snapshot.tasks[task]
    match state.state:
        case "waiting":
            return "waiting"
        case "ready":
            found = longest_delay(history, task, snapshot.index)
            return "late" if found is not None and found.ns > 0 else "waiting"
        case "failed":
            return "failed"
        case "cancelled":
            return "cancelled"
    if state.cancels:
        return "cancelled"
    found = longest_delay(history, task, snapshot.index)
    return "late" if found is not None and found.ns >= _WORTH_SAYING_NS else "woken"


def _deadlock(history: History, snapshot: Snapshot, task: int) -> tuple[Snapshot, str] | None:
    """Return how things stood when a run ended in a deadlock in which the task had a part; what follows is clearing up."""
    found = [at for at in history.fold.warnings if at <= snapshot.index]
    for at in reversed(found):
        if cast("ev.Warned", history.events[at]).rule == "deadlock":
            then = history.at(at)
            if task in then.tasks and then.state(task) == "waiting":
                return then, "At {time} nothing could go on any more: the run ended in a deadlock"
    return None


def _before_its_cancel(
    history: History, snapshot: Snapshot, task: int, question: Question | None
) -> tuple[Snapshot, str] | None:
    """Return how things stood when the cancel came that ended the task.

    One who presses Ctrl-C does so because something hangs: where that was the cancel, its wait is what is asked, unless
    something else is.
    """
    state = snapshot.tasks[task]
    if state.state != "cancelled" or not state.cancels or state.cancels[-1].index < 1:
        return None
    cancel = state.cancels[-1]
    # Before the first of several: who was cancelled with it waited for what it waited for.
    then = snapshot.before(first_request(history, snapshot, cancel).index).at_time(cancel.at_ns)
    if question is None:
        if not by_ctrl_c(history, snapshot, cancel) or task not in then.tasks or then.state(task) != "waiting":
            return None
        return then, "At {time}, just before Ctrl-C cancelled it, it was like this"
    return then, "At {time}, just before it was cancelled, it was like this"


# --- what belongs to every answer


def _tell_of_warnings(narrator: Narrator, task: int) -> None:
    for warning in narrator.snapshot.warnings:
        if warning.rule == "swallowed-cancel" and narrator.is_visited("cancelled", task):
            continue  # the ledger has said so
        if warning.task == task or (warning.rule == "deadlock" and narrator.is_visited("waiting", warning.task or 0)):
            message = narrator.text(warning.message, 1000)
            if warning.rule == "deadlock":
                narrator.say(message.removeprefix("deadlock: "))
            else:
                where = narrator.at(warning.file, warning.line)
                narrator.say(f"Warning, {narrator.text(warning.rule, 30)}{where}: {message}")


def _tell_what_is_missing(narrator: Narrator, task: int) -> None:
    dropped = getattr(narrator.history.trace, "dropped", 0) or narrator.history.header.dropped
    if narrator.snapshot.made(task) is None:
        why = f": its first {dropped:,} events were dropped" if dropped else ""
        narrator.say(f"The trace does not go back to where {task_title(narrator.snapshot, task)} was made{why}")


_ANSWERS = {
    "waiting": waiting_story,
    "late": late_story,
    "woken": woken_story,
    "cancelled": cancel_story,
    "failed": failed_story,
}
