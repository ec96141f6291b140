from __future__ import annotations

import pytest
from golden_files import check_golden, printed
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_traces import APP, MS, SECOND, FakeTrace, any_event, busy_trace, crowd_trace, gather_trace

from corodemo.history import History
from corodemo.traceformat import events as ev
from corodemo.traceformat.events import On
from corodemo.views.scale import Scale
from corodemo.views.text import cell_len
from corodemo.views.timeline import timeline

REAL = ev.Header(version=1, clock="real", python="3.13.0", program="app.py")


def drawn(
    trace: FakeTrace, width: int, height: int | None = None, index: int | None = None, **options: object
) -> list[str]:
    history = History(trace)
    snapshot = history.last() if index is None else history.at(index)
    block = timeline(history, snapshot, width=width, height=height, **options)  # type: ignore[arg-type]
    return printed(block, width).splitlines()


@pytest.mark.parametrize(("width", "height"), [(60, 20), (100, 30), (200, 60)])
def test_the_timeline_looks_as_accepted(width: int, height: int) -> None:
    pictures = []
    for trace in (gather_trace(), busy_trace()):
        history = History(trace)
        snapshots = (history.at(28), history.last())
        pictures += [printed(timeline(history, at, width=width, height=height), width) for at in snapshots]
    check_golden(f"timeline_{width}x{height}", "\n".join(pictures))


def test_steps_that_take_no_time_stand_side_by_side_under_a_virtual_clock() -> None:
    assert drawn(gather_trace(), 50, 9) == [
        "time         0                 1s             2s",
        "at 2s        ┬═════────────────┬═─────────────┬══▼",
        "T1 main [4]  █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░▲█✓",
        "├ T2 A       ▼▒█░░░░░░░░░░░░░░▒█✓",
        "└ T3 B       ▼▒▒▒█░░░░░░░░░░░░░░░░░░░░░░░░░░░▒█✓",
        "queue max 2  ██▄▄             ▄              ▄ ▄",
        "█ running  ▒ ready  ░ waiting  ✂ cancel  ✓ done",
        "✗ failed  ⊘ cancelled  ▼▲ woken  ▼ now",
    ]


def test_what_was_only_remembered_does_not_stretch_the_time() -> None:
    trace = gather_trace()
    trace.remembered = 5
    moved = [trace.events[index].at_ns for index in range(5, len(trace.events))]
    scale = Scale(History(trace), 40)
    assert (scale.first, scale.start_ns, scale.end_ns) == (5, moved[0], moved[-1])


def test_what_is_to_come_is_blank() -> None:
    history = History(gather_trace())
    first_wait = next(i for i, e in enumerate(history.events) if isinstance(e, ev.LoopWaiting))
    assert drawn(gather_trace(), 50, 9, index=first_wait)[:6] == [
        "time         0                 1s             2s",
        "at 0         ┬════▼────────────┬═─────────────┬═══",
        "T1 main [4]  █░░░░░",
        "├ T2 A       ▼▒█░░░",
        "└ T3 B       ▼▒▒▒█░",
        "queue max 2  ██▄▄",
    ]


def test_a_trace_without_any_time_is_laid_out_by_steps_and_says_so() -> None:
    found: list[ev.Event] = []
    for task in (1, 2):
        found += [
            ev.TaskCreated(7, task, f"t{task}", None, "c", APP, 1),
            ev.TaskReady(7, task, "spawned", None),
            ev.TaskResumed(7, task),
            ev.TaskDone(7, task, "result", "None"),
        ]
    assert drawn(FakeTrace(found), 45, 5) == [
        "step         1               2",
        "at 7ns       ┬───────────────┬──────────────▼",
        "T1 t1        ████████✓",
        "T2 t2                ▒▒▒▒▒▒▒▒████████✓",
        "queue max 1  █       ████████",
    ]


