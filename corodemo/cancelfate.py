"""What becomes of a request to cancel: delivered when it is thrown in, settled when its fate is known.

A delivered cancel is *propagated* if the task ends cancelled, *converted* if it ends otherwise or a timeout makes an
exception of its own of it, and *swallowed* if the task goes on. A task that awaits again may still be cleaning up:
while an `except` or `finally` block handles the CancelledError, the error is alive. So it is swallowed when the task
suspends and the error is gone.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from .callsite import Site, await_site, called_from_runtime, caller_site, coroutine_site, traceback_site

__all__ = ["CancelFates"]


class _Request:
    __slots__ = ("by", "delivered_at", "error")

    def __init__(self, by: int | None) -> None:
        self.by = by  # the task that asked
        self.delivered_at: Site | None = None  # the await at which it was thrown in, once it was
        self.error: weakref.ref[BaseException] | None = None  # dead once nobody handles the error any more


class CancelFates:
    """Follow requests by the id of the task; call `settled(task, how, site)` when a fate is known."""

    def __init__(self, settled: Callable[[int, str, Site], None]) -> None:
        self._requests: dict[int, _Request] = {}
        self._settled = settled

    def requested(self, task: int, by: int | None) -> None:
        """A request was made; one that stands already stays the first."""
        if task not in self._requests:
            self._requests[task] = _Request(by)

    def undelivered(self, task: int) -> bool:
        """Return True if a request waits for the task's next step."""
        request = self._requests.get(task)
        return request is not None and request.delivered_at is None

    def requester(self, task: int) -> int | None:
        """Return the task that made the request that stands, if a task did."""
        return self._requests[task].by

    def delivered(self, task: int, coro: Any, error: BaseException) -> bool:
        """The error is about to be thrown in; False if nobody asked for it: what the task awaits was cancelled."""
        request = self._requests.get(task)
        if request is None:
            return False
        request.delivered_at = await_site(coro)[0]
        request.error = weakref.ref(error)
        return True

    def taken_back(self, task: int) -> None:
        """The last request was taken back by `uncancel()`: by a timeout or a TaskGroup, or by the user, who goes on."""
        request = self._requests.pop(task, None)
        if request is not None and request.delivered_at is not None:
            how = "converted" if called_from_runtime() else "swallowed"
            self._settled(task, how, caller_site() or request.delivered_at)

    def suspended(self, task: int, site: Site) -> None:
        """The task has come to an await."""
        request = self._requests.get(task)
        if request is not None and request.error is not None and request.error() is None:
            del self._requests[task]
            self._settled(task, "swallowed", site)

    def done(self, task: int, coro: Any, *, cancelled: bool, error: BaseException | None) -> None:
        """The task has ended: cancelled, by an error, or with a result."""
        request = self._requests.pop(task, None)
        if request is None or (request.delivered_at is None and not cancelled):
            return
        site = None if error is None else traceback_site(error.__traceback__)
        how = "propagated" if cancelled else "converted"
        self._settled(task, how, site or request.delivered_at or coroutine_site(coro))
