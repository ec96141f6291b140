"""Events as sentences: what happened, to whom, and where, in the words of the chapter.

A task is called by its id and its name, "T2 producer", so that a reader can find it in the tree. Text from the program is
made visible and bounded here, so a sentence may be shown anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corodemo.history import brief
from corodemo.traceformat import events as ev
from corodemo.views.names import future_title, label, short_label, task_title, timer_label
from corodemo.views.text import fit, short_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from corodemo.history import Snapshot

__all__ = ["await_words", "describe"]

_HOLDERS = 3  # tasks that hold a lock and are called by their names
VALUE = 60  # cells of a value, a label, a message


def describe(event: ev.Event, snapshot: Snapshot, *, ascii: bool = False) -> str:
    """Return what an event says, as one sentence without a full stop.

    snapshot: how things stood after the event; it knows the names.
    """
    sentence = _SENTENCES.get(type(event))
    return sentence(_Speaker(snapshot, ascii), event) if sentence is not None else type(event).__name__


def await_words(snapshot: Snapshot, on: ev.On | None, file: str, line: int, *, ascii: bool = False) -> str:
    """Return what a task does that awaits something at a place: "waits for sleep(1) until 2s at app.py:5"."""
    return _awaits(_Speaker(snapshot, ascii), on, file, line)


class _Speaker:
    def __init__(self, snapshot: Snapshot, ascii: bool) -> None:
        self.snapshot = snapshot
        self.ascii = ascii

    def task(self, task: int | None) -> str:
        return task_title(self.snapshot, task, ascii=self.ascii)

    def text(self, text: str, width: int = VALUE) -> str:
        return fit(text, width, ascii=self.ascii)

    def time(self, ns: int) -> str:
        return brief(ns, ascii=self.ascii)

    def at(self, file: str, line: int) -> str:
        return f" at {self.text(short_path(file), 30)}:{line}" if file else ""

    def timer(self, timer: int | None) -> str:
        return self.text(timer_label(self.snapshot, timer)) if timer else "a timer"

    def future(self, future: int | None) -> str:
        return future_title(self.snapshot, future, ascii=self.ascii, width=VALUE) if future else "a future"

    def holders(self, event: ev.LockHeld) -> str:
        names = [self.task(task) for task in event.by[:_HOLDERS]]
        others = len(event.by) - len(names) + event.others
        names += [f"{others} other{'s' * (others > 1)}"] if others else []
        return ", ".join(names) or "nobody"

    def part(self, on: ev.On) -> str:
        return self.task(on.id) if on.kind == "task" else self.text(label(self.snapshot, on, ascii=self.ascii))


def _created(say: _Speaker, event: ev.TaskCreated) -> str:
    maker = f"{say.task(event.parent)} made" if event.parent is not None else "a new task:"
    return f"{maker} {say.task(event.task)} from {say.text(event.coro, 40)}(){say.at(event.file, event.line)}"


def _ready(say: _Speaker, event: ev.TaskReady) -> str:
    task = say.task(event.task)
    waker = say.snapshot.running
    match event.cause:
        case "spawned":
            return f"{task} is ready to start"
        case "yielded":
            return f"{task} is ready again: it only gave way"
        case "timer":
            return f"{say.timer(event.by)} woke {task}"
        case "cancel":
            return f"{say.task(waker) if waker is not None else 'a cancel'} woke {task} to cancel it"
        case "task":
            return f"the end of {say.task(event.by)} woke {task}"
        case "thread":
            return f"a thread's result woke {task}"
        case "io":
            return f"i/o woke {task}"
    future = say.future(event.by)
    return f"{say.task(waker)} woke {task} ({future})" if waker is not None else f"{future} woke {task}"


def _resumed(say: _Speaker, event: ev.TaskResumed) -> str:
    steps = say.snapshot.steps(event.task)
    return f"{say.task(event.task)} starts" if steps == 1 else f"{say.task(event.task)} goes on: step {steps}"


def _suspended(say: _Speaker, event: ev.TaskSuspended) -> str:
    return f"{say.task(event.task)} {_awaits(say, event.on, event.file, event.line)}"


def _awaits(say: _Speaker, on: ev.On | None, file: str, line: int) -> str:
    place = say.at(file, line)
    if on is None:
        return f"gave way to the others{place}"
    if on.kind == "task":
        return f"waits for {say.task(on.id)}{place}"
    return f"waits for {say.text(short_label(say.snapshot, on, ascii=say.ascii))}{place}"


def _done(say: _Speaker, event: ev.TaskDone) -> str:
    task = say.task(event.task)
    match event.outcome:
        case "result":
            return f"{task} returned {say.text(event.value)}"
        case "exception":
            return f"{task} failed: {say.text(event.value)}"
    return f"{task} ended cancelled"


def _cancel_requested(say: _Speaker, event: ev.CancelRequested) -> str:
    by = say.task(event.by) if event.by is not None else _CANCELLERS.get(event.via, "somebody outside")
    message = f" ({say.text(event.message)})" if event.message is not None else ""
    return f"{by} asked to cancel {say.task(event.task)}{message}{say.at(event.file, event.line)}"


#: Who asks when no task does, by the part of the runtime that asked.
_CANCELLERS = {
    "timeout": "a timeout",
    "TaskGroup": "a TaskGroup",
    "run": "run(), at its end,",
    "Ctrl-C": "Ctrl-C",
    "gather": "the gather that it is part of, cancelled itself,",
    "await": "a cancel of what waits for it",
}


def _cancel_settled(say: _Speaker, event: ev.CancelSettled) -> str:
    how = {
        "propagated": "let the cancel through",
        "swallowed": "swallowed the cancel and went on",
        "converted": "made something else of the cancel",
    }[event.how]
    if event.into == "uncancel":
        how = "took the cancel back by uncancel()"
    elif event.into == "return":
        how = "took the cancel and returned"
    elif event.into:
        how = f"made {say.text(event.into, 30)} of the cancel"
    return f"{say.task(event.task)} {how}{say.at(event.file, event.line)}"


def _future_created(say: _Speaker, event: ev.FutureCreated) -> str:
    future = say.text(event.label) or f"future {event.future}"
    few = [say.part(child) for child in event.children[:4]]
    more = ", ..." if len(event.children) > 4 else ""
    return f"{future} stands for {', '.join(few)}{more}" if few else f"{future} can be waited for"


def _future_done(say: _Speaker, event: ev.FutureDone) -> str:
    how = {"result": "is done:", "exception": "failed:", "cancelled": "was cancelled"}[event.outcome]
    value = f" {say.text(event.value)}" if event.outcome != "cancelled" else ""
    return f"{say.future(event.future)} {how}{value}"


def _fired(say: _Speaker, event: ev.TimerFired) -> str:
    late = f", {say.time(event.late_ns)} late" if event.late_ns else ""
    return f"{say.timer(event.timer)} fires{late}"


def _waiting(say: _Speaker, event: ev.LoopWaiting) -> str:
    if event.until_ns is None:
        return "nothing is ready: the loop waits for a thread or i/o"
    return f"nothing is ready: the loop waits until {say.time(event.until_ns)}"


def _output(say: _Speaker, event: ev.Output) -> str:
    who = say.task(event.task) if event.task is not None else "something outside the tasks"
    stream = "" if event.stream == "stdout" else " to stderr"
    return f"{who} printed{stream}: {say.text(event.text.removesuffix(chr(10)))}"


def _line(say: _Speaker, event: ev.Line) -> str:
    who = say.task(event.task) if event.task is not None else "code outside the tasks"
    return f"{who} is{say.at(event.file, event.line)}"


_SENTENCES: dict[type[ev.Event], Callable[[_Speaker, Any], str]] = {
    ev.TaskCreated: _created,
    ev.TaskReady: _ready,
    ev.TaskResumed: _resumed,
    ev.TaskSuspended: _suspended,
    ev.TaskDone: _done,
    ev.CancelRequested: _cancel_requested,
    ev.CancelDelivered: lambda say, event: f"CancelledError is thrown into {say.task(event.task)}",
    ev.CancelSettled: _cancel_settled,
    ev.FutureCreated: _future_created,
    ev.FutureDone: _future_done,
    ev.LockHeld: lambda say, event: f"{say.text(event.label)} {event.lock} is held by {say.holders(event)}",
    ev.TimerSet: lambda say, event: f"{say.timer(event.timer)} is set for {say.time(event.deadline_ns)}",
    ev.TimerFired: _fired,
    ev.TimerCancelled: lambda say, event: f"{say.timer(event.timer)} will not fire: it was cancelled",
    ev.CallbackRan: lambda say, event: (
        f"callback {say.text(event.what)} ran for {say.time(max(0, event.at_ns - event.started_ns))}"
        + (
            f", asked for by thread {say.text(event.thread, 30)}{say.at(event.file, event.line)}"
            if event.thread
            else ""
        )
    ),
    ev.ThreadStarted: lambda say, event: f"a thread begins job {event.job}: {say.text(event.what)}",
    ev.ThreadFinished: lambda say, event: f"a thread has finished job {event.job}: {say.text(event.what)}",
    ev.LoopStarted: lambda say, event: "the loop starts",
    ev.LoopWaiting: _waiting,
    ev.LoopStopped: lambda say, event: "the loop stops",
    ev.Output: _output,
    ev.Line: _line,
    ev.Warned: lambda say, event: f"warning, {say.text(event.rule, 30)}: {say.text(event.message, 120)}",
}
