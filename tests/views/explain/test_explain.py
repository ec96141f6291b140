"""Explanations: what the sentences say of each question, and what they say when the trace does not hold the answer."""

from __future__ import annotations

import contextlib
import signal
import threading
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import corodemo
from sample_traces import SECOND, FakeTrace, any_event, busy_trace, gather_trace

import corodemo as aio
from corodemo import EventLoop, VirtualClock, create_task, run, sleep
from corodemo.history import History
from corodemo.trace import Recorder, dump
from corodemo.traceformat import events as ev
from corodemo.views.explain import QUESTIONS, explain
from corodemo.views.explain.which import UnknownTask, answer, find_task

HERE = __file__.rpartition("/")[2]


def line_of(text):
    with open(__file__, encoding="utf-8") as file:
        return next(n for n, line in enumerate(file, 1) if line.rstrip().endswith(f"# {text}"))


def record(main, clock=None, **kwargs):
    """Run a coroutine function under the virtual clock; return its history."""
    recorder = Recorder(**kwargs)
    try:
        run(main(), loop_factory=lambda: EventLoop(clock=clock or VirtualClock(), hook=recorder))
    except Exception:
        pass
    return History(recorder.trace)


def at(mark):
    return f"{HERE}:{line_of(mark)}"


def test_a_timer_would_have_been_over_only_where_the_loop_has_stopped_for_good():
    async def sleeper():
        await sleep(9)  # sleeps

    async def main():
        await sleep(1)

    recorder = Recorder()
    loop = EventLoop(clock=VirtualClock(), hook=recorder)
    task = loop.create_task(sleeper())
    loop.run_until_complete(main())
    between = len(recorder.trace.events) - 1
    loop.run_until_complete(main())
    history = History(recorder.trace)
    waits, over = f"T1 sleeper waits for sleep(9) at {at('sleeps')}, since 0s.", "It is over at 9s."
    assert explain(history, 1, index=between) == [waits, over]
    assert explain(history, 1, goes_on=True) == [waits, over]
    assert explain(history, 1) == [waits, "It would have been over at 9s, and the trace ends before."]
    task.cancel()
    loop.run_until_complete(aio.wait([task]))
    loop.close()


def test_a_cancel_comes_before_the_first_step_only_where_there_was_none():
    async def main():
        for turns in (0, 1):
            task = create_task(sleep(9))
            for _ in range(turns):
                await sleep(0)
            task.cancel()
            await aio.wait([task])

    history = record(main)
    thrown = [explain(history, task)[2] for task in (2, 3)]
    assert thrown == [
        "CancelledError was thrown into T2 sleep, before its first step, at 0s.",
        "CancelledError was thrown into T3 sleep, at 0s.",
    ]


def test_a_task_at_a_barrier_waits_for_those_who_have_not_come():
    async def walker(barrier):
        await barrier.wait()  # first at the barrier

    async def main():
        task = create_task(walker(aio.Barrier(2)))
        await sleep(1)
        task.cancel()

    assert explain(record(main), 2, "waiting")[1:3] == [
        f"T2 walker waits for Barrier.wait at {at('first at the barrier')}, since 0s.",
        "Not all for whom the Barrier waits have come to it since then.",
    ]


def test_a_task_that_ctrl_c_ended_is_explained_by_what_it_waited_for():
    async def worker(queue):
        await queue.get()  # hangs here

    async def main():
        aio.get_running_loop().call_later(5, signal.raise_signal, signal.SIGINT)
        await aio.gather(worker(aio.Queue()))  # hangs with it

    recorder = Recorder()
    with pytest.raises(KeyboardInterrupt):
        run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    history = History(recorder.trace)
    waits = f"T2 worker waits for Queue.get at {at('hangs here')}, since 0s."
    before, nobody = "just before Ctrl-C cancelled it, it was like this.", "Nobody has put anything into it since then."
    assert explain(history, 2) == [f"At 5s, {before}", waits, nobody]
    assert explain(history, 1) == [
        f"At 5s, {before}",
        f"T1 main waits for gather(1) at {at('hangs with it')}, since 0s.",
        "Of gather(1), 1 of 1 is not done: T2 worker.",
        waits,
        nobody,
    ]
    assert explain(history, 2, "cancelled")[1:3] == [
        "Ctrl-C cancelled T1 main, at 5s.",
        "That went on to T2 worker, for which T1 main waited.",
    ]


