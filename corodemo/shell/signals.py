"""SIGINT and the main thread: handling it for a while, sending it from another thread, and waking calls that block.

The interpreter only marks a signal, and handles it between two instructions. One that comes right before a call that blocks,
as `input()` or `time.sleep()` do, would wait until that returns; `blocking_calls_interrupted` sees to it.
"""

from __future__ import annotations

import _thread
import contextlib
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

__all__ = ["CallLater", "blocking_calls_interrupted", "signal_handled", "signal_main_thread"]

#: Calls a function after some seconds, in another thread than the main one.
CallLater = Callable[[float, Callable[[], None]], None]

#: Seconds after a signal at which the main thread is nudged, in case that it has not handled it.
LATE = 0.05
#: What it is nudged with: any signal ends a blocking call early, and this one is ignored by programs that do not know of it.
_NUDGE = getattr(signal, "SIGURG", None)


@contextlib.contextmanager
def signal_handled(handler: Callable[..., Any]) -> Iterator[None]:
    """Handle SIGINT by `handler` meanwhile."""
    outer = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, outer)


def signal_main_thread() -> None:
    """Send SIGINT to the main thread, from any other."""
    _signal_main_thread(signal.SIGINT)


@contextlib.contextmanager
def blocking_calls_interrupted(
    call_when_readable: Callable[[socket.socket, Callable[[], None]], None], call_later: CallLater
) -> Iterator[None]:
    """Have the main thread handle a SIGINT that came right before a call that blocks. For the main thread.

    call_when_readable: has another thread call a function whenever a socket has something to read, until it is closed.
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


def _signal_main_thread(number: int) -> None:
    if sys.platform == "win32" or not hasattr(signal, "pthread_kill"):
        _thread.interrupt_main(signal.Signals(number))  # it is marked, and handled when a call that blocks has returned
        return
    ident = threading.main_thread().ident
    if ident is not None:
        # The signal also ends a blocking call, such as time.sleep(), early.
        signal.pthread_kill(ident, number)
