"""What becomes of a request to cancel: delivered when it is thrown in, settled when its fate is known.

A delivered cancel is *propagated* if the task ends cancelled, *converted* if it ends otherwise or a timeout makes an
exception of its own of it, and *swallowed* if the task goes on. A task that awaits again may still be cleaning up:
while an `except` or `finally` block handles the CancelledError, the error is alive. So it is swallowed when the task
suspends and the error is gone. Who took it is read from its traceback, in the step in which it was thrown.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from types import CodeType
from typing import Any

import msgspec

from corodemo.recorder.callsites import (
    NOWHERE,
    Instruction,
    Site,
    caller_site,
    coroutine_site,
    instruction_site,
    traceback_site,
    uncancelling_part,
)
from corodemo.recorder.exceptiontable import catching_line

__all__ = ["CancelFates"]


class _Request(msgspec.Struct, gc=False, eq=False):
    by: int | None  # the task that asked last
    is_pending: bool = True  # it was not thrown in yet
    delivered_at: Instruction | None = None  # the await at which it was thrown in, once it was
    error: Any = None  # a weak reference to it: dead once nobody handles the error any more
    catcher: tuple[CodeType, int, int] | None = None  # the code that caught it, and where it came in there

    def is_caught_by_runtime(self) -> bool:
        """Return True if a part of the runtime has caught the error."""
        return self.catcher is not None and instruction_site(self.catcher[0], 0) is None

    def site_of_catcher(self) -> Site:
        """Return the clause that took the error, or else the await at which it was thrown in."""
        if self.catcher is not None:
            site = instruction_site(self.catcher[0], catching_line(*self.catcher))
            if site is not None:
                return site
        return self.site_of_delivery()

    def site_of_delivery(self) -> Site:
        """Return the await at which it was thrown in."""
        code, offset = self.delivered_at or (None, 0)
        return NOWHERE if code is None else code.site(offset)


class CancelFates:
    """Follow requests by the id of the task; call `settled(task, how, site, into)` when a fate is known."""

    def __init__(self, settled: Callable[[int, str, Site, str], None]) -> None:
        self.requests: dict[int, _Request] = {}  # those that are not settled; several to one task are one
        self._settled = settled

    def requested(self, task: int, by: int | None) -> None:
        """A request was made."""
        request = self.requests.get(task)
        if request is None:
            self.requests[task] = _Request(by)
        else:
            request.by = by
            request.is_pending = True

    def undelivered(self, task: int) -> bool:
        """Return True if a request waits for the task's next step."""
        request = self.requests.get(task)
        return request is not None and request.is_pending

    def requester(self, task: int) -> int | None:
        """Return the task that made the request that stands, if a task did."""
        return self.requests[task].by

    def delivered(self, task: int, place: Instruction, error: BaseException) -> bool:
        """The error, at an await, is about to be thrown in; False if nobody asked for it: what the task awaits was cancelled."""
        request = self.requests.get(task)
        if request is None:
            return False
        request.is_pending = False
        request.delivered_at = place
        request.error = weakref.ref(error)
        request.catcher = None
        return True

    def outlived(self, task: int, error: BaseException) -> None:
        """The task has come to an await after the error was thrown in; the error itself still lives."""
        request = self.requests.get(task)
        if request is not None:
            request.catcher = _catcher(error)

    def taken_back(self, task: int) -> None:
        """The last request was taken back by `uncancel()`: by a timeout or a TaskGroup, or by the user, who goes on."""
        request = self.requests.pop(task, None)
        if request is None:
            return
        part = uncancelling_part()
        site = caller_site() or request.site_of_delivery()
        in_flight = type(sys.exception()).__name__
        if not part:
            self._settled(task, "swallowed", site, "uncancel")
        elif part == "TaskGroup":
            self._settled(task, "converted", site, "ExceptionGroup")
        elif part == "cancelled TaskGroup":
            self._settled(task, "swallowed", site, "")
        elif in_flight == "NoneType":
            self._settled(task, "swallowed", request.site_of_catcher(), "")
        else:
            into = "TimeoutError" if in_flight == "CancelledError" else in_flight
            self._settled(task, "converted", site, into)

    def suspended(self, task: int) -> None:
        """The task has come to an await, and nothing but the program holds an error any more."""
        request = self.requests.get(task)
        if request is None or request.error is None or request.error() is not None:
            return
        if request.is_caught_by_runtime():
            # A task group on its way out: it takes the request back when it is through, or raises the error again.
            request.error = None
            return
        site = request.site_of_catcher()
        if request.is_pending:
            # Another one came while the first was being handled: that one's fate is open.
            request.error = None
        else:
            del self.requests[task]
        self._settled(task, "swallowed", site, "")

    def done(self, task: int, coro: Any, *, cancelled: bool, error: BaseException | None) -> None:
        """The task has ended: cancelled, by an error, or with a result."""
        request = self.requests.pop(task, None)
        if request is None or (request.delivered_at is None and not cancelled):
            return
        thrown = None if request.error is None else request.error()
        if thrown is not None and not cancelled:
            request.catcher = _catcher(thrown) or request.catcher
        if cancelled:
            site = None if error is None else traceback_site(error.__traceback__)
            if site is None:
                site = coroutine_site(coro) if request.delivered_at is None else request.site_of_delivery()
            self._settled(task, "propagated", site, "")
        elif error is not None:
            site = traceback_site(error.__traceback__) or request.site_of_catcher()
            self._settled(task, "converted", site, type(error).__name__)
        else:
            self._settled(task, "converted", request.site_of_catcher(), "return")


def _catcher(error: BaseException) -> tuple[CodeType, int, int] | None:
    """Return the code that caught an error: of the frame that its traceback begins with."""
    traceback = error.__traceback__
    if traceback is None:
        return None
    return traceback.tb_frame.f_code, traceback.tb_lasti, traceback.tb_lineno
