"""Programs at the prompt that use the terminal themselves: questions, the debugger, subprocesses, progress, threads, warnings."""

from __future__ import annotations

import sys

import pytest
from ptyscreen import Screen
from ptyshell import CTRL_C, prompt, run, start

pytestmark = pytest.mark.terminal


@pytest.fixture
def shell(tmp_path):
    with start(tmp_path, rows=50) as screen:
        yield screen


#: Waits until the test has seen the panel, which comes after a moment that is longer or shorter.
SEEN = """\
import os
async def seen():
    while not os.path.exists("seen"): await sleep(0.02)
"""


def see_the_panel(screen, tmp_path):
    """Wait until the panel stands, and let the program go on."""
    screen.wait_for("█ running")
    (tmp_path / "seen").touch()


def cursor_behind(text: str):
    """Return what holds when the cursor stands behind `text`, and nothing below it."""

    def waits(screen: Screen) -> bool:
        row, column = screen.cursor
        return screen.lines[row] == text.rstrip() and column == len(text) and not any(screen.lines[row + 1 :])

    return waits


def test_questions_are_asked_and_answered_wherever_they_come_from(shell, tmp_path):
    # At the prompt, and Ctrl-C in it.
    shell.send_line("name = input('name? ')")
    shell.wait_for(cursor_behind("name? "))
    shell.send_line("Ada")
    shell.wait_for(prompt(2))
    shell.send_line("input('name? '), name")
    shell.wait_for(cursor_behind("name? "))
    shell.send(CTRL_C)
    shell.wait_for(prompt(3))
    assert [line for line in shell.above if line.startswith("name?")] == ["name? Ada", "name?"]
    assert shell.above[-1] == "KeyboardInterrupt"
    # In a task, below which the panel stands: it goes aside, and comes back.
    run(shell, SEEN + "async def ask():\n    await seen(); return input('in a task? ')", 3)
    shell.send_line("await gather(ask(), sleep(60), return_exceptions=True)")
    see_the_panel(shell, tmp_path)
    shell.wait_for(cursor_behind("in a task? "))
    shell.send("yes")
    shell.wait_for(cursor_behind("in a task? yes"))
    shell.send("\r")
    shell.wait_for("returned 'yes'")
    shell.send(CTRL_C)
    shell.wait_for("Ctrl-C cancelled input 4")
    shell.wait_for(prompt(5))
    assert "in a task? yes" in shell.above
    # And Ctrl-C in that.
    shell.send_line("await ask()")
    shell.wait_for(cursor_behind("in a task? "))
    shell.send(CTRL_C)
    shell.wait_for(prompt(6))
    assert shell.above[-1] == "KeyboardInterrupt"
    # In the background, while the prompt has the keyboard.
    shell.send_line("t = create_task(ask(), name='asker')")
    shell.wait_for("task 'asker' of input 6 failed, and nobody awaits it")
    shell.wait_for("RuntimeError: input() was called in the background, while the prompt has the keyboard; ")
    shell.wait_for(prompt(7))
    # In a thread that somebody awaits; and when that is given up, the keys are the prompt's again.
    shell.send_line("await to_thread(input, 'in a thread? ')")
    shell.wait_for(cursor_behind("in a thread? "))
    shell.send_line("yes")
    shell.wait_for(prompt(8))
    assert shell.above[-2:] == ["in a thread? yes", "'yes'"]
    shell.send_line("await to_thread(input, 'still there? ')")
    shell.wait_for(cursor_behind("still there? "))
    shell.send(CTRL_C)
    shell.wait_for("Ctrl-C cancelled input 8")
    shell.wait_for(prompt(9))
    assert run(shell, "6 * 7", 9)[-1] == "42"


