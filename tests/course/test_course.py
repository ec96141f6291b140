"""The course: progress, the keys of a lesson, files of exercises, and the prompt in a lesson's namespace."""

from __future__ import annotations

import io
import re
import sys
import threading
from pathlib import Path

import pytest
from keyed_player import KeyedPlayer
from lesson_texts import EXERCISE, HEADER, PROGRAM
from rich.console import Console

from corodemo.course import play as play_module
from corodemo.course.exercisefiles import ExerciseFiles
from corodemo.course.listing import print_list
from corodemo.course.marks import marks_of
from corodemo.course.play import LessonPlayer
from corodemo.course.presenter import Presentation, follow
from corodemo.course.progress import LessonProgress, Progress, Record, Tally
from corodemo.history import History
from corodemo.lesson import LessonError, parse, play_through, read
from corodemo.lesson.attempt import Trial
from corodemo.lesson.running import run_into
from corodemo.player import KeyPress, Leave, Page, Place, Work
from corodemo.player.app import Left
from corodemo.player.keymap import BY_KEY

_YOUR_FILE = (
    "This is your file:\n\n    {}\n\nOpen it in another window, with any editor, and come back: **V** verifies it.\n\n"
    "To open it from here, say which editor you like in the variable EDITOR."
)
TRY = "# %% [markdown]\n# **Try:** something.\n\n"


@pytest.fixture
def progress(tmp_path):
    return Progress(tmp_path / "data" / "progress.json")


@pytest.fixture(autouse=True)
def at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)


# --- progress


def test_what_was_done_is_kept_in_one_file_and_read_again(progress, tmp_path):
    progress.reached("tasks", "d", Place(3, 1))
    progress.finished("tasks")
    for exercise in (2, 1, 2):
        progress.solved("tasks", exercise)
    progress.predicted("what prints next", True)
    progress.predicted("what prints next", False)
    record = Progress(tmp_path / "data" / "progress.json").read()
    assert record == Record(
        1, {"tasks": LessonProgress("d", 3, 1, True, [1, 2])}, {"what prints next": Tally(asked=2, right=1)}
    )
    assert record.of("tasks").place("d") == Place(3, 1)
    assert record.of("tasks").place("another text") is None
    assert record.of("loop").place("") is None
    progress.reset("tasks")
    assert progress.read() == Record(1, {}, record.tallies)
    progress.reset()
    assert progress.read() == Record()
    assert progress.trouble == ""


def test_two_at_once_lose_nothing_of_each_other(progress, tmp_path):
    def work(name):
        own = Progress(tmp_path / "data" / "progress.json")
        for exercise in range(5):
            own.solved(name, exercise)
            own.predicted("k", True)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record = progress.read()
    assert {name: progress.solved for name, progress in record.lessons.items()} == {
        "a": [0, 1, 2, 3, 4],
        "b": [0, 1, 2, 3, 4],
    }
    assert record.tallies == {"k": Tally(10, 10)}


@pytest.mark.parametrize("damaged", [b"{", b"[]", b'{"lessons": {"a": {"index": "x"}}}', b"\xff", b"[" * 5000])
def test_a_damaged_file_is_kept_beside_and_said_to_be_damaged(progress, tmp_path, damaged):
    path = tmp_path / "data" / "progress.json"
    path.parent.mkdir()
    path.write_bytes(damaged)
    assert progress.read() == Record()
    progress.finished("a")
    assert progress.read().lessons == {"a": LessonProgress(done=True)}
    assert path.with_name("progress.json.damaged").read_bytes() == damaged
    assert progress.trouble.startswith(f"the file of your progress, {path}, is damaged")


def test_where_nothing_can_be_written_the_course_goes_on_without(tmp_path):
    (tmp_path / "file").write_text("")
    progress = Progress(tmp_path / "file" / "progress.json")
    progress.finished("a")
    assert progress.trouble.startswith(f"your progress is not kept: {tmp_path}/file/progress.json cannot be")
    assert progress.read().of("a").done


# --- the list


