from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_traces import APP, MS, SECOND, FakeTrace, any_event, busy_trace, crowd_trace, gather_trace

from corodemo.history import (
    Awaited,
    CancelState,
    FutureState,
    History,
    Position,
    Snapshot,
    TaskState,
    TimerState,
    WokenBy,
    brief,
    nanoseconds,
)
from corodemo.traceformat import events as ev
from corodemo.traceformat.events import On


def everything(snapshot: Snapshot) -> dict[str, Any]:
    """All that a snapshot says, as plain data."""
    return {
        "index": snapshot.index,
        "at_ns": snapshot.at_ns,
        "event": snapshot.event,
        "tasks": list(snapshot.tasks.items()),
        "running": snapshot.running,
        "ready": snapshot.ready,
        "live": snapshot.live,
        "timers": snapshot.timers,
        "futures": list(snapshot.futures.items()),
        "output": list(snapshot.output),
        "warnings": list(snapshot.warnings),
        "lines": list(snapshot.lines),
        "threads": snapshot.threads,
        "loop": snapshot.loop,
        "until": snapshot.waiting_until,
        "here": snapshot.here,
        "awaited": [awaited(snapshot, task) for task in snapshot.tasks],
        "states": [snapshot.state(task) for task in snapshot.tasks],
        "counts": dict(snapshot.counts),
    }


def awaited(snapshot: Snapshot, task: int) -> Awaited | None:
    """What is known of what a task waits on; None for one that waits on nothing."""
    on = snapshot.on(task)
    return snapshot.awaited(on) if on is not None else None


def nth(history: History, kind: type[ev.Event], number: int) -> int:
    """The index of the number-th event of a kind, counted from 0."""
    return [index for index, event in enumerate(history.events) if type(event) is kind][number]


def states(snapshot: Snapshot) -> dict[int, str]:
    return {task.id: task.state for task in snapshot.tasks.values()}


@given(st.lists(st.integers(0, 43), max_size=30))
@settings(derandomize=True, deadline=None)
def test_steps_are_counted_alike_in_whatever_order_one_asks(order):
    history = History(gather_trace())
    begun = [event.task if isinstance(event, ev.TaskResumed) else None for event in history.events]
    for index in order:
        known = history.at(index).tasks
        steps = {task: begun[: index + 1].count(task) for task in known}
        assert {task: history.at(index).steps(task) for task in known} == steps
        assert {task: state.steps for task, state in known.items()} == steps


# --- what a snapshot says


def test_before_the_first_event_there_is_nothing() -> None:
    snapshot = History(gather_trace()).at(-1)
    assert everything(snapshot) == {
        "index": -1,
        "at_ns": 0,
        "event": None,
        "tasks": [],
        "running": None,
        "ready": (),
        "live": (),
        "timers": (),
        "futures": [],
        "output": [],
        "warnings": [],
        "lines": [],
        "threads": (),
        "loop": "new",
        "until": None,
        "here": None,
        "awaited": [],
        "states": [],
        "counts": {"running": 0, "ready": 0, "waiting": 0, "done": 0, "failed": 0, "cancelled": 0},
    }


