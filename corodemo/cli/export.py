"""`corodemo export`: a dumped trace as a file that other programs open.

The file is written whole or not at all. What it had to leave out, and what a damaged trace had lost, is said on stderr.
"""

from __future__ import annotations

import argparse
import os
import sys

from corodemo.atomicfile import write_whole
from corodemo.cli.messages import complain
from corodemo.cli.opentrace import Unreadable, open_trace, status_of, time_argument
from corodemo.export.content import FORMATS, HEIGHT, VIEWS, WIDTH, Request, content
from corodemo.views.text import visible

__all__ = ["add_arguments", "export", "main"]

#: Sizes of a picture that one may ask for, in cells.
LEAST, MOST = 10, 1_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `corodemo export`."""
    parser.add_argument("trace", metavar="TRACE", help="a file written by --trace, %%trace or Recorder.dump")
    parser.add_argument(
        "--to",
        dest="format",
        choices=FORMATS,
        required=True,
        help="svg: a picture; html: a page to step through, in one file; chrome: for Perfetto",
    )
    parser.add_argument("-o", dest="output", metavar="FILE", help="the file to write; without it, stdout")
    parser.add_argument(
        "--at",
        type=int,
        metavar="EVENT",
        help="the event to show (svg: draw, html: open at, chrome: have in the middle)",
    )
    parser.add_argument("--view", choices=VIEWS, help="svg: what to draw (default: timeline)")
    parser.add_argument("--width", type=_size, metavar="COLUMNS", help=f"svg: how wide (default: {WIDTH})")
    parser.add_argument("--height", type=_size, metavar="LINES", help=f"svg: how high (default: all; a step: {HEIGHT})")
    parser.add_argument("--light", action="store_true", help="svg: on a light background")
    parser.add_argument(
        "--from", dest="start_ns", type=time_argument, metavar="TIME", help="svg, timeline: begin at this time, as 1.5s"
    )
    parser.add_argument(
        "--until", dest="end_ns", type=time_argument, metavar="TIME", help="svg, timeline: end at this time"
    )


def main(namespace: argparse.Namespace) -> int:
    """Do what the options ask for; return the exit status."""
    return export(Request(**vars(namespace)))


def export(request: Request) -> int:
    """Write the file that is asked for; return the exit status."""
    if request.format != "svg":
        for option, value in _of_a_picture(request):
            if value not in (None, False):
                return complain(f"--{option} is for --to svg, not for {request.format}", 2)
    elif request.view not in (None, "timeline") and (request.start_ns, request.end_ns) != (None, None):
        return complain(f"--from and --until are for --view timeline, not for {request.view}", 2)
    if request.start_ns is not None and request.end_ns is not None and request.start_ns > request.end_ns:
        return complain("--from is later than --until", 2)
    if request.output is None and sys.stdout.isatty():
        return complain("export needs -o FILE, or a stdout that is no terminal", 2)
    if request.output is not None and _is_same(request.trace, request.output):
        return complain(visible(f"{request.output} is the trace itself, and would be replaced: give another name"), 2)
    try:
        trace, history = open_trace(request.trace)
    except Unreadable as exc:
        return complain(str(exc), 1)
    try:
        history.at(request.at if request.at is not None else -1)
    except IndexError as exc:
        return complain(str(exc), 2)
    data, left_out = content(request, history)
    if request.output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        try:
            write_whole(request.output, data)
        except OSError as exc:
            return complain(visible(f"can't write {request.output}: {exc.strerror or exc}"), 1)
    if left_out is not None:
        complain(left_out, 0)
    return status_of(trace)


def _of_a_picture(request: Request) -> list[tuple[str, object]]:
    stretch: list[tuple[str, object]] = [("from", request.start_ns), ("until", request.end_ns)]
    return [*((option, getattr(request, option)) for option in ("view", "width", "height", "light")), *stretch]


def _size(text: str) -> int:
    number = int(text)
    if not LEAST <= number <= MOST:
        raise argparse.ArgumentTypeError(f"{number} is not from {LEAST} to {MOST}")
    return number


def _is_same(trace: str, output: str) -> bool:
    try:
        return os.path.samefile(trace, output)
    except (OSError, ValueError):
        return False
