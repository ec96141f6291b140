"""A whole shell without a terminal and without a thread of its own: a prompt that answers by a script, and a screen that is text.

The shell's clock is the virtual one. What the prompt's thread would do some seconds later waits in `timers` until the test,
or the program in the shell, fires it. So a test goes through the same moments in the same order whenever it runs.
"""

from __future__ import annotations

import contextlib
import io
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any, Self

from corodemo.repl import Shell
from corodemo.shell.settings import Settings

__all__ = ["Headless", "HeadlessTerminal", "ScriptedPrompt", "key", "lines", "run", "wait"]

#: What happens while a prompt is up: a text is its answer, None is Ctrl-D, and a function is called with the harness; the
#: number that it returns is how many seconds of the loop's pass before the next thing happens.
Entry = str | BaseException | Callable[["Headless"], float | None] | None


def wait(seconds: float) -> Entry:
    """Let time pass at the prompt."""
    return lambda headless: seconds


def key(headless: Headless) -> float | None:
    """Press Ctrl-C at the prompt, and let the loop see it, if it runs."""
    headless.shell.interrupted()
    return None if headless.shell.session.is_paused else 0.0


class HeadlessTerminal:
    """A screen of which all that was written is known."""

    size = (100, 24)
    has_panel = False

    def __init__(self) -> None:
        self.text = ""
        self.is_held = False
        self.is_closed = False

    def write(self, stream: object, text: str) -> None:
        self.text += text

    def flush(self, stream: object) -> None:
        pass

    def close(self) -> None:
        self.is_closed = True

    def remove_panel(self) -> None:
        pass

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        self.is_held = True
        try:
            yield
        finally:
            self.is_held = False


class ScriptedPrompt:
    """Answers by a script, and writes down what it is asked and told."""

    def __init__(self, headless: Headless) -> None:
        self._headless = headless
        self.answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.asked: list[tuple[int, str]] = []  # the number of each prompt, and the text that it began with
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.lines_cleared = 0
        self.is_up = False
        self.has_screen = False
        self.is_started = False
        self.is_stopped = False
        self.drawn = threading.Event()

    def start(self) -> None:
        self.is_started = True

    def interrupt_early(self) -> None:
        raise AssertionError("no signal comes before there is a shell")

    def serve(self, shell: Shell) -> None:
        self._headless.shell = shell
        shell.session.namespace.update(
            ctrl_c=self._headless.ctrl_c, press=self._headless.press, fire=self._headless.fire
        )
        if self.is_up:
            self._headless.go_on()  # the prompt was there before its shell

    def ask(self, number: int, text: str = "") -> None:
        self.asked.append((number, text))
        self.is_up = self.has_screen = True
        self.drawn.set()
        if self._headless.shell is not None:
            self._headless.go_on()

    def answer(self, answer: str | BaseException | None) -> None:
        self.is_up = self.has_screen = False
        self.answers.put(answer)
        self._headless.shell.answered()

    def clear_line(self) -> None:
        self.lines_cleared += 1

    def call_later(self, seconds: float, function: Callable[[], None]) -> None:
        self.timers.append((seconds, function))

    def call_when_readable(self, source: object, function: Callable[[], None]) -> None:
        pass

    def stop(self) -> None:
        self.is_stopped = True


class Headless:
    """A shell that runs a script. In its namespace: `ctrl_c()`, `press(seconds)` for a Ctrl-C later, and `fire()`."""

    def __init__(self) -> None:
        self.terminal = HeadlessTerminal()
        self.prompt = ScriptedPrompt(self)
        self.shell: Any = None  # until there is one for the prompt to serve
        self.turns: list[str] = []  # what appeared on the screen after each answer, up to the next one
        self.start = ""  # of them, what appeared before the first answer
        self.end: list[str] = []  # and after each Ctrl-D at the end
        self.status: int | None = None
        self._script: list[Entry] = []
        self._shown = 0

    @classmethod
    def new(cls, trace: str | None = None) -> Self:
        """Return one with a shell."""
        headless = cls()
        settings = Settings(live=False, clock="virtual")
        Shell(settings, trace, headless.terminal, headless.prompt, io.StringIO())  # type: ignore[arg-type]
        return headless

    @property
    def namespace(self) -> dict[str, Any]:
        """The session's names."""
        return self.shell.session.namespace

    def run(self, *script: Entry, files: tuple[str, ...] = (), program: str | None = None) -> list[str]:
        """Run a script, and leave by Ctrl-D, twice; return what each of its answers brought to the screen."""
        return self.run_by(lambda: self.shell.run(files, program, is_asked=False), *script)

    def run_by(self, start: Callable[[], int], *script: Entry) -> list[str]:
        """Run a script, as `run` does, in the shell that `start` runs."""
        self._script = [*script, None, None]
        self.status = start()
        self._end_turn()
        answers = sum(not callable(entry) for entry in script)
        self.start, self.end = self.turns[0], self.turns[1 + answers :]
        return self.turns[1 : 1 + answers]

    def type(self, *entries: Entry) -> str:
        """In a shell that is open, go through one prompt, up to what its answer does; return what that brought to the screen."""
        self._script = list(entries)
        start = len(self.terminal.text)
        self.shell.ask_and_run()
        return self.terminal.text[start:]

    def go_on(self) -> None:
        """Do what the script says until the prompt is answered, or time is to pass."""
        while True:
            entry = self._script.pop(0)
            if not callable(entry):
                self._end_turn()
                self.prompt.answer(entry)
                return
            seconds = entry(self)
            if seconds is not None:
                self.shell.session.loop.call_later(seconds, self.go_on)
                return

    def ctrl_c(self) -> None:
        """Have the terminal send SIGINT, which reaches the main thread at once."""
        signal.raise_signal(signal.SIGINT)

    def press(self, seconds: float) -> None:
        """Have the terminal send it later, by the loop's clock."""
        self.shell.session.loop.call_later(seconds, self.ctrl_c)

    def fire(self) -> None:
        """Let the time come for all that waits in the prompt's thread."""
        timers, self.prompt.timers = self.prompt.timers, []
        for _, function in timers:
            function()

    def _end_turn(self) -> None:
        self.turns.append(self.terminal.text[self._shown :])
        self._shown = len(self.terminal.text)


def run(*script: Entry, **options: Any) -> list[str]:
    """Run a script in a new shell; return what each answer brought to the screen."""
    return Headless.new().run(*script, **options)


def lines(text: str) -> list[str]:
    """Return the lines of a report without the frames of its traceback."""
    return [line for line in text.splitlines() if not line.startswith("  ")]
