from __future__ import annotations

from collections.abc import Sequence

import pytest
from golden_files import check_golden, printed
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_traces import APP, SECOND, SOURCE, FakeTrace, any_event, busy_trace, crowd_trace, gather_trace

from corodemo.history import History
from corodemo.traceformat import events as ev
from corodemo.views.layout import middles
from corodemo.views.panes import event_pane, names_pane, output_pane, queue_pane, waiting_chain
from corodemo.views.screen import screen
from corodemo.views.source import source_pane
from corodemo.views.text import Lines, cell_len

SIZES = [(60, 20), (100, 30), (200, 60)]


def lines_of(file: str) -> Sequence[str] | None:
    return SOURCE if file == APP else None


def plain(block: Lines) -> list[str]:
    return [line.plain.rstrip() for line in block.lines]


def nth(history: History, kind: type[ev.Event], number: int) -> int:
    return [index for index, event in enumerate(history.events) if type(event) is kind][number]


# --- the whole screen


@pytest.mark.parametrize(("width", "height"), [(60, 20), (100, 30), (120, 50)])
def test_what_takes_turns_in_the_middle_looks_as_accepted(width: int, height: int) -> None:
    pictures = []
    for trace, index in ((busy_trace(), 37), (gather_trace(), 41)):
        history = History(trace)
        window = (history.events[index].at_ns // 2, history.last().at_ns)
        for turned in range(1, len(middles(width, height))):
            picture = screen(
                history, index, width=width, height=height, lines_of=lines_of, turned=turned, window=window
            )
            pictures.append(printed(picture, width))
    check_golden(f"middles_{width}x{height}", "\n".join(pictures))


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_screen_looks_as_accepted(width: int, height: int) -> None:
    pictures = []
    for trace, indexes in ((gather_trace(), (-1, 14, 25, 43)), (busy_trace(), (40,))):
        history = History(trace)
        pictures += [
            printed(screen(history, index, width=width, height=height, lines_of=lines_of), width) for index in indexes
        ]
    check_golden(f"screen_{width}x{height}", "\n".join(pictures))


def test_the_screen_in_ascii_looks_as_accepted() -> None:
    block = screen(History(gather_trace()), 25, width=80, height=24, lines_of=lines_of, ascii=True)
    text = printed(block, 80)
    assert text.isascii()
    check_golden("screen_ascii_80x24", text)


def test_stepping_back_shows_what_stepping_forward_showed() -> None:
    history = History(gather_trace())

    def shown(index: int) -> str:
        return printed(screen(history, index, width=100, height=45, lines_of=lines_of), 100)

    forward = [shown(index) for index in range(-1, len(history))]
    back = [shown(index) for index in range(len(history) - 1, -2, -1)]
    assert back[::-1] == forward
    assert len(set(forward)) == len(forward)  # every event changes what is seen


def test_the_frame_does_not_move_while_one_steps() -> None:
    for width, height in [*SIZES, (80, 24), (120, 50), (40, 12)]:
        history = History(gather_trace())
        frames = set()
        for index in range(-1, len(history)):
            block = screen(history, index, width=width, height=height, lines_of=lines_of)
            frames.add(tuple(at for at, line in enumerate(block.lines) if line.plain.startswith("─")))
        assert len(frames) == 1


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(any_event, max_size=25), st.integers(1, 210), st.integers(1, 70), st.booleans(), st.booleans())
def test_any_screen_has_exactly_its_size(
    found: list[ev.Event], width: int, height: int, ascii: bool, has_source: bool
) -> None:
    history = History(FakeTrace(found))
    source = (lambda file: ["x = 1"] * 5) if has_source else (lambda file: None)
    for index in {-1, len(found) // 2 - 1, len(found) - 1}:
        block = screen(history, index, width=width, height=height, lines_of=source, ascii=ascii)
        assert [cell_len(line.plain) for line in block.lines] == [width] * height
        assert not ascii or all(line.plain.isascii() for line in block.lines)


# --- source


def test_the_source_marks_the_line_about_to_run_and_who_is_parked() -> None:
    history = History(gather_trace())
    assert plain(source_pane(history.at(25), lines_of, 50, 5)) == [
        "   4 async def child(name, delay):",
        "‖  5     await asyncio.sleep(delay)          T3 B",
        '▶  6     print(name, "slept", delay)         T2 A',
        "   7     return name",
        "   8",
    ]


def test_several_tasks_on_one_line_are_named_by_number() -> None:
    history = History(gather_trace())
    waiting = history.at(nth(history, ev.LoopWaiting, 0))
    marked = [line for line in plain(source_pane(waiting, lines_of, 60, 17)) if line.startswith("‖")]
    assert [line.split()[1:2] + line.split()[-2:] for line in marked] == [["5", "T2", "T3"], ["13", "T1", "main"]]


def test_a_source_that_is_not_to_be_had_is_said_to_be_so() -> None:
    history = History(gather_trace())
    assert plain(source_pane(history.at(25), lambda file: None, 60, 5)) == ["app.py, line 6: its text is not available"]
    assert plain(source_pane(history.at(0), lines_of, 60, 5)) == ["no line has run yet"]


def test_a_place_beyond_the_end_of_the_source_is_no_error() -> None:
    history = History(gather_trace())
    assert plain(source_pane(history.at(25), lambda file: ["short"], 60, 5)) == ["  1 short"]


def test_control_characters_in_the_source_are_shown() -> None:
    source = ["pass"] * 5 + ["x = '\x1b[2J\u202e'\t# [red]"]
    shown = plain(source_pane(History(gather_trace()).at(25), lambda file: source, 60, 20))
    assert shown[-1].startswith(r"▶ 6 x = '\x1b[2J\u202e'")
    assert "# [red]" in shown[-1]


def test_text_that_is_no_python_is_shown_as_it_is() -> None:
    source = ["'''never closed", "\f  ?? §", "", "  $", "(", "last"]
    shown = plain(source_pane(History(gather_trace()).at(25), lambda file: source, 60, 20))
    assert [line[4:30].rstrip() for line in shown[:5]] == ["'''never closed", r"\x0c  ?? §", "", "  $", "("]


# --- queue, names, events, output


def test_the_queue_is_written_in_the_order_of_running() -> None:
    history = History(gather_trace())
    assert plain(queue_pane(history.at(12), 40, 8)) == [
        "READY  next first",
        "  T2 A",
        "  T3 B",
        "TIMERS",
        "  none",
    ]
    waiting = history.at(nth(history, ev.LoopWaiting, 0))
    assert plain(queue_pane(waiting, 40, 8)) == [
        "READY",
        "  nothing: the loop waits",
        "TIMERS",
        "      +1s  T2 A  sleep(1)",
        "      +2s  T3 B  sleep(2)",
    ]
    assert plain(queue_pane(history.at(12), 24, 4)) == ["READY  T2 A, T3 B", "TIMERS -"]
    assert plain(queue_pane(waiting, 24, 4)) == ["READY  -", "TIMERS +1s T2, +2s T3"]


def test_a_long_queue_says_how_much_it_leaves_out() -> None:
    history = History(crowd_trace(1000))
    all_ready = history.at(nth(history, ev.TaskSuspended, 0))
    assert plain(queue_pane(all_ready, 30, 8)) == [
        "READY  next first",
        "  T2 worker-1",
        "  T3 worker-2",
        "  T4 worker-3",
        "  T5 worker-4",
        "  and 996 more",
        "TIMERS",
        "  none",
    ]
    assert plain(queue_pane(all_ready, 30, 2)) == ["READY  T2 worker-1, …", "TIMERS -"]


def test_threads_at_work_are_named() -> None:
    trace = FakeTrace([ev.LoopStarted(0), ev.ThreadStarted(0, 1, "time.sleep"), ev.LoopWaiting(0, None)])
    assert plain(queue_pane(History(trace).last(), 30, 9))[-2:] == ["THREADS", "  job 1: time.sleep"]


def test_names_show_the_chain_and_what_changed_last() -> None:
    history = History(gather_trace())
    assert plain(names_pane(history.at(14), 40, 5)) == ["T1 main → gather(2) → T2 A", "* name = 'A'", "* delay = 1"]
    assert plain(names_pane(history.at(25), 40, 5)) == ["T1 main → gather(2) → T2 A", "  name = 'A'", "  delay = 1"]
    assert plain(names_pane(history.at(25), 18, 2)) == ["… → T2 A", "  name = 'A'"]
    assert plain(names_pane(history.at(10), 60, 5))[0] == "T1 main"
    assert plain(names_pane(history.at(0), 60, 5)) == ["no task yet"]


def test_names_of_code_outside_the_tasks_are_shown_while_no_task_is_meant() -> None:
    trace = FakeTrace(
        [
            ev.Line(0, None, "<cell 3>", 1, {"left": "<coroutine countdown>"}),
            ev.Line(0, None, "<cell 3>", 2, {"number": "2"}),
            ev.TaskCreated(0, 1, "main", None, "main", "<cell 3>", 1),
            ev.TaskResumed(0, 1),
            ev.Line(0, 1, "<cell 3>", 5, {"inner": "1"}),
            ev.TaskDone(0, 1, "result", "None"),
            ev.Line(0, None, "<cell 3>", 3, {"number": "1"}),
            ev.Line(0, None, "<cell 4>", 1, {}),
        ]
    )
    shown = [plain(names_pane(History(trace).at(index), 40, 5)) for index in (1, 4, 6, 7)]
    assert shown == [
        ["outside the tasks", "* number = 2", "  left = <coroutine countdown>"],
        ["T1 main", "* inner = 1"],
        ["outside the tasks", "* number = 1", "  left = <coroutine countdown>"],
        ["outside the tasks"],
    ]
    assert plain(names_pane(History(trace).at(6), 20, 1)) == ["outside the tasks"]


def test_a_circle_of_tasks_that_wait_for_each_other_has_an_end() -> None:
    trace = FakeTrace(
        [
            ev.TaskSuspended(0, 1, ev.On("task", 2), APP, 1),
            ev.TaskSuspended(0, 2, ev.On("task", 1), APP, 2),
        ]
    )
    assert waiting_chain(History(trace).last(), 1) == ["T2", "T1"]


def test_events_end_with_the_present_one() -> None:
    history = History(gather_trace())
    assert plain(event_pane(history, 25, 60, 3)) == [
        "  23 timer 1 (sleep(1)) woke T2 A",
        "  24 T2 A goes on: step 2",
        "▶ 25 T2 A is at app.py:6",
    ]
    assert plain(event_pane(history, -1, 60, 3)) == ["before the first event"]


def test_output_shows_the_last_lines_with_what_they_contain_made_visible() -> None:
    trace = FakeTrace(
        [
            ev.Output(0, None, "stdout", "one\ntwo"),
            ev.Output(0, None, "stderr", " and a half\n\x1b[31mthree\n"),
            ev.Output(0, None, "stdout", "[bold]four\tx"),
        ]
    )
    history = History(trace)
    assert plain(output_pane(history.last(), 30, 3)) == ["two and a half", r"\x1b[31mthree", "[bold]four  x"]
    assert plain(output_pane(history.at(0), 30, 3)) == ["one", "two"]
    assert plain(output_pane(history.at(-1), 30, 3)) == ["nothing printed yet"]


def test_a_busy_second_in_the_status_line() -> None:
    history = History(gather_trace())

    def status(index: int) -> str:
        return plain(screen(history, index, width=80, height=20, lines_of=lines_of))[0]

    assert [" ".join(status(index).split()) for index in (-1, 0, 14, 21, 43)] == [
        "before the first of 44 events · at 0 · the loop has not started app.py",
        "event 0 of 43 · at 0 · between two steps app.py",
        "event 14 of 43 · at 0 · ▶ T2 A is running app.py",
        "event 21 of 43 · at 0 · the loop waits until 1s app.py",
        "event 43 of 43 · at 2s · the loop has stopped app.py",
    ]
    assert history.at(43).at_ns == 2 * SECOND
