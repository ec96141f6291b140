"""The prompt in a real terminal: completion, the toolbar, history, files at the start, errors, leaving."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from random import Random

import pytest
from programs import ROOT
from ptyscreen import Screen, spawn

pytestmark = pytest.mark.terminal

CTRL_C, CTRL_D, TAB, UP = "\x03", "\x04", "\t", "\x1b[A"


def start(tmp_path: Path, *arguments: str, columns: int = 100, rows: int = 30, **env: str) -> Screen:
    """Start the shell, with a home of its own, and wait for its prompt."""
    env = {
        "PYTHONPATH": str(ROOT),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        **env,
    }
    screen = spawn([sys.executable, "-m", "corodemo", *arguments], columns=columns, rows=rows, env=env, cwd=tmp_path)
    screen.wait_for("In [1]:")
    return screen


def typed(number: int, text: str = ""):
    """Return what holds when the prompt for input `number` has that text, and the cursor at its end."""
    line = f"In [{number}]: {text}"

    def is_typed(screen: Screen) -> bool:
        row, column = screen.cursor
        return screen.lines[row] == line.rstrip() and column == len(line)

    return is_typed


def test_completion_signature_toolbar_results_and_leaving(tmp_path):
    """One shell, as a person goes through it."""
    with start(tmp_path) as screen:
        # Completion on live objects, and how a function is called.
        screen.send("gath" + TAB)
        screen.wait_for(typed(1, "gather"))
        screen.send("(")
        screen.wait_for("gather(*aws: Any, return_exceptions: bool=False)")
        screen.send("retu" + TAB)
        screen.wait_for(typed(1, "gather(return_exceptions="))
        screen.send(CTRL_C)
        screen.wait_for(typed(1))
        assert "gather(*aws" not in screen.text

        # A coroutine that was shown has not been forgotten; a task says what it waits for.
        screen.send_line("sleep(1)")
        screen.wait_for("it has not started; `await _` runs it, `t = create_task(_)` runs it in the background")
        screen.send_line("t = create_task(sleep(3600), name='worker')")
        screen.wait_for("1 task, 0 ready, 1 timer")
        screen.send_line("t")
        screen.wait_for("T1 waits for sleep(3600) until 1h00m")
        screen.send("_1 is __ , _3 is _ is t")
        screen.send("\r")
        screen.wait_for("(True, True)")
        screen.send("%why " + TAB)
        screen.wait_for(lambda s: "T1" in s.lines[s.cursor[0] + 1])
        screen.send(CTRL_C)
        screen.wait_for(typed(5))

        # Who holds the loop is told while one types.
        screen.send_line("import time; get_running_loop().call_later(0.2, time.sleep, 1.5)")
        screen.wait_for("blocked 0.")
        screen.send("x = 1")
        screen.wait_for(typed(6, "x = 1"))
        screen.wait_for(lambda s: "blocked" not in s.text)
        screen.send(CTRL_C)
        screen.wait_for(typed(6))

        # What is typed ahead is not echoed where the next prompt is drawn.
        screen.send("x = 'a'\ry = 'b'\rz = 'c'\rx + y + z")
        screen.wait_for(typed(9, "x + y + z"))
        screen.send("\r")
        screen.wait_for(typed(10))
        at = screen.lines.index("In [6]: x = 'a'")
        assert screen.lines[at : at + 5] == [
            "In [6]: x = 'a'",
            "In [7]: y = 'b'",
            "In [8]: z = 'c'",
            "In [9]: x + y + z",
            "'abc'",
        ]

        # Leaving asks, once.
        screen.send(CTRL_D)
        screen.wait_for("1 task still runs; Ctrl-D again cancels it and leaves")
        screen.wait_for("\n  T1 worker waits for sleep(3600) until 1h00m")
        screen.wait_for(typed(10))
        screen.send(CTRL_D)
        assert screen.wait_for_end() == 0
        assert "never awaited" not in screen.text


def test_files_at_the_start_an_editor_and_what_is_left_after_a_kill(tmp_path):
    (tmp_path / "startup.py").write_text("greeting = 'hello'\n")
    (tmp_path / "script.py").write_text(
        "import asyncio, sys\nprint('runs as', __name__, sys.argv)\nx = await asyncio.sleep(0, 5)\n"
    )
    (tmp_path / "edit").write_text("#!/bin/sh\ntest -t 1 && sed -i s/abc/xyz/ $1\n")
    (tmp_path / "edit").chmod(0o755)
    (tmp_path / "my.toml").write_text("ascii = true\nnope = 1\n")
    env = {"PYTHONSTARTUP": "startup.py", "CORODEMO_CONFIG": "my.toml", "EDITOR": str(tmp_path / "edit")}
    with start(tmp_path, "-i", "script.py", "--trace", "t.jsonl", **env) as screen:
        assert "runs as __main__ ['script.py']" in screen.lines
        assert any(line.startswith("my.toml: there is no setting 'nope'; the settings are ") for line in screen.lines)
        screen.send_line("greeting, x")
        screen.wait_for("('hello', 5)")
        screen.wait_for(typed(2))
        screen.send("'abc'\x18\x05")
        screen.wait_for(typed(2, "'xyz'"))
        screen.send("\r")
        screen.wait_for(typed(3))
        screen.send_line("async def f():")
        screen.send_line("await sleep(0.01)")
        screen.send_line("")
        screen.wait_for(typed(4))
        screen.send_line("await f()")
        screen.wait_for(typed(5))
        screen.send_line("%step sleep(1)")
        screen.wait_for("q quit")
        assert "\n".join(screen.lines).isascii()
        screen.send("q")
        screen.wait_for(typed(6))
        screen.process.kill(9)
        screen.wait_for_end()
    from corodemo.shell.inputhistory import InputHistory
    from corodemo.trace import load

    kept = [*InputHistory(tmp_path / "state" / "corodemo" / "history").load_history_strings()]
    assert kept == ["%step sleep(1)", "await f()", "async def f():\n    await sleep(0.01)", "'xyz'", "greeting, x"]
    assert [event.name for event in load(tmp_path / "t.jsonl").events if hasattr(event, "coro")][-1] == "input 4"


def test_errors_in_60_columns_without_colour_have_hints_and_groups_are_trees(tmp_path):
    with start(tmp_path, "--no-color", columns=60) as screen:
        screen.send_line("sleep(1, 2) + 1")
        screen.wait_for("that is not a result yet, it is what gives one; an `await`")
        screen.send_line("await gather(sleep(0), 1)")
        screen.wait_for(typed(3))
        screen.send_line("async def f(): sleep(1)\n")
        screen.send_line("await f()")
        screen.wait_for(typed(5))
        assert "nothing of it has run: an `await` before the call is missing" in screen.text.replace("\n", "")
        assert "tracemalloc" not in screen.text
        screen.paste("async with TaskGroup() as g:\n    g.create_task(to_thread(int, 'x'))")
        screen.send("\x1b\r")
        screen.wait_for(typed(6))
        at = next(at for at, line in enumerate(screen.lines) if line.startswith("ExceptionGroup: "))
        assert "└ ValueError: invalid literal for int() with base 10: 'x'" in screen.lines[at + 1 :]
        assert not [line for line in screen.lines if "corodemo/" in line]
        # A wide character takes two cells, and the cursor stands behind it.
        screen.send("'日本' + '日本' * 8")
        screen.wait_for(lambda s: s.cursor[1] == len("In [6]: '日本' + '日本' * 8") + 4)
        screen.send("\r")
        screen.wait_for(typed(7))
        assert f"'{'日本' * 9}'" in [line.replace(" ", "") for line in screen.lines]
        import re

        assert re.findall(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|38;[0-9;]+)m", screen.received) == []


KEYS = [
    "a",
    "x = [",
    ")",
    "'",
    '"""',
    "def f(",
    ":",
    "  ",
    "日本",
    "%tree",
    "await sl",
    "# ",
    "\\",
    "\r",
    "\t",
    "\x1b\r",
    "\x7f",
]
KEYS += [
    "\x1b",
    UP,
    "\x1b[B",
    "\x1b[C",
    "\x1b[D",
    "\x1b[Z",
    "\x1f",
    "\x12",
    "\x13",
    "\x0b",
    "\x19",
    "\x17",
    "\x0c",
    "\x00",
    "\x1b5",
]
KEYS += [CTRL_C, "\x1b[200~>>> 1\r>>> 2\x1b[201~", "\x1b[200~x\x1b[31my\x1b[201~", "print('said')"]


