"""The live panel: tasks and timeline below a program's output, while it runs.

It asks the trace and nothing else, and draws from a thread of its own, so it also shows a program that holds its loop. Code
that is over in a moment never sees it; when longer code ends, it gives way to one line that says what happened.

What is shown is the present: the tasks that were there when the panel was opened, and those that came since. Tasks that
had ended before are left out, by leaving their events out of the history that is drawn.
"""

from __future__ import annotations

import contextlib
import re
import sys
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self, TextIO

from rich.cells import cell_len
from rich.text import Text

from . import events as ev
from .echo import without_key_echo
from .history import History
from .paint import Painter
from .terminal import PanelLine, Terminal, leading_streams
from .views.text import fit
from .views.timeline import timeline
from .views.tree import tree

if TYPE_CHECKING:
    from .tracefile import Trace

__all__ = ["LivePanel"]

#: Seconds before the panel comes up, and between its pictures.
DELAY = 0.2
PERIOD = 0.1
#: The most rows that it takes, however high the screen.
MAX_ROWS = 20
#: A program whose panel is this far behind its trace starts it afresh with the newest events.
MAX_EVENTS = 50_000

_COLOURS = re.compile("\x1b\\[[0-9;]*m")


class LivePanel:
    """Show what happens in a growing trace below the program's output, from `__enter__` to `__exit__`.

    stream: the terminal's; for any other nothing is shown. terminal: the one door to it, if there is one already: else
    sys.stdout and sys.stderr are led through a new one. title: what runs. ascii: draw with ASCII alone.
    """

    def __init__(
        self,
        trace: Trace,
        stream: TextIO,
        *,
        terminal: Terminal | None = None,
        title: str = "",
        ascii: bool = False,
    ) -> None:
        self._trace = trace
        self._painter = Painter(stream)
        self._is_ascii = ascii or not self._painter.speaks_unicode
        self._is_possible = self._painter.can_move
        self._terminal = terminal if terminal is not None or not self._is_possible else Terminal(stream)
        self._leads_streams = terminal is None
        self._title = title
        self._ends = contextlib.ExitStack()
        self._is_over = threading.Event()
        self._was_shown = False

    def __enter__(self) -> Self:
        self._started = time.monotonic()
        self._first = self._trace.dropped + len(self._trace.events)  # the number of the first event that is news
        self._past: list[ev.Event] | None = None
        if self._is_possible and self._terminal is not None:
            if self._leads_streams:
                self._ends.enter_context(leading_streams(self._terminal))
            thread = threading.Thread(target=self._draw_often, args=(self._terminal,), daemon=True, name="live panel")
            thread.start()
            self._ends.callback(self._stop, self._terminal, thread)
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def _stop(self, terminal: Terminal, thread: threading.Thread) -> None:
        self._is_over.set()
        thread.join()
        terminal.remove_panel()
        if self._was_shown:
            summary = Text(self._summary(), style="dim")
            terminal.write(sys.__stdout__ or sys.stdout, self._painter.paint(summary, terminal.size[0]))

    # --- in the panel's thread

    def _draw_often(self, terminal: Terminal) -> None:
        pause = DELAY
        with contextlib.ExitStack() as stack:
            while not self._is_over.wait(pause):
                pause = PERIOD
                if not self._was_shown:
                    if not self._news():
                        continue  # no task has run yet: there is nothing to see
                    stack.enter_context(without_key_echo())
                    terminal.open_panel()
                    self._was_shown = True
                started = time.monotonic()
                if not terminal.draw_panel(self._lines(terminal)):
                    return
                # A picture that takes long to make is made less often: the program comes first.
                pause = max(PERIOD, 5 * (time.monotonic() - started))

    def _news(self) -> bool:
        """Return True once a task has run since the panel was opened."""
        return any(type(event) is ev.TaskResumed for event in self._events_since())

    def _events_since(self) -> Sequence[ev.Event]:
        return self._trace.events[max(0, self._first - self._trace.dropped) :]

    def _follow(self) -> History:
        """Return a history of the present, folded up to now."""
        # The trace's list is copied in one go, for the program goes on appending to it, and dropping from it.
        if self._past is None or len(self._past) > MAX_EVENTS:
            seen = self._trace.events[:]
            self._taken = self._trace.dropped + len(seen)
            news_at = max(0, len(seen) - (self._taken - self._first))
            self._past = _without_the_finished(seen[:news_at][-MAX_EVENTS:]) + seen[news_at:][-MAX_EVENTS // 2 :]
            self._history = History(_Present(self._trace.header, self._past))
            self._grown_at = time.monotonic()
        else:
            new = self._trace.events[max(0, self._taken - self._trace.dropped) :]
            if new:
                self._past.extend(new)
                self._taken += len(new)
                self._grown_at = time.monotonic()
            self._history.follow()
        return self._history

    def _lines(self, terminal: Terminal) -> list[PanelLine]:
        columns, rows = terminal.size
        width = max(20, columns - 1)  # the last column stays free: some terminals wrap when it is filled
        budget = min(MAX_ROWS, rows - 3)
        history = self._follow()
        snapshot = history.last()
        is_ascii = self._is_ascii
        tasks = len(snapshot.tasks)
        tree_rows = max(3, min(tasks + 1, (budget - 1) // 2))
        lines = self._unfinished(terminal, width)
        lines += self._painted(self._heading(width, is_ascii), width)
        lines += self._painted(tree(snapshot, width=width, height=tree_rows, ascii=is_ascii), width)
        left = budget - len(lines)
        if left >= 3:
            start, end = self._extent(history)
            picture = timeline(
                history,
                snapshot,
                width=width,
                height=min(left, 2 * tasks + 4),
                start_ns=start,
                end_ns=end,
                ascii=is_ascii,
            )
            lines += self._painted(picture, width)
        return lines[-max(1, rows - 1) :]

    def _extent(self, history: History) -> tuple[int, int]:
        """Return the stretch of time to show: from the panel's opening until now."""
        news = self._events_since()
        last = history.last().at_ns
        start = min(last, news[0].at_ns) if news else last
        if self._trace.header.clock == "real":
            last += int((time.monotonic() - self._grown_at) * 1e9)
        return start, max(last, start + 1)

    def _heading(self, width: int, ascii: bool) -> Text:
        seconds = f"{time.monotonic() - self._started:.1f} s"
        words = f"{self._title}, {seconds}" if self._title else seconds
        dash = "-" if ascii else "─"
        text = f"{dash * 2} {fit(words, max(1, width - 30), ascii=ascii)} {dash * 2} Ctrl-C interrupts "
        return Text(text + dash * max(0, width - cell_len(text)), style="dim")

    def _unfinished(self, terminal: Terminal, width: int) -> list[PanelLine]:
        text = terminal.unfinished.rstrip("\r").rsplit("\r", 1)[-1]
        if not text:
            return []
        return self._painted(Text(fit(_COLOURS.sub("", text), width)), width)

    def _painted(self, renderable: Text | object, width: int) -> list[PanelLine]:
        lines = self._painter.paint(renderable, width).split("\n")[:-1]  # type: ignore[arg-type]  # views' Lines are one
        return [(line, cell_len(_COLOURS.sub("", line))) for line in lines]

    # --- at the end

    def _summary(self) -> str:
        since = self._events_since()
        tasks = sum(isinstance(event, ev.TaskCreated) for event in since)
        steps = sum(isinstance(event, ev.TaskResumed) for event in since)
        seconds = time.monotonic() - self._started
        return f"{_count(tasks, 'task')}, {seconds:.1f} s, {_count(steps, 'step')}"


class _Present:
    """A trace for a history: some events of another one."""

    def __init__(self, header: ev.Header, events: list[ev.Event]) -> None:
        self.header = header
        self.events = events


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _without_the_finished(events: Sequence[ev.Event]) -> list[ev.Event]:
    """Return the events without those of tasks, timers and futures that are over, and without output."""
    over = {("task", event.task) for event in events if isinstance(event, ev.TaskDone)}
    over |= {("timer", event.timer) for event in events if isinstance(event, (ev.TimerFired, ev.TimerCancelled))}
    over |= {("future", event.future) for event in events if isinstance(event, ev.FutureDone)}
    past = (ev.Output, ev.Line, ev.CallbackRan, ev.Warned)
    return [
        event
        for event in events
        if not isinstance(event, past)
        and not any((kind, getattr(event, kind, None)) in over for kind in ("task", "timer", "future"))
    ]
