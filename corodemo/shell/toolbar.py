"""The line below the prompt: what goes on in the loop, and who holds it, when there is anything to tell.

It is asked by the prompt's thread while the loop runs, or is held, in another. So it never asks the loop to answer: it reads
plain fields, each whole at any moment, and may be a moment behind. That a step holds the loop it knows from having looked twice
and found the same one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corodemo.runtime import Clock
    from corodemo.shell.completion import Signature
    from corodemo.shell.protocol import Shell

__all__ = ["LoopWatch", "Status", "signature_line", "status_line"]

#: Seconds after which a step that goes on counts as holding the loop.
HELD = 0.5
_NAME = 30

Fragments = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand in a loop."""

    tasks: int = 0
    ready: int = 0
    timers: int = 0
    clock: str = ""  # what is to be said of the clock; "" for the real one
    is_paused: bool = False
    holder: str = ""  # who holds the loop
    held: float = 0.0  # and for how many seconds

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.tasks or self.timers or self.holder or self.is_paused)


class LoopWatch:
    """Looks at the loop of a shell's session. now: the time in seconds, by which holding is measured."""

    def __init__(self, shell: Shell, now: Callable[[], float] = time.monotonic) -> None:
        self._shell = shell
        self._now = now
        self._seen: Any = None  # what tells the step that was under way from any other
        self._since = 0.0

    def look(self) -> Status:
        """Return how things stand."""
        loop = self._shell.session.loop
        holder, held = self._holder()
        session = self._shell.session
        timers = max(0, len(loop._timers) - loop._timers_cancelled)
        clock = _clock_words(session.clock, session.is_paused)
        return Status(len(loop._tasks()), len(loop._ready), timers, clock, session.is_paused, holder, held)

    def _holder(self) -> tuple[str, float]:
        recorder = self._shell.recorder
        task = self._shell.session.loop._current_task
        mark = recorder.under_way
        if task is None and not mark[1]:
            self._seen = None
            return "", 0.0
        seen = (id(task), mark)
        if seen != self._seen:
            self._seen, self._since = seen, self._now()
        held = self._now() - self._since
        if held < HELD:
            return "", 0.0
        if task is None:
            return "a callback", held
        number = recorder.number_of(task)
        return f"T{number} {task.get_name()}" if number else task.get_name(), held


def _clock_words(clock: Clock, is_paused: bool) -> str:
    at = f"at {clock.now_ns() / 1e9:,.3f}".rstrip("0").rstrip(".") + " s"
    pace = getattr(clock, "pace", 1.0)
    if is_paused:
        return f"paused {at}"
    if clock.name != "real":
        return f"{clock.name} clock {at}"
    return "" if pace == 1 else f"clock x{pace:g}"


def status_line(status: Status, width: int, *, ascii: bool = False) -> Fragments:
    """Return the line for the loop; empty when there is nothing to tell."""
    if status.is_quiet:
        return []
    from corodemo.views.text import fit  # only now: a prompt comes up sooner without it

    parts = [_count(status.tasks, "task"), f"{status.ready:,} ready", _count(status.timers, "timer")]
    if status.clock:
        parts.append(status.clock)
    held = f"blocked {status.held:.1f} s by {fit(status.holder, _NAME, ascii=ascii)}" if status.holder else ""
    left = width - len(held) - 2 * bool(held)
    line: Fragments = [("class:toolbar", fit(", ".join(parts), left, ascii=ascii))] if left > 0 else []
    if held:
        line += [("class:toolbar", "  ")] * bool(line) + [("class:toolbar.blocked", fit(held, width, ascii=ascii))]
    return line


def signature_line(signature: Signature, width: int, *, ascii: bool = False) -> Fragments:
    """Return a function's signature, with the parameter that is being written, and what its docstring says first."""
    from corodemo.views.text import cell_len, fit

    parts = [
        ("class:toolbar", signature.before),
        ("class:toolbar.current", signature.current),
        ("class:toolbar", signature.after),
        ("class:toolbar.about", f"  {signature.about}" if signature.about else ""),
    ]
    line: Fragments = []
    for style, text in parts:
        left = width - sum(cell_len(shown) for _, shown in line)
        shown = fit(text, left, ascii=ascii)
        if shown:
            line.append((style, shown))
    return line


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"
