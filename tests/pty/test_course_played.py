"""Every lesson in a real terminal, from its first page to its last: predictions right and wrong, and on to the next lesson.

What the terminal shows at each prediction and at the end is held against what the player draws for the same keys.
"""

from __future__ import annotations

import re
import sys
from functools import partial

import pytest
from keyed_player import KeyedPlayer
from ptyscreen import Screen, spawn

from corodemo.course.marks import caption
from corodemo.course.play import LessonPlayer, _LessonSession
from corodemo.course.progress import Progress
from corodemo.lesson import lesson_files, play_through, read
from corodemo.player import Question
from corodemo.player.predictions import KINDS

FILES = lesson_files()
COLUMNS, ROWS = 80, 24
_EVENT = re.compile(r"event \d+( of \d+)?|^\W*\d+(?= )")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Expected:
    """A player in this process, for the same lesson, with the same keys."""

    def __init__(self, path, lesson_player: LessonPlayer, progress: Progress) -> None:
        self.session = _LessonSession(play_through(read(path)), progress, lesson_player._coming(path))
        self.player = KeyedPlayer(
            self.session.history,
            title=self.session.played.lesson.title,
            lines_of=self.session.played.lines_of,
            marks=self.session.lesson_marks.marks,
            caption=partial(caption, self.session.played),
            quiz=self.session.quiz,
            keys=self.session.keys(has_prompt=True),
            on_answer=self.session.answered,
            on_arrival=partial(self.session.arrived, "d"),
        )

    def press(self, *keys: str) -> str:
        """Press keys here; return what has to be typed for them there."""
        for key in keys:
            self.player.press(key)
        return "".join("\r" if key == "enter" else key for key in keys)

    @property
    def lines(self) -> list[str]:
        text = self.player.frame(COLUMNS, ROWS)
        return plain(_ANSI.sub("", text).split("\n"))


def plain(lines: list[str]) -> list[str]:
    """Lines without what threads make different from run to run: how many events came before one."""
    return [_EVENT.sub("event #", line.rstrip()) for line in lines]


def keys_for(question: Question, is_right: bool) -> list[str]:
    if question.is_order:
        digits = question.right if is_right else question.right[::-1]
        return [*digits, "enter"]
    if question.choices:
        wanted = next(
            number for number, choice in enumerate(question.choices, 1) if (choice == question.right) is is_right
        )
        return [str(wanted)]
    return [*(question.right if is_right else "something"), "enter"]


def play_lesson(screen: Screen, expected: Expected) -> tuple[int, int]:
    """Play one lesson to its last page; return how many predictions were right, of how many."""
    right = asked = 0
    typed = ""

    def shows(there: Screen) -> bool:
        return plain(there.lines) == wanted

    while expected.player.mark is not expected.session.lesson_marks.last:
        typed += expected.press(")")
        question = expected.player.question
        if question is None:
            continue
        screen.send(typed)
        wanted = expected.lines
        screen.wait_for(shows)
        is_right = asked % 2 == 0
        typed = expected.press(*keys_for(question, is_right))
        asked, right = asked + 1, right + is_right
        assert question.judge(expected.player.answer_to(question), question.right) is is_right
        screen.send(typed)
        wanted = expected.lines
        screen.wait_for(shows)
        typed = ""
    screen.send(typed)
    wanted = expected.lines
    screen.wait_for(shows)
    return right, asked


@pytest.mark.terminal
def test_every_lesson_is_played_from_its_first_page_to_its_last_with_right_and_wrong_answers(tmp_path):
    here, there = Progress(tmp_path / "here" / "progress.json"), Progress(tmp_path / "corodemo" / "progress.json")
    lesson_player = LessonPlayer(FILES, here)
    right = asked = 0
    environment = {"XDG_DATA_HOME": str(tmp_path)}
    with spawn(
        [sys.executable, "-m", "corodemo", "lesson", FILES[0].stem], columns=COLUMNS, rows=ROWS, env=environment
    ) as screen:
        for path in FILES:
            expected = Expected(path, lesson_player, here)
            found = play_lesson(screen, expected)
            right, asked = right + found[0], asked + found[1]
            screen.send("L")
        assert screen.wait_for_end() == 0
    record = there.read()
    assert {name for name, progress in record.lessons.items() if progress.done} == {read(path).name for path in FILES}
    assert sum(tally.asked for tally in record.tallies.values()) == asked
    assert sum(tally.right for tally in record.tallies.values()) == right
    assert record.tallies == here.read().tallies
    assert KINDS[0] in record.tallies


LESSON = """\
# %% [markdown]
# # Small
#
# **Goal:** g
#
# **Section:** s
#
# **Hint:** h

# %% the program
import asyncio

async def answer():
    await asyncio.sleep(1)
    return 42

await answer()

# prints:
# 42

# %% [markdown]
# **Try:** it.

# %% [markdown]
# **Exercise:** print it.
#
# - With print.

# %% start tags=["starter"]
x = 42

# %% one tags=["solution"]
print(42)

# prints:
# 42

# %% two tags=["solution"]
print(6 * 7)
"""


@pytest.mark.terminal
def test_the_prompt_an_editor_and_back_to_the_page_where_one_was(tmp_path):
    lesson = tmp_path / "01_small.py"
    lesson.write_text(LESSON)
    editor = f"{sys.executable} -c \"import sys; open(sys.argv[1], 'a').write('print(x)')\""
    environment = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path), "EDITOR": editor}
    arguments = [sys.executable, "-m", "corodemo", "lesson", str(lesson)]
    with spawn(arguments, columns=COLUMNS, rows=ROWS, env=environment) as screen:
        screen.wait_for("Goal:")
        screen.send(")")
        before = [line.rstrip() for line in screen.wait_for("T try")]
        screen.send("T")
        screen.wait_for("In [1]:")
        assert "Small: all that the lesson has defined so far is here. Ctrl-D goes back to it." in screen.text
        screen.send_line("await answer() + 1")
        screen.wait_for("In [2]:")
        assert "43" in screen.lines
        screen.send("\x04")
        screen.wait_for(lambda there: there.lines == before)
        screen.send(")V")
        screen.wait_for("you have no file yet: E makes one")
        screen.send("E")
        screen.wait_for(lambda there: "E edit   V verify   H hint" in there.lines[-1])
        screen.send("V")
        screen.wait_for("Your program does all that was asked.")
        screen.send("q")
        assert screen.wait_for_end() == 0
    progress = Progress(tmp_path / "data" / "corodemo" / "progress.json").read()
    assert (progress.of("small").solved, progress.of("small").done) == ([1], False)