def test_the_list_marks_what_is_done_and_what_is_begun(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    for name in ("01_whole.py", "02_begun.py", "03_new.py", "04_open.py"):
        (tmp_path / name).write_text(HEADER + PROGRAM + EXERCISE * (name[0:2] in ("01", "04")))
    (tmp_path / "05_bad.py").write_text("x\n")
    done = {
        "whole": LessonProgress("", 9, 0, True, [1]),
        "begun": LessonProgress("", 3),
        "open": LessonProgress("", 9, 0, True),
    }
    print_list(sorted(tmp_path.glob("*.py")), Record(1, done, {"which task runs next": Tally(4, 3)}))
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line[2:4].isdigit()] == [
        "✓ 01 whole  A title",
        "… 02 begun  A title",
        "  03 new    A title",
        "… 04 open   A title",
        f"! 05 bad    is not a lesson: {tmp_path}/05_bad.py: line 1: code before the first cell; begin it with `# %%`",
    ]
    assert lines[-4:] == [
        "2 of 5 done.",
        "predictions: which task runs next: 3 of 4 right",
        "",
        "Go on with `corodemo lesson begun`, or play any: `corodemo lesson NAME`.",
    ]
    # A window in which they would run off the top has the lessons without their goals; who begins is told with which.
    monkeypatch.setenv("LINES", "15")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    print_list(sorted(tmp_path.glob("*.py"))[:4], Record())
    monkeypatch.setenv("LINES", "8")
    print_list(sorted(tmp_path.glob("*.py"))[:4], Record())
    higher, lower = capsys.readouterr().out.split("  01 ")[1:]
    assert higher.count("know it, and show it.") == 4
    assert lower.splitlines() == [
        "whole  A title",
        "  02 begun  A title",
        "  03 new    A title",
        "  04 open   A title",
        "",
        "Begin with `corodemo lesson whole`, or play any: `corodemo lesson NAME`.",
        "What each is for does not fit this window: `corodemo lesson | more`.",
    ]


# --- playing lessons


class ScriptedPlayer:
    """Stands for the player: presses the keys of a script on the pages of a lesson, and remembers what came of it."""

    def __init__(self, monkeypatch, *script):
        self.script = list(script)  # (which page, by its beginning; key), one for each thing that is to happen
        self.calls = []
        self.results = []
        monkeypatch.setattr(play_module, "play", self)

    def __call__(self, history, *, marks, keys, on_arrival, start, **more):
        self.calls.append((more["title"], start))
        self.keys = {key.key: key for key in keys}
        while self.script:
            page, key = self.script.pop(0)
            mark = next(
                m for m in [*marks, *self.results] if isinstance(m, Page) and m.text.lstrip("#* ").startswith(page)
            )
            place = Place(mark.index, 1)
            if mark in marks:
                on_arrival(place, mark)
            if key == "q":
                break
            if not key:
                continue
            result = self.keys[key].press(KeyPress(history, place, mark))
            if isinstance(result, Work):
                while (found := result.poll()) is None:
                    pass
                result = found
            if isinstance(result, Leave):
                return Left(place, result.value)
            self.results.append(result)
        return Left(Place(-1, 1), None)


def lessons_in(folder: Path) -> list[Path]:
    (folder / "01_one.py").write_text(HEADER + PROGRAM + TRY + EXERCISE)
    (folder / "02_two.py").write_text("no lesson\n")
    (folder / "03_three.py").write_text(HEADER.replace("A title", "Third") + PROGRAM)
    return sorted(folder.glob("*.py"))


def test_a_lesson_is_resumed_where_it_was_left_and_restarted_if_wanted(tmp_path, progress, monkeypatch):
    files = lessons_in(tmp_path)
    player = ScriptedPlayer(monkeypatch, ("Try", "q"))
    LessonPlayer(files, progress).play(files[0])
    place = progress.read().of("one").place(progress.read().of("one").digest)
    LessonPlayer(files, progress).play(files[0])
    LessonPlayer(files, progress).play(files[0], restart=True)
    assert player.calls == [("A title", None), ("A title", place), ("A title", None)]
    assert not progress.read().of("one").done
    files[0].write_text(files[0].read_text() + "\n")  # another text: its places are others
    LessonPlayer(files, progress).play(files[0])
    assert player.calls[-1] == ("A title", None)


