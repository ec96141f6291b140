from __future__ import annotations

import pytest
from golden_files import printed
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text
from sample_traces import FakeTrace, any_event, busy_trace, gather_trace

from corodemo.history import History
from corodemo.traceformat import events as ev
from corodemo.traceformat.events import On
from corodemo.views import describe
from corodemo.views.glyphs import glyphs
from corodemo.views.text import Lines, cell_len, cut, fit, plain_lines, short_path, source_number, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("naïve 😀 日本", "naïve 😀 日本"),
        ("[red]x[/red]", "[red]x[/red]"),
        ("\x1b[2J", r"\x1b[2J"),
        ("\x9b2J", r"\x9b2J"),
        ("a\tb\nc\rd\0", r"a\tb\nc\rd\x00"),
        ("\u202eevil\u2066", r"\u202eevil\u2066"),
        ("\u200b\ufeff\u2028", r"\u200b\ufeff\u2028"),
        ("\ud800", r"\ud800"),
        ("\u00a0", r"\xa0"),
        ("\U000e0001", r"\U000e0001"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters()), st.integers(-1, 30), st.booleans())
def test_any_text_fits_and_is_printable(text: str, width: int, ascii: bool) -> None:
    shown = fit(text, width, ascii=ascii)
    assert cell_len(shown) <= max(0, width)
    assert shown.isprintable()
    assert shown.isascii() or not ascii
    shown.encode("utf-8")


def test_a_wide_character_is_not_cut_in_half() -> None:
    assert [fit("日本語", width) for width in range(7)] == ["", "…", "…", "日…", "日…", "日本…", "日本語"]


def test_cut_gives_exactly_the_width() -> None:
    assert [cut(Text("日本語"), width).plain for width in (0, 1, 2, 3, 6, 8)] == [
        "",
        "…",
        "… ",
        "日…",
        "日本語",
        "日本語  ",
    ]


def test_a_huge_name_is_not_read_to_its_end() -> None:
    assert fit("x" * 10_000_000, 5) == "xxxx…"


def test_lines_expand_tabs_and_keep_escapes() -> None:
    assert plain_lines("a\tb\r\n\x1bc\n") == ["a   b", r"\x1bc", ""]


def test_parts_of_paths_and_numbers_of_inputs() -> None:
    assert [short_path(p) for p in ("/a/b.py", r"C:\x\y.py", "b.py", "<input 4>", "")] == [
        "b.py",
        "y.py",
        "b.py",
        "<input 4>",
        "",
    ]
    files = ("<input 4>", "<cell 12>", "<input x>", "<string>", "input 4", "<input >")
    assert [source_number(file) for file in files] == [
        "4",
        "cell 12",
        None,
        None,
        None,
        None,
    ]


def test_printed_lines_are_neither_wrapped_nor_padded() -> None:
    assert printed(Lines([Text("x" * 30 + "  "), Text("[b]y")]), 10) == "x" * 10 + "\n[b]y\n"


def test_every_glyph_is_one_cell_wide() -> None:
    for is_ascii in (False, True):
        marks = glyphs(is_ascii)
        chars = [*marks.states.values(), *marks.lane.values(), *marks.levels]
        chars += [marks.rule, marks.instant, marks.tick, marks.wall, marks.cross, marks.cancel, marks.now, marks.here]
        chars += [marks.parked, marks.line, marks.down, marks.up, marks.dot, marks.more]
        assert {cell_len(char) for char in chars} == {1}
        assert all(char.isascii() for char in chars) is is_ascii
        for kind in (marks.states, marks.lane):
            assert len(set(kind.values())) == len(kind)  # without colour too, no two states look alike


# --- sentences


def said(trace: FakeTrace, *kinds: type[ev.Event]) -> list[str]:
    history = History(trace)
    return [describe(e, history.at(i)) for i, e in enumerate(history.events) if not kinds or type(e) in kinds]


