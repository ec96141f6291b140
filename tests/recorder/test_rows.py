"""Rows, written and read: for each code, what the writers add is what the reader takes, field by field."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from corodemo.recorder import rows as codes
from corodemo.recorder.callsites import known_code
from corodemo.recorder.rows import SIZES, FutureNote, Pieces, TaskNote, TimerNote, is_plain
from corodemo.recorder.unpacking import Unpacker, _fields_of
from corodemo.traceformat import events as ev

HERE = known_code(compile("x\ny\n", "app.py", "exec"))
OWNER = object()
A, B = TaskNote(OWNER, 1, HERE), TaskNote(OWNER, 2, HERE)
FUTURE, TIMER = FutureNote(OWNER, 5, "a future"), TimerNote(OWNER, 7)
NAMES = {value: name for name, value in vars(codes).items() if name.isupper() and type(value) is int and name[0] != "_"}
CREATED_A = (codes.CREATED, 10, A, 1, None, "main", "app.py", 1)

#: For each code: the rows before it that it refers to, the row, and the event.
WRITTEN = {
    codes.CREATED: ((), CREATED_A, ev.TaskCreated(10, 1, "Task-1", None, "main", "app.py", 1)),
    codes.SPAWNED: (CREATED_A, (codes.SPAWNED,), ev.TaskReady(10, 1, "spawned", None)),
    codes.RESUMED: ((), (codes.RESUMED, 11, A), ev.TaskResumed(11, 1)),
    codes.SUSPENDED: (
        (),
        (codes.SUSPENDED, 12, A, FUTURE, HERE, 0),
        ev.TaskSuspended(12, 1, ev.On("future", 5), "app.py", HERE.site(0)[1]),
    ),
    codes.YIELDED: (
        (codes.SUSPENDED, 12, A, None, None, 0),
        (codes.YIELDED,),
        ev.TaskReady(12, 1, "yielded", None),
    ),
    codes.WOKEN: ((), (codes.WOKEN, 13, A, TIMER), ev.TaskReady(13, 1, "timer", 7)),
    codes.READY: ((), (codes.READY, 14, A, "cancel", 2), ev.TaskReady(14, 1, "cancel", 2)),
    codes.RETURNED: ((), (codes.RETURNED, 15, A, "v"), ev.TaskDone(15, 1, "result", "'v'")),
    codes.FUTURE_CREATED: (
        (),
        (codes.FUTURE_CREATED, 16, FUTURE, (A, B)),
        ev.FutureCreated(16, 5, "a future", [ev.On("task", 1), ev.On("task", 2)]),
    ),
    codes.FUTURE_DONE: ((), (codes.FUTURE_DONE, 17, FUTURE, 3), ev.FutureDone(17, 5, "result", "3", "a future")),
    codes.TIMER_SET: ((), (codes.TIMER_SET, 18, 7, 30, 1.5), ev.TimerSet(18, 7, 30, "sleep(1.5)")),
    codes.TIMER_FIRED: (
        (codes.TIMER_SET, 18, 7, 30, 1.5),
        (codes.TIMER_FIRED, 31, 7),
        ev.TimerFired(31, 7, 1, 30, "sleep(1.5)"),
    ),
    codes.TIMER_CANCELLED: (
        (codes.TIMER_SET, 18, 7, 30, "timeout"),
        (codes.TIMER_CANCELLED, 20, 7),
        ev.TimerCancelled(20, 7, 30, "timeout"),
    ),
    codes.CALLBACK: ((), (codes.CALLBACK, 21, "tick", 20), ev.CallbackRan(21, "tick", 20)),
}


@pytest.mark.parametrize("code", [code for code in NAMES if code != codes.BASE], ids=NAMES.get)
def test_a_row_is_read_as_it_was_written_and_the_row_behind_it_too(code):
    before, row, event = WRITTEN[code]
    events = []
    unpacker = Unpacker()
    unpacker.unpack([*before, *row, B], events)
    assert events[-2] == event
    assert events[-1] == ev.TaskResumed(event.at_ns, 2)
    assert unpacker.taken == len(before) + len(row) + 1


@pytest.mark.parametrize("code", NAMES, ids=NAMES.get)
def test_a_row_has_as_many_fields_as_are_counted_of_it(code):
    if code == codes.BASE:
        assert SIZES[code] == 3
        return
    before, row, _ = WRITTEN[code]
    assert SIZES.get(code, 1) == len(row)
    assert _fields_of([*before, *row, B], 1 + bool(before)) == len(before) + len(row)


def test_a_base_changes_what_readings_and_deadlines_are_in_the_trace():
    events = []
    Unpacker().unpack([codes.BASE, 100, 1_000, codes.TIMER_SET, 1, 7, 2, 1, codes.TIMER_FIRED, 5_000, 7], events)
    assert events == [ev.TimerSet(101, 7, 1_002, "sleep(1)"), ev.TimerFired(5_100, 7, 4_098, 1_002, "sleep(1)")]


def test_what_is_rare_is_an_event_itself_and_no_time_goes_back():
    events = []
    late, early = ev.LoopStarted(9), ev.Output(3, None, "stdout", "x\n")
    Unpacker().unpack([late, Pieces(early, False), A], events)
    assert events == [late, ev.Output(9, None, "stdout", "x\n"), ev.TaskResumed(9, 1)]


def test_every_code_that_a_writer_adds_is_known_to_the_reader_and_the_other_way_round():
    folder = Path(codes.__file__).parent
    writers, readers = set(), set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            # `rows += (CODE, ...)`, and the two codes that stand alone
            if isinstance(node, ast.AugAssign) and isinstance(node.value, ast.Tuple) and node.value.elts:
                first = node.value.elts[0]
                if isinstance(first, ast.Name) and first.id.isupper():
                    writers.add(first.id)
                    assert len(node.value.elts) == SIZES[getattr(codes, first.id)] or any(
                        isinstance(part, ast.Starred) for part in node.value.elts
                    ), f"{path.name} writes {len(node.value.elts)} fields for {first.id}"
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("rows.append"):
                writers |= {argument.id for argument in node.args if isinstance(argument, ast.Name)} & set(
                    NAMES.values()
                )
            elif isinstance(node, ast.Name) and path.name == "unpacking.py":
                readers |= {node.id} & set(NAMES.values())
    assert writers == readers == set(NAMES.values())


@pytest.mark.parametrize("value", [None, True, 3, 2.5, "x" * 100])
def test_a_plain_value_can_stand_in_a_row(value):
    assert is_plain(value)


def test_what_may_change_or_refers_to_more_cannot():
    values = ["x" * 101, b"x", (), [], object(), type("Number", (int,), {})(3)]
    assert not any(map(is_plain, values))
