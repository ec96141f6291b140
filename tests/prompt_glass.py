"""A prompt in this process, with keys from a pipe and the screen that a person would see; nothing waits, nothing is real."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from typing import Any, Self

import pyte
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from corodemo.shell import completer, prompt
from corodemo.shell.completion import Choice, Signature
from corodemo.shell.prompt import Prompt
from corodemo.shell.settings import Settings
from corodemo.shell.toolbar import Status

__all__ = ["PromptGlass"]


class _Shell:
    """What the prompt calls while one types; takes the answers."""

    def __init__(self, glass: PromptGlass) -> None:
        self._glass = glass
        self.now = Status()

    def answered(self) -> None:
        self._glass.answers.append(self._glass.prompt.answers.get())

    def interrupted(self) -> None:
        if self._glass.prompt.is_up:  # as a shell does; else it asks again a moment later
            self._glass.prompt._clear_line()

    def choices(self, text: str) -> list[Choice]:
        word = text.rpartition(" ")[2]
        names = ["gather", "getattr", "日本", "sleep", "%tree"]
        return [Choice(name, len(word), "a note") for name in names if name.startswith(word)]

    def signature(self, text: str) -> Signature | None:
        return Signature("gather(", "*aws", ")", "Run them.")

    def status(self) -> Status:
        return self.now


class _Output:
    """A terminal's stream, that nobody else writes to."""

    encoding = "utf-8"

    def __init__(self, feed: Callable[[str], None]) -> None:
        self.write = feed

    def flush(self) -> None:
        pass


class _Terminal:
    has_panel = False

    def hold(self, announce: Callable[[], None]) -> None:
        pass

    def release(self) -> None:
        pass

    def let_lines_out(self) -> None:
        pass


class PromptGlass:
    """A prompt that asks again and again. Use in `run`, which gives it to a coroutine function."""

    def __init__(
        self, *, columns: int = 50, rows: int = 14, settings: Settings | None = None, has_shell: bool = True
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        self.answers: list[object] = []
        self.shell = _Shell(self)
        self.settings = settings or Settings()
        self._has_shell = has_shell
        self.edited: list[str] = []
        self._columns, self._rows = columns, rows

    @classmethod
    def run(cls, body: Callable[[Self], Coroutine[Any, Any, Any]], **options: Any) -> Any:
        """Run `body` with a prompt that is up; return what it returns."""
        glass = cls(**options)
        with ExitStack() as stack:
            patch(stack, prompt, "open_history", InMemoryHistory)
            patch(stack, prompt, "quiet_keys", lambda: None)
            patch(stack, completer.Worker, "do", _at_once)
            patch(stack, completer, "REST", 0)
            source = stack.enter_context(create_pipe_input())
            size = Size(rows=glass._rows, columns=glass._columns)
            output = Vt100_Output(_Output(glass._stream.feed), lambda: size, term="xterm", enable_cpr=False)
            stack.enter_context(create_app_session(source, output))
            return asyncio.run(glass._run(body))

    async def _run(self, body: Callable[[Self], Coroutine[Any, Any, Any]]) -> Any:
        self.prompt = Prompt(self.settings, _Terminal())  # type: ignore[arg-type]
        if self._has_shell:
            self.prompt.serve(self.shell)
        self.prompt._edit_elsewhere = self.prompt._suspend = self._edit  # type: ignore[method-assign]
        serving = asyncio.create_task(self.prompt._serve())
        await self.settle()
        self.ask()
        await self.settle()
        try:
            return await body(self)
        finally:
            self.prompt._stop()
            await serving

    def ask(self) -> None:
        self.prompt._questions.put_nowait((len(self.answers) + 1, ""))

    async def _edit(self, buffer: Any) -> None:
        self.edited.append(buffer.text)

    async def settle(self) -> None:
        """Let everything happen that is to happen at once."""
        for _ in range(12):
            await asyncio.sleep(0)

    async def type(self, keys: str) -> None:
        """Type keys, and ask again whenever the prompt has answered."""
        app = self.prompt._session.app
        app.input.send_text(keys)  # type: ignore[attr-defined]
        answered = len(self.answers)
        app.key_processor.feed_multiple([*app.input.read_keys(), *app.input.flush_keys()])
        app.key_processor.process_keys()
        await self.settle()
        # What is typed ahead is read by the next prompt, and may be all of its answer.
        while len(self.answers) > answered:
            answered += 1
            self.ask()
            await self.settle()

    def draw(self) -> None:
        """Draw what has changed."""
        self.prompt._session.app._redraw()

    def draw_anew(self) -> None:
        """Draw all of it on an empty screen."""
        app = self.prompt._session.app
        app.renderer.clear()
        app._redraw()

    @property
    def lines(self) -> list[str]:
        """What the screen shows, without spaces at the lines' ends, and empty lines at its end."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip("\n").split("\n")

    @property
    def cursor(self) -> tuple[int, int]:
        """The cursor's row and column."""
        return self.screen.cursor.y, self.screen.cursor.x

    @property
    def text(self) -> str:
        """What has been typed."""
        return self.prompt._session.default_buffer.text


async def _at_once(worker: object, function: Callable[[], Any]) -> Any:
    return function()


def patch(stack: ExitStack, where: Any, name: str, value: Any) -> None:
    old = getattr(where, name)
    setattr(where, name, value)
    stack.callback(setattr, where, name, old)
