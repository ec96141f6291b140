"""What happens while a task stands at an await: who runs, and what others change of its variables."""

from __future__ import annotations

import sample_traces as samples
from golden_files import printed
from hypothesis import given
from hypothesis import strategies as st

from corodemo import EventLoop, VirtualClock, create_task, run, sleep
from corodemo.history import History
from corodemo.history.suspensions import Change, Turn, suspension_of
from corodemo.trace import Recorder
from corodemo.traceformat import events as ev
from corodemo.views.panes import names_pane
from corodemo.views.source import source_pane
from corodemo.views.suspension import meanwhile_line, meanwhile_pane

SECOND = samples.SECOND


def recorded(main) -> History:
    recorder = Recorder(lines=lambda file: file == __file__)
    run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    return History(recorder.trace)


def pane(history: History, index: int, task: int | None, width: int, height: int, **more) -> list[str]:
    found = None if task is None else suspension_of(history, task, index)
    text = printed(meanwhile_pane(history.at(index), task, found, width, height, **more), width)
    return [line.rstrip() for line in text.splitlines()]


def test_a_gap_has_who_ran_in_it_and_how_long_it_was():
    history = History(samples.gather_trace())
    resumed = next(
        index for index, event in enumerate(history.events) if isinstance(event, ev.TaskResumed) and index > 40 - 3
    )
    assert history.events[resumed].task == 1
    found = suspension_of(history, 1, resumed)
    assert found is not None
    assert (found.suspended, found.resumed, found.on) == (12, resumed, ev.On("future", 1))
    assert (found.file, found.line, found.waited_ns, found.ready_ns) == ("app.py", 13, 2 * SECOND, 0)
    assert found.turns == (Turn(2, 2, 0, 13), Turn(3, 2, 0, 17))
    assert (found.is_whole, found.changes) == (True, ())


def test_before_the_first_await_there_is_no_gap():
    history = History(samples.gather_trace())
    assert [suspension_of(history, 1, index) for index in range(12)] == [None] * 12


def test_a_gap_that_goes_on_has_what_happened_so_far():
    history = History(samples.gather_trace())
    found = suspension_of(history, 1, 18)
    assert found is not None
    assert (found.resumed, found.waited_ns, [turn.task for turn in found.turns]) == (None, 0, [2, 3])


def test_a_task_that_is_woken_waits_no_longer_but_is_not_there_yet():
    trace = samples.FakeTrace(
        [
            ev.TaskResumed(0, 1),
            ev.TaskSuspended(1, 1, None, "a.py", 3),
            ev.TaskResumed(1, 2),
            ev.TaskReady(4, 1, "timer", 1),
            ev.TaskSuspended(9, 2, None, "a.py", 4),
            ev.TaskResumed(9, 1),
        ]
    )
    found = suspension_of(History(trace), 1, 5)
    assert found is not None
    assert (found.waited_ns, found.ready_ns, found.turns) == (3, 5, (Turn(2, 1, 8, 2),))