def test_states_queue_and_timers_follow_the_events() -> None:
    history = History(gather_trace(lines=False))
    story = []
    for index in range(len(history)):
        snapshot = history.at(index)
        timers = [(timer.id, timer.task) for timer in snapshot.timers]
        kind = type(snapshot.event).__name__
        story.append((kind, snapshot.running, snapshot.ready, timers, list(states(snapshot).values())))
    R, U, W, D = "ready", "running", "waiting", "done"
    assert story == [
        ("LoopStarted", None, (), [], []),
        ("TaskCreated", None, (), [], [R]),
        ("TaskReady", None, (1,), [], [R]),
        ("TaskResumed", 1, (), [], [U]),
        ("TaskCreated", 1, (), [], [U, R]),
        ("TaskReady", 1, (2,), [], [U, R]),
        ("TaskCreated", 1, (2,), [], [U, R, R]),
        ("TaskReady", 1, (2, 3), [], [U, R, R]),
        ("FutureCreated", 1, (2, 3), [], [U, R, R]),
        ("TaskSuspended", None, (2, 3), [], [W, R, R]),
        ("TaskResumed", 2, (3,), [], [W, U, R]),
        ("TimerSet", 2, (3,), [(1, None)], [W, U, R]),
        ("TaskSuspended", None, (3,), [(1, 2)], [W, W, R]),
        ("TaskResumed", 3, (), [(1, 2)], [W, W, U]),
        ("TimerSet", 3, (), [(1, 2), (2, None)], [W, W, U]),
        ("TaskSuspended", None, (), [(1, 2), (2, 3)], [W, W, W]),
        ("LoopWaiting", None, (), [(1, 2), (2, 3)], [W, W, W]),
        ("TimerFired", None, (), [(2, 3)], [W, W, W]),
        ("TaskReady", None, (2,), [(2, 3)], [W, R, W]),
        ("TaskResumed", 2, (), [(2, 3)], [W, U, W]),
        ("Output", 2, (), [(2, 3)], [W, U, W]),
        ("TaskDone", None, (), [(2, 3)], [W, D, W]),
        ("LoopWaiting", None, (), [(2, 3)], [W, D, W]),
        ("TimerFired", None, (), [], [W, D, W]),
        ("TaskReady", None, (3,), [], [W, D, R]),
        ("TaskResumed", 3, (), [], [W, D, U]),
        ("Output", 3, (), [], [W, D, U]),
        ("TaskDone", None, (), [], [W, D, D]),
        ("FutureDone", None, (), [], [W, D, D]),
        ("TaskReady", None, (1,), [], [R, D, D]),
        ("TaskResumed", 1, (), [], [U, D, D]),
        ("Output", 1, (), [], [U, D, D]),
        ("TaskDone", None, (), [], [D, D, D]),
        ("LoopStopped", None, (), [], [D, D, D]),
    ]


def test_a_task_says_all_that_is_known_of_it() -> None:
    history = History(busy_trace())
    snapshot = history.last()
    assert snapshot.tasks[2] == TaskState(
        id=2,
        name="producer",
        parent=1,
        coro="producer",
        file=APP,
        line=22,
        origin="<input 4>",
        state="running",
        since_ns=41 * MS,
        on=None,
        woken_by=WokenBy("timer", 2, None, nth(history, ev.TaskReady, 10), 40 * MS),
        steps=3,
        running_ns=5_800_000,
        ready_ns=3 * MS - 100_000 + 100_000,
        waiting_ns=41 * MS - 100_000 - 5_800_000 - 3 * MS,
        at_file=APP,
        at_line=5,
        outcome=None,
        value=None,
        cancels=(),
    )
    assert snapshot.tasks[5] == TaskState(
        id=5,
        name="\x1b[2Jclear",
        parent=1,
        coro="\x1b[2Jclear",
        file=APP,
        line=25,
        origin="<input 4>",
        state="cancelled",
        since_ns=17 * MS,
        on=None,
        woken_by=WokenBy("cancel", 2, 2, nth(history, ev.TaskReady, 8), 13 * MS),
        steps=2,
        running_ns=2 * MS,
        ready_ns=10 * MS - 100_000,
        waiting_ns=5 * MS,
        at_file=APP,
        at_line=30,
        outcome="cancelled",
        value="CancelledError('enough')",
        cancels=(
            CancelState(
                by=2,
                message="enough",
                file=APP,
                line=9,
                at_ns=13 * MS,
                status="propagated",
                delivered_ns=16 * MS,
                delivered_file=APP,
                delivered_line=30,
                settled_ns=17 * MS,
                settled_file=APP,
                settled_line=30,
                index=nth(history, ev.CancelRequested, 0),
            ),
        ),
    )
    assert snapshot.tasks[2].is_finished is False
    assert snapshot.tasks[5].is_finished is True


def test_times_include_the_present_state_and_add_up_to_the_age() -> None:
    history = History(busy_trace())
    for index in range(len(history)):
        snapshot = history.at(index)
        for task in snapshot.tasks.values():
            born = history.lane(task.id).times[0]
            end = task.since_ns if task.is_finished else snapshot.at_ns
            assert task.running_ns + task.ready_ns + task.waiting_ns == end - born


def test_a_finished_task_does_not_age() -> None:
    history = History(gather_trace())
    done = next(i for i, event in enumerate(history.events) if isinstance(event, ev.TaskDone))
    assert history.last().tasks[2] == history.at(done).tasks[2]


