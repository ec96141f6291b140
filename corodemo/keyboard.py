"""The keyboard, which a program's question, the prompt and the live panel share.

`input()` waits in the C library, for the terminal itself. In code that runs while a panel stands the question would be drawn
over, and what is typed would not be seen; so the panel goes aside for it. In a background task, while the prompt is up, two would
read the same keys; there it fails in one sentence. The debugger asks by `input()` too; it has the screen from then on.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from .echo import with_key_echo
from .terminal import Terminal

__all__ = ["sharing_keyboard"]


@contextlib.contextmanager
def sharing_keyboard(
    terminal: Terminal, is_taken: Callable[[], bool], users_builtins: dict[str, Any]
) -> Iterator[None]:
    """Have questions of the program asked so that they are seen.

    is_taken: whether a prompt reads the keys now. users_builtins: what the user's code has as its builtins, see `imports`.
    """
    ask, debug = builtins.input, sys.breakpointhook

    def check(what: str) -> None:
        if is_taken():
            raise RuntimeError(
                f"{what}() was called in the background, while the prompt has the keyboard; await the task that calls it"
            )

    def input(prompt: object = "", /) -> str:  # noqa: A001 - it takes the place of that one
        """Read a line from the keyboard; `prompt` is shown before it. Like: the built-in function of this name."""
        check("input")
        with terminal.panel_aside(), with_key_echo():
            try:
                return ask(prompt)
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

    builtins.input, sys.breakpointhook = input, breakpointhook
    users_builtins["input"] = input
    try:
        yield
    finally:
        builtins.input, sys.breakpointhook = ask, debug
        users_builtins["input"] = ask
