"""The toolbar: what is told of a loop, by somebody who only looks."""

from __future__ import annotations

import threading

import pytest

from corodemo.recorder.recorder import Recorder
from corodemo.runtime.pacing import PacedClock
from corodemo.shell.completion import Signature
from corodemo.shell.session import Session
from corodemo.shell.toolbar import LoopWatch, Status, signature_line, status_line


def plain(fragments) -> str:
    return "".join(text for _, text in fragments)


@pytest.mark.parametrize(
    ("status", "line"),
    [
        (Status(), ""),
        (Status(clock="virtual clock at 3 s"), ""),
        (Status(tasks=1, timers=1), "1 task, 0 ready, 1 timer"),
        (Status(tasks=1200, ready=3, clock="clock x0.1"), "1,200 tasks, 3 ready, 0 timers, clock x0.1"),
        (Status(clock="paused at 3 s", is_paused=True), "0 tasks, 0 ready, 0 timers, paused at 3 s"),
        (
            Status(tasks=2, ready=1, holder="T3 spinner", held=2.13),
            "2 tasks, 1 ready, 0 timers  blocked 2.1 s by T3 spinner",
        ),
        (Status(tasks=1, holder="T1 a\x1b[2J", held=1), "1 task, 0 ready, 0 timers  blocked 1.0 s by T1 a\\x1b[2J"),
    ],
)
def test_the_line_tells_what_there_is_to_tell(status, line):
    assert plain(status_line(status, 80)) == line


def test_in_little_room_who_holds_the_loop_comes_first():
    status = Status(tasks=2, ready=1, holder="T3 spinner", held=2.13)
    assert plain(status_line(status, 40)) == "2 tasks, 1…  blocked 2.1 s by T3 spinner"
    assert plain(status_line(status, 20, ascii=True)) == "blocked 2.1 s by T3~"


def test_a_signature_is_cut_to_the_width_and_marks_the_parameter():
    sig = Signature("gather(*aws, ", "return_exceptions: bool=False", ")", "Run awaitables")
    assert signature_line(sig, 70) == [
        ("class:toolbar", "gather(*aws, "),
        ("class:toolbar.current", "return_exceptions: bool=False"),
        ("class:toolbar", ")"),
        ("class:toolbar.about", "  Run awaitables"),
    ]
    assert plain(signature_line(sig, 30)) == "gather(*aws, return_exception…"


class Shell:
    def __init__(self, pace: float = 1.0):
        self.recorder = Recorder()
        self.session = Session(clock=PacedClock(pace), hook=self.recorder)

    def run(self, text):
        return self.session.run(self.session.compile(text, "<input 1>"))


@pytest.mark.parametrize("pace", [1.0, float("inf")], ids=["real", "virtual"])
def test_a_step_that_is_seen_twice_holds_the_loop(pace):
    shell = Shell(pace)
    now = 0.0
    watch = LoopWatch(shell, lambda: now)
    seen: list[Status] = []
    is_looking, has_looked = threading.Event(), threading.Event()

    def look():
        nonlocal now
        is_looking.wait()
        for now in (10.0, 10.4, 12.5):
            seen.append(watch.look())
        has_looked.set()

    with shell.session:
        shell.session.namespace.update(is_looking=is_looking, has_looked=has_looked)
        shell.run("async def hold():\n    is_looking.set(); has_looked.wait()")
        thread = threading.Thread(target=look)
        thread.start()
        shell.run("t = create_task(hold(), name='holder')\nawait sleep(0)\nawait t")
        thread.join()
        now = 99.0
        after = watch.look()
    assert [(status.holder, status.held) for status in seen] == [("", 0.0), ("", 0.0), ("T2 holder", 2.5)]
    assert (after.holder, after.tasks) == ("", 0)


def test_a_callback_holds_the_loop_too():
    shell = Shell()
    now = 0.0
    watch = LoopWatch(shell, lambda: now)
    seen = []

    def callback():
        nonlocal now
        for now in (1.0, 3.0):
            seen.append(watch.look().holder)

    with shell.session:
        shell.session.namespace["callback"] = callback
        shell.run("get_running_loop().call_soon(callback)\nawait sleep(0)\nawait sleep(0)")
    assert seen == ["", "a callback"]


def test_tasks_timers_and_the_clock_are_counted():
    shell = Shell(float("inf"))
    watch = LoopWatch(shell)
    with shell.session:
        shell.run("ts = [create_task(sleep(n)) for n in (5, 6, 7)]\nawait sleep(1)\nts[0].cancel(); await sleep(0)")
        assert watch.look() == Status(2, 0, 2, "virtual clock at 1 s")
        shell.session.clock.pause()
        assert watch.look() == Status(2, 0, 2, "paused at 1 s", is_paused=True)
        shell.session.clock.resume()
        shell.session.clock.pace = 0.1
        assert watch.look().clock == "clock x0.1"
