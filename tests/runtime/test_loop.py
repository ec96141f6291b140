"""The loop: order, timers on the heap, starting and stopping, files, signals, and the order of sets."""

from __future__ import annotations

import os
import selectors
import signal
import socket

import pytest
from virtual import Reports, run_virtual

import corodemo as asyncio
from corodemo import EventLoop, VirtualClock
from corodemo.runtime import events


async def nothing():
    pass


def test_a_virtual_program_is_the_same_in_every_run_sets_included():
    async def worker(number, log):
        await asyncio.sleep(number % 3)
        log.append(number)

    async def main():
        log = []
        tasks = {asyncio.create_task(worker(number, log), name=str(number)) for number in range(20)}
        log.append([task.get_name() for task in tasks])
        done, pending = await asyncio.wait(tasks, timeout=1.5)
        log.append([task.get_name() for task in done])
        log.append([task.get_name() for task in pending])
        log.append([task.get_name() for task in asyncio.all_tasks()])
        await asyncio.wait(pending)
        return log

    first = run_virtual(main())
    padding = [object() for _ in range(1000)]  # so that addresses are others
    assert run_virtual(main()) == first
    del padding


def test_tasks_that_nobody_named_count_per_loop():
    async def main():
        return [asyncio.create_task(nothing()).get_name() for _ in range(2)]

    assert run_virtual(main()) == ["Task-2", "Task-3"]
    assert run_virtual(main()) == ["Task-2", "Task-3"]


def test_a_cancelled_timer_does_not_hold_the_clock_up_and_leaves_the_heap():
    async def main():
        loop = asyncio.get_running_loop()
        timers = [loop.call_later(1000 + number, print) for number in range(500)]
        kept = loop.call_later(2000, print)
        for timer in timers:
            timer.cancel()
        await asyncio.sleep(1)
        await asyncio.sleep(0)
        left = len(loop._timers), loop._timers_cancelled, kept.cancelled()
        kept.cancel()
        await asyncio.sleep(1)
        return left, len(loop._timers), loop.time()

    assert run_virtual(main()) == ((1, 0, False), 0, 2.0)


def test_cancelled_timers_in_the_middle_are_counted_right():
    async def main():
        loop = asyncio.get_running_loop()
        log = []
        loop.call_later(1, log.append, 1)
        loop.call_later(2, log.append, 2).cancel()
        loop.call_later(3, log.append, 3)
        loop.clock.advance(5_000_000_000)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return log, loop._timers_cancelled

    assert run_virtual(main()) == ([1, 3], 0)


def test_handles_say_what_they_are():
    async def main():
        loop = asyncio.get_running_loop()
        handle = loop.call_soon(nothing)
        timer = loop.call_later(2, nothing, 1)
        texts = repr(handle), repr(timer)
        handle.cancel()
        timer.cancel()
        return *texts, repr(handle), repr(timer)

    line = nothing.__code__.co_firstlineno
    assert run_virtual(main()) == (
        f"<Handle nothing() at {__file__}:{line}>",
        f"<TimerHandle when=2.0 nothing() at {__file__}:{line}>",
        "<Handle cancelled>",
        "<TimerHandle cancelled when=2.0>",
    )


def test_run_until_complete_reports_a_loop_that_was_stopped_too_early():
    loop = EventLoop(clock=VirtualClock())
    future = loop.create_future()
    loop.call_soon(loop.stop)
    with pytest.raises(RuntimeError, match=r"Event loop stopped before Future completed\."):
        loop.run_until_complete(future)
    future.cancel()
    loop.close()


def test_stop_before_run_runs_one_iteration():
    loop = EventLoop(clock=VirtualClock())
    log = []
    loop.call_soon(log.append, "ran")
    loop.stop()
    loop.run_forever()
    loop.close()
    assert log == ["ran"]