# --- the history's own answers


def test_time_lost_is_charged_to_what_ran_meanwhile():
    clock = VirtualClock()

    async def step(seconds):
        await sleep(1)
        clock.advance(int(seconds * 1e9))

    async def main():
        victim = create_task(sleep(1))
        others = [create_task(step(0.25)), create_task(step(0.5))]
        aio.get_running_loop().call_at(1, lambda: clock.advance(10**8))
        await aio.gather(*others, victim)

    from corodemo.history import longest_delay

    history = record(main, clock)
    found = longest_delay(history, 4, history.last().index)
    assert (found.due_ns, found.resumed_ns) == (10**9, 1_350_000_000)
    assert [(share.task, share.what.rpartition(".")[2], share.step, share.ns) for share in found.shares] == [
        (None, "<lambda>", 0, 100_000_000),
        (3, "", 2, 250_000_000),
    ]


def ledger(main, task):
    return [
        (cancel.by, cancel.via, cancel.message, cancel.status, cancel.into)
        for cancel in record(main).last().tasks[task].cancels
    ]


def test_the_ledger_of_a_gather():
    async def main():
        children = [create_task(sleep(9)), create_task(sleep(9))]
        outer = aio.gather(*children)
        await sleep(0)
        outer.cancel("enough")
        await aio.wait(children)
        await aio.gather(outer, return_exceptions=True)

    assert [ledger(main, task) for task in (2, 3)] == [[(1, "gather", "enough", "propagated", "")]] * 2


def test_the_ledger_of_a_shield_ends_at_the_shield():
    async def outer(inner):
        await aio.shield(inner)

    async def main():
        inner = create_task(sleep(2))
        task = create_task(outer(inner))
        await sleep(1)
        task.cancel()
        await aio.wait([task, inner])

    assert ledger(main, 3) == [(1, "", None, "propagated", "")]
    assert ledger(main, 2) == []


def test_the_ledger_of_a_timeout():
    async def main():
        try:
            async with aio.timeout(1):  # the limit
                await sleep(9)
        except TimeoutError:
            pass

    assert ledger(main, 1) == [(None, "timeout", None, "converted", "TimeoutError")]
    cancel = record(main).last().tasks[1].cancels[0]
    assert f"{cancel.file.rpartition('/')[2]}:{cancel.line}" == at("the limit")
    assert (cancel.delivered_ns, cancel.settled_ns) == (10**9, 10**9)


def test_the_ledger_of_wait_for_and_what_it_awaits():
    async def main():
        try:
            await aio.wait_for(create_task(sleep(9)), 1)
        except TimeoutError:
            pass

    assert ledger(main, 1) == [(None, "timeout", None, "converted", "TimeoutError")]
    assert ledger(main, 2) == [(None, "await", None, "propagated", "")]


def test_the_ledger_of_a_task_group():
    async def broken():
        raise ValueError("no")

    async def main():
        async with aio.TaskGroup() as group:
            group.create_task(sleep(9))
            group.create_task(broken())

    history = record(main)
    assert [(c.via, c.after, c.status, c.into) for c in history.last().tasks[2].cancels] == [
        ("TaskGroup", 3, "propagated", "")
    ]
    assert [(c.via, c.after, c.status, c.into) for c in history.last().tasks[1].cancels] == [
        ("TaskGroup", 3, "converted", "ExceptionGroup")
    ]


def test_the_ledger_of_a_task_group_that_somebody_cancels():
    async def main():
        async with aio.TaskGroup() as group:
            group.create_task(sleep(9))
            await sleep(1)
            group.cancel()
            await sleep(9)

    history = record(main)
    assert [
        [(c.via, c.by, c.after, c.status) for c in task.cancels] for _, task in sorted(history.last().tasks.items())
    ] == [[("", 1, None, "swallowed")], [("", 1, None, "propagated")]]


