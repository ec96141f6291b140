"""Watching changes nothing: the same programs log the same in the same order, whoever watches; and what is recorded is true."""

from __future__ import annotations

import json
import os
import re
import sys
import warnings

import pytest
from generated_programs import programs, run_watched
from hypothesis import HealthCheck, given, settings
from programs import python

import corodemo
from corodemo import EventLoop, VirtualClock, create_task, run, sleep
from corodemo.history import History
from corodemo.runtime.fanout import Fanout
from corodemo.runtime.hooks import Hook
from corodemo.trace import Recorder, load
from corodemo.traceformat import events as ev
from corodemo.views.explain.explain import explain

EXAMPLES = int(os.environ.get("CORODEMO_EXAMPLES", "300"))
generated = settings(
    max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


class Raising(Hook):
    """A hook that raises at its n-th call."""

    def __init__(self, calls):
        self.calls = calls


def _raise_at_last(name):
    def method(self, *args):
        self.calls -= 1
        if self.calls <= 0:
            raise RuntimeError(name)

    return method


for _name in vars(Hook):
    if not _name.startswith("_"):
        setattr(Raising, _name, _raise_at_last(_name))


@generated
@given(programs)
def test_generated_programs_log_the_same_whoever_watches(tmp_path_factory, program):
    unwatched = run_watched(program, None).log
    file = tmp_path_factory.getbasetemp() / "stream.jsonl.gz"
    streaming = Recorder(file=file)
    assert run_watched(program, streaming).log == unwatched, json.dumps(program)
    streaming.close()
    assert load(file).lost is None
    alone = Recorder()
    assert run_watched(program, alone).log == unwatched, json.dumps(program)
    for calls in (1, 7, 40):
        assert run_watched(program, Raising(calls)).log == unwatched, json.dumps(program)
        beside = Recorder()
        assert run_watched(program, Fanout(Raising(calls), beside)).log == unwatched, json.dumps(program)
        assert beside.trace.events == alone.trace.events, json.dumps(program)


@settings(generated, max_examples=max(20, EXAMPLES // 10))
@given(programs)
def test_generated_programs_log_the_same_when_lines_are_recorded(program):
    unwatched = run_watched(program, None).log
    recorder = Recorder(lines=lambda file: file.endswith("random_programs.py"))
    assert run_watched(program, recorder).log == unwatched, json.dumps(program)
    assert any(isinstance(event, ev.Line) for event in recorder.trace.events)


@generated
@given(programs)
def test_what_is_recorded_is_true_of_the_program(program):
    recorder = Recorder()
    done = run_watched(program, recorder)
    history = History(recorder.trace)
    snapshot = history.last()
    truth = {}
    for task in done.tasks:
        state = "cancelled" if task.cancelled() else None
        if state is None and task.done():
            state = "failed" if task.exception() is not None else "done"
        truth[task.get_name()] = state
    told = {state.name: state.state for state in snapshot.tasks.values()}
    assert told.keys() == truth.keys()
    # One that was not done may be waiting or, if the run ended in its step, running or ready.
    assert {name: state for name, state in truth.items() if state} == {
        name: told[name] for name, state in truth.items() if state
    }
    assert {told[name] for name, state in truth.items() if not state} <= {"waiting", "ready", "running"}
    for task, state in snapshot.tasks.items():
        check_life(recorder.trace.events, task)
        check_ledger(state)
        assert explain(history, task)


def check_life(events, task):
    """A task is made, and then goes round: ready, resumed, suspended; until it is done."""
    allowed = {
        None: {"TaskCreated"},
        "TaskCreated": {"TaskReady"},
        "TaskReady": {"TaskResumed"},
        "TaskResumed": {"TaskSuspended", "TaskDone"},
        "TaskSuspended": {"TaskReady"},
        "TaskDone": set(),
    }
    before = None
    for event in events:
        kind = type(event).__name__
        if kind in allowed and event.task == task:
            assert kind in allowed[before], (before, event)
            before = kind


def check_ledger(state):
    """A cancel of a task that is finished has an end, and the end fits the task's."""
    if not state.is_finished:
        return
    for cancel in state.cancels:
        assert cancel.status != "delivered", cancel
    if state.outcome == "cancelled" and state.cancels:
        assert state.cancels[-1].status in {"propagated", "converted", "swallowed", "uncancelled"}, state.cancels


# --- what Python itself says, and what a program sees of its watcher


FORGETFUL = """
import sys
from corodemo import EventLoop, VirtualClock, run, sleep
from corodemo.trace import Recorder

async def fetch():
    pass

def forget():
    fetch()

async def main():
    forget()
    await sleep(1)
    print("depth", sys.get_coroutine_origin_tracking_depth() in (0, 1))

hook = {hook}
run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=hook), debug={debug})
print("after", sys.get_coroutine_origin_tracking_depth())
"""


@pytest.mark.parametrize("debug", [None, False])
def test_pythons_own_warning_of_a_forgotten_await_is_the_same(tmp_path, debug):
    (tmp_path / "a.py").write_text(FORGETFUL.format(hook="None", debug=debug))
    unwatched = python("a.py", cwd=tmp_path)
    (tmp_path / "a.py").write_text(FORGETFUL.format(hook="Recorder()", debug=debug))
    assert python("a.py", cwd=tmp_path) == unwatched
    assert "RuntimeWarning: coroutine 'fetch' was never awaited" in unwatched[2]


def test_in_debug_mode_pythons_own_warning_names_the_origin_as_ever(tmp_path):
    (tmp_path / "a.py").write_text(FORGETFUL.format(hook="None", debug=True))
    unwatched = python("a.py", cwd=tmp_path)
    (tmp_path / "a.py").write_text(FORGETFUL.format(hook="Recorder()", debug=True))
    watched = python("a.py", cwd=tmp_path)
    assert "Coroutine created at" in unwatched[2]

    def without_own_frames(text):
        # The loop calls another function for a step that is watched.
        return re.sub(r'  File "[^"]*/corodemo/runtime/.*\n    .*\n(    [ ~^]*\n)?', "", text)

    assert [*map(without_own_frames, map(str, watched))] == [*map(without_own_frames, map(str, unwatched))]


def test_a_recorder_leaves_no_trace_in_the_interpreter():
    before = (sys.get_coroutine_origin_tracking_depth(), warnings._warn_unawaited_coroutine, sys.gettrace())

    async def main():
        await sleep(1)

    run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=Recorder(lines=lambda file: False)))
    assert before == (sys.get_coroutine_origin_tracking_depth(), warnings._warn_unawaited_coroutine, sys.gettrace())


# --- warnings, at the moment


def warnings_of(main, clock=None, loop_factory=None):
    recorder = Recorder()
    clock = clock or VirtualClock()
    try:
        run(main(), loop_factory=lambda: EventLoop(clock=clock, hook=recorder))
    except Exception:
        pass
    return [
        (event.at_ns // 10**9, event.rule, event.task, event.message)
        for event in recorder.trace.events
        if isinstance(event, ev.Warned)
    ]


def test_a_task_that_fails_unawaited_is_told_of_when_it_fails(caplog):
    async def broken():
        raise ValueError("no")

    async def main():
        task = create_task(broken(), name="b")
        await sleep(5)
        with pytest.raises(ValueError):
            await task

    assert warnings_of(main) == [
        (0, "never-retrieved", 2, "task 'b' failed, and nobody waits for it: ValueError('no')")
    ]
    assert caplog.text == ""


def test_a_task_that_nobody_looks_at_is_told_of_again_when_it_is_gone(caplog):
    async def broken():
        raise ValueError("no")

    async def main():
        create_task(broken(), name="b")
        await sleep(5)

    assert warnings_of(main) == [
        (0, "never-retrieved", 2, "task 'b' failed, and nobody waits for it: ValueError('no')"),
        (0, "never-retrieved", 2, "task 'b' failed, and nobody looked: ValueError"),
    ]


def test_a_step_and_a_callback_that_hold_the_loop_are_told_of():
    clock = VirtualClock()

    async def main():
        clock.advance(10**8 - 1)
        await sleep(0)
        clock.advance(10**8)
        await sleep(0)
        corodemo.get_running_loop().call_soon(clock.advance, 2 * 10**8)
        await sleep(0)

    found = warnings_of(main, clock)
    assert [(rule, task) for _, rule, task, _ in found] == [("held-the-loop", 1), ("held-the-loop", None)]
    assert found[0][3].startswith("task 'Task-1' held the loop for 0.1 s in its step from line ")
    assert found[1][3] == "the callback VirtualClock.advance held the loop for 0.2 s"


def test_a_task_that_nothing_keeps_is_told_of_once_it_waits():
    kept = []

    async def main():
        create_task(sleep(3), name="lost")
        kept.append(create_task(sleep(3), name="kept"))
        await corodemo.gather(sleep(1), corodemo.shield(sleep(1)))
        async with corodemo.TaskGroup() as group:
            group.create_task(sleep(1))
        await create_task(sleep(2))

    assert warnings_of(main) == [
        (
            0,
            "not-kept",
            2,
            "nothing keeps task 'lost', and asyncio may collect it before it is done; keep what create_task() returns",
        )
    ]


def test_an_uncancel_too_many_is_told_of():
    async def main():
        corodemo.current_task().uncancel()

    assert warnings_of(main) == [
        (0, "unbalanced-uncancel", 1, "uncancel() was called on task 'Task-1', but no request to cancel it stood")
    ]


def test_a_task_that_is_pending_when_its_loop_is_closed_is_told_of():
    recorder = Recorder()
    loop = EventLoop(clock=VirtualClock(), hook=recorder)
    task = loop.create_task(sleep(9), name="left")
    loop.run_until_complete(sleep(1))
    loop.close()
    task._log_destroy_pending = False
    found = [(event.rule, event.task, event.message) for event in recorder.trace.events if isinstance(event, ev.Warned)]
    assert found == [("pending-at-close", 1, "task 'left' was not done when its loop was closed")]
    task.get_coro().close()


def test_a_deadlock_names_its_ring_through_locks_and_tasks():
    async def first(lock, task):
        async with lock:
            await sleep(1)
            await task[0]

    async def second(lock):
        await sleep(0.5)
        async with lock:
            pass

    async def main():
        lock, box = corodemo.Lock(), []
        one = create_task(first(lock, box), name="one")
        box.append(create_task(second(lock), name="two"))
        await one

    found = [entry for entry in warnings_of(main) if entry[1] == "deadlock"]
    here = os.path.basename(__file__)
    text = [message.replace(here, "f").translate(dict.fromkeys(map(ord, "0123456789"))) for *_, message in found]
    assert [task for _, _, task, _ in found] == [2, 3]
    sentence = (
        "deadlock: nothing is left that could wake what waits: 'one' waits for 'two' at f:; "
        "'two' waits for Lock.acquire at f:, which 'one' holds;  more waits because of them"
    )
    assert text == [sentence, sentence]


def test_a_swallowed_cancel_is_told_of_at_the_next_await():
    async def stubborn():
        try:
            await sleep(9)
        except corodemo.CancelledError:
            pass
        await sleep(1)

    async def main():
        task = create_task(stubborn())
        await sleep(1)
        task.cancel()
        await task

    assert warnings_of(main) == [(1, "swallowed-cancel", 2, "the task took a cancel and went on")]
