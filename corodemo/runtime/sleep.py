"""Sleeping: something to wait on that a timer finishes.

`Sleep` is both at once, what the sleeper awaits and the entry on the loop's heap of timers. When its
deadline has passed the loop moves it to the ready queue like any callback, and its turn there finishes it, which
puts the sleeper at the end of the queue: a sleeper wakes one iteration after its timer, exactly as in asyncio.
"""

from __future__ import annotations

import types
from collections.abc import Generator
from typing import Any, TypeVar

from . import events
from .waitables import CANCELLED, FINISHED, PENDING, Waiter

__all__ = ["Sleep", "sleep"]

T = TypeVar("T")


class Sleep(Waiter):
    """Done after `delay` seconds; it begins with its making."""

    __slots__ = ("_deadline_ns", "_delay", "_scheduled")

    def __init__(self, delay: float) -> None:
        loop = self._loop = events.get_running_loop()
        self._state = PENDING
        self._waiting = self._note = self._cancel_message = None
        self._asyncio_future_blocking = False
        self._delay: float | None = delay  # None: the sleeper is not there any more
        self._scheduled = False  # whether it stands on the heap; the loop's to change
        self._deadline_ns = loop._deadline_after(delay)
        loop._set_timer(self)

    @property
    def _cancelled(self) -> bool:
        """What the heap asks of a timer."""
        return self._state == CANCELLED or self._delay is None

    def cancel(self, msg: Any = None) -> bool:
        """Wake the sleeper with a CancelledError; return False if the sleep is over."""
        if self._state == PENDING and self._delay is not None:
            self._loop._timer_cancelled(self)
        return super().cancel(msg)

    def _forget(self) -> None:
        """Take the timer off the heap for a sleeper that is not there any more, if it is still on it.

        The sleep stays what it is: to cancel the task of a coroutine that somebody has closed must still wake that task.
        """
        if self._state == PENDING and self._delay is not None:
            self._loop._timer_cancelled(self)
        self._delay = None

    def _run(self) -> None:
        """Finish, in the ready queue, after the deadline."""
        if self._state == PENDING:
            hook = self._loop._hook
            if hook is not None and self._delay is not None:
                hook.timer_fired(self)
            self._state = FINISHED
            self._finish()

    _run_watched = _run


@types.coroutine
def _yield_once() -> Generator[None, None, None]:
    """Suspend once, to the end of the ready queue."""
    yield


async def sleep(delay: float, result: Any = None) -> Any:
    """Suspend for `delay` seconds and return `result`; 0 or less lets every ready task run once.

    Raises ValueError if the delay is not a number. A cancel ends it at once. Like: `asyncio.sleep`.
    """
    if delay <= 0:
        await _yield_once()
        return result
    if delay != delay:
        raise ValueError("Invalid delay: NaN (not a number)")
    future = Sleep(delay)
    try:
        await future
    except BaseException:
        future._forget()  # a coroutine that is closed while it sleeps leaves no timer behind
        raise
    return result