def test_after_the_last_page_the_next_lesson_is_played_and_a_broken_one_is_told_and_passed_over(
    tmp_path, progress, monkeypatch, capsys
):
    files = lessons_in(tmp_path)
    player = ScriptedPlayer(
        monkeypatch, ("Goal", ""), ("Exercise", ""), ("The end", "L"), ("Goal", ""), ("The end", "L")
    )
    monkeypatch.setattr("builtins.input", lambda question: print(question) or "")
    LessonPlayer(files, progress).play(files[0])
    assert [title for title, _ in player.calls] == ["A title", "Third"]
    assert capsys.readouterr().out.splitlines() == [
        f"{files[1]}: line 1: code before the first cell; begin it with `# %%`",
        "",
        "Go on with 03_three? [Y/n] ",
    ]
    assert {name: progress.done for name, progress in progress.read().lessons.items()} == {"one": True, "three": True}
    with pytest.raises(LessonError):
        LessonPlayer(files, progress).play(files[1])


def test_a_lesson_is_done_by_who_comes_to_its_last_page_and_not_by_who_jumps_there(tmp_path, progress, monkeypatch):
    files = lessons_in(tmp_path)
    for script, done in (
        (["Goal", "The end"], False),
        (["The end"], False),
        (["The end", "Exercise", "The end"], True),
        (["The end"], True),  # once done, it is done
    ):
        ScriptedPlayer(monkeypatch, *((page, "") for page in script))
        LessonPlayer(files, progress).play(files[0])
        assert (script, progress.read().of("one").done) == (script, done)


def test_try_opens_the_prompt_with_what_the_lesson_has_defined_by_then(tmp_path, progress, monkeypatch, capsys):
    files = lessons_in(tmp_path)
    player = ScriptedPlayer(monkeypatch, ("Goal", "T"), ("Try", "T"))
    opened = []

    def open_prompt(fill, greeting):
        namespace = {"__builtins__": "own", "before": 1}
        fill(namespace)
        opened.append(
            (greeting, {name: type(value).__name__ for name, value in namespace.items()}, namespace["__builtins__"])
        )

    LessonPlayer(files, progress, open_prompt).play(files[0])
    told = "A title: all that the lesson has defined so far is here. Ctrl-D goes back to it."
    own = {"__builtins__": "str", "before": "int"}
    assert opened == [
        (told, own, "own"),
        (told, {**own, "asyncio": "module", "work": "function", "main": "function"}, "own"),
    ]
    assert player.calls[0][1] is None
    assert len(player.calls) == 3
    assert capsys.readouterr().out == ""
    ScriptedPlayer(monkeypatch)(None, marks=[], keys=[], on_arrival=None, start=None, title="")


def test_what_a_lesson_defines_works_at_the_prompt_with_the_real_time(tmp_path):
    lesson = parse(
        HEADER + "# %%\nimport time\ndef f():\n    return g()\nx = time.strftime('%X')\n# %%\n1/0\n", "1_x.py"
    )
    namespace = {}
    run_into(lesson, 2, namespace)
    exec("def g(): return 'from the prompt'\ny = f()", namespace)
    assert (namespace["x"], namespace["y"], namespace["time"]) == ("09:00:00", "from the prompt", __import__("time"))


def test_the_keys_of_a_lesson_are_none_of_the_player_s_own(tmp_path, progress, monkeypatch):
    files = lessons_in(tmp_path)
    player = ScriptedPlayer(monkeypatch, ("Try", "q"))
    LessonPlayer(files, progress, lambda fill, greeting: None).play(files[0])
    assert sorted(player.keys) == ["E", "H", "L", "T", "V"]
    assert {*player.keys} & {*BY_KEY} == set()


# --- presenting


def test_one_goes_from_page_to_page_both_ways_and_a_presentation_sets_them_wide_apart():
    played = play_through(parse(HEADER + "# %% [markdown]\n# One.\n# Two.\n#\n# Three.\n\n" + PROGRAM + TRY, "1_x.py"))
    lesson_marks = marks_of(played)

    def player_of(roomy: bool) -> KeyedPlayer:
        history = History(played.trace)
        return KeyedPlayer(history, title="x", lines_of=played.lines_of, marks=lesson_marks.marks, roomy=roomy)

    player = player_of(False)
    seen = []
    for key in "))))((((":
        player.press(key)
        seen.append((lesson_marks.marks.index(player.mark), player.message))
    end = "there is no page after this"
    assert seen == [(1, ""), (2, ""), (3, ""), (3, end), (2, ""), (1, ""), (0, ""), (0, "there is no page before this")]
    narrow, wide = player_of(False), player_of(True)
    narrow.press(")")
    wide.press(")")
    assert text_of(narrow, 30)[:6] == [" x", "", "  One. Two.", "", "  Three.", ""]
    assert text_of(wide, 30)[:6] == [" x", "", "  One. Two.", "", "", "  Three."]


