"""The recorder: what happens in a loop, as events, in the order it happened."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys
import textwrap
import weakref

import msgspec
import pytest

import corodemo
from corodemo import EventLoop, VirtualClock, create_task, gather, run, sleep, timeout
from corodemo.history import History
from corodemo.runtime.hooks import Hook
from corodemo.trace import Recorder, load
from corodemo.traceformat import events as ev
from corodemo.views.names import waiting_on

HERE = __file__


def record(main, recorder=None, **kwargs):
    """Run a coroutine function under the virtual clock; return the events as tuples of kind and fields, places left out."""
    recorder = Recorder(**kwargs) if recorder is None else recorder
    try:
        run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    except Exception as exc:
        recorder.raised = exc
    return [shorten(event) for event in recorder.trace.events]


def shorten(event):
    fields = msgspec.to_builtins(event)
    kind = fields.pop("kind")
    for place in ("file", "line"):
        fields.pop(place, None)
    values = [f"{v['kind']} {v['id']}" if isinstance(v, dict) and "id" in v else v for v in fields.values()]
    return (kind, *values)


def of_kind(events, *kinds):
    return [event for event in events if event[0].startswith(kinds)]


def line_of(text):
    """Return the number of the line in this file that ends with a mark."""
    with open(HERE, encoding="utf-8") as file:
        return next(n for n, line in enumerate(file, 1) if line.rstrip().endswith(f"# {text}"))


def test_a_task_that_sleeps_leaves_its_whole_life():
    async def main():
        return await sleep(1, "x")

    end = [
        ("callback.ran", 10**9, "_run_until_complete_cb", 10**9),
        ("loop.stopped", 10**9),
    ]
    assert (
        record(main)[: 10 + len(end)]
        == [
            ("task.created", 0, 1, "Task-1", None, main.__qualname__),
            ("task.ready", 0, 1, "spawned", None),
            ("loop.started", 0),
            ("task.resumed", 0, 1),
            ("timer.set", 0, 1, 10**9, "sleep(1)"),
            ("task.suspended", 0, 1, "timer 1"),
            ("loop.waiting", 0, 10**9),
            ("timer.fired", 10**9, 1, 0, 10**9, "sleep(1)"),
            ("task.ready", 10**9, 1, "timer", 1),
            ("task.resumed", 10**9, 1),
            ("task.done", 10**9, 1, "result", "'x'"),
            *end,
        ][: 10 + len(end)]
    )


def test_a_gather_names_itself_and_its_children():
    async def main():
        await gather(sleep(0), sleep(0))

    events = of_kind(record(main), "future")
    assert events == [
        ("future.created", 0, 1, "gather(2)", [{"kind": "task", "id": 2}, {"kind": "task", "id": 3}]),
        ("future.done", 0, 1, "result", "[None, None]", "gather(2)"),
    ]


def test_each_event_of_a_timer_or_a_future_says_by_itself_what_it_is_about():
    async def main():
        loop = corodemo.get_running_loop()
        queue = corodemo.Queue()
        loop.call_later(1, queue.put_nowait, "x")
        loop.call_later(9, print).cancel()
        await queue.get()
        with contextlib.suppress(TimeoutError):
            async with timeout(1):
                await sleep(5)

    assert of_kind(record(main), "timer", "future") == [
        ("timer.set", 0, 1, 10**9, "Queue.put_nowait"),
        ("timer.set", 0, 2, 9 * 10**9, "print"),
        ("timer.cancelled", 0, 2, 9 * 10**9, "print"),
        ("future.created", 0, 1, "Queue.get", []),
        ("timer.fired", 10**9, 1, 0, 10**9, "Queue.put_nowait"),
        ("future.done", 10**9, 1, "result", "None", "Queue.get"),
        ("timer.set", 10**9, 3, 2 * 10**9, "timeout"),
        ("timer.set", 10**9, 4, 6 * 10**9, "sleep(5)"),
        ("timer.fired", 2 * 10**9, 3, 0, 2 * 10**9, "timeout"),
        ("timer.cancelled", 2 * 10**9, 4, 6 * 10**9, "sleep(5)"),
    ]


def test_a_timer_that_is_due_and_cancelled_before_its_turn_has_an_end():
    async def main():
        loop = corodemo.get_running_loop()
        with contextlib.suppress(TimeoutError):
            async with timeout(1):
                await sleep(1)
        loop.call_later(1, lambda: later.cancel())  # noqa: PLW0108 - it is set below
        later = loop.call_later(1, print)
        await sleep(2)
        later.cancel()

    timers = [event[:3] for event in of_kind(record(main), "timer")]
    assert timers == [
        ("timer.set", 0, 1),
        ("timer.set", 0, 2),
        ("timer.fired", 10**9, 1),
        ("timer.cancelled", 10**9, 2),
        ("timer.set", 10**9, 3),
        ("timer.set", 10**9, 4),
        ("timer.set", 10**9, 5),
        ("timer.fired", 2 * 10**9, 3),
        ("timer.cancelled", 2 * 10**9, 4),
        ("timer.fired", 3 * 10**9, 5),
    ]


def test_a_timer_that_was_set_before_events_were_made_keeps_its_name(tmp_path):
    async def main():
        create_task(sleep(5))
        await sleep(1)
        recorder.dump(tmp_path / "early.jsonl")
        await sleep(1)
        assert len(recorder.trace.events) > 0
        await sleep(9)

    recorder = Recorder()
    record(main, recorder)
    recorder.dump(tmp_path / "whole.jsonl")
    assert load(tmp_path / "whole.jsonl").events == recorder.trace.events
    fired = [(event.timer, event.what) for event in recorder.trace.events if isinstance(event, ev.TimerFired)]
    assert fired == [(1, "sleep(1)"), (3, "sleep(1)"), (2, "sleep(5)"), (4, "sleep(9)")]


def test_a_cancel_that_went_on_to_a_sleep_is_not_taken_back_by_uncancel():
    async def main():
        for turns in (1, 0):
            task = create_task(sleep(9))
            for _ in range(turns):
                await sleep(0)
            task.cancel()
            task.uncancel()
            await corodemo.wait([task])

    assert of_kind(record(main), "cancel", "task.done")[:7] == [
        ("cancel.requested", 0, 2, 1, None),
        ("cancel.delivered", 0, 2),
        ("cancel.settled", 0, 2, "propagated"),
        ("task.done", 0, 2, "cancelled", "CancelledError()"),
        ("cancel.requested", 0, 3, 1, None),
        ("cancel.settled", 0, 3, "swallowed", "uncancel"),
        ("task.done", 9 * 10**9, 3, "result", "None"),
    ]


def test_a_cancelled_task_has_its_error_as_its_value():
    async def main():
        for message in ((), ("enough",)):
            task = create_task(sleep(9))
            await sleep(0)
            task.cancel(*message)
            await corodemo.wait([task])

    done = [event[3:] for event in of_kind(record(main), "task.done")]
    assert done[:2] == [("cancelled", "CancelledError()"), ("cancelled", "CancelledError('enough')")]


def test_a_wakeup_names_its_cause():
    async def child():
        await sleep(0)

    async def main():
        loop = corodemo.get_running_loop()
        await sleep(0)
        await sleep(1)
        await create_task(child())
        future = loop.create_future()
        loop.call_soon(future.set_result, None)
        await future
        await loop.run_in_executor(None, len, "abc")
        victim = create_task(sleep(9))
        await sleep(0)
        victim.cancel()
        await gather(victim, return_exceptions=True)

    ready = [event[2:] for event in of_kind(record(main), "task.ready")]
    assert ready[: ready.index((1, "future", 3)) + 1] == [
        (1, "spawned", None),
        (1, "yielded", None),
        (1, "timer", 1),
        (2, "spawned", 1),
        (2, "yielded", None),
        (1, "task", 2),
        (1, "future", 1),
        (1, "thread", 2),
        (3, "spawned", 1),
        (1, "yielded", None),
        (3, "cancel", 1),
        (1, "future", 3),
    ]


def test_a_reader_wakes_by_io():
    async def main():
        loop = corodemo.get_running_loop()
        here, there = os.pipe()
        future = loop.create_future()
        loop.add_reader(here, future.set_result, None)
        os.write(there, b"x")
        await future
        loop.remove_reader(here)
        os.close(here)
        os.close(there)

    assert ("task.ready", 0, 1, "io", 1) in record(main)


def test_a_deadline_before_the_beginning_or_beyond_all_times_can_be_read_again(tmp_path):
    async def main():
        loop = corodemo.get_running_loop()
        loop.call_at(-5, int)
        loop.call_at(1e300, int)
        await sleep(1)

    recorder = Recorder()
    record(main, recorder)
    record(main, recorder)
    recorder.dump(tmp_path / "t")
    deadlines = [event.deadline_ns for event in load(tmp_path / "t").events if isinstance(event, ev.TimerSet)]
    assert deadlines == [0, 2**63 - 1, 10**9, 0, 2**63 - 1, 2 * 10**9]


def test_an_await_is_at_the_users_line():
    async def inner():
        await sleep(1)  # the await

    async def main():
        await inner()

    recorder = Recorder()
    record(main, recorder)
    suspended = next(event for event in recorder.trace.events if isinstance(event, ev.TaskSuspended))
    assert (suspended.file, suspended.line) == (HERE, line_of("the await"))


def test_a_future_that_the_runtime_makes_is_named_after_what_made_it():
    async def main():
        queue = corodemo.Queue()
        corodemo.get_running_loop().call_later(1, queue.put_nowait, "x")
        await queue.get()

    assert of_kind(record(main), "future.created") == [("future.created", 0, 1, "Queue.get", [])]


def settled(main):
    events = of_kind(record(main), "cancel")
    return [
        event[0].removeprefix("cancel.") + (f" {event[3]}" if event[0].endswith("settled") else "") for event in events
    ]


def test_a_cancel_that_goes_through_is_propagated():
    async def main():
        task = create_task(sleep(9))
        await sleep(0)
        task.cancel()
        await gather(task, return_exceptions=True)

    assert settled(main) == ["requested", "delivered", "settled propagated"]


def test_a_cancel_that_is_caught_and_gone_on_from_is_swallowed():
    async def stubborn():
        try:
            await sleep(9)
        except corodemo.CancelledError:
            pass
        await sleep(1)

    async def main():
        task = create_task(stubborn())
        await sleep(0)
        task.cancel()
        await task

    assert settled(main) == ["requested", "delivered", "settled swallowed"]


def test_a_cancel_is_open_while_the_coroutine_cleans_up():
    async def tidy():
        try:
            await sleep(9)
        finally:
            await sleep(1)

    async def main():
        task = create_task(tidy())
        await sleep(0)
        task.cancel()
        await gather(task, return_exceptions=True)

    events = record(main)
    cancels = of_kind(events, "cancel")
    assert [event[:2] for event in cancels] == [
        ("cancel.requested", 0),
        ("cancel.delivered", 0),
        ("cancel.settled", 10**9),
    ]


@pytest.mark.parametrize("ending", ["return", "raise"])
def test_a_cancel_that_becomes_something_else_is_converted(ending):
    async def other():
        try:
            await sleep(9)
        except corodemo.CancelledError:
            if ending == "raise":
                raise ValueError("x") from None
            return "done"

    async def main():
        task = create_task(other())
        await sleep(0)
        task.cancel()
        await gather(task, return_exceptions=True)

    assert settled(main) == ["requested", "delivered", "settled converted"]


def test_a_timeout_converts_its_own_cancel():
    async def main():
        try:
            async with timeout(1):
                await sleep(9)
        except TimeoutError:
            pass

    assert settled(main) == ["requested", "delivered", "settled converted"]


def test_a_cancel_before_the_first_step_is_delivered_and_propagated():
    async def main():
        task = create_task(sleep(9))
        task.cancel("msg")
        await gather(task, return_exceptions=True)

    assert settled(main) == ["requested", "delivered", "settled propagated"]


def test_output_belongs_to_the_task_that_printed_and_a_print_is_one_event():
    async def child():
        print("a", "b")
        sys.stderr.write("half")

    async def main():
        await create_task(child())
        print("end")

    recorder = Recorder()
    out, err = io.StringIO(), io.StringIO()
    outer = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = out, err
    try:
        with recorder.capture_output():
            record(main, recorder)
    finally:
        sys.stdout, sys.stderr = outer
    printed = [shorten(event)[2:] for event in recorder.trace.events if isinstance(event, ev.Output)]
    assert printed == [(2, "stdout", "a b\n"), (2, "stderr", "half"), (1, "stdout", "end\n")]
    assert (out.getvalue(), err.getvalue()) == ("a b\nend\n", "half")


def test_captured_output_need_not_be_shown(capsys):
    recorder = Recorder()
    with recorder.capture_output(echo=False):
        print("x")
    assert [event.text for event in recorder.trace.events] == ["x\n"]
    assert capsys.readouterr().out == ""


def test_the_same_program_leaves_the_same_bytes(tmp_path):
    async def worker(n):
        await sleep(n)
        return object()

    async def main():
        print(await gather(*[worker(n) for n in (2, 1, 3)]) is not None)

    for name in ("a", "b"):
        recorder = Recorder(program="x")
        with recorder.capture_output(echo=False):
            record(main, recorder)
        recorder.dump(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


async def busy():
    for _ in range(20):
        await sleep(1)


def test_a_bounded_recorder_keeps_the_newest_and_counts_the_rest():
    every = record(busy)
    recorder = Recorder(capacity=10)
    assert record(busy, recorder) == every[-10:]
    assert recorder.trace.dropped == len(every) - 10


async def server(event):
    """Start two that wait for long, one of them from a task that ends, and one that is busy."""

    async def starter():
        return create_task(sleep(3600), name="hour")

    async def gathers():
        await gather(event.wait(), sleep(1800))

    kept = [await create_task(starter(), name="starter"), create_task(gathers(), name="gathers")]
    await create_task(busy(), name="busy")
    raise ValueError(len(kept))


def standing(trace):
    """Return of each task that is not done its title, its state, its parent, its origin, and what it waits on."""
    snapshot = History(trace).last()
    return [
        (task.id, task.title, task.state, task.parent, task.origin, waiting_on(snapshot, task.id))
        for task in (snapshot.tasks[number] for number in snapshot.live)
    ], [timer.id for timer in snapshot.timers]


@pytest.mark.parametrize("capacity", [1, 10, 40])
def test_a_recorder_that_remembers_knows_who_is_there_however_long_ago_they_came(capacity):
    traces = []

    async def main(recorder):
        task = create_task(server(corodemo.Event()), name="server")
        for _ in range(22):
            await sleep(1)
            traces[-1].append(standing(recorder.trace))
        assert isinstance(task.exception(), ValueError)

    for recorder in (Recorder(), Recorder(capacity=capacity, remembers=True)):
        traces.append([])
        run(main(recorder), loop_factory=lambda hook=recorder: EventLoop(clock=VirtualClock(), hook=hook))
    assert traces[1] == traces[0]
    trace = recorder.trace
    assert len(trace.events) == trace.remembered + capacity


def test_a_bounded_recorder_dumps_what_it_has(tmp_path):
    recorder = Recorder(capacity=10)
    events = record(busy, recorder)
    recorder.dump(tmp_path / "t")
    trace = load(tmp_path / "t")
    assert [shorten(event) for event in trace.events] == events
    assert trace.dropped == trace.header.dropped == recorder.trace.dropped


@pytest.mark.parametrize("name", ["t.jsonl", "t.jsonl.gz"])
def test_a_streaming_recorder_writes_the_same_file_as_a_dump(tmp_path, name):
    recorder = Recorder()
    record(busy, recorder)
    streaming = Recorder(file=tmp_path / name)
    record(busy, streaming)
    streaming.close()
    assert load(tmp_path / name).events == recorder.trace.events
    assert load(tmp_path / name).header == recorder.trace.header


def test_a_streaming_recorder_has_written_what_came_before_the_loop_waits(tmp_path):
    streaming = Recorder(file=tmp_path / "t")
    seen = []

    async def main():
        await sleep(1)
        seen.extend(load(tmp_path / "t").events)

    record(main, streaming)
    streaming.close()
    assert [type(event) for event in seen[-2:]] == [ev.LoopWaiting, ev.TimerFired]


def test_a_streaming_recorder_keeps_nothing_to_dump(tmp_path):
    recorder = Recorder(file=tmp_path / "t")
    with pytest.raises(RuntimeError, match="keeps nothing; give it a capacity"):
        recorder.dump(tmp_path / "u")
    recorder.close()


def test_a_stream_that_nothing_happened_in_is_a_trace_all_the_same(tmp_path):
    Recorder(file=tmp_path / "t").close()
    assert load(tmp_path / "t").events == []


def test_a_stream_to_nowhere_is_refused_at_once(tmp_path):
    with pytest.raises(FileNotFoundError):
        Recorder(file=tmp_path / "no" / "t")


def test_a_negative_capacity_is_refused():
    with pytest.raises(ValueError, match="capacity must not be negative, got -1"):
        Recorder(capacity=-1)


class Uncooperative:
    """A repr that would be noticed if it were called."""

    def __init__(self, x):
        self.x = x

    def __repr__(self):
        print("called")
        raise ValueError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Uncooperative(1), "<Uncooperative x=1>"),
        ([Uncooperative("a")], "[<Uncooperative x='a'>]"),
        ("x" * 1_000_000, "'" + "x" * 50 + "..." + "x" * 50 + "'"),
        ("\udc80", r"'\udc80'"),
        (object(), "<object object>"),
    ],
    ids=["repr", "inside", "long", "surrogate", "address"],
)
def test_a_value_is_a_short_text_and_none_of_its_code_runs(value, text, capsys):
    async def child():
        return value

    async def main():
        await create_task(child())

    assert [event[4] for event in record(main) if event[0] == "task.done"] == [text, "None"]
    assert capsys.readouterr().out == ""


def test_the_recorder_keeps_no_object_of_the_program_alive():
    class Thing:
        pass

    kept = []

    async def main():
        thing = Thing()
        kept.append(weakref.ref(thing))
        await sleep(0)
        return thing

    recorder = Recorder()
    record(main, recorder)
    gc.collect()
    assert kept[0]() is None


def test_two_runs_one_after_the_other_make_one_trace_whose_time_goes_on():
    recorder = Recorder()

    async def main():
        await sleep(1)

    record(main, recorder)
    record(main, recorder)
    times = [event.at_ns for event in recorder.trace.events]
    assert times == sorted(times)
    assert times[-1] == 2 * 10**9
    deadlines = [event.deadline_ns for event in recorder.trace.events if isinstance(event, ev.TimerSet)]
    assert [d for d in deadlines if d <= 2 * 10**9] == [10**9, 2 * 10**9]


def test_a_task_made_before_the_recorder_came_is_announced_when_it_is_met():
    loop = EventLoop(clock=VirtualClock())
    recorder = Recorder()

    async def main():
        await sleep(0)
        loop.hook = recorder
        await sleep(1)

    loop.run_until_complete(main())
    loop.close()
    assert [shorten(event)[0] for event in recorder.trace.events][:3] == ["timer.set", "task.created", "task.suspended"]


def test_every_method_of_the_hook_is_recorded_or_meant_not_to_be():
    own = set().union(*(vars(kind) for kind in Recorder.__mro__ if kind not in (Hook, object)))
    missing = {name for name in vars(Hook) if not name.startswith("_")} - own
    assert missing == set()


def test_lines_are_recorded_with_what_changed():
    async def main():
        x = 1
        x += 1  # the sum
        await sleep(0)
        y = [x]
        assert y

    recorder = Recorder(lines=lambda file: file == HERE)
    record(main, recorder)
    lines = [event for event in recorder.trace.events if isinstance(event, ev.Line)]
    first = line_of("the sum") - 1
    assert [(event.line - first, event.changed, event.task) for event in lines] == [
        (0, {}, 1),
        (1, {"x": "1"}, 1),
        (2, {"x": "2"}, 1),
        (3, {}, 1),
        (4, {"y": "[2]"}, 1),
    ]
    assert sys.gettrace() is None or sys.gettrace().__class__.__module__ != "corodemo.recorder.lines"


COUNT = 0


def test_what_others_change_during_an_await_is_told_from_what_the_function_changes_itself():
    async def other():
        global COUNT
        nonlocal total
        COUNT, total = COUNT + 1, total + 1
        items.append("other's")

    async def inner():
        own = [total]
        await sleep(0)
        own.append(items[-1])  # after the await
        return COUNT

    async def main():
        own = 1
        task = create_task(other(), name="o")
        own = await inner()
        await sleep(0)  # nobody runs meanwhile
        return own, COUNT, total, items, task

    global COUNT
    COUNT, total, items = 0, 0, []
    recorder = Recorder(lines=lambda file: file == HERE)
    record(main, recorder)
    first = line_of("after the await")
    by_others = [
        (event.line - first, event.task, event.meanwhile)
        for event in recorder.trace.events
        if isinstance(event, ev.Line) and event.meanwhile is not None
    ]
    changed = {"items": ("[]", '["other\'s"]'), "total": ("0", "1"), "COUNT": ("0", "1")}
    assert by_others == [
        (0, 1, changed),
        (7, 1, {"task": ("<Task 'o' pending>", "<Task 'o' finished>"), **changed}),
    ]


def test_a_function_that_begins_where_another_was_left_has_nothing_changed_meanwhile():
    async def waits(value):
        await sleep(value)
        return value

    async def main():
        for value in range(20):  # each in the place of the one before
            coroutine = waits(value)
            coroutine.send(None) if value else None
            coroutine.close()

    recorder = Recorder(lines=lambda file: file == HERE)
    record(main, recorder)
    found = [event.meanwhile for event in recorder.trace.events if isinstance(event, ev.Line)]
    assert (len(found) > 60, [one for one in found if one is not None]) == (True, [])


def test_lines_outside_a_loop_are_recorded_on_request():
    recorder = Recorder(lines=lambda file: file == "<cell>")
    with recorder.tracing_lines():
        exec(compile("a = 1\nb = a\n", "<cell>", "exec"), {})
    assert [shorten(event)[2:] for event in recorder.trace.events] == [(None, {}), (None, {"a": "1"})]


def test_what_the_runtime_offers_is_no_variable_of_the_program():
    recorder = Recorder(lines=lambda file: file == "<cell>")
    with recorder.tracing_lines():
        exec(compile("from corodemo import *\nALL_COMPLETED = 1\npass\n", "<cell>", "exec"), {})
    assert [shorten(event)[2:] for event in recorder.trace.events] == [
        (None, {}),
        (None, {}),
        (None, {"ALL_COMPLETED": "1"}),
    ]


@pytest.mark.parametrize("head", ["", "class Body:\n", "def body():\n global found\n"])
def test_recording_lines_leaves_the_variables_of_a_comprehension_alone(head):
    program = f"{head} x = 5\n found = [x for x in (1, 2)\n          if x]\n"
    program += {"c": "x, found = Body.x, Body.found", "d": "body()"}.get(head[:1], "")
    scope = {"x": 5}
    recorder = Recorder(lines=lambda file: file == "<cell>")
    with recorder.tracing_lines():
        exec(compile(program if head else textwrap.dedent(program), "<cell>", "exec"), scope)
    assert (scope["x"], scope["found"]) == (5, [1, 2])


class Foreign:
    """A future that has the protocol's methods and no more."""

    __slots__ = ("_asyncio_future_blocking", "callbacks", "is_done", "loop")

    def __init__(self, loop):
        self.loop = loop
        self.callbacks = []
        self.is_done = self._asyncio_future_blocking = False

    def get_loop(self):
        return self.loop

    def add_done_callback(self, callback, *, context=None):
        self.callbacks.append((callback, context))

    def result(self):
        return "x"

    def finish(self):
        self.is_done = True
        for callback, context in self.callbacks:
            self.loop.call_soon(callback, self, context=context)

    def __await__(self):
        if not self.is_done:
            self._asyncio_future_blocking = True
            yield self
        return "x"


