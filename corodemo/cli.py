"""The command line. It imports what a command needs when that command runs: `corodemo -c 1` loads no screen library.

Statuses are Python's own: 0, 1 for an uncaught exception or a file that is no good, 2 for wrong usage, 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import corodemo

from . import loading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corodemo.watched import Options

__all__ = ["main"]

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

_COMMANDS = ("run", "lesson", "view", "explain", "export")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if arguments and arguments[0] in _COMMANDS:
            if arguments[0] != "run":
                loading.end()  # these load their libraries one by one, as they come to need them
            commands = {"run": _run, "lesson": _lesson, "view": _view, "explain": _explain, "export": _export}
            return commands[arguments[0]](arguments[1:])
        return _shell(arguments)
    except BrokenPipeError:
        # Whoever read our output has gone; Python's own flush at exit must not complain about it a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the whole usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see `{self.prog} --help`)\n")


def _add_run_options(parser: argparse.ArgumentParser) -> None:
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


def _options(namespace: argparse.Namespace) -> Options:
    from corodemo.watched import Options

    return Options(clock=namespace.clock, trace=namespace.trace, live=namespace.live)


def _shell(arguments: list[str]) -> int:
    parser = _Parser(
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
    namespace, rest = parser.parse_known_args(arguments)
    if rest:
        word = rest[0]
        if word.startswith("-"):
            parser.error(f"unknown option {word}")
        parser.error(f"no command {word!r}; the commands are {', '.join(_COMMANDS)}")
    from . import piped
    from .watched import Options

    options = Options(clock=namespace.clock or "real", trace=namespace.trace, live=namespace.live)
    if namespace.code is not None:
        return piped.run_code(namespace.code, options)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        if namespace.script is not None:
            parser.error("-i needs a terminal to ask on; `corodemo run SCRIPT` runs a script")
        return piped.run_stdin(options)
    from corodemo import start

    given = {name: getattr(namespace, name) for name in ("vi", "color", "ascii", "clock", "live")}
    return start.main(options.trace, namespace.script, {name: v for name, v in given.items() if v is not None})


def _run(arguments: list[str]) -> int:
    parser = _Parser(prog="corodemo run", description="Run an asyncio script unchanged on corodemo's runtime.")
    _add_run_options(parser)
    parser.add_argument("script", metavar="SCRIPT", help="a Python file")
    parser.add_argument("arguments", metavar="ARGS", nargs=argparse.REMAINDER, help="the script's own arguments")
    namespace = parser.parse_args(arguments)
    from corodemo import script

    return script.run(namespace.script, namespace.arguments, _options(namespace))


def _lesson(arguments: list[str]) -> int:
    from corodemo import course

    parser = _Parser(prog="corodemo lesson", description="List the lessons, or play one.")
    course.add_arguments(parser)
    return course.main(parser.parse_args(arguments), _prompt_of_a_lesson)


def _prompt_of_a_lesson(fill: Callable[[dict[str, Any]], None], greeting: str) -> int:
    from corodemo import start

    print(greeting)
    return start.main(None, None, {}, fill)


def _view(arguments: list[str]) -> int:
    from corodemo import viewer

    parser = _Parser(prog="corodemo view", description="Step through a dumped trace, forward and back.")
    viewer.add_arguments(parser)
    return viewer.main(parser.parse_args(arguments))


def _explain(arguments: list[str]) -> int:
    from corodemo import explainer

    parser = _Parser(prog="corodemo explain", description="Say what a trace knows about why a task is as it is.")
    parser.add_argument("trace", metavar="TRACE", help="a file written by --trace, %%trace or Recorder.dump")
    task_help = "its id, such as 3 or T3, its name, or the function that it runs; without it, the tasks are listed"
    parser.add_argument("task", metavar="TASK", nargs="?", default="", help=task_help)
    parser.add_argument(
        "question",
        metavar="QUESTION",
        nargs="?",
        choices=explainer.QUESTIONS,
        help=f"{', '.join(explainer.QUESTIONS)}; without it, the one that fits the task's state",
    )
    namespace = parser.parse_args(arguments)
    return explainer.explain_file(namespace.trace, namespace.task, namespace.question)


def _export(arguments: list[str]) -> int:
    from corodemo import exporter

    parser = _Parser(prog="corodemo export", description="Write a dumped trace as a file that other programs open.")
    exporter.add_arguments(parser)
    return exporter.main(parser.parse_args(arguments))
