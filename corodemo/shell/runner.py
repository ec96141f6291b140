"""Running compiled inputs, one at a time, in the foreground.

Code that does not await runs plainly, and Ctrl-C raises KeyboardInterrupt in it. Code that awaits is a task, which the loop
runs together with those in the background; Ctrl-C cancels it and leaves the others alone, and a second one leaves alone a
task that refuses to end. In a runtime that is paused nobody waits for an input that awaits: it is a task like the others,
and its value is shown when it has one.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from corodemo.runtime import Task
from corodemo.shell.failures import Failures
from corodemo.shell.foreground import Activity, Foreground, input_name
from corodemo.shell.interrupts import CANCEL_PATIENCE
from corodemo.shell.reporter import Reporter
from corodemo.shell.session import Session
from corodemo.shell.signals import CallLater, signal_handled

if TYPE_CHECKING:
    from corodemo.recorder.recorder import Recorder
    from corodemo.runtime.stepping import Step
    from corodemo.shell.inputs import Input

__all__ = ["InputRunner"]


class InputRunner:
    """Runs the inputs of a session.

    panel: returns what is entered while input `number` runs. call_later: calls a function after some seconds, in another thread.
    """

    def __init__(
        self,
        session: Session,
        recorder: Recorder,
        failures: Failures,
        reporter: Reporter,
        foreground: Foreground,
        *,
        panel: Callable[[int], contextlib.AbstractContextManager[object]],
        call_later: CallLater,
    ) -> None:
        self._session = session
        self._recorder = recorder
        self._failures = failures
        self._reporter = reporter
        self._foreground = foreground
        self._panel = panel
        self._call_later = call_later

    # --- running

    def run_input(self, code: Input, number: int, *, shows_value: bool = True) -> None:
        """Run a compiled input to its end, as input `number`, and show its value or what it raised."""
        self._failures.input_begins(number, self._session.context)
        if not code.is_async:
            self.run_plainly(lambda: self._run_code(code, number, shows_value))
        elif self._session.is_paused:
            self._start_paused(code, number, shows_value)
        else:
            self._run_awaiting(code, number, shows_value)
        self._failures.input_ends()

    def run_plainly(self, function: Callable[[], object]) -> None:
        """Call a function that does not await: Ctrl-C raises KeyboardInterrupt in it."""
        try:
            try:
                self._foreground.activity = Activity.PLAIN
                # As Python has it, so that a run() in the function can take Ctrl-C for itself.
                with signal_handled(signal.default_int_handler):
                    function()
            finally:
                # At once: a second Ctrl-C must not hit the shell.
                self._foreground.activity = Activity.PROMPT
        except SystemExit:
            raise
        except BaseException as exc:
            self._reporter.show_exception(exc)

    def run_loop(self) -> None:
        """Run the loop until somebody stops it, or Ctrl-C ends a step in it."""
        try:
            self._session.loop.run_forever()
        except KeyboardInterrupt:
            task = self._foreground.task
            if task is None or not task.done():
                self._failures.loop_interrupted()

    def step(self) -> Step | None:
        """Run one step of the loop by hand; None if Ctrl-C ended it."""
        try:
            return self._session.loop.step()
        except KeyboardInterrupt:
            self._failures.loop_interrupted()
            return None

    def end_tasks(self, tasks: Sequence[Task[Any]]) -> list[Task[Any]]:
        """Cancel tasks and run the loop until they are done, Ctrl-C comes, or patience ends; return those that are left."""
        loop = self._session.loop
        left = dict.fromkeys(tasks)
        waits = bool(left)

        def ended(task: Task[Any]) -> None:
            left.pop(task, None)
            if not left:
                loop.stop()

        def give_up() -> None:
            nonlocal waits
            if waits:
                waits = False
                loop.stop()
                loop._wake_selector()

        for task in tasks:
            task.cancel()
            task.add_done_callback(ended)
        self._call_later(CANCEL_PATIENCE, give_up)
        try:
            while left and waits:
                loop.run_forever()
        except KeyboardInterrupt:
            pass  # who is left is told of
        waits = False
        for task in tasks:
            task.remove_done_callback(ended)
            if task.done() and not task.cancelled() and task._exception is not None:
                message = "a task failed when it was cancelled"
                loop.call_exception_handler({"message": message, "exception": task.exception(), "task": task})
        return list(left)

    def _run_code(self, code: Input, number: int, shows_value: bool) -> None:
        with self._panel(number):
            value = self._session.run_plain(code)
        self._show_value(value, number, shows_value)

    def _run_awaiting(self, code: Input, number: int, shows_value: bool) -> None:
        foreground = self._foreground
        try:
            with self._panel(number):
                task = self._session.start(code, name=input_name(number))
                task.add_done_callback(self._input_ended)
                foreground.await_task(task, number)
                while not task.done() and not foreground.is_given_up:
                    self.run_loop()
        finally:
            foreground.end()
        if not task.done():
            self._session.give_up_context()
            self._reporter.say(
                f"{input_name(number)} goes on in the background, for it did not end when it was cancelled"
            )
        elif task.cancelled() and foreground.was_cancelled:
            self._reporter.say(f"Ctrl-C cancelled {input_name(number)}")
        else:
            self.run_plainly(lambda: self._show_outcome(task, number, shows_value))

    def _input_ended(self, task: Task[Any]) -> None:
        # A task that was given up, or that ended the shell, has nobody who waits here.
        if task is self._foreground.task:
            self._session.loop.stop()

    def _start_paused(self, code: Input, number: int, shows_value: bool) -> None:
        """Put an input that awaits into the ready queue of a loop that stands, and do not wait for it."""
        task = self._session.start(code, name=input_name(number))
        self._session.give_up_context()

        def show(task: Task[Any]) -> None:
            try:
                value = self._session.value_of(task.result())
                if value is not None and shows_value:
                    self._reporter.say(f"{input_name(number)} gave")
                self._show_value(value, number, shows_value)
            except (SystemExit, KeyboardInterrupt):
                pass  # it went through the loop, and somebody has seen it
            except BaseException as exc:
                self._reporter.say(
                    f"{input_name(number)} was cancelled" if task.cancelled() else f"{input_name(number)} failed"
                )
                self._reporter.show_exception(exc)

        task.add_done_callback(show)
        self._reporter.say(
            f"the runtime is paused: {input_name(number)} is ready; %next runs one step, %resume lets all go on"
        )

    def _show_outcome(self, task: Task[Any], number: int, shows_value: bool) -> None:
        self._show_value(self._session.value_of(task.result()), number, shows_value)

    def _show_value(self, value: Any, number: int, shows_value: bool) -> None:
        if value is None or not shows_value:
            return
        from corodemo.shell.values import remark  # only now: a prompt comes up sooner without it

        self._session.results.add(value, number)
        self._reporter.show_value(value, remark(value, self._recorder, ascii=self._reporter.is_ascii))
