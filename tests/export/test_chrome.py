"""Chrome's trace format, held to a strict reader: viewers would drop in silence what is wrong."""

from __future__ import annotations

import json

import pytest
from chrome_checker import problems
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_traces import FakeTrace, any_event, busy_trace, crowd_trace, gather_trace

from corodemo.export.chrome import chrome
from corodemo.history import History
from corodemo.traceformat import events as ev


def exported(trace, **options):
    data, left_out = chrome(History(trace), **options)
    assert problems(data) == []
    return json.loads(data), left_out


def track_names(trace):
    return {r["tid"]: r["args"]["name"] for r in trace["traceEvents"] if r["name"] == "thread_name"}


def slices_of(trace, tid):
    return [(r["name"], r["ts"], r["dur"]) for r in trace["traceEvents"] if r["ph"] == "X" and r["tid"] == tid]


@pytest.mark.parametrize("make", [gather_trace, busy_trace, lambda: crowd_trace(50)], ids=["gather", "busy", "crowd"])
def test_a_trace_stands_before_a_strict_reader(make):
    exported(make())


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.lists(any_event, min_size=1, max_size=40), st.integers(1, 40), st.integers(0, 40))
def test_any_events_at_all_stand_before_a_strict_reader(events, most, at):
    exported(FakeTrace(events), most=most, at=at)


def test_a_task_is_a_track_of_slices_without_gaps():
    trace, left_out = exported(gather_trace(lines=False))
    assert left_out is None
    assert track_names(trace) == {0: "loop", 1: "T1 main", 2: "T2 A", 3: "T3 B"}
    # Under the virtual clock, events of the same instant stand a microsecond apart.
    assert slices_of(trace, 2) == [
        ("created", 4.0, 1.0),
        ("ready", 5.0, 5.0),
        ("running", 10.0, 2.0),
        ("waiting", 12.0, 999_989.0),
        ("ready", 1_000_001.0, 1.0),
        ("running", 1_000_002.0, 2.0),
    ]


def test_an_arrow_leads_from_the_step_or_the_end_of_the_task_that_woke_another_or_from_the_loop():
    trace, _ = exported(gather_trace(lines=False))
    arrows = {}
    for record in trace["traceEvents"]:
        if record["ph"] in "sf":
            arrows.setdefault(record["id"], []).append(record["tid"])
    assert list(arrows.values()) == [[0, 1], [1, 2], [1, 3], [0, 2], [0, 3], [3, 1]]
    start, end = (
        record["ts"] for record in trace["traceEvents"] if record["ph"] in "sf" and record["id"] == [*arrows][-1]
    )
    ended = sum(slices_of(trace, 3)[-1][1:])
    assert (start, end) == (ended - 0.001, ended + 2)  # its end, the gather's, and the wakeup


def test_slices_say_what_a_task_waits_on_and_where():
    trace, _ = exported(gather_trace(lines=False))
    waits = [r["args"] for r in trace["traceEvents"] if r["ph"] == "X" and r["name"] == "waiting"]
    assert [(args["on"], args["place"]) for args in waits] == [
        ("gather(2)", "app.py:13"),
        ("timer 1 (sleep(1)) until 1s", "app.py:5"),
        ("timer 2 (sleep(2)) until 2s", "app.py:5"),
    ]


def test_the_loops_track_says_when_it_was_idle():
    trace, _ = exported(gather_trace(lines=False))
    assert [name for name, _, _ in slices_of(trace, 0)] == ["busy", "idle", "busy", "idle", "busy"]


def test_cancels_are_instants_on_the_track_of_the_task():
    trace, _ = exported(busy_trace())
    cancels = [(r["tid"], r["name"]) for r in trace["traceEvents"] if r.get("cat", "").startswith("cancel.")]
    assert cancels == [
        (5, "T2 producer asked to cancel T5 \\x1b[2Jclear (enough) at app.py:9"),
        (5, "CancelledError is thrown into T5 \\x1b[2Jclear"),
        (5, "T5 \\x1b[2Jclear let the cancel through at app.py:30"),
    ]


def test_the_ready_queue_is_a_counter():
    trace, _ = exported(gather_trace(lines=False))
    assert [r["args"]["tasks"] for r in trace["traceEvents"] if r["ph"] == "C"] == [
        0,
        1,
        0,
        1,
        2,
        1,
        0,
        1,
        0,
        1,
        0,
        1,
        0,
    ]


def test_names_that_try_to_be_something_else_are_names():
    trace, _ = exported(busy_trace())
    assert list(track_names(trace).values())[4:7] == ["T4 [red]x", "T5 \\x1b[2Jclear", "T6 <script>alert(1)</script>"]


def test_a_nanosecond_of_a_long_day_is_not_lost():
    day = 86_400 * 10**9
    trace = FakeTrace(
        [
            ev.TaskCreated(day * 200, 1, "t", None, "t", "", 0),
            ev.TaskResumed(day * 200 + 7, 1),
            ev.LoopStopped(day * 201),
        ],
        ev.Header(version=1, clock="real", python="3", program="x"),
    )
    data, _ = chrome(History(trace))
    assert problems(data) == []
    assert b'"ts":17280000000000.007,"dur":86399999999.994' in data


@pytest.mark.parametrize(("at", "kept"), [(None, "0 to 19"), (30, "20 to 39"), (39, "24 to 43")])
def test_a_trace_that_is_too_long_says_what_was_left_out(at, kept):
    trace, left_out = exported(gather_trace(), most=20, at=at)
    assert left_out == (f"the trace is too long for one file: events {kept} of 44 are in it, 24 were left out")
    assert trace["otherData"]["left_out"] == left_out


def test_the_same_trace_gives_the_same_bytes():
    assert chrome(History(busy_trace())) == chrome(History(busy_trace()))


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        ({"ph": "X", "ts": 5.0, "dur": 2.0}, "overlaps"),
        ({"ph": "X", "ts": 12.0, "dur": 2.0}, "a gap between"),
        ({"ph": "X", "ts": 10.0, "dur": 0.0}, "takes no time"),
        ({"ph": "s", "ts": 1.0, "id": 1}, "has the ends ['s']"),
        ({"ph": "f", "ts": 20.0, "id": 1, "bp": "e"}, "is in no slice"),
        ({"ph": "i", "ts": 1.0, "s": "t", "name": "a\nb"}, "cannot be shown"),
        ({"ph": "i", "ts": 1.0, "s": "t", "tid": 9}, "has no name"),
        ({"ph": "E", "ts": 1.0}, "no phase that is known"),
    ],
)  # fmt: skip
def test_the_reader_is_strict(record, sentence):
    common = {"pid": 1, "tid": 1, "name": "n", "cat": "c"}
    extra = {"args": {}} if record["ph"] in "Xi" else {}
    trace = {
        "displayTimeUnit": "ns",
        "traceEvents": [
            {"ph": "M", "name": "thread_name", "pid": 1, "tid": 1, "args": {"name": "t"}},
            {**common, "ph": "X", "ts": 0.0, "dur": 10.0, "args": {}},
            {**common, **extra, **record},
        ],
    }
    assert any(sentence in problem for problem in problems(json.dumps(trace).encode()))
