"""The shell: where a learner types `await` and watches.

Two loops, in two threads. User code runs on the main thread, on the session's loop, which also runs while the prompt waits, so
that background tasks go on. The prompt has a thread of its own (`corodemo.prompt`), so it lives whatever user code does. Between
them goes an inbox, and `corodemo.terminal`, through which alone anything reaches the screen.

Ctrl-C ends what runs and nothing else (`corodemo.interrupts`). A background task that fails while nobody awaits it is
reported when it fails (`corodemo.failures`).
"""

from __future__ import annotations

import contextlib
import platform
import queue
import signal
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import corodemo

from . import tracebacks
from .commands import run_command
from .echo import without_signs
from .failures import Failures, WatchingRecorder
from .interrupts import Action, Doing, Interrupts
from .live import LivePanel
from .prompt import Answer, Prompt
from .runtime import Task
from .session import CAPACITY, Options, Session
from .terminal import ProgramStream, Terminal
from .voice import Voice

if TYPE_CHECKING:
    from .inputs import Input
    from .recorder import Recorder

__all__ = ["Shell", "main"]

#: Seconds after which the shell says that a cancelled input has not ended.
CANCEL_PATIENCE = 1.0
#: Seconds between a prompt and its input, at most, or an input and the next prompt.
GAP = 0.05


def main(options: Options) -> int:
    """Run the shell on this terminal; return the exit status."""
    try:
        shell = Shell(options)
    except OSError as exc:
        print(f"corodemo: can't write the trace to {options.trace}: {exc.strerror or exc}", file=sys.stderr)
        return 1
    return shell.run()