def test_a_running_loop_refuses_to_be_run_or_closed():
    async def main():
        loop = asyncio.get_running_loop()
        other = EventLoop()
        messages = []
        for call in (loop.run_forever, loop.close, other.run_forever):
            with pytest.raises(RuntimeError) as caught:
                call()
            messages.append(str(caught.value).partition(":")[0])
        other.close()
        return messages

    assert run_virtual(main()) == [
        "This event loop is already running",
        "Cannot close a running event loop",
        "Cannot run the event loop while another loop is running",
    ]


def test_a_loop_that_stands_still_lets_another_run_inside():
    parked = EventLoop(clock=VirtualClock())
    events.set_running_loop(parked)
    try:
        assert run_virtual(nothing()) is None
        assert events.get_running_loop_or_none() is parked
        task = asyncio.create_task(nothing())
    finally:
        events.set_running_loop(None)
    parked.run_until_complete(task)
    parked.close()


def test_a_loop_that_nobody_closes_is_warned_about():
    loop = EventLoop()
    with pytest.warns(ResourceWarning, match="unclosed event loop <EventLoop running=False closed=False debug=False>"):
        del loop


def test_the_loop_factory_makes_the_loops_of_run():
    made = []

    def factory():
        made.append(EventLoop(clock=VirtualClock()))
        return made[-1]

    async def main():
        return asyncio.get_running_loop()

    asyncio.set_event_loop_factory(factory)
    try:
        assert asyncio.run(main()) is made[0]
    finally:
        asyncio.set_event_loop_factory(None)


def test_there_is_no_event_loop_made_on_the_quiet():
    with pytest.raises(RuntimeError, match=r"There is no current event loop in thread 'MainThread'\.\nuse `run"):
        asyncio.get_event_loop()


def test_a_reader_is_called_while_there_is_something_to_read():
    async def main():
        loop = asyncio.get_running_loop()
        read_end, write_end = os.pipe()
        got = loop.create_future()
        loop.add_reader(read_end, lambda: got.set_result(os.read(read_end, 10)))
        os.write(write_end, b"data")
        data = await got
        removed = loop.remove_reader(read_end), loop.remove_reader(read_end)
        os.close(read_end)
        os.close(write_end)
        return data, removed

    assert run_virtual(main()) == (b"data", (True, False))


