"""Locks: how tasks wait for each other in line.

Every primitive here is the same thing: a bit of state, and a line of futures, one for each task that waits. Whoever changes
the state finishes the future at the head of the line; the task behind it takes what was given in its own next step.
Between those two moments the gift can be lost, because the task may be cancelled in between, so each `acquire`
that is cancelled passes on what it had been given. That is the whole difficulty. Nothing here is thread-safe, and nothing is
owned: any task may release. Who has acquired is noted all the same, weakly, so that somebody who waits can be told for whom.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from . import events
from .exceptions import CancelledError, noted
from .waitlines import Acquired, Line, running_task, tell_of_holders

if TYPE_CHECKING:
    from .tasks import Task

__all__ = ["BoundedSemaphore", "Condition", "Event", "Lock", "Semaphore"]

T = TypeVar("T")

_thread = events._thread  # knows which loop runs in it


class Lock(Acquired, Line):
    """A lock that one task holds at a time; those who wait get it in order of arrival.

    Like: `asyncio.Lock`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._locked = False
        self._holder: Any = (
            None  # while locked, a weak reference to the task that has acquired it; None where no task did
        )

    def _holders(self) -> list[Task[Any] | None]:
        """Return the task that holds the lock, in a list; None in it for one that is gone or that is not known."""
        return [self._holder and self._holder()] if self._locked else []

    def _state(self) -> str:
        return "locked" if self._locked else "unlocked"

    def locked(self) -> bool:
        """Return True while somebody holds the lock."""
        return self._locked

    async def acquire(self) -> bool:
        """Wait until the lock is free and take it; return True. Does not suspend if it is free and nobody waits."""
        if not self._locked and all(waiter.cancelled() for waiter in self._waiters):
            self._locked = True
            # `running_task()`, written out: with a call it took a fifth of the whole.
            loop = _thread.running
            task = None if loop is None else loop._current_task
            self._holder = None if loop is None or task is None else task._ref or loop._register(task)
            return True
        waiter = self._new_waiter("acquire")
        self._waiters.append(waiter)
        tell_of_holders(self, waiter)
        try:
            try:
                await waiter
            finally:
                self._waiters.remove(waiter)
        except CancelledError:
            # We may have been the one who was told that the lock is free.
            if not self._locked:
                self._wake_first()
            raise
        self._locked = True
        self._holder = running_task()
        tell_of_holders(self, None)
        return True

    def release(self) -> None:
        """Free the lock and wake who waits first. Raises RuntimeError if it is not locked."""
        if not self._locked:
            raise noted(RuntimeError("Lock is not acquired."), f"{self!r}: call release() once after each acquire()")
        self._locked = False
        if self._waiters:
            self._wake_first()
            tell_of_holders(self, None)

    def _wake_first(self) -> None:
        # If the first was told already, it is the one whose turn it is.
        if self._waiters and not self._waiters[0].done():
            self._waiters[0].set_result(None)


