"""The shell: where a learner types `await` and watches.

Two loops, in two threads. User code runs on the main thread, on the session's loop, which also runs while the prompt waits,
so that background tasks go on. The prompt has a thread of its own (`corodemo.shell.prompt`), so it lives whatever user code
does. Between them goes a queue of answers, and `corodemo.terminal.screen`, through which alone anything reaches the screen.

What was typed runs in `corodemo.shell.texts`, each input of it in `corodemo.shell.runner`. Ctrl-C ends what runs in the
foreground and nothing else (`corodemo.shell.interrupts`). A background task that fails while nobody awaits it is reported
when it fails (`corodemo.shell.failures`).
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from corodemo.hosting import tracebacks
from corodemo.hosting.options import CAPACITY, Options
from corodemo.recorder.recorder import Recorder
from corodemo.runtime.fanout import Fanout
from corodemo.runtime.pacing import PacedClock
from corodemo.shell.failures import FailureHook, Failures, HeldLoopListener
from corodemo.shell.foreground import Activity, Foreground
from corodemo.shell.interrupts import Interrupts
from corodemo.shell.prompt import Answer, Prompt
from corodemo.shell.reporter import Reporter
from corodemo.shell.runner import InputRunner
from corodemo.shell.session import Session
from corodemo.shell.settings import Settings
from corodemo.shell.signals import blocking_calls_interrupted, signal_handled
from corodemo.shell.texts import TextRunner
from corodemo.shell.toolbar import LoopWatch, Status
from corodemo.shell.warnings import warnings_with_hints
from corodemo.terminal.keyboard import guarded_input
from corodemo.terminal.screen import Terminal
from corodemo.terminal.streams import redirected_streams
from corodemo.terminal.subprocesses import guarded_subprocesses

if TYPE_CHECKING:
    from corodemo.runtime import Task
    from corodemo.runtime.stepping import Step
    from corodemo.shell.completion import Choice, Signature
    from corodemo.shell.protocol import Follow

__all__ = ["Shell"]


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
        self._foreground = Foreground()
        self._runner = InputRunner(
            self.session,
            self.recorder,
            self._failures,
            self.reporter,
            self._foreground,
            panel=self._panel,
            call_later=prompt.call_later,
        )
        self._texts = TextRunner(self.session, self._runner, self.reporter, self._command)
        self._interrupts = Interrupts(self.session, self._foreground, prompt, self.reporter)
        self._loop_watch = LoopWatch(self)
        self._prefill = ""  # what the next prompt begins with
        self._has_told_of_tasks = False  # Ctrl-D has just been pressed, and tasks still run
        self._is_asked = False  # the next prompt is up already
        self._waiting = threading.Lock()  # guards the next one
        self._waits = False  # for an answer, so that the loop is to be stopped when it comes
        prompt.serve(self)

    def run(self, files: Sequence[str], script: str | None, *, is_asked: bool) -> int:
        """Run some files, then read inputs and run them until the person leaves; return the exit status.

        script: which of the files is the session's own program. is_asked: the first prompt is up already.
        """
        self._is_asked = is_asked
        with self.opened():
            try:
                self._texts.run_files(files, script)
                while self.ask_and_run():
                    pass
            except SystemExit as exc:
                return tracebacks.exit_status(exc)
        return 0

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Have the session and this process ready for inputs meanwhile; then cancel the tasks that are left, and close all."""
        with self._process_prepared():
            with self._interrupts.ending(), self.session:
                yield
                self._interrupts.session_ends()
            self._foreground.end()
            self._prompt.stop()
            self.terminal.close()
            self.recorder.close()

    def ask_and_run(self) -> bool:
        """Ask for one input and run it; return False if the person leaves. Raises SystemExit if the input does."""
        answer = self._next_answer()
        if answer is None:
            return not self._may_leave()
        self._has_told_of_tasks = False
        if isinstance(answer, BaseException):
            raise answer
        self._texts.run_typed(answer)
        return True

    def _next_answer(self) -> Answer:
        """Put up the prompt, and run the loop until there is an answer."""
        self._foreground.end()
        answers = self._prompt.answers
        if not self._is_asked:
            text, self._prefill = self._prefill, ""
            self._prompt.ask(self._texts.number, text)
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

    # --- for the prompt, in its threads

    def choices(self, text: str) -> Iterable[Choice]:
        """Return the completions at the end of a text."""
        from corodemo.shell.commands.dispatch import line_choices

        return line_choices(self, text)

    def signature(self, text: str) -> Signature | None:
        """Return how the function is called that a text ends in the call of."""
        from corodemo.shell.completion import signature

        return None if text.lstrip().startswith("%") else signature(self.session.namespace, text)

    def status(self) -> Status:
        """Return how things stand in the loop."""
        return self._loop_watch.look()

    def answered(self) -> None:
        """Take note that there is an answer in the prompt's queue."""
        loop = self.session.loop
        with self._waiting:
            if self._waits:
                # Not by call_soon_threadsafe(): a callback would stand in the trace that the learner looks at.
                loop.stop()
                loop._wake_selector()

    def interrupted(self) -> None:
        """Do what Ctrl-C at the prompt means."""
        self._interrupts.on_key()

    # --- for the commands

    def next_file(self) -> str:
        """Return the file name of the next input, and count it."""
        return self._texts.next_file()

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

    # --- for the runners

    def _command(self, line: str) -> Follow | None:
        from corodemo.shell.commands.dispatch import run_command

        return run_command(self, line)

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

    # --- around it all

    @contextlib.contextmanager
    def _process_prepared(self) -> Iterator[None]:
        """Have this process's streams, warnings, keyboard, subprocesses and signals as the shell needs them meanwhile."""
        with (
            redirected_streams(self.terminal),
            self.recorder.capture_output(),
            warnings_with_hints(),
            guarded_input(self.terminal, self._is_prompts, self.session.namespace["__builtins__"]),
            guarded_subprocesses(self.terminal, self._is_prompts),
            signal_handled(self._interrupts.on_signal),
            blocking_calls_interrupted(self._prompt.call_when_readable, self._prompt.call_later),
        ):
            yield

    def _is_prompts(self) -> bool:
        """Return True while the terminal is the prompt's, also in the moment before it stands there; an editor may have it."""
        is_lent = self._prompt.is_up and not self._prompt.has_screen
        return self._foreground.activity is Activity.PROMPT and not is_lent