class Shell:
    """A session with a prompt."""

    def __init__(self, options: Options) -> None:
        self._stdout = sys.stdout
        self.terminal = Terminal(sys.stdout)
        self.voice = Voice(self.terminal, sys.stdout)
        self._failures = Failures(self.voice)
        self.recorder: Recorder = WatchingRecorder(
            CAPACITY,
            options.trace,
            program="shell",
            failed=lambda task: self._failures.task_failed(task, self.session.loop),
        )
        self.session = Session(clock=options.new_clock(), hook=self.recorder)
        self.session.loop.set_exception_handler(self._failures.report_context)
        self._shows_panel = options.live is not False
        self._inbox: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._prompt = Prompt(self.terminal, self._answered, self._interrupted)
        self._interrupts = Interrupts(self.session.loop, self, self._prompt.call_later)
        self._number = 1  # of the input that is typed, or runs
        self._running: Task[Any] | None = None  # the task of the input that awaits
        self._has_given_up = False  # that task is to be left alone
        self.doing = Doing.NOTHING
        self.was_cancelled = False

    def run(self) -> int:
        """Read inputs and run them until the person leaves; return the exit status."""
        status = 0
        # The prompt first: it writes to the real streams.
        self._prompt.start()
        with without_signs(), self._streams_led_through(), _signal_handled(self._interrupts.on_signal):
            with self._left_by_ctrl_c(), self.session:
                self._banner()
                try:
                    self._read_and_run()
                except SystemExit as exc:
                    status = tracebacks.exit_status(exc)
                # What is left may take its time to end; a Ctrl-C now ends that.
                self.doing = Doing.PLAIN
                self._prompt.call_later(CANCEL_PATIENCE, self._tell_of_the_rest)
            self.doing = Doing.NOTHING
            self._prompt.stop()
            self.terminal.close()
            self.recorder.close()
        return status

    def _read_and_run(self) -> None:
        while (answer := self._next_answer()) is not None:
            if isinstance(answer, BaseException):
                raise answer
            if answer.lstrip().startswith("%"):
                self._run_plainly(lambda line=answer: run_command(self, line))  # type: ignore[misc]  # a loop variable
            elif answer.strip():
                self._run_input(answer)

    # --- waiting for an input

    def _next_answer(self) -> Answer:
        """Put up the prompt, and run the loop until there is an answer."""
        self.doing = Doing.NOTHING
        self._prompt.ask(self._number)
        while self._inbox.empty():
            self._run_loop()
        return self._inbox.get()

    def _answered(self, answer: Answer) -> None:
        """Hand over an answer, from the prompt's thread."""
        self._inbox.put(answer)
        loop = self.session.loop
        # Not by call_soon_threadsafe(): a callback would stand in the trace that the learner looks at.
        loop.stop()
        loop._wake_selector()

    def _run_loop(self) -> None:
        """Run the loop until somebody stops it, or Ctrl-C ends a step in it."""
        try:
            self.session.loop.run_forever()
        except KeyboardInterrupt:
            if self._running is None or not self._running.done():
                self._failures.loop_interrupted()

    # --- running an input

    def _run_input(self, text: str) -> None:
        number = self._number
        file = self.next_file()
        try:
            code = self.session.compile(text, file)
        except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError) as exc:
            self.voice.show_exception(exc)
            return
        self._failures.input_begins(number, self.session.context)
        if code.is_async:
            self._run_awaiting(code, number)
        else:
            self._run_plainly(lambda: self._run_code(code, number))
        self._failures.input_ends()

    def _run_code(self, code: Input, number: int) -> None:
        with self._panel(number):
            value = self.session.run_plain(code)
        self._show_value(value)

    def _run_plainly(self, function: Callable[[], object]) -> None:
        """Call a function that does not await: Ctrl-C raises KeyboardInterrupt in it."""
        try:
            try:
                self.doing = Doing.PLAIN
                # As Python has it, so that a run() in the function can take Ctrl-C for itself.
                with _signal_handled(signal.default_int_handler):
                    function()
            finally:
                # At once: a second Ctrl-C must not hit the shell.
                self.doing = Doing.NOTHING
        except SystemExit:
            raise
        except BaseException as exc:
            self.voice.show_exception(exc)

    def _run_awaiting(self, code: Input, number: int) -> None:
        self.was_cancelled = self._has_given_up = False
        try:
            with self._panel(number):
                task = self._running = self.session.start(code, name=f"input {number}")
                task.add_done_callback(self._input_ended)
                self.doing = Doing.AWAITING
                while not task.done() and not self._has_given_up:
                    self._run_loop()
        finally:
            self.doing = Doing.NOTHING
            self._running = None
        if not task.done():
            self.session.give_up_context()
            self.voice.say(f"input {number} goes on in the background, for it did not end when it was cancelled")
        elif task.cancelled() and self.was_cancelled:
            self.voice.say(f"Ctrl-C cancelled input {number}")
        else:
            self._run_plainly(lambda: self._show_outcome(task))

    def _input_ended(self, task: Task[Any]) -> None:
        # A task that was given up, or that ended the shell, has nobody who waits here.
        if task is self._running:
            self.session.loop.stop()

    def _show_outcome(self, task: Task[Any]) -> None:
        self._show_value(self.session.value_of(task.result()))

    def _show_value(self, value: Any) -> None:
        if value is not None:
            self.session.namespace["_"] = value
            self.voice.show_value(value)

    def _panel(self, number: int) -> contextlib.AbstractContextManager[object]:
        if not self._shows_panel:
            return contextlib.nullcontext()
        self.recorder.trace  # noqa: B018 - asked for once: a bounded recorder forgets what is too old now, not later
        return LivePanel(self.recorder.trace, self._stdout, terminal=self.terminal, title=f"input {number}")

    # --- Ctrl-C

    def _interrupted(self) -> None:
        """Be told of Ctrl-C at the prompt, in the prompt's thread."""
        self._interrupts.press()

    def act(self, action: Action) -> None:
        """Do what Ctrl-C means, in the loop, between two steps."""
        if action is Action.CLEAR_LINE:
            if self._prompt.is_up:
                self._prompt.clear_line()
            else:
                # Enter has just been pressed, or an input has just ended: ask again when that is over.
                self._prompt.call_later(GAP, self._interrupts.press)
        elif self._running is not None and not self._running.done():
            if action is Action.CANCEL_INPUT:
                self.was_cancelled = True
                self._running.cancel()
                self._prompt.call_later(CANCEL_PATIENCE, self._tell_if_swallowed(self._running))
            else:
                self._has_given_up = True
                self.session.loop.stop()

    def _tell_if_swallowed(self, task: Task[Any]) -> Callable[[], None]:
        number = self._number - 1

        def tell() -> None:
            if self._running is task and not task.done():
                self.voice.say(f"input {number} was cancelled and has not ended; Ctrl-C again leaves it alone")

        return tell

    def _tell_of_the_rest(self) -> None:
        """Say, in the prompt's thread, why the shell has not ended yet."""
        if self.doing is Doing.PLAIN:
            self.voice.say("waiting for tasks that were cancelled and have not ended; Ctrl-C leaves without them")

    # --- around it all

    def next_file(self) -> str:
        """Return the file name of the next input, and count it."""
        self._number += 1
        return f"<input {self._number - 1}>"

    @contextlib.contextmanager
    def _left_by_ctrl_c(self) -> Iterator[None]:
        """Let Ctrl-C end the waiting for tasks that do not end; they are dropped, and the person knows."""
        try:
            yield
        except KeyboardInterrupt:
            self.session.loop.set_exception_handler(lambda loop, context: None)

    def _banner(self) -> None:
        self._stdout.write(f"corodemo {corodemo.__version__}, Python {platform.python_version()}: ")
        self._stdout.write("await works at the prompt\n%help shows the commands, Ctrl-C interrupts, Ctrl-D leaves\n")

    @contextlib.contextmanager
    def _streams_led_through(self) -> Iterator[None]:
        """Lead what the program prints through the recorder and the terminal."""
        outer = sys.stdout, sys.stderr
        sys.stdout = ProgramStream(outer[0], self.terminal)
        sys.stderr = ProgramStream(outer[1], self.terminal)
        try:
            with self.recorder.capture_output():
                yield
        finally:
            sys.stdout, sys.stderr = outer


@contextlib.contextmanager
def _signal_handled(handler: Callable[..., Any]) -> Iterator[None]:
    """Handle SIGINT by `handler` meanwhile."""
    outer = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, outer)