def test_a_program_told_in_sentences() -> None:
    assert said(gather_trace(lines=False)) == [
        "the loop starts",
        "a new task: T1 main from main() at <input 4>:1",
        "T1 main is ready to start",
        "T1 main starts",
        "T1 main made T2 A from child() at app.py:11",
        "T2 A is ready to start",
        "T1 main made T3 B from child() at app.py:12",
        "T3 B is ready to start",
        "gather(2) stands for T2 A, T3 B",
        "T1 main waits for gather(2) at app.py:13",
        "T2 A starts",
        "timer 1 (sleep(1)) is set for 1s",
        "T2 A waits for sleep(1) until 1s at app.py:5",
        "T3 B starts",
        "timer 2 (sleep(2)) is set for 2s",
        "T3 B waits for sleep(2) until 2s at app.py:5",
        "nothing is ready: the loop waits until 1s",
        "timer 1 (sleep(1)) fires",
        "timer 1 (sleep(1)) woke T2 A",
        "T2 A goes on: step 2",
        "T2 A printed: A slept 1",
        "T2 A returned 'A'",
        "nothing is ready: the loop waits until 2s",
        "timer 2 (sleep(2)) fires",
        "timer 2 (sleep(2)) woke T3 B",
        "T3 B goes on: step 2",
        "T3 B printed: B slept 2",
        "T3 B returned 'B'",
        "gather(2) is done: ['A', 'B']",
        "gather(2) woke T1 main",
        "T1 main goes on: step 2",
        "T1 main printed: ['A', 'B']",
        "T1 main returned None",
        "the loop stops",
    ]


def test_cancels_failures_and_wakers_in_sentences() -> None:
    wanted = [ev.CancelRequested, ev.CancelDelivered, ev.CancelSettled, ev.Warned, ev.Output]
    assert said(busy_trace(), *wanted) == [
        r"T2 producer printed: put \x1b[31m1\x1b[0m",
        r"T2 producer asked to cancel T5 \x1b[2Jclear (enough) at app.py:9",
        "T3 consumer printed: got 1",
        r"CancelledError is thrown into T5 \x1b[2Jclear",
        r"T5 \x1b[2Jclear let the cancel through at app.py:30",
        "warning, never-retrieved: task '[red]x' raised ValueError and nobody looked",
    ]
    assert said(busy_trace(), ev.TaskReady)[-5:] == [
        "timer 1 (sleep(0.006)) woke T2 producer",
        "T2 producer woke T3 consumer (Queue.get)",
        r"T2 producer woke T5 \x1b[2Jclear to cancel it",
        r"the end of T5 \x1b[2Jclear woke T6 <script>alert(1)</scrip…",
        "timer 2 (sleep(0.026)) woke T2 producer",
    ]


def test_the_rarer_events_in_sentences() -> None:
    trace = FakeTrace(
        [
            ev.TaskSuspended(0, 9, None, "", 0),
            ev.TaskReady(0, 9, "yielded", None),
            ev.TaskReady(0, 9, "thread", 1),
            ev.TaskReady(0, 9, "io", None),
            ev.TaskSuspended(0, 9, On("future", 3), "a.py", 2),
            ev.TaskDone(0, 9, "exception", "ValueError()"),
            ev.TaskDone(0, 9, "cancelled", ""),
            ev.CancelSettled(0, 9, "swallowed", "a.py", 3),
            ev.CancelSettled(0, 9, "converted", "a.py", 3),
            ev.CancelRequested(0, 9, None, None, "", 0),
            ev.FutureCreated(0, 3, "", []),
            ev.FutureDone(0, 3, "cancelled", ""),
            ev.TimerCancelled(0, 5),
            ev.TimerFired(0, 5, 1_500),
            ev.CallbackRan(4_000, "print", 1_000),
            ev.ThreadStarted(0, 1, "work"),
            ev.ThreadFinished(0, 1, "work"),
            ev.LoopWaiting(0, None),
            ev.Output(0, None, "stderr", "x\ny\n"),
            ev.Line(0, 9, "dir/a.py", 4, {}),
        ]
    )
    assert said(trace) == [
        "T9 gave way to the others",
        "T9 is ready again: it only gave way",
        "a thread's result woke T9",
        "i/o woke T9",
        "T9 waits for future 3 at a.py:2",
        "T9 failed: ValueError()",
        "T9 ended cancelled",
        "T9 swallowed the cancel and went on at a.py:3",
        "T9 made something else of the cancel at a.py:3",
        "somebody outside asked to cancel T9",
        "future 3 can be waited for",
        "future 3 was cancelled",
        "timer 5 will not fire: it was cancelled",
        "timer 5 fires, 1.5µs late",
        "callback print ran for 3µs",
        "a thread begins job 1: work",
        "a thread has finished job 1: work",
        "nothing is ready: the loop waits for a thread or i/o",
        r"something outside the tasks printed to stderr: x\ny",
        "T9 is at a.py:4",
    ]


@given(st.lists(any_event, max_size=15))
def test_any_event_can_be_said(found: list[ev.Event]) -> None:
    history = History(FakeTrace(found))
    for index, event in enumerate(found):
        sentence = describe(event, history.at(index), ascii=True)
        assert sentence.isascii()
        assert sentence.isprintable()
        assert sentence != type(event).__name__
