"""The shell in a pseudo-terminal: started, typed at, and asked for its prompt."""

from __future__ import annotations

import sys
from pathlib import Path

from programs import ROOT
from ptyscreen import Screen, spawn

CTRL_C, CTRL_D = "\x03", "\x04"


def start(tmp_path: Path, *arguments: str, columns: int = 100, rows: int = 40, **env: str) -> Screen:
    """Start the shell and wait for its prompt."""
    env = {"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(tmp_path / "state"), **env}
    screen = spawn([sys.executable, "-m", "corodemo", *arguments], columns=columns, rows=rows, env=env, cwd=tmp_path)
    screen.wait_for("In [1]:")
    return screen


def prompt(number: int):
    """Return what holds when the prompt for input `number` waits, empty; only the toolbar may stand below it."""

    def prompt_waits(screen: Screen) -> bool:
        row, column = screen.cursor
        return screen.lines[row] == f"In [{number}]:" and column == len(f"In [{number}]: ")

    return prompt_waits


def run(screen: Screen, text: str, number: int) -> list[str]:
    """Paste an input, run it, and wait for the prompt after it; return what was shown since."""
    before = len(screen.above)
    screen.paste(text)
    last = text.strip().splitlines()[-1].strip()
    screen.wait_for(lambda s: last.removeprefix(">>> ").removeprefix("... ") in s.lines[s.cursor[0]])
    # Alt-Enter runs the input whatever it is; a block would want a blank line.
    screen.send("\x1b\r")
    screen.wait_for(prompt(number + 1))
    shown = screen.above[before:]
    return [line for line in shown if not line.lstrip().startswith("...:")][1:]
