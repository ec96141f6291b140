"""Files that were made to do harm, or that something has damaged: a prefix loads, or one sentence says which line is bad."""

from __future__ import annotations

import gzip
import io
import json
import re
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from sample_traces import busy_trace, gather_trace

from corodemo import EventLoop, VirtualClock, create_task, run, sleep
from corodemo.history import History
from corodemo.trace import Recorder, TraceError, dump, load
from corodemo.traceformat import events as ev
from corodemo.traceformat.file import _event_decoder, encode_line
from corodemo.views.explain.explain import explain
from corodemo.views.sentences import describe
from corodemo.views.timeline import timeline
from corodemo.views.tree import tree

LINES = [encode_line(item) for trace in (busy_trace(), gather_trace()) for item in (trace.header, *trace.events)]
WHOLE = b"".join(encode_line(item) for item in (gather_trace().header, *gather_trace().events))
NAMES_A_LINE = re.compile(r"\Af(\.gz)? (line \d+: |is empty|is no trace: line 1 ).+\Z")

pieces = st.one_of(
    st.sampled_from(LINES),
    st.binary(max_size=30),
    st.sampled_from(
        [b"\n", b"{}", b"[" * 2000, b'{"kind":' * 2000, b"\xff\xfe", b"9" * 400, b"null\n", b'"', b"\x00" * 10]
    ),
)
mutations = st.lists(
    st.one_of(
        st.tuples(st.just("cut"), st.integers(0, len(WHOLE)), st.integers(0, 200)),
        st.tuples(st.just("insert"), st.integers(0, len(WHOLE)), pieces),
        st.tuples(st.just("flip"), st.integers(0, len(WHOLE) - 1), st.integers(1, 255)),
        st.tuples(st.just("truncate"), st.integers(0, len(WHOLE)), st.none()),
        st.tuples(st.just("again"), st.integers(0, len(WHOLE)), st.integers(0, 500)),
    ),
    min_size=1,
    max_size=4,
)


def mutate(data, changes):
    for what, at, how in changes:
        at = min(at, len(data))
        if what == "cut":
            data = data[:at] + data[at + how :]
        elif what == "insert":
            data = data[:at] + how + data[at:]
        elif what == "truncate":
            data = data[:at]
        elif what == "again":
            data = data[:at] + data[max(0, at - how) :]
        elif at < len(data):
            data = data[:at] + bytes([data[at] ^ how]) + data[at + 1 :]
    return data


def check(path):
    """Load a damaged file; what it loads can be shown, and what it does not has a sentence."""
    try:
        trace = load(path)
    except TraceError as error:
        assert NAMES_A_LINE.match(str(error)), str(error)
        assert "\n" not in str(error)
        return None
    history = History(trace)
    for task in history.last().tasks:
        explain(history, task)
    return trace


@settings(max_examples=1500, deadline=None, derandomize=True, database=None)
@given(mutations)
def test_any_change_of_a_file_loads_a_prefix_or_names_the_line(tmp_path_factory, changes):
    data = mutate(WHOLE, changes)
    path = tmp_path_factory.getbasetemp() / "f"
    path.write_bytes(data)
    trace = check(path)
    if trace is not None:
        # Nothing is skipped: line by line, what was loaded is what stands there.
        lines = data.split(b"\n")[1:]
        assert trace.events == [_event_decoder.decode(line) for line in lines[: len(trace.events)]]


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(mutations)
def test_any_change_of_a_compressed_file_loads_a_prefix_or_names_the_line(tmp_path_factory, changes):
    path = tmp_path_factory.getbasetemp() / "f.gz"
    path.write_bytes(mutate(gzip.compress(WHOLE, mtime=0), changes))
    check(path)


def test_brackets_in_brackets_are_refused(tmp_path):
    header = encode_line(gather_trace().header)
    (tmp_path / "f").write_bytes(header + b'{"kind":"loop.started","at_ns":0,"more":' + b"[" * 1_000_000 + b"\n")
    with pytest.raises(TraceError, match="f line 2: "):
        load(tmp_path / "f")


