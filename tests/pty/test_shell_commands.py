"""The shell's commands at a real prompt: what needs somebody who sits there, and a loop that goes on meanwhile."""

from __future__ import annotations

import re

import pytest
from ptyshell import CTRL_C, CTRL_D, prompt, run, start

pytestmark = pytest.mark.terminal

TICK = """\
async def tick(n):
    for i in range(n):
        await sleep(0.05)
        print('tick', i)
    return 'ticked'"""


def command(screen, line, number):
    """Type a command, wait for the prompt after it, and return what was shown since."""
    before = len(screen.above)
    screen.send_line(line)
    screen.wait_for(lambda s: any(shown.endswith(f"]: {line}") for shown in s.above[before:]) and prompt(number)(s))
    return screen.above[before + 1 :]


def test_the_runtime_is_paused_stepped_and_goes_on_while_the_prompt_lives(tmp_path):
    with start(tmp_path, rows=60) as shell:
        run(shell, TICK, 1)
        run(shell, "t = create_task(tick(1000), name='ticker')", 2)
        shell.wait_for("tick 2")
        assert command(shell, "%pause", 3)[-1].endswith("with 1 task; %next runs one step, %resume lets all go on")
        ticks = [line for line in shell.above if line.startswith("tick ")]
        # The prompt lives: plain code runs, and Ctrl-C clears the line.
        assert run(shell, "6 * 7", 3) == ["42"]
        shell.send("some words")
        shell.wait_for("In [4]: some words")
        shell.send(CTRL_C)
        shell.wait_for(prompt(4))
        # An await does not hang: it stands in the queue like any other task.
        shell.send_line("await sleep(0, 'awaited')")
        shell.wait_for("the runtime is paused: input 4 is ready; %next runs one step, %resume lets all go on")
        shell.wait_for(prompt(5))
        assert [line for line in shell.above if line.startswith("tick ")] == ticks
        # Whose turn it is depends on when the pause came; after a few steps each of the two has had its own.
        shown = [line for _ in range(4) for line in command(shell, "%next", 5)]
        assert "T2 input 4 took a step" in shown
        assert [line for line in shown if line.endswith("T1 ticker took a step")]
        assert shown[shown.index("input 4 gave") + 1] == "'awaited'"
        assert f"tick {len(ticks)}" in shown
        shown = run(shell, "c = sleep(1)\ntry: asyncio.run(c)\nfinally: c.close()", 5)
        assert [line[:36] for line in shown if "Error" in line] == ["RuntimeError: the runtime is paused, "[:36]]
        command(shell, "%resume", 6)
        shell.wait_for(f"tick {len(ticks) + 3}")
        # The end of a task that is cancelled, by the variable that holds it.
        assert "asked T1 ticker to end" in command(shell, "%cancel t", 6)
        assert run(shell, "t.cancelled()", 6) == ["True"]
        # A runtime that is paused can be left.
        run(shell, "async def slow_end():\n    try: await sleep(60)\n    finally: await sleep(0.01); print('ended')", 7)
        run(shell, "t = create_task(slow_end()); await sleep(0.01)", 8)
        command(shell, "%pause", 9)
        shell.send_line("exit()")
        assert shell.wait_for_end() == 0
        assert "ended" in shell.lines


def test_the_clock_goes_slower_and_faster_and_jumps_and_a_step_by_hand_can_be_interrupted(tmp_path):
    with start(tmp_path) as shell:
        run(shell, "t = create_task(sleep(60, 'a minute')); u = create_task(sleep(1e9))", 1)
        command(shell, "%clock x10000", 2)
        # A minute takes 6 ms so.
        assert run(shell, "await t", 2) == ["'a minute'"]
        assert command(shell, "%clock x0.001", 3)[0].startswith("at ")
        shell.send_line("await sleep(3600)")
        shell.wait_for("input 3, ")
        shell.send(CTRL_C)
        shell.wait_for("Ctrl-C cancelled input 3")
        shell.wait_for(prompt(4))
        shown = command(shell, "%clock virtual", 4)
        assert shown[0].endswith("the clock is virtual: nothing waits")
        assert run(shell, "await u; get_running_loop().time() >= 1e9", 4)[-1] == "True"
        run(shell, "async def spin():\n    while True: pass", 5)
        command(shell, "%pause", 6)
        run(shell, "t = create_task(spin(), name='spinner')", 6)
        shell.send_line("%next")
        shell.wait_for(lambda s: s.cursor[1] == 0)
        shell.send(CTRL_C)
        shell.wait_for("Ctrl-C ended task 'spinner' of input 6")
        shell.wait_for(prompt(7))


