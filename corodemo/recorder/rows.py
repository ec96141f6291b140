"""Rows: what a recorder writes down while a program runs. Events are made of them later, by `corodemo.recorder.unpacking`.

To make an event takes strings, lines and structs, and a program that is watched has no time for that. So what happens is
written as a row into one flat list: a code, the clock's reading, and what cannot be found out later, as it is.

Measured on a small 2-core machine with Python 3.11: a row is added by `rows += (code, now, ...)` in 65 ns, and a step that
begins, which is the task's note alone, in 18 ns. The garbage collector, which would walk a tuple or an object for each event,
has one list to walk.

Rows have these shapes. `now` is the clock's own reading, to which the newest BASE adds what makes it the trace's time.

    note                                             a step of that task begins, at the time of the row before
    an event                                         anything that is rare, as it is
    SPAWNED / YIELDED                                the task that was made / suspended last is ready, at the same time
    RESUMED      now note                            a step begins, at a time of its own
    SUSPENDED    now note on code offset             on: a note, or None for a bare yield
    WOKEN        now note by                         by: the note of what it waited for
    READY        now note cause by                   by: an id or None, where the cause is another
    CREATED      now note name parent coro file line, or instead of a file and a line a code and an offset
    RETURNED     now note value                      a task is done, with a value that is its own text
    FUTURE_CREATED  now note children                children: notes
    FUTURE_DONE  now note value
    TIMER_SET    now id deadline what                what: the delay of a sleep, or a text
    TIMER_FIRED  now id
    TIMER_CANCELLED  now id
    CALLBACK     now what started
    BASE         base offset                         from here on another clock: what to add to readings, and to deadlines

No row refers to an object of the program's: values are kept as they are only if they are immutable and of the interpreter's
own kinds; what else there is to say of a value is said at once.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import msgspec

from corodemo.recorder.callsites import NOWHERE, Code, Site
from corodemo.traceformat import events as ev

__all__ = [
    "BASE",
    "CALLBACK",
    "CREATED",
    "FUTURE_CREATED",
    "FUTURE_DONE",
    "READY",
    "RESUMED",
    "RETURNED",
    "SIZES",
    "SPAWNED",
    "SUSPENDED",
    "TIMER_CANCELLED",
    "TIMER_FIRED",
    "TIMER_SET",
    "WOKEN",
    "YIELDED",
    "FutureNote",
    "Note",
    "Pieces",
    "TaskNote",
    "TimerNote",
    "is_plain",
]

(
    SPAWNED,
    YIELDED,
    SUSPENDED,
    WOKEN,
    READY,
    RESUMED,
    CREATED,
    RETURNED,
    FUTURE_CREATED,
    FUTURE_DONE,
    TIMER_SET,
    TIMER_FIRED,
    TIMER_CANCELLED,
    CALLBACK,
    BASE,
) = range(15)

#: How many fields a row has that begins with a code and has more than that.
SIZES = {
    SUSPENDED: 6,
    WOKEN: 4,
    READY: 5,
    RESUMED: 3,
    CREATED: 8,
    RETURNED: 4,
    FUTURE_CREATED: 4,
    FUTURE_DONE: 4,
    TIMER_SET: 5,
    TIMER_FIRED: 3,
    TIMER_CANCELLED: 3,
    CALLBACK: 4,
    BASE: 3,
}

_PLAIN = frozenset({type(None), bool, int, float})
_SHORT = 100


def is_plain(value: Any) -> bool:
    """Return True if a value can stand in a row as it is: it says what it says for ever, and refers to nothing."""
    kind = type(value)
    return kind in _PLAIN or (kind is str and len(value) <= _SHORT)


class Note(msgspec.Struct, gc=False, eq=False):
    """What a recorder notes of an object on the object itself: what it is in the trace."""

    kind: ClassVar[Literal["task", "future", "timer"]]
    owner: object  # which recorder's it is, and of which loop
    number: int


class FutureNote(Note, gc=False, eq=False):
    """What a recorder notes of a future."""

    kind = "future"
    label: str
    other: Any = None  # the note of another recorder that came before


class TimerNote(Note, gc=False, eq=False):
    """What a recorder notes of a sleep, whose future nobody needs to know: it is its timer."""

    kind = "timer"
    other: Any = None


class TaskNote(Note, gc=False, eq=False):
    """What a recorder notes of a task."""

    kind = "task"
    code: Code | None  # of the coroutine that it runs, if that is an `async def` of the user's
    leaf: Any = None  # the code of the runtime's in which that coroutine itself waited last
    offset: int | None = None  # the await at which it stood last; None before and after
    at: Code | None = None  # whose offset that is, if it is not `code`'s
    deep: Any = None  # of a deep chain of awaits, a weak reference to its innermost coroutine
    is_looked_at: bool = False  # whether it was asked if anybody keeps the task
    other: Any = None

    def site(self) -> Site:
        """Return the await at which the task stood last."""
        code = self.at or self.code
        return NOWHERE if code is None or self.offset is None else code.site(self.offset)


class Pieces:
    """Output that may go on: print() writes its text and its newline apart, and what belongs together is one event."""

    __slots__ = ("event", "is_open")

    def __init__(self, event: ev.Output, is_open: bool) -> None:
        self.event = event
        self.is_open = is_open
