"""Several hooks as one: each hears of everything, one that raises goes alone, and nobody changes what the program does."""

from __future__ import annotations

import sys

import pytest
from hook_programs import METHODS, TaskHook, logging_hook, output_of
from virtual import run_virtual

import corodemo as asyncio
from corodemo import Hook
from corodemo.runtime.fanout import Fanout, give_up, silence
from corodemo.runtime.hooks import guards_itself

#: What depends on when a thread comes back.
TIMING = {"loop_waiting", "called_from_thread", "callback_started", "callback_ran", "thread_finished"}


def ordered(log):
    """Return of a log what is in the same order each time."""
    return [name for name in log if name not in TIMING]


def raising_hook(method, calls):
    def raises(self, *args):
        calls.append(method)
        raise ZeroDivisionError(method)

    return type("Raises", (Hook,), {method: raises, "__repr__": lambda self: "<raises>"})()


def test_each_of_several_hooks_hears_what_it_would_hear_alone():
    alone = []
    plain = output_of(logging_hook(alone))
    first, second = [], []
    assert output_of(Fanout(logging_hook(first), Hook(), logging_hook(second))) == plain
    assert first == second
    assert ordered(first) == ordered(alone)


def test_they_are_told_of_an_event_in_the_order_in_which_they_were_given():
    told = []

    class Told(Hook):
        def __init__(self, name):
            self.name = name

        def task_done(self, task):
            told.append(self.name)

    output_of(Fanout(Told("a"), Fanout(Told("b"), Told("c"))))
    assert told[:6] == ["a", "b", "c", "a", "b", "c"]


@pytest.mark.parametrize("method", METHODS)
def test_one_that_raises_is_taken_off_alone_and_reported_once(method, caplog):
    alone, beside, calls = [], [], []
    plain = output_of(logging_hook(alone))
    assert output_of(Fanout(raising_hook(method, calls), logging_hook(beside))) == plain
    # A report goes through the loop's exception handler, and is nothing that a hook is told of.
    assert ordered(beside) == ordered(alone)
    assert calls == [method] if method in alone and method not in TIMING else len(calls) <= 1
    messages = [record.message for record in caplog.records if "The hook" in record.message]
    assert messages == ["The hook <raises> raised and was taken off; the program runs on"] * len(calls)


def test_the_loop_has_what_is_left_of_its_hooks():
    async def main(*hooks):
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: None)
        loop.hook = Fanout(*hooks)
        seen = [loop.hook.hooks]
        for hook in hooks[:2]:
            give_up(hook, loop, ZeroDivisionError())
            seen.append(loop.hook.hooks if isinstance(loop.hook, Fanout) else loop.hook)
        silence(hooks[2], loop)
        return [*seen, loop.hook, loop._hook]

    a, b, c = TaskHook(), TaskHook(), TaskHook()
    assert run_virtual(main(a, b, c)) == [(a, b, c), (b, c), c, None, None]


def test_an_event_that_one_of_several_wants_is_told_to_it_straight():
    callers = []

    class Careful(Hook):
        @guards_itself
        def task_resumed(self, task):
            callers.append(sys._getframe(1).f_code.co_qualname)

    class Other(Hook):
        def task_done(self, task):
            pass

    output_of(Fanout(Careful(), Other()))
    assert set(callers) == {"run_watched"}


def test_of_hooks_that_override_nothing_the_loop_calls_none():
    hook = Fanout(Hook(), Hook())

    async def main():
        loop = asyncio.get_running_loop()
        return loop.hook, loop._hook

    assert run_virtual(main(), hook=hook) == (hook, None)


def test_a_fanout_can_be_told_by_a_hook_that_hands_on():
    log = []
    fanout = Fanout(logging_hook(log), logging_hook(log))
    fanout.task_done(None)
    assert log == ["task_done", "task_done"]


def test_giving_up_a_hook_that_the_loop_does_not_have_changes_nothing(caplog):
    hook = TaskHook()

    async def main():
        loop = asyncio.get_running_loop()
        give_up(Hook(), loop, ZeroDivisionError())
        silence(Hook(), loop)
        return loop.hook

    assert run_virtual(main(), hook=hook) is hook
    assert caplog.records == []
