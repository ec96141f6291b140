"""What things are called, in the words of the views: the facts behind them are in test_history.py."""

from __future__ import annotations

from sample_traces import APP, FakeTrace, busy_trace

from corodemo.history import History
from corodemo.traceformat import events as ev
from corodemo.traceformat.events import On
from corodemo.views.names import future_title, label, short_label, task_title, timer_label, waiting_on


def first_pause(history: History) -> int:
    return next(at for at, event in enumerate(history.events) if isinstance(event, ev.LoopWaiting))


def test_what_a_task_waits_on_is_said_in_words() -> None:
    history = History(busy_trace())
    snapshot = history.last()
    assert {task: waiting_on(snapshot, task) for task in snapshot.tasks} == {
        1: "gather(5)",
        2: "",
        3: "future 4",
        4: "",
        5: "",
        6: "timer 3 (sleep(0.041)) until 60ms",
    }
    earlier = history.at(first_pause(history))
    assert {task: waiting_on(earlier, task) for task in earlier.tasks} == {
        1: "gather(5)",
        2: "timer 1 (sleep(0.006)) until 10ms",
        3: "Queue.get",
        4: "",
        5: "future 3",
        6: "task 5 (\x1b[2Jclear)",
    }


def test_a_task_that_gave_way_waits_on_its_next_turn() -> None:
    yielded = FakeTrace([ev.TaskResumed(0, 1), ev.TaskSuspended(0, 1, None, APP, 1)])
    assert waiting_on(History(yielded).last(), 1) == "its next turn"


def test_a_short_label_leaves_out_the_number_of_a_timer_alone() -> None:
    history = History(busy_trace())
    snapshot = history.at(first_pause(history))
    labels = [(On("timer", 1), "sleep(0.006) until 10ms"), (On("task", 5), "task 5 (\x1b[2Jclear)")]
    for on, words in [*labels, (On("future", 2), "Queue.get"), (On("timer", 9), "timer 9")]:
        assert short_label(snapshot, on) == words


def test_what_a_timer_is_for_may_hold_the_words_of_a_label() -> None:
    snapshot = History(FakeTrace([ev.TimerSet(0, 1, 2_000, "f (x) until y")])).last()
    assert timer_label(snapshot, 1) == "timer 1 (f (x) until y)"
    assert label(snapshot, On("timer", 1)) == "timer 1 (f (x) until y) until 2µs"
    assert label(snapshot, On("timer", 1), ascii=True) == "timer 1 (f (x) until y) until 2us"
    assert short_label(snapshot, On("timer", 1)) == "f (x) until y until 2µs"


def test_what_the_trace_does_not_announce_is_called_by_its_number() -> None:
    snapshot = History(FakeTrace([ev.TaskResumed(5, 17)])).last()
    assert task_title(snapshot, 17) == task_title(snapshot, 17, width=1) == "T17"
    assert label(snapshot, On("task", 9)) == short_label(snapshot, On("task", 9)) == "task 9"
    assert label(snapshot, On("timer", 9)) == timer_label(snapshot, 9) == "timer 9"
    assert label(snapshot, On("future", 9)) == future_title(snapshot, 9) == "future 9"


def test_a_title_is_visible_and_as_wide_as_asked() -> None:
    snapshot = History(busy_trace()).last()
    assert task_title(snapshot, 5) == "T5 \\x1b[2Jclear"
    assert task_title(snapshot, 5, width=6) == "T5 \\x1b[…"
    assert future_title(snapshot, 1, width=6) == "gathe…"
    assert future_title(snapshot, 1, width=6, ascii=True) == "gathe~"
