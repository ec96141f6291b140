"""`corodemo view`: a dumped trace on the screen, printed once or stepped through.

A file that is damaged only at its end is shown as far as it goes, and what was lost is said on stderr.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Literal

from corodemo.cli.messages import complain
from corodemo.cli.opentrace import Unreadable, open_trace, status_of, time_argument
from corodemo.terminal.painter import console_of_stdout
from corodemo.views.timeline import timeline
from corodemo.views.tree import tree

if TYPE_CHECKING:
    from corodemo.history import History

__all__ = ["add_arguments", "main"]

#: The most lines of a tree or a timeline that are printed where nobody asks for all; and what stands around the lanes.
LINES = 60
AROUND = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `corodemo view`."""
    parser.add_argument("trace", metavar="TRACE", help="a file written by --trace, %%trace or Recorder.dump")
    parser.add_argument("--tree", action="store_true", help="print the tasks as they stood at the end, and exit")
    parser.add_argument("--timeline", action="store_true", help="print the whole timeline, and exit")
    parser.add_argument("--at", type=int, metavar="EVENT", help="print how things stood after this event")
    parser.add_argument(
        "--all",
        action="store_true",
        help="print every task, however many there are, and however long ago they finished",
    )
    parser.add_argument(
        "--from", dest="start_ns", type=time_argument, metavar="TIME", help="timeline: begin at this time, such as 1.5s"
    )
    parser.add_argument(
        "--to", "--until", dest="end_ns", type=time_argument, metavar="TIME", help="timeline: end at this time"
    )


def main(namespace: argparse.Namespace) -> int:
    """Show the trace; return the exit status: 1 for a file that is no trace, or not a whole one, 2 for wrong usage."""
    misused = _misused(namespace)
    if misused is not None:
        return complain(misused, 2)
    try:
        trace, history = open_trace(namespace.trace)
    except Unreadable as exc:
        return complain(str(exc), 1)
    try:
        history.at(-1 if namespace.at is None else namespace.at)
    except IndexError as exc:
        return complain(str(exc), 2)
    if namespace.tree or namespace.timeline:
        _print(history, namespace)
    else:
        from corodemo.player.app import can_play, play

        if can_play():
            from corodemo.player.predictions import Predictions

            play(history, title=trace.header.program or namespace.trace, quiz=Predictions())
        else:
            namespace.tree = namespace.timeline = True
            _print(history, namespace)
    return status_of(trace)


def _misused(namespace: argparse.Namespace) -> str | None:
    """What is wrong with options that are right each for itself, as a sentence; None if nothing is."""
    is_printed = namespace.tree or namespace.timeline
    for option in ("all", "at"):
        if getattr(namespace, option) not in (None, False) and not is_printed:
            return f"--{option} is for --tree and --timeline"
    if (namespace.start_ns, namespace.end_ns) != (None, None) and not namespace.timeline:
        return "--from and --to are for --timeline"
    if None not in (namespace.start_ns, namespace.end_ns) and namespace.start_ns > namespace.end_ns:
        return "--from is later than --to"
    return None


def _print(history: History, namespace: argparse.Namespace) -> None:
    console = console_of_stdout()
    width, is_ascii = console.width, not console.encoding.startswith("utf")
    snapshot = history.last() if namespace.at is None else history.at(namespace.at)
    tasks = len(snapshot.tasks)
    # Of a crowd so much as one reads.
    height = tasks + AROUND if namespace.all else None if tasks + AROUND <= LINES else LINES
    if namespace.tree:
        finished: Literal["all", "recent"] = "all" if namespace.all else "recent"
        console.print(tree(snapshot, width=width, height=height, finished=finished, ascii=is_ascii))
    if namespace.tree and namespace.timeline:
        console.print()
    if namespace.timeline:
        start_ns, end_ns = namespace.start_ns, namespace.end_ns
        lanes = timeline(
            history, snapshot, width=width, height=height, start_ns=start_ns, end_ns=end_ns, ascii=is_ascii
        )
        console.print(lanes)
