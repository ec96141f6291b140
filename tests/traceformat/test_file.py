"""The trace file: what is written loads, and what is damaged says so in one sentence."""

from __future__ import annotations

import gzip
import os

import pytest

from corodemo.traceformat import events as ev
from corodemo.traceformat.file import Trace, TraceError, dump, encode_line, load

HEADER = ev.Header(1, "virtual", "3.11.7", "app.py")
EVENTS = [
    ev.LoopStarted(0),
    ev.TaskCreated(0, 1, "main", None, "main", "app.py", 3),
    ev.TaskSuspended(5, 1, ev.On("timer", 1), "app.py", 4),
    ev.FutureCreated(5, 1, "gather(2)", [ev.On("task", 2), ev.On("future", 3)]),
    ev.Line(6, None, "app.py", 5, {"x": "1"}),
    ev.LoopWaiting(6, None),
    ev.LoopStopped(7),
]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "t.jsonl"
    dump(path, HEADER, EVENTS)
    return path


@pytest.mark.parametrize("name", ["t.jsonl", "t.jsonl.gz"])
def test_what_is_dumped_loads(tmp_path, name):
    dump(tmp_path / name, HEADER, EVENTS)
    trace = load(tmp_path / name)
    assert (trace.header, trace.events, trace.lost) == (HEADER, EVENTS, None)


def test_each_event_is_a_line_with_kind_and_time_first(path):
    assert path.read_bytes().splitlines()[:3] == [
        b'{"kind":"trace","version":1,"clock":"virtual","python":"3.11.7","program":"app.py"}',
        b'{"kind":"loop.started","at_ns":0}',
        b'{"kind":"task.created","at_ns":0,"task":1,"name":"main","parent":null,"coro":"main","file":"app.py","line":3}',
    ]


def test_the_same_trace_compresses_to_the_same_bytes(tmp_path):
    for name in ("a.gz", "b.gz"):
        dump(tmp_path / name, HEADER, EVENTS)
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


def test_a_dump_that_fails_leaves_the_old_file_and_nothing_else(path, monkeypatch):
    def fail(*args):
        raise OSError(28, "No space left on device")

    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        dump(path, HEADER, EVENTS[:1])
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_a_dump_gets_the_mode_of_any_new_file(path, tmp_path):
    (tmp_path / "plain").write_text("")
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("name", ["t.jsonl", "t.jsonl.gz"])
def test_a_trace_cut_off_anywhere_loads_up_to_its_last_whole_line(tmp_path, name):
    dump(tmp_path / name, HEADER, EVENTS)
    data = (tmp_path / name).read_bytes()
    header_size = len(encode_line(HEADER))
    for size in range(1, len(data)):
        (tmp_path / name).write_bytes(data[:size])
        try:
            trace = load(tmp_path / name)
        except TraceError as error:
            # Only where not even the header is whole.
            assert "line 1" in str(error) or "is empty" in str(error)
            assert name.endswith(".gz") or size < header_size - 1
            continue
        assert trace.events == EVENTS[: len(trace.events)]
        if len(trace.events) < len(EVENTS) and not data[:size].endswith(b"\n"):
            assert (
                trace.lost is None
                or f"line {len(trace.events) + 1}" in trace.lost
                or (f"line {len(trace.events) + 2}" in trace.lost)
            )


def test_what_was_lost_is_said_with_its_line(path):
    path.write_bytes(path.read_bytes()[:-5])
    trace = load(path)
    assert trace.events == EVENTS[:-1]
    assert trace.lost == "t.jsonl ends in the middle of line 8: 29 bytes were left out"


def test_two_events_on_one_line_and_none_on_the_next_are_no_two_lines(path):
    header, event = encode_line(ev.Header(1, "real", "3.13.0", "")), encode_line(ev.LoopStarted(0))
    path.write_bytes(header + event[:-1] + event + b"\n")
    with pytest.raises(TraceError, match=r"line 2: JSON is malformed: trailing characters"):
        load(path)


def test_a_last_line_without_its_newline_is_whole(path):
    path.write_bytes(path.read_bytes()[:-1])
    assert (load(path).events, load(path).lost) == (EVENTS, None)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"kind":"no.such","at_ns":0}', "t.jsonl line 3: invalid value 'no.such' - at `$.kind`"),
        (b'{"kind":"task.resumed","at_ns":0}', "t.jsonl line 3: object missing required field `task`"),
        (b'{"kind":"task.resumed","at_ns":"0","task":1}', "t.jsonl line 3: expected `int`, got `str` - at `$.at_ns`"),
        (b'{"kind":"task.resumed","at_ns":-1,"task":1}', "t.jsonl line 3: expected `int` >= 0 - at `$.at_ns`"),
        (b'{"kind":"task.resumed","at_ns":1e400,"task":1}', "t.jsonl line 3: number out of range"),
        (
            b'{"kind":"task.resumed","at_ns":' + b"9" * 50 + b',"task":1}',
            "t.jsonl line 3: expected `int` <= 9223372036854775807 - at `$.at_ns`",
        ),
        (b'{"kind":"output","at_ns":0,"task":1,"stream":"stdout","text":"\xff"}', "t.jsonl line 3: "),
        (b"", "t.jsonl line 3: input data was truncated"),
        (b"nonsense", "t.jsonl line 3: JSON is malformed: "),
    ],
)
def test_a_bad_line_is_named(path, line, message):
    lines = path.read_bytes().split(b"\n")
    lines[2] = line
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(TraceError) as caught:
        load(path)
    assert str(caught.value).casefold().startswith(message.casefold())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "t is empty, so it is no trace"),
        (b"hello\n", "t is no trace: line 1 is not a trace header ("),
        (b"\x89PNG\r\n\x1a\n", "t is no trace: line 1 is not a trace header ("),
        (b'{"kind":"loop.started","at_ns":0}\n', "t is no trace: line 1 is not a trace header ("),
        (
            encode_line(ev.Header(2, "real", "3", "x")),
            "t line 1: version 2 of the trace format is not known here, only up to 1",
        ),
        (gzip.compress(b"hello\n", mtime=0), "t is no trace: line 1 is not a trace header ("),
        (b"\x1f\x8b\x08", "t line 1: the compressed data is cut off before the first line"),
        (b"\x1f\x8b\x07" + b"x" * 20, "t line 1: the compressed data is damaged ("),
    ],
)
def test_what_is_no_trace_is_said_to_be_none(tmp_path, content, message):
    (tmp_path / "t").write_bytes(content)
    with pytest.raises(TraceError) as caught:
        load(tmp_path / "t")
    assert str(caught.value).startswith(message)


def test_the_header_says_how_many_events_were_dropped(tmp_path):
    dump(tmp_path / "t", ev.Header(1, "real", "3", "x", dropped=7), [])
    assert load(tmp_path / "t").dropped == 7


def test_a_trace_names_its_program():
    assert repr(Trace(HEADER, EVENTS)) == "<Trace of 'app.py': 7 events>"
