"""The vocabulary of a trace: a small typed record for each thing that can happen to a program.

An event says what happened and when, in numbers and bounded text; it holds no live object, so a trace
from another machine says exactly as much as one from this process. The field names here *are* the field
names in the file (see `corodemo.traceformat.file`), in this order.

Ids are small integers counted per trace, a count each for tasks, futures, timers and thread jobs: task 3 and
timer 3 are different things. Times are nanoseconds by the loop's clock: as `loop.time()`, from the making of the loop on.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

__all__ = [
    "CallbackRan",
    "CancelDelivered",
    "CancelRequested",
    "CancelSettled",
    "Cause",
    "Event",
    "FutureCreated",
    "FutureDone",
    "Header",
    "Line",
    "LockHeld",
    "LoopStarted",
    "LoopStopped",
    "LoopWaiting",
    "On",
    "Outcome",
    "Output",
    "TaskCreated",
    "TaskDone",
    "TaskReady",
    "TaskResumed",
    "TaskSuspended",
    "ThreadFinished",
    "ThreadStarted",
    "TimerCancelled",
    "TimerFired",
    "TimerSet",
    "Warned",
]

#: Why a task became ready. With `future`, `timer`, `task`, `thread` and `io`, `by` is the id of what it waited
#: on, a future's with the last two; with `spawned` the task that made it; with `cancel` the task that asked; else null.
Cause = Literal["spawned", "yielded", "future", "timer", "task", "cancel", "thread", "io"]
Outcome = Literal["result", "exception", "cancelled"]
#: What became of a cancel. One that was taken back by `uncancel()` is "swallowed" too: the task goes on.
Settlement = Literal["propagated", "swallowed", "converted"]

#: Numbers fit into 64 bits, whatever a damaged file says.
MAX_NUMBER = 2**63 - 1
Id = Annotated[int, msgspec.Meta(ge=1, le=MAX_NUMBER)]
Nanoseconds = Annotated[int, msgspec.Meta(ge=0, le=MAX_NUMBER)]
LineNumber = Annotated[int, msgspec.Meta(ge=0, le=MAX_NUMBER)]


class Header(msgspec.Struct, frozen=True, tag_field="kind", tag="trace", omit_defaults=True):
    """The first line of a trace file."""

    version: int
    clock: str  # "real" or "virtual"
    python: str  # such as "3.13.0"
    program: str  # what was run, as the user named it
    dropped: Nanoseconds = 0  # events that a bounded recorder forgot before the first one kept


class On(msgspec.Struct, frozen=True, gc=False):
    """What a suspended task waits on."""

    kind: Literal["task", "future", "timer"]
    id: Id


class Event(msgspec.Struct, frozen=True, gc=False, tag_field="kind"):
    """What every event has: its kind (the JSON tag) and when it happened."""

    at_ns: Nanoseconds


class TaskCreated(Event, tag="task.created", frozen=True, gc=False):
    """A task object exists."""

    task: Id
    name: str
    parent: Id | None  # the task that was running when it was made
    coro: str  # qualified name of the coroutine
    file: str  # where its coroutine was made, or where that is not known the task
    line: LineNumber


class TaskReady(Event, tag="task.ready", frozen=True, gc=False):
    """A task was put into the ready queue."""

    task: Id
    cause: Cause
    by: Id | None


class TaskResumed(Event, tag="task.resumed", frozen=True, gc=False):
    """A step starts."""

    task: Id


class TaskSuspended(Event, tag="task.suspended", frozen=True, gc=False):
    """A step ended, and the task is not finished."""

    task: Id
    on: On | None  # null for a bare yield
    file: str  # of the await, in the user's code
    line: LineNumber


class TaskDone(Event, tag="task.done", frozen=True, gc=False, omit_defaults=True):
    """The last step has ended."""

    task: Id
    outcome: Outcome
    value: str  # bounded repr of the result or the exception
    file: str = ""  # of a failure: the innermost line of the user's code that the exception came through
    line: LineNumber = 0


class CancelRequested(Event, tag="cancel.requested", frozen=True, gc=False, omit_defaults=True):
    """`cancel()` was called on a task and accepted.

    `file` and `line` are where: the user's call that led to it, or for a timeout the line that set it. `via` is "await" (a
    task that awaits this one was cancelled), "gather", "TaskGroup", "timeout", "wait_for", "run" (at its end), "Ctrl-C", or "".
    """

    task: Id
    by: Id | None  # the task that was running when it was called
    message: str | None
    file: str
    line: LineNumber
    via: str = ""  # the part of the runtime that called it; "" for the user's own code
    after: Id | None = None  # with "TaskGroup": the task whose failure ended the group


class CancelDelivered(Event, tag="cancel.delivered", frozen=True, gc=False):
    """The CancelledError is thrown into the coroutine."""

    task: Id


class CancelSettled(Event, tag="cancel.settled", frozen=True, gc=False, omit_defaults=True):
    """The fate of a cancel is known: of all that were requested of the task and not settled yet."""

    task: Id
    how: Settlement
    file: str  # where it ended: the `except` that took it, the line that let it out, the call of `uncancel()`
    line: LineNumber
    into: str = ""  # what it was converted into: an exception's name, "return"; or "uncancel" if it was taken back


class FutureCreated(Event, tag="future.created", frozen=True, gc=False):
    """A future that something waits on."""

    future: Id
    label: str  # "gather(3)", "Queue.get", or "" where nothing names it
    children: list[On]  # what it stands for: gather's, shield's and wait's awaitables


class FutureDone(Event, tag="future.done", frozen=True, gc=False):
    """A future that was announced by `future.created` is done."""

    future: Id
    outcome: Outcome
    value: str
    label: str = ""  # as `future.created` has it


class LockHeld(Event, tag="lock.held", frozen=True, gc=False, omit_defaults=True):
    """Who holds a lock, or permits of a semaphore, for which a task waits: when it gets in line, and at each change."""

    lock: Id
    label: str  # what it is: "Lock", "Semaphore", or the name of a class of the program's
    by: list[Id]  # the tasks that hold it
    others: Nanoseconds = 0  # how many hold it besides that are no tasks of the trace, or are gone
    future: Id | None = None  # the place in the line that a task has just taken


class TimerSet(Event, tag="timer.set", frozen=True, gc=False):
    """A timer was put on the heap."""

    timer: Id
    deadline_ns: Nanoseconds
    what: str  # "sleep(1)", "timeout", or the callback's name


class TimerFired(Event, tag="timer.fired", frozen=True, gc=False):
    """A timer's deadline has passed, and what it stands for happens now."""

    timer: Id
    late_ns: Nanoseconds
    deadline_ns: Nanoseconds = 0  # this and the next as `timer.set` has them
    what: str = ""


