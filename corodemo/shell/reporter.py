"""What the shell says: values, tracebacks, and its own sentences, through the terminal.

None of it is output of the program, so none of it is recorded. Names, values and messages are the user's text: what a terminal
would obey in them is shown as an escape.

What it needs to paint is loaded when it first says something: the prompt comes up sooner so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TextIO

from corodemo.hosting import tracebacks
from corodemo.shell.settings import Settings

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from corodemo.terminal.painter import Painter

__all__ = ["Reporter"]


class Surface(Protocol):
    """What a reporter writes on: the terminal, or what stands for it where there is none."""

    @property
    def size(self) -> tuple[int, int]: ...

    def write(self, stream: TextIO, text: str) -> None: ...


class Reporter:
    """Prints to `stream`, by way of the terminal behind it."""

    def __init__(self, terminal: Surface, stream: TextIO, settings: Settings | None = None) -> None:
        self._terminal = terminal
        self._stream = stream
        self._settings = Settings() if settings is None else settings
        self._painted: Painter | None = None

    @property
    def is_ascii(self) -> bool:
        """Whether glyphs beyond ASCII are to be avoided."""
        return self._settings.ascii or not self._painter.supports_unicode

    @property
    def size(self) -> tuple[int, int]:
        """The columns and rows of the screen now."""
        return self._terminal.size

    def show(self, renderable: RenderableType, *, soft_wrap: bool = False) -> None:
        """Print a renderable. soft_wrap: its lines are copied as they are; so are all where nobody looks at a screen."""
        soft_wrap = soft_wrap or not self._painter.can_move
        self._write(self._painter.paint(renderable, self.size[0], soft_wrap=soft_wrap))

    def say(self, sentence: str) -> None:
        """Print a sentence."""
        self._say(sentence, "bold")

    def say_plainly(self, sentence: str) -> None:
        """Print a line of a list."""
        self._say(sentence, "")

    def hint(self, sentence: str) -> None:
        """Print a sentence that helps, and that one may pass over."""
        self._say(sentence, "italic")

    def show_value(self, value: Any, remark: str | None = None) -> None:
        """Print the repr of a value, as pretty as its size allows, and a remark on it."""
        from corodemo.shell.values import value_text

        self._write_text(value_text(value, self.size[0]))
        if remark is not None:
            self.hint(remark)

    def show_exception(self, exc: BaseException) -> None:
        """Print a traceback of the user's frames, a group as a tree, and a hint if the mistake is a well-known one."""
        from rich.text import Text

        from corodemo.shell.hints import hint

        if isinstance(exc, BaseExceptionGroup):
            from corodemo.shell.grouptree import group_tree

            report = tracebacks.format_heading(exc).split("\n")[:-1]
            last = group_tree(exc, ascii=self.is_ascii)
        else:
            *report, title = tracebacks.format_exception(exc).rstrip("\n").split("\n")
            last = [title]
        text = Text(self._visible(report))
        text.append("\n" * bool(report))
        text.append(self._visible(last), style="bold")
        self._write_text(text)
        if (sentence := hint(exc)) is not None:
            self.hint(sentence)

    def _say(self, sentence: str, style: str) -> None:
        from rich.text import Text

        from corodemo.views.text import visible

        self.show(Text(visible(sentence), style=style))

    def _visible(self, lines: list[str]) -> str:
        from corodemo.views.text import visible

        return "\n".join(visible(line.expandtabs()) for line in lines)

    @property
    def _painter(self) -> Painter:
        if self._painted is None:
            from corodemo.terminal.painter import Painter

            self._painted = Painter(self._stream)
        return self._painted

    def _write_text(self, text: Text) -> None:
        # The terminal wraps it, so that it can be copied as the line that it is.
        self._write(self._painter.paint(text, self.size[0], soft_wrap=True))

    def _write(self, text: str) -> None:
        self._terminal.write(self._stream, text)
