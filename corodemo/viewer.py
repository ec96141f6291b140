"""`corodemo view`: a dumped trace on the screen, printed once or stepped through.

A file that is damaged only at its end is shown as far as it goes, and what was lost is said on stderr.
"""

from __future__ import annotations

import sys

from rich.console import Console

from .history import History
from .tracefile import TraceError, load
from .views.text import visible
from .views.timeline import timeline as timeline_view
from .views.tree import tree as tree_view

__all__ = ["view"]


def view(path: str, *, tree: bool = False, timeline: bool = False) -> int:
    """Show the trace at `path`; return the exit status: 1 for a file that is no trace, or not a whole one."""
    try:
        trace = load(path)
    except OSError as exc:
        return _complain(f"can't read {path}: {exc.strerror or exc}")
    except TraceError as exc:
        return _complain(str(exc))
    if not trace.events:
        return _complain(f"{path} has a header and no events: the program did nothing, or was ended at once")
    history = History(trace)
    if tree or timeline or not (sys.stdin.isatty() and sys.stdout.isatty()):
        _print(history, tree=tree or not timeline, timeline=timeline or not tree)
    else:
        from .player import play

        play(history, title=trace.header.program or path)
    return _complain(trace.lost) if trace.lost else 0


def _print(history: History, *, tree: bool, timeline: bool) -> None:
    console = Console(highlight=False)
    snapshot = history.last()
    if tree:
        console.print(tree_view(snapshot, width=console.width))
    if tree and timeline:
        console.print()
    if timeline:
        console.print(timeline_view(history, snapshot, width=console.width))


def _complain(sentence: str) -> int:
    print(f"corodemo: {visible(sentence)}", file=sys.stderr)
    return 1
