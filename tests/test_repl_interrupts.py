"""Ctrl-C: one decision, and the question to the loop that comes before it."""

from __future__ import annotations

import os
import signal
import threading

import pytest

import corodemo
from corodemo.shell import interrupts
from corodemo.shell.interrupts import Action, Doing, Interrupts, decide


@pytest.mark.parametrize(
    ("doing", "is_held", "was_cancelled", "action"),
    [
        (Doing.NOTHING, False, False, Action.CLEAR_LINE),
        (Doing.NOTHING, True, False, Action.INTERRUPT),
        (Doing.PLAIN, False, False, Action.INTERRUPT),
        (Doing.PLAIN, True, False, Action.INTERRUPT),
        (Doing.AWAITING, False, False, Action.CANCEL_INPUT),
        (Doing.AWAITING, False, True, Action.GIVE_UP_INPUT),
        (Doing.AWAITING, True, False, Action.INTERRUPT),
        (Doing.AWAITING, True, True, Action.INTERRUPT),
    ],
)
def test_what_ctrl_c_does(doing, is_held, was_cancelled, action):
    assert decide(doing, is_held=is_held, was_cancelled=was_cancelled) is action


class Owner:
    """A shell that writes down what it is to do, and stops the loop."""

    def __init__(self, loop):
        self.loop = loop
        self.doing = Doing.AWAITING
        self.was_cancelled = False
        self.done: list[Action] = []

    def act(self, action):
        self.done.append(action)
        self.loop.stop()


@pytest.fixture
def loop():
    loop = corodemo.EventLoop()
    yield loop
    loop.close()


def test_a_loop_that_answers_is_where_the_action_happens(loop):
    owner, later = Owner(loop), []
    ctrl_c = Interrupts(loop, owner, lambda seconds, function: later.append(function))
    ctrl_c.press()
    ctrl_c.press()  # a second one before the first is answered is the same one
    loop.run_forever()
    assert owner.done == [Action.CANCEL_INPUT]
    assert len(later) == 1
    later.pop()()  # it has been answered: nothing is interrupted
    assert later == []


def test_a_loop_that_is_held_gets_a_keyboard_interrupt_in_the_step_that_holds_it(loop, monkeypatch):
    owner, later = Owner(loop), []
    ctrl_c = Interrupts(loop, owner, lambda seconds, function: later.append(function))
    # The signal is sent from the other thread; here it comes when that thread would look.
    monkeypatch.setattr(interrupts, "signal_main_thread", lambda: signal.raise_signal(signal.SIGINT))
    outer = signal.signal(signal.SIGINT, ctrl_c.on_signal)

    async def hold():
        ctrl_c.press()
        later.pop()()
        return "not interrupted"

    try:
        task = loop.create_task(hold())
        with pytest.raises(KeyboardInterrupt):
            loop.run_forever()
    finally:
        signal.signal(signal.SIGINT, outer)
    assert isinstance(task.exception(), KeyboardInterrupt)
    assert owner.done == []
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert owner.done == []  # the question was withdrawn


def test_a_loop_that_does_not_run_while_the_shell_is_busy_is_not_held(loop, monkeypatch):
    owner, later, signals = Owner(loop), [], []
    owner.doing = Doing.NOTHING
    ctrl_c = Interrupts(loop, owner, lambda seconds, function: later.append(function))
    monkeypatch.setattr(interrupts, "signal_main_thread", lambda: signals.append(True))
    ctrl_c.press()
    later.pop()()
    later.pop()()  # it goes on looking
    assert signals == []
    loop.run_forever()
    assert owner.done == [Action.CLEAR_LINE]


def test_a_signal_between_two_steps_interrupts_nothing(loop):
    owner, later = Owner(loop), []
    ctrl_c = Interrupts(loop, owner, lambda seconds, function: later.append(function))
    ctrl_c._must_interrupt = True
    ctrl_c.on_signal(signal.SIGINT, None)
    ctrl_c._must_interrupt = False
    ctrl_c.on_signal(signal.SIGINT, None)
    loop.run_forever()
    assert owner.done == [Action.CANCEL_INPUT]


def test_plain_code_is_interrupted_at_once(loop):
    owner = Owner(loop)
    owner.doing = Doing.PLAIN
    with pytest.raises(KeyboardInterrupt):
        Interrupts(loop, owner, lambda seconds, function: None).on_signal(signal.SIGINT, None)


def test_ctrl_c_after_the_loop_was_closed_does_nothing():
    loop = corodemo.EventLoop()
    loop.close()
    Interrupts(loop, Owner(loop), lambda seconds, function: None).press()


def test_the_real_signal_reaches_the_main_thread():
    received = []
    outer = signal.signal(signal.SIGINT, lambda number, frame: received.append(threading.current_thread()))
    try:
        thread = threading.Thread(target=interrupts.signal_main_thread)
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
        with interrupts.late_signals_handled(
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
