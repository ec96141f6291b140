"""The player on a real screen: a dumped trace forward to the end and back, what a learner answers, and how one leaves."""

from __future__ import annotations

import linecache
import subprocess
import sys

import pytest
from keyed_player import KeyedPlayer
from ptyscreen import Screen, spawn

from corodemo.history import History
from corodemo.player.predictions import Predictions
from corodemo.trace import load
from corodemo.traceformat.sources import lines_of

pytestmark = pytest.mark.terminal

RIGHT, LEFT, HOME, END = "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F"
CODE = "async def f(): await sleep(1); print('hello')\nawait gather(f(), f())"


def corodemo(*arguments: str, **more) -> Screen:
    return spawn([sys.executable, "-m", "corodemo", *arguments], **more)


@pytest.fixture(scope="module")
def trace(tmp_path_factory):
    path = tmp_path_factory.mktemp("player") / "t.jsonl"
    argv = [sys.executable, "-m", "corodemo", "-c", CODE, "--clock", "virtual", "--trace", str(path)]
    assert subprocess.run(argv, check=True, capture_output=True, text=True).stdout == "hello\nhello\n[None, None]\n"
    return path


def screens(player: KeyedPlayer, width: int, height: int) -> list[list[str]]:
    """Return all screens of a player from the first to the last, as lines of text."""
    found = []
    while True:
        text = player.frame(width, height)
        found.append([line.rstrip() for line in text.split("\n")])
        if player.stepper.is_at_end:
            return found
        player.press("right")


def test_a_dumped_trace_shows_the_same_screens_forward_and_back_at_any_size(trace, monkeypatch):
    # Who views a file does not have what was typed in this process, by other tests.
    monkeypatch.setattr(linecache, "cache", {})
    loaded = load(trace)
    player = KeyedPlayer(History(loaded), title=loaded.header.program, lines_of=lines_of, quiz=Predictions())
    expected = screens(player, 60, 20)
    assert len(expected) > 20
    with corodemo("view", str(trace), columns=60, rows=20) as screen:
        # Whole screens are waited for: a part of one may come before the rest.
        screen.wait_for(lambda screen: screen.lines == expected[0])
        for lines in expected[1:]:
            screen.send(RIGHT)
            screen.wait_for(lambda screen, lines=lines: screen.lines == lines)
        screen.send(RIGHT)
        screen.wait_for("this is the end")
        for lines in reversed(expected[:-1]):
            screen.send(LEFT)
            screen.wait_for(lambda screen, lines=lines: screen.lines == lines)
        for columns, rows in ((100, 30), (200, 60), (60, 20)):
            screen.resize(columns, rows)
            screen.wait_for(lambda screen, rows=rows: screen.lines[rows - 1].endswith("q quit"))
            assert len(screen.lines) == rows
        screen.wait_for(lambda screen: screen.lines == expected[0])
        screen.send("q")
        assert screen.wait_for_end() == 0


def test_places_are_typed_and_found_without_colours(trace):
    with corodemo("view", str(trace), env={"NO_COLOR": "1"}) as screen:
        first = screen.wait_for("q quit")
        screen.send(END)
        screen.wait_for("the loop has stopped")
        screen.send(HOME)
        screen.wait_for(lambda screen: screen.lines == first)
        screen.send("/waits for timer\r")
        screen.wait_for("waits for timer")
        screen.send("g1s\r")
        screen.wait_for("at 1s")
        screen.send("g9999\r")
        screen.wait_for("there is no event 9999")
        screen.send("\x04")
        assert screen.wait_for_end() == 0
        assert b"[38;" not in screen.received
        assert b";38;" not in screen.received


def test_awaits_breakpoints_tasks_views_playing_and_the_mouse_are_there_on_a_terminal(trace):
    with corodemo("view", str(trace)) as screen:
        screen.wait_for("q quit")
        screen.send("bwait T2\rc")
        screen.wait_for("▶ 12 T2 f waits for sleep(1) until 1s")
        screen.send("o")
        screen.wait_for("T2 f goes on: step 2")
        screen.send("O")
        screen.wait_for("▶ 12 T2 f waits")
        screen.send("tT3\r")
        screen.wait_for("only T3 f; t and Enter: all tasks again")
        screen.send("t\r")
        screen.wait_for("all tasks")
        screen.send("v")
        screen.wait_for("─ timeline ─")
        screen.send("z")
        screen.wait_for("450ms")
        screen.send("Zvv")
        screen.wait_for("└ f")
        row = next(y for y, line in enumerate(screen.lines) if "└ f" in line)
        press = f"\x1b[<0;30;{row + 1}"
        screen.send(f"{press}M{press}m")
        screen.wait_for("only T3 f; t and Enter: all tasks again")
        screen.send("t\r" + HOME)
        screen.wait_for("event 1 of")
        screen.send("\x1b[<65;30;5M")  # the wheel
        screen.wait_for("event 3 of")
        screen.send("++++ ")  # 16 stops a second: some wait, but nobody waits for a given time
        screen.wait_for("the loop has stopped")
        screen.send("?")
        screen.wait_for("look at one task only")
        screen.send("q\x03")
        assert screen.wait_for_end() == 0


def test_a_wrong_answer_is_explained_and_the_screen_that_was_there_comes_back():
    command = f"echo before; {sys.executable} -m corodemo lesson coroutines; echo after $?"
    with spawn(["/bin/sh", "-c", command]) as screen:
        screen.wait_for("Goal:")
        screen.send(RIGHT + RIGHT)
        screen.wait_for("How much time passes")
        screen.send("3")
        screen.wait_for("Not quite. You said 2s; it is 1s")
        screen.wait_for("The trace says, event ")
        screen.send(RIGHT)
        screen.wait_for("import asyncio")
        screen.send(LEFT)
        screen.wait_for("Not quite. You said 2s; it is 1s")
        screen.send("\x03")
        screen.wait_for("after 0")
        assert screen.wait_for_end() == 0
        # The screen and the mouse are the terminal's again.
        assert b"\x1b[?1049l" in screen.received
        assert screen.received.rindex(b"\x1b[?1000l") > screen.received.rindex(b"\x1b[?1000h")


def test_a_dumb_terminal_gets_the_lesson_and_the_trace_as_text(trace):
    with corodemo("lesson", "coroutines", env={"TERM": "dumb"}, rows=100) as screen:
        assert screen.wait_for_end() == 0
        assert "finished at 17:13:55" in "\n".join(screen.transcript)
    with corodemo("view", str(trace), env={"TERM": "dumb"}) as screen:
        assert screen.wait_for_end() == 0
        assert "█ running" in screen.text
