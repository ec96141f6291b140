"""The screen that is shared: what the program prints, the prompt and the panel never mix."""

from __future__ import annotations

import os
import termios
import threading
from collections.abc import Iterator

import pyte
import pytest

from corodemo.terminal import reflow
from corodemo.terminal.screen import Terminal
from corodemo.terminal.streams import ProgramStream


class Glass:
    """A pseudo-terminal with a stream to it, and the screen behind it."""

    def __init__(self) -> None:
        self.master, slave = os.openpty()
        os.set_blocking(self.master, False)
        self.stream = os.fdopen(slave, "w", encoding="utf-8", buffering=1)
        self.terminal = Terminal(self.stream)
        self.program = ProgramStream(self.stream, self.terminal)
        self._screen = pyte.Screen(40, 12)
        self.feed = pyte.ByteStream(self._screen).feed
        self.resize(40)

    @property
    def lines(self) -> list[str]:
        """What the screen shows, without empty lines at the end."""
        self.stream.flush()
        try:
            while data := os.read(self.master, 65536):
                self.feed(data)
        except BlockingIOError:
            pass
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip("\n").split("\n")

    def resize(self, columns: int) -> None:
        """Make it as wide, as a terminal does that leaves its lines as they are; first it shows what was written."""
        self.lines
        self._screen.resize(columns=columns)
        termios.tcsetwinsize(self.master, (12, columns))

    def close(self) -> None:
        self.stream.close()
        os.close(self.master)


