"""What an exported file has in it: a picture, a page or a list of tracks, made of a history as a request asks.

Whoever asks writes the file: the command line, and the shell. Each format is loaded when one is made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corodemo.traceformat.sources import lines_of
from corodemo.views.text import visible

if TYPE_CHECKING:
    from corodemo.history import History

__all__ = ["FORMATS", "HEIGHT", "VIEWS", "WIDTH", "Request", "content"]

FORMATS = ("svg", "html", "chrome")
VIEWS = ("timeline", "tree", "step")

#: Sizes of a picture that nobody gave one, in cells: a slide, and a page of text beside it.
WIDTH, HEIGHT = 110, 32


@dataclass(frozen=True, slots=True)
class Request:
    """What to make of which trace. What is None was not asked for."""

    trace: str
    format: str
    output: str | None = None  # a file; None for stdout
    view: str | None = None
    at: int | None = None  # an event
    width: int | None = None
    height: int | None = None
    light: bool = False
    start_ns: int | None = None
    end_ns: int | None = None


def content(request: Request, history: History) -> tuple[bytes, str | None]:
    """Return the bytes of the file that is asked for, and a sentence on what was left out, if anything was."""
    if request.format == "chrome":
        from corodemo.export.chrome import chrome

        return chrome(history, at=request.at)
    if request.format == "html":
        from corodemo.export.html import html

        return html(history, at=request.at, lines_of=lines_of)
    return _picture(request, history).encode(), None


def _picture(request: Request, history: History) -> str:
    from corodemo.export.svg import svg
    from corodemo.views import screen, timeline, tree

    width = request.width or WIDTH
    snapshot = history.at(request.at) if request.at is not None else history.last()
    title = visible(history.header.program) or "corodemo"
    match request.view:
        case "tree":
            view = tree(snapshot, width=width, height=request.height)
        case "step":
            height = request.height or HEIGHT
            view = screen(history, snapshot.index, width=width, height=height, lines_of=lines_of)
        case _:
            view = timeline(
                history,
                snapshot,
                width=width,
                height=request.height,
                start_ns=request.start_ns,
                end_ns=request.end_ns,
            )
    return svg(view, width=width, title=title, light=request.light) + "\n"
