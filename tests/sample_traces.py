"""Small traces written by hand, for the tests of the history and the views."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from corodemo.traceformat import events as ev
from corodemo.traceformat.events import On

MS = 1_000_000
SECOND = 1_000_000_000
APP = "app.py"

SOURCE = """\
import asyncio


async def child(name, delay):
    await asyncio.sleep(delay)
    print(name, "slept", delay)
    return name


async def main():
    first = asyncio.create_task(child("A", 1))
    second = asyncio.create_task(child("B", 2))
    both = await asyncio.gather(first, second)
    print(both)


asyncio.run(main())
""".splitlines()


VIRTUAL = ev.Header(version=1, clock="virtual", python="3.13.0", program="app.py")


@dataclass
class FakeTrace:
    events: list[ev.Event] = field(default_factory=list)
    header: ev.Header = VIRTUAL


def gather_trace(*, lines: bool = True) -> FakeTrace:
    """Two children that sleep for one and two seconds, gathered by main, under the virtual clock."""
    found: list[ev.Event] = [
        ev.LoopStarted(0),
        ev.TaskCreated(0, 1, "main", None, "main", "<input 4>", 1),
        ev.TaskReady(0, 1, "spawned", None),
        ev.TaskResumed(0, 1),
        ev.Line(0, 1, APP, 11, {}),
        ev.TaskCreated(0, 2, "A", 1, "child", APP, 11),
        ev.TaskReady(0, 2, "spawned", 1),
        ev.Line(0, 1, APP, 12, {"first": "<Task 'A' pending>"}),
        ev.TaskCreated(0, 3, "B", 1, "child", APP, 12),
        ev.TaskReady(0, 3, "spawned", 1),
        ev.Line(0, 1, APP, 13, {"second": "<Task 'B' pending>"}),
        ev.FutureCreated(0, 1, "gather(2)", [On("task", 2), On("task", 3)]),
        ev.TaskSuspended(0, 1, On("future", 1), APP, 13),
    ]
    for task, name, delay in ((2, "A", 1), (3, "B", 2)):
        found += [
            ev.TaskResumed(0, task),
            ev.Line(0, task, APP, 5, {"name": repr(name), "delay": str(delay)}),
            ev.TimerSet(0, task - 1, delay * SECOND, f"sleep({delay})"),
            ev.TaskSuspended(0, task, On("timer", task - 1), APP, 5),
        ]
    for task, name, delay in ((2, "A", 1), (3, "B", 2)):
        now = delay * SECOND
        found += [
            ev.LoopWaiting((delay - 1) * SECOND, now),
            ev.TimerFired(now, task - 1, 0),
            ev.TaskReady(now, task, "timer", task - 1),
            ev.TaskResumed(now, task),
            ev.Line(now, task, APP, 6, {}),
            ev.Output(now, task, "stdout", f"{name} slept {delay}\n"),
            ev.Line(now, task, APP, 7, {}),
            ev.TaskDone(now, task, "result", repr(name)),
        ]
    now = 2 * SECOND
    found += [
        ev.FutureDone(now, 1, "result", "['A', 'B']"),
        ev.TaskReady(now, 1, "future", 1),
        ev.TaskResumed(now, 1),
        ev.Line(now, 1, APP, 14, {"both": "['A', 'B']"}),
        ev.Output(now, 1, "stdout", "['A', 'B']\n"),
        ev.TaskDone(now, 1, "result", "None"),
        ev.LoopStopped(now),
    ]
    if not lines:
        found = [event for event in found if not isinstance(event, ev.Line)]
    return FakeTrace(found)


def busy_trace() -> FakeTrace:
    """A producer, a consumer, a failure, a cancel, and names that try to be something else; under a real clock."""
    us = 1_000
    found: list[ev.Event] = [
        ev.LoopStarted(0),
        ev.TaskCreated(10 * us, 1, "main", None, "main", "<input 4>", 1),
        ev.TaskReady(10 * us, 1, "spawned", None),
        ev.TaskResumed(20 * us, 1),
    ]
    names = {2: "producer", 3: "consumer", 4: "[red]x", 5: "\x1b[2Jclear", 6: "<script>alert(1)</script>"}
    for task, name in names.items():
        found += [
            ev.TaskCreated(100 * us, task, name, 1, name, APP, 20 + task),
            ev.TaskReady(100 * us, task, "spawned", 1),
        ]
    found += [
        ev.FutureCreated(2 * MS, 1, "gather(5)", [On("task", task) for task in names]),
        ev.TaskSuspended(2 * MS, 1, On("future", 1), APP, 13),
        ev.TaskResumed(2 * MS, 2),
        ev.TimerSet(4 * MS, 1, 10 * MS, "sleep(0.006)"),
        ev.TaskSuspended(4 * MS, 2, On("timer", 1), APP, 5),
        ev.TaskResumed(4 * MS, 3),
        ev.FutureCreated(5 * MS, 2, "Queue.get", []),
        ev.TaskSuspended(5 * MS, 3, On("future", 2), APP, 14),
        ev.TaskResumed(5 * MS, 4),
        ev.TaskDone(7 * MS, 4, "exception", "ValueError('[bold]no[/bold]')"),
        ev.TaskResumed(7 * MS, 5),
        ev.FutureCreated(8 * MS, 3, "", []),
        ev.TaskSuspended(8 * MS, 5, On("future", 3), APP, 30),
        ev.TaskResumed(8 * MS, 6),
        ev.TaskSuspended(9 * MS, 6, On("task", 5), APP, 33),
        ev.LoopWaiting(9 * MS, 10 * MS),
        ev.TimerFired(10_100 * us, 1, 100 * us),
        ev.TaskReady(10_100 * us, 2, "timer", 1),
        ev.TaskResumed(10_200 * us, 2),
        ev.Output(11 * MS, 2, "stdout", "put \x1b[31m1\x1b[0m\n"),
        ev.FutureDone(12 * MS, 2, "result", "1"),
        ev.TaskReady(12 * MS, 3, "future", 2),
        ev.CancelRequested(13 * MS, 5, 2, "enough", APP, 9),
        ev.TaskReady(13 * MS, 5, "cancel", 2),
        ev.TimerSet(14 * MS, 2, 40 * MS, "sleep(0.026)"),
        ev.TaskSuspended(14 * MS, 2, On("timer", 2), APP, 5),
        ev.TaskResumed(14 * MS, 3),
        ev.Output(15 * MS, 3, "stdout", "got 1\n"),
        ev.TaskSuspended(16 * MS, 3, On("future", 4), APP, 14),
        ev.TaskResumed(16 * MS, 5),
        ev.CancelDelivered(16 * MS, 5),
        ev.CancelSettled(17 * MS, 5, "propagated", APP, 30),
        ev.TaskDone(17 * MS, 5, "cancelled", "CancelledError('enough')"),
        ev.TaskReady(17 * MS, 6, "task", 5),
        ev.Warned(17 * MS, "never-retrieved", 4, "task '[red]x' raised ValueError and nobody looked"),
        ev.TaskResumed(18 * MS, 6),
        ev.TimerSet(19 * MS, 3, 60 * MS, "sleep(0.041)"),
        ev.TaskSuspended(19 * MS, 6, On("timer", 3), APP, 34),
        ev.LoopWaiting(19 * MS, 40 * MS),
        ev.TimerFired(40 * MS, 2, 0),
        ev.TaskReady(40 * MS, 2, "timer", 2),
        ev.TaskResumed(41 * MS, 2),
    ]
    header = ev.Header(version=1, clock="real", python="3.13.0", program="app.py")
    return FakeTrace(found, header)


def crowd_trace(count: int) -> FakeTrace:
    """One task that starts `count` workers, of which every tenth has finished and the others sleep."""
    found: list[ev.Event] = [
        ev.LoopStarted(0),
        ev.TaskCreated(0, 1, "main", None, "main", "<input 1>", 1),
        ev.TaskReady(0, 1, "spawned", None),
        ev.TaskResumed(0, 1),
    ]
    workers = range(2, count + 2)
    for task in workers:
        found += [
            ev.TaskCreated(0, task, f"worker-{task - 1}", 1, "worker", APP, 3),
            ev.TaskReady(0, task, "spawned", 1),
        ]
    found.append(ev.TaskSuspended(0, 1, On("task", 2), APP, 4))
    for task in workers:
        found += [
            ev.TaskResumed(0, task),
            ev.TaskDone(0, task, "result", "None")
            if task % 10 == 0
            else ev.TaskSuspended(0, task, On("future", task), APP, 6),
        ]
    return FakeTrace(found)


# --- any well-typed events at all, sensible or not

ids = st.integers(1, 6)
times = st.integers(0, 50) | st.just(10**30)
ons = st.none() | st.builds(On, st.sampled_from(["task", "future", "timer"]), ids)
texts = st.sampled_from(["a", "b"])
any_event = st.one_of(
    st.builds(ev.TaskCreated, times, ids, texts, st.none() | ids, texts, texts, st.integers(0, 9)),
    st.builds(ev.TaskReady, times, ids, st.sampled_from(["spawned", "timer", "cancel"]), st.none() | ids),
    st.builds(ev.TaskResumed, times, ids),
    st.builds(ev.TaskSuspended, times, ids, ons, texts, st.integers(0, 9)),
    st.builds(ev.TaskDone, times, ids, st.sampled_from(["result", "exception", "cancelled"]), texts),
    st.builds(ev.CancelRequested, times, ids, st.none() | ids, st.none(), texts, st.integers(0, 9)),
    st.builds(ev.CancelDelivered, times, ids),
    st.builds(ev.CancelSettled, times, ids, st.sampled_from(["propagated", "swallowed"]), texts, st.just(1)),
    st.builds(ev.FutureCreated, times, ids, texts, st.just([])),
    st.builds(ev.FutureDone, times, ids, st.just("result"), texts),
    st.builds(ev.LockHeld, times, ids, texts, st.lists(ids, max_size=2), st.integers(0, 1), st.none() | ids),
    st.builds(ev.TimerSet, times, ids, times, texts),
    st.builds(ev.TimerFired, times, ids, st.just(0)),
    st.builds(ev.TimerCancelled, times, ids),
    st.builds(ev.CallbackRan, times, texts, st.just(0)),
    st.builds(ev.ThreadStarted, times, ids, texts),
    st.builds(ev.ThreadFinished, times, ids, texts),
    st.builds(ev.LoopStarted, times),
    st.builds(ev.LoopWaiting, times, st.none() | times),
    st.builds(ev.LoopStopped, times),
    st.builds(ev.Output, times, st.none() | ids, st.just("stdout"), texts),
    st.builds(ev.Line, times, st.none() | ids, texts, st.integers(0, 9), st.just({"x": "1"})),
    st.builds(ev.Warned, times, texts, st.none() | ids, texts),
)