@pytest.mark.parametrize("is_delivered", [True, False])
def test_a_cancel_that_is_taken_back(is_delivered):
    async def victim():
        me = aio.current_task()
        if not is_delivered:
            me.cancel()
            me.uncancel()
        else:
            try:
                await sleep(9)
            except aio.CancelledError:
                me.uncancel()
        await sleep(1)

    async def main():
        task = create_task(victim())
        await sleep(0.5)
        if is_delivered:
            task.cancel()
        await task

    by = 1 if is_delivered else 2
    assert ledger(main, 2) == [(by, "", None, "uncancelled", "uncancel")]
    assert [event.rule for event in record(main).last().warnings] == []


def test_a_swallowed_cancel_ends_at_the_clause_that_took_it():
    async def inner():
        try:
            await sleep(9)
        except ValueError:
            pass
        except (KeyError, BaseException):  # taken
            return

    async def victim():
        await inner()
        await sleep(1)

    async def main():
        task = create_task(victim())
        await sleep(0)
        task.cancel()
        await task

    cancel = record(main).last().tasks[2].cancels[0]
    assert (cancel.status, f"{cancel.file.rpartition('/')[2]}:{cancel.line}") == (
        "swallowed",
        "test_explain.py:" + str(cancel.line),
    )
    assert cancel.settled_line == line_of("taken")


def test_a_cancel_that_is_returned_from_is_converted_where_it_was_taken():
    async def victim():
        try:
            await sleep(9)
        except aio.CancelledError:  # returned from
            return "half"

    async def main():
        task = create_task(victim())
        await sleep(0)
        task.cancel()
        await task

    cancel = record(main).last().tasks[2].cancels[0]
    assert (cancel.status, cancel.into, cancel.settled_line) == ("converted", "return", line_of("returned from"))


def test_a_second_cancel_while_the_first_is_handled_is_told_apart():
    async def victim():
        try:
            await sleep(9)
        except aio.CancelledError:
            await sleep(9)

    async def main():
        task = create_task(victim())
        await sleep(0)
        task.cancel("first")
        await sleep(1)
        task.cancel("second")
        await aio.wait([task])

    assert ledger(main, 2) == [(1, "", "first", "propagated", ""), (1, "", "second", "propagated", "")]


# --- the sentences


def test_waiting_follows_what_is_waited_for():
    async def middle(event):
        await event.wait()  # wait

    async def main():
        event = aio.Event()
        aio.get_running_loop().call_later(5, event.set)
        await aio.gather(middle(event), sleep(9))  # gather

    history = record(main)
    then = next(i for i, e in enumerate(history.events) if isinstance(e, ev.LoopWaiting))
    assert explain(history, 1, index=then) == [
        f"T1 main waits for gather(2) at {at('gather')}, since 0s.",
        "Of gather(2), 2 of 2 are not done: T2 middle, T3 sleep.",
        f"T2 middle waits for Event.wait at {at('wait')}, since 0s.",
        "Nobody has set the Event since then; a set() before that, which clear() took back, does not count.",
        "T3 sleep waits for sleep(9), since 0s.",
        "It is over at 9s.",
    ]


def test_of_a_lock_of_which_the_trace_does_not_say_who_holds_it_nothing_is_guessed():
    events: list[ev.Event] = []
    for task in (1, 2):
        events += [
            ev.TaskCreated(task * SECOND, task, f"w{task}", None, "w", "app.py", 1),
            ev.TaskResumed(task * SECOND, task),
            ev.FutureCreated(task * SECOND, task, "Lock.acquire", []),
            ev.TaskSuspended(task * SECOND, task, ev.On("future", task), "app.py", 5),
        ]
    history = History(FakeTrace(events))
    assert explain(history, 1) == [
        "T1 w1 waits for Lock.acquire at app.py:5, since 1s.",
        "Nobody has released the Lock to it since then; the trace does not say who holds it.",
    ]


def at_locks(*held):
    """Return a history in which task n waits at a lock of which `held[n - 1]` says who holds it."""
    events: list[ev.Event] = []
    for task, (by, others) in enumerate(held, 1):
        events += [
            ev.TaskCreated(task * SECOND, task, f"w{task}", None, "w", "app.py", 1),
            ev.TaskResumed(task * SECOND, task),
            ev.FutureCreated(task * SECOND, task, "Lock.acquire", []),
            ev.LockHeld(task * SECOND, task, "Lock", by, others, task),
            ev.TaskSuspended(task * SECOND, task, ev.On("future", task), "app.py", task),
        ]
    return History(FakeTrace(events))


