"""A trace as a page: one file, to step through with keys, on a projector, without a network and without corodemo.

The page displays and does not think: what each event shows was worked out by `columns`. It is put together here from the files
in `page/`. Text from a program is data: it stands in a block of JSON in which no `<` is left, and the page's code
puts it into the document as text and never as markup. The page forbids itself, by a content security policy, every
script and style but its own, and every connection.
"""

from __future__ import annotations

import base64
import hashlib
import html as markup
import json
from pathlib import Path
from typing import TYPE_CHECKING

from corodemo.export.columns import columns
from corodemo.export.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corodemo.history import History

__all__ = ["EVENTS", "LIMIT", "html"]

#: No page is longer than this, in bytes: it must open at once, also from a memory stick on a slow laptop.
LIMIT = 4_500_000
#: No page holds more events than this; fewer, if they are long-winded.
EVENTS = 25_000

_PARTS = Path(__file__).parent / "page"
_SCRIPTS = ("data.js", "timeline.js", "panes.js", "search.js", "steering.js")
#: What could end the block of data, or be taken for markup or for an end of line by some reader.
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def html(
    history: History,
    *,
    lines_of: Callable[[str], Sequence[str] | None],
    at: int | None = None,
    most: int = EVENTS,
    limit: int = LIMIT,
) -> tuple[bytes, str | None]:
    """Return a trace as an HTML page, and a sentence about what was left out, or None.

    at: the event at which the page opens, by default the last; a page that cannot hold all has it in its middle. Raises
    IndexError if there is no such event.
    lines_of: returns the lines of a file that the trace names, or None if they are not to be had.
    """
    if at is not None:
        history.at(at)
    while True:
        window = Window.around(len(history), most, at)
        found = columns(history, window, lines_of, at)
        found["at"] = at if at is not None else window.stop - 1
        page = _page(found).encode()
        size = window.stop - window.first
        if len(page) <= limit or size == 1:
            return page, "; ".join(found["leftOut"]) or None
        # Two tries will do: the next has room to spare.
        most = max(1, min(size - 1, size * limit * 8 // (len(page) * 10)))


def _page(found: dict[str, object]) -> str:
    style = _part("page.css")
    script = '"use strict";\n{\n' + "\n".join(map(_part, _SCRIPTS)) + "}\n"
    data = json.dumps(found, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    policy = (
        f"default-src 'none'; script-src {_fingerprint(script)}; style-src {_fingerprint(style)}; "
        "base-uri 'none'; form-action 'none'"
    )
    values = {
        "POLICY": policy,
        "TITLE": markup.escape(f"{found['program']} - corodemo"),
        "STYLE": style,
        "DATA": data,
        "SCRIPT": script,
    }
    # Piece by piece: what the data says must not be taken for a place to fill.
    pieces = _part("page.html").split("@@")
    return "".join(values[piece] if at % 2 else piece for at, piece in enumerate(pieces))


def _part(name: str) -> str:
    return (_PARTS / name).read_text(encoding="utf-8")


def _fingerprint(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
