"""The prompt: prompt_toolkit, on an asyncio loop of its own, in a thread of its own.

So it stays alive whatever user code does on the main thread. The shell asks for an input with `ask`; the answer is handed
to `on_answer`, in the prompt's thread: a text, or None for Ctrl-D, or the exception that ended the prompt. While the prompt is
up this thread alone writes to the terminal, and puts there, above the prompt, what the program prints meanwhile.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.styles import Style
from pygments.lexers.python import PythonLexer

from . import inputs
from .terminal import Terminal

__all__ = ["Prompt"]

Answer = str | BaseException | None

#: The terminal's own colours, which its owner chose to be readable; blue and orange families, as everywhere.
_STYLE = Style.from_dict(
    {
        "prompt": "ansiblue bold",
        "continuation": "ansibrightblack",
        "pygments.keyword": "ansiblue bold",
        "pygments.operator.word": "ansiblue bold",
        "pygments.name.builtin": "ansicyan",
        "pygments.name.function": "ansicyan",
        "pygments.name.class": "ansicyan",
        "pygments.name.decorator": "ansimagenta",
        "pygments.literal.string": "ansiyellow",
        "pygments.literal.number": "ansimagenta",
        "pygments.comment": "ansibrightblack italic",
    }
)
_TAB = 4


class Prompt:
    """Asks for inputs. on_interrupt: Ctrl-C was pressed at the prompt."""

    def __init__(
        self, terminal: Terminal, on_answer: Callable[[Answer], None], on_interrupt: Callable[[], None]
    ) -> None:
        self._terminal = terminal
        self._on_answer = on_answer
        self._on_interrupt = on_interrupt
        self._session: PromptSession[str]
        self._loop: asyncio.AbstractEventLoop
        self._questions: asyncio.Queue[int | None]
        self._is_ready = threading.Event()
        self.is_up = False
        self._is_writing = False  # lines of the program are about to be printed above the prompt
        self._thread = threading.Thread(target=self._run, name="prompt", daemon=True)

    # --- for other threads

    def start(self) -> None:
        """Start the thread; return when it can be asked."""
        self._thread.start()
        self._is_ready.wait()

    def stop(self) -> None:
        """End the thread, also while the prompt is up."""
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join()

    def ask(self, number: int) -> None:
        """Put up the prompt for input `number`."""
        self._loop.call_soon_threadsafe(self._questions.put_nowait, number)

    def clear_line(self) -> None:
        """Empty what has been typed."""
        self._loop.call_soon_threadsafe(self._clear_line)

    def call_later(self, seconds: float, function: Callable[[], None]) -> None:
        """Call `function` in the prompt's thread after some seconds."""
        self._loop.call_soon_threadsafe(self._loop.call_later, seconds, function)

    # --- in the prompt's thread

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._questions = asyncio.Queue()
        self._session = PromptSession(
            history=_history(),
            lexer=PygmentsLexer(PythonLexer),
            style=_STYLE,
            include_default_pygments_style=False,
            multiline=True,
            key_bindings=self._key_bindings(),
            prompt_continuation=lambda width, number, is_soft_wrap: [
                ("class:continuation", "" if is_soft_wrap else "...: ".rjust(width))
            ],
        )
        self._is_ready.set()
        while (number := await self._questions.get()) is not None:
            answer = await self._ask(number)
            is_interrupted = self._take_interrupt()
            self._on_answer(answer)
            if is_interrupted:
                self._on_interrupt()

    async def _ask(self, number: int) -> Answer:
        self._terminal.hold(self._lines_wait)
        self.is_up = True
        try:
            message = FormattedText([("class:prompt", f"In [{number}]: ")])
            return await self._session.prompt_async(message, handle_sigint=False, set_exception_handler=False)
        except EOFError:
            return None
        except Exception as exc:
            return exc
        finally:
            self.is_up = False
            self._terminal.release()

    def _take_interrupt(self) -> bool:
        """Return True if Ctrl-C was pressed right after Enter: it is meant for the input, and not for the next prompt."""
        source = self._session.app.input
        # What came before the terminal was itself again is a character and no signal, read already or still to be read.
        keys = [*get_typeahead(source), *source.read_keys()]
        last = max((at for at, press in enumerate(keys) if press.key is Keys.ControlC), default=-1)
        store_typeahead(source, keys[last + 1 :])
        return last >= 0

    def _clear_line(self) -> None:
        self._session.default_buffer.reset()
        self._session.app.invalidate()

    def _stop(self) -> None:
        self._questions.put_nowait(None)
        if self._session.app.is_running and not self._session.app.is_done:
            self._session.app.exit(exception=EOFError())

    def _lines_wait(self) -> None:
        """Be told, in any thread, that the program has printed while the prompt is up."""
        if not self._is_writing:
            self._is_writing = True
            self._loop.call_soon_threadsafe(self._write_above)

    def _write_above(self) -> None:
        """Print what waits above the prompt.

        prompt_toolkit's `run_in_terminal` would let the terminal echo meanwhile, and a key pressed then tears a line.
        """
        self._is_writing = False  # first: what is printed from now on is announced anew
        app = self._session.app
        is_drawn = app.is_running and not app.is_done
        if is_drawn:
            app.renderer.erase()
        self._terminal.let_lines_out()
        if is_drawn:
            app.renderer.request_absolute_cursor_position()
            app.invalidate()

    def _key_bindings(self) -> KeyBindings:
        keys = KeyBindings()

        @keys.add("c-c")
        def _(event: KeyPressEvent) -> None:
            self._on_interrupt()

        @keys.add("enter")
        def _(event: KeyPressEvent) -> None:
            """Run what is complete; else begin another line."""
            buffer = event.current_buffer
            document = buffer.document
            is_at_end = "\n" not in buffer.text or (document.on_last_line and document.is_cursor_at_the_end_of_line)
            if is_at_end and inputs.is_complete(buffer.text):
                buffer.validate_and_handle()
                return
            buffer.insert_text("\n" + inputs.indentation_after(document.text_before_cursor))

        @keys.add("escape", "enter")
        def _(event: KeyPressEvent) -> None:
            event.current_buffer.validate_and_handle()

        @keys.add("tab")
        def _(event: KeyPressEvent) -> None:
            """Indent, at the beginning of a line."""
            before = event.current_buffer.document.current_line_before_cursor
            if not before.strip():
                event.current_buffer.insert_text(" " * (_TAB - len(before) % _TAB))

        @keys.add("backspace")
        def _(event: KeyPressEvent) -> None:
            """Delete a character, or a whole indentation."""
            before = event.current_buffer.document.current_line_before_cursor
            is_indented = before and not before.strip(" ")
            event.current_buffer.delete_before_cursor((len(before) - 1) % _TAB + 1 if is_indented else 1)

        @keys.add(Keys.BracketedPaste)
        def _(event: KeyPressEvent) -> None:
            """Put in the code of what is pasted: without prompts, output, and the page's indentation."""
            text = event.data.replace("\r\n", "\n").replace("\r", "\n")
            event.current_buffer.insert_text(text if event.current_buffer.text else inputs.clean(text))

        return keys


class _ForgivingHistory(FileHistory):
    """A history in a file, that goes on without the file once it cannot be written."""

    def store_string(self, string: str) -> None:
        try:
            super().store_string(string)
        except OSError:
            pass


def _history() -> History:
    """Return the history in the person's state folder, or where that cannot be used one in memory."""
    base = os.environ.get("XDG_STATE_HOME") or os.path.join("~", ".local", "state")
    try:
        folder = Path(base).expanduser() / "corodemo"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "history"
        path.touch(mode=0o600)
    except (OSError, RuntimeError):  # RuntimeError: there is no home
        return InMemoryHistory()
    return _ForgivingHistory(str(path))
