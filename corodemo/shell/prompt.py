"""The prompt: prompt_toolkit, on an asyncio loop of its own, in a thread of its own.

So it stays alive whatever user code does on the main thread. The shell asks for an input with `ask`, and is called, in the
prompt's thread, when the answer is in `answers`: a text, or None for Ctrl-D, or the exception that ended the prompt. While the
prompt is up this thread alone writes to the terminal, and puts there, above the prompt, what the program prints meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.application.current import set_app
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory, ConditionalAutoSuggest
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.cursor_shapes import ModalCursorShapeConfig
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import Condition, is_done, to_filter
from prompt_toolkit.formatted_text import FormattedText, StyleAndTextTuples
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import ConditionalContainer, FormattedTextControl, HSplit, Window
from prompt_toolkit.layout.processors import HighlightMatchingBracketProcessor
from prompt_toolkit.search import stop_search

from corodemo.shell.completer import Menu, SignatureWatch, Worker
from corodemo.shell.inputhistory import open_history
from corodemo.shell.keybindings import key_bindings
from corodemo.shell.style import STYLE, PythonLexer
from corodemo.shell.toolbar import Status, signature_line, status_line
from corodemo.terminal.echo import let_keys_echo, quiet_keys
from corodemo.terminal.screen import Terminal

if TYPE_CHECKING:
    from corodemo.shell.completion import Choice, Signature
    from corodemo.shell.protocol import InteractiveShell
    from corodemo.shell.settings import Settings

__all__ = ["Answer", "Prompt"]

Answer = str | BaseException | None

#: Seconds between two looks at the loop for the toolbar.
PULSE = 0.2
#: Seconds after which an input counts as one that runs for a while, and may have a program in it that reads keys.
SETTLED = 0.3
#: Brackets are matched over so many characters.
_BRACKET_REACH = 5000


class Prompt:
    """Asks for inputs, and puts what is typed into `answers`. It may be up before there is a shell to `serve`."""

    def __init__(self, settings: Settings, terminal: Terminal) -> None:
        self._settings = settings
        self._terminal = terminal
        self.answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._shell: InteractiveShell | None = None
        self._is_served = threading.Event()  # there is a shell
        self._is_interrupted = False  # before there was a shell to tell
        self._session: PromptSession[str]
        self._signature: SignatureWatch
        self._loop: asyncio.AbstractEventLoop
        self._questions: asyncio.Queue[tuple[int, str] | None]
        self._is_ready = threading.Event()
        self.is_up = False
        self._has_begun = False  # the prompt that is up reads keys, or has read Enter
        self._is_late = False  # Ctrl-C came when Enter had been read, and the prompt was still up
        self.drawn = threading.Event()  # a prompt stands on the screen, or has
        self._is_writing = False  # lines of the program are about to be printed above the prompt
        self._is_suspended = False  # an editor has the screen, or the shell that Ctrl-Z went back to
        self._status = Status()
        self._thread = threading.Thread(target=self._run, name="prompt", daemon=True)

    def serve(self, shell: InteractiveShell) -> None:
        """Serve a shell from now on."""
        self._shell = shell
        self._is_served.set()
        if self._is_interrupted:
            shell.interrupted()

    def interrupt_early(self, *_: object) -> None:
        """Do what Ctrl-C means before a shell takes it: clear the line, or have what was typed interrupted when it runs.

        As a handler of SIGINT it is there until the shell has one of its own, which is some time after it is served.
        """
        if self._shell is None and self.is_up:
            self.clear_line()
        else:
            self._is_interrupted = True
            if self._shell is not None:  # and maybe only now: it has looked whether there was one
                self._shell.interrupted()

    # --- for other threads

    @property
    def has_screen(self) -> bool:
        """Whether the prompt stands on the screen, and has not left it to an editor."""
        return self.is_up and not self._is_suspended

    def start(self) -> None:
        """Start the thread; return when it can be asked."""
        self._thread.start()
        self._is_ready.wait()

    def stop(self) -> None:
        """End the thread, also while the prompt is up."""
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join()

    def ask(self, number: int, text: str = "") -> None:
        """Put up the prompt for input `number`, with a text in it to begin with."""
        self._loop.call_soon_threadsafe(self._questions.put_nowait, (number, text))

    def clear_line(self) -> None:
        """Empty what has been typed."""
        self._loop.call_soon_threadsafe(self._clear_line)

    def call_later(self, seconds: float, function: Callable[[], None]) -> None:
        """Call `function` in the prompt's thread after some seconds."""
        self._loop.call_soon_threadsafe(self._loop.call_later, seconds, function)

    def call_when_readable(self, source: socket.socket, function: Callable[[], None]) -> None:
        """Call `function` in the prompt's thread whenever there is something to read."""
        self._loop.call_soon_threadsafe(self._loop.add_reader, source, function)

    # --- in the prompt's thread

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._questions = asyncio.Queue()
        self._session = self._new_session()
        self._is_ready.set()
        while (question := await self._questions.get()) is not None:
            pulse = self._loop.create_task(self._look_often())
            quiet_keys()  # from before the terminal's state is kept, to be put back, until the input has run for a while
            answer = await self._ask(*question)
            pulse.cancel()
            self._loop.call_later(SETTLED, self._let_keys_echo)
            is_interrupted = self._take_interrupt() or self._is_late
            self.answers.put(answer)
            if self._shell is not None:
                self._shell.answered()
            if is_interrupted:
                self._interrupted()

    def _new_session(self) -> PromptSession[str]:
        settings = self._settings
        worker = Worker()
        session: PromptSession[str] = PromptSession(
            history=open_history(),
            lexer=PythonLexer(),
            style=STYLE,
            include_default_pygments_style=False,
            multiline=True,
            key_bindings=key_bindings(self._interrupted, self._edit_elsewhere, self._suspend),
            prompt_continuation=lambda width, number, is_soft_wrap: [
                ("class:continuation", "" if is_soft_wrap else "...: ".rjust(width))
            ],
            completer=Menu(self._choices, worker),
            complete_while_typing=Condition(lambda: settings.menu == "typing"),
            # Up goes back to what began as the line does; prompt_toolkit has that or a menu as one types.
            enable_history_search=Condition(lambda: settings.menu != "typing"),
            search_ignore_case=True,
            auto_suggest=ConditionalAutoSuggest(AutoSuggestFromHistory(), Condition(lambda: settings.suggest)),
            input_processors=[HighlightMatchingBracketProcessor(chars="[](){}", max_cursor_distance=_BRACKET_REACH)],
            cursor=ModalCursorShapeConfig() if settings.vi else None,
            tempfile_suffix=".py",
        )
        self._signature = SignatureWatch(self._signature_of, worker, session.app.invalidate)
        session.default_buffer.on_cursor_position_changed += self._cursor_moved
        session.app.after_render += lambda app: self.drawn.set()
        self._put_toolbar_in(session)
        return session

    def _put_toolbar_in(self, session: PromptSession[str]) -> None:
        """Put the toolbar right below the text.

        prompt_toolkit's own stands at the bottom of the screen, which it finds by asking the terminal; whenever the program has
        printed above the prompt it must ask again, and the toolbar would flicker.
        """
        layout = session.layout
        layout.current_window.dont_extend_height = to_filter(True)
        toolbar = Window(FormattedTextControl(self._toolbar), dont_extend_height=True, wrap_lines=False)
        root = layout.container
        assert isinstance(root, HSplit)
        root.children.append(ConditionalContainer(toolbar, Condition(lambda: bool(self._toolbar())) & ~is_done))

    async def _ask(self, number: int, text: str) -> Answer:
        self._terminal.hold(self._lines_wait)
        self._has_begun = self._is_late = False
        self.is_up = True
        try:
            message = FormattedText([("class:prompt", f"In [{number}]: ")])
            self._session.editing_mode = EditingMode.VI if self._settings.vi else EditingMode.EMACS
            return await self._session.prompt_async(
                message, default=text, handle_sigint=False, set_exception_handler=False, pre_run=self._begun
            )
        except EOFError:
            return None
        except Exception as exc:
            return exc
        finally:
            self.is_up = False
            self._signature.text_changed("")
            self._terminal.release()

    def _begun(self) -> None:
        self._has_begun = True

    def _take_interrupt(self) -> bool:
        """Return True if Ctrl-C was pressed right after Enter: it is meant for the input, and not for the next prompt."""
        source = self._session.app.input
        # What came before the terminal was itself again is a character and no signal, read already or still to be read.
        keys = [*get_typeahead(source), *source.read_keys()]
        last = max((at for at, press in enumerate(keys) if press.key is Keys.ControlC), default=-1)
        store_typeahead(source, keys[last + 1 :])
        return last >= 0

    def _let_keys_echo(self) -> None:
        if not self.is_up and not self._terminal.has_panel and not let_keys_echo():
            self._loop.call_later(SETTLED, self._let_keys_echo)

    def _interrupted(self) -> None:
        if self._shell is None:
            self.interrupt_early()
        else:
            self._shell.interrupted()

    def _clear_line(self) -> None:
        """Begin anew, wherever one was: in a search, in a menu, between two keys of a command."""
        app = self._session.app
        if not self.is_up:
            self._interrupted()  # it was over before this could be done: Ctrl-C is meant for what Enter has begun
            return
        if self._has_begun and (app.is_done or not app.is_running):
            self._is_late = True
            return
        with set_app(app):
            if app.layout.is_searching:
                stop_search()
            self._session.default_buffer.reset()
            app.vi_state.reset()
            app.key_processor.reset()
        self._signature.text_changed("")
        app.invalidate()

    def _stop(self) -> None:
        self._questions.put_nowait(None)
        if self._session.app.is_running and not self._session.app.is_done:
            self._session.app.exit(exception=EOFError())

    # --- above the prompt

    def _lines_wait(self) -> None:
        """Have lines that the program has printed written above the prompt; called in any thread."""
        if not self._is_writing:
            self._is_writing = True
            self._loop.call_soon_threadsafe(self._write_above)

    def _write_above(self) -> None:
        """Print what waits above the prompt.

        prompt_toolkit's `run_in_terminal` would let the terminal echo meanwhile, and a key pressed then tears a line.
        """
        self._is_writing = False  # first: what is printed from now on is announced anew
        app = self._session.app
        if self._is_suspended or (app.is_running and app.is_done):
            return  # it is let out when that is over; a prompt that is done is about to be drawn for the last time
        if app.is_running:
            app.renderer.erase()
        self._terminal.let_lines_out()
        if app.is_running:
            app.renderer.request_absolute_cursor_position()
            app.invalidate()

    async def _edit_elsewhere(self, buffer: Buffer) -> None:
        """Open the text in the person's editor."""
        with self._suspended():
            await buffer.open_in_editor()

    async def _suspend(self, buffer: Buffer) -> None:
        """Stop the whole program, as Ctrl-Z does, until the person's shell lets it go on."""
        if sys.platform == "win32" or not hasattr(signal, "SIGTSTP"):
            return  # nobody is there who could let it go on
        with self._suspended():
            # To this thread, so that all have stopped before it goes on to take the terminal back.
            await run_in_terminal(lambda: signal.pthread_kill(threading.get_ident(), signal.SIGTSTP))

    @contextlib.contextmanager
    def _suspended(self) -> Iterator[None]:
        """Leave the screen to somebody else; what the program prints meanwhile waits."""
        self._is_suspended = True
        try:
            yield
        finally:
            self._is_suspended = False
            self._lines_wait()

    # --- below the prompt

    def _choices(self, text: str) -> Iterable[Choice]:
        self._is_served.wait()  # in the thread that completes
        return () if self._shell is None else self._shell.choices(text)

    def _signature_of(self, text: str) -> Signature | None:
        self._is_served.wait()
        return None if self._shell is None else self._shell.signature(text)

    def _cursor_moved(self, buffer: Buffer) -> None:
        self._signature.text_changed(buffer.document.text_before_cursor)

    async def _look_often(self) -> None:
        """Look how things stand in the loop while the prompt is up."""
        while True:
            shell = self._shell if self._settings.toolbar else None
            started = time.monotonic()
            status = Status() if shell is None else shell.status()
            if status != self._status:
                self._status = status
                self._session.app.invalidate()
            # Where there are so many tasks that looking takes a while, it is done less often: the program comes first.
            await asyncio.sleep(max(PULSE, 20 * (time.monotonic() - started)))

    def _toolbar(self) -> StyleAndTextTuples:
        width = self._session.app.output.get_size().columns - 1
        is_ascii = self._settings.ascii
        signature = self._signature.current
        lines = [status_line(self._status, width, ascii=is_ascii)]
        if signature is not None:
            lines.append(signature_line(signature, width, ascii=is_ascii))
        shown: StyleAndTextTuples = []
        for line in lines:
            if line:
                shown += [("", "\n")] * bool(shown) + line
        return shown