def test_after_any_keys_the_prompt_is_there_again(tmp_path):
    random = Random(7)

    def waits_empty(screen: Screen) -> bool:
        row, column = screen.cursor
        found = re.fullmatch(r"In \[\d+\]:", screen.lines[row])
        return found is not None and column == len(found[0]) + 1

    with start(tmp_path) as screen:
        screen.paste("async def tick():\n    while True: await sleep(0.01); print('tick')\nt = create_task(tick())")
        screen.send("\x1b\r")
        screen.wait_for("\ntick")
        for _ in range(25):
            screen.send("".join(random.choices(KEYS, k=random.randint(1, 8))))
            screen.send(CTRL_C)
            screen.wait_for(waits_empty)
        screen.send_line("t.cancel(), 20 + 3")
        screen.wait_for("(True, 23)")
        # Nothing that the task has printed was torn.
        lines = {line for line in screen.transcript if "tick" in line and not line.startswith(("In [", "   ...: "))}
        assert lines == {"tick"}
        assert not [line for line in screen.transcript if "In [" in line and not line.startswith("In [")]
        assert not [line for line in screen.transcript if "corodemo/" in line]


def test_ctrl_z_stops_the_shell_and_fg_brings_back_what_was_typed(tmp_path):
    env = {"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(tmp_path), "PS1": "sh> ", "ENV": ""}
    with spawn(["/bin/sh", "-i"], env=env, cwd=tmp_path) as screen:
        screen.wait_for("sh>")
        screen.send_line(f"{sys.executable} -m corodemo")
        screen.wait_for(typed(1))
        screen.paste("async def tick():\n    while True: await sleep(0.01); print('tick')\nt = create_task(tick())")
        screen.send("\x1b\r")
        screen.wait_for("\ntick\ntick\n")
        screen.send("half")
        screen.wait_for(typed(2, "half"))
        screen.send("\x1a")
        screen.wait_for(lambda s: s.lines[s.cursor[0]] == "sh>")
        screen.send_line("echo '<'; fg")
        screen.wait_for(lambda s: "<" in s.transcript and s.lines[s.cursor[0]] == "In [2]: half")
        screen.send(" typed")
        screen.wait_for(typed(2, "half typed"))
        screen.send(CTRL_C)
        screen.wait_for(typed(2))
        screen.send_line("t.cancel()")
        screen.wait_for("True")
        screen.wait_for(typed(3))
        lines = screen.transcript[screen.transcript.index("<") + 1 :]
        assert {line for line in lines if "tick" in line} == {"tick"}