def test_a_future_of_another_class_is_recorded_like_ours():
    async def main():
        loop = corodemo.get_running_loop()
        future = Foreign(loop)
        loop.call_soon(future.finish)
        return await future

    events = record(main)
    assert ("task.suspended", 0, 1, "future 1") in events
    assert ("task.ready", 0, 1, "future", 1) in events
    assert of_kind(events, "task.done") == [("task.done", 0, 1, "result", "'x'")]


def test_all_who_wait_for_a_future_are_woken_by_it():
    async def main():
        loop = corodemo.get_running_loop()
        future = loop.create_future()

        async def wait():
            await future

        tasks = [create_task(wait()) for _ in range(3)]
        await sleep(0)
        future.set_result(None)
        await gather(*tasks)

    assert [event[2:] for event in record(main) if event[0] == "task.ready" and event[3] == "future"] == [
        (2, "future", 1),
        (3, "future", 1),
        (4, "future", 1),
        (1, "future", 2),
    ]


class Interrupted(list):
    """A list in which Ctrl-C comes once, at its tenth append."""

    def append(self, item):
        if len(self) == 10 and not getattr(self, "is_over", False):
            self.is_over = True
            raise KeyboardInterrupt
        super().append(item)


def test_ctrl_c_while_events_are_made_loses_none():
    every = record(busy)
    recorder = Recorder()
    recorder._log._events = recorder._log._trace.events = Interrupted()
    run(busy(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    with pytest.raises(KeyboardInterrupt):
        recorder.trace
    assert [shorten(event) for event in recorder.trace.events] == every


def test_what_a_destructor_tells_while_events_are_made_comes_in_its_turn(tmp_path):
    recorder = Recorder(capacity=1000, file=tmp_path / "t")
    real = recorder._log._stream.write
    told = []

    def write(event):
        real(event)
        if isinstance(event, ev.TaskResumed) and not told:
            told.append(event.at_ns)
            recorder.warned("not-kept", None, "a destructor ran")

    recorder._log._stream.write = write
    record(busy, recorder)
    recorder.close()
    times = [event.at_ns for event in load(tmp_path / "t").events]
    assert times == sorted(times)
    assert [event.message for event in recorder.trace.events if isinstance(event, ev.Warned)] == ["a destructor ran"]
    assert load(tmp_path / "t").events == recorder.trace.events


class Fan(Hook):
    """A hook that tells several."""

    def __init__(self, hooks):
        for name in vars(Hook):
            if not name.startswith("_"):
                setattr(self, name, self.telling([getattr(hook, name) for hook in hooks]))

    def telling(self, methods):
        def tell(*args):
            for method in methods:
                method(*args)

        return tell


async def _bit_of_everything():
    async def child(number):
        await sleep(number)
        return number

    lock = corodemo.Lock()
    future = corodemo.get_running_loop().create_future()
    corodemo.get_running_loop().call_later(2, future.set_result, None)
    async with lock:
        late = create_task(child(9))
        await gather(child(1), child(0), future)
    late.cancel()
    await gather(late, return_exceptions=True)
    try:
        async with timeout(1):
            await corodemo.Event().wait()
    except TimeoutError:
        pass
    create_task(child(1))
    await sleep(2)


def test_two_recorders_of_one_loop_record_what_one_alone_does():
    alone = record(_bit_of_everything)
    both = Recorder(), Recorder()
    run(_bit_of_everything(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=Fan(both)))
    assert [[shorten(event) for event in recorder.trace.events] for recorder in both] == [alone, alone]


def test_a_recorder_that_comes_back_knows_the_tasks_by_their_numbers():
    first, second = Recorder(), Recorder()

    async def child():
        for _ in range(6):
            await sleep(1)

    async def main():
        loop = corodemo.get_running_loop()
        task = create_task(child(), name="child")
        await sleep(1.5)
        loop.hook = second
        await sleep(2)
        loop.hook = first
        await task

    run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=first))
    created = [
        [(event.task, event.name) for event in recorder.trace.events if isinstance(event, ev.TaskCreated)]
        for recorder in (first, second)
    ]
    assert created == [[(1, "Task-1"), (2, "child")], [(1, "Task-1"), (2, "child")]]