@pytest.fixture
def glass(monkeypatch: pytest.MonkeyPatch) -> Iterator[Glass]:
    # A terminal of which nothing is known, whatever the tests are run in.
    for name in (*reflow.VARIABLES, "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    glass = Glass()
    yield glass
    glass.close()


def panel(*lines: str) -> list[tuple[str, int]]:
    return [(line, len(line)) for line in lines]


def in_a_thread(function, *arguments) -> None:
    thread = threading.Thread(target=function, args=arguments)
    thread.start()
    thread.join()


def test_text_passes_straight_through(glass):
    glass.program.write("a")
    glass.program.writelines(["b\n", "c"])
    assert glass.lines == ["ab", "c"]


def test_a_stream_is_the_real_one_in_all_but_write(glass):
    assert glass.program.isatty()
    assert glass.program.encoding == "utf-8"
    assert glass.program.fileno() == glass.stream.fileno()
    with pytest.raises(TypeError, match="must be str, not int"):
        glass.program.write(1)


def test_while_a_prompt_is_up_whole_lines_wait_to_be_let_out(glass):
    announced = []
    glass.terminal.hold(lambda: announced.append(True))
    glass.program.write("one")
    assert announced == []
    glass.program.write(" line\nand a start")
    assert (announced, glass.lines) == ([True], [""])
    glass.terminal.let_lines_out()
    assert glass.lines == ["one line"]
    glass.terminal.release()
    assert glass.lines == ["one line", "and a start"]


def test_a_prompt_begins_at_the_start_of_a_line(glass):
    glass.program.write("no newline")
    glass.terminal.hold()
    os.write(glass.stream.fileno(), b"In [1]: ")
    assert glass.lines == ["no newline", "In [1]:"]


def test_lines_of_threads_stay_whole(glass):
    steps = [threading.Event() for _ in range(3)]

    def first() -> None:
        glass.program.write("first ")
        steps[0].set()
        steps[1].wait()
        glass.program.write("line\n")
        steps[2].set()

    thread = threading.Thread(target=first)
    thread.start()
    steps[0].wait()
    in_a_thread(glass.program.write, "second line\n")
    steps[1].set()
    steps[2].wait()
    thread.join()
    assert glass.lines == ["second line", "first line"]


def test_a_thread_that_flushes_shows_the_start_of_its_line(glass):
    def ask() -> None:
        glass.program.write("name? ")
        glass.program.flush()

    in_a_thread(ask)
    assert glass.lines == ["name?"]


def test_lines_go_above_the_panel_and_it_leaves_no_trace(glass):
    glass.program.write("before\n")
    glass.terminal.open_panel()
    assert glass.terminal.draw_panel(panel("=====", "panel"))
    glass.program.write("above\n")
    glass.terminal.draw_panel(panel("=====", "next", "panel"))
    assert glass.lines == ["before", "above", "=====", "next", "panel"]
    glass.terminal.remove_panel()
    assert glass.lines == ["before", "above"]
    assert not glass.terminal.draw_panel(panel("late"))
    assert glass.lines == ["before", "above"]


def test_lines_that_come_fast_do_not_make_the_panel_vanish(glass):
    glass.terminal.open_panel()
    glass.terminal.draw_panel(panel("panel"))
    for number in range(3):
        glass.program.write(f"line {number}\n")
        assert glass.lines == ["panel"]
    glass.terminal.move_panel()
    assert glass.lines == ["line 0", "line 1", "line 2", "panel"]


def test_at_no_moment_of_a_new_picture_is_the_panel_gone(glass):
    glass.terminal.open_panel()
    glass.terminal.draw_panel(panel("one", "panel", "three"))
    glass.lines
    glass.terminal.draw_panel(panel("one", "panel"))
    data = os.read(glass.master, 65536)
    seen = set()
    for at in range(len(data)):
        glass.feed(data[at : at + 1])
        seen.add(tuple(line[:2] for line in glass.lines if line))
    assert seen == {("on", "pa", "th"), ("on", "pa")}


def test_the_last_picture_stays_and_the_program_goes_on_below_it(glass):
    glass.terminal.open_panel()
    glass.terminal.draw_panel(panel("panel"))
    glass.program.write("said\nand begun")
    assert glass.terminal.leave_panel(panel("last", "picture"))
    glass.program.write("below\n")
    assert glass.lines == ["said", "and begun", "last", "picture", "below"]
    assert not glass.terminal.leave_panel(panel("another"))


def test_a_terminal_made_narrower_loses_no_line_of_the_program(glass):
    glass.program.write("first\nsecond\n")
    glass.terminal.open_panel()
    glass.terminal.draw_panel(panel("=" * 39, "-" * 39))
    glass.resize(20)
    glass.terminal.draw_panel(panel("=" * 19, "-" * 19))
    assert glass.lines == ["first", "second", "=" * 19, "-" * 19]


@pytest.mark.parametrize("variables", [{"TMUX": "x"}, {"TERM_PROGRAM": "vscode"}, {"TERM": "xterm-kitty"}])
def test_in_a_terminal_that_wraps_anew_all_of_the_old_panel_goes(glass, monkeypatch, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    glass.terminal = Terminal(glass.stream)
    glass.terminal.open_panel()
    glass.terminal.draw_panel(panel("=" * 39, "-" * 39))
    glass.resize(20)
    # As such a terminal lays it out: each line takes two.
    glass.feed(b"\x1b[H\x1b[J" + b"\r\n".join([b"=" * 20, b"=" * 19, b"-" * 20, b"-" * 19]))
    glass.terminal.draw_panel(panel("=" * 19, "-" * 19))
    assert glass.lines == ["=" * 19, "-" * 19]


def test_the_start_of_a_line_waits_for_its_end_while_there_is_a_panel(glass):
    glass.program.write("begun")
    glass.terminal.open_panel()
    glass.terminal.draw_panel(panel("panel"))
    assert (glass.lines, glass.terminal.unfinished) == (["panel"], "begun")
    glass.program.write(" ended\nand begun again")
    glass.terminal.draw_panel(panel("panel"))
    assert glass.lines == ["begun ended", "panel"]
    glass.terminal.remove_panel()
    assert glass.lines == ["begun ended", "and begun again"]


def test_the_panel_goes_aside_for_a_question_and_comes_back(glass):
    glass.terminal.open_panel()
    glass.terminal.draw_panel(panel("panel"))
    with glass.terminal.panel_suspended():
        assert glass.terminal.questions == 1
        assert glass.terminal.draw_panel(panel("panel"))  # it is only not the time for it
        glass.program.write("question? ")
        assert glass.lines == ["question?"]
        glass.program.write("answer\n")
    assert glass.terminal.draw_panel(panel("panel"))
    assert glass.lines == ["question? answer", "panel"]


def test_a_question_that_outlives_the_panel_does_not_bring_it_back(glass):
    glass.terminal.open_panel()
    with glass.terminal.panel_suspended():
        assert not glass.terminal.leave_panel(panel("panel"))
    assert not glass.terminal.draw_panel(panel("panel"))
    assert glass.lines == [""]


@pytest.mark.parametrize("text", ["\x1b[2J", "\x1b[3A", "\x1b[?1049h", "\x1b[10;5H", "\x1b7"])
def test_the_panel_leaves_when_a_program_draws_on_the_screen_itself(glass, text):
    glass.terminal.open_panel()
    glass.terminal.draw_panel(panel("panel"))
    glass.program.write(text)
    assert not glass.terminal.draw_panel(panel("panel"))


def test_colours_do_not_drive_the_panel_away(glass):
    glass.terminal.open_panel()
    glass.terminal.draw_panel(panel("panel"))
    glass.program.write("\x1b[31mred\x1b[0m\n")
    assert glass.terminal.draw_panel(panel("panel"))
    assert glass.lines == ["red", "panel"]


def test_close_shows_what_threads_left_unfinished(glass):
    in_a_thread(glass.program.write, "last words")
    assert glass.lines == [""]
    glass.terminal.close()
    assert glass.lines == ["last words"]
