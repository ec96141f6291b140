"""Time to be turned: the clock with a pace, and the loop that runs by hand."""

from __future__ import annotations

import math

import pytest
from virtual import run_virtual

from corodemo import VirtualClock, gather, sleep
from corodemo.runtime import pacing
from corodemo.runtime.pacing import PacedClock
from corodemo.runtime.stepping import SteppedLoop


class Machine:
    """A machine's clock that goes when it is told to; and a selector that waits by it."""

    def __init__(self):
        self.now_ns = 0
        self.waits = []

    def select(self, timeout):
        self.waits.append(timeout)
        self.now_ns += 0 if timeout is None else round(timeout * 1e9)
        return False


@pytest.fixture
def machine(monkeypatch):
    machine = Machine()
    monkeypatch.setattr(pacing.time, "monotonic_ns", lambda: machine.now_ns)
    return machine


S = 10**9


def test_time_passes_at_its_pace_and_what_has_passed_stays_passed(machine):
    clock = PacedClock()
    times = []
    for pace in (1.0, 0.1, 10.0, math.inf, 1.0):
        clock.pace = pace
        machine.now_ns += S
        times.append(clock.now_ns())
    assert times == [S, S * 11 // 10, S * 111 // 10, S * 111 // 10, S * 121 // 10]


def test_the_clock_begins_at_0_whatever_its_pace(machine):
    assert [PacedClock(pace).now_ns() for pace in (1.0, 0.5, math.inf)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("pace", "name", "waited"),
    [(1.0, "real", 2.0), (0.1, "real", 20.0), (4.0, "real", 0.5), (1e-6, "real", 86400.0), (math.inf, "virtual", 0.0)],
)
def test_waiting_takes_as_long_as_the_pace_says(machine, pace, name, waited):
    clock = PacedClock(pace)
    clock.wait(machine.select, 2 * S, outside=False)
    assert (clock.name, machine.waits) == (name, [waited])
    if waited < 86400:
        assert clock.now_ns() == 2 * S


def test_a_pending_timer_keeps_its_deadline_when_the_pace_changes(machine):
    clock = PacedClock()
    machine.now_ns += S
    clock.pace = 0.5
    clock.wait(machine.select, 3 * S, outside=False)
    assert (machine.waits, clock.now_ns()) == ([4.0], 3 * S)


def test_a_paused_clock_stands_and_waits_for_the_outside_alone(machine):
    clock = PacedClock(2.0)
    clock.pause()
    machine.now_ns += S
    clock.wait(machine.select, 5, outside=False)
    assert (clock.now_ns(), clock.is_paused, clock.flow, machine.waits) == (0, True, 0.0, [None])
    clock.advance(7)
    clock.pace = 3.0  # for when it goes on
    assert (clock.now_ns(), clock.pace, clock.flow) == (7, 3.0, 0.0)
    clock.resume()
    machine.now_ns += S
    assert (clock.now_ns(), clock.flow) == (7 + 3 * S, 3.0)


@pytest.mark.parametrize("pace", [0, -1.0, math.nan])
def test_a_pace_is_positive(pace):
    with pytest.raises(ValueError, match="the pace of a clock must be positive"):
        PacedClock(pace)


# --- a loop by hand


@pytest.fixture
def loop():
    loop = SteppedLoop(clock=VirtualClock())
    yield loop
    loop.close()


def program(log):
    async def worker(name, *delays):
        for delay in delays:
            log.append(name)
            await sleep(delay)

    async def main():
        await gather(worker("a", 0, 1, 1), worker("b", 1, 0, 0.5), worker("c", 0, 0, 2))
        log.append("end")

    return main()


def test_a_program_run_by_hand_goes_as_it_goes_by_itself(loop):
    by_itself, by_hand = [], []
    run_virtual(program(by_itself))
    task = loop.create_task(program(by_hand))
    steps = []
    while not task.done():
        steps.append(loop.step())
    assert by_hand == by_itself
    assert all(step.task is not None for step in steps)
    assert sum(step.waited_ns for step in steps) == 2 * S
    assert loop.time() == 2.0


def test_a_step_is_one_step_of_one_task(loop):
    log = []

    async def f(name):
        log.append(name)
        await sleep(1)
        log.append(name.upper())

    first, second = loop.create_task(f("a")), loop.create_task(f("b"))
    seen = []
    for _ in range(5):
        step = loop.step()
        seen.append((step.task, "".join(log), step.waited_ns))
    # The two timers of the third step fire in one turn, as they would by themselves.
    assert seen == [(first, "a", 0), (second, "ab", 0), (first, "abA", S), (second, "abAB", 0), (None, "abAB", 0)]


def test_callbacks_have_their_turn_and_are_counted(loop):
    log = []
    loop.call_soon(log.append, 1)
    loop.call_later(2, log.append, 2)
    loop.call_later(1, log.append, 3).cancel()
    steps = [loop.step() for _ in range(3)]
    assert log == [1, 2]
    assert [(step.task, step.callbacks, step.waited_ns) for step in steps] == [
        (None, 1, 0),
        (None, 1, 2 * S),
        (None, 0, 0),
    ]


def test_callbacks_without_end_do_not_hold_a_step(loop):
    def again():
        loop.call_soon(again)

    loop.call_soon(again)
    assert loop.step().callbacks == 1000


def test_what_a_step_raises_through_the_loop_leaves_it_usable(loop):
    async def leave():
        raise SystemExit(3)

    task = loop.create_task(leave())
    with pytest.raises(SystemExit):
        loop.step()
    assert isinstance(task.exception(), SystemExit)
    assert loop.run_until_complete(sleep(1, "value")) == "value"
    assert loop.step().task is None