def test_who_waits_for_a_lock_is_told_who_holds_it_and_what_keeps_them():
    assert explain(at_locks(([2], 0), ([1], 0)), 1) == [
        "T1 w1 waits for Lock.acquire at app.py:1, since 1s.",
        "T2 w2 holds the Lock.",
        "T2 w2 waits for Lock.acquire at app.py:2, since 2s.",
        "T1 w1 holds the Lock.",
        "So T1 w1 waits for itself: it ends only if one of them is cancelled, or somebody else releases what it holds.",
    ]


def test_a_holder_that_is_gone_or_no_task_is_said_to_be():
    assert explain(at_locks(([], 1)), 1)[1:] == [
        "The Lock was acquired by a task that is gone, or outside of any task, and not released.",
    ]
    assert explain(at_locks(([], 0)), 1)[1:] == [
        "The Lock is free: who is first in the line takes it in its next step."
    ]
    assert explain(at_locks(([7, 8], 1)), 1)[1:] == ["T7, T8 and 1 more hold the Lock."]


def test_a_holder_that_has_ended_has_not_released_it():
    async def careless(lock):
        await lock.acquire()

    async def victim(lock):
        async with lock:
            pass

    async def main():
        lock = aio.Lock()
        ended = create_task(careless(lock), name="careless")
        await ended
        with contextlib.suppress(TimeoutError):
            await aio.wait_for(victim(lock), 5)

    recorder = Recorder()
    run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    history = History(recorder.trace)
    assert explain(history, 3, "waiting", index=history.index_at(SECOND))[1:] == [
        "T2 careless holds the Lock.",
        "T2 careless has ended, at 0s, without a release.",
    ]


def test_a_cancel_at_a_lock_whose_holder_is_not_known_says_so():
    def acquire(lock):
        with contextlib.suppress(StopIteration):
            lock.acquire().send(None)

    async def victim(lock):
        async with lock:
            pass

    async def main():
        lock = aio.Lock()
        aio.get_running_loop().call_soon(acquire, lock)  # outside of any task
        await sleep(0)
        with contextlib.suppress(TimeoutError):
            await aio.wait_for(victim(lock), 5)

    assert (
        "It had waited since 0s for a Lock: acquired by a task that is gone, or outside of any task, and not released."
        in explain(record(main), 2)
    )


def test_a_task_that_is_ready_and_not_late_waits_only_for_its_turn():
    history = History(gather_trace())
    assert explain(history, 3, index=9) == ["T3 B is ready since 0s, and waits only for its turn."]


def test_waiting_for_a_thread_says_which_function_runs():
    gate = threading.Event()
    seen = []

    async def main():
        job = create_task(aio.to_thread(gate.wait))
        await sleep(0)
        seen.append(History(recorder.trace).last().index)
        gate.set()
        await job

    recorder = Recorder()
    run(main(), loop_factory=lambda: EventLoop(hook=recorder))
    sentences = explain(History(recorder.trace), 2, "waiting", index=seen[0])
    assert sentences[0].startswith("T2 to_thread waits for to_thread(Event.wait), since ")
    assert sentences[1].startswith("A thread runs that since ")


def test_woken_by_a_thread_says_which_thread_called_from_where():
    async def main():
        loop = aio.get_running_loop()
        future = loop.create_future()

        def call():
            loop.call_soon_threadsafe(future.set_result, 1)  # outside

        thread = threading.Thread(target=call, name="helper")
        thread.start()
        await future  # woken
        thread.join()

    recorder = Recorder()
    run(main(), loop_factory=lambda: EventLoop(hook=recorder))
    ready = [event.cause for event in recorder.trace.events if isinstance(event, ev.TaskReady)]
    assert ready == ["spawned", "thread"]
    sentence = explain(History(recorder.trace), 1, "woken")[-1]
    assert sentence.startswith(
        f"Thread 'helper', by Future.set_result at {at('outside')}, woke T1 main at {at('woken')}"
    )


