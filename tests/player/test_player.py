"""The player without a terminal: where it stops, what the keys do, and that back shows what forward showed."""

from __future__ import annotations

import linecache
import os
import re
import signal
import socket
import time

import pytest
import sample_traces as samples
from keyed_player import PLAIN, KeyedPlayer
from rich.text import Text

from corodemo.course.marks import caption, marks_of
from corodemo.history import History
from corodemo.lesson import find, lesson_files, play_through, read
from corodemo.player import Key, KeyPress, Leave, Page, Place, Question, Stepper, Work
from corodemo.player.app import _signals_left_alone, play
from corodemo.player.frame import Colours
from corodemo.traceformat import events as ev
from corodemo.traceformat.sources import lines_of

SIZES = [(60, 20), (100, 30), (200, 60)]


def history() -> History:
    return History(samples.gather_trace())


def same_text(given: str, right: str) -> bool:
    return given == right


def question(index: int, *choices: str, right: str, why: int, code: str = "") -> Question:
    return Question(index, "what **now**?", choices, right, why, same_text, code)


def player_of(what: History, marks=(), **more) -> KeyedPlayer:
    return KeyedPlayer(what, title="a title", lines_of=lambda file: samples.SOURCE, marks=marks, **more)


def press(player: KeyedPlayer, *keys: str) -> None:
    for key in keys:
        player.press(key)
        while player.search is not None:
            player.tick()


def shown(player: KeyedPlayer, width: int = 100, height: int = 30, colours: Colours = PLAIN) -> list[str]:
    return [line.rstrip() for line in player.frame(width, height, colours).split("\n")]


def stops_of(stepper: Stepper) -> list[tuple[int, object]]:
    stepper.home()
    found = [(stepper.index, stepper.mark)]
    while stepper.forward():
        found.append((stepper.index, stepper.mark))
    return found


# --- stops


def test_an_event_that_the_next_one_completes_is_no_stop():
    events: list[ev.Event] = [
        ev.LoopStarted(0),
        ev.TaskCreated(0, 1, "main", None, "main", "app.py", 1),
        ev.TaskReady(0, 1, "spawned", None),
        ev.TaskResumed(0, 1),
        ev.Line(0, 1, "app.py", 1, {}),
        ev.Output(0, 1, "stdout", "hello"),
        ev.Output(0, 1, "stdout", "\n"),
        ev.TimerSet(0, 1, 10, "sleep(1)"),
        ev.TaskSuspended(0, 1, ev.On("timer", 1), "app.py", 1),
        ev.LoopWaiting(0, 10),
        ev.TimerFired(10, 1, 0),
        ev.TaskReady(10, 1, "timer", 1),
        ev.TaskResumed(10, 1),
        ev.TaskDone(10, 1, "result", "None"),
        ev.LoopStopped(10),
    ]
    stepper = Stepper(History(samples.FakeTrace(events)))
    kinds = [type(events[index]).__name__ for index, _ in stops_of(stepper)]
    assert kinds == [
        "TaskReady",
        "Line",
        "Output",
        "TaskSuspended",
        "LoopWaiting",
        "TaskReady",
        "TaskResumed",
        "TaskDone",
        "LoopStopped",
    ]
    stepper.toggle_every()
    assert [index for index, _ in stops_of(stepper)] == list(range(len(events)))


def test_marks_stand_after_their_event_in_the_order_given():
    first, second, third = Page(-1, "a"), Page(0, "b"), Page(0, "c")
    stepper = Stepper(History(samples.FakeTrace([ev.LoopStarted(0), ev.LoopStopped(0)])), [first, second, third])
    assert stops_of(stepper) == [(-1, first), (0, second), (0, third), (1, None)]


def test_an_empty_history_has_one_stop():
    stepper = Stepper(History(samples.FakeTrace([])))
    assert stops_of(stepper) == [(-1, None)]
    assert not stepper.next_step()
    assert not stepper.previous_step()
    assert stepper.go("0") == "there is no event 0; the trace is empty"


def test_the_way_back_is_the_way_there():
    stepper = Stepper(history(), [Page(-1, "a"), Page(4, "b")])
    there = stops_of(stepper)
    back = [(stepper.index, stepper.mark)]
    while stepper.back():
        back.append((stepper.index, stepper.mark))
    assert back[::-1] == there