class TimerCancelled(Event, tag="timer.cancelled", frozen=True, gc=False):
    """A timer will not fire."""

    timer: Id
    deadline_ns: Nanoseconds = 0  # this and the next as `timer.set` has them
    what: str = ""


class CallbackRan(Event, tag="callback.ran", frozen=True, gc=False, omit_defaults=True):
    """A plain callback has run, from `started_ns` to `at_ns`."""

    what: str
    started_ns: Nanoseconds
    thread: str = ""  # the name of the other thread that asked for it by `call_soon_threadsafe`
    file: str = ""  # and where it did
    line: LineNumber = 0


class ThreadStarted(Event, tag="thread.started", frozen=True, gc=False):
    """A job was given to a thread."""

    job: Id
    what: str


class ThreadFinished(Event, tag="thread.finished", frozen=True, gc=False):
    """The loop learned that a thread has finished its job."""

    job: Id
    what: str


class LoopStarted(Event, tag="loop.started", frozen=True, gc=False):
    """The loop begins to run."""


class LoopWaiting(Event, tag="loop.waiting", frozen=True, gc=False):
    """Nothing is ready: the loop waits for a timer, a thread or i/o."""

    until_ns: Nanoseconds | None


class LoopStopped(Event, tag="loop.stopped", frozen=True, gc=False):
    """The loop has stopped running."""


class Output(Event, tag="output", frozen=True, gc=False):
    """Text was written."""

    task: Id | None
    stream: Literal["stdout", "stderr"]
    text: str


class Line(Event, tag="line", frozen=True, gc=False, omit_defaults=True):
    """A line of user code is about to run; only when recorded for stepping."""

    task: Id | None
    file: str
    line: LineNumber
    changed: dict[str, str]  # names whose bounded repr changed since this frame's last line
    #: Of these, the names that others changed while this frame was suspended since then, with the value before and after.
    meanwhile: dict[str, tuple[str, str]] | None = None


class Warned(Event, tag="warning", frozen=True, gc=False, omit_defaults=True):
    """Something looks wrong: a stable rule name, and a sentence."""

    rule: str  # see `corodemo.recorder.lints`
    task: Id | None
    message: str
    file: str = ""
    line: LineNumber = 0
