from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from sample_traces import FakeTrace, any_event, busy_trace, gather_trace

import corodemo
from corodemo import EventLoop, VirtualClock, run
from corodemo.history import History
from corodemo.trace import Recorder
from corodemo.traceformat import events as ev
from corodemo.views.arrows import arrows


def drawn(trace: FakeTrace) -> list[tuple[int, int]]:
    history = History(trace)
    return [(arrow.source, arrow.target) for arrow in arrows(history, 0, len(history) - 1)]


def test_an_arrow_comes_from_the_step_that_woke_or_from_the_end_that_was_awaited() -> None:
    # T1 makes T2 and T3; T3, which ends last, completes the gather that T1 awaits.
    assert drawn(gather_trace(lines=False)) == [(1, 2), (1, 3), (3, 1)]
    # A put wakes T3, a cancel T5, and its end T6; timers have no lane.
    assert drawn(busy_trace())[-3:] == [(2, 3), (2, 5), (5, 6)]


async def child(delay: float) -> None:
    await corodemo.sleep(delay)


async def parent() -> None:
    first, second = corodemo.create_task(child(1)), corodemo.create_task(child(2))
    await first
    await corodemo.wait({first, second})


def test_in_a_recorded_program_those_who_end_lead_to_those_who_awaited_them() -> None:
    recorder = Recorder()
    run(parent(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    assert drawn(recorder.trace) == [(1, 2), (1, 3), (2, 1), (3, 1)]


def test_of_what_is_not_known_there_is_no_arrow() -> None:
    found: list[ev.Event] = [
        ev.TaskCreated(0, 1, "t", None, "t", "a.py", 1),
        ev.FutureCreated(0, 1, "gather", [ev.On("task", 7), ev.On("future", 3)]),
        ev.TaskReady(1, 1, "future", 1),
        ev.TaskReady(2, 1, "future", 9),
        ev.TaskReady(3, 1, "task", 8),
        ev.TaskReady(4, 1, "task", None),
        ev.TaskReady(5, 1, "timer", 1),
    ]
    assert drawn(FakeTrace(found)) == []


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(any_event, max_size=40))
def test_any_trace_has_arrows_between_tasks_that_it_mentions(found: list[ev.Event]) -> None:
    history = History(FakeTrace(found))
    for arrow in arrows(history, 0, len(found) - 1):
        assert arrow.source != arrow.target
        assert {arrow.source, arrow.target} <= set(history.at(arrow.event).tasks)