def test_a_cancel_through_an_awaited_task_goes_back_to_its_cause():
    async def outer(inner):
        await inner

    async def main():
        inner = create_task(sleep(9))
        task = create_task(outer(inner))
        await sleep(1)
        task.cancel()  # cause
        await aio.wait([task])

    assert explain(record(main), 2)[:3] == [
        "T2 sleep ended cancelled, at 1s.",
        f"T1 main cancelled T3 outer at {at('cause')}, at 1s.",
        "That went on to T2 sleep, for which T3 outer waited.",
    ]


async def stubborn():
    try:
        await sleep(9)
    except aio.CancelledError:
        await sleep(2)  # cleaning up
        raise


def test_a_cancel_that_has_not_come_back_yet_is_where_somebody_still_handles_it():
    async def outer(inner):
        await aio.gather(inner, return_exceptions=True)

    async def main():
        inner = create_task(stubborn(), name="inner")
        task = create_task(outer(inner), name="outer")
        await sleep(1)
        task.cancel()  # early
        await aio.wait([task])

    history = record(main)
    then = next(i for i, e in enumerate(history.events) if isinstance(e, ev.TimerFired) and e.at_ns == 3 * 10**9)
    assert explain(history, 3, "cancelled", index=then) == [
        f"T1 main cancelled T3 outer at {at('early')}, at 1s.",
        "That went on to T2 inner, for which T3 outer waited.",
        f"CancelledError was thrown into T2 inner at {HERE}:{line_of('cleaning up') - 2}, at 1s.",
        f"T2 inner is still handling it at {at('cleaning up')}.",
        "Nothing is thrown into T3 outer before that has ended.",
    ]


def test_a_task_whose_awaited_task_ended_cancelled_was_woken_by_that_end():
    async def outer(inner):
        await inner  # outer waits

    async def main():
        inner = create_task(sleep(9), name="inner")
        task = create_task(outer(inner))
        await sleep(1)
        task.cancel()
        await aio.wait([task])

    assert explain(record(main), 3, "woken") == [
        "T3 outer ended cancelled, at 1s.",
        f"The end of T2 inner, which was cancelled, woke T3 outer at {at('outer waits')}, at 1s.",
        "T1 main cancelled T2 inner, and so woke it, at 1s.",
        "sleep(1) was over at 1s and woke T1 main at " + f"{HERE}:{line_of('outer waits') + 5}.",
    ]


def test_what_fails_while_it_is_cancelled_has_failed_by_itself():
    async def untidy():
        try:
            await sleep(9)
        finally:
            raise OSError("disk")  # untidy

    async def broken():
        raise ValueError("no")

    async def main():
        async with aio.TaskGroup() as group:
            group.create_task(untidy())
            group.create_task(broken())

    assert explain(record(main), 2) == [f"T2 untidy failed at 0s with OSError('disk') at {at('untidy')}."]


def test_a_task_that_was_never_cancelled_is_said_not_to_have_been():
    assert explain(History(gather_trace()), 2, "cancelled") == [
        "T2 A returned 'A', at 1s.",
        "Nobody has asked to cancel T2 A, as far as the trace goes.",
    ]


def test_a_trace_that_does_not_go_back_far_enough_says_so():
    async def main():
        for _ in range(30):
            await sleep(1)

    assert explain(record(main, capacity=5), 1)[-1].startswith(
        "The trace does not go back to where T1 was made: its first "
    )


def test_names_from_the_program_are_made_harmless():
    text = "\n".join(explain(History(busy_trace()), 5))
    assert "\x1b" not in text
    assert "T5 \\x1b[2Jclear ended cancelled" in text


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(any_event, max_size=40), st.sampled_from([None, *QUESTIONS]))
def test_any_events_at_all_can_be_explained(events, question):
    history = History(FakeTrace(events))
    for task in history.last().tasks:
        sentences = explain(history, task, question, ascii=True)
        assert sentences
        assert all(sentence.endswith(".") and sentence.isascii() for sentence in sentences)


# --- finding the task, and the command


def test_a_task_is_found_by_id_name_and_function():
    snapshot = History(busy_trace()).last()
    assert [find_task(snapshot, text) for text in ("3", "T3", "t3", "consumer", "nobody", "T99", "[red]x")] == [
        [3],
        [3],
        [3],
        [3],
        [],
        [],
        [4],
    ]


