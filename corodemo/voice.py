"""What the shell says: values, tracebacks, and its own sentences, through the terminal.

None of it is output of the program, so none of it is recorded. Names, values and messages are the user's text: what a terminal
would obey in them is shown as an escape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TextIO

from rich.highlighter import ReprHighlighter
from rich.pretty import pretty_repr
from rich.text import Text

from . import tracebacks
from .paint import Painter
from .views.text import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["Voice"]

#: Bounds of a value that is shown: so many items of a collection, so many characters of a string.
MAX_ITEMS = 1000
MAX_STRING = 10_000


class Surface(Protocol):
    """What a voice writes on: the terminal, or what stands for it where there is none."""

    @property
    def size(self) -> tuple[int, int]: ...

    def write(self, stream: TextIO, text: str) -> None: ...


class Voice:
    """Speaks through the terminal behind `stream`."""

    def __init__(self, terminal: Surface, stream: TextIO) -> None:
        self._terminal = terminal
        self._stream = stream
        self._painter = Painter(stream)

    @property
    def is_ascii(self) -> bool:
        """Whether glyphs beyond ASCII are to be avoided."""
        return not self._painter.speaks_unicode

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
        self.show(Text(visible(sentence), style="bold"))

    def show_value(self, value: Any) -> None:
        """Print the repr of a value, as pretty as its size allows."""
        text = pretty_repr(value, max_width=self.size[0], max_length=MAX_ITEMS, max_string=MAX_STRING)
        self._write_text(ReprHighlighter()(Text("\n".join(visible(line) for line in text.split("\n")))))

    def show_exception(self, exc: BaseException) -> None:
        """Print a traceback of the user's frames."""
        lines = [visible(line.expandtabs()) for line in tracebacks.format_exception(exc).rstrip("\n").split("\n")]
        text = Text("\n".join(lines))
        text.stylize("bold", len(text.plain) - len(lines[-1]))
        self._write_text(text)

    def _write_text(self, text: Text) -> None:
        # The terminal wraps it, so that it can be copied as the line that it is.
        self._write(self._painter.paint(text, self.size[0], soft_wrap=True))

    def _write(self, text: str) -> None:
        self._terminal.write(self._stream, text)
