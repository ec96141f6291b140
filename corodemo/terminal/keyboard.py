"""The keyboard, which a program's question, the prompt and the live panel share.

`input()` waits in the C library, for the terminal itself. In code that runs while a panel stands the question would be drawn
over, and what is typed would not be seen; so the panel leaves the screen for it. In a background task, while the prompt is up,
two would read the same keys; there it fails in one sentence. A thread may ask while somebody awaits it, as `await
to_thread(input)` does; when that wait is given up, nothing can interrupt the thread in the C library, so there the waiting
is ours, and the question ends when the prompt takes the keyboard. The debugger asks by `input()` too; it has the screen from
then on. `getpass()` takes the echo off itself, and nobody may put it on again meanwhile.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import getpass
import os
import select
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from corodemo.terminal.echo import let_keys_echo, with_key_echo
from corodemo.terminal.screen import Terminal

__all__ = ["guarded_input"]

#: Seconds between two looks of a thread that asks at whether somebody still waits for the answer.
_GLANCE = 0.05


@contextlib.contextmanager
def guarded_input(terminal: Terminal, is_taken: Callable[[], bool], users_builtins: dict[str, Any]) -> Iterator[None]:
    """Have questions of the program asked so that they are seen.

    is_taken: whether a prompt reads the keys now. users_builtins: the builtins of the user's code, see `hosting.imports`.
    """
    ask, debug, ask_unseen = builtins.input, sys.breakpointhook, getpass.getpass

    def check(what: str) -> None:
        if is_taken():
            raise RuntimeError(
                f"{what}() was called in the background, while the prompt has the keyboard; await the task that calls it"
            )

    def input(prompt: object = "", /) -> str:  # noqa: A001 - it takes the place of that one
        """Read a line from the keyboard; `prompt` is shown before it. Like: the built-in function of this name."""
        check("input")
        with terminal.panel_suspended(), with_key_echo():
            try:
                in_thread = threading.current_thread() is not threading.main_thread()
                return _ask_in_thread(prompt, is_taken) if in_thread and _can_wait() else ask(prompt)
            except KeyboardInterrupt:
                sys.stdout.write("\n")  # the cursor stands behind the question
                raise

    # In a traceback or a trace it is what the person has called.
    input.__module__, input.__qualname__ = "builtins", "input"

    def breakpointhook(*args: Any, **keywords: Any) -> Any:
        """Start the debugger in the caller's frame, with the whole screen."""
        check("breakpoint")
        terminal.remove_panel()
        if debug is not sys.__breakpointhook__ or os.environ.get("PYTHONBREAKPOINT"):
            return debug(*args, **keywords)
        import pdb  # noqa: T100 - somebody has asked for it

        # Steps that lead out of the user's code lead to the next of it, and not through the runtime.
        return pdb.Pdb(skip=["corodemo", "corodemo.*"]).set_trace(sys._getframe(1))

    @functools.wraps(ask_unseen)
    def unseen(*args: Any, **keywords: Any) -> str:
        check("getpass")
        with terminal.panel_suspended():
            let_keys_echo()  # what is to be done later for all others is done before, and not while a password is typed
            return ask_unseen(*args, **keywords)

    builtins.input, sys.breakpointhook, getpass.getpass = input, breakpointhook, unseen
    users_builtins["input"] = input
    try:
        yield
    finally:
        builtins.input, sys.breakpointhook, getpass.getpass = ask, debug, ask_unseen
        users_builtins["input"] = ask


def _can_wait() -> bool:
    """Return True if stdin is a terminal that can be waited for."""
    stdin = sys.__stdin__
    return os.name == "posix" and stdin is not None and not stdin.closed and stdin.isatty() and sys.stdin is stdin


def _ask_in_thread(prompt: object, is_taken: Callable[[], bool]) -> str:
    """Do what `input` does, until the prompt takes the keyboard. Raises EOFError for Ctrl-D, RuntimeError in that case."""
    sys.stdout.write(str(prompt))
    sys.stdout.flush()
    fd = sys.__stdin__.fileno()  # type: ignore[union-attr]  # looked at before
    while True:
        is_there = bool(select.select([fd], [], [], _GLANCE)[0])
        if is_taken():
            raise RuntimeError("a thread's input() was left alone: the prompt has the keyboard again")
        if is_there:
            # The terminal gives a line at a time.
            line = os.read(fd, 65536).decode(sys.stdin.encoding, sys.stdin.errors or "strict")
            if not line:
                raise EOFError("EOF when reading a line")
            return line.removesuffix("\n")