def test_inputs_are_saved_loaded_and_run(tmp_path):
    with start(tmp_path, "--clock", "virtual") as shell:
        run(shell, "async def f(n):\n    return await sleep(n, n * 2)", 1)
        run(shell, "await f(21)", 2)
        assert command(shell, "%save demo.py", 3) == ["wrote 2 inputs to demo.py; %run demo.py runs it"]
        assert (
            tmp_path / "demo.py"
        ).read_text() == "async def f(n):\n    return await sleep(n, n * 2)\n\nawait f(21)\n"
        assert command(shell, "%save demo.py 2", 3) == ["demo.py is there already; `%save -f demo.py 2` replaces it"]
        command(shell, "%save -f demo.py 2", 3)
        assert (tmp_path / "demo.py").read_text() == "await f(21)\n"
        shell.send_line("%load demo.py")
        shell.wait_for("In [3]: await f(21)")
        shell.send("\x1b\r")
        shell.wait_for(prompt(4))
        assert shell.above[-1] == "42"
        (tmp_path / "script.py").write_text("x = await f(4)\n%tasks\nprint(x)\nx\n")
        assert command(shell, "%run script.py", 5)[-1] == "8"
        assert command(shell, "%reset", 5) == ["afresh: no names, no tasks, a new context"]
        assert run(shell, "x", 5)[-1] == "NameError: name 'x' is not defined"


def test_reset_tells_of_a_task_that_refuses_to_end(tmp_path):
    with start(tmp_path) as shell:
        run(
            shell,
            "async def stubborn():\n    while True:\n        try: await sleep(3600)\n        except CancelledError: print('no!')",
            1,
        )
        run(shell, "t = create_task(stubborn(), name='stone'); u = create_task(sleep(9)); await sleep(0)", 2)
        shown = command(shell, "%reset", 3)
        assert " ".join(shown) == (
            "no! afresh: no names, no tasks, a new context; 1 task cancelled; "
            "T2 stone did not end when cancelled, and goes on"
        )
        shell.send(CTRL_D)
        shell.wait_for("T2 stone waits for")
        # Until the prompt stands there again, the terminal itself would take a Ctrl-D.
        shell.wait_for(lambda screen: screen.text.count("In [3]:") == 3)
        shell.send(CTRL_D)
        shell.wait_for("waiting for tasks that were cancelled and have not ended; Ctrl-C leaves without them")
        shell.send(CTRL_C)
        assert shell.wait_for_end() == 0


def test_commands_fit_a_small_screen_without_colour(tmp_path):
    with start(tmp_path, "--clock", "virtual", columns=60, rows=20, NO_COLOR="1") as shell:
        run(shell, TICK, 1)
        run(shell, "await gather(tick(2), sleep(1, 'slept'))", 2)
        for line in ("%tree", "%timeline", "%tasks all", "%why T2", "%clock", "%source tick", "%config", "%help pause"):
            shown = command(shell, line, 3)
            assert shown, line
            assert max(len(row) for row in shown) <= 60, line
        # A multi-line input steps as well; and so does the whole session.
        shell.paste("%step async def g():\n    return 1\nawait g()\n")
        shell.send("\x1b\r")
        shell.wait_for("q quit")
        shell.send("q")
        shell.wait_for(prompt(4))
        shell.send_line("%step")
        shell.wait_for("q quit")
        shell.send("q")
        shell.wait_for(prompt(4))
        shell.send_line("%lesson creating")
        shell.wait_for("Creating tasks")
        shell.send("q")
        shell.wait_for(prompt(4))
        assert run(shell, "asyncio.run(sleep(1, 'ours again'))", 4) == ["'ours again'"]
        assert re.findall(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|38;[0-9;]+)m", shell.received) == []
