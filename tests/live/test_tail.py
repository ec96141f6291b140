"""The tail of a growing trace: who is there and what each does is right, however far behind one has fallen."""

from __future__ import annotations

import gc
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_traces import FakeTrace, any_event

import corodemo
from corodemo import EventLoop, VirtualClock, run
from corodemo.history import History
from corodemo.live import tail
from corodemo.live.tail import Tail
from corodemo.trace import Recorder
from corodemo.traceformat import events as ev
from corodemo.traceformat.file import Trace
from corodemo.traceformat.retention import remembered, still_true
from corodemo.views.names import waiting_on
from corodemo.views.panel import panel


async def worker(queue, number):
    for _ in range(3):
        await corodemo.sleep(number % 3)
        queue.put_nowait(number)
    if number == 2:
        await corodemo.sleep(100)


async def busy():
    queue = corodemo.Queue()
    workers = [corodemo.create_task(worker(queue, number), name=f"w{number}") for number in range(4)]
    for _ in range(12):
        await queue.get()
    workers[2].cancel()
    return await corodemo.gather(*workers, return_exceptions=True)


@pytest.fixture(scope="module")
def recorded():
    recorder = Recorder()
    run(busy(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    return recorder.trace


def growing(whole):
    """A trace that has nothing yet, of which the rest is to come."""
    return Trace(whole.header, [])


def standing(history):
    """Of each living task its name, its state and what it waits on; and who is in the queue."""
    snapshot = history.last()
    tasks = {task: snapshot.tasks[task] for task in snapshot.live}
    shown = {task: (state.title, state.state, waiting_on(snapshot, task)) for task, state in tasks.items()}
    return shown, snapshot.ready, snapshot.running


@pytest.mark.parametrize("step", [1, 5, 17, 60])
@pytest.mark.parametrize("many", [4, 20, 1000])
def test_how_things_stand_is_what_the_whole_history_says(recorded, monkeypatch, step, many):
    monkeypatch.setattr(tail, "MANY", many)
    monkeypatch.setattr(tail, "WINDOW", many // 2)
    monkeypatch.setattr(tail, "MOST", 3 * many)
    trace = growing(recorded)
    now = Tail(trace)
    for stop in range(step, len(recorded.events) + step, step):
        trace.events.extend(recorded.events[len(trace.events) : stop])
        assert standing(now.follow()) == standing(History(trace)), stop
    assert (now.since_ns is None) == (many == 1000)


def test_one_that_keeps_up_counts_from_the_beginning(recorded):
    trace = growing(recorded)
    now = Tail(trace)
    for event in recorded.events:
        trace.events.append(event)
        history = now.follow()
    assert now.since_ns is None
    assert history.last().tasks == History(recorded).last().tasks


def test_tasks_that_had_finished_before_are_no_part_of_it(recorded):
    trace = Trace(recorded.header, list(recorded.events))
    now = Tail(trace)
    trace.events += [
        ev.TaskCreated(10**12, 50, "new", None, "new", "app.py", 1),
        ev.TaskReady(10**12, 50, "spawned", None),
    ]
    history = now.follow()
    assert list(history.last().tasks) == [50]
    assert now.start_ns == 10**12


def test_what_was_lost_unseen_is_not_claimed(recorded):
    trace = growing(recorded)
    now = Tail(trace)
    trace.events.extend(recorded.events[:40])
    now.follow()
    # Of the next eighty the trace has forgotten all but twenty.
    trace.dropped = 100
    trace.events[:] = recorded.events[100:120]
    history = now.follow()
    mentioned = {event.task for event in trace.events if getattr(event, "task", None) is not None}
    assert set(history.last().tasks) <= mentioned
    assert {history.last().title(task) for task in history.last().live} <= {"busy", "w0", "w1", "w2", "w3"}
    assert now.since_ns == recorded.events[100].at_ns
    assert now.has_forgotten


def test_what_was_lost_but_remembered_still_stands(recorded):
    trace = growing(recorded)
    now = Tail(trace)
    trace.events.extend(recorded.events[:10])
    now.follow()
    past = remembered(recorded.events[:100])
    trace.remembered, trace.dropped = len(past), 100 - len(past)
    trace.events[:] = past + recorded.events[100:120]
    whole = History(Trace(recorded.header, recorded.events[:120]))
    assert standing(now.follow()) == standing(whole)
    assert now.news == recorded.events[100:120]
    assert now.has_forgotten
    trace.events += recorded.events[120:130]
    assert standing(now.follow()) == standing(History(Trace(recorded.header, recorded.events[:130])))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(any_event, max_size=40), st.integers(1, 10))
def test_any_trace_can_be_followed(found, many):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tail, "MANY", many)
        patch.setattr(tail, "WINDOW", many)
        trace = FakeTrace([])
        trace.dropped = trace.remembered = 0
        now = Tail(trace)
        for event in found:
            trace.events.append(event)
        now.follow()
        assert len(now.follow()) <= len(found)
        assert len(still_true(found)) <= len(found)


def test_a_history_that_nobody_looks_at_any_more_is_gone_at_once(recorded):
    # A live view makes one after the other: what would be left to the garbage collector costs the program its time.
    history = History(recorded)
    snapshot = history.last()
    seen = [list(snapshot.tasks.values()), list(snapshot.timers), list(snapshot.futures.values()), snapshot.counts]
    picture = panel(history, words="", width=80, height=20)
    fold = weakref.ref(history.fold)
    gc.disable()
    try:
        del history, snapshot, picture, seen
        assert fold() is None
    finally:
        gc.enable()