def test_next_step_goes_to_where_a_task_is_resumed_and_back():
    stepper = Stepper(history())
    events = stepper.history.events
    found = []
    while stepper.next_step():
        found.append(stepper.index)
    resumed = [index for index, event in enumerate(events) if isinstance(event, ev.TaskResumed)]
    # A step that begins at a recorded line stops at the line.
    expected = [index + isinstance(events[index + 1], ev.Line) for index in resumed]
    assert found[: len(expected)] == expected
    back = []
    while stepper.previous_step():
        back.append(stepper.index)
    assert back[: len(expected)] == expected[::-1]


def test_next_step_does_not_jump_over_a_question():
    asked = question(12, "a", "b", right="a", why=13)
    stepper = Stepper(history(), [asked])
    while stepper.mark is not asked:
        assert stepper.next_step()


def test_go_takes_the_number_of_an_event_or_a_time():
    stepper = Stepper(history())
    assert stepper.go("9") == ""
    assert stepper.index >= 9
    at_one_second = stepper.history.index_at(samples.SECOND)
    for text in ("1s", "1.0 s", "1000ms", "1000000us"):
        stepper.home()
        assert stepper.go(text) == ""
        assert stepper.index >= at_one_second
    last = len(stepper.history) - 1
    assert stepper.go(str(last + 1)) == f"there is no event {last + 1}; the last is {last}"
    assert stepper.go("soon") == "'soon' is neither the number of an event nor a time such as 1.5s"
    assert stepper.go("9" * 400) == f"{'9' * 400!r} is neither the number of an event nor a time such as 1.5s"


def test_every_event_keeps_the_place():
    stepper = Stepper(history())
    for _ in range(5):
        stepper.forward()
    here = stepper.index
    stepper.toggle_every()
    assert stepper.index == here
    stepper.forward()
    stepper.toggle_every()
    assert stepper.index == here


# --- keys


def test_the_keys_that_move():
    player = player_of(history())
    places = []
    for key in ("right", "l", "enter", "left", "h", "]", "pagedown", "[", "pageup", "end", "home"):
        player.press(key)
        places.append(player.stepper._place)
    assert places[:5] == [1, 2, 3, 2, 1]
    assert places[5] > 1
    assert places[-3] < places[-4]
    assert places[-1] == 0
    player.press("left")
    assert player.message == "this is the beginning"
    press(player, "end", "right")
    assert player.message == "this is the end"


@pytest.mark.parametrize("key", ["q", "c-c", "c-d"])
def test_the_keys_that_quit(key):
    player = player_of(history())
    player.press(key)
    assert player.is_over


def test_ctrl_c_quits_while_something_is_typed():
    player = player_of(history())
    press(player, "/", "q", "?")
    assert (player.is_over, player.entry) == (False, "q?")
    player.press("c-c")
    assert player.is_over


def test_go_and_find_are_typed_at_the_bottom():
    player = player_of(history())
    press(player, "g", "1", "x", "backspace", "s")
    assert shown(player)[-1] == " go to event or time: 1s▏"
    player.press("enter")
    assert player.stepper.history.at(player.stepper.index).at_ns >= samples.SECOND
    press(player, "home", "/", *"slept", "enter")
    first = player.stepper.index
    assert "slept" in player.sentence(first)
    press(player, "/", "enter")
    assert player.stepper.index > first
    press(player, "/", *"no such", "enter")
    assert shown(player)[-1] == " no event has 'no such'"
    here = player.stepper.index
    press(player, "/", "x", "escape")
    assert (player.typing, player.stepper.index) == ("", here)


def test_help_covers_the_screen_until_the_next_key():
    player = player_of(history())
    before = shown(player)
    player.press("?")
    assert shown(player)[0] == " a title  ·  help"
    narrow = shown(player, 50, 40)
    assert [line for line in narrow if line.startswith("  o  O")] == [
        "  o  O         over an await, to where it goes on;"
    ]
    assert narrow[narrow.index("  o  O         over an await, to where it goes on;") + 1] == " " * 15 + "back"
    assert any("to the next step of a task" in line for line in shown(player))
    player.press("x")
    assert shown(player) == before


# --- questions