def test_a_writer_and_a_reader_of_one_file_are_kept_apart():
    async def main():
        loop = asyncio.get_running_loop()
        left, right = socket.socketpair()
        log = []
        loop.add_reader(left, lambda: log.append(left.recv(10)))
        loop.add_writer(left, lambda: (log.append("can write"), loop.remove_writer(left)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        right.send(b"data")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        removed = loop.remove_writer(left), loop.remove_reader(left)
        left.close()
        right.close()
        return log, removed

    assert run_virtual(main()) == (["can write", b"data"], (False, True))


def test_a_signal_handler_runs_in_the_loop():
    async def main():
        loop = asyncio.get_running_loop()
        got = loop.create_future()
        loop.add_signal_handler(signal.SIGUSR1, got.set_result, "signal")
        signal.raise_signal(signal.SIGUSR1)
        result = await got
        return result, loop.remove_signal_handler(signal.SIGUSR1), loop.remove_signal_handler(signal.SIGUSR1)

    assert run_virtual(main()) == ("signal", True, False)


def test_who_heard_of_signals_before_hears_of_them_again_afterwards():
    async def main():
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, print)
        loop.add_signal_handler(signal.SIGUSR2, print)
        with pytest.raises(RuntimeError, match="cannot be caught"):
            loop.add_signal_handler(signal.SIGKILL, print)
        loop.remove_signal_handler(signal.SIGUSR1)
        during = signal.set_wakeup_fd(-1)
        loop.remove_signal_handler(signal.SIGUSR2)
        return during == loop._pipe[1].fileno()

    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    outer = signal.set_wakeup_fd(ours.fileno())
    try:
        assert run_virtual(main())
        assert signal.set_wakeup_fd(outer) == ours.fileno()
        # One that was closed meanwhile is forgotten.
        signal.set_wakeup_fd(ours.fileno())
        loop = EventLoop()
        loop.add_signal_handler(signal.SIGUSR1, print)
        ours.close()
        loop.close()
        assert signal.set_wakeup_fd(outer) == -1
    finally:
        signal.set_wakeup_fd(outer)
        ours.close()
        theirs.close()


@pytest.mark.parametrize(
    ("number", "error"), [("SIGINT", TypeError), (999, ValueError), (signal.SIGKILL, RuntimeError)]
)
def test_what_is_no_signal_is_refused(number, error):
    async def main():
        asyncio.get_running_loop().add_signal_handler(number, print)

    with pytest.raises(error, match="sig"):
        run_virtual(main())


def test_an_exception_handler_that_raises_is_reported_with_what_it_was_given(caplog):
    def handler(loop, context):
        raise ZeroDivisionError

    async def main():
        asyncio.get_running_loop().set_exception_handler(handler)
        asyncio.get_running_loop().call_exception_handler({"message": "first"})

    run_virtual(main())
    assert [record.message.splitlines()[0] for record in caplog.records] == ["Unhandled error in exception handler"]


def test_debug_mode_reports_a_step_that_takes_long(caplog):
    async def slow():
        asyncio.get_running_loop().clock.advance(200_000_000)

    async def main():
        await asyncio.create_task(slow(), name="slow")

    run_virtual(main(), debug=True)
    (record,) = caplog.records
    assert record.message.startswith("Executing <Task finished name='slow'")
    assert record.message.endswith("took 0.200 seconds")


def test_an_async_generator_that_fails_to_close_is_reported():
    reports = Reports()

    async def agen():
        try:
            yield
        finally:
            raise ZeroDivisionError

    async def main():
        reports.watch(asyncio.get_running_loop())
        generator = agen()
        await generator.__anext__()
        return generator

    run_virtual(main())
    (message,) = reports.messages
    assert message.startswith("an error occurred during closing of asynchronous generator <async_generator object")


def test_a_task_that_fails_while_run_ends_is_reported():
    reports = Reports()

    async def bad():
        try:
            await asyncio.sleep(9)
        finally:
            raise ZeroDivisionError

    async def main():
        reports.watch(asyncio.get_running_loop())
        asyncio.create_task(bad())
        await asyncio.sleep(0)

    run_virtual(main())
    assert reports.messages == ["unhandled exception during asyncio.run() shutdown"]


def test_sockets_and_a_selector_are_made_when_a_first_file_is_watched(monkeypatch):
    made = []

    def refuse(*args):
        made.append(args)
        raise OSError("there are no sockets here")

    async def main():
        return await asyncio.wait_for(asyncio.to_thread(str, 1), 60)

    loop = EventLoop()
    with monkeypatch.context() as patch:
        patch.setattr(socket, "socketpair", refuse)
        patch.setattr(selectors, "DefaultSelector", refuse)
        assert loop.run_until_complete(main()) == "1"
        assert loop.remove_reader(0) is False
        assert made == []
        with pytest.raises(OSError, match="no sockets"):
            loop.add_reader(0, nothing)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        heard = loop.create_future()
        loop.add_reader(ours, heard.set_result, None)
        theirs.send(b"x")
        loop.run_until_complete(heard)
        assert loop.remove_reader(ours) is True
        assert loop.run_until_complete(main()) == "1"
    loop.close()


def test_a_loop_that_never_watched_anything_has_nothing_to_close():
    loop = EventLoop()
    loop.close()
    with pytest.raises(RuntimeError, match="closed"):
        loop.add_reader(0, nothing)
    assert loop.remove_reader(0) is False


def test_a_new_loop_is_of_the_kind_that_the_module_of_the_loop_has_named():
    loop = asyncio.new_event_loop()
    assert type(loop) is EventLoop
    loop.close()