def test_of_what_a_task_waits_on_is_known_what_the_trace_announced() -> None:
    snapshot = History(busy_trace()).last()
    assert {task: awaited(snapshot, task) for task in snapshot.tasks} == {
        1: Awaited("future", 1, "gather(5)"),
        2: None,
        3: Awaited("future", 4, None),
        4: None,
        5: None,
        6: Awaited("timer", 3, "sleep(0.041)", 60 * MS),
    }
    history = History(busy_trace())
    earlier = history.at(nth(history, ev.LoopWaiting, 0))
    assert {task: awaited(earlier, task) for task in earlier.tasks} == {
        1: Awaited("future", 1, "gather(5)"),
        2: Awaited("timer", 1, "sleep(0.006)", 10 * MS),
        3: Awaited("future", 2, "Queue.get"),
        4: None,
        5: Awaited("future", 3, ""),
        6: Awaited("task", 5, "\x1b[2Jclear"),
    }


def test_of_what_was_announced_later_nothing_is_known_before() -> None:
    history = History(busy_trace())
    for on in (On("timer", 3), On("future", 1), On("task", 6)):
        assert history.last().awaited(on).what is not None
        assert history.at(0).awaited(on) == Awaited(on.kind, on.id, None)


def test_timers_come_by_deadline_and_futures_by_announcement() -> None:
    history = History(busy_trace())
    snapshot = history.at(nth(history, ev.TimerSet, 2))
    assert snapshot.timers == (
        TimerState(2, 40 * MS, "sleep(0.026)", 2),
        TimerState(3, 60 * MS, "sleep(0.041)", None),
    )
    assert list(snapshot.futures.values()) == [
        FutureState(1, "gather(5)", tuple(On("task", n) for n in range(2, 7)), False, None, None),
        FutureState(2, "Queue.get", (), True, "result", "1"),
        FutureState(3, "", (), False, None, None),
    ]


def test_output_and_warnings_so_far() -> None:
    history = History(gather_trace())
    texts = [[event.text for event in history.at(index).output] for index in range(len(history))]
    said = ["A slept 1\n", "B slept 2\n", "['A', 'B']\n"]
    assert sorted({len(text) for text in texts}) == [0, 1, 2, 3]
    assert all(text == said[: len(text)] for text in texts)
    assert history.last().output[-1:] == [ev.Output(2 * SECOND, 1, "stdout", "['A', 'B']\n")]
    assert [w.rule for w in History(busy_trace()).last().warnings] == ["never-retrieved"]


def test_the_loop_is_idle_until_something_happens() -> None:
    history = History(gather_trace(lines=False))
    found = [(history.at(i).loop, history.at(i).waiting_until) for i in (0, 15, 16, 17, 22, 23, 33)]
    assert found == [
        ("running", None),
        ("running", None),
        ("idle", SECOND),
        ("running", None),
        ("idle", 2 * SECOND),
        ("running", None),
        ("stopped", None),
    ]


def test_output_of_a_thread_does_not_end_the_idleness() -> None:
    trace = FakeTrace([ev.LoopStarted(0), ev.LoopWaiting(0, None), ev.Output(1, None, "stdout", "x")])
    assert History(trace).last().loop == "idle"


def test_here_is_the_line_about_to_run_or_the_place_of_the_last_stop() -> None:
    history = History(gather_trace())
    found = [history.at(i).here for i in (3, 4, 7, 12, 13, 14, 16, 20, 21)]
    assert found == [
        None,
        Position(APP, 11, 1, False),
        Position(APP, 12, 1, False),
        Position(APP, 13, 1, True),
        Position(APP, 13, 1, True),  # task 2 has begun, and no line of it is known yet
        Position(APP, 5, 2, False),
        Position(APP, 5, 2, True),
        Position(APP, 5, 3, True),
        Position(APP, 5, 3, True),
    ]
    assert history.at(24).event == ev.TaskResumed(SECOND, 2)
    assert history.at(24).here == Position(APP, 5, 2, False)


def test_a_coroutine_of_the_runtimes_own_stops_at_no_place() -> None:
    trace = gather_trace()
    index = next(i for i, event in enumerate(trace.events) if isinstance(event, ev.TaskSuspended) and event.task == 2)
    trace.events[index] = ev.TaskSuspended(0, 2, None, "", 0)
    assert [History(trace).at(i).here for i in (index - 1, index)] == [Position(APP, 5, 2, False)] * 2
    without_lines = [event for event in trace.events if not isinstance(event, ev.Line)]
    index = without_lines.index(trace.events[index])
    assert History(FakeTrace(without_lines)).at(index).here == Position(APP, 13, 1, True)


