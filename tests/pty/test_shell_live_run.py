"""The live panel below a script, `corodemo run --live`: its last picture stays, and the script's output is what it is."""

from __future__ import annotations

import sys

import pytest
from programs import ROOT
from ptyscreen import spawn

from corodemo.trace import load
from corodemo.traceformat import events as ev

pytestmark = pytest.mark.terminal

SCRIPT = """\
import asyncio

async def worker(name):
    for n in range(3):
        print(name, n)
        await asyncio.sleep(0.3)

async def main():
    await asyncio.gather(worker("a"), worker("b"))

asyncio.run(main())
"""


def test_a_script_runs_above_a_live_panel_whose_last_picture_stays(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    argv = [sys.executable, "-m", "corodemo", "run", "--live", "--trace", "t.jsonl", "script.py"]
    with spawn(argv, rows=40, env={"PYTHONPATH": str(ROOT)}, cwd=tmp_path) as screen:
        screen.wait_for(lambda s: "█ running" in s.text and "a 1" in s.text)
        assert "gather(2)" in screen.text
        assert screen.wait_for_end() == 0
    said = ["a 0", "b 0", "a 1", "b 1", "a 2", "b 2"]
    assert screen.lines[:6] == said
    assert screen.lines[6].startswith("── 3 tasks, ")
    assert [line.split()[1:3] for line in screen.lines[8:11]] == [["✓", "done"]] * 3
    assert screen.text.split("\n")[-1].startswith("█ running  ▒ ready")
    assert screen.text.count("█ running") == 1
    # The picture is no output of the program.
    outputs = [event.text for event in load(tmp_path / "t.jsonl").events if isinstance(event, ev.Output)]
    assert outputs == [line + "\n" for line in said]


FAILING = """\
import asyncio

async def main():
    print("begun", end="")
    await asyncio.sleep(0.4)
    raise ValueError("no more")

asyncio.run(main())
"""


def test_what_went_wrong_is_said_below_the_last_picture(tmp_path):
    (tmp_path / "script.py").write_text(FAILING)
    argv = [sys.executable, "-m", "corodemo", "run", "--live", "script.py"]
    with spawn(argv, rows=40, env={"PYTHONPATH": str(ROOT)}, cwd=tmp_path) as screen:
        assert screen.wait_for_end() == 1
    lines = screen.text.split("\n")
    assert lines[0] == "begun"
    assert lines[1].startswith("── 1 task, 0.")
    assert lines[3].split()[1:3] == ["✗", "failed"]
    legend = next(at for at, line in enumerate(lines) if line.startswith("█ running"))
    assert (lines[legend + 1], lines[-1]) == ("Traceback (most recent call last):", "ValueError: no more")


def test_a_script_whose_output_is_no_terminal_has_no_panel(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    command = f"{sys.executable} -m corodemo run --live script.py > out.txt; echo ended"
    with spawn(["/bin/sh", "-c", command], env={"PYTHONPATH": str(ROOT)}, cwd=tmp_path) as screen:
        assert screen.wait_for_end() == 0
    assert screen.text == "ended"
    assert (tmp_path / "out.txt").read_text() == "a 0\nb 0\na 1\nb 1\na 2\nb 2\n"