def test_a_question_is_shown_before_its_answer_and_a_right_choice_is_praised():
    asked = question(4, "one", "two", right="two", why=7, code="print(1)\n")
    player = player_of(history(), [asked])
    press(player, "g", "5", "enter")
    press(player, "left")
    assert player.question is asked
    lines = shown(player, 60, 20)
    assert [line for line in lines if line] == [
        " a title  ·  what is going to run",
        "  print(1)",
        "─ predict ──────────────────────────────────────────────────",
        "  what now?",
        "    1  one",
        "    2  two",
        "                      1-2 choose   → skip   ← back   ? help",
    ]
    player.press("2")
    assert [line for line in shown(player, 60, 20) if line][5:8] == [
        "  ▶ 2  two",
        "  ✓ Right: two",
        f"    The trace says, event 7: {player.sentence(7)}",
    ]
    player.press("1")
    assert player.answer_to(asked) == "two"


def test_a_wrong_choice_is_explained_by_the_trace():
    asked = question(4, "one", "two", right="two", why=7)
    player = player_of(history(), [asked])
    press(player, "g", "5", "enter", "left", "1")
    lines = [line for line in shown(player) if line]
    assert lines[-3:-1] == [
        "  ✗ Not quite. You said one; it is two",
        f"    The trace says, event 7: {player.sentence(7)}",
    ]
    assert lines[0].startswith(" event 4 of")  # how things stand is above the question


def test_an_answer_without_choices_is_typed():
    asked = question(4, right="a b", why=7)
    player = player_of(history(), [asked])
    press(player, "g", "5", "enter", "left", "a", "space", "q", "backspace", "b")
    assert "  > a b▏" in shown(player)
    player.press("enter")
    assert (player.answer_to(asked), player.typing) == ("a b", "")
    assert "  ✓ Right: a b" in shown(player)


def test_a_question_can_be_skipped_and_stays_unanswered():
    choose, write = question(4, "one", "two", right="two", why=7), question(4, right="x", why=7)
    player = player_of(history(), [choose, write])
    press(player, "g", "5", "enter", "left", "left")
    assert player.question is choose
    player.press("right")
    assert player.question is write
    press(player, "x", "right")  # half an answer is no answer
    assert player.question is None
    press(player, "left", "enter")
    assert (player.question, player.answer_to(choose), player.answer_to(write)) == (None, None, None)


def test_code_to_come_is_cut_where_the_screen_ends_and_says_so():
    line = "await gather(" + ", ".join(f"part({number})" for number in range(9)) + ")"
    player = player_of(history(), [question(-1, "one", "two", right="two", why=7, code=f"{line}\nprint()\n")])
    assert [shown(player, width)[1:3] for width in (60, 200)] == [
        [f"  {line[:55]}…", "  print()"],
        [f"  {line}", "  print()"],
    ]


def test_a_block_of_code_on_a_page_is_set_apart_by_one_line():
    page = Page(-1, "one:\n\n    two\n\nthree\n")
    for colours in (PLAIN, Colours()):
        text = [
            re.sub(r"\x1b\[[0-9;]*m", "", line).strip() for line in shown(player_of(history(), [page]), colours=colours)
        ]
        assert text[:7] == ["a title", "", "one:", "", "two", "", "three"]


def test_an_order_is_typed_as_the_numbers_of_the_choices():
    asked = Question(4, "in which order?", ("one", "two"), "21", 7, same_text, is_order=True)
    player = player_of(history(), [asked])
    press(player, "g", "5", "enter", "left", "2", "1")
    assert [line for line in shown(player) if line][-5:] == [
        "  in which order?",
        "    1  one",
        "    2  two",
        "  > 21▏",
        shown(player)[-1],
    ]
    press(player, "?")  # no digit: not meant for the order
    assert (player.shows_help, player.entry) == (True, "21")
    press(player, "x", "enter")
    assert player.answer_to(asked) == "21"
    assert "  ✓ Right: 21" in shown(player)


# --- what others add


class Teacher:
    """Asks one question at each even event, and writes down what happens."""

    def __init__(self) -> None:
        self.heard: list[object] = []

    def ask(self, history: History, index: int) -> Question | None:
        if index % 2:
            return None
        return Question(index, f"after {index}?", ("a", "b"), "b", index + 1, same_text, because="so it is")

    def answered(self, question: Question, given: str) -> None:
        self.heard.append((question.text, given))

    def arrived(self, place: Place, mark: object) -> None:
        self.heard.append(place)


