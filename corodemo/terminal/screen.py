"""The screen, which a program's text, the prompt and the live panel share without mixing.

A terminal has one cursor, and three parties write: user code, from any thread; the prompt, which redraws its line at every
key; and the panel below a program's output, which is drawn again and again. So nobody writes but through here, under one
lock. While a prompt is up, what the program prints waits until the prompt's own thread has a whole line of it to print
above. While a panel stands, whole lines go above it. Otherwise text passes straight through.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import threading
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO

from corodemo.terminal.reflow import rewraps

__all__ = ["PanelLine", "Terminal"]

#: A line of the panel: the text with its colours, and its width in cells.
PanelLine = tuple[str, int]

#: What moves the cursor or clears: a program that prints this draws on the screen itself, and the panel leaves.
_DRAWS = re.compile("\x1b(\\[[0-9;]*[A-HJKSTfsu]|\\[\\?|[78DMc])")
#: Who prints: a thread, by its number, and the stream that it prints to.
_Writer = tuple[int, TextIO]
#: So many characters are remembered of the line that the cursor stands in.
_LINE_MAX = 1000
#: A panel moves down for prints at most so often, in seconds; lines that come faster go above it together.
_REDRAW_PAUSE = 0.03
#: What a terminal that can do so takes as one change of the screen; others do not know these, and obey the rest.
_SYNC, _END_SYNC = "\x1b[?2026h", "\x1b[?2026l"
#: How long the end of a line is waited for before a prompt is drawn, in seconds: what takes longer is no print() under way.
_LINE_PATIENCE = 0.05


class Terminal:
    """The screen behind `stream`, which must be a terminal's."""

    def __init__(self, stream: TextIO) -> None:
        self._fd = stream.fileno()
        self._encoding = stream.encoding or "utf-8"
        self._lock = threading.RLock()
        self._line_ended = threading.Condition(self._lock)
        self._lines: list[tuple[TextIO, str]] = []  # whole lines that may not be shown yet
        self._starts: dict[_Writer, str] = {}  # and the lines that are not whole yet, by who prints them
        self._streams: dict[int, TextIO] = {}  # those that the program's text went to, to be flushed before we draw
        self._is_held = False  # a prompt is up, or a full screen
        self._announce: Callable[[], None] | None = None  # tells the prompt's thread that lines wait
        self._has_panel = False
        self._is_suspended = False  # there is none at the moment, and there will be again
        self.questions = 0  # so many wait for an answer
        self._panel: list[PanelLine] = []  # as last drawn
        self._is_drawn = False  # whether the panel is on the screen at this moment
        self._drawn_at = 0.0
        self._drawn_columns = 0  # and how wide the screen was then
        self._rewraps = rewraps(os.environ)
        self._line = ""  # what stands on the screen since the last newline
        self._line_by: _Writer | None = None  # who printed the end of it

    @property
    def size(self) -> tuple[int, int]:
        """The columns and rows of the screen now."""
        try:
            columns, rows = os.get_terminal_size(self._fd)
        except OSError:
            columns, rows = 0, 0
        if columns <= 0 or rows <= 0:  # a terminal that does not know its size
            columns, rows = shutil.get_terminal_size()
        return columns, rows

    # --- the program's text

    def write(self, stream: TextIO, text: str) -> None:
        """Show text that the program, or the shell, writes to `stream`: now, or when whoever has the screen lets it."""
        with self._lock:
            if self._is_held:
                self._keep(stream, text)
                if self._announce is not None and self._lines:
                    self._announce()
            elif not self._has_panel:
                self._write_through(stream, text)
            elif _DRAWS.search(text):
                self.remove_panel()
                self._emit(stream, text)
            else:
                self._write_above_panel(stream, text)

    def _write_through(self, stream: TextIO, text: str) -> None:
        if threading.current_thread() is threading.main_thread():
            self._emit(stream, text)
        else:
            # print() writes in pieces, and several threads may print at once.
            self._keep(stream, text)
            self._emit_lines()

    def flush(self, stream: TextIO) -> None:
        """Show the start of a line that the calling thread has printed to `stream`, where nothing stands below it."""
        with self._lock:
            if not self._is_held and not self._has_panel:
                self._emit(stream, self._starts.pop((threading.get_ident(), stream), ""))
                stream.flush()

    def close(self) -> None:
        """Show what is left of lines that have no end, when nobody is to print any more."""
        with self._lock:
            self._emit_lines()
            starts, self._starts = self._starts, {}
            for (_, stream), text in starts.items():
                self._emit(stream, text)
            self._flush()

    def _write_above_panel(self, stream: TextIO, text: str) -> None:
        self._keep(stream, text)
        if time.monotonic() - self._drawn_at > _REDRAW_PAUSE:
            self._emit_above_panel()

    def _emit_above_panel(self) -> None:
        if self._lines:
            self._erase()
            self._emit_lines()
            self._flush()
            self._draw(self._panel)

    def _keep(self, stream: TextIO, text: str) -> None:
        """Keep text back; each thread's lines stay whole, though it prints them in pieces."""
        writer = threading.get_ident(), stream
        head, newline, tail = (self._starts.pop(writer, "") + text).rpartition("\n")
        if newline:
            self._lines.append((stream, head + newline))
        if tail:
            self._starts[writer] = tail

    def _emit_lines(self) -> None:
        lines, self._lines = self._lines, []
        for stream, text in lines:
            self._emit(stream, text)

    def _emit_all(self) -> None:
        """Let out what was kept back; but what other threads are in the midst of, only once its line ends."""
        self._emit_lines()
        main = threading.main_thread().ident
        for writer in [writer for writer in self._starts if writer[0] == main]:
            self._emit(writer[1], self._starts.pop(writer))

    def _emit(self, stream: TextIO, text: str) -> None:
        if text:
            self._streams[id(stream)] = stream
            stream.write(text)
            self._line = (self._line + text).rpartition("\n")[2][-_LINE_MAX:]
            self._line_by = threading.get_ident(), stream
            if not self._line:
                self._line_ended.notify_all()

    def _flush(self) -> None:
        for stream in self._streams.values():
            with contextlib.suppress(ValueError):  # closed by the user
                stream.flush()
        self._streams.clear()

    # --- the prompt

    def hold(self, announce: Callable[[], None] | None = None) -> None:
        """Keep the program's text back, because a prompt or a full screen comes up, at the start of a line.

        announce: called, in any thread, when lines wait that `let_lines_out` would show.
        """
        with self._lock:
            # print() writes a line in pieces: one that another thread is in the midst of may end first.
            self._line_ended.wait_for(lambda: not self._line, _LINE_PATIENCE)
            self._end_line()
            self._is_held = True
            self._announce = announce

    def let_lines_out(self) -> None:
        """Show the whole lines that wait; for the prompt's thread, while it has taken the prompt off the screen."""
        with self._lock:
            self._emit_lines()
            self._flush()

    def release(self) -> None:
        """End what `hold` began, and show what has waited."""
        with self._lock:
            self._is_held = False
            self._announce = None
            self._line = ""
            self._emit_all()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the program's text back meanwhile."""
        self.hold()
        try:
            yield
        finally:
            self.release()

    def _end_line(self) -> None:
        """Go to the start of a line."""
        self._flush()
        if self._line:
            self._put("\n")
            self._line = ""

    # --- the panel

    @property
    def unfinished(self) -> str:
        """The start of a line that the program prints and that waits for its end, below which the panel stands."""
        with self._lock:
            return "".join(self._starts.values())

    @property
    def has_panel(self) -> bool:
        """Whether a panel stands below the program's output."""
        return self._has_panel

    def open_panel(self) -> None:
        """From now on print whole lines above a panel, until `remove_panel`."""
        with self._lock:
            self._has_panel = True
            by = self._line_by
            line = self._line.rpartition("\r")[2]  # a progress bar is written over and over
            if by is not None and line.isprintable() and 0 < _cells(line) <= self.size[0]:
                # The start of a line stands there: it is taken back, to be shown above the panel until it ends.
                self._flush()
                self._put("\r\x1b[J")
                self._starts[by] = line
                self._line = ""

    def draw_panel(self, lines: Iterable[PanelLine]) -> bool:
        """Draw the panel instead of the one that stands there; return False if there is to be none any more."""
        with self._lock:
            if not self._has_panel:
                return self._is_suspended
            if self._lines:
                self._erase()
                self._emit_lines()
            self._end_line()
            self._draw(list(lines))
            return True

    def move_panel(self) -> None:
        """Let the lines that the program has printed meanwhile stand above the panel; to be called often."""
        with self._lock:
            if self._has_panel and not self._is_held:
                self._emit_above_panel()

    def leave_panel(self, lines: Iterable[PanelLine]) -> bool:
        """Draw the panel a last time, where it stays, and go on below it; return False if there is none any more."""
        with self._lock:
            if not self._has_panel:
                self._is_suspended = False
                return False
            self.remove_panel()
            self._end_line()
            self._put("".join(f"{line}\n" for line, _ in lines))
            return True

    @contextlib.contextmanager
    def panel_suspended(self) -> Iterator[None]:
        """Take the panel off the screen meanwhile, because somebody asks a question there; none is to be opened, either."""
        with self._lock:
            self.questions += 1
            if self._has_panel:
                self.remove_panel()
                self._is_suspended = True
        try:
            yield
        finally:
            with self._lock:
                self.questions -= 1
                if self._is_suspended and not self.questions:
                    self._has_panel, self._is_suspended = True, False

    def remove_panel(self) -> None:
        """Take the panel off the screen, and show what has waited for the end of its line."""
        with self._lock:
            self._is_suspended = False
            if not self._has_panel:
                return
            self._erase()
            self._has_panel = False
            self._emit_all()
            self._flush()

    def _draw(self, lines: list[PanelLine]) -> None:
        # One write, that goes over what is there and clears only the rest, so that nothing flickers; the cursor is
        # hidden, for it would jump.
        text = "\n".join(f"{line}\x1b[K" for line, _ in lines)
        # Lines that a terminal has wrapped stay wrapped until they are cleared.
        columns = self.size[0]
        clearing = "\x1b[J" if columns != self._drawn_columns else ""
        self._drawn_columns = columns
        self._put(f"{_SYNC}\x1b[?25l{self._to_panel()}{clearing}{text}\x1b[J{_END_SYNC}")
        self._panel = lines
        self._is_drawn = True
        self._drawn_at = time.monotonic()

    def _erase(self) -> None:
        if self._is_drawn:
            self._put(f"{self._to_panel()}\x1b[J\x1b[?25h")
            self._is_drawn = False

    def _to_panel(self) -> str:
        """Return what takes the cursor to where the panel begins."""
        if not self._is_drawn:
            return ""
        rows = len(self._panel)
        if self._rewraps:
            # A terminal that was made narrower has wrapped the lines that no longer fit.
            columns = max(1, self.size[0])
            rows = sum(max(1, -(-width // columns)) for _, width in self._panel)
        return "\r" + (f"\x1b[{rows - 1}A" if rows > 1 else "")

    def _put(self, text: str) -> None:
        data = text.encode(self._encoding, "replace")
        while data:
            data = data[os.write(self._fd, data) :]


def _cells(line: str) -> int:
    """Return how many cells a printable line takes."""
    wide = 0 if line.isascii() else sum(unicodedata.east_asian_width(char) in "WF" for char in line)
    return len(line) + wide