def test_a_step_shorter_than_a_column_is_seen_under_a_real_clock() -> None:
    found = [
        ev.TaskResumed(0, 1),
        ev.TaskSuspended(10, 1, None, APP, 1),
        ev.TaskReady(50 * MS, 1, "future", 1),
        ev.TaskResumed(50 * MS + 10, 1),
        ev.TaskSuspended(50 * MS + 20, 1, None, APP, 1),
        ev.LoopStopped(100 * MS),
    ]
    assert drawn(FakeTrace(found, REAL), 34, 4)[:3] == [
        "time       0          50ms",
        "at 100ms   ┬──────────┬──────────▼",
        "task 1     █░░░░░░░░░░█░░░░░░░░░░░",
    ]


def test_an_arrow_leads_from_the_waking_step_to_the_woken_task() -> None:
    found: list[ev.Event] = [ev.TaskCreated(0, n, f"t{n}", None, "c", APP, 1) for n in (1, 2, 3)]
    found += [
        ev.TaskResumed(0, 3),
        ev.TaskSuspended(10, 3, On("future", 1), APP, 1),
        ev.TaskSuspended(10, 2, On("future", 2), APP, 1),
        ev.TaskResumed(20, 1),
        ev.TaskReady(25, 3, "future", 1),
        ev.TaskSuspended(30, 1, None, APP, 1),
        ev.LoopStopped(40),
    ]
    lines = drawn(FakeTrace(found, REAL), 54, 12)
    column = lines[6].index("▒")
    assert [line[column : column + 1] for line in lines[2:7]] == ["█", "│", "│", "▼", "▒"]
    close = drawn(FakeTrace(found, REAL), 54, 6)
    assert [line[column : column + 1] for line in close[2:5]] == ["█", "░", "▼"]


def test_a_cancel_and_each_way_to_end_have_marks_of_their_own() -> None:
    lines = [line for line in drawn(busy_trace(), 100, 12) if "✂" in line or "✗" in line or "⊘" in line]
    assert [line.split()[2] for line in lines[:2]] == ["[red]x", "\\x1b[2Jclear"]
    assert "✗" in lines[0]
    assert "✂" in lines[1]
    assert lines[1].endswith("█⊘")


def test_a_part_of_the_trace_shows_the_tasks_that_were_there_in_it() -> None:
    assert drawn(busy_trace(), 60, 12, start_ns=10 * MS, end_ns=20 * MS)[:7] == [
        "time               10ms    12ms    14ms    16ms    18ms",
        "at 41ms            ┬───────┬───────┬───────┬───────┬────────",
        "T1 main [4]        ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░",
        "├ T2 producer      ████████████████░░░░░░░░░░░░░░░░░░░░░░░░░",
        "├ T3 consumer      ░░░░░░░░▼▒▒▒▒▒▒▒████████░░░░░░░░░░░░░░░░░",
        "├ T5 \\x1b[2Jclear  ░░░░░░░░░░░░✂▒▒▒▒▒▒▒▒▒▒▒████⊘",
        "└ T6 <script>aler… ░░░░░░░░░░░░░░░░░░░░░░░░░░░░▼▒▒▒████░░░░░",
    ]


def test_of_a_crowd_a_part_counts_those_that_were_there_as_they_were_then() -> None:
    found = [ev.TaskCreated(0, n, f"t{n}", None, "c", "app.py", 1) for n in range(1, 101)]
    found += [ev.TaskResumed(0, n) for n in range(1, 101)]
    found += [ev.TaskSuspended(0, n, On("future", n), "app.py", 2) for n in range(1, 101)]
    found += [ev.TaskDone(MS if n <= 50 else 9 * MS, n, "result", "None") for n in range(1, 101)]
    assert drawn(FakeTrace(found, REAL), 60, 6, start_ns=2 * MS, end_ns=8 * MS) == [
        "time         2ms            4ms             6ms",
        "at 9ms       ┬──────────────┬───────────────┬───────────────",
        "T51 t51      ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░",
        "T52 t52      ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░",
        "and 48 more like this: 48 waiting",
    ]