def taught(teacher: Teacher, *keys: Key) -> KeyedPlayer:
    return player_of(
        history(), quiz=teacher, keys=keys, on_answer=teacher.answered, on_arrival=teacher.arrived, start=Place(6, 0)
    )


def test_a_question_from_a_quiz_is_laid_over_the_place_and_answered_there():
    teacher = Teacher()
    player = taught(teacher)
    press(player, "p", "1")
    assert [line for line in shown(player) if line][-6:-1] == [
        "  after 6?",
        "  ▶ 1  a",
        "    2  b",
        "  ✗ Not quite. You said a; it is b",
        "    so it is",
    ]
    press(player, "left")
    assert (player.mark, player.stepper.index) == (None, 6)
    press(player, "p", "2", "right")
    assert player.stepper.index == 7
    assert teacher.heard == [Place(6, 0), ("after 6?", "a"), ("after 6?", "b"), Place(7, 0)]


def test_a_quiz_without_a_question_says_so_and_does_not_ask_over_one():
    player = taught(Teacher())
    press(player, "right", "p")
    assert player.message == "there is nothing to predict here"
    press(player, "left", "p")
    laid = player.mark
    press(player, "p")
    assert (player.mark, player.message) == (laid, "there is a question already: answer this one first")


def test_without_a_quiz_its_key_does_nothing_and_is_not_in_the_help():
    player = player_of(history())
    before = shown(player)
    player.press("p")
    assert shown(player) == before
    assert not any("predict" in meaning for _, meaning in player.keymap.help)
    assert any("predict" in meaning for _, meaning in taught(Teacher()).keymap.help)


def test_a_key_from_outside_says_lays_or_ends():
    page = Page(0, "a hint")
    seen = []

    def tell(at: KeyPress) -> str:
        seen.append((at.place, at.mark))
        return "a sentence"

    player = taught(
        Teacher(),
        Key("x", "says something", tell),
        Key("y", "shows a hint", lambda at: page),
        Key("z", "leaves", lambda at: Leave("the prompt")),
        Key("q", "nothing at all", lambda at: None),
    )
    press(player, "x")
    assert (shown(player)[-1], seen) == (" a sentence", [(Place(6, 0), None)])
    press(player, "y")
    assert "  a hint" in shown(player)
    press(player, "x", "escape", "q")
    assert (seen[-1], player.mark) == ((Place(6, 0), page), None)
    assert any(line.split() == ["y", "shows", "a", "hint"] for line in [*shown_help(player)])
    press(player, "z")
    assert (player.is_over, player.left_with) == (True, "the prompt")


def test_what_takes_its_time_is_said_to_be_under_way_until_it_is_over_or_a_key_stops_it():
    page = Page(0, "the verdict")
    coming = [None, page, None, "nothing came of it", None, None]
    stopped = []
    work = Work("running app.py", lambda: coming.pop(0), lambda: stopped.append(len(coming)))
    player = taught(Teacher(), Key("x", "runs it", lambda at: work))

    def said(*keys):
        """Press keys, or with None let some time pass; return the last line, and whether more is awaited."""
        for key in keys:
            if key is None:
                player.tick()
            else:
                player.press(key)
        return shown(player)[-1].strip(), player.tick_after is not None

    under_way, stop = ("running app.py   any key stops", True), ("stopped running app.py", False)
    assert said("x") == said(None) == under_way
    assert said(None)[1] is False
    assert "  the verdict" in shown(player)
    assert said("escape", "x") == said("down") == said(None) == under_way
    assert said(None) == ("nothing came of it", False)
    assert said("x", None) == under_way
    assert (said("q"), player.is_over) == (stop, False)
    assert said("x") == under_way
    assert (said("c-c"), player.is_over) == (stop, True)
    assert (stopped, coming) == ([1, 1], [None])