def test_an_eager_first_step_runs_inside_its_parents() -> None:
    trace = FakeTrace(
        [
            ev.TaskResumed(0, 1),
            ev.TaskCreated(1, 2, "eager", 1, "c", APP, 1),
            ev.TaskResumed(2, 2),
            ev.TaskDone(3, 2, "result", "None"),
            ev.TaskSuspended(4, 1, None, APP, 2),
        ]
    )
    history = History(trace)
    assert [history.at(i).running for i in range(5)] == [1, 1, 2, 1, None]
    assert history.last().tasks[2].woken_by is None


def test_requests_that_one_delivery_answers() -> None:
    def request(at: int, by: int) -> ev.CancelRequested:
        return ev.CancelRequested(at, 1, by, None, APP, at)

    trace = FakeTrace(
        [
            ev.TaskCreated(0, 1, "t", None, "t", APP, 1),
            request(1, 2),
            request(2, 3),
            ev.CancelDelivered(3, 1),
            ev.CancelSettled(4, 1, "swallowed", APP, 9),
            request(5, 4),
        ]
    )
    history = History(trace)
    found = [[(c.by, c.status) for c in history.at(i).tasks[1].cancels] for i in range(6)]
    assert found == [
        [],
        [(2, "requested")],
        [(2, "requested"), (3, "requested")],
        [(2, "delivered"), (3, "delivered")],
        [(2, "swallowed"), (3, "swallowed")],
        [(2, "swallowed"), (3, "swallowed"), (4, "requested")],
    ]


def test_origin_is_where_the_oldest_known_ancestor_was_made() -> None:
    trace = FakeTrace(
        [
            ev.TaskCreated(0, 1, "root", None, "r", "<input 2>", 1),
            ev.TaskCreated(0, 2, "child", 1, "c", "lib.py", 1),
            ev.TaskCreated(0, 3, "grandchild", 2, "g", "lib.py", 2),
            ev.TaskCreated(0, 4, "of a forgotten parent", 99, "o", "lib.py", 3),
        ]
    )
    tasks = History(trace).last().tasks
    assert [task.origin for task in tasks.values()] == ["<input 2>", "<input 2>", "<input 2>", "lib.py"]


def test_a_task_that_was_never_announced_has_its_number_for_a_name() -> None:
    snapshot = History(FakeTrace([ev.TaskResumed(5, 17)])).last()
    assert snapshot.tasks[17].name == snapshot.name(17) == "task 17"
    assert snapshot.tasks[17].state == "running"
    assert snapshot.running == 17


# --- finding one's way


def test_an_index_outside_the_trace_says_what_there_is() -> None:
    history = History(gather_trace())
    for index in (-2, len(history), 10**9):
        with pytest.raises(IndexError, match=rf"no event {index}: the trace has events 0 to 43; -1 is before"):
            history.at(index)
    with pytest.raises(IndexError, match="no event 0: the trace is empty"):
        History(FakeTrace()).at(0)
    with pytest.raises(IndexError, match="the trace has event 0 only"):
        History(FakeTrace([ev.LoopStarted(0)])).at(1)
    with pytest.raises(KeyError, match="no event mentions task 9"):
        history.lane(9)


def test_index_at_is_the_last_event_of_that_time() -> None:
    history = History(gather_trace(lines=False))
    times = (-1, 0, 1, SECOND, SECOND + 1, 2 * SECOND, 10**20)
    # The wait for second 1 begins at 0, and the one for second 2 at 1.
    assert [history.index_at(t) for t in times] == [-1, 16, 16, 22, 22, 33, 33]


def test_wakeups_name_the_task_in_whose_step_they_happened() -> None:
    history = History(busy_trace())
    found = [(w.task, w.cause, w.waker) for w in history.wakeups(nth(history, ev.TaskReady, 3), len(history))]
    assert found == [
        (4, "spawned", 1),
        (5, "spawned", 1),
        (6, "spawned", 1),
        (2, "timer", None),
        (3, "future", 2),
        (5, "cancel", 2),
        (6, "task", None),
        (2, "timer", None),
    ]


def test_following_gives_what_folding_at_once_gives() -> None:
    whole = gather_trace()
    growing = FakeTrace([])
    history = History(growing)
    seen = []
    for event in whole.events:
        growing.events.append(event)
        assert history.follow() == 1
        seen.append(history.last())
    assert history.follow() == 0
    fresh = History(whole)
    assert [everything(s) for s in seen] == [everything(fresh.at(i)) for i in range(len(fresh))]


