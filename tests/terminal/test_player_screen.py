"""The player on a real screen: lessons and dumped traces, forward to the end and back to the start."""

from __future__ import annotations

import sys

import pytest
from screen import Screen, spawn

from corodemo.course.playing import caption, marks_of
from corodemo.history import History
from corodemo.lesson import find, lesson_files, play_through, read
from corodemo.player.frames import Colours, frame
from corodemo.player.session import Session

pytestmark = pytest.mark.terminal

RIGHT, LEFT, HOME, END = "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F"
CODE = "async def f(): await sleep(1); print('hello')\nawait gather(f(), f())"


def corodemo(*arguments: str, **more) -> Screen:
    return spawn([sys.executable, "-m", "corodemo", *arguments], **more)


def tasks_lesson() -> Session:
    """The same lesson without a terminal, to know what its screens are."""
    played = play_through(read(find("creating", lesson_files())))
    return Session(
        History(played.trace),
        title=played.lesson.title,
        lines_of=played.lines_of,
        marks=marks_of(played),
        caption=lambda index: caption(played, index),
    )


def screens(session: Session, width: int, height: int) -> list[list[str]]:
    """Return all screens of a session from the first to the last, as lines of text."""
    found = []
    while True:
        text = frame(session, width, height, Colours(has_colours=False, has_styles=False))
        found.append([line.rstrip() for line in text.split("\n")])
        if session.stepper.is_at_end:
            return found
        session.press("right")


@pytest.fixture
def trace(tmp_path):
    path = tmp_path / "t.jsonl"
    with corodemo("-c", CODE, "--clock", "virtual", "--trace", str(path)) as screen:
        assert screen.wait_for_end() == 0
    return path


@pytest.mark.parametrize(("columns", "rows"), [(60, 20), (100, 30)])
def test_a_lesson_shows_the_same_screens_forward_and_back(columns, rows):
    expected = screens(tasks_lesson(), columns, rows)
    with corodemo("lesson", "creating", columns=columns, rows=rows) as screen:
        # Whole screens are waited for: a part of one may come before the rest.
        screen.wait_for(lambda screen: screen.lines == expected[0])
        for lines in expected[1:]:
            screen.send(RIGHT)
            screen.wait_for(lambda screen, lines=lines: screen.lines == lines)
        for lines in reversed(expected[:-1]):
            screen.send(LEFT)
            screen.wait_for(lambda screen, lines=lines: screen.lines == lines)
        screen.send("q")
        assert screen.wait_for_end() == 0


def test_a_wrong_answer_is_explained_and_the_lesson_goes_on():
    with corodemo("lesson", "coroutines") as screen:
        screen.wait_for("Goal:")
        screen.send(RIGHT + RIGHT)
        screen.wait_for("how much time passes")
        screen.send("3")
        screen.wait_for("Not quite. You said 2s; it is 1s")
        screen.wait_for("The trace says, event ")
        screen.send(RIGHT)
        screen.wait_for("import asyncio")
        screen.send(LEFT)
        screen.wait_for("Not quite. You said 2s; it is 1s")


def test_the_screen_that_was_there_comes_back():
    with spawn(
        ["/bin/sh", "-c", f"echo before; {sys.executable} -m corodemo lesson coroutines; echo after $?"]
    ) as screen:
        screen.wait_for("Goal:")
        screen.send("\x03")
        screen.wait_for("after 0")
        assert screen.wait_for_end() == 0
        assert b"\x1b[?1049l" in screen.received


@pytest.mark.parametrize("key", ["q", "\x03", "\x04"])
def test_the_keys_that_quit(key):
    with corodemo("lesson", "coroutines") as screen:
        screen.wait_for("Goal:")
        screen.send(key)
        assert screen.wait_for_end() == 0


def test_a_dumped_trace_is_stepped_through(trace):
    with corodemo("view", str(trace)) as screen:
        first = screen.wait_for("q quit")
        screen.send(END)
        screen.wait_for("the loop has stopped")
        screen.send(RIGHT)
        screen.wait_for("this is the end")
        screen.send(HOME)
        assert screen.wait_for(lambda screen: screen.lines == first) == first
        screen.send("/waits for timer\r")
        screen.wait_for("waits for timer")
        screen.send("g1s\r")
        screen.wait_for("at 1s")
        screen.send("g9999\r")
        screen.wait_for("there is no event 9999")
        screen.send("q")
        assert screen.wait_for_end() == 0


def test_the_picture_follows_the_size_of_the_terminal(trace):
    with corodemo("view", str(trace), columns=100, rows=30) as screen:
        screen.wait_for("q quit")
        for columns, rows in ((60, 20), (200, 60), (100, 30)):
            screen.resize(columns, rows)
            screen.wait_for(lambda screen, rows=rows: screen.lines[rows - 1].endswith("q quit"))
            assert len(screen.lines) == rows
        screen.send("q")
        assert screen.wait_for_end() == 0


def test_no_color_is_honoured(trace):
    with corodemo("view", str(trace), env={"NO_COLOR": "1"}) as screen:
        screen.wait_for("q quit")
        screen.send(END)
        screen.wait_for("the loop has stopped")
        screen.send("q")
        assert screen.wait_for_end() == 0
        assert b"[38;" not in screen.received
        assert b";38;" not in screen.received


def test_a_dumb_terminal_gets_the_lesson_and_the_trace_as_text(trace):
    with corodemo("lesson", "coroutines", env={"TERM": "dumb"}, rows=100) as screen:
        assert screen.wait_for_end() == 0
        assert "finished at 17:13:55" in "\n".join(screen.transcript)
    with corodemo("view", str(trace), env={"TERM": "dumb"}) as screen:
        assert screen.wait_for_end() == 0
        assert "█ running" in screen.text