def test_a_bomb_is_refused(tmp_path):
    bomb = gzip.compress(encode_line(gather_trace().header) + b" " * (200 << 20), mtime=0)
    (tmp_path / "f.gz").write_bytes(bomb)
    tracemalloc.start()
    with pytest.raises(TraceError, match="expands too much"):
        load(tmp_path / "f.gz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 250 << 20


@pytest.mark.parametrize(
    "event",
    [
        ev.LoopStarted(0),
        ev.FutureCreated(0, 1, "", [ev.On("task", n) for n in range(1, 100)]),
        ev.Output(0, None, "stdout", "x" * 1_000_000),
        ev.Line(0, None, "", 0, {str(n): "" for n in range(100)}),
    ],
    ids=lambda event: type(event).__name__,
)
def test_memory_stays_in_proportion_to_the_file(tmp_path, event):
    count = max(1, 4_000_000 // len(encode_line(event)))
    dump(tmp_path / "f", gather_trace().header, [event] * count)
    size = (tmp_path / "f").stat().st_size
    tracemalloc.start()
    trace = load(tmp_path / "f")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(trace.events) == count
    assert peak < 12 * size + (1 << 20)


# --- text that wants to be more than text

HOSTILE = [
    "\x1b]0;owned\x07\x1b[2J\x1b[31m",
    "\x9b31m\x90q\x9c",
    "[bold red]x[/] [link=http://x]",
    "<script>alert(1)</script>&amp;",
    "\u202eevil\u2066\u2069\u200f",
    "\udc80\ud800",
    "a\r\nb\x00\x08",
    "x" * 1_000_000,
]
_OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Hostile:
    """Its repr would be noticed; so would its name, its attributes and its await."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        print("NOTICED")
        while True:
            pass

    def __getattr__(self, name):
        print("NOTICED")
        raise AttributeError(name)


def record_hostile(text, tmp_path):
    async def worker():
        print(text)
        try:
            await sleep(1)
        finally:
            raise ValueError(text, Hostile(text))

    worker.__qualname__ = worker.__name__ = text

    async def main():
        task = create_task(worker(), name=text)
        kept = {"x": Hostile(text)}
        await sleep(0)
        task.cancel(text)
        try:
            await task
        except ValueError:
            pass
        assert kept

    recorder = Recorder(program=text, lines=lambda file: file == __file__)
    with recorder.capture_output(echo=False):
        run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    recorder.dump(tmp_path / "f")
    return load(tmp_path / "f")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_from_the_program_is_harmless_in_the_file_and_at_the_terminal(text, tmp_path, capsys):
    trace = record_hostile(text, tmp_path)
    assert "NOTICED" not in capsys.readouterr().out
    assert (tmp_path / "f").stat().st_size < 1_500_000
    assert all(json.loads(line) for line in (tmp_path / "f").read_text(encoding="utf-8").splitlines())
    history = History(trace)
    shown = io.StringIO()
    console = Console(file=shown, width=100, force_terminal=False, color_system=None)
    snapshot = history.last()
    console.print(tree(snapshot, width=100))
    console.print(timeline(history, snapshot, width=100))
    for index, event in enumerate(trace.events):
        console.print(describe(event, history.at(index)), markup=False, highlight=False)
    for task in snapshot.tasks:
        for sentence in explain(history, task):
            console.print(sentence, markup=False, highlight=False)
    assert not _OBEYED.search(shown.getvalue())


def test_a_megabyte_on_a_line_is_cut_and_the_program_prints_it_all(tmp_path, capsys):
    recorder = Recorder()

    async def main():
        print("y" * 1_000_000)

    with recorder.capture_output():
        run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    assert capsys.readouterr().out == "y" * 1_000_000 + "\n"
    [output] = [event for event in recorder.trace.events if isinstance(event, ev.Output)]
    assert (len(output.text), output.text[-1]) == (100_000, "…")


def test_a_file_with_escapes_in_its_names_is_explained_without_them(tmp_path):
    events = [
        ev.TaskCreated(0, 1, "\x1b[31m", None, "f\u202e", "a\x1b.py", 3),
        ev.TaskReady(0, 1, "spawned", None),
        ev.TaskResumed(0, 1),
        ev.TaskDone(0, 1, "exception", "E('\x1b')", "b\x07.py", 4),
        ev.Warned(0, "\x1b[rule", 1, "m\u2066", "c\n.py", 5),
    ]
    dump(tmp_path / "f", gather_trace().header, events)
    sentences = explain(History(load(tmp_path / "f")), 1)
    assert sentences == [
        "T1 \\x1b[31m failed at 0s with E('\\x1b') at b\\x07.py:4.",
        "Warning, \\x1b[rule at c\\n.py:5: m\\u2066.",
    ]


def test_json_in_a_name_stays_in_the_name(tmp_path):
    name = '","task":99,"x":"'
    dump(tmp_path / "f", gather_trace().header, [ev.TaskCreated(0, 1, name, None, "f", "a.py", 1)])
    assert load(tmp_path / "f").events[0].name == name
    assert json.loads((tmp_path / "f").read_text().splitlines()[1])["task"] == 1
