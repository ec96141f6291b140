from __future__ import annotations

import pytest
from golden_files import check_golden, printed
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_traces import SECOND, FakeTrace, any_event, busy_trace, crowd_trace, gather_trace

from corodemo.history import History
from corodemo.traceformat import events as ev
from corodemo.views.panel import heading, panel
from corodemo.views.text import cell_len


@pytest.mark.parametrize(("width", "height"), [(60, 17), (100, 20), (200, 20)])
def test_the_panel_looks_as_accepted(width: int, height: int) -> None:
    waiting = next(at for at, event in enumerate(gather_trace().events) if isinstance(event, ev.LoopWaiting))
    so_far = FakeTrace(gather_trace().events[: waiting + 1], ev.Header(1, "real", "3.13.0", "app.py"))
    pictures = [
        panel(History(trace), words=words, hint="Ctrl-C interrupts", width=width, height=height, end_ns=end)
        for trace, words, end in (
            (so_far, "input 4, 0.5 s", SECOND // 2),
            (busy_trace(), "0.0 s", None),
            (crowd_trace(10_000), "input 1, 2.0 s", None),
        )
    ]
    check_golden(f"panel_{width}x{height}", "\n".join(printed(picture, width) for picture in pictures))


def test_on_a_low_screen_the_timeline_goes_before_the_tree() -> None:
    shown = [printed(panel(History(gather_trace()), words="w", width=50, height=height), 50) for height in (1, 4, 9)]
    assert [("── w ─" in text, "done" in text, "time  " in text) for text in shown] == [
        (True, False, False),
        (True, True, False),
        (True, True, True),
    ]


@pytest.mark.parametrize(("task", "shown"), [(900, "900  ✓ done"), (899, "899  ‖ waiting")])
def test_who_is_waited_for_is_shown_in_the_largest_crowd(task: int, shown: str) -> None:
    block = panel(History(crowd_trace(1_000)), words="w", width=60, height=16, about=task)
    of_task = [line for line in printed(block, 60).splitlines() if f" worker-{task - 1} " in line]
    assert [line.strip()[: len(text)] for line, text in zip(of_task, (shown, f"└ T{task}"), strict=True)] == [
        shown,
        f"└ T{task}",
    ]


def test_the_hint_stands_where_there_is_room() -> None:
    assert heading("two words", "a hint", 30).plain == "── two words ── a hint ───────"
    assert heading("two words", "a hint", 20).plain == "── two words ───────"
    assert heading("[red]\x1b[2J", "", 20, ascii=True).plain == r"-- [red]\x1b[2J ----"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(any_event, max_size=30), st.integers(1, 120), st.integers(1, 20), st.booleans())
def test_any_panel_keeps_to_its_size(found: list[ev.Event], width: int, height: int, ascii: bool) -> None:
    block = panel(History(FakeTrace(found)), words="x" * 30, hint="y", width=width, height=height, ascii=ascii)
    assert all(cell_len(line.plain) <= width for line in block.lines)
    assert len(block) <= height
    assert not ascii or all(line.plain.isascii() for line in block.lines)