def test_who_has_called_a_task_t3_means_that_one():
    trace = busy_trace()
    named = ev.TaskCreated(trace.events[-1].at_ns, 9, "t3", None, "late", "app.py", 1)
    trace.events.append(named)
    snapshot = History(trace).last()
    assert [find_task(snapshot, text) for text in ("t3", "T3", "3", "t4")] == [[9], [3], [3], [4]]


def test_an_unknown_task_lists_those_that_there_are():
    with pytest.raises(UnknownTask) as caught:
        answer(History(gather_trace()), "C\x1b")
    assert str(caught.value) == "no task 'C\\x1b'; there are T1 main, T2 A, T3 B"


def test_a_name_of_several_tasks_asks_for_an_id():
    events = [ev.TaskCreated(0, n, "twin", None, "f", "a.py", 1) for n in (1, 2)]
    with pytest.raises(UnknownTask) as caught:
        answer(History(FakeTrace(events)), "twin")
    assert str(caught.value) == "'twin' is the name of 2 tasks; say which by its number: T1 twin, T2 twin"


@pytest.fixture
def trace_file(tmp_path):
    trace = gather_trace()
    dump(tmp_path / "t.jsonl", trace.header, trace.events)
    return tmp_path / "t.jsonl"


def test_the_command_prints_the_explanation(trace_file):
    assert corodemo("explain", trace_file, "A", "woken") == (
        0,
        "T2 A returned 'A', at 1s.\nsleep(1) was over at 1s and woke T2 A at app.py:5.\n",
        "",
    )


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["T9"], 2, "corodemo: no task 'T9'; there are T1 main, T2 A, T3 B\n"),
        ([], 2, "corodemo: say which task; there are T1 main, T2 A, T3 B\n"),
    ],
)
def test_wrong_usage_ends_with_two(trace_file, arguments, status, message):
    assert corodemo("explain", trace_file, *arguments) == (status, "", message)


def test_an_unknown_question_lists_the_questions(trace_file):
    status, out, err = corodemo("explain", trace_file, "T1", "how")
    assert (status, out) == (2, "")
    assert "waiting" in err and "Traceback" not in err


def test_a_file_that_is_no_trace_ends_with_one(tmp_path):
    (tmp_path / "x").write_text("hello")
    status, out, err = corodemo("explain", tmp_path / "x", "T1")
    assert (status, out) == (1, "")
    assert err.startswith("corodemo: x is no trace: ")


class FakeVoice:
    is_ascii = True

    def __init__(self):
        self.said = []

    def say(self, sentence):
        self.said.append(sentence)

    def show(self, text):
        self.said += text.plain.split("\n")


class FakeShell:
    def __init__(self, recorder):
        self.recorder = recorder
        self.reporter = FakeVoice()
        self.session = SimpleNamespace(namespace={})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%why T2", ["T2 sleep returned None, at 1s.", "sleep(1) was over at 1s and woke T2 sleep."]),
        (
            "%why sleep cancelled",
            ["T2 sleep returned None, at 1s.", "Nobody has asked to cancel T2 sleep, as far as the trace goes."],
        ),
        ("%why T9", ["no task 'T9'; there are T1 main, T2 sleep"]),
        ("%why", ["%why needs TASK, as in: %why T3 late"]),
    ],
)
def test_the_shell_answers_why(line, said):
    from corodemo.shell.commands.dispatch import run_command

    async def main():
        await create_task(sleep(1))

    recorder = Recorder()
    run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    shell = FakeShell(recorder)
    run_command(shell, line)
    assert shell.reporter.said == said


def test_of_several_that_are_cancelled_together_each_is_shown_as_they_stood_before_the_first():
    async def transfer(first, second):
        async with first:
            await sleep(1)
            async with second:
                pass

    async def both():
        a, b = aio.Lock(), aio.Lock()
        await aio.gather(create_task(transfer(a, b), name="ab"), create_task(transfer(b, a), name="ba"))

    async def main():
        task = create_task(both(), name="both")
        await sleep(5)
        task.cancel()
        await aio.wait([task])

    recorder = Recorder()
    run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    history = History(recorder.trace)
    for task in (3, 4):
        assert [sentence for sentence in explain(history, task, "waiting") if "is ready" in sentence] == []
        assert explain(history, task, "waiting")[-1].startswith(f"So T{task} ")
