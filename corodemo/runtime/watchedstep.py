"""A step of a task that a hook watches: `Task._run` once more, with the lines for the hook in it.

A task switch takes 430 ns, and to ask three times whether somebody watches, where nobody does, took 14 of them. So the loop
asks once an iteration and calls one or the other. Nothing else differs: `tests/test_costs.py` takes the lines for the hook out
of this one, and compares what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .exceptions import CancelledError
from .waitables import CANCELLED

if TYPE_CHECKING:
    from .tasks import Task

__all__ = ["run_watched"]


def run_watched(self: Task[Any], error: BaseException | None = None) -> None:
    """Run one step, and tell the hook. It is a method of `Task`, and is read beside `Task._run`."""
    loop = self._loop
    hook = loop._hook
    if hook is not None:  # it may have been taken off since the iteration began
        hook.task_resumed(self)
    waiter = self._fut_waiter
    if waiter is not None:
        self._fut_waiter = None
        if waiter._exception is not None or waiter._state == CANCELLED:
            error = waiter._error()
    if self._must_cancel:
        if not isinstance(error, CancelledError):
            error = self._make_cancelled_error()
        self._must_cancel = False
    loop._current_task = self
    try:
        if error is None:
            awaited = self._context.run(self._coro.send, None)
        else:
            if hook is not None and isinstance(error, CancelledError):
                hook.cancel_delivered(self, error)
            awaited = self._context.run(self._coro.throw, error)
    except StopIteration as stop:
        self._end_returned(stop.value)
    except CancelledError as cancelled:
        self._end_cancelled(cancelled)
    except (KeyboardInterrupt, SystemExit) as fatal:
        self._end_failed(fatal)
        raise
    except BaseException as exc:
        self._end_failed(exc)
    else:
        if hook is not None and error is not None:
            hook.cancel_outlived(self, error)
        error = None  # nobody but the coroutine holds it now, so the hook can tell when it is swallowed
        if awaited is None:
            loop._ready.append(self)
            if hook is not None:
                hook.task_suspended(self, None)
                hook.task_ready(self, "yielded", None)
        else:
            self._wait_for(awaited)
    finally:
        loop._current_task = None
        error = waiter = None
        self = None  # type: ignore[assignment]
