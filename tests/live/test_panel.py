"""The live panel's share: how long it leaves the program alone after a picture, whatever the machine does meanwhile."""

from __future__ import annotations

import io

import pytest

from corodemo.live import panel as live_panel
from corodemo.traceformat import events as ev
from corodemo.traceformat.file import Trace


class Machine:
    """Time, and a processor of which the program gets a share; also the event that a panel waits for."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._now = 100.0
        self.moves = 0

    def monotonic(self) -> float:
        return self._now

    def process_time(self) -> float:
        return self._now * self._share

    def wait(self, seconds: float) -> bool:
        assert seconds > 0
        self._now += seconds
        return False

    def move_panel(self) -> None:
        self.moves += 1


def rest(monkeypatch: pytest.MonkeyPatch, work: float, share: float, last: ev.Event) -> tuple[float, int]:
    """Let a panel rest so that the program has so much time to work; return how long it did, and its looks for lines."""
    machine = Machine(share)
    monkeypatch.setattr(live_panel, "time", machine)
    panel = live_panel.LivePanel(Trace(ev.Header(1, "real", "3", "x"), [last]), io.StringIO())
    panel._is_over = machine
    assert panel._rest(machine, work) is False
    return round(machine.monotonic() - 100.0, 1), machine.moves


BUSY, IDLE = ev.TaskResumed(0, 1), ev.LoopWaiting(0, None)


@pytest.mark.parametrize(
    ("work", "share", "last", "rested"),
    [
        (0.01, 1.0, BUSY, 0.1),  # a cheap picture: ten a second
        (1.0, 1.0, BUSY, 1.0),  # a dear one
        (1.0, 0.5, BUSY, 2.0),  # others use the processor, too
        (1.0, 0.0, BUSY, 3.0),  # the program holds its loop and does nothing
        (1.0, 0.0, IDLE, 1.0),  # nothing is to be done
    ],
)
def test_the_program_gets_its_share_before_the_next_picture(monkeypatch, work, share, last, rested):
    assert rest(monkeypatch, work, share, last)[0] == rested


def test_lines_do_not_wait_for_the_next_picture(monkeypatch):
    assert rest(monkeypatch, 1.0, 1.0, BUSY)[1] >= 25


def test_the_last_line_claims_no_number_of_tasks_where_none_is_known(monkeypatch):
    monkeypatch.setattr(live_panel, "time", Machine(1.0))
    trace = Trace(ev.Header(1, "real", "3", "x"), [ev.TaskCreated(0, 1, "main", None, "main", "app.py", 1)])
    panel = live_panel.LivePanel(trace, io.StringIO())
    with panel:
        trace.events.append(ev.TaskResumed(0, 1))
        assert panel._summary() == "0 tasks, 0.0 s, 1 step"
        trace.dropped, trace.events[:] = 2, [ev.TaskResumed(1, 1)]
        assert panel._summary() == "0.0 s, more than 1 step"
