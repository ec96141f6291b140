"""The live panel: tasks and timeline below a program's output, while it runs.

It asks the trace and nothing else, and draws from a thread of its own, so it also shows a program that holds its loop. Code
that is over in a moment never sees it; when longer code ends, the last picture stays, and says what happened.

The program comes first. What a picture costs is measured, and the next one waits until that is a small share of the time
between; a program that does more in that time than can be followed is followed from its newest events on, and the heading
says so. What is shown is the present: the tasks that were there when the panel was opened, and those that came since.
"""

from __future__ import annotations

import contextlib
import re
import sys
import threading
import time
from typing import TYPE_CHECKING, Self, TextIO

from rich.cells import cell_len
from rich.text import Text

from corodemo.history import brief
from corodemo.live.tail import Tail
from corodemo.terminal.echo import without_key_echo
from corodemo.terminal.painter import Painter
from corodemo.terminal.screen import PanelLine, Terminal
from corodemo.terminal.streams import redirected_streams
from corodemo.traceformat import events as ev
from corodemo.views.panel import panel
from corodemo.views.text import fit

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType

    from corodemo.history import History
    from corodemo.traceformat.file import Trace

__all__ = ["LivePanel"]

#: Seconds before the panel comes up, between its pictures, and between looks for lines to be shown above it.
DELAY = 0.2
PERIOD = 0.1
MOVE = 0.04
#: After a picture, so many times what it cost is left to the program: a seventeenth of a processor is the most that is taken.
REST = 16
#: About what the first picture costs, in seconds: for each event that came before it, and for each task.
FIRST_EVENT, FIRST_TASK = 1.2e-7, 1e-5
#: The most rows that it takes of a screen that is not high; of a high one, half.
ROWS = 20

_COLOURS = re.compile("\x1b\\[[0-9;]*m")