def test_what_others_change_stands_beside_the_await():
    async def main():
        counter, seen = 0, []

        async def other():
            nonlocal counter
            counter += 5
            seen.append("other")

        task = create_task(other(), name="other")
        before = counter
        await sleep(1)
        counter = before + 1  # the last line
        return task

    history = recorded(main)
    last = max(index for index, event in enumerate(history.events) if isinstance(event, ev.Line) and event.task == 1)
    at = next(index for index in range(last) if getattr(history.events[index], "meanwhile", None))
    found = suspension_of(history, 1, at)
    assert found is not None
    line = history.events[at]
    assert found.changes == (
        Change("counter", "0", "5", __file__, line.line),
        Change("seen", "[]", "['other']", __file__, line.line),
        Change("task", "<Task 'other' pending>", "<Task 'other' finished>", __file__, line.line),
    )
    assert pane(history, at, 1, 60, 12) == [
        "T1 main waits for sleep(1) until 1s at test_suspensions.py:…",
        "waited 1s",
        "RAN MEANWHILE",
        "  T2 other  1 step",
        "CHANGED BY OTHERS",
        "~ counter: 0 → 5",
        "~ seen: [] → ['other']",
        "~ task: <Task 'other' pending> → <Task 'other' finished>",
    ]
    assert pane(history, at, 1, 100, 5)[2:] == [
        "RAN MEANWHILE                                      CHANGED BY OTHERS",
        "  T2 other  1 step                                 ~ counter: 0 → 5",
        "                                                     and 2 more",
    ]
    assert pane(history, at, 1, 50, 4) == [
        "T1 main waits for sleep(1) until 1s at test_suspe…",
        "RAN    T2 other",
        "CHANGED ~ counter: 0 → 5, ~ seen: [] → ['other'],",
        "  ~ task: <Task… → <Task '…",
    ]
    assert pane(history, at - 1, 1, 60, 12)[5:] == ["  nothing that it sees"]
    names = printed(names_pane(history.at(at), 60, 5, suspension=found), 60).splitlines()
    assert [name.rstrip() for name in names] == [
        "T1 main",
        "ran meanwhile: T2 other",
        "~ counter = 5  was 0",
        "~ seen = ['other']  was []",
        "~ task = <Task 'other' finished>  was <Task 'other' pending>",
    ]
    # It is its own by the next line, and nobody's doing.
    assert not any(line.startswith("~ counter") for line in printed(names_pane(history.last(), 60, 9), 60).splitlines())


def test_a_trace_without_lines_says_that_it_does_not_know_what_changed():
    history = History(samples.gather_trace(lines=False))
    last = len(history) - 1
    assert pane(history, last, 1, 60, 9)[-2:] == ["CHANGED BY OTHERS", "  not known: no lines were recorded"]
    assert pane(history, -1, None, 60, 9) == ["no task here"]
    assert pane(history, 3, 1, 60, 9) == ["T1 main has not awaited yet"]


def test_who_ran_stands_beside_the_line_of_the_await():
    history = History(samples.gather_trace())
    index = 41
    found = suspension_of(history, 1, index)

    def line_of_the_await(width: int, suspension: object) -> str:
        lines = source_pane(history.at(index), lambda file: samples.SOURCE, width, 20, suspension=suspension).lines
        return next(line.plain for line in lines if line.plain.startswith("  13 "))

    code = "  13     both = await asyncio.gather(first, second)"
    assert line_of_the_await(70, found) == f"{code}         T2 T3 ran"
    assert line_of_the_await(63, found) == f"{code}  T2 T3 ran"
    assert line_of_the_await(62, found) == code
    assert line_of_the_await(70, None) == code
    crowd = found._replace(turns=tuple(Turn(task, 1, 0, 0) for task in range(2, 60)))
    assert line_of_the_await(70, crowd) == f"{code}  T2 T3 T4 +55 ran"
    assert line_of_the_await(70, crowd._replace(is_whole=False)) == f"{code}   T2 and many ran"


def test_of_a_crowd_that_ran_meanwhile_the_line_says_how_many():
    history = History(samples.crowd_trace(100))
    events = [*history.events, ev.TaskReady(0, 1, "task", 2), ev.TaskResumed(0, 1)]
    history = History(samples.FakeTrace(events))
    last = len(history) - 1
    found = suspension_of(history, 1, last)
    assert found is not None
    assert str(meanwhile_line(history.last(), found, 60)) == "ran meanwhile: T2 worker-1, T3 worker-2 and 98 more"
    assert str(meanwhile_line(history.last(), found, 20)) == "ran meanwhile: 100…"
    assert pane(history, last, 1, 60, 9)[2:5] == ["RAN MEANWHILE", "  T2 worker-1  1 step", "  T3 worker-2  1 step"]


@given(st.lists(samples.any_event, max_size=25), st.integers(1, 6))
def test_any_trace_has_gaps_that_can_be_shown(events, task):
    events.sort(key=lambda event: event.at_ns)
    history = History(samples.FakeTrace(events))
    for index in range(-1, len(events)):
        if task in history.at(index).tasks:
            found = suspension_of(history, task, index)
            meanwhile_pane(history.at(index), task, found, 60, 8)
            if found is not None:
                meanwhile_line(history.at(index), found, 40)
