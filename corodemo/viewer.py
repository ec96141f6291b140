"""`corodemo view`: a dumped trace on the screen, printed once or stepped through.

A file that is damaged only at its end is shown as far as it goes, and what was lost is said on stderr.
"""

from __future__ import annotations

from rich.console import Console

from .history import History
from .opening import Unreadable, open_trace, status_of
from .views.timeline import timeline as timeline_view
from .views.tree import tree as tree_view
from .watched import complain

__all__ = ["view"]


def view(path: str, *, tree: bool = False, timeline: bool = False) -> int:
    """Show the trace at `path`; return the exit status: 1 for a file that is no trace, or not a whole one."""
    try:
        trace, history = open_trace(path)
    except Unreadable as exc:
        return complain(str(exc), 1)
    if tree or timeline:
        _print(history, tree=tree, timeline=timeline)
    else:
        from .player import can_play, play

        if can_play():
            play(history, title=trace.header.program or path)
        else:
            _print(history, tree=True, timeline=True)
    return status_of(trace)


def _print(history: History, *, tree: bool, timeline: bool) -> None:
    console = Console(highlight=False)
    snapshot = history.last()
    if tree:
        console.print(tree_view(snapshot, width=console.width))
    if tree and timeline:
        console.print()
    if timeline:
        console.print(timeline_view(history, snapshot, width=console.width))
