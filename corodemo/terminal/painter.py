"""Rich renderables as text for this terminal: its width, its colours, `NO_COLOR` and `TERM=dumb` heeded."""

from __future__ import annotations

import io
import shutil
from typing import TYPE_CHECKING, TextIO

from rich.console import Console

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.theme import Theme

__all__ = ["Painter", "console_of_stdout"]


def console_of_stdout(theme: Theme | None = None) -> Console:
    """Return a console that prints to stdout as wide as it is: also a dumb terminal, which rich takes to have 80 columns."""
    console = Console(highlight=False, theme=theme)
    if console.is_dumb_terminal:
        columns, rows = shutil.get_terminal_size()
        console.size = columns, rows
    return console


class Painter:
    """Paints for the terminal behind a stream."""

    def __init__(self, stream: TextIO) -> None:
        self._probe = Console(file=stream, highlight=False)

    @property
    def can_move(self) -> bool:
        """Whether the terminal can be drawn on: not a file, and not a dumb one."""
        return self._probe.is_terminal and not self._probe.is_dumb_terminal

    @property
    def supports_unicode(self) -> bool:
        """Whether glyphs beyond ASCII can be shown."""
        return self._probe.encoding.startswith("utf")

    def paint(self, renderable: RenderableType, width: int, *, soft_wrap: bool = False) -> str:
        """Return the renderable's lines, each with a newline at its end. soft_wrap: leave long lines to the terminal."""
        file = io.StringIO()
        console = Console(
            file=file,
            width=width,
            height=1000,
            force_terminal=self._probe.is_terminal,
            color_system=self._probe.color_system,  # type: ignore[arg-type]  # rich's own name for it
            no_color=self._probe.no_color,
            legacy_windows=False,
            highlight=False,
            markup=False,
            emoji=False,
        )
        console.print(renderable, soft_wrap=soft_wrap)
        return file.getvalue()