def text_of(player: KeyedPlayer, height: int) -> list[str]:
    lines = re.sub(r"\x1b\[[0-9;]*m", "", player.frame(40, height)).split("\n")
    return [line.rstrip() for line in lines]


def test_notes_follow_a_presentation_page_by_page_until_it_is_over(tmp_path):
    notes = "# %% [markdown]\n# Read this.\n#\n# **Notes:** ask them *first*.\n\n"
    question = "# %% [markdown]\n# **Predict:** what?\n#\n# - both\n# - over\n#\n# **Asks:** line 1 of the output\n\n"
    played = play_through(parse(HEADER + "#\n# **Notes:** greet them.\n\n" + notes + question + PROGRAM, "1_x.py"))
    lesson_marks = marks_of(played)
    events = len(played.trace.events) - 1
    console = Console(width=60, record=True, file=io.StringIO())
    presentation = Presentation(played.lesson, lesson_marks, events)
    steps = iter(
        [
            presentation.__enter__,
            lambda: presentation.arrived(Place(-1, 1), lesson_marks.marks[0]),
            lambda: presentation.arrived(Place(-1, 1), lesson_marks.marks[0]),  # nothing new: nothing is drawn
            lambda: presentation.arrived(Place(-1, 2), lesson_marks.marks[1]),
            lambda: presentation.arrived(Place(-1, 3), lesson_marks.marks[2]),
            lambda: presentation.arrived(Place(5, 0), None),
            lambda: presentation.arrived(Place(events, 1), lesson_marks.last),
            presentation.__exit__,
        ]
    )

    def wait():
        next(steps)()

    assert follow("x", console, wait) == 0
    shown = [line.rstrip() for line in console.export_text().splitlines()]
    assert shown[0] == "Waiting for `corodemo lesson x --present` in another"
    assert [line for line in shown if line.startswith("A title, ")] == [
        "A title, page 1 of 4",
        "A title, page 2 of 4",
        "A title, page 3 of 4",
        f"A title, event 5 of {events}",
        "A title, page 4 of 4",
    ]
    second = shown.index("A title, page 2 of 4")
    assert shown[second : second + 12] == [
        "A title, page 2 of 4", "", "ask them first.", "", "on the screen " + "─" * 46, "Read this.", "", "next " + "─" * 55,
        "Predict: What?", "", " 1 both", " 2 over",
    ]  # fmt: skip
    assert shown[shown.index("A title, page 1 of 4") + 2] == "greet them."
    assert shown[shown.index("A title, page 3 of 4") + 2] == "no notes to this page"
    assert not (tmp_path / "home" / "corodemo" / "presenting-x.json").exists()


def test_a_presentation_neither_looks_at_progress_nor_keeps_any(tmp_path, progress, monkeypatch):
    files = lessons_in(tmp_path)
    seen = []

    def play(history, *, on_arrival, roomy, **more):
        on_arrival(Place(-1, 1), more["marks"][0])
        on_arrival(Place(len(history) - 1, 1), more["marks"][-1])
        seen.append((roomy, sorted(more)))

    monkeypatch.setattr(play_module, "play", play)
    LessonPlayer(files, progress).present(files[0])
    assert seen == [(True, ["ascii", "caption", "lines_of", "marks", "quiz", "title"])]
    assert progress.read() == Record()


# --- exercises