def test_the_times_of_a_short_stretch_are_long_enough_to_differ() -> None:
    def times(start_ns: int, end_ns: int) -> list[str]:
        return drawn(busy_trace(), 60, 12, start_ns=start_ns, end_ns=end_ns)[0].split()[1:]

    assert times(9 * MS, 12 * MS) == ["9ms", "10ms", "11ms"]
    assert times(SECOND, SECOND + 30 * MS) == ["1s", "1.01s", "1.02s"]
    assert times(10 * MS, 10 * MS + 30) == ["10.00000ms", "10.00001ms", "10.00002ms"]
    assert times(61 * SECOND, 61 * SECOND + 3 * MS) == ["61.000s", "61.001s", "61.002s"]


def test_a_part_that_is_still_to_come_is_blank() -> None:
    lines = drawn(busy_trace(), 60, 12, index=10, start_ns=10 * MS, end_ns=20 * MS)
    assert lines[1].split() == ["at", "100µs", "┬───────┬───────┬───────┬───────┬────────"]
    assert lines[2] == "T1 main [4]"


def test_lanes_of_a_live_view_go_on_until_now() -> None:
    waiting = next(i for i, e in enumerate(gather_trace().events) if isinstance(e, ev.LoopWaiting))
    so_far = FakeTrace(gather_trace().events[: waiting + 1], REAL)
    lines = drawn(so_far, 50, 9, end_ns=SECOND // 2)
    assert lines[1].split()[:2] == ["at", "500ms"]
    assert [len(line) for line in lines[1:5]] == [50, 50, 50, 50]
    assert all(line.endswith("░░░") for line in lines[2:5])


def test_words_about_tasks_without_a_lane_take_the_whole_line() -> None:
    lines = drawn(crowd_trace(1000), 60, 10)
    assert "└ and 897 more like this: 897 waiting" in lines
    assert "and 100 not shown: 100 done" in lines


def test_ascii_lanes() -> None:
    lines = drawn(busy_trace(), 60, 12, ascii=True)
    assert "\n".join(lines).isascii()
    assert lines[2].startswith("T1 main [4]")
    assert lines[2].rstrip(".").endswith("#")


def test_lanes_do_not_shift_while_tasks_appear() -> None:
    history = History(busy_trace())
    axes = {
        printed(timeline(history, history.at(index), width=80, height=12), 80).splitlines()[0]
        for index in range(1, len(history))
    }
    assert len(axes) == 1


def test_columns_never_go_back_from_one_event_to_the_next() -> None:
    for trace in (gather_trace(), busy_trace(), crowd_trace(200)):
        history = History(trace)
        for width in (1, 7, 40, 300):
            scale = Scale(history, width)
            columns = [scale.column(index) for index in range(len(history))]
            assert columns == sorted(columns)
            assert columns[0] == 0
            assert columns[-1] < width
            assert scale.bounds == [sum(1 for c in columns if c < at) for at in range(width)] + [len(history)]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(any_event, max_size=30),
    st.integers(1, 120),
    st.none() | st.integers(1, 12),
    st.booleans(),
    st.none() | st.integers(0, 60),
    st.none() | st.integers(0, 60),
)
def test_any_timeline_keeps_to_its_size(
    found: list[ev.Event], width: int, height: int | None, ascii: bool, start_ns: int | None, end_ns: int | None
) -> None:
    history = History(FakeTrace(found))
    for snapshot in (history.last(), history.at(len(found) // 2 - 1)):
        block = timeline(history, snapshot, width=width, height=height, start_ns=start_ns, end_ns=end_ns, ascii=ascii)
        assert all(cell_len(line.plain) <= width for line in block.lines)
        assert height is None or len(block) <= height
        assert not ascii or all(line.plain.isascii() for line in block.lines)
