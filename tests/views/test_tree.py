from __future__ import annotations

import pytest
from golden_files import check_golden, printed
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from sample_traces import APP, FakeTrace, any_event, busy_trace, crowd_trace, gather_trace

from corodemo.history import History
from corodemo.traceformat import events as ev
from corodemo.views.text import cell_len
from corodemo.views.tree import tree

SIZES = [(60, 20), (100, 30), (200, 60)]


def lines(trace: FakeTrace, width: int, height: int | None = None, **options: object) -> list[str]:
    return printed(tree(History(trace).last(), width=width, height=height, **options), width).splitlines()  # type: ignore[arg-type]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_tree_looks_as_accepted(width: int, height: int) -> None:
    history = History(busy_trace())
    picture = "\n".join(
        printed(tree(history.at(index), width=width, height=height), width) for index in (20, 37, len(history) - 1)
    )
    check_golden(f"tree_{width}x{height}", picture)


def test_nothing_is_said_before_the_first_task() -> None:
    assert printed(tree(History(gather_trace()).at(0), width=60), 60) == "no tasks yet\n"


def test_id_state_name_and_wait_stand_in_forty_columns() -> None:
    waiting = History(gather_trace()).at(21)
    assert printed(tree(waiting, width=40), 40).splitlines() == [
        "id  state        task      waiting on",
        " 1  ‖ waiting    main [4]  gather(2)",
        " 2  ‖ waiting    ├ A       sleep(1)",
        " 3  ‖ waiting    └ B       sleep(2)",
    ]


def test_columns_come_back_as_the_width_grows() -> None:
    waiting = History(gather_trace()).at(21)
    pictures = [printed(tree(waiting, width=width), width) for width in (40, 64, 80, 87, 103)]
    assert [picture.splitlines()[0].split() for picture in pictures] == [
        ["id", "state", "task", "waiting", "on"],
        ["id", "state", "task", "busy", "waiting", "on"],
        ["id", "state", "task", "busy", "ready", "wait", "waiting", "on"],
        ["id", "state", "task", "busy", "ready", "wait", "steps", "waiting", "on"],
        ["id", "state", "task", "busy", "ready", "wait", "steps", "waiting", "on", "woken", "by"],
    ]


def test_ascii_is_ascii_whatever_the_names_are() -> None:
    trace = FakeTrace(
        [ev.TaskCreated(0, 1, "naïve 😀 \u202e", None, "c", APP, 1), ev.TaskReady(1500, 1, "spawned", None)]
    )
    text = "\n".join(lines(trace, 120, ascii=True))
    assert text.isascii()
    assert r"na\xefve \U0001f600 \u202e" in text
    assert "1.5us" in text


def test_finished_tasks_make_room_for_the_living_the_oldest_first() -> None:
    found = [ev.TaskCreated(0, n, f"t{n}", None, "c", APP, 1) for n in range(1, 10)]
    found += [ev.TaskDone(n, n, "result", "None") for n in (1, 2, 3, 5)]
    found += [ev.TaskDone(9, 4, "exception", "ValueError()")]
    assert [line[17:].split("  ")[0] for line in lines(FakeTrace(found), 60, 8)[1:]] == [
        "t4",
        "t5",
        "t6",
        "t7",
        "t8",
        "t9",
        "and 3 not shown: 3 done",
    ]


def test_finished_tasks_age_out_and_can_be_brought_back() -> None:
    found: list[ev.Event] = [ev.TaskCreated(0, n, f"t{n}", None, "c", APP, 1) for n in range(1, 33)]
    found += [ev.TaskDone(n, n, "result", "None") for n in range(31, 0, -1)]
    aged = lines(FakeTrace(found), 60)
    assert [line.split()[3] for line in aged[1:-1]] == [*(f"t{n}" for n in range(1, 21)), "t32"]
    assert aged[-1].strip() == "and 11 not shown: 11 done"
    everyone = lines(FakeTrace(found), 60, finished="all")
    assert [line.split()[3] for line in everyone[1:]] == [f"t{n}" for n in range(1, 33)]


def test_a_root_says_which_input_or_cell_it_stems_from() -> None:
    files = ("<input 4>", "<cell 2>", "app.py")
    found: list[ev.Event] = [ev.TaskCreated(0, n, "main", None, "main", file, 1) for n, file in enumerate(files, 1)]
    found += [ev.TaskCreated(0, 4, "cell 2", None, "cell 2", "<cell 2>", 1)]
    shown = lines(FakeTrace(found), 60)[1:]
    assert [line[17:].strip() for line in shown] == ["main [4]", "main [cell 2]", "main", "cell 2"]


