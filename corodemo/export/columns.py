"""What a page shows after each event, as columns: the history's own, written down for a reader that cannot fold.

Everything that a pane says is worked out here, from snapshots, by the functions that draw the terminal's views. A column
holds a value and the event since which it is true, so a page finds what to show after any event by bisection, as the
history itself does, and steps back as cheaply as forward. It never reads an event.

All text has been made visible and bounded. Texts that are often the same stand once, in `strings`, and are referred to
by number; columns of events that only grow are written as differences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corodemo.export.sourcefiles import source_files
from corodemo.history.fold import FAR
from corodemo.history.lanes import CREATED, READY, RUNNING
from corodemo.history.suspensions import suspension_of
from corodemo.traceformat import events as ev
from corodemo.views.arrows import arrows
from corodemo.views.glyphs import glyphs
from corodemo.views.names import loop_words, task_title
from corodemo.views.outline import outline
from corodemo.views.panes import names_pane, present_task
from corodemo.views.sentences import describe
from corodemo.views.suspension import meanwhile_pane
from corodemo.views.text import fit, plain_lines, short_path, source_number
from corodemo.views.tree import waits_for, woken_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from corodemo.export.window import Window
    from corodemo.history import History, Snapshot, State

__all__ = ["LANES", "columns"]

LANES = 250  # tasks with a row of their own
NAMES = 300  # living tasks up to which it is said who waits for whom, and who ran during an await
OUTPUT_CHARS = 4_000  # of one write
OUTPUT_TOTAL = 400_000
SPAN = 10**8  # the width of the timeline, in units of places

Json = dict[str, Any]


def columns(
    history: History, window: Window, lines_of: Callable[[str], Sequence[str] | None], at: int | None = None
) -> Json:
    """Return what a page needs to show the events of a window, ready for JSON.

    at: the event at which the page opens; where there are too many tasks, it is those of that moment that have rows.
    lines_of: returns the lines of a file that the trace names, or None if they are not to be had.
    """
    writer = _Writer(history, window)
    found: Json = {
        "program": fit(history.header.program, 60) or "corodemo",
        "python": fit(history.header.python, 20),
        "clock": fit(history.header.clock, 20),
        "first": window.first,
        "count": window.count,
        "ns": _differences(min(event.at_ns, FAR) for event in history.events[window.first : window.stop]),
        "x": _differences(_places(history, window)),
        "axis": _axis(history, window),
        "text": [describe(history.events[at], history.at(at)) for at in range(window.first, window.stop)],
        **writer.tasks(at),
        **writer.spans(),
        "wakeups": writer.wakeups(),
        "status": writer.changes(_status),
        "here": writer.changes(writer.here),
        "names": writer.changes(writer.names) if len(history.fold.lines) else [[], []],
        "meanwhile": writer.changes(writer.meanwhile),
        "output": writer.output(),
    }
    found["files"], shortened = source_files(writer.files, lines_of)
    found["strings"] = list(writer.strings)
    found["leftOut"] = [sentence for sentence in (window.left_out, *writer.left_out, *shortened) if sentence]
    return found


def _differences(numbers: Iterable[int]) -> list[int]:
    found, before = [], 0
    for number in numbers:
        found.append(number - before)
        before = number
    return found


def _axis(history: History, window: Window) -> str:
    """What a place on the timeline is a share of: "time", "events", or under a virtual clock "both"."""
    start, end = history.events[window.first].at_ns, history.events[window.stop - 1].at_ns
    if start >= end:
        return "events"
    return "both" if history.header.clock == "virtual" else "time"


def _places(history: History, window: Window) -> Iterable[int]:
    """Where each event stands, by the rule of `views.scale`: its share of the time, of the events, or half of each."""
    axis = _axis(history, window)
    start = min(history.events[window.first].at_ns, FAR)
    span = max(1, min(history.events[window.stop - 1].at_ns, FAR) - start)
    last = max(1, window.stop - window.first - 1)
    place = 0
    for rank in range(window.stop - window.first):
        time = SPAN * (min(history.events[window.first + rank].at_ns, FAR) - start) // span
        order = SPAN * rank // last
        here = {"time": time, "events": order, "both": (time + order) // 2}[axis]
        place = min(SPAN, max(place, here))  # a damaged trace's time may go back; the timeline does not
        yield place


def _status(snapshot: Snapshot) -> tuple[State, str]:
    """What the loop does: a word for its colour, and a sentence."""
    if snapshot.running is not None:
        return "running", f"{task_title(snapshot, snapshot.running)} is running"
    return "waiting", loop_words(snapshot)


class _Writer:
    """The columns of one window, and the strings that they refer to."""

    def __init__(self, history: History, window: Window) -> None:
        self.history = history
        self.window = window
        self.strings: dict[str, int] = {}
        self.files: dict[str, int] = {}
        self.left_out: list[str] = []

    def string(self, text: str) -> int:
        return self.strings.setdefault(text, len(self.strings))

    def file(self, name: str) -> int:
        return self.files.setdefault(name, len(self.files))

    def changes(self, what: Callable[[Snapshot], Any]) -> list[list[Any]]:
        """A column: the events at which something changes, and what it is from there on."""
        at: list[int] = []
        values: list[Any] = []
        for index in range(self.window.first - 1, self.window.stop):
            value = what(self.history.at(index))
            if not values or value != values[-1]:
                at.append(index)
                values.append(value)
        return [_differences(at), values]

    # --- tasks

    def tasks(self, at: int | None) -> Json:
        """The tasks that have a row, in the order of the tree, each with its changes of state."""
        last = self.history.at(self.window.stop - 1)
        then = self.history.at(at) if at is not None else last
        rows = outline(then if len(then.tasks) > LANES else last, LANES, glyphs(False))
        shown = [row for row in rows if row.task is not None]
        missing = len(last.tasks) - len(shown)
        if missing:
            self.left_out.append(f"{missing:,} of {len(last.tasks):,} tasks have no row of their own")
        return {
            "tasks": [self.task(last, row.task, len(row.prefix) // 2) for row in shown if row.task is not None],
            "hidden": missing,
        }

    def task(self, last: Snapshot, task: int, depth: int) -> Json:
        state = last.tasks[task]
        lane = self.history.lane(task)
        made = f"{fit(state.coro, 40)}() made at {fit(short_path(state.file), 30)}:{state.line}" if state.coro else ""
        found: Json = {
            "id": task,
            "title": fit(state.title, 40) if state.coro else "",
            "depth": min(depth, 12),
            "input": fit(source_number(state.origin) or "", 9) if depth == 0 else "",
            "made": made,
            "cuts": [
                index
                for index in lane.cancels or ()
                if self.window.first <= index < self.window.stop
                and isinstance(self.history.events[index], ev.CancelRequested)
            ],
        }
        keys = ("at", "state", "since", "ran", "queued", "waited", "steps", "on", "woken", "file", "line")
        values: dict[str, list[Any]] = {key: [] for key in keys}
        row = max(0, lane.row(self.window.first))
        while row < len(lane.at) and lane.at[row] < self.window.stop:
            if row + 1 == len(lane.at) or lane.at[row + 1] != lane.at[row]:
                for key, value in zip(keys, self.row(task, lane.at[row], lane.states[row]), strict=True):
                    values[key].append(value)
            row += 1
        return {**found, **values, "at": _differences(values["at"])}

    def row(self, task: int, index: int, code: int) -> tuple[int, ...]:
        snapshot = self.history.at(index)
        state = snapshot.tasks[task]
        # Of a task that runs or is ready, the page knows: it is where the source pane stands, or so far back in the queue.
        on = ""
        if code not in {CREATED, READY, RUNNING}:
            ways = waits_for(snapshot, state)
            # Without the place, for which the page has a column of its own, and without a timer's number, which says nothing.
            on = ways[-2 if len(ways) > 2 else -1].plain
        return (
            index,
            max(READY, code),
            min(state.since_ns, FAR),
            state.running_ns,
            state.ready_ns,
            state.waiting_ns,
            state.steps,
            self.string(on),
            self.string(woken_by(snapshot, state)),
            self.file(state.at_file) if state.at_file else -1,
            state.at_line,
        )

    # --- what is open for a while: the queue, timers, threads

    def spans(self) -> Json:
        fold, events = self.history.fold, self.history.events
        last = self.history.at(self.window.stop - 1)
        ready = [
            [start, end, fold.ready.keys[slot], self.string(task_title(last, fold.ready.keys[slot]))]
            for slot, start, end in self.open_spans(fold.ready)
        ]
        timers = []
        for slot, start, end in self.open_spans(fold.timers):
            event = events[fold.timers.starts[slot]]
            if isinstance(event, ev.TimerSet):
                waits = [index for index in fold.timer_waits.get(event.timer, ()) if index < self.window.stop][-1:]
                suspended = events[waits[0]] if waits else None
                who = task_title(last, suspended.task) if isinstance(suspended, ev.TaskSuspended) else ""
                what, name = self.string(fit(event.what, 40)), self.string(who)
                timers.append([start, end, min(event.deadline_ns, FAR), what, name, waits[0] if waits else -1])
        threads = []
        for slot, start, end in self.open_spans(fold.threads):
            job = events[fold.threads.starts[slot]]
            if isinstance(job, ev.ThreadStarted):
                threads.append([start, end, self.string(f"job {job.job}: {fit(job.what, 40)}")])
        lengths = self.changes(lambda snapshot: fold.ready.count(snapshot.index))
        return {"ready": ready, "timers": timers, "threads": threads, "queue": lengths}

    def open_spans(self, spans: Any) -> Iterable[tuple[int, int, int]]:
        """The rows that are open in the window: row, first event, event after the last."""
        before = spans.open_at(self.window.first - 1)
        for slot in before:
            yield slot, self.window.first - 1, min(spans.ends[slot], self.window.stop)
        since = before[-1] + 1 if before else 0
        for slot in range(since, len(spans.starts)):
            start = spans.starts[slot]
            if start >= self.window.stop:
                break
            if start >= self.window.first:
                yield slot, start, min(spans.ends[slot], self.window.stop)

    def wakeups(self) -> list[list[int]]:
        """Wakeups of one task by another: event, waker, woken."""
        return [list(arrow) for arrow in arrows(self.history, self.window.first, self.window.stop - 1)]

    # --- source, names, output

    def here(self, snapshot: Snapshot) -> list[int]:
        """The place that the source pane shows: file, line, task, and whether the task is parked there."""
        here = snapshot.here
        if here is None:
            return []
        return [self.file(here.file), here.line, here.task or 0, int(here.parked)]

    def names(self, snapshot: Snapshot) -> list[int]:
        if self.history.fold.live.count(snapshot.index) > NAMES:
            return []
        task = present_task(snapshot)
        found = suspension_of(self.history, task, snapshot.index) if task is not None else None
        return [
            self.string(line.plain.rstrip()) for line in names_pane(snapshot, 64, 14, task=task, suspension=found).lines
        ]

    def meanwhile(self, snapshot: Snapshot) -> list[int]:
        task = present_task(snapshot)
        if task is None or self.history.fold.live.count(snapshot.index) > NAMES:
            return []
        found = suspension_of(self.history, task, snapshot.index)
        return [self.string(line.plain.rstrip()) for line in meanwhile_pane(snapshot, task, found, 64, 12).lines]

    def output(self) -> list[list[Any]]:
        """What was written: event, whether to stderr, lines."""
        found: list[list[Any]] = []
        fold, total = self.history.fold, 0
        for index in fold.outputs:
            event = self.history.events[index]
            if not self.window.first <= index < self.window.stop or not isinstance(event, ev.Output):
                continue
            text = event.text[:OUTPUT_CHARS] + ("…\n" if len(event.text) > OUTPUT_CHARS else "")
            total += len(text)
            if total > OUTPUT_TOTAL:
                self.left_out.append(f"what was printed after event {index:,} was left out")
                break
            found.append([index, int(event.stream == "stderr"), plain_lines(text)])
        return found