# --- any events at all


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(any_event, max_size=40))
def test_any_events_fold_and_a_snapshot_is_what_its_past_alone_gives(found: list[ev.Event]) -> None:
    history = History(FakeTrace(found))
    for index in range(-1, len(found)):
        alone = History(FakeTrace(found[: index + 1]))
        assert everything(history.at(index)) == everything(alone.last())


def test_every_kind_of_event_is_tried_above() -> None:
    # A kind that is added to the vocabulary must be added to `any_event` too.
    kinds = {cls for cls in vars(ev).values() if isinstance(cls, type) and issubclass(cls, ev.Event)} - {ev.Event}
    assert len(kinds) == 23
    assert {msgspec.structs.fields(kind)[0].name for kind in kinds} == {"at_ns"}


def test_ready_queue_and_timers_agree_with_a_plain_replay_past_many_marks() -> None:
    trace = crowd_trace(1_500)
    history = History(trace)
    queue: list[int] = []
    live: list[int] = []
    for index, event in enumerate(trace.events):
        if isinstance(event, ev.TaskCreated):
            live.append(event.task)
        elif isinstance(event, ev.TaskReady):
            queue.append(event.task)
        elif isinstance(event, ev.TaskResumed):
            queue.remove(event.task)
        elif isinstance(event, ev.TaskDone):
            live.remove(event.task)
        if index % 7 == 0:
            assert history.at(index).ready == tuple(queue)
            assert history.at(index).live == tuple(live)


# --- durations


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0"),
        (7, "7ns"),
        (999, "999ns"),
        (1_000, "1µs"),
        (12_345, "12.3µs"),
        (999_499, "999µs"),
        (999_600, "1ms"),
        (4_560_000, "4.56ms"),
        (40 * MS, "40ms"),
        (1_500 * MS, "1.5s"),
        (59_940 * MS, "59.9s"),
        (60 * SECOND, "1m00s"),
        (123 * SECOND, "2m03s"),
        (3_600 * SECOND, "1h00m"),
        (50 * 3_600 * SECOND, "50h00m"),
        (1_000 * 3_600 * SECOND, "41d"),
        (-1_500, "-1.5µs"),
    ],
)
def test_a_duration_has_three_digits_and_a_unit(ns: int, text: str) -> None:
    assert brief(ns) == text
    assert brief(ns, ascii=True) == text.replace("µ", "u")


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("0", 0),
        ("1.5s", 1_500_000_000),
        (" 20 ms ", 20_000_000),
        ("12.3µs", 12_300),
        ("12.3us", 12_300),
        ("2m03s", 123 * 10**9),
        ("5h07m", 18_420 * 10**9),
        ("12d", 12 * 86_400 * 10**9),
        ("", None),
        ("12", None),
        ("-1s", None),
        ("1s soon", None),
        ("1e3s", None),
        ("1" * 99 + "s", None),
    ],
)
def test_times_are_read_as_they_are_written(text: str, ns: int | None) -> None:
    assert nanoseconds(text) == ns


#: Each number of three digits with each of the small units; and minutes, hours and days up to some years.
ALL_DURATIONS = [
    0,
    *(digits * 10**power for power in range(10) for digits in range(1, 1000)),
    *(seconds * SECOND for seconds in range(1, 3600, 7)),
    *(minutes * 60 * SECOND for minutes in range(1, 80 * 60, 7)),
    *(days * 86_400 * SECOND for days in range(1, 1500, 7)),
]


@pytest.mark.parametrize("ascii", [False, True])
def test_all_that_is_written_is_read_again(ascii: bool) -> None:
    for ns in ALL_DURATIONS:
        text = brief(ns, ascii=ascii)
        again = nanoseconds(text)
        assert again is not None, text
        assert brief(again, ascii=ascii) == text
        assert ns > 60 * SECOND or abs(again - ns) * 200 <= ns, text  # three digits are kept


@pytest.mark.parametrize(
    ("name", "coro", "called"),
    [
        ("Task-3", "main.<locals>.work", "work"),
        ("worker", "work", "worker"),
        ("Task-3", "", "Task-3"),
        ("Task-x", "w", "Task-x"),
    ],
)
def test_a_task_that_nobody_named_is_called_by_its_function(name, coro, called):
    snapshot = History(FakeTrace([ev.TaskCreated(0, 1, name, None, coro, "app.py", 1)])).last()
    assert snapshot.title(1) == snapshot.tasks[1].title == called
