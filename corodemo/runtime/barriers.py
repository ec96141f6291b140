"""A barrier: the last of so many tasks to arrive lets all of them through.

It fills until everybody is there, drains until everybody has left, and only then fills again, so that a fast
task that comes round a second time cannot slip in with the first crowd. Two doors lead out of that: `reset()` sends those who
wait away, and `abort()` breaks it for good, so that nobody waits for a task that will not come.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from .exceptions import BrokenBarrierError, noted
from .locks import Condition
from .waitlines import LoopBound

if TYPE_CHECKING:
    from .hooks import Hook
    from .waitables import Waiter

__all__ = ["Barrier"]


class _State(enum.Enum):
    FILLING = "filling"
    DRAINING = "draining"
    RESETTING = "resetting"
    BROKEN = "broken"


class _Changed(Condition):
    """The condition of a barrier: who waits for it waits for the barrier, and is said to."""

    def _announce(self, hook: Hook, waiter: Waiter, what: str) -> None:
        hook.future_labelled(waiter, f"Barrier.{what}", ())


class Barrier(LoopBound):
    """Let tasks wait until `parties` of them wait; `async with` waits on entering.

    Raises ValueError for fewer than one. Like: `asyncio.Barrier`.
    """

    def __init__(self, parties: int) -> None:
        if parties < 1:
            raise noted(ValueError("parties must be >= 1"), f"it is {parties!r}")
        self._changed = _Changed()  # notified at every change of the state or the count
        self._parties = parties
        self._state = _State.FILLING
        self._count = 0  # tasks inside

    def __repr__(self) -> str:
        plain = super().__repr__()[1:-1]
        waiting = "" if self.broken else f", waiters:{self.n_waiting}/{self.parties}"
        return f"<{plain} [{self._state.value}{waiting}]>"

    async def __aenter__(self) -> int:
        return await self.wait()

    async def __aexit__(self, *exc_info: object) -> None:
        pass

    async def wait(self) -> int:
        """Wait for the others; return this task's place, from 0 to `parties - 1`, in order of arrival.

        Raises BrokenBarrierError if the barrier is or gets broken, or is reset meanwhile. A cancelled task
        leaves the line, and the others wait for another one.
        """
        async with self._changed:
            # Those of the last crowd leave first.
            await self._changed.wait_for(lambda: self._state not in (_State.DRAINING, _State.RESETTING))
            if self._state is _State.BROKEN:
                raise noted(BrokenBarrierError("Barrier aborted"), repr(self))
            place = self._count
            self._count += 1
            try:
                if self._count == self._parties:
                    self._state = _State.DRAINING
                    self._changed.notify_all()
                else:
                    await self._changed.wait_for(lambda: self._state is not _State.FILLING)
                    if self._state is not _State.DRAINING:
                        raise noted(BrokenBarrierError("Abort or reset of barrier"), repr(self))
                return place
            finally:
                self._leave()

    def _leave(self) -> None:
        self._count -= 1
        if self._count == 0:
            if self._state in (_State.RESETTING, _State.DRAINING):
                self._state = _State.FILLING
            self._changed.notify_all()

    async def reset(self) -> None:
        """Make it as new: those who wait get BrokenBarrierError, and a broken one works again."""
        async with self._changed:
            self._state = _State.RESETTING if self._count > 0 else _State.FILLING
            self._changed.notify_all()

    async def abort(self) -> None:
        """Break it: those who wait and those who come get BrokenBarrierError, until `reset()`."""
        async with self._changed:
            self._state = _State.BROKEN
            self._changed.notify_all()

    @property
    def parties(self) -> int:
        """How many tasks it waits for."""
        return self._parties

    @property
    def n_waiting(self) -> int:
        """How many tasks wait now."""
        return self._count if self._state is _State.FILLING else 0

    @property
    def broken(self) -> bool:
        """True if it was aborted."""
        return self._state is _State.BROKEN
