"""A trace in the format of Chrome's tracing, which Perfetto and speedscope open: a track for each task, one for the loop.

The slices of a task's track follow each other without a gap, from its first event to its end: created, ready, running,
waiting. An arrow leads from the slice in which a task was woken, or from the last one of the task whose end woke it, to
the slice that this began. Cancels, ends, warnings and output are instants, and the length of the ready queue is a counter.

Viewers silently drop what they cannot place: a slice that takes no time, an arrow that starts where no slice is. But under a
virtual clock a whole program takes no time. So no two events stand at the same place: where the clock says the same, the
later is drawn a nanosecond on, under a virtual clock a microsecond; once time passes, it is right again. What the
clock did say stands in `at_ns`, with every slice and instant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from corodemo.export.window import Window
from corodemo.history.fold import FAR
from corodemo.history.lanes import CREATED, DONE, READY, RUNNING, WAITING
from corodemo.history.snapshot import PASSIVE
from corodemo.history.states import WORDS
from corodemo.traceformat import events as ev
from corodemo.views.arrows import arrows
from corodemo.views.glyphs import glyphs
from corodemo.views.names import task_title, waiting_on
from corodemo.views.outline import outline
from corodemo.views.sentences import describe
from corodemo.views.text import visible

if TYPE_CHECKING:
    from corodemo.history import History, Lane

__all__ = ["EVENTS", "chrome"]

#: No more events than this: each becomes up to four records, and browsers give up at about a million.
EVENTS = 250_000

_LOOP = 0  # the loop's track; task tracks count from 1
_PROCESS = 1
_IN_ORDER = 1_000  # tasks up to which tracks stand in the order of the tree, and above it in that of creation
#: Instants, on the track of their task.
_INSTANTS = (ev.CancelRequested, ev.CancelDelivered, ev.CancelSettled, ev.TaskDone, ev.Warned, ev.Output)

Record = dict[str, Any]


def chrome(history: History, *, at: int | None = None, most: int = EVENTS) -> tuple[bytes, str | None]:
    """Return a trace as Chrome's JSON, a record a line; and a sentence about what was left out, or None.

    at: the event that must be in it, if there are more than `most`.
    """
    window = Window.around(len(history), most, at)
    drawing = _Drawing(history, window)
    lines = b",\n".join(map(msgspec.json.encode, drawing.records()))
    other = {
        "made_by": "corodemo",
        "program": visible(history.header.program),
        "python": visible(history.header.python),
        "clock": visible(history.header.clock),
        "left_out": window.left_out or "",
        "times": f"events at the same time stand {drawing.gap} ns apart; at_ns is what the clock said",
    }
    head = b'{"displayTimeUnit":"ns","otherData":' + msgspec.json.encode(other)
    return head + b',"traceEvents":[\n' + lines + b"\n]}\n", window.left_out


def _microseconds(ns: int) -> msgspec.Raw:
    """A time as the format has it; written as text, for a float does not hold every nanosecond of a day."""
    return msgspec.Raw(b"%d.%03d" % divmod(ns, 1000))


class _Drawing:
    """The records of one window of a history."""

    def __init__(self, history: History, window: Window) -> None:
        self.history = history
        self.events = history.events
        self.first, self.stop = window.first, window.stop
        self.gap = 1_000 if history.header.clock == "virtual" else 1
        self.places: list[int] = []  # of each event in the window, in nanoseconds
        place = -self.gap
        for index in range(self.first, self.stop):
            place = max(min(self.events[index].at_ns, FAR), place + self.gap)
            self.places.append(place)
        self.end = place + self.gap
        last = history.at(self.stop - 1)
        lanes = {task: history.lane(task) for task in last.tasks}
        self.lanes = {task: lane for task, lane in lanes.items() if not self.is_over(lane)}
        self.tracks = {task: at for at, task in enumerate(lanes, start=1)}

    def is_over(self, lane: Lane) -> bool:
        """True for a task that had ended before the window begins, and is not mentioned in it."""
        row = lane.row(self.first)
        return row == len(lane.at) - 1 and lane.at[row] < self.first and lane.states[row] >= DONE

    def track(self, task: int | None) -> int:
        return self.tracks[task] if task is not None and task in self.lanes else _LOOP

    def place(self, index: int) -> int:
        return self.places[max(index, self.first) - self.first]

    def records(self) -> Iterator[Record]:
        yield from self.names()
        yield from self.loop()
        for task, lane in self.lanes.items():
            yield from self.slices(task, lane)
        yield from self.arrows()
        yield from self.instants()
        yield from self.queue()

    def names(self) -> Iterator[Record]:
        last = self.history.at(self.stop - 1)
        order = list(self.lanes)
        if len(order) <= _IN_ORDER:
            rows = outline(last, len(last.tasks), glyphs(False)) if len(last.tasks) <= _IN_ORDER else []
            order = [row.task for row in rows if row.task is not None and row.task in self.lanes] or order
        program = visible(self.history.header.program) or "corodemo"
        yield {"ph": "M", "name": "process_name", "pid": _PROCESS, "args": {"name": program}}
        named = [(_LOOP, "loop"), *((self.tracks[task], task_title(last, task, width=60)) for task in order)]
        for at, (track, name) in enumerate(named):
            common = {"ph": "M", "pid": _PROCESS, "tid": track}
            yield {**common, "name": "thread_name", "args": {"name": name}}
            yield {**common, "name": "thread_sort_index", "args": {"sort_index": at}}

    def slice(self, track: int, name: str, start: int, end: int, **more: object) -> Record:
        return {
            "ph": "X",
            "name": name,
            "cat": "loop" if track == _LOOP else "task",
            "pid": _PROCESS,
            "tid": track,
            "ts": _microseconds(start),
            "dur": _microseconds(end - start),
            "args": more,
        }

    def loop(self) -> Iterator[Record]:
        """The loop's track: busy, or idle until something happens that is not from another thread."""
        since, name = self.first, "busy"
        for index in range(self.first, self.stop):
            event = self.events[index]
            if isinstance(event, ev.LoopWaiting):
                now = "idle"
            elif name == "idle" and isinstance(event, PASSIVE):
                continue
            else:
                now = "busy"
            if now != name or index == self.first:
                if index > since:
                    yield self.loop_slice(name, since, self.place(index))
                since, name = index, now
        yield self.loop_slice(name, since, self.end)

    def loop_slice(self, name: str, since: int, end: int) -> Record:
        event = self.events[since]
        until = {"until_ns": event.until_ns} if isinstance(event, ev.LoopWaiting) else {}
        return self.slice(_LOOP, name, self.place(since), end, at_ns=event.at_ns, **until)

    def slices(self, task: int, lane: Lane) -> Iterator[Record]:
        track = self.tracks[task]
        row = max(0, lane.row(self.first))
        while row < len(lane.at) and lane.at[row] < self.stop:
            index, state = lane.at[row], lane.states[row]
            row += 1
            if row < len(lane.at) and lane.at[row] == index:
                continue  # a task that is mentioned first by what changes its state
            is_last = row == len(lane.at) or lane.at[row] >= self.stop
            if is_last and state >= DONE:
                return
            end = self.end if is_last else self.place(lane.at[row])
            if end > self.place(index):
                facts = self.facts(task, lane, row - 1, index)
                name = "created" if state == CREATED else "ended" if state >= DONE else WORDS[state]
                yield self.slice(track, name, self.place(index), end, at_ns=self.events[index].at_ns, **facts)

    def facts(self, task: int, lane: Lane, row: int, index: int) -> Record:
        event = self.events[index]
        state = lane.states[row]
        if state == RUNNING:
            return {"step": lane.steps(row)}
        if state == WAITING and isinstance(event, ev.TaskSuspended):
            on = visible(waiting_on(self.history.at(index), task))
            return {"on": on, "place": f"{visible(event.file)}:{event.line}"}
        if state == READY and isinstance(event, ev.TaskReady):
            return {"cause": event.cause, "by": event.by}
        return {}

    def arrows(self) -> Iterator[Record]:
        """From what woke a task to where it became ready: a step, the end of a task, or else the loop."""
        sources = {arrow.event: arrow.source for arrow in arrows(self.history, self.first, self.stop - 1)}
        for wakeup in self.history.wakeups(self.first, self.stop - 1):
            if wakeup.waker == wakeup.task or wakeup.task not in self.lanes:
                continue
            common = {"name": "wakeup", "cat": "wakeup", "id": wakeup.event, "pid": _PROCESS}
            place = self.place(wakeup.event)
            track, start = self.track(wakeup.waker), place
            ended = sources.get(wakeup.event) if wakeup.waker is None else None
            if ended is not None and (last := self.last_place(ended, wakeup.event)) is not None:
                track, start = self.tracks[ended], last
            yield {**common, "ph": "s", "tid": track, "ts": _microseconds(start)}
            yield {**common, "ph": "f", "bp": "e", "tid": self.tracks[wakeup.task], "ts": _microseconds(place)}

    def last_place(self, task: int, before: int) -> int | None:
        """Where the last slice of a task is still there that had ended before an event; None if it has none in the window."""
        lane = self.lanes.get(task)
        if lane is None or lane.at[-1] <= max(lane.at[0], self.first) or lane.at[-1] >= before:
            return None
        return self.place(lane.at[-1]) - 1

    def instants(self) -> Iterator[Record]:
        for index in range(self.first, self.stop):
            event = self.events[index]
            if isinstance(event, _INSTANTS):
                kind = type(event).__struct_config__.tag
                yield {
                    "ph": "i",
                    "s": "t",
                    "name": describe(event, self.history.at(index)),
                    "cat": kind,
                    "pid": _PROCESS,
                    "tid": self.track(event.task),
                    "ts": _microseconds(self.place(index)),
                    "args": {"at_ns": event.at_ns, "event": index},
                }

    def queue(self) -> Iterator[Record]:
        length = -1
        ready = self.history.fold.ready
        for index in range(self.first, self.stop):
            now = ready.count(index)
            if now != length:
                length = now
                yield {
                    "ph": "C",
                    "name": "ready queue",
                    "pid": _PROCESS,
                    "ts": _microseconds(self.place(index)),
                    "args": {"tasks": length},
                }