class Event(Line):
    """A flag that tasks wait for.

    Like: `asyncio.Event`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._value = False

    def _state(self) -> str:
        return "set" if self._value else "unset"

    def is_set(self) -> bool:
        """Return True if the flag is set."""
        return self._value

    def set(self) -> None:
        """Set the flag and wake all who wait, even if it is cleared before they run."""
        if not self._value:
            self._value = True
            for waiter in self._waiters:
                if not waiter.done():
                    waiter.set_result(None)

    def clear(self) -> None:
        """Clear the flag: whoever waits from now on waits for the next `set()`."""
        self._value = False

    async def wait(self) -> bool:
        """Wait until the flag is set; return True. Does not suspend if it is."""
        if self._value:
            return True
        waiter = self._new_waiter("wait")
        self._waiters.append(waiter)
        try:
            await waiter
        finally:
            self._waiters.remove(waiter)
        return True


class Condition(Acquired, Line):
    """A lock, and a line of tasks that wait to be told that something under it has changed.

    lock: a `Lock` of several conditions, or None for one of its own. Like: `asyncio.Condition`.
    """

    def __init__(self, lock: Lock | None = None) -> None:
        super().__init__()
        self._lock = Lock() if lock is None else lock
        self.locked = self._lock.locked
        self.acquire = self._lock.acquire
        self.release = self._lock.release

    def _state(self) -> str:
        return "locked" if self.locked() else "unlocked"

    async def wait(self) -> bool:
        """Give the lock away, wait to be notified, take the lock again; return True. Holds it also when cancelled.

        It may return without cause, so look again at what you wait for. Raises RuntimeError without the lock.
        """
        if not self.locked():
            raise noted(RuntimeError("cannot wait on un-acquired lock"), f"{self!r}: use `async with condition:`")
        waiter = self._new_waiter("wait")
        self.release()
        try:
            try:
                self._waiters.append(waiter)
                try:
                    await waiter
                    return True
                finally:
                    self._waiters.remove(waiter)
            finally:
                await self._take_lock_again()
        except BaseException:
            # We may have been notified and will not act on it: let another one.
            self._notify(1)
            raise

    async def _take_lock_again(self) -> None:
        """Acquire the lock whatever happens: a cancel meanwhile is raised only when the lock is ours."""
        cancelled: CancelledError | None = None
        while True:
            try:
                await self.acquire()
                break
            except CancelledError as exc:
                cancelled = exc
        if cancelled is not None:
            try:
                raise cancelled
            finally:
                cancelled = None  # its traceback holds this frame

    async def wait_for(self, predicate: Callable[[], T]) -> T:
        """Wait until `predicate()` is true, asked anew after each notification; return what it said last."""
        while not (result := predicate()):
            await self.wait()
        return result

    def notify(self, n: int = 1) -> None:
        """Wake the first `n` who wait; they go on once they have the lock. Raises RuntimeError without the lock."""
        if not self.locked():
            raise noted(RuntimeError("cannot notify on un-acquired lock"), f"{self!r}: use `async with condition:`")
        self._notify(n)

    def notify_all(self) -> None:
        """Wake all who wait. Raises RuntimeError without the lock."""
        self.notify(len(self._waiters))

    def _notify(self, n: int) -> None:
        for waiter in self._waiters:
            if n <= 0:
                break
            if not waiter.done():
                n -= 1
                waiter.set_result(None)


class Semaphore(Acquired, Line):
    """A number of permits; `acquire` takes one, or waits in line.

    Raises ValueError for a negative number. Like: `asyncio.Semaphore`.
    """

    def __init__(self, value: int = 1) -> None:
        if value < 0:
            raise noted(ValueError("Semaphore initial value must be >= 0"), f"it is {value!r}")
        super().__init__()
        self._value = value  # permits that are free; one that was promised to a waiter is not
        # How many permits which task has acquired, and a weak reference to it, by the reference's id().
        self._held: dict[int, tuple[Any, int]] = {}

    def _holders(self) -> list[Task[Any] | None]:
        """Return the tasks that hold permits, each once; None among them for one that is gone.

        Who gives back a permit that another task has acquired leaves that one among them.
        """
        return [ref() for ref, _ in self._held.values()]

    def _note_acquired(self) -> None:
        ref = running_task()
        if ref is not None:
            key = id(ref)
            self._held[key] = ref, self._held[key][1] + 1 if key in self._held else 1

    def _note_released(self) -> None:
        key = id(running_task())
        if key in self._held:
            ref, count = self._held[key]
            if count > 1:
                self._held[key] = ref, count - 1
            else:
                del self._held[key]

    def _state(self) -> str:
        return "locked" if self.locked() else f"unlocked, value:{self._value}"

    def locked(self) -> bool:
        """Return True if `acquire` would wait: no permit is free, or others are in line for it."""
        return self._value == 0 or any(not waiter.cancelled() for waiter in self._waiters)

    async def acquire(self) -> bool:
        """Wait for a permit and take it; return True. Does not suspend if one is free and nobody waits."""
        if not self.locked():
            self._value -= 1
            self._note_acquired()
            return True
        waiter = self._new_waiter("acquire")
        self._waiters.append(waiter)
        tell_of_holders(self, waiter)
        try:
            try:
                await waiter
            finally:
                self._waiters.remove(waiter)
        except CancelledError:
            if waiter.done() and not waiter.cancelled():
                self._value += 1  # it was promised to us, and goes back
            raise
        finally:
            # More permits may have come free while we were the one whose turn it was.
            while self._value > 0 and self._wake_next():
                pass
        self._note_acquired()
        tell_of_holders(self, None)
        return True

    def release(self) -> None:
        """Give a permit back and wake who waits first."""
        self._value += 1
        self._note_released()
        if self._waiters:
            self._wake_next()
            tell_of_holders(self, None)

    def _wake_next(self) -> bool:
        """Promise a permit to the first who was not promised one yet; False if there is none."""
        for waiter in self._waiters:
            if not waiter.done():
                self._value -= 1
                waiter.set_result(None)
                return True
        return False


class BoundedSemaphore(Semaphore):
    """A semaphore that refuses more releases than there were permits.

    Like: `asyncio.BoundedSemaphore`.
    """

    def __init__(self, value: int = 1) -> None:
        self._bound_value = value
        super().__init__(value)

    def release(self) -> None:
        """Give a permit back. Raises ValueError if none is out."""
        if self._value >= self._bound_value:
            error = ValueError("BoundedSemaphore released too many times")
            raise noted(error, f"{self!r}: call release() once after each acquire()")
        super().release()
