"""The start of the shell: the prompt first, and then what runs behind it.

A person can type as soon as the prompt stands, and the rest is loaded while they do: session, recorder, views. Only where
something is to be run or opened before the first input does the prompt wait for that.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

import corodemo
from corodemo.cli import gcpause
from corodemo.cli.messages import complain
from corodemo.shell.prompt import Prompt
from corodemo.shell.settings import read_config
from corodemo.shell.signals import signal_handled
from corodemo.terminal.echo import can_read_keys, let_keys_echo, without_control_echo
from corodemo.terminal.screen import Terminal

__all__ = ["main"]

#: The longest that what is loaded for later waits for the first prompt to be drawn, in seconds.
FIRST_DRAWING = 2.0


def main(
    trace: str | None,
    script: str | None,
    given: Mapping[str, Any],
    fill: Callable[[dict[str, Any]], None] | None = None,
) -> int:
    """Run the shell on this terminal; return the exit status.

    trace: a file to stream the trace to. script: run first. given: settings that go before those of the person's file.
    fill: puts names into the namespace before all else.
    """
    if not can_read_keys():
        return complain("the prompt needs termios to read keys; -c CODE, run SCRIPT and code from a pipe do not", 1)
    settings, complaints = read_config()
    for name, value in given.items():
        settings.set(name, value)
    if settings.color == "never":
        os.environ["NO_COLOR"] = "1"  # for the programs that we start, too
    stdout = sys.stdout
    terminal = Terminal(stdout)
    prompt = Prompt(settings, terminal)
    files = [path for path in (os.environ.get("PYTHONSTARTUP"), script) if path]
    is_asked = not files and trace is None and fill is None
    # The prompt's thread remembers how the terminal was when it came up, and puts that back.
    with without_control_echo(), signal_handled(prompt.interrupt_early):
        if is_asked:
            _greet(prompt, complaints)
            prompt.ask(1)
            prompt.drawn.wait(FIRST_DRAWING)
        from corodemo.repl import Shell

        gcpause.end()
        try:
            shell = Shell(settings, trace, terminal, prompt, stdout)
        except OSError as exc:
            return complain(f"can't write the trace to {trace}: {exc.strerror or exc}", 1)
        if fill is not None:
            fill(shell.session.namespace)
        if not is_asked:
            _greet(prompt, complaints)
        try:
            return shell.run(files, script, is_asked=is_asked)
        finally:
            let_keys_echo()


def _greet(prompt: Prompt, complaints: list[str]) -> None:
    prompt.start()  # before anything leads the streams elsewhere
    lines = [
        f"corodemo {corodemo.__version__}, Python {sys.version.split()[0]}: await works at the prompt",
        "%help shows the commands, Ctrl-C interrupts, Ctrl-D leaves",
        *(complaint.encode("ascii", "backslashreplace").decode() for complaint in complaints),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
