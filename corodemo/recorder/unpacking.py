"""Events out of rows: what a recorder wrote down is read here, and nowhere else.

Whatever is shown or written of a trace is made of events, and whatever events are made of rows is made by this reader: for a
trace that is looked at, a live view, a stream, a dump. So there is one place that knows what the fields of a row mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from operator import length_hint
from typing import Any

import msgspec

from corodemo.recorder.callsites import NOWHERE, Code
from corodemo.recorder.rows import (
    BASE,
    CALLBACK,
    CREATED,
    FUTURE_CREATED,
    FUTURE_DONE,
    READY,
    RESUMED,
    RETURNED,
    SIZES,
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
from corodemo.recorder.safetext import bounded_repr, bounded_text
from corodemo.traceformat import events as ev
from corodemo.traceformat.file import BATCH

__all__ = ["Unpacker"]

_REMEMBERED_MAX = 1_000
#: In place of a timer of which nothing was heard before it ended.
_UNKNOWN = ev.TimerSet(0, 1, 0, "")


class Unpacker:
    """Makes events of rows. It remembers what later rows refer to, so that rows can come in any number at a time."""

    def __init__(self) -> None:
        self._base_ns = 0
        self._offset_ns = 0
        self.last_ns = 0  # of the newest event; time in a trace never goes back
        self._created: tuple[int, int | None] = (0, None)  # the task that was made last, and its parent
        self._suspended = 0  # the task that was suspended last
        self._texts: dict[Any, str] = {}  # what timers are for, and how it is written
        self._timers: dict[int, ev.TimerSet] = {}  # those that have not come to an end
        self.taken = 0  # how many fields of the rows that came last were made into events
        # How an event is made of the other kinds of rows, with the fields that follow the time.
        self._rare: dict[int, Callable[[int, Iterator[Any]], ev.Event]] = {
            RESUMED: lambda now, fields: ev.TaskResumed(now, next(fields).number),
            CREATED: self._task_created,
            RETURNED: _task_done,
            FUTURE_CREATED: _future_created,
            FUTURE_DONE: _future_done,
            CALLBACK: self._callback,
        }

    def unpack(self, rows: list[Any], events: list[ev.Event]) -> None:
        """Append to `events` what whole rows stand for. `taken` says how far it came, for Ctrl-C may end it anywhere."""
        before = len(events)
        fields = iter(rows)
        try:
            self._read(fields, fields, events.append)
            self.taken = len(rows)
        except BaseException:
            self.taken = _fields_of(rows, len(events) - before)
            raise

    def batches_ahead(self, rows: list[Any]) -> Iterator[list[ev.Event]]:
        """Yield the events of the rows that come next, some at a time. This one stays where it is, and keeps none of them."""
        other = Unpacker()
        other._base_ns, other._offset_ns, other.last_ns = self._base_ns, self._offset_ns, self.last_ns
        other._created, other._suspended, other._timers = self._created, self._suspended, self._timers.copy()
        return other._batches(iter(rows))

    def _batches(self, fields: Iterator[Any]) -> Iterator[list[ev.Event]]:
        while length_hint(fields):
            batch: list[ev.Event] = []
            # Of a row, only the first field is counted here: the others are taken from behind.
            self._read(islice(fields, BATCH), fields, batch.append)
            yield batch

    def _read(self, codes: Iterator[Any], fields: Iterator[Any], add: Callable[[ev.Event], object]) -> None:
        """Call `add` with the event of each row that begins with one of the codes; the fields behind it come from `fields`.

        It is written out, for a call for each row would double its time. Several fields are taken by a `zip` that is made once:
        it fills the same tuple each time, and takes a third less than to read them one by one, or as a slice.
        """
        take = next
        two, three, four = (zip(*[fields] * size, strict=True) for size in (2, 3, 4))
        resumed, suspended, ready, awaited = ev.TaskResumed, ev.TaskSuspended, ev.TaskReady, ev.On
        step, whole, nowhere, texts, timers = TaskNote, int, NOWHERE, self._texts, self._timers
        last, base, task = self.last_ns, self._base_ns, self._suspended
        reading = None  # of the clock, to which `last` goes back: what happens at one moment shares the int itself
        try:
            for code in codes:
                if code.__class__ is step:
                    add(resumed(last, code.number))
                elif code.__class__ is not whole:
                    event = code.event if code.__class__ is Pieces else code
                    if event.at_ns < last:
                        event = msgspec.structs.replace(event, at_ns=last)
                    last = event.at_ns
                    add(event)
                elif code == YIELDED:
                    add(ready(last, task, "yielded", None))
                elif code == SPAWNED:
                    add(ready(last, self._created[0], "spawned", self._created[1]))
                elif code == BASE:
                    self._base_ns, self._offset_ns = base, _ = take(two)
                    reading = None
                else:
                    now = take(fields)
                    if now is not reading:
                        reading = now
                        if now + base > last:
                            last = now + base
                    if code == SUSPENDED:
                        note, on, known, offset = take(four)
                        task = note.number
                        if on is not None:
                            on = awaited(on.kind, on.number)
                        file, line = nowhere if known is None else known.site(offset)
                        add(suspended(last, task, on, file, line))
                    elif code == WOKEN:
                        note, by = take(two)
                        add(ready(last, note.number, by.kind, by.number))
                    elif code == TIMER_SET:
                        number, deadline, what = take(three)
                        text = texts.get(what) or self._text(what)
                        timers[number] = timer = ev.TimerSet(last, number, self._deadline(deadline), text)
                        add(timer)
                    elif code == TIMER_FIRED:
                        number = take(fields)
                        timer = timers.get(number, _UNKNOWN)
                        deadline = timer.deadline_ns
                        # One that is due within the clock's resolution is in time.
                        late = last - deadline if last > deadline else 0
                        add(ev.TimerFired(last, number, late, deadline, timer.what))
                        timers.pop(number, None)  # not before: if Ctrl-C came then, this row would come again
                    elif code == TIMER_CANCELLED:
                        number = take(fields)
                        timer = timers.get(number, _UNKNOWN)
                        add(ev.TimerCancelled(last, number, timer.deadline_ns, timer.what))
                        timers.pop(number, None)
                    elif code == READY:
                        note, cause, by = take(three)
                        add(ready(last, note.number, cause, by))
                    else:
                        add(self._rare[code](last, fields))
        finally:
            self.last_ns, self._suspended = last, task

    def _deadline(self, reading: int) -> int:
        """Return a deadline in the trace's time; one before its beginning or beyond all times is that."""
        deadline_ns = reading + self._offset_ns
        return deadline_ns if 0 <= deadline_ns <= ev.MAX_NUMBER else 0 if deadline_ns < 0 else ev.MAX_NUMBER

    def _text(self, what: Any) -> str:
        """Return how it is written what a timer is for, and remember it."""
        if len(self._texts) > _REMEMBERED_MAX:
            self._texts.clear()
        text = self._texts[what] = bounded_text(what) if what.__class__ is str else _sleep(what)
        return text

    def _task_created(self, now: int, fields: Iterator[Any]) -> ev.Event:
        note, name, parent, coro, file, line = islice(fields, 6)
        self._created = note.number, parent
        if file.__class__ is Code:
            file, line = file.site(line)
        name = f"Task-{name}" if name.__class__ is int else bounded_text(name)
        return ev.TaskCreated(now, note.number, name, parent, bounded_text(coro), bounded_text(file), line)

    def _callback(self, now: int, fields: Iterator[Any]) -> ev.Event:
        what, started = next(fields), next(fields)
        return ev.CallbackRan(now, bounded_text(what), min(now, max(0, started + self._base_ns)))


def _fields_of(rows: list[Any], count: int) -> int:
    """Return how many fields those rows have of which the first so many events were made."""
    at = 0
    while count:
        code = rows[at]
        at += SIZES.get(code, 1) if code.__class__ is int else 1
        count -= code.__class__ is not int or code != BASE
    return at


def _sleep(delay: float) -> str:
    """Return what a sleep is called: an int may be larger than any float."""
    return f"sleep({delay:g})" if delay.__class__ is float or abs(delay) < 1e300 else "sleep"


def _task_done(now: int, fields: Iterator[Any]) -> ev.Event:
    note, value = next(fields), next(fields)
    return ev.TaskDone(now, note.number, "result", bounded_repr(value))


def _future_created(now: int, fields: Iterator[Any]) -> ev.Event:
    note, children = next(fields), next(fields)
    on = [ev.On(child.kind, child.number) for child in children] if children else []
    return ev.FutureCreated(now, note.number, bounded_text(note.label), on)


def _future_done(now: int, fields: Iterator[Any]) -> ev.Event:
    note, value = next(fields), next(fields)
    return ev.FutureDone(now, note.number, "result", bounded_repr(value), bounded_text(note.label))
