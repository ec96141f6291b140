"""Random sessions in a whole shell: whatever is typed, the prompt comes back, nothing is lost, and nothing is told twice."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass

from headless import Headless, key, wait
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

SECONDS = st.integers(1, 9)
RUNS = precondition(lambda self: not self.is_paused)
PAUSED = precondition(lambda self: self.is_paused)


@dataclass
class Background:
    """What is known of a task in the background."""

    name: str
    by: int  # the input that started it
    ends: float  # the time at which it ends by itself
    fails: bool = False
    value: int | None = None  # of an input that was typed while the runtime was paused
    is_cancelled: bool = False  # by %cancel


class ShellMachine(RuleBasedStateMachine):
    """A session, and what is known of it from what was typed."""

    def __init__(self) -> None:
        super().__init__()
        self.headless = Headless.new()
        self.session = self.headless.shell.session
        self._open = contextlib.ExitStack()
        self._open.enter_context(self.headless.shell.opened())
        self.number = 1  # of the next input
        self.last: int | None = None  # the last value
        self.tasks: dict[str, Background] = {}
        self.is_paused = False
        self.type("async def fail(seconds):\n    await sleep(seconds); raise ValueError('x')")
        self.type("async def hold(): ctrl_c(); fire(); print('not interrupted')")

    def teardown(self) -> None:
        with self._open:
            expected = not any(task.name not in self.done() for task in self.tasks.values())
            self.headless.type(None)
            left = self.headless.terminal.text.rpartition("Ctrl-D again")[1]
            assert bool(left) is not expected
        assert self.headless.prompt.is_stopped

    # --- typing

    def type(self, text: str) -> str:
        """Type an input, which counts."""
        shown = self.look(text)
        self.number += 1
        return shown

    def look(self, *entries) -> str:
        """Go through one prompt without an input that counts, unless the last entry is one."""
        self.asked = len(self.headless.prompt.asked)
        shown = self.headless.type(*entries)
        for number, value in re.findall(r"^input (\d+) gave\n(\d+)$", shown, re.MULTILINE):
            task = self.tasks[f"input {number}"]
            assert task.value == int(value)
            self.last, task.value = task.value, None  # a second time would be wrong
        return shown

    @property
    def now(self) -> float:
        return self.session.loop.time()

    def done(self) -> set[str]:
        """Return the names of the tasks that are not in the loop any more."""
        return self.tasks.keys() - {task.get_name() for task in self.session.loop._tasks() if not task.done()}

    # --- inputs

    @rule(value=st.integers(0, 99))
    def assign(self, value):
        assert self.type(f"x = {value}") == ""

    @rule(value=st.integers(0, 99))
    def show(self, value):
        assert self.type(f"{value}") == f"{value}\n"
        self.last = value

    @rule()
    def mistake(self):
        assert self.type("x = = 1").endswith("SyntaxError: invalid syntax\n")

    @rule()
    def nothing(self):
        assert self.look("  ") == ""

    @RUNS
    @rule(seconds=SECONDS, value=st.integers(0, 99))
    def await_sleep(self, seconds, value):
        before = self.now
        shown = self.type(f"await sleep({seconds}, {value})")
        assert shown.endswith(f"{value}\n")
        assert self.now == before + seconds
        self.last = value

    @PAUSED
    @rule(seconds=SECONDS, value=st.integers(0, 99))
    def await_sleep_while_paused(self, seconds, value):
        name = f"input {self.number}"
        self.tasks[name] = Background(name, self.number, self.now + seconds, value=value)
        assert self.type(f"await sleep({seconds}, {value})").startswith(f"the runtime is paused: {name} is ready")

    @rule(seconds=SECONDS, fails=st.booleans())
    def create_task(self, seconds, fails):
        name = f"{'bad' if fails else 'good'}{self.number}"
        self.tasks[name] = Background(name, self.number, self.now + seconds, fails)
        function = "fail" if fails else "sleep"
        assert self.type(f"{name} = create_task({function}({seconds}), name='{name}')") == ""

    @RUNS
    @rule(seconds=SECONDS)
    def create_task_and_await(self, seconds):
        name = f"bad{self.number}"
        self.tasks[name] = Background(name, self.number, self.now + seconds, fails=True)
        self.type(f"{name} = create_task(fail({seconds}), name='{name}')\nawait sleep(5)")

    @RUNS
    @rule(seconds=SECONDS)
    def look_at_a_failure(self, seconds):
        awaits = f"try: await create_task(fail({seconds}))\nexcept ValueError: pass"
        later = f"t = create_task(fail({seconds}))\nawait sleep({seconds + 1})\ntry: await t\nexcept ValueError: pass"
        for text in (awaits, later):
            number = self.number
            assert f"of input {number} failed" not in self.type(text)

    # --- time, and what steers it

    @RUNS
    @rule(seconds=SECONDS)
    def wait_at_the_prompt(self, seconds):
        self.look(wait(seconds), "")

    @RUNS
    @rule()
    def pause(self):
        assert self.look("%pause").startswith("paused at ")
        self.is_paused = True

    @PAUSED
    @rule()
    def resume(self):
        assert self.look("%resume").startswith("goes on from ")
        self.is_paused = False

    @PAUSED
    @rule()
    def step(self):
        assert "\nnext: " in self.look("%next")

    @rule(name=st.sampled_from(["", " virtual"]))
    def clock(self, name):
        assert "is virtual" in self.look(f"%clock{name}")

    @precondition(lambda self: len(self.done()) < len(self.tasks))
    @rule(data=st.data())
    def cancel(self, data):
        task = self.tasks[data.draw(st.sampled_from(sorted(self.tasks.keys() - self.done())))]
        task.is_cancelled = True
        assert re.match(r"asked T\d+ .* to end", self.look(f"%cancel {task.name}"))

    # --- Ctrl-C

    @RUNS
    @rule()
    def interrupt_what_awaits(self):
        number = self.number
        assert self.type("press(0.5)\nawait sleep(60)").endswith(f"Ctrl-C cancelled input {number}\n")

    @rule()
    def interrupt_plain_code(self):
        assert self.type("ctrl_c()\nprint('not interrupted')").endswith("\nKeyboardInterrupt\n")

    @RUNS
    @rule()
    def interrupt_what_holds_the_loop(self):
        name = f"holder{self.number}"
        number = self.number
        self.type(f"h = create_task(hold(), name='{name}')")
        assert f"Ctrl-C ended task '{name}' of input {number}\n" in self.look(wait(0.25), "")

    @rule()
    def interrupt_the_prompt(self):
        cleared = self.headless.prompt.lines_cleared
        self.look(key, "")
        assert self.headless.prompt.lines_cleared == cleared + 1

    # --- what always holds

    @invariant()
    def the_prompt_has_come_back_once_with_the_next_number(self):
        self.look("")
        assert self.headless.prompt.asked[self.asked :] == [(self.number, "")]

    @invariant()
    def the_last_value_has_its_name(self):
        assert self.headless.namespace.get("_") == self.last

    @RUNS
    @invariant()
    def an_input_that_nobody_waited_for_has_given_its_value(self):
        done = self.done()
        if any(self.tasks[name].value is not None for name in done):
            self.look(wait(0), "")  # the last step by hand may have ended it: then its callbacks are ready
        for name in done:
            assert self.tasks[name].value is None or self.tasks[name].is_cancelled

    @invariant()
    def nothing_that_is_not_done_is_lost_and_nothing_else_was_ended(self):
        listed = set(re.findall(r"^T\d+ +(input \d+|\w+)  ", self.look("%tasks"), re.MULTILINE))
        assert listed == self.tasks.keys() - self.done()
        for task in self.tasks.values():
            if not task.is_cancelled and task.ends != self.now:
                assert (task.name in self.done()) is (task.ends < self.now), task

    @invariant()
    def each_failure_is_reported_once_with_its_input(self):
        for task in self.tasks.values():
            failed = task.fails and task.name in self.done() and not task.is_cancelled
            report = f"task '{task.name}' of input {task.by} failed, and nobody awaits it\n"
            count = self.headless.terminal.text.count(report)
            assert count == 1 if failed else count <= task.is_cancelled, task


ShellMachine.TestCase.settings = settings(max_examples=120, stateful_step_count=30)
TestShell = ShellMachine.TestCase
