"""The records of which a snapshot is made: plain, frozen, and comparable.

Each says what was known at one moment. They refer to each other by id, never by reference, so one can be kept, sent or
compared without its snapshot. None can be part of a cycle, so the garbage collector need not look at them.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from corodemo.traceformat import events as ev

__all__ = [
    "STATES",
    "WORDS",
    "Awaited",
    "CancelState",
    "CancelStatus",
    "FutureState",
    "LoopState",
    "Position",
    "State",
    "TaskState",
    "TimerState",
    "WokenBy",
    "title",
]

State = Literal["ready", "running", "waiting", "done", "failed", "cancelled"]
CancelStatus = Literal["requested", "delivered", "propagated", "swallowed", "converted", "uncancelled"]
LoopState = Literal["new", "running", "idle", "stopped"]

#: The states of a task, in the order of its life.
STATES: tuple[State, ...] = get_args(State)
#: The word for each code of `lanes`: one that was made and never queued is called ready, too.
WORDS: tuple[State, ...] = ("ready", *STATES)


def title(name: str, coro: str) -> str:
    """Return what to call a task: its name, or if nobody gave it one the function that it runs.

    "Task-3" says nothing, and its number need not be the task's id.
    """
    return coro.rpartition(".")[2] if name.startswith("Task-") and name[5:].isdecimal() and coro else name


class WokenBy(msgspec.Struct, frozen=True, gc=False):
    """The newest wakeup of a task."""

    cause: ev.Cause
    by: int | None  # the future, timer, task or job that was the cause; see `events.Cause`
    running: int | None  # the task in whose step it happened
    index: int  # of the task.ready event
    at_ns: int


class CancelState(msgspec.Struct, frozen=True, gc=False):
    """One cancel request to a task, and what has become of it so far."""

    by: int | None  # the task that asked
    message: str | None
    file: str
    line: int
    at_ns: int
    status: CancelStatus
    via: str = ""  # see `events.CancelRequested`
    after: int | None = None
    delivered_ns: int | None = None  # when it was thrown in
    delivered_file: str = ""  # at which await; "" before the first step
    delivered_line: int = 0
    settled_ns: int | None = None  # when its fate was known
    settled_file: str = ""  # where it ended
    settled_line: int = 0
    into: str = ""  # what it was converted into
    index: int = -1  # of the cancel.requested event


class TaskState(msgspec.Struct, frozen=True, gc=False):
    """What is known of a task at one moment. Times include the present state, up to that moment."""

    id: int
    name: str
    parent: int | None
    coro: str
    file: str  # where it was made
    line: int
    origin: str  # the file in which its oldest known ancestor was made, such as "<input 4>"
    state: State
    since_ns: int
    on: ev.On | None  # what it waits on; None for a bare yield, and when it is not waiting
    woken_by: WokenBy | None
    steps: int  # begun
    running_ns: int
    ready_ns: int
    waiting_ns: int
    at_file: str  # the newest known place in it: of its last await, or of its last recorded line
    at_line: int
    outcome: ev.Outcome | None
    value: str | None  # bounded repr of what it returned or raised
    cancels: tuple[CancelState, ...]

    @property
    def title(self) -> str:
        return title(self.name, self.coro)

    @property
    def is_finished(self) -> bool:
        return self.outcome is not None


class TimerState(msgspec.Struct, frozen=True, gc=False):
    """A timer on the heap."""

    id: int
    deadline_ns: int
    what: str
    task: int | None  # the task that waits on it itself


class FutureState(msgspec.Struct, frozen=True, gc=False):
    """A future that something waited on, done or not."""

    id: int
    label: str
    children: tuple[ev.On, ...]
    done: bool
    outcome: ev.Outcome | None
    value: str | None


class Awaited(msgspec.Struct, frozen=True, gc=False):
    """Something to wait on, as far as the trace has announced it."""

    kind: Literal["future", "timer", "task"]
    id: int
    what: str | None  # a task's title, what a timer is for, a future's label; None where the trace does not say
    deadline_ns: int | None = None  # of a timer


class Position(msgspec.Struct, frozen=True, gc=False):
    """A place in a program's source, and the task that is there."""

    file: str
    line: int
    task: int | None
    parked: bool  # the task is suspended there; else the line is about to run
