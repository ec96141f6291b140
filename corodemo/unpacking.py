"""Events out of rows: what a recorder wrote down is read here, and nowhere else.

Whatever is shown or written of a trace is made of events, and whatever events are made of rows is made by this reader: for a
trace that is looked at, a live view, a stream, a dump. So there is one place that knows what the fields of a row mean.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from . import events as ev
from .bounded import bounded_repr, bounded_text
from .callsite import NOWHERE, Code
from .rows import (
    BASE,
    CALLBACK,
    CREATED,
    FUTURE_CREATED,
    FUTURE_DONE,
    READY,
    RESUMED,
    RETURNED,
    SPAWNED,
    SUSPENDED,
    TIMER_CANCELLED,
    TIMER_FIRED,
    TIMER_SET,
    WOKEN,
    YIELDED,
    Pieces,
    TaskNote,
)

__all__ = ["Unpacker"]

_REMEMBERED_MAX = 1_000


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
