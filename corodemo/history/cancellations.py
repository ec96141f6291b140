"""Cancellations: each request to cancel a task, where it was thrown in, and what became of it.

Several requests may stand at once; one delivery answers all that came before it, and so does one settlement.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from corodemo.history.lanes import WAITING, Lane
from corodemo.history.states import CancelState, CancelStatus
from corodemo.traceformat import events as ev

__all__ = ["cancels_of"]


class _Cancellation:
    __slots__ = ("delivered", "index", "place", "request", "settled")

    def __init__(self, request: ev.CancelRequested, index: int) -> None:
        self.request = request
        self.index = index
        self.delivered: ev.CancelDelivered | None = None
        self.place = ("", 0)  # the await at which it was thrown in
        self.settled: ev.CancelSettled | None = None

    def state(self) -> CancelState:
        request, delivered, settled = self.request, self.delivered, self.settled
        return CancelState(
            request.by,
            request.message,
            request.file,
            request.line,
            request.at_ns,
            self._status(),
            request.via,
            request.after,
            delivered.at_ns if delivered is not None else None,
            *self.place,
            settled.at_ns if settled is not None else None,
            settled.file if settled is not None else "",
            settled.line if settled is not None else 0,
            settled.into if settled is not None else "",
            self.index,
        )

    def _status(self) -> CancelStatus:
        if self.settled is not None:
            return "uncancelled" if self.settled.into == "uncancel" else self.settled.how
        return "requested" if self.delivered is None else "delivered"


def cancels_of(events: Sequence[Any], lane: Lane, index: int) -> tuple[CancelState, ...]:
    """Return what is known after event `index` of the requests to cancel a task, oldest first."""
    found: list[_Cancellation] = []
    for at in lane.cancels or ():
        if at > index:
            break
        event = events[at]
        if isinstance(event, ev.CancelRequested):
            found.append(_Cancellation(event, at))
        elif isinstance(event, ev.CancelDelivered):
            for one in found:
                if one.delivered is None and one.settled is None:
                    one.delivered = event
                    one.place = _place(events, lane, at)
        else:
            settled = cast("ev.CancelSettled", event)
            for one in found:
                # What was taken back need not have been delivered; nor is a task that cancels itself and returns.
                is_answered = one.delivered is not None or settled.into == "uncancel" or settled.how == "propagated"
                if one.settled is None and is_answered:
                    one.settled = settled
    return tuple(one.state() for one in found)


def _place(events: Sequence[Any], lane: Lane, index: int) -> tuple[str, int]:
    parked = lane.states.rfind(WAITING, 0, lane.row(index) + 1)
    if parked < 0:
        return "", 0
    event = cast("ev.TaskSuspended", events[lane.at[parked]])
    return event.file, event.line
