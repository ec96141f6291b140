"""What a task can wait on: a state, and the list of those who wait for it to change.

A waiting task stands on the list as itself, with no callback and no handle; only what a user added with
`add_done_callback` becomes a handle. The runtime's own functions may stand there bare: they are told at once, and run
no code of the user's. The list keeps the task alive: whoever can still bring about the change can still wake the task.

A future is for everybody, and has all that a program may ask of it. A `Sleep`, or a `Waiter` in the line of a lock or a
queue, is seen by nobody but the one task that awaits it and whoever wakes that, so it does with what is here; a program may
have a hundred thousand of them, and each slot of each is eight bytes. For the same reason most waitables, which one waits
for, have that one there without a list around it.
"""

from __future__ import annotations

import itertools
import reprlib
import traceback
from collections.abc import Generator
from types import FunctionType
from typing import TYPE_CHECKING, Any

from . import reprs
from .exceptions import CancelledError, noted

if TYPE_CHECKING:
    from .loop import EventLoop

__all__ = ["CANCELLED", "FINISHED", "PENDING", "Waitable", "Waiter"]

PENDING = "PENDING"
CANCELLED = "CANCELLED"
FINISHED = "FINISHED"


class Waitable:
    """What all have in common that a task can wait on. Not for use by itself."""

    __slots__ = ("__weakref__", "_asyncio_future_blocking", "_loop", "_note", "_state", "_waiting")

    _loop: EventLoop
    _state: str
    _waiting: Any  # who waits: a task, a (callback, context) pair, a function of ours, or a list of them
    _asyncio_future_blocking: int  # set by __await__, reset by the task that understood it
    _cancel_message: Any  # what was given to `cancel()`
    _note: Any  # what a watcher has noted of it, for that watcher to read; the runtime never does

    # A future has slots for these.
    _result: Any = None
    _exception: BaseException | None = None

    #: Where it was made, in debug mode.
    _source_traceback: traceback.StackSummary | None = None

    def done(self) -> bool:
        """Return True if there is a result or an exception, or it was cancelled."""
        return self._state != PENDING

    def cancelled(self) -> bool:
        """Return True if it was cancelled."""
        return self._state == CANCELLED

    def get_loop(self) -> EventLoop:
        """Return the loop that this belongs to."""
        try:
            return self._loop
        except AttributeError:
            raise noted(
                RuntimeError("Future object is not initialized."),
                f"{type(self).__name__}.__init__ must call super().__init__()",
            ) from None

    @reprlib.recursive_repr()
    def __repr__(self) -> str:
        return f"<{self.__class__.__name__} {' '.join(reprs.future_info(self))}>"

    # --- those who wait

    @property
    def _callbacks(self) -> list[Any] | None:
        """Who waits, in order of arrival, as a list of its own; None for nobody."""
        waiting = self._waiting
        if waiting is None:
            return None
        return list(waiting) if waiting.__class__ is list else [waiting]

    def _add_waiting(self, entry: Any) -> None:
        """Put one more on the list of those who wait."""
        waiting = self._waiting
        if waiting is None:
            self._waiting = entry
        elif waiting.__class__ is list:
            waiting.append(entry)
        else:
            self._waiting = [waiting, entry]

    def _finish(self) -> None:
        """Tell the hook that this is done, and wake those who wait."""
        hook = self._loop._hook
        if hook is not None:
            hook.future_done(self)
        if self._waiting is not None:
            self._wake()

    def _wake(self) -> None:
        """Put everybody on the list into the ready queue, in the order in which they came."""
        waiting = self._waiting
        self._waiting = None
        loop = self._loop
        kind = waiting.__class__
        if kind is not list and kind is not tuple and kind is not FunctionType:  # one task, as it mostly is
            loop._ready.append(waiting)
            hook = loop._hook
            if hook is not None:
                hook.task_ready(waiting, "future", self)
            return
        for entry in waiting if kind is list else (waiting,):
            kind = entry.__class__
            if kind is tuple:
                loop.call_soon(entry[0], self, context=entry[1])
            elif kind is FunctionType:
                entry(self)
            else:
                loop._ready.append(entry)
                hook = loop._hook
                if hook is not None:
                    hook.task_ready(entry, "future", self)

    # --- a cancel

    def _error(self) -> BaseException:
        """Return what to raise for one that did not end well."""
        return self._make_cancelled_error()

    def _make_cancelled_error(self) -> BaseException:
        """Return the error to raise for a cancelled one."""
        return CancelledError() if self._cancel_message is None else CancelledError(self._cancel_message)


class Waiter(Waitable):
    """A place in a line, awaited by one task, once. Nothing comes of it but that the task goes on."""

    __slots__ = ("_cancel_message", "_in_line_for")

    def __init__(self, loop: EventLoop, in_line_for: object = None) -> None:
        self._loop = loop
        self._in_line_for = in_line_for  # the lock, queue or other primitive in whose line it is
        self._state = PENDING
        self._waiting = self._note = self._cancel_message = None
        self._asyncio_future_blocking = False

    def __await__(self) -> Generator[Any, None, None]:
        """Yield itself once, as `Future.__await__` does, by an iterator of C: a quarter of a generator's memory."""
        self._asyncio_future_blocking = True
        return itertools.repeat(self, 1)  # type: ignore[return-value]  # an iterator is all that `await` needs

    def set_result(self, result: None) -> None:
        """Let the task go on."""
        self._state = FINISHED
        self._finish()

    def cancel(self, msg: Any = None) -> bool:
        """Wake the task with a CancelledError; return False if it was let go already."""
        if self._state != PENDING:
            return False
        self._state = CANCELLED
        self._cancel_message = msg
        self._finish()
        return True
