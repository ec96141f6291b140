"""Ctrl-C: one decision, and the question to the loop that comes before it."""

from __future__ import annotations

import os
import signal
import threading

import pytest

import corodemo
from corodemo.shell import interrupts, signals
from corodemo.shell.foreground import Activity, Foreground
from corodemo.shell.interrupts import Action, Interrupts, decide


@pytest.mark.parametrize(
    ("activity", "is_held", "was_cancelled", "action"),
    [
        (Activity.PROMPT, False, False, Action.CLEAR_LINE),
        (Activity.PROMPT, True, False, Action.INTERRUPT),
        (Activity.PLAIN, False, False, Action.INTERRUPT),
        (Activity.PLAIN, True, False, Action.INTERRUPT),
        (Activity.AWAITING, False, False, Action.CANCEL_INPUT),
        (Activity.AWAITING, False, True, Action.GIVE_UP_INPUT),
        (Activity.AWAITING, True, False, Action.INTERRUPT),
        (Activity.AWAITING, True, True, Action.INTERRUPT),
    ],
)
def test_what_ctrl_c_does(activity, is_held, was_cancelled, action):
    assert decide(activity, is_held=is_held, was_cancelled=was_cancelled) is action


class Moment:
    """A shell at one moment, with an input in the foreground; its timers are fired by hand."""

    is_up = True  # the prompt
    is_paused = False

    def __init__(self, loop):
        self.loop = loop
        self.lines_cleared = 0
        self.timers = []
        self.foreground = Foreground()
        self.ctrl_c = Interrupts(self, self.foreground, self, None)

    def clear_line(self):
        self.lines_cleared += 1
        self.loop.stop()

    def call_later(self, seconds, function):
        self.timers.append((seconds, function))

    def fire(self):
        """Let the time of the oldest timer come."""
        self.timers.pop(0)[1]()

    def await_forever(self):
        """Have an input that awaits in the foreground; return its task."""
        task = self.loop.create_task(corodemo.sleep(3600))
        task.add_done_callback(lambda task: self.loop.stop())
        self.foreground.await_task(task, 1)
        return task


@pytest.fixture
def loop():
    loop = corodemo.EventLoop()
    yield loop
    loop.close()


@pytest.fixture
def moment(loop):
    return Moment(loop)


def test_a_loop_that_answers_is_where_the_action_happens(moment):
    task = moment.await_forever()
    moment.ctrl_c.ask_loop()
    moment.ctrl_c.ask_loop()  # a second one before the first is answered is the same one
    moment.loop.run_forever()
    assert task.cancelled()
    assert [seconds for seconds, _ in moment.timers] == [interrupts.PATIENCE, interrupts.CANCEL_PATIENCE]
    moment.fire()  # it has been answered: nothing is interrupted
    moment.fire()  # and it has ended: nothing is said
    assert moment.timers == []


def test_a_loop_that_is_held_gets_a_keyboard_interrupt_in_the_step_that_holds_it(moment, monkeypatch):
    # The signal is sent from the other thread; here it comes when that thread would look.
    monkeypatch.setattr(interrupts, "signal_main_thread", lambda: signal.raise_signal(signal.SIGINT))
    outer = signal.signal(signal.SIGINT, moment.ctrl_c.on_signal)

    async def hold():
        moment.ctrl_c.ask_loop()
        moment.fire()
        return "not interrupted"

    try:
        task = moment.loop.create_task(hold())
        with pytest.raises(KeyboardInterrupt):
            moment.loop.run_forever()
    finally:
        signal.signal(signal.SIGINT, outer)
    assert isinstance(task.exception(), KeyboardInterrupt)
    moment.loop.call_soon(moment.loop.stop)
    moment.loop.run_forever()
    assert moment.lines_cleared == 0  # the question was withdrawn


def test_a_loop_that_does_not_run_while_the_shell_is_busy_is_not_held(moment, monkeypatch):
    signals = []
    monkeypatch.setattr(interrupts, "signal_main_thread", lambda: signals.append(True))
    moment.ctrl_c.ask_loop()
    moment.fire()
    moment.fire()  # it goes on looking
    assert signals == []
    moment.loop.run_forever()
    assert moment.lines_cleared == 1


def test_a_signal_between_two_steps_interrupts_nothing(moment):
    moment.ctrl_c._must_interrupt = True
    moment.ctrl_c.on_signal(signal.SIGINT, None)
    moment.ctrl_c._must_interrupt = False
    moment.ctrl_c.on_signal(signal.SIGINT, None)
    moment.loop.run_forever()
    assert moment.lines_cleared == 1


def test_plain_code_is_interrupted_at_once(moment):
    moment.foreground.activity = Activity.PLAIN
    with pytest.raises(KeyboardInterrupt):
        moment.ctrl_c.on_signal(signal.SIGINT, None)


def test_ctrl_c_after_the_loop_was_closed_does_nothing():
    loop = corodemo.EventLoop()
    loop.close()
    Moment(loop).ctrl_c.ask_loop()


def test_the_real_signal_reaches_the_main_thread():
    received = []
    outer = signal.signal(signal.SIGINT, lambda number, frame: received.append(threading.current_thread()))
    try:
        thread = threading.Thread(target=signals.signal_main_thread)
        thread.start()
        thread.join()
    finally:
        signal.signal(signal.SIGINT, outer)
    assert received == [threading.main_thread()]


def test_a_signal_that_came_right_before_a_call_that_blocks_is_handled_all_the_same():
    # The interpreter has only marked such a signal, for a microsecond. What ends the call lets it look; here the nudge's own
    # handler gives the call what it waits for, so that one sees that it was run.
    seen, nudges, handled = [], [], []
    outer = signal.signal(signal.SIGINT, lambda number, frame: handled.append("SIGINT"))
    wakeup, urgent = signal.set_wakeup_fd(-1), signal.getsignal(signal.SIGURG)
    try:
        with signals.blocking_calls_interrupted(
            lambda source, function: seen.append((source, function)), lambda seconds, function: nudges.append(function)
        ):
            [(_, is_readable)] = seen
            signal.raise_signal(signal.SIGURG)
            is_readable()
            assert nudges == []  # other signals are no business of this
            signal.raise_signal(signal.SIGINT)
            is_readable()
            [nudge] = nudges
            reading, writing = os.pipe()
            signal.signal(signal.SIGURG, lambda number, frame: os.write(writing, b"!"))
            nudging = threading.Thread(target=nudge)
            nudging.start()
            assert os.read(reading, 1) == b"!"
            nudging.join()
            os.close(reading)
            os.close(writing)
        assert handled == ["SIGINT"]
        assert (signal.set_wakeup_fd(-1), signal.getsignal(signal.SIGURG)) == (-1, urgent)
    finally:
        signal.signal(signal.SIGINT, outer)
        signal.set_wakeup_fd(wakeup)
