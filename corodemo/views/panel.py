"""The panel: tree and timeline of one moment, one above the other, below a line that says whose they are.

It is what stands below a running program, and what is left there when that has ended. On a low screen the timeline goes
before the tree does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from corodemo.views.glyphs import DIM, glyphs
from corodemo.views.text import Lines, cell_len, fit
from corodemo.views.timeline import timeline
from corodemo.views.tree import tree

if TYPE_CHECKING:
    from corodemo.history import History

__all__ = ["heading", "panel"]

_LEAST = 3  # lines of a timeline that says anything


def panel(
    history: History,
    *,
    words: str,
    hint: str = "",
    width: int,
    height: int,
    start_ns: int | None = None,
    end_ns: int | None = None,
    about: int | None = None,
    ascii: bool = False,
) -> Lines:
    """Return the end of a history in at most `height` lines.

    words: what the heading says; hint: what it says further on, if there is room. start_ns, end_ns: the stretch that the
    timeline shows. about: the task that somebody waits for; it is shown, whoever else is not.
    """
    snapshot = history.last()
    tasks = len(snapshot.tasks)
    lines = [heading(words, hint, width, ascii=ascii)]
    if height > 1:
        rows = min(height - 1, max(3, min(tasks + 1, (height - 1) // 2)))
        # Whoever waits has waited until now, though nothing has happened for long: that is what a hanging program looks like.
        present = snapshot.at_time(end_ns) if end_ns is not None else snapshot
        lines += tree(present, width=width, height=rows, about=about, ascii=ascii).lines
    left = height - len(lines)
    if left >= _LEAST:
        most = min(left, 2 * tasks + 4)
        lanes = timeline(
            history, snapshot, width=width, height=most, start_ns=start_ns, end_ns=end_ns, about=about, ascii=ascii
        )
        lines += lanes.lines
    return Lines(lines[: max(1, height)])


def heading(words: str, hint: str, width: int, *, ascii: bool = False) -> Text:
    """Return a line across the whole width that says the words."""
    dash = glyphs(ascii).rule
    text = f"{dash * 2} {fit(words, max(1, width - 4), ascii=ascii)} "
    further = f"{dash * 2} {hint} "
    if hint and cell_len(text) + cell_len(further) <= width:
        text += further
    return Text().append(fit(text + dash * max(0, width - cell_len(text)), width, ascii=ascii), DIM)
