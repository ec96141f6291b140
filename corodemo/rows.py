"""Rows: what a recorder writes down while a program runs. Events are made of them later, when somebody asks.

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
    FUTURE_CREATED  now note label children          children: notes
    FUTURE_DONE  now note value
    TIMER_SET    now id deadline what                what: the delay of a sleep, or a text
    TIMER_FIRED  now id late
    TIMER_CANCELLED  now id
    CALLBACK     now what started
    BASE         base offset                         from here on another clock: what to add to readings, and to deadlines

No row refers to an object of the program's: values are kept as they are only if they are immutable and of the interpreter's
own kinds; what else there is to say of a value is said at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal

import msgspec

from . import events as ev
from .bounded import bounded_repr, bounded_text
from .callsite import NOWHERE, Code, Site

__all__ = [
    "BASE",
    "CALLBACK",
    "CREATED",
    "FUTURE_CREATED",
    "FUTURE_DONE",
    "READY",
    "RESUMED",
    "RETURNED",
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
    "Unpacker",
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

_PLAIN = frozenset({type(None), bool, int, float})
_SHORT = 100
_REMEMBERED_MAX = 1_000


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


class Unpacker:
    """Makes events of rows. It remembers what later rows refer to, so that rows can come in any number at a time."""

    def __init__(self) -> None:
        self._base_ns = 0
        self._offset_ns = 0
        self.last_ns = 0  # of the newest event; time in a trace never goes back
        self._created: tuple[int, int | None] = (0, None)  # the task that was made last, and its parent
        self._suspended = 0  # the task that was suspended last
        self._texts: dict[Any, str] = {}  # what timers are for, and how it is written
        self.taken = 0  # how many fields of the rows that came last were made into events
        # How many fields the other kinds of rows have, and how an event is made of the one that begins at an index.
        self._rare: dict[int, tuple[int, Callable[[int, list[Any], int], ev.Event]]] = {
            RESUMED: (3, lambda now, rows, at: ev.TaskResumed(now, rows[at + 2].number)),
            CREATED: (8, self._task_created),
            RETURNED: (4, _task_done),
            FUTURE_CREATED: (5, _future_created),
            FUTURE_DONE: (4, _future_done),
            TIMER_SET: (5, self._timer_set),
            TIMER_FIRED: (4, lambda now, rows, at: ev.TimerFired(now, rows[at + 2], max(0, rows[at + 3]))),
            TIMER_CANCELLED: (3, lambda now, rows, at: ev.TimerCancelled(now, rows[at + 2])),
            CALLBACK: (4, self._callback),
        }

    def unpack(self, rows: list[Any], add: Callable[[ev.Event], object]) -> None:
        """Call `add` with each of the events that whole rows stand for.

        It is written out, and fields are read one by one: a slice or a call for each row would double its time. `taken` says how
        far it came, for Ctrl-C may end it anywhere.
        """
        resumed, suspended, ready, awaited = ev.TaskResumed, ev.TaskSuspended, ev.TaskReady, ev.On
        last, base = self.last_ns, self._base_ns
        at, end = 0, len(rows)
        try:
            while at < end:
                code = rows[at]
                size = 1
                if code.__class__ is TaskNote:
                    add(resumed(last, code.number))
                elif code.__class__ is not int:
                    event = code.event if code.__class__ is Pieces else code
                    if event.at_ns < last:
                        event = msgspec.structs.replace(event, at_ns=last)
                    last = event.at_ns
                    add(event)
                elif code == YIELDED:
                    add(ready(last, self._suspended, "yielded", None))
                elif code == SPAWNED:
                    add(ready(last, self._created[0], "spawned", self._created[1]))
                elif code == BASE:
                    self._base_ns, self._offset_ns = base, _ = rows[at + 1], rows[at + 2]
                    size = 3
                else:
                    now = rows[at + 1] + base
                    if now > last:
                        last = now
                    if code == SUSPENDED:
                        on, known = rows[at + 3], rows[at + 4]
                        if on is not None:
                            on = awaited(on.kind, on.number)
                        file, line = NOWHERE if known is None else known.site(rows[at + 5])
                        self._suspended = number = rows[at + 2].number
                        add(suspended(last, number, on, file, line))
                        size = 6
                    elif code == WOKEN:
                        by = rows[at + 3]
                        add(ready(last, rows[at + 2].number, by.kind, by.number))
                        size = 4
                    elif code == READY:
                        add(ready(last, rows[at + 2].number, rows[at + 3], rows[at + 4]))
                        size = 5
                    else:
                        size, make = self._rare[code]
                        add(make(last, rows, at))
                at += size
        finally:
            self.last_ns, self.taken = last, at

    def _task_created(self, now: int, rows: list[Any], at: int) -> ev.Event:
        _, _, note, name, parent, coro, file, line = rows[at : at + 8]
        self._created = note.number, parent
        if file.__class__ is Code:
            file, line = file.site(line)
        name = f"Task-{name}" if name.__class__ is int else bounded_text(name)
        return ev.TaskCreated(now, note.number, name, parent, bounded_text(coro), bounded_text(file), line)

    def _timer_set(self, now: int, rows: list[Any], at: int) -> ev.Event:
        _, _, number, deadline_ns, what = rows[at : at + 5]
        text = self._texts.get(what)
        if text is None:
            if len(self._texts) > _REMEMBERED_MAX:
                self._texts.clear()
            text = self._texts[what] = bounded_text(what) if what.__class__ is str else _sleep(what)
        # A deadline before the trace's beginning or beyond all times is that.
        return ev.TimerSet(now, number, min(max(0, deadline_ns + self._offset_ns), ev.MAX_NUMBER), text)

    def _callback(self, now: int, rows: list[Any], at: int) -> ev.Event:
        return ev.CallbackRan(now, bounded_text(rows[at + 2]), min(now, max(0, rows[at + 3] + self._base_ns)))


def _sleep(delay: float) -> str:
    """Return what a sleep is called: an int may be larger than any float."""
    return f"sleep({delay:g})" if delay.__class__ is float or abs(delay) < 1e300 else "sleep"


def _task_done(now: int, rows: list[Any], at: int) -> ev.Event:
    return ev.TaskDone(now, rows[at + 2].number, "result", bounded_repr(rows[at + 3]))


def _future_done(now: int, rows: list[Any], at: int) -> ev.Event:
    return ev.FutureDone(now, rows[at + 2].number, "result", bounded_repr(rows[at + 3]))


def _future_created(now: int, rows: list[Any], at: int) -> ev.Event:
    children = [ev.On(child.kind, child.number) for child in rows[at + 4]]
    return ev.FutureCreated(now, rows[at + 2].number, bounded_text(rows[at + 3]), children)