class LivePanel:
    """Show what happens in a growing trace below the program's output, from `__enter__` to `__exit__`.

    stream: the terminal's; for any other nothing is shown. terminal: what writes to it, if there is one already: else
    sys.stdout and sys.stderr are led through a new one. title: what runs. ascii: draw with ASCII alone.
    pace: returns how fast the trace's time passes now; without it, that is as the trace's header says.
    """

    def __init__(
        self,
        trace: Trace,
        stream: TextIO,
        *,
        terminal: Terminal | None = None,
        title: str = "",
        ascii: bool = False,
        pace: Callable[[], float] | None = None,
    ) -> None:
        self._trace = trace
        self._pace = pace or self._pace_of_header
        self._painter = Painter(stream)
        self._is_ascii = ascii or not self._painter.supports_unicode
        self._is_possible = self._painter.can_move
        self._terminal = terminal if terminal is not None or not self._is_possible else Terminal(stream)
        self._leads_streams = terminal is None
        self._title = title
        self._ends = contextlib.ExitStack()
        self._is_over = threading.Event()
        self._was_shown = False
        self._about: int | None = None  # the task that the panel is for: the first that was made since it was opened

    def __enter__(self) -> Self:
        self._started = self._grown_at = time.monotonic()
        self._tail = Tail(self._trace)
        self._seen = self._tail.taken
        if self._is_possible and self._terminal is not None:
            if self._leads_streams:
                self._ends.enter_context(redirected_streams(self._terminal))
            thread = threading.Thread(target=self._draw_often, args=(self._terminal,), daemon=True, name="live panel")
            thread.start()
            self._ends.callback(self._stop, self._terminal, thread)
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def _stop(self, terminal: Terminal, thread: threading.Thread) -> None:
        self._is_over.set()
        thread.join()
        if self._was_shown:
            words = self._summary()
            if not terminal.leave_panel(self._lines(terminal, words)):
                # The program has drawn on the screen itself: a picture would be in its way.
                summary = self._painter.paint(Text(words, style="dim"), terminal.size[0])
                terminal.write(sys.__stdout__ or sys.stdout, summary)

    # --- in the panel's thread

    def _draw_often(self, terminal: Terminal) -> None:
        if self._is_over.wait(DELAY):
            return
        # Until a task has run there is nothing to see; and below a question there is no place.
        while not self._has_news() or terminal.questions:
            if self._is_over.wait(PERIOD):
                return
        with without_key_echo():
            terminal.open_panel()
            made = (event.task for event in self._tail.news if type(event) is ev.TaskCreated)
            self._about = next(made, None)
            self._was_shown = True
            kinds = list(map(type, self._tail.news))
            cost = FIRST_EVENT * len(kinds) + FIRST_TASK * kinds.count(ev.TaskCreated)
            while not self._rest(terminal, REST * cost):
                started = time.thread_time()
                if not terminal.draw_panel(self._lines(terminal)):
                    return
                cost = time.thread_time() - started

    def _rest(self, terminal: Terminal, work: float) -> bool:
        """Leave the program so much time to work, but no line to wait that is to go above the panel; return True if it is over.

        Where other programs want the processor too, ours gets its time later; but nobody waits three times as long, for it
        may be one that does nothing.
        """
        started, worked = time.monotonic(), time.process_time()
        while True:
            passed = time.monotonic() - started
            left = max(PERIOD, work) - passed
            has_worked = time.process_time() - worked >= work or passed >= 3 * work
            if left <= 0 and (has_worked or self._is_idle()):
                return False
            if self._is_over.wait(min(MOVE, max(left, MOVE / 10)) if left > 0 else MOVE):
                return True
            terminal.move_panel()

    def _is_idle(self) -> bool:
        """True if the program's loop waits for a timer, a thread or the outside."""
        return [type(event) for event in self._trace.events[-1:]] == [ev.LoopWaiting]

    def _has_news(self) -> bool:
        """Return True once a task has run since the panel was opened."""
        return any(type(event) is ev.TaskResumed for event in self._tail.news)

    def _lines(self, terminal: Terminal, words: str | None = None) -> list[PanelLine]:
        """Return the picture; words: what its heading says, by default what runs, for how long, and how to end it."""
        columns, rows = terminal.size
        width = max(20, columns - 1)  # the last column stays free: some terminals wrap when it is filled
        lines = self._unfinished(terminal, width) if words is None else []
        history = self._tail.follow()
        start, end = self._extent(history, is_last=words is not None)
        picture = panel(
            history,
            words=self._doing() if words is None else words,
            hint="Ctrl-C interrupts" if words is None else "",
            width=width,
            height=max(1, min(max(ROWS, rows // 2), rows - 3) - len(lines)),
            start_ns=start,
            end_ns=end,
            about=self._about,
            ascii=self._is_ascii,
        )
        lines += self._painted(picture, width)
        return lines[-max(1, rows - 1) :]

    def _pace_of_header(self) -> float:
        return 1.0 if self._trace.header.clock == "real" else 0.0

    def _extent(self, history: History, *, is_last: bool) -> tuple[int, int]:
        """Return the stretch of time to show: from the panel's opening, or from when its history begins, until now."""
        if self._seen != self._tail.taken:
            self._seen = self._tail.taken
            self._grown_at = time.monotonic()
        now = history.last().at_ns
        start = min(now, self._tail.start_ns)
        if not is_last:
            now += int((time.monotonic() - self._grown_at) * 1e9 * self._pace())
        return start, max(now, start + 1)

    def _doing(self) -> str:
        words = f"{time.monotonic() - self._started:.1f} s"
        if self._title:
            words = f"{self._title}, {words}"
        if self._tail.since_ns is not None:
            words += f", counted from {brief(self._tail.since_ns, ascii=self._is_ascii)}"
        return words

    def _unfinished(self, terminal: Terminal, width: int) -> list[PanelLine]:
        text = terminal.unfinished.rstrip("\r").rsplit("\r", 1)[-1]
        if not text:
            return []
        return self._painted(Text(fit(_COLOURS.sub("", text), width)), width)

    def _painted(self, renderable: RenderableType, width: int) -> list[PanelLine]:
        lines = self._painter.paint(renderable, width).split("\n")[:-1]
        return [(line, cell_len(_COLOURS.sub("", line))) for line in lines]

    # --- at the end

    def _summary(self) -> str:
        news = self._tail.news
        tasks = sum(type(event) is ev.TaskCreated for event in news)
        steps = sum(type(event) is ev.TaskResumed for event in news)
        more = "more than " if self._tail.has_forgotten else ""
        made = f"{more}{_count(tasks, 'task')}, " if tasks or not more else ""  # "more than 0" says nothing
        seconds = time.monotonic() - self._started
        return f"{made}{seconds:.1f} s, {more}{_count(steps, 'step')}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