def test_what_a_key_from_outside_says_of_itself_stands_at_the_bottom():
    def hint(at: KeyPress) -> str:
        return "x try it" if isinstance(at.mark, Page) else ""

    player = player_of(history(), [Page(-1, "a page")], keys=[Key("x", "opens the prompt", lambda at: None, hint)])
    assert shown(player, 60, 20)[-1].strip() == "x try it   → go on   ← back   ? help   q quit"
    player.press("right")
    assert "x try it" not in shown(player)[-1]
    assert "p predict" in shown(taught(Teacher()))[-1]


def shown_help(player: KeyedPlayer) -> list[str]:
    player.press("?")
    lines = shown(player)
    player.press("escape")
    return lines


def test_a_place_is_come_back_to():
    marks = [Page(4, "a"), Page(4, "b")]
    stepper = Stepper(history(), marks)
    while stepper.mark is not marks[1]:
        stepper.forward()
    again = Stepper(history(), marks)
    again.come_back(stepper.place)
    assert (again.mark, again.place) == (marks[1], Place(4, 2))
    again.come_back(Place(10**9, 0))
    assert again.is_at_end
    again.come_back(Place(-7, 10**9))
    assert again.index == -1 or again._place == 0


# --- frames


def small_lesson() -> KeyedPlayer:
    """Everything that a lesson has, around a trace of two dozen stops."""
    marks = [
        Page(-1, "# A title\n\n- one\n- two", "import asyncio\n"),
        question(-1, "one", "two", right="two", why=7, code="await main()\n"),
        Page(12, "Look at the *queue*.", shows_state=True),
        question(12, right="a", why=13),
        question(20, "A", "B", right="A", why=21),
        Page(len(history()) - 1, "The end."),
    ]
    return player_of(history(), marks, caption=lambda index: f"cell {index // 10}")


def creating_lesson() -> KeyedPlayer:
    played = play_through(read(find("creating", lesson_files())))
    return KeyedPlayer(
        History(played.trace),
        title=played.lesson.title,
        lines_of=played.lines_of,
        marks=marks_of(played).marks,
        caption=lambda index: caption(played, index),
    )


