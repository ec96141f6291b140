"""Subprocesses of a program that inherit the terminal: what they write must not mix with the panel or the prompt.

A subprocess that inherits the terminal writes to it directly, past `Terminal`, through which all else is written. While code runs
that is what a person expects: the panel leaves, and the screen is the subprocess's. While the prompt is up it belongs to a
background task; then what it writes comes through a pipe, and goes above the prompt in whole lines, like all that the task
prints; and it finds no keyboard.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from corodemo.terminal.echo import let_keys_echo
from corodemo.terminal.screen import Terminal

__all__ = ["guarded_subprocesses"]


@contextlib.contextmanager
def guarded_subprocesses(terminal: Terminal, is_taken: Callable[[], bool]) -> Iterator[None]:
    """Keep subprocesses and the prompt or the panel apart. is_taken: whether a prompt stands on the screen now."""
    start, system = subprocess.Popen.__init__, os.system

    def start_apart(self: Any, *args: Any, **keywords: Any) -> None:
        inherits = len(args) < 5 and keywords.get("stdout") is None
        if not inherits:
            start(self, *args, **keywords)
        elif not is_taken():
            terminal.remove_panel()
            let_keys_echo()
            start(self, *args, **keywords)
        else:
            with _through_a_pipe(len(args), keywords) as led:
                start(self, *args, **led)

    def system_apart(command: Any) -> int:
        if not is_taken():
            terminal.remove_panel()
            let_keys_echo()
        return system(command)

    subprocess.Popen.__init__, os.system = start_apart, system_apart  # type: ignore[method-assign]
    try:
        yield
    finally:
        subprocess.Popen.__init__, os.system = start, system  # type: ignore[method-assign]


@contextlib.contextmanager
def _through_a_pipe(positional: int, keywords: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the keywords by which a subprocess writes to a pipe of ours, that is read from then on."""
    out, end = os.pipe()
    try:
        led = {**keywords, "stdout": end}
        if keywords.get("stderr") is None:
            led["stderr"] = end
        if positional < 4 and keywords.get("stdin") is None:
            led["stdin"] = subprocess.DEVNULL
        yield led
    except BaseException:
        os.close(out)
        raise
    else:
        threading.Thread(target=_print_all, args=(out, sys.stdout), daemon=True, name="output of a subprocess").start()
    finally:
        os.close(end)


def _print_all(out: int, stream: Any) -> None:
    with open(out, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            stream.write(line if line.endswith("\n") else f"{line}\n")
