"""The command line. It imports what a command needs when that command runs: `corodemo -c 1` loads no screen library.

Statuses are Python's own: 0, 1 for an uncaught exception or a file that is no good, 2 for wrong usage, 130 after Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from corodemo.cli import gcpause

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["main"]

_COMMANDS = ("run", "lesson", "view", "explain", "export")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if arguments and arguments[0] in _COMMANDS:
            if arguments[0] != "run":
                gcpause.end()  # these load their libraries one by one, as they come to need them
            commands = {"run": _run, "lesson": _lesson, "view": _view, "explain": _explain, "export": _export}
            return commands[arguments[0]](arguments[1:])
        return _shell(arguments)
    except BrokenPipeError:
        # Whoever read our output has gone; Python's own flush at exit must not complain about it a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _shell(arguments: list[str]) -> int:
    # These two are what is mostly given, and plain without a parser: argparse takes a twentieth of `corodemo -c 1`.
    if not arguments:
        return _ask({}, None, None) if _is_at_terminal() else _run_code(None)
    if len(arguments) == 2 and arguments[0] == "-c" and not arguments[1].startswith("-"):
        return _run_code(arguments[1])
    from corodemo.cli.arguments import shell_parser

    parser = shell_parser()
    namespace, rest = parser.parse_known_args(arguments)
    if rest:
        word = rest[0]
        if word.startswith("-"):
            parser.error(f"unknown option {word}")
        parser.error(f"no command {word!r}; the commands are {', '.join(_COMMANDS)}")
    if namespace.code is None and _is_at_terminal():
        given = {name: getattr(namespace, name) for name in ("vi", "color", "ascii", "clock", "live")}
        return _ask({name: v for name, v in given.items() if v is not None}, namespace.trace, namespace.script)
    if namespace.code is None and namespace.script is not None:
        parser.error("-i needs a terminal to ask on; `corodemo run SCRIPT` runs a script")
    return _run_code(namespace.code, clock=namespace.clock or "real", trace=namespace.trace, live=namespace.live)


def _is_at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _ask(given: Mapping[str, Any], trace: str | None, script: str | None) -> int:
    from corodemo.cli import interactive

    return interactive.main(trace, script, given)


def _run_code(code: str | None, **given: Any) -> int:
    """Run code, or without any what comes from stdin."""
    from corodemo.cli.code import run_code, run_stdin
    from corodemo.hosting.options import Options

    options = Options(**given)
    return run_stdin(options) if code is None else run_code(code, options)


def _run(arguments: list[str]) -> int:
    from corodemo.cli import run
    from corodemo.hosting.options import Options

    if arguments and not arguments[0].startswith("-"):
        return run.run(arguments[0], arguments[1:], Options())  # options of ours would stand before the script
    from corodemo.cli.arguments import run_parser

    namespace = run_parser().parse_args(arguments)
    options = Options(clock=namespace.clock, trace=namespace.trace, live=namespace.live)
    return run.run(namespace.script, namespace.arguments, options)


def _lesson(arguments: list[str]) -> int:
    from corodemo.cli.arguments import Parser
    from corodemo.course import command

    parser = Parser(prog="corodemo lesson", description="List the lessons, or play one.")
    command.add_arguments(parser)
    return command.main(parser.parse_args(arguments), _prompt_of_a_lesson)


def _prompt_of_a_lesson(fill: Callable[[dict[str, Any]], None], greeting: str) -> int:
    from corodemo.cli import interactive

    print(greeting)
    return interactive.main(None, None, {}, fill)


def _view(arguments: list[str]) -> int:
    from corodemo.cli import view
    from corodemo.cli.arguments import Parser

    parser = Parser(prog="corodemo view", description="Step through a dumped trace, forward and back.")
    view.add_arguments(parser)
    return view.main(parser.parse_args(arguments))


def _explain(arguments: list[str]) -> int:
    from corodemo.cli import explain
    from corodemo.cli.arguments import Parser

    parser = Parser(prog="corodemo explain", description="Say what a trace knows about why a task is as it is.")
    parser.add_argument("trace", metavar="TRACE", help="a file written by --trace, %%trace or Recorder.dump")
    task_help = "its id, such as 3 or T3, its name, or the function that it runs; without it, the tasks are listed"
    parser.add_argument("task", metavar="TASK", nargs="?", default="", help=task_help)
    parser.add_argument(
        "question",
        metavar="QUESTION",
        nargs="?",
        choices=explain.QUESTIONS,
        help=f"{', '.join(explain.QUESTIONS)}; without it, the one that fits the task's state",
    )
    namespace = parser.parse_args(arguments)
    return explain.explain_file(namespace.trace, namespace.task, namespace.question)


def _export(arguments: list[str]) -> int:
    from corodemo.cli import export
    from corodemo.cli.arguments import Parser

    parser = Parser(prog="corodemo export", description="Write a dumped trace as a file that other programs open.")
    export.add_arguments(parser)
    return export.main(parser.parse_args(arguments))