def test_every_cause_of_a_wakeup_is_named() -> None:
    causes = [
        ("spawned", None),
        ("yielded", None),
        ("future", 8),
        ("timer", 7),
        ("task", 6),
        ("cancel", None),
        ("thread", 5),
        ("io", None),
    ]
    found: list[ev.Event] = [
        ev.TaskReady(0, number, cause, by)  # type: ignore[arg-type]
        for number, (cause, by) in enumerate(causes, 1)
    ]
    found += [ev.TaskResumed(0, 9)]
    found += [ev.TaskReady(0, 10, "cancel", 9), ev.TaskReady(0, 11, "future", 8), ev.TaskReady(0, 12, "spawned", 9)]
    assert [line.split("  ")[-1].strip() for line in lines(FakeTrace(found), 110)] == [
        "woken by",
        "spawned",
        "itself",
        "future 8",
        "timer 7",
        "T6 (ended)",
        "a cancel",
        "thread 5",
        "i/o",
        "1",  # its steps: nobody woke the one that runs
        "T9 (cancel)",
        "T9 (future 8)",
        "T9 (spawned)",
    ]


def test_a_cancelled_task_without_a_value_was_cancelled() -> None:
    assert lines(FakeTrace([ev.TaskDone(0, 1, "cancelled", "")]), 60)[1].endswith("was cancelled")


def test_a_crowd_is_folded_and_counted() -> None:
    shown = lines(crowd_trace(10_000), 60, 8)
    assert [line.strip() for line in shown] == [
        "id  state        task        waiting on",
        "1  ‖ waiting    main [1]    task 2 (worker-1)  app.py:4",
        "2  ‖ waiting    ├ worker-1  future 2  app.py:6",
        "3  ‖ waiting    ├ worker-2  future 3  app.py:6",
        "4  ‖ waiting    ├ worker-3  future 4  app.py:6",
        "5  ‖ waiting    ├ worker-4  future 5  app.py:6",
        "└ and 8,996 more like this: 8,996 waiting",
        "and 1,000 not shown: 1,000 done",
    ]


def test_in_a_crowd_those_that_run_and_are_ready_come_first() -> None:
    history = History(crowd_trace(1_000))
    middle = next(i for i, e in enumerate(history.events) if e == ev.TaskResumed(0, 501))
    shown = printed(tree(history.at(middle), width=60, height=7), 60).splitlines()
    assert [line.split()[:3] for line in shown[1:5]] == [
        ["1", "‖", "waiting"],
        ["501", "▶", "running"],
        ["502", "◌", "ready"],
        ["503", "◌", "ready"],
    ]


def test_of_a_crowd_the_one_that_is_looked_at_is_shown() -> None:
    snapshot = History(crowd_trace(1_000)).last()
    rows = [printed(tree(snapshot, width=60, height=height, about=777), 60) for height in (2, 4, 7)]
    assert [[line.split()[0] for line in row.splitlines() if " worker-776 " in line] for row in rows] == [["777"]] * 3


@pytest.mark.parametrize("alive", [1_000, 3])
def test_the_task_that_is_looked_at_is_shown_when_it_is_done_too(alive: int) -> None:
    trace = crowd_trace(1_000)
    trace.events += [ev.TaskDone(10**12, task, "result", "7") for task in (777, *range(alive + 1, 777))]
    snapshot = History(trace).last()
    rows = [printed(tree(snapshot, width=60, height=height, about=777), 60).splitlines() for height in (4, 7)]
    assert [[line.split()[0] for line in row if " worker-776 " in line] for row in rows] == [["777"]] * 2
    assert [len(row) for row in rows] == [4, 7]


def test_a_deep_chain_of_tasks_is_drawn_without_recursion() -> None:
    found = [ev.TaskCreated(0, n, f"t{n}", n - 1 or None, "c", APP, 1) for n in range(1, 1000)]
    shown = lines(FakeTrace(found), 60)
    assert len(shown) == 1000
    assert "t999" in shown[-1]


def test_tasks_that_claim_to_be_each_others_parent_are_drawn() -> None:
    found = [ev.TaskCreated(0, 1, "a", 2, "c", APP, 1), ev.TaskCreated(0, 2, "b", 1, "c", APP, 1)]
    assert [line.split()[3:5] for line in lines(FakeTrace(found), 40)[1:]] == [["a"], ["└", "b"]]


def test_a_state_is_told_by_colour_too_and_never_by_red_or_green() -> None:
    console = Console(width=100, force_terminal=True, color_system="truecolor", legacy_windows=False)
    with console.capture() as captured:
        console.print(tree(History(busy_trace()).last(), width=100))
    text = captured.get()
    assert "\x1b[1;38;2;47;129;216m▶ running" in text
    assert "\x1b[1;38;2;200;80;10m✗ failed" in text
    assert "\x1b[31m" not in text  # neither our own red, nor that of a name
    assert "\x1b[2J" not in text


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(any_event, max_size=30), st.integers(1, 120), st.none() | st.integers(1, 12), st.booleans())
def test_any_tree_keeps_to_its_size(found: list[ev.Event], width: int, height: int | None, ascii: bool) -> None:
    block = tree(History(FakeTrace(found)).last(), width=width, height=height, ascii=ascii)
    assert all(cell_len(line.plain) <= width for line in block.lines)
    assert height is None or len(block) <= height
    assert not ascii or all(line.plain.isascii() for line in block.lines)
