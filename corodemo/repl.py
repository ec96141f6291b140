"""The shell: where a learner types `await` and watches.

Two loops, in two threads. User code runs on the main thread, on the session's loop, which also runs while the prompt waits, so
that background tasks go on. The prompt has a thread of its own (`corodemo.prompt`), so it lives whatever user code does. Between
them goes an inbox, and `corodemo.terminal`, through which alone anything reaches the screen.

Inputs run in `corodemo.desk`. Ctrl-C ends what runs and nothing else (`corodemo.interrupts`). A background task that fails while
nobody awaits it is reported when it fails (`corodemo.failures`).
"""

from __future__ import annotations

import contextlib
import platform
import queue
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import corodemo

from . import tracebacks
from .commands import Follow, run_command
from .desk import CANCEL_PATIENCE, Desk, signal_handled
from .echo import without_signs
from .failures import Failures, WatchingRecorder
from .interrupts import Doing, Interrupts
from .live import LivePanel
from .prompt import Answer, Prompt
from .session import CAPACITY, Options, Session
from .terminal import ProgramStream, Terminal
from .voice import Voice

if TYPE_CHECKING:
    from types import FrameType

    from .recorder import Recorder
    from .runtime import Task
    from .runtime.stepping import Step

__all__ = ["Shell", "main"]

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

    is_interactive = True

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
        self.session = Session(clock=options.new_paced_clock(), hook=self.recorder)
        self.session.loop.set_exception_handler(self._failures.report_context)
        self._shows_panel = options.live is not False
        self._inbox: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._prompt = Prompt(self.terminal, self._answered, self._interrupted)
        self._desk = Desk(
            self.session,
            self._failures,
            self.voice,
            panel=self._panel,
            clear_line=self._clear_line,
            call_later=self._prompt.call_later,
        )
        self._interrupts = Interrupts(self.session.loop, self._desk, self._prompt.call_later)
        self._number = 1  # of the input that is typed, or runs
        self._prefill = ""  # what the next prompt begins with

    def run(self) -> int:
        """Read inputs and run them until the person leaves; return the exit status."""
        status = 0
        # The prompt first: it writes to the real streams.
        self._prompt.start()
        with without_signs(), self._streams_led_through(), signal_handled(self._on_signal):
            with self._left_by_ctrl_c(), self.session:
                self._banner()
                try:
                    self._read_and_run()
                except SystemExit as exc:
                    status = tracebacks.exit_status(exc)
                # What is left may take its time to end; a Ctrl-C now ends that.
                self._desk.doing = Doing.PLAIN
                self._prompt.call_later(CANCEL_PATIENCE, self._tell_of_the_rest)
            self._desk.doing = Doing.NOTHING
            self._prompt.stop()
            self.terminal.close()
            self.recorder.close()
        return status

    def _read_and_run(self) -> None:
        while (answer := self._next_answer()) is not None:
            if isinstance(answer, BaseException):
                raise answer
            if answer.lstrip().startswith("%"):
                self._run_command(answer)
            elif answer.strip():
                self.session.texts[self._number] = answer
                self._run_text(answer, self.next_file())

    # --- waiting for an input

    def _next_answer(self) -> Answer:
        """Put up the prompt, and run the loop until there is an answer."""
        self._desk.doing = Doing.NOTHING
        self._prompt.ask(self._number)
        while self._inbox.empty() and not self.session.is_paused:
            self._desk.run_loop()
        return self._inbox.get()

    def _answered(self, answer: Answer) -> None:
        """Hand over an answer, from the prompt's thread."""
        self._inbox.put(answer)
        loop = self.session.loop
        # Not by call_soon_threadsafe(): a callback would stand in the trace that the learner looks at.
        loop.stop()
        loop._wake_selector()

    # --- running what was typed

    def _run_command(self, line: str) -> None:
        follow: list[Follow | None] = []
        self._desk.run_plainly(lambda: follow.append(run_command(self, line)))
        for code in follow:
            if code is not None:
                file = self.next_file()  # counted, whatever it is called
                with code.around:
                    self._run_text(code.text, code.file or file, shows_value=code.shows_value)

    def _run_text(self, text: str, file: str, *, shows_value: bool = True) -> None:
        """Run a text, in which lines may be commands, as the input that was counted last."""
        try:
            pieces = self.session.compile_pieces(text, file)
        except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError) as exc:
            self.voice.show_exception(exc)
            return
        number = self._number - 1
        for piece in pieces:
            if isinstance(piece, str):
                self._run_command(piece)
            else:
                self._desk.run_input(piece, number, shows_value=shows_value)

    def _panel(self, number: int) -> contextlib.AbstractContextManager[object]:
        if not self._shows_panel:
            return contextlib.nullcontext()
        self.recorder.trace  # noqa: B018 - asked for once: a bounded recorder forgets what is too old now, not later
        return LivePanel(self.recorder.trace, self._stdout, terminal=self.terminal, title=f"input {number}")

    # --- Ctrl-C while nothing runs

    def _interrupted(self) -> None:
        """Be told of Ctrl-C at the prompt, in the prompt's thread."""
        if self.session.is_paused:
            self._prompt.clear_line()  # the loop stands, and would not answer
        else:
            self._interrupts.press()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.session.is_paused and self._desk.doing is Doing.NOTHING:
            self._prompt.clear_line()
        else:
            self._interrupts.on_signal(number, frame)

    def _clear_line(self) -> None:
        if self._prompt.is_up:
            self._prompt.clear_line()
        else:
            # Enter has just been pressed, or an input has just ended: ask again when that is over.
            self._prompt.call_later(GAP, self._interrupts.press)

    def _tell_of_the_rest(self) -> None:
        """Say, in the prompt's thread, why the shell has not ended yet."""
        if self._desk.doing is Doing.PLAIN:
            self.voice.say("waiting for tasks that were cancelled and have not ended; Ctrl-C leaves without them")

    # --- around it all

    def next_file(self) -> str:
        """Return the file name of the next input, and count it."""
        self._number += 1
        return f"<input {self._number - 1}>"

    def full_screen(self) -> contextlib.AbstractContextManager[None]:
        """Leave the screen to somebody who draws on all of it; what background threads print waits."""
        return self.terminal.held()

    def end_tasks(self, tasks: Sequence[Task[Any]]) -> list[Task[Any]]:
        """Cancel tasks and run the loop until they are done; return those that refuse to end."""
        return self._desk.end_tasks(tasks)

    def prefill(self, text: str) -> None:
        """Have the next prompt begin with a text."""
        self._prefill = text

    def step(self) -> Step | None:
        """Run one step of the loop by hand; None if Ctrl-C ended it."""
        return self._desk.step()

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