def test_an_exercise_is_edited_verified_and_hinted_at(tmp_path, progress, monkeypatch):
    files = lessons_in(tmp_path)
    keys = ["Exercise V", "Exercise E", "Exercise H", "Hints H", "Hints H", "Goal E", "Goal V", "Goal H"]
    player = ScriptedPlayer(monkeypatch, *(tuple(key.split()) for key in keys))
    LessonPlayer(files, progress).play(files[0])
    path = tmp_path / "home" / "corodemo" / "exercises" / "01_one.py"
    none = "there is no exercise on this page"
    assert [result.text if isinstance(result, Page) else result for result in player.results] == [
        "you have no file yet: E makes one",
        _YOUR_FILE.format(path),
        "## Hints\n\n1. sleep\n\n**H** gives another.",
        "## Hints\n\n1. sleep\n2. sleep a second, and print\n\nThese are all.",
        "## Hints\n\n1. sleep\n2. sleep a second, and print\n\nThese are all.",
        none,
        none,
        none,
    ]
    starter = read(files[0]).cells[-1].starter.source
    assert path.read_text() == f"# Make it say hello after a second.  Any way will do.\n\n{starter}"

    player = ScriptedPlayer(monkeypatch, ("Exercise", "V"), ("Not yet", "H"))
    LessonPlayer(files, progress).play(files[0])
    assert player.results[0].text == (
        "## Not yet\n\n- it should hold that the cell took 1s (it took 0s)\n\nIt printed:\n\n    hello\n\n"
        "**E** opens your file, **H** gives a hint."
    )
    assert not progress.read().of("one").solved
    path.write_text("import asyncio\nfor _ in range(4):\n    asyncio.run(asyncio.sleep(0.25))\nprint('hello')\n")
    player = ScriptedPlayer(monkeypatch, ("Exercise", "V"), ("Solved", "H"))
    LessonPlayer(files, progress).play(files[0])
    assert player.results[0].text.startswith(
        "## Solved\n\nYour program does all that was asked.\n\nIt printed:\n\n    hello\n\nOther ways:"
    )
    assert player.results[1].text.startswith("## Hints")
    assert progress.read().of("one").solved == [1]


def test_the_editor_is_started_with_the_learner_s_file_which_is_never_written_again(tmp_path, progress, monkeypatch):
    files = lessons_in(tmp_path)
    typing = f"{sys.executable} -c \"import sys; open(sys.argv[1], 'a').write('typed')\""
    monkeypatch.setenv("EDITOR", typing)
    player = ScriptedPlayer(monkeypatch, ("Exercise", "E"), ("Exercise", "E"))
    LessonPlayer(files, progress).play(files[0])
    assert [start for _, start in player.calls][1:] == [Place(player.calls[1][1].index, 1)] * 2
    path = tmp_path / "home" / "corodemo" / "exercises" / "01_one.py"
    assert path.read_text().endswith("asyncio.run(main())\ntypedtyped")
    exercise = next(read(files[0]).exercises)
    monkeypatch.setenv("VISUAL", "/no/such/editor")
    assert (
        ExerciseFiles(read(files[0])).edit(exercise).startswith("the editor '/no/such/editor' could not be started: ")
    )


def test_a_program_is_judged_by_what_it_does_whatever_it_does(tmp_path):
    (lesson,) = lessons_in(tmp_path)[:1]
    exercise = next(read(lesson).exercises)
    program = tmp_path / "mine.py"

    def lacks(text: str, seconds: float = 20.0) -> list[str]:
        program.write_text(text)
        return Trial(lesson, exercise, program, seconds).wait().lacks

    assert lacks("import os\nos._exit(3)\n") == ["the program ends the whole process: os._exit(3) (line 2)"]
    assert lacks("import os\nos.kill(os.getpid(), 9)\n") == ["the program ended the whole process, with status -9"]
    assert lacks("x = 1\n1/0\n") == ["the program raised ZeroDivisionError: division by zero (line 2)"]
    assert lacks("def f(:\n") == ["the program raised SyntaxError: invalid syntax (line 1)"]
    assert lacks("import itertools\nsum(itertools.repeat(0))\n", 0.7) == [
        "the program does not come to an end: it has run for 0.7 seconds"
    ]
    assert lacks("print('hell')\nawait __import__('asyncio').sleep(1)\n") == [
        "it should print 'hello', but prints 'hell'"
    ]
    assert lacks("print('hello')\nprint('o')\nawait __import__('asyncio').sleep(1)\n") == [
        "it prints 'o', which it should not"
    ]
