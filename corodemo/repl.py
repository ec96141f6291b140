"""The shell: where a learner types `await` and watches.

Two loops, in two threads. User code runs on the main thread, on the session's loop, which also runs while the prompt waits,
so that background tasks go on. The prompt has a thread of its own (`corodemo.shell.prompt`), so it lives whatever user code
does. Between them goes an inbox, and `corodemo.terminal`, through which alone anything reaches the screen.

Inputs run in `corodemo.shell.runner`. Ctrl-C ends what runs and nothing else (`corodemo.shell.interrupts`). A background
task that fails while nobody awaits it is reported when it fails (`corodemo.shell.failures`).
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from corodemo.hosting import tracebacks
from corodemo.recorder.recorder import Recorder
from corodemo.runtime.fanout import Fanout
from corodemo.runtime.pacing import PacedClock
from corodemo.shell import inputs
from corodemo.shell.asides import Asides
from corodemo.shell.failures import FailureHook, Failures, HeldLoopListener
from corodemo.shell.interrupts import Doing, Interrupts, late_signals_handled, signal_handled, signal_main_thread
from corodemo.shell.prompt import Answer, Prompt
from corodemo.shell.reporter import Reporter
from corodemo.shell.runner import CANCEL_PATIENCE, InputRunner
from corodemo.shell.session import CAPACITY, Options, Session, as_file_of
from corodemo.shell.settings import Settings
from corodemo.shell.warnings import explaining_warnings
from corodemo.terminal.keyboard import sharing_keyboard
from corodemo.terminal.screen import Terminal
from corodemo.terminal.streams import leading_streams
from corodemo.terminal.subprocesses import sharing_screen

if TYPE_CHECKING:
    from types import FrameType

    from corodemo.runtime import Task
    from corodemo.runtime.stepping import Step
    from corodemo.shell.commands.dispatch import Follow

__all__ = ["Shell"]

#: Seconds between a prompt and its input, at most, or an input and the next prompt.
GAP = 0.05


class Shell:
    """A session with a prompt."""

    is_interactive = True

    def __init__(
        self, settings: Settings, trace: str | None, terminal: Terminal, prompt: Prompt, stdout: TextIO
    ) -> None:
        self.settings = settings
        self._stdout = stdout
        self.terminal = terminal
        self.reporter = Reporter(terminal, stdout, settings)
        self._failures = Failures(self.reporter)
        self.recorder = Recorder(
            CAPACITY, trace, program="shell", remembers=True, listener=HeldLoopListener(self._failures.loop_held)
        )
        failures = FailureHook(lambda task: self._failures.task_failed(task, self.session.loop))
        self.session = Session(
            clock=Options(clock=settings.clock).new_paced_clock(), hook=Fanout(self.recorder, failures)
        )
        self.session.loop.set_exception_handler(self._failures.report_context)
        self._prompt = prompt
        self._runner = InputRunner(
            self.session,
            self._failures,
            self.reporter,
            show_value=self._show_value,
            panel=self._panel,
            clear_line=self._clear_line,
            call_later=self._prompt.call_later,
        )
        self._interrupts = Interrupts(self.session.loop, self._runner, self._prompt.call_later)
        self._number = 1  # of the input that is typed, or runs
        self._prefill = ""  # what the next prompt begins with
        self._has_told_of_tasks = False  # Ctrl-D has just been pressed, and tasks still run
        self._is_asked = False  # the next prompt is up already
        self._waiting = threading.Lock()  # guards the next one
        self._waits = False  # for an answer, so that the loop is to be stopped when it comes
        prompt.serve(Asides(self), self._wake, self._interrupted)

    def run(self, files: Sequence[str], script: str | None, *, is_asked: bool) -> int:
        """Run some files, then read inputs and run them until the person leaves; return the exit status.

        script: which of the files is the session's own program. is_asked: the first prompt is up already.
        """
        status = 0
        self._is_asked = is_asked
        late_signals = late_signals_handled(self._prompt.call_when_readable, self._prompt.call_later)
        with self._outside(), signal_handled(self._on_signal), late_signals:
            with self._left_by_ctrl_c(), self.session:
                try:
                    self._run_files(files, script)
                    self._read_and_run()
                except SystemExit as exc:
                    status = tracebacks.exit_status(exc)
                # What is left may take its time to end; a Ctrl-C now ends that.
                self._runner.doing = Doing.PLAIN
                self._prompt.call_later(CANCEL_PATIENCE, self._tell_of_the_rest)
            self._runner.doing = Doing.NOTHING
            self._prompt.stop()
            self.terminal.close()
            self.recorder.close()
        return status

    def _run_files(self, files: Sequence[str], script: str | None) -> None:
        """Run files in the session's namespace."""
        for path in files:
            try:
                with as_file_of(self.session, path, is_program=path is script) as text:
                    self._run_text(text, path, shows_value=False)
            except (OSError, UnicodeDecodeError, SyntaxError) as exc:
                self.reporter.say(f"can't read {path}: {exc.strerror if isinstance(exc, OSError) else exc}")

    def _read_and_run(self) -> None:
        while True:
            answer = self._next_answer()
            if answer is None:
                if self._may_leave():
                    return
                continue
            self._has_told_of_tasks = False
            if isinstance(answer, BaseException):
                raise answer
            if inputs.is_command(answer):
                self._run_command(answer)
            elif answer.strip():
                self.session.texts[self._number] = answer
                self._run_text(answer, self.next_file())

    # --- waiting for an input

    def _next_answer(self) -> Answer:
        """Put up the prompt, and run the loop until there is an answer."""
        self._runner.doing = Doing.NOTHING
        answers = self._prompt.answers
        if not self._is_asked:
            text, self._prefill = self._prefill, ""
            self._prompt.ask(self._number, text)
        self._is_asked = False
        if answers.empty():
            # While the first input is being typed there is time to load what is needed to run it.
            import corodemo.live.panel
            import corodemo.shell.commands.dispatch
            import corodemo.shell.values  # noqa: F401
        self._waits = True
        while answers.empty() and not self.session.is_paused:
            self._runner.run_loop()
        answer = answers.get()
        with self._waiting:
            # Who runs the loop next is not to be stopped by an answer that came while it stood.
            self._waits = self.session.loop._stopping = False
        return answer

    def _may_leave(self) -> bool:
        """Say which tasks still run, and return whether that was said before, or there are none."""
        tasks = self.session.loop._tasks()
        if not tasks or self._has_told_of_tasks:
            return True
        from corodemo.shell.values import say_what_remains

        self._has_told_of_tasks = True
        say_what_remains(self.reporter, self.recorder, tasks)
        return False

    def _wake(self) -> None:
        """Be told, in the prompt's thread, that there is an answer."""
        loop = self.session.loop
        with self._waiting:
            if self._waits:
                # Not by call_soon_threadsafe(): a callback would stand in the trace that the learner looks at.
                loop.stop()
                loop._wake_selector()

    # --- running what was typed

    def _run_command(self, line: str) -> None:
        from corodemo.shell.commands.dispatch import run_command

        follow: list[Follow | None] = []
        self._runner.run_plainly(lambda: follow.append(run_command(self, line)))
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
            self.reporter.show_exception(exc)
            return
        number = self._number - 1
        for piece in pieces:
            if isinstance(piece, str):
                self._run_command(piece)
            else:
                self._runner.run_input(piece, number, shows_value=shows_value)

    def _panel(self, number: int) -> contextlib.AbstractContextManager[object]:
        if not self.settings.live:
            return contextlib.nullcontext()
        from corodemo.live.panel import LivePanel

        self.recorder.trace  # noqa: B018 - asked for once: a bounded recorder forgets what is too old now, not later
        title = f"input {number}" if number else ""
        return LivePanel(
            self.recorder.trace,
            self._stdout,
            terminal=self.terminal,
            title=title,
            ascii=self.settings.ascii,
            pace=self._pace,
        )

    def _pace(self) -> float:
        clock = self.session.clock
        return clock.flow if isinstance(clock, PacedClock) else 1.0

    def _show_value(self, value: Any, number: int) -> None:
        from corodemo.shell.values import remark

        self.session.results.add(value, number)
        self.reporter.show_value(value, remark(value, self.recorder, ascii=self.reporter.is_ascii))

    # --- Ctrl-C while nothing runs

    def _interrupted(self) -> None:
        """Be told of Ctrl-C at the prompt, in the prompt's thread."""
        if self.session.is_paused:
            self._interrupt_paused()
        else:
            self._interrupts.press()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.session.is_paused and self._runner.doing is Doing.NOTHING:
            self._interrupt_paused()
        else:
            self._interrupts.on_signal(number, frame)

    def _interrupt_paused(self) -> None:
        """Do what Ctrl-C means while the loop stands, and would not answer."""
        if self._runner.doing is not Doing.NOTHING:
            signal_main_thread()
        elif self._prompt.is_up:
            self._prompt.clear_line()
        else:
            # Enter has just been pressed: what it began is about to run.
            self._prompt.call_later(GAP, self._interrupt_paused)

    def _clear_line(self) -> None:
        if self._prompt.is_up:
            self._prompt.clear_line()
        else:
            # Enter has just been pressed, or an input has just ended: ask again when that is over.
            self._prompt.call_later(GAP, self._interrupts.press)

    def _tell_of_the_rest(self) -> None:
        """Say, in the prompt's thread, why the shell has not ended yet."""
        if self._runner.doing is Doing.PLAIN:
            self.reporter.say("waiting for tasks that were cancelled and have not ended; Ctrl-C leaves without them")

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
        return self._runner.end_tasks(tasks)

    def prefill(self, text: str) -> None:
        """Have the next prompt begin with a text."""
        self._prefill = text

    def step(self) -> Step | None:
        """Run one step of the loop by hand; None if Ctrl-C ended it."""
        return self._runner.step()

    @contextlib.contextmanager
    def _outside(self) -> Iterator[None]:
        """Have the terminal, and what the program prints, as the shell needs them meanwhile."""
        with (
            leading_streams(self.terminal),
            self.recorder.capture_output(),
            explaining_warnings(),
            sharing_keyboard(self.terminal, self._is_prompts, self.session.namespace["__builtins__"]),
            sharing_screen(self.terminal, self._is_prompts),
        ):
            yield

    def _is_prompts(self) -> bool:
        """Return True while the terminal is the prompt's, also in the moment before it stands there; an editor may have it."""
        is_lent = self._prompt.is_up and not self._prompt.has_screen
        return self._runner.doing is Doing.NOTHING and not is_lent

    @contextlib.contextmanager
    def _left_by_ctrl_c(self) -> Iterator[None]:
        """Let Ctrl-C end the waiting for tasks that do not end; they are dropped, and the person knows."""
        try:
            yield
        except KeyboardInterrupt:
            self.session.loop.set_exception_handler(lambda loop, context: None)
