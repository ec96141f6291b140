"""Timeouts: a timer that cancels the task, and a context manager that turns that cancel into a TimeoutError.

Both a timeout and somebody else may cancel the same task, so the manager must know whose cancel it sees: it takes back
exactly the one request that it made, and converts the CancelledError only if no other request stands.
`wait_for` is the same for one awaitable.
"""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from . import coroutines, events, tasks
from .awaitables import as_coroutine, ensure_future
from .exceptions import CancelledError
from .futures import isfuture
from .waitables import Waiter

if TYPE_CHECKING:
    from .loop import EventLoop

__all__ = ["Timeout", "timeout", "timeout_at", "wait_for"]


_new_task = tasks.Task.__new__

# A timeout's states. Plain words: a member of an enum is a look-up in its class, and there are six in a `wait_for`.
_CREATED = "created"
_ENTERED = "active"
_EXPIRING = "expiring"
_EXPIRED = "expired"
_EXITED = "finished"


class Timeout:
    """Cancel the task inside `async with` when the time is over. Make it by `timeout()` or `timeout_at()`.

    when: the deadline as `loop.time()` counts, or None for none yet. Like: `asyncio.Timeout`.
    """

    def __init__(self, when: float | None) -> None:
        self._state = _CREATED
        self._timer: events.Handle | None = None
        self._task: tasks.Task[Any] | None = None
        self._when = when
        self._cancelling = 0  # requests that stood against the task when it entered

    def when(self) -> float | None:
        """Return the deadline in seconds as `loop.time()` counts, or None."""
        return self._when

    def reschedule(self, when: float | None) -> None:
        """Move the deadline. Raises RuntimeError outside the `async with`, or after the time is over."""
        if self._state is not _ENTERED:
            if self._state is _CREATED:
                raise RuntimeError("Timeout has not been entered")
            raise RuntimeError(f"Cannot change state of {self._state} Timeout")
        self._when = when
        if self._timer is not None:
            self._timer.cancel()
        if when is None:
            self._timer = None
            return
        self._start_timer(events.get_running_loop(), when)

    def _start_timer(self, loop: EventLoop, when: float) -> None:
        if when <= loop.time():
            self._timer = loop.call_soon(self._expire)
        else:
            self._timer = loop.call_at(when, self._expire)

    def expired(self) -> bool:
        """Return True if the time is over."""
        return self._state in (_EXPIRING, _EXPIRED)

    def __repr__(self) -> str:
        info = [""]
        if self._state is _ENTERED:
            info.append(f"when={round(self._when, 3) if self._when is not None else None}")
        return f"<Timeout [{self._state}]{' '.join(info)}>"

    async def __aenter__(self) -> Self:
        self._begin()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self._end(exc_val)

    def _begin(self) -> None:
        if self._state is not _CREATED:
            raise RuntimeError("Timeout has already been entered")
        loop = events.get_running_loop()
        task = loop._current_task
        if task is None:
            raise RuntimeError("Timeout should be used inside a task")
        self._state = _ENTERED
        self._task = task
        self._cancelling = task._num_cancels_requested
        if self._when is not None:
            self._start_timer(loop, self._when)

    def _end(self, error: BaseException | None) -> None:
        """Stop the timer; raise TimeoutError if `error` is what it has caused."""
        assert self._task is not None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._state is _EXPIRING:
            self._state = _EXPIRED
            # Only if our request was the only new one: a cancel from outside must stay a cancel.
            if self._task.uncancel() <= self._cancelling and error is not None:
                if isinstance(error, CancelledError):
                    raise TimeoutError from error
                _insert_timeout_error(error)
                if isinstance(error, ExceptionGroup):
                    for exc in error.exceptions:
                        _insert_timeout_error(exc)
        elif self._state is _ENTERED:
            self._state = _EXITED

    def _expire(self) -> None:
        assert self._task is not None
        self._task.cancel()
        self._state = _EXPIRING
        self._timer = None


def timeout(delay: float | None) -> Timeout:
    """Return an `async with` manager that cancels the task in it after `delay` seconds, and raises TimeoutError then.

    None: no limit, until `reschedule()`. Like: `asyncio.timeout`.
    """
    return Timeout(events.get_running_loop().time() + delay if delay is not None else None)


def timeout_at(when: float | None) -> Timeout:
    """Do what `timeout` does, with a deadline as `loop.time()` counts. Like: `asyncio.timeout_at`."""
    return Timeout(when)


async def wait_for(aw: Any, timeout: float | None) -> Any:
    """Wait for an awaitable for at most `timeout` seconds (None: without limit); return its result.

    A coroutine is run as a task, whose first step is taken at once. When the time is over it is cancelled, its end is awaited,
    and TimeoutError is raised; what it raises while it is cancelled goes on instead. If the wait is cancelled, so is the
    awaitable. Like: `asyncio.wait_for`, of Python 3.12, which runs a coroutine in the waiting task; the chapter says otherwise.
    """
    if timeout is not None and timeout <= 0:
        future = ensure_future(aw)
        if future.done():
            return future.result()
        # Its end is awaited even now: it may take time to clean up, and it may refuse.
        await _cancel_and_wait(future)
        try:
            return future.result()
        except CancelledError as exc:
            raise TimeoutError from exc
    is_future = isfuture(aw)
    if not is_future and not coroutines.iscoroutine(aw):
        aw = as_coroutine(aw)
    limit = _timeout(timeout)
    # As `async with` does it, without the two coroutines that it needs: a third of the whole.
    limit._begin()
    try:
        result = await (aw if is_future else _begun(aw))
    except BaseException as exc:
        limit._end(exc)
        raise
    limit._end(None)
    return result


_timeout = timeout  # `wait_for` has an argument of that name


def _begun(coro: Any) -> Any:
    """Return a task of a coroutine that has taken its first step: a cancel of who waits for it must not come before that."""
    loop = events.get_running_loop()
    if loop._task_factory is not None:
        return loop.create_task(coro)  # whether it begins at once is the factory's to say
    task: tasks.Task[Any] = _new_task(tasks.Task)
    task._begin(coro, loop, None, None, True)
    return task


async def _cancel_and_wait(future: Any) -> None:
    """Cancel the future and wait until it is done, whatever its outcome; a cancel from outside ends the wait alone."""
    loop = events.get_running_loop()
    waiter = Waiter(loop)
    if loop._hook is not None:
        loop._hook.future_labelled(waiter, "wait_for", [future])

    def release(_: Any) -> None:
        if not waiter.done():
            waiter.set_result(None)

    release.awaiter = waiter  # type: ignore[attr-defined]  # for the call graph
    release.awaited_by = loop._current_task  # type: ignore[attr-defined]  # the same
    future.add_done_callback(release)
    try:
        future.cancel()
        await waiter
    finally:
        future.remove_done_callback(release)


def _insert_timeout_error(exc_val: BaseException) -> None:
    """Put a TimeoutError into the context of an exception that was raised while our cancel was handled."""
    while exc_val.__context__ is not None:
        if isinstance(exc_val.__context__, CancelledError):
            error = TimeoutError()
            error.__context__ = error.__cause__ = exc_val.__context__
            exc_val.__context__ = error
            break
        exc_val = exc_val.__context__