def test_the_debugger_stands_in_the_users_frame_and_steps_over_an_await(shell, tmp_path):
    run(
        shell,
        SEEN
        + "async def f():\n    await seen()\n    local = 42\n    breakpoint()\n    await sleep(0.1)\n    return local",
        1,
    )
    shell.send_line("await gather(f(), sleep(1))")
    see_the_panel(shell, tmp_path)
    shell.wait_for(cursor_behind("(Pdb) "))
    if sys.version_info >= (3, 13):  # it stops at the call itself since then
        shell.send_line("n")
    shell.wait_for(
        lambda s: s.above[-2:] == ["> <input 1>(8)f()", "-> await sleep(0.1)"] and cursor_behind("(Pdb) ")(s)
    )
    for typed, shown in (("p local", "42"), ("n", "-> return local")):
        shell.send_line(typed)
        shell.wait_for(lambda s, shown=shown: shown == s.above[-1] and cursor_behind("(Pdb) ")(s))
    shell.send_line("c")
    shell.wait_for(prompt(3))
    assert shell.above[-1] == "[42, None]"
    # From plain code, and with help's own prompt.
    shell.send_line("breakpoint()")
    shell.wait_for(cursor_behind("(Pdb) "))
    shell.send_line("c")
    shell.wait_for(prompt(4))
    shell.send_line("help()")
    shell.wait_for(cursor_behind("help> "))
    shell.send_line("q")
    shell.wait_for(prompt(5))


def test_subprocesses_have_the_terminal_and_leave_the_prompt_whole(shell, tmp_path):
    run(shell, f"import subprocess\nargv = [{sys.executable!r}, '-c', 'print(input(\"child? \"))']", 1)
    shell.send_line("subprocess.run(argv).returncode")
    shell.wait_for(cursor_behind("child? "))
    shell.send_line("answer")
    shell.wait_for(prompt(3))
    assert shell.above[-2:] == ["answer", "0"]
    assert run(shell, "subprocess.run(argv, capture_output=True, input=b'x').stdout", 3) == [r"b'child? x\n'"]
    run(shell, SEEN + "async def child():\n    await seen(); return subprocess.run(argv).returncode", 4)
    shell.send_line("await child()")
    see_the_panel(shell, tmp_path)
    shell.wait_for(cursor_behind("child? "))
    shell.send_line("from a task")
    shell.wait_for(prompt(6))
    assert "child? from a task" in shell.above
    # In the background what it writes comes above the prompt, and there is nothing for it to read.
    run(shell, 'argv[-1] = \'import sys; print("line 1"); print(repr(sys.stdin.read()), "end", end="")\'', 6)
    shell.send_line("t = create_task(child())")
    shell.wait_for(prompt(8))
    shell.send("typed")
    shell.wait_for("'' end")
    shell.wait_for(cursor_behind("In [8]: typed"))
    at = shell.above.index("line 1")
    assert shell.above[at : at + 2] == ["line 1", "'' end"]


PROGRESS = """\
async def bar():
    for n in range(5):
        print(f"\\r{n} of 4 {'█' * n}", end="", flush=True)
        await sleep(0.1)
    print()"""


def test_lines_that_are_written_over_leave_their_last_state(shell):
    run(shell, PROGRESS, 1)
    assert run(shell, "await bar()", 2)[0] == "4 of 4 ████"
    run(shell, "t = create_task(bar())", 3)
    shell.wait_for(lambda s: s.above[-1] == "4 of 4 ████" and prompt(4)(s))
    # rich draws with the cursor: the panel leaves it the screen.
    run(shell, "from rich.progress import track\nasync def draw():\n    for n in track(range(4)): await sleep(0.1)", 4)
    shown = run(shell, "await draw()", 5)
    assert [line.split()[0] for line in shown if "100%" in line] == ["Working..."]
    assert not [line for line in shown if " 0%" in line]


def test_warnings_threads_and_lines_without_an_end(shell):
    assert run(shell, "import warnings\ndef old(): warnings.warn('gone soon', DeprecationWarning)", 1) == []
    warned = [
        "<input 1>:2: DeprecationWarning: gone soon",
        "  def old(): warnings.warn('gone soon', DeprecationWarning)",
    ]
    assert run(shell, "old()", 2) == warned
    assert run(shell, "old()", 3) == []  # once is enough
    escaped = [line for line in run(shell, "'\\d'", 4) if "SyntaxWarning" in line]
    # Python tells of it at its own prompt since 3.12; once is enough here too, though the text is looked at more often.
    assert len(escaped) == (sys.version_info >= (3, 12))
    assert all(line.startswith("<input 4>:1: SyntaxWarning: ") and "escape sequence" in line for line in escaped)
    assert run(shell, "print('no end', end='')", 5) == ["no end"]
    assert run(shell, "print('no end', end=''); 'value'", 6) == ["no end'value'"]
    shell.send_line("import threading; threading.Thread(target=lambda: [print('thread', n) for n in range(3)]).start()")
    shell.wait_for(lambda s: s.above[-3:] == ["thread 0", "thread 1", "thread 2"] and prompt(8)(s))
