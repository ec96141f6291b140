"""Ctrl-C: what it means at each moment, decided in one place.

It comes in two ways: as a signal to the main thread while code runs, and as a key to the prompt's thread while the prompt is
up. Both ask the loop for an answer. A loop that answers is not held by anybody: then what is decided happens right there, in
the loop, between two steps. A loop that does not answer in a moment is held by a step or a callback, of whatever task, and
that is what gets the KeyboardInterrupt. Plain code is not asked: it gets the KeyboardInterrupt at once.

The interpreter only marks a signal, and handles it between two instructions. One that comes right before a call that blocks,
as `input()` or `time.sleep()` do, would wait until that returns; `late_signals_handled` sees to it.
"""

from __future__ import annotations

import contextlib
import enum
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, Protocol

from corodemo import runtime
from corodemo.runtime.events import Handle
from corodemo.runtime.loop import EventLoop
from corodemo.runtime.tasks import Task

__all__ = ["Action", "Doing", "Interrupts", "decide", "late_signals_handled", "signal_handled", "signal_main_thread"]

#: Seconds that a loop has to answer before it counts as held; a press of Ctrl-C should not feel slow.
PATIENCE = 0.25
#: Seconds after a signal at which the main thread is nudged, in case that it has not handled it.
LATE = 0.05
#: What it is nudged with: any signal ends a blocking call early, and this one is ignored by programs that do not know of it.
_NUDGE = getattr(signal, "SIGURG", None)


class Doing(enum.Enum):
    """What the shell does at the moment."""

    NOTHING = "the prompt is up"
    PLAIN = "an input runs that does not await"
    AWAITING = "an input awaits"


class Action(enum.Enum):
    """What Ctrl-C does."""

    CLEAR_LINE = "empty the line at the prompt"
    INTERRUPT = "raise KeyboardInterrupt in the code that runs"
    CANCEL_INPUT = "cancel the task of the input"
    GIVE_UP_INPUT = "leave the task of the input alone, and go back to the prompt"


def decide(doing: Doing, *, is_held: bool, was_cancelled: bool) -> Action:
    """Return what Ctrl-C does. is_held: the loop does not answer. was_cancelled: the input was asked to end before."""
    if doing is Doing.PLAIN or is_held:
        return Action.INTERRUPT
    if doing is Doing.NOTHING:
        return Action.CLEAR_LINE
    return Action.GIVE_UP_INPUT if was_cancelled else Action.CANCEL_INPUT


class _Owner(Protocol):
    """Who has a loop, and does what is decided; `act` is called in the loop."""

    doing: Doing
    was_cancelled: bool

    def act(self, action: Action) -> None: ...


class Interrupts:
    """Turns each Ctrl-C into an action. call_later: calls a function after some seconds, in another thread than the main one."""

    def __init__(self, loop: EventLoop, owner: _Owner, call_later: Callable[[float, Callable[[], None]], None]) -> None:
        self._loop = loop
        self._owner = owner
        self._call_later = call_later
        self._asked: Handle | None = None  # the question that the loop has not answered yet
        self._must_interrupt = False  # the loop is held: the next signal is to be raised in the code that holds it

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Handle SIGINT, in the main thread. Raises KeyboardInterrupt if that is what Ctrl-C means now."""
        if self._owner.doing is Doing.PLAIN:
            raise KeyboardInterrupt
        if not self._must_interrupt:
            self.press()
        elif _is_user_code(frame):
            self._must_interrupt = False
            self._withdraw()
            raise KeyboardInterrupt
        # Else the loop is between two steps after all, and will answer.

    def press(self) -> None:
        """Handle Ctrl-C, in any thread."""
        if self._asked is None and not self._loop.is_closed():
            self._asked = self._loop.call_soon_threadsafe(self._answer)
            self._call_later(PATIENCE, self._look)

    def _answer(self) -> None:
        """Be called by the loop: nobody holds it."""
        self._asked = None
        self._must_interrupt = False
        owner = self._owner
        owner.act(decide(owner.doing, is_held=False, was_cancelled=owner.was_cancelled))

    def _look(self) -> None:
        """Look, in the other thread, whether the loop has answered; if not, interrupt what holds it."""
        if self._asked is None:
            return
        # A loop that does not run, while the shell itself is busy, is held by nobody: it will answer when it runs again.
        if self._loop.is_running() or self._owner.doing is Doing.PLAIN:
            self._must_interrupt = True
            signal_main_thread()
        self._call_later(PATIENCE, self._look)

    def _withdraw(self) -> None:
        asked, self._asked = self._asked, None
        if asked is not None:
            asked.cancel()


@contextlib.contextmanager
def late_signals_handled(
    call_when_readable: Callable[[socket.socket, Callable[[], None]], None],
    call_later: Callable[[float, Callable[[], None]], None],
) -> Iterator[None]:
    """Have the main thread handle a SIGINT that came right before a call that blocks. For the main thread.

    call_when_readable: has another thread call a function whenever a socket has something to read, until it is closed.
    call_later: as for `Interrupts`.
    """
    if _NUDGE is None:
        yield
        return
    ours, interpreters = socket.socketpair()

    def signal_came() -> None:
        if signal.SIGINT in ours.recv(4096):
            call_later(LATE, nudge)

    def nudge() -> None:
        # The call is ended, what is marked is handled, and if that does not raise the call is made again.
        _signal_main_thread(_NUDGE)

    with ours, interpreters:
        ours.setblocking(False)
        interpreters.setblocking(False)
        outer_handler = signal.signal(_NUDGE, _do_nothing)
        # The interpreter writes each signal's number there the moment it comes, whatever the main thread does.
        outer = signal.set_wakeup_fd(interpreters.fileno(), warn_on_full_buffer=False)
        call_when_readable(ours, signal_came)
        try:
            yield
        finally:
            signal.set_wakeup_fd(outer)
            signal.signal(_NUDGE, outer_handler)


def _do_nothing(number: int, frame: FrameType | None) -> None:
    """Handle a signal that is only to end a call."""


@contextlib.contextmanager
def signal_handled(handler: Callable[..., Any]) -> Iterator[None]:
    """Handle SIGINT by `handler` meanwhile."""
    outer = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, outer)


def _is_user_code(frame: FrameType | None) -> bool:
    """Return True if the main thread was interrupted in a step or a callback of the user's, and not in the loop itself."""
    inner: FrameType | None = None
    while frame is not None:
        if frame.f_code in _ENTRIES:
            return inner is not None and not inner.f_code.co_filename.startswith(_RUNTIME)
        inner, frame = frame, frame.f_back
    return False


_ENTRIES = frozenset({Task._run.__code__, Task._run_watched.__code__, Handle._run.__code__})
_RUNTIME = os.path.dirname(os.path.abspath(runtime.__file__)) + os.sep


def signal_main_thread() -> None:
    """Send SIGINT to the main thread, from any other."""
    _signal_main_thread(signal.SIGINT)


def _signal_main_thread(number: int) -> None:
    ident = threading.main_thread().ident
    if ident is not None:
        # The signal also ends a blocking call, such as time.sleep(), early.
        signal.pthread_kill(ident, number)
