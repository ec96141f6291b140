"""What may stand on the command line of the shell and of `run`, and what is said of what may not."""

from __future__ import annotations

import argparse
from typing import NoReturn

import corodemo

__all__ = ["Parser", "run_parser", "shell_parser"]

_EPILOG = """\
commands:
  corodemo                     the shell: type await, and watch
  corodemo -c CODE             run code as if typed at the prompt
  corodemo run SCRIPT [ARGS]   run an asyncio script unchanged on corodemo's runtime
  corodemo lesson [NAME]       list the lessons, or play one; --check verifies them
  corodemo view TRACE          step through a dumped trace; --tree and --timeline print once
  corodemo explain TRACE TASK  why a task is waiting, was late, was woken, was cancelled, or failed
  corodemo export TRACE        a dumped trace as a picture, a page, or a file for Perfetto

`corodemo COMMAND --help` tells more."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the whole usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see `{self.prog} --help`)\n")


def shell_parser() -> Parser:
    """Return the parser of what follows `corodemo` where no command does; what is not given is None there."""
    parser = Parser(
        prog="corodemo",
        description="A coroutine runtime that you can watch while it runs, step back, and ask why.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-c", dest="code", metavar="CODE", help="run CODE as if typed at the prompt, and exit")
    parser.add_argument("-i", dest="script", metavar="SCRIPT", help="run SCRIPT, and then ask for inputs")
    _add_run_options(parser)
    # None: what the file of settings says.
    parser.set_defaults(clock=None)
    parser.add_argument("--vi", action="store_const", const=True, help="edit with vi's keys")
    parser.add_argument("--no-color", dest="color", action="store_const", const="never", help="show no colours")
    parser.add_argument("--ascii", action="store_const", const=True, help="draw with ASCII alone")
    parser.add_argument("--version", action="version", version=f"corodemo {corodemo.__version__}")
    return parser


def run_parser() -> Parser:
    """Return the parser of what follows `corodemo run`."""
    parser = Parser(prog="corodemo run", description="Run an asyncio script unchanged on corodemo's runtime.")
    _add_run_options(parser)
    parser.add_argument("script", metavar="SCRIPT", help="a Python file")
    parser.add_argument("arguments", metavar="ARGS", nargs=argparse.REMAINDER, help="the script's own arguments")
    return parser


def _add_run_options(parser: Parser) -> None:
    parser.add_argument("--trace", metavar="FILE", help="dump a trace of the program to FILE (.jsonl or .jsonl.gz)")
    parser.add_argument(
        "--clock",
        choices=("real", "virtual"),
        default="real",
        help="virtual: nothing waits, the clock jumps to the next deadline",
    )
    parser.add_argument(
        "--live", action=argparse.BooleanOptionalAction, default=None, help="show tasks and timeline while code runs"
    )