@pytest.mark.parametrize(
    ("player", "size", "every"),
    [*((small_lesson, size, 1) for size in SIZES), (creating_lesson, (100, 30), 4)],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_lesson_shows_the_same_screens_back_as_forward(player, size, every):
    playing = player()
    there = {playing.stepper.place: playing.frame(*size, Colours())}
    while not playing.stepper.is_at_end:
        press(playing, *["right"] * every)
        there[playing.stepper.place] = playing.frame(*size, Colours())
    back = {}
    while playing.stepper._place:
        if playing.stepper.place in there:
            back[playing.stepper.place] = playing.frame(*size, Colours())
        press(playing, "left")
    back[playing.stepper.place] = playing.frame(*size, Colours())
    assert back == there
    assert len(there) > 25


@pytest.mark.parametrize("size", [*SIZES, (40, 10), (300, 100)])
@pytest.mark.parametrize("ascii", [False, True])
def test_every_frame_fits_the_screen(size, ascii):
    player = creating_lesson()
    player.ascii = ascii
    player.press("?")
    width, height = size
    while True:
        lines = player.frame(width, height, Colours()).split("\n")
        assert len(lines) == height
        assert max(Text.from_ansi(line).cell_len for line in lines) <= width
        if ascii:
            assert "".join(lines).isascii()
        if player.stepper.is_at_end:
            break
        press(player, *["x"] if player.shows_help else ["pagedown"] * 3)


def test_no_color_leaves_bold_and_takes_the_colours():
    player = player_of(history())
    player.press("end")
    with_colours = player.frame(100, 30, Colours())
    without = player.frame(100, 30, Colours(has_colours=False))
    codes = {code for codes in re.findall(r"\x1b\[([\d;]*)m", without) for code in codes.split(";")}
    assert codes <= {"", "0", "1", "2", "3", "4", "7"}
    assert "38" in with_colours
    assert Text.from_ansi(without).plain == Text.from_ansi(with_colours).plain


def test_a_window_that_is_too_small_says_so():
    assert shown(player_of(history()), 25, 5)[0] == "Make this window larger,"


def test_a_long_page_scrolls_and_says_how_much_is_below():
    player = player_of(history(), [Page(-1, "\n\n".join(f"paragraph {number}" for number in range(20)))])
    lines = shown(player, 60, 12)
    assert (lines[2], lines[10]) == ("  paragraph 0", "  31 more lines: ↓")
    press(player, *["down"] * 100)
    assert shown(player, 60, 12)[10] == "  paragraph 19"
    player.press("up")
    assert shown(player, 60, 12)[10] != "  paragraph 19"
    press(player, "right", "left")
    assert shown(player, 60, 12) == lines


def test_hostile_text_is_shown_and_not_obeyed():
    hostile = "[red]x\x1b[2J\u202e<script>"
    events: list[ev.Event] = [
        ev.TaskCreated(0, 1, hostile, None, hostile, hostile, 1),
        ev.TaskReady(0, 1, "spawned", None),
        ev.TaskResumed(0, 1),
        ev.Line(0, 1, hostile, 1, {hostile: hostile}),
        ev.Output(0, 1, "stdout", hostile),
    ]
    marks = [
        Page(3, hostile, hostile),
        Question(4, hostile, (hostile, "`b`"), hostile, 4, same_text, hostile),
        Question(4, hostile, (), hostile, 4, same_text),
    ]
    what = History(samples.FakeTrace(events, ev.Header(1, "virtual", "3.13.0", hostile)))
    player = KeyedPlayer(
        what, title=hostile, lines_of=lambda file: [hostile], marks=marks, caption=lambda index: hostile
    )
    seen = []
    for key in ("home", *["right"] * 9, "left", *hostile, "enter", "left", "1", "?", "x", "/", *hostile):
        player.press(key)
        for size in SIZES:
            text = player.frame(*size, Colours())
            assert set(re.findall(r"\x1b[^m]*m?", text)) <= set(re.findall(r"\x1b\[[\d;]*m", text))
            assert "\u202e" not in text
            seen.append(text)
    assert any("[red]x\\x1b[2J" in Text.from_ansi(text).plain for text in seen)


# --- sources


def test_a_source_is_read_from_disk_with_its_encoding(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(b"# -*- coding: latin-1 -*-\r\nx = '\xe9'\n")
    assert lines_of(str(path)) == ["# -*- coding: latin-1 -*-", "x = 'é'"]
    path.write_bytes(b"x = '\xff'\n\x0cy = 1\n")
    assert lines_of(str(path)) == ["x = '\ufffd'", "\x0cy = 1"]
    path.write_bytes(b"# coding: nonsense\n1\n")
    assert lines_of(str(path)) == ["# coding: nonsense", "1"]


def test_what_is_no_ordinary_file_is_not_read(tmp_path):
    fifo, large = tmp_path / "fifo", tmp_path / "large.py"
    os.mkfifo(fifo)
    with large.open("wb") as file:
        file.truncate(4_000_001)
    began = time.monotonic()
    names = [
        str(fifo),
        str(large),
        str(tmp_path),
        str(tmp_path / "none"),
        "/dev/zero",
        "",
        "a\0b",
        "<no such input>",
        "x" * 9999,
    ]
    assert [lines_of(name) for name in names] == [None] * len(names)
    assert time.monotonic() - began < 30  # it did not wait for somebody to write into the pipe


def test_what_was_typed_at_a_prompt_comes_from_the_prompt(monkeypatch):
    monkeypatch.setitem(linecache.cache, "<input 99>", (4, None, ["x = 1\n", "y\n"], "<input 99>"))
    assert lines_of("<input 99>") == ["x = 1", "y"]


# --- beside a shell, and where there is no terminal


def test_the_signals_of_the_caller_are_as_they_were_afterwards():
    before = signal.getsignal(signal.SIGINT)
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    with reading, writing:
        outer = signal.set_wakeup_fd(writing.fileno())
        try:
            with _signals_left_alone() as is_main:
                assert is_main
                assert signal.set_wakeup_fd(-1) == -1
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            assert signal.getsignal(signal.SIGINT) is before
            assert signal.set_wakeup_fd(-1) == writing.fileno()
        finally:
            signal.set_wakeup_fd(outer)


def test_without_a_terminal_play_says_so_and_returns(capsys):
    play(history(), title="t")
    assert capsys.readouterr() == (
        "",
        "corodemo: the stepper needs a terminal that it can draw on, and this is no terminal\n",
    )
