"""Lessons: reading the percent format, running, the sentences of claims and questions, and everything that can be wrong."""

from __future__ import annotations

import argparse
import contextlib
import gc
import re
import sys
import warnings
from pathlib import Path

import pytest
from lesson_texts import HEADER, PROGRAM, asked, lesson_of, problems_in
from programs import ROOT

from corodemo import EventLoop, new_event_loop
from corodemo.course.command import add_arguments, main
from corodemo.lesson import LessonError, play_through, read
from corodemo.lesson.catalog import find, lesson_files
from corodemo.lesson.cells import split_cells
from corodemo.lesson.celltrace import CellTrace, Misread
from corodemo.lesson.claims import SENTENCES, evidence
from corodemo.lesson.model import Code, Predict, Text
from corodemo.lesson.questions import QUESTIONS, WHICH_HOLDS, same


def scene_of(body: str) -> CellTrace:
    played = play_through(lesson_of(body))
    assert played.problems == ()
    (span,) = played.spans.values()
    return CellTrace(played.trace.events, *span)


# --- the percent format


def test_cells_have_kind_title_options_and_line():
    cells = split_cells('#%% [markdown]\n# text\n# %% a title clock="17:13:52" x="1"\ncode()\n\n# %% [md] t\n#\n', "f")
    assert [(c.number, c.kind, c.title, c.line, c.lines, c.options) for c in cells] == [
        (1, "markdown", "", 1, ("text",), {}),
        (2, "code", "a title", 3, ("code()", ""), {"clock": "17:13:52", "x": "1"}),
        (3, "markdown", "t", 6, ("", ""), {}),
    ]


def test_a_header_that_jupytext_writes_is_passed_over():
    assert [cell.line for cell in split_cells("# ---\n# jupyter:\n# ---\n\n# %%\n1\n", "f")] == [5]


def test_what_a_notebook_keeps_of_a_cell_is_read_over():
    text = '# %% [markdown] id="x" tags=["a", "b"]\n# t\n# %% a = b jupyter={"source_hidden": true} n=1 collapsed=true\n1\n'
    cells = split_cells(text, "f")
    assert [(cell.title, cell.options, cell.tags, cell.option("n")) for cell in cells] == [
        ("", {"id": "x", "tags": ["a", "b"]}, ("a", "b"), None),
        ("a = b", {"jupyter": {"source_hidden": True}, "n": 1, "collapsed": True}, (), None),
    ]
    with pytest.raises(LessonError, match=re.escape("f: cell 1, line 1: the value of x= is not JSON: nope")):
        split_cells("# %% x=nope\n1\n", "f")
    unread = 'f: cell 1, line 1: the option tags= cannot be read: tags=["starter"'
    with pytest.raises(LessonError, match=re.escape(unread)):
        split_cells('# %% two words tags=["starter"\n1\n', "f")
    assert split_cells("# %% where x=y holds\n1\n", "f")[0].title == "where x=y holds"


def test_magic_comments_are_not_markers():
    assert len(split_cells("# %%\n# %%timeit\n# %%%\n1\n", "f")) == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "f: no cells; a cell begins with a line `# %%` or `# %% [markdown]`"),
        ("x = 1\n# %%\n", "f: line 1: code before the first cell; begin it with `# %%`"),
        ("# %% [raw]\n", "f: cell 1, line 1: a cell is code or [markdown], not [raw]"),
        ("# %% [markdown]\n# a\nb\n", "f: cell 1, line 3: a line of a [markdown] cell must begin with `# `"),
    ],
)
def test_what_is_not_percent_format_is_said_with_its_place(text, problem):
    with pytest.raises(LessonError) as caught:
        split_cells(text, "f")
    assert [str(each) for each in caught.value.problems] == [problem]


# --- a lesson's parts


def test_a_lesson_is_read_into_its_parts():
    lesson = lesson_of(
        "# %% [markdown]\n# **Observe:** it.\n\n"
        "# %% [markdown]\n# **Predict:** what\n# now?\n#\n# - a\n# - b\n#\n# **Asks:** line 1 of the output\n\n"
        "# %% go\n\nprint('a')\n\n# prints:\n# a\n#\n# holds:\n# - the cell took 0s\n"
    )
    assert (lesson.number, lesson.name, lesson.title) == (1, "test", "A title")
    assert (lesson.goal, lesson.section, lesson.hint) == ("know it, and show it.", "Coroutines", "look.")
    text, predict, code = lesson.cells
    assert isinstance(text, Text)
    assert text.purpose == "observe"
    assert isinstance(predict, Predict)
    assert (predict.question, predict.choices, predict.asks, predict.when) == (
        "What now?",
        ("a", "b"),
        "line 1 of the output",
        None,
    )
    assert isinstance(code, Code)
    assert (code.title, code.source, code.line, code.prints) == ("go", "print('a')\n", 24, ("a", ""))
    assert [(claim.sentence, claim.line) for claim in code.claims] == [("the cell took 0s", 30)]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (
            "# %% [markdown]\n# # T\n#\n# **Goal:** g\n# %%\n1\n",
            ["01_test.py: cell 1, line 1: the first cell must have **Section:**, **Hint:**"],
        ),
        (
            "# %%\n1\n",
            [
                "01_test.py: cell 1, line 1: the first cell must be [markdown] with a `# # Title`",
                "01_test.py: a lesson needs a code cell",
            ],
        ),
        (HEADER, ["01_test.py: a lesson needs a code cell"]),
        (
            HEADER + "# %%\n\n",
            ["01_test.py: cell 2, line 10: an empty code cell", "01_test.py: a lesson needs a code cell"],
        ),
        (
            HEADER + "# %%\n1\n# prints:\n# 1\nprint()\n",
            ["01_test.py: cell 2, line 14: code after `# prints:`; promises end a cell"],
        ),
        (
            HEADER + "# %%\n1\n# holds:\n# it is good\n",
            ["01_test.py: cell 2, line 13: under `# holds:` a line is not understood: # it is good"],
        ),
        (
            HEADER + "# %%\n1\n# prints: 1\n",
            ["01_test.py: cell 2, line 12: what stands after `# prints:` goes into the next line"],
        ),
        (
            HEADER + '# %% clock="25:00:00"\n1\n',
            ['01_test.py: cell 2, line 10: clock="25:00:00" is no time of day such as "17:13:52"'],
        ),
        (
            HEADER + "# %%\n1\n# %% [markdown]\n# **Predict:** q\n#\n# - a\n",
            [
                "01_test.py: cell 3, line 12: a prediction must say what it **Asks:** of the trace",
                "01_test.py: cell 3, line 12: a prediction has two to nine choices, or none if the answer is typed; this has 1",
                "01_test.py: cell 3, line 12: no code cell follows this prediction",
            ],
        ),
    ],
)
def test_a_file_that_is_no_lesson_says_why_and_where(text, problems):
    assert problems_in(text) == problems


def test_a_file_that_cannot_be_read_says_why(tmp_path):
    def problem(path: Path) -> str:
        with pytest.raises(LessonError) as caught:
            read(path)
        return str(caught.value).removeprefix(f"{path}: ")

    binary, large = tmp_path / "1_b.py", tmp_path / "2_l.py"
    binary.write_bytes(b"# %%\n\xff\n")
    large.write_text("#" * 1_000_001)
    assert problem(tmp_path / "none.py") == "no such file"
    assert problem(tmp_path) == "is a directory"
    assert problem(binary) == "line 2: not UTF-8 text"
    assert problem(large) == "longer than 1000000 bytes; this is not a lesson"


# --- running


def test_cells_share_a_namespace_and_one_clock():
    played = play_through(
        lesson_of(
            "# %%\nimport asyncio\nx = 20\nawait asyncio.sleep(1)\n# %%\nx + 1\n# %%\nasync def f():\n"
            "    await asyncio.sleep(2)\nasyncio.run(f())\n"
        )
    )
    assert played.problems == ()
    scenes = [CellTrace(played.trace.events, *span) for span in played.spans.values()]
    assert [cell_trace.output() for cell_trace in scenes] == ["", "21\n", ""]
    assert [cell_trace.duration_ns for cell_trace in scenes] == [1_000_000_000, 0, 2_000_000_000]


def test_a_background_task_goes_on_in_the_next_cell_that_awaits():
    body = (
        "# %%\nimport asyncio\nasync def f():\n    await asyncio.sleep(2)\n    print('late')\n"
        "t = asyncio.create_task(f())\nawait asyncio.sleep(1)\n"
        "# %%\nprint('between')\n# prints:\n# between\n# %%\nawait t\n# prints:\n# late\n"
    )
    assert problems_in(HEADER + body) == []


def test_the_wall_clock_follows_the_virtual_one():
    body = (
        '# %% clock="17:13:52"\nimport time, asyncio\nfrom time import strftime\nfrom datetime import timedelta\n'
        "print(time.strftime('%X'), strftime('%H'), time.ctime())\nbefore = time.monotonic(), time.time()\n"
        "await asyncio.sleep(1.5)\ntime.sleep(2)\n"
        "print(time.strftime('%X'), time.monotonic() - before[0], time.time() - before[1])\n"
        "# prints:\n# 17:13:52 17 Mon Oct  4 17:13:52 2021\n# 17:13:55 3.5 3.5\n"
    )
    assert problems_in(HEADER + body) == []


def test_dates_follow_the_virtual_clock():
    body = (
        '# %% clock="23:59:59"\nimport asyncio, datetime\nfrom datetime import date, timedelta, timezone\n'
        "before = datetime.datetime.now()\nprint(repr(before), date.today())\nawait asyncio.sleep(1.5)\n"
        "print(datetime.datetime.now(), datetime.datetime.now(timezone.utc), datetime.datetime.today() - before)\n"
        "print(repr(date.today()), datetime.datetime.now() > before + timedelta(seconds=1))\n"
        "# prints:\n# datetime.datetime(2021, 10, 4, 23, 59, 59) 2021-10-04\n"
        "# 2021-10-05 00:00:00.500000 2021-10-05 00:00:00.500000+00:00 0:00:01.500000\n"
        "# datetime.date(2021, 10, 5) True\n"
    )
    assert problems_in(HEADER + body) == []


def test_threads_sleep_by_the_virtual_clock_and_beside_each_other():
    body = (
        "# %%\nimport asyncio, time\n"
        "def work(name, seconds):\n    time.sleep(seconds)\n    print(name, time.monotonic())\n    time.sleep(seconds)\n"
        "async def main():\n"
        "    jobs = [asyncio.to_thread(work, name, delay) for name, delay in [('slow', 2000), ('quick', 1000)]]\n"
        "    await asyncio.gather(*jobs, asyncio.sleep(5000))\n"
        "asyncio.run(main())\n"
        "# prints:\n# quick 1000.0\n# slow 2000.0\n# holds:\n# - the cell took 5000s\n"
    )
    assert problems_in(HEADER + body) == []


def test_a_shown_value_has_no_address_and_none_is_not_shown():
    assert problems_in(HEADER + "# %%\nobject()\n# prints:\n# <object object at 0x...>\n# %%\nNone\n") == []


def test_the_same_lesson_leaves_the_same_trace_twice():
    path = lesson_files()[1]
    first, second = play_through(read(path)), play_through(read(path))
    assert first.trace.events == second.trace.events


def test_a_lesson_leaves_the_process_as_it_was(capsys):
    before = sys.stdout, sys.gettrace(), warnings.showwarning, gc.isenabled()
    play_through(lesson_of("# %%\nimport time\nprint('x')\n1/0\n"))
    assert (sys.stdout, sys.gettrace(), warnings.showwarning, gc.isenabled()) == before
    with contextlib.closing(new_event_loop()) as loop:
        assert type(loop) is EventLoop
        assert loop.clock.name == "real"
    assert capsys.readouterr() == ("", "")


def test_lines_of_gives_a_cell_without_its_promises():
    played = play_through(lesson_of("# %%\nprint('a')\n\n# prints:\n# a\n"))
    assert played.lines_of("<cell 2>") == ["print('a')"]
    assert played.lines_of("<cell 1>") is None
    assert played.lines_of("/etc/passwd") is None


# --- what can be untrue


@pytest.mark.parametrize(
    ("promise", "problem"),
    [
        ("# prints:\n# both\n# odd\n", "line 29: states 'odd', but prints 'over'"),
        ("# prints:\n# both\n", "line 29: prints 'over', which it does not state"),
        ("# prints:\n# both\n# over\n# more\n", "line 30: states 'more', but does not print it"),
        ("", "line 11: prints 'both', which it does not state"),
        (
            "# raises: ValueError: x\n# prints:\n# both\n# over\n",
            "line 11: states that it raises 'ValueError: x', but it raises 'nothing'",
        ),
    ],
)
def test_an_altered_output_is_found_with_its_line(promise, problem):
    body = PROGRAM.partition("# prints:")[0] + promise
    assert problems_in(HEADER + body) == [f"01_test.py: cell 2, {problem}"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("# %%\nx = 1\n1/0\n", "line 12: raised ZeroDivisionError: division by zero, which it does not state"),
        ("# %%\nx = 1\n)\n", "line 12: raised SyntaxError: unmatched ')', which it does not state"),
        ("# %%\nimport sys\nsys.exit(3)\n", "line 12: raised SystemExit: 3, which it does not state"),
        (
            "# %%\nimport asyncio\nawait asyncio.get_running_loop().create_future()\n",
            "line 11: raised Deadlock: deadlock: nothing is left that could wake what waits: 'Task-1' ",
        ),
    ],
)
def test_a_cell_that_raises_ends_the_run_with_its_line(body, problem):
    (found,) = problems_in(HEADER + body + "# %%\nprint('never')\n")
    assert found.startswith(f"01_test.py: cell 2, {problem}")


TRUE = [
    "%why one says: sleep(1) was over at 1s and woke one at line 4",
    "%why two cancelled says: main cancelled two at line 12",
    "the cell took 1s",
    "the cell made 3 tasks",
    "at most 1 task waited for sleep(1) at the same time",
    "1 tasks waited for `sleep(2)` at the same time",
    "0 tasks waited for sleep(9) at the same time",
    "no task waited longer than 1s",
    "'both' was printed before 'over'",
    "'over' was printed after 1s",
    "one was created by main",
    "one was woken by sleep(1)",
    "one was woken by timer 1",
    "main was woken by one",
    "main waited for one",
    "`one` waited for `sleep(1)`",
    "main never waited for two",
    "one and two waited at the same time",
    "one first ran before two",
    "one ended before two",
    "one ended after 1s",
    "one ended with 1",
    "two was cancelled",
    "main asked two to cancel",
    "main took 2 steps",
]
FALSE = [
    "%why one says: two woke one",
    "the cell took 2s",
    "the cell made no task",
    "nothing was left waiting",
    "at most 0 tasks waited for sleep(1) at the same time",
    "2 tasks waited for sleep(1) at the same time",
    "no task waited longer than 0.9s",
    "'over' was printed before 'both'",
    "'both' was printed after 1s",
    "main was created by one",
    "one was woken by sleep(2)",
    "one was woken by timer 2",
    "main was woken by two",
    "main waited for two",
    "main never waited for one",
    "main never waited",
    "main and one waited for two",
    "two first ran before one",
    "two ended before one",
    "one ended after 2s",
    "one ended with 2",
    "one failed with 1",
    "one was cancelled",
    "two asked main to cancel",
    "two swallowed a cancel",
    "the trace warns of deadlock",
    "main took 1 step",
]


def test_true_claims_hold_by_an_event_of_the_cell():
    cell_trace = scene_of(PROGRAM)
    assert [claim for claim in TRUE if evidence(claim, cell_trace) is None] == []
    assert all(cell_trace.start <= (evidence(claim, cell_trace) or 0) < cell_trace.stop for claim in TRUE)


def test_false_claims_do_not_hold():
    cell_trace = scene_of(PROGRAM)
    held = []
    for claim in FALSE:
        try:
            if evidence(claim, cell_trace) is not None:
                held.append(claim)
        except Misread:
            pass  # a claim about something that is not there
    assert held == []


def test_every_sentence_is_proved_and_refuted_by_these_tests():
    def kinds(claims: list[str]) -> set[str]:
        return {next(s.example for s in SENTENCES if s.pattern.fullmatch(claim)) for claim in claims}

    all_kinds = {sentence.example for sentence in SENTENCES}
    not_proved = {
        "nothing was left waiting",
        "main never waited",
        "hello failed with ValueError('no')",
        "hello swallowed a cancel",
        "the trace warns of deadlock",
    }
    assert kinds(TRUE) == all_kinds - not_proved
    assert kinds(FALSE) >= all_kinds - {"hello and world waited at the same time"}


def test_the_sentences_that_a_program_with_a_cancel_cannot_prove():
    cell_trace = scene_of("# %%\nimport asyncio\nasync def main():\n    pass\nasyncio.run(main())\n")
    assert evidence("nothing was left waiting", cell_trace) is not None
    assert evidence("main never waited", cell_trace) is not None
    assert evidence("main took 1 step", cell_trace) is not None
    failed = (
        "# %%\nimport asyncio\nasync def f():\n    1/0\n"
        "t = asyncio.create_task(f())\nawait asyncio.wait([t])\nt.exception()\n"
    )
    assert evidence("f failed with ZeroDivisionError('division by zero')", scene_of(failed)) is not None
    assert evidence("f and main waited at the same time", _with_main(failed)) is None


def test_a_swallowed_cancel_is_proved_also_if_the_task_returns_at_once():
    swallowing = (
        "# %%\nimport asyncio\nasync def f():\n    try:\n        await asyncio.sleep(9)\n"
        "    except BaseException:\n        await asyncio.sleep(0)\n    await asyncio.sleep(0)\n"
        "t = asyncio.create_task(f())\nawait asyncio.sleep(0)\nt.cancel()\nawait t\n"
    )
    returning = swallowing.replace("    await asyncio.sleep(0)\nt", "t").replace(
        "        await asyncio.sleep(0)", "        return"
    )
    for body in (swallowing, returning):
        assert evidence("f swallowed a cancel", scene_of(body)) is not None
    assert evidence("the trace warns of swallowed-cancel", scene_of(swallowing)) is not None


def _with_main(body: str) -> CellTrace:
    return scene_of(
        body.replace(
            "async def f", "async def main():\n    pass\nm = asyncio.create_task(main())\nawait m\nasync def f"
        )
    )


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("all is well", "not a sentence about a trace: 'all is well'; docs/writing-lessons.md lists what can be said"),
        (
            "three was cancelled",
            "no task of this cell is called 'three'; its tasks are: main, one, two",
        ),
        ("work was cancelled", "no task of this cell is called 'work'; its tasks are: main, one, two"),
    ],
)
def test_a_claim_that_cannot_be_put_says_why(claim, message):
    with pytest.raises(Misread) as caught:
        evidence(claim, scene_of(PROGRAM))
    assert str(caught.value) == message
    assert problems_in(HEADER + PROGRAM + f"# holds:\n# - {claim}\n") == [
        f"01_test.py: cell 2, line 31: claim: {message}"
    ]


def test_a_task_is_called_by_its_own_name_or_else_by_its_coroutine():
    body = "# %%\nimport asyncio\nasync def f():\n    pass\nasync def main():\n"
    body += "    await asyncio.gather(f(), f(), asyncio.create_task(f(), name='n'))\nasyncio.run(main())\n"
    cell_trace = scene_of(body)
    assert [cell_trace.called(task) for task in cell_trace.made] == ["main", "n", "the second f", "the third f"]
    assert [cell_trace.task(name) for name in ("the first f", "the second f", "Task-3", "T4", "Task-1")] == [
        2,
        3,
        4,
        4,
        1,
    ]
    twice = scene_of(body.replace("create_task(f(), name='n')", "create_task(f(), name='main')"))
    with pytest.raises(Misread, match="2 tasks of this cell are called 'main'; its tasks are: main, main, "):
        twice.task("main")


def test_a_claim_that_does_not_hold_is_found_with_its_line():
    assert problems_in(HEADER + PROGRAM + "# holds:\n# - one was cancelled\n") == [
        "01_test.py: cell 2, line 31: claim does not hold: one was cancelled (one ended with 1, after 1s)"
    ]


# --- predictions


@pytest.mark.parametrize(
    ("asks", "answer"),
    [
        ("line 1 of the output", "both"),
        ("line 2 of the output", "over"),
        ("the last line of the output", "over"),
        ("the next line printed", "both"),
        ("the number of lines printed", "2"),
        ("the time that the cell takes", "1s"),
        ("the next task to run", "main"),
        ("the first task to end", "one"),
        ("the number of tasks", "3"),
        ("the number of steps of main", "2"),
    ],
)
def test_the_trace_answers_a_question(asks, answer):
    assert asked(asks).answer.text == answer


def test_an_answer_is_shown_by_the_event_that_explains_it():
    events = play_through(lesson_of(PROGRAM)).trace.events

    def shown_by(asks: str) -> tuple[str, int]:
        event = events[asked(asks).answer.index]
        return type(event).__name__, event.at_ns

    assert shown_by("the time that the cell takes") == ("TimerFired", 1_000_000_000)
    assert shown_by("the number of lines printed") == ("Output", 1_000_000_000)
    assert shown_by("the first task to end") == ("TaskDone", 1_000_000_000)
    assert shown_by("line 1 of the output") == ("Output", 0)
    assert shown_by("the number of tasks") == ("TaskCreated", 0)


def test_every_question_is_asked_by_these_tests():
    texts = next(mark.args[1] for mark in test_the_trace_answers_a_question.pytestmark)
    missing = [q.example for q in QUESTIONS if not any(q.pattern.fullmatch(asks) for asks, _ in texts)]
    assert missing == []


def test_a_question_in_the_middle_is_asked_when_its_claim_holds():
    found = asked("the next task to run", "one", "two", when="main waited for one")
    assert (found.answer.text, found.answer.index > found.index) == ("one", True)
    assert asked("the next line printed", when="one was woken by sleep(1)").answer.text == "over"


def test_which_of_these_holds_has_one_answer():
    assert asked(WHICH_HOLDS, "one was cancelled", "two was cancelled").answer.text == "two was cancelled"


@pytest.mark.parametrize(
    ("asks", "choices", "when", "message"),
    [
        (
            "who knows",
            (),
            None,
            "not a question to a trace: 'who knows'; docs/writing-lessons.md lists what can be asked",
        ),
        ("line 1 of the output", ("a", "b"), None, "the answer, 'both', is none of the choices"),
        ("line 1 of the output", ("both", "`both`"), None, "the answer, 'both', is there more than once"),
        ("line 9 of the output", (), None, "there is no line 9: the cell prints 2"),
        ("line 0 of the output", (), None, "lines are counted from 1"),
        ("line 1 of the output", (), "one was woken by sleep(1)", "its answer, 'both', shows before it is asked"),
        (
            "the next task to run",
            (),
            "one was cancelled",
            "it is asked when 'one was cancelled', which never happens",
        ),
        (WHICH_HOLDS, ("one was cancelled", "main was cancelled"), None, "exactly one choice must hold, but 0 do"),
        (
            WHICH_HOLDS,
            ("two was cancelled", "main took 2 steps"),
            None,
            "exactly one choice must hold, but 2 do; 'two was cancelled'; 'main took 2 steps'",
        ),
    ],
)
def test_a_prediction_without_an_answer_says_why(asks, choices, when, message):
    with pytest.raises(Misread) as caught:
        asked(asks, *choices, when=when)
    assert str(caught.value) == message


def test_answers_are_the_same_whatever_their_quotes_spaces_and_case():
    assert same(" `Hello  world`", "hello world")
    assert same("'a'", "a")
    assert not same("a b", "ab")


# --- the shelf and the command


@pytest.fixture(autouse=True)
def nobody(tmp_path, monkeypatch):
    """Nobody's progress is read or written."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def test_a_lesson_is_found_by_number_name_or_beginning(tmp_path):
    for name in ("01_coroutines.py", "02_tasks.py", "03_task_objects.py", "README.md", "notes.py"):
        (tmp_path / name).write_text("")
    files = lesson_files(tmp_path)
    assert [path.name for path in files] == ["01_coroutines.py", "02_tasks.py", "03_task_objects.py"]
    names = ("1", "02", "2", "tasks", "task_objects", "task-o", "COR", "02_tasks", "02_tasks.py")
    assert [find(name, files).name[:2] for name in names] == ["01", "02", "02", "02", "03", "03", "01", "02", "02"]
    with pytest.raises(LookupError, match=re.escape("'task' could be any of: 02 tasks, 03 task_objects")):
        find("task", files)
    with pytest.raises(
        LookupError, match=re.escape("no lesson 'x'; the lessons are: 01 coroutines, 02 tasks, 03 task_obj")
    ):
        find("x", files)


def command(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return main(parser.parse_args(arguments))


def test_the_command_lists_the_lessons(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert command() == 0
    lines = capsys.readouterr().out.splitlines()
    lessons = [read(path) for path in lesson_files()]
    assert [line.split(maxsplit=2) for line in lines if line[2:4].isdigit()] == [
        [f"{lesson.number:02}", lesson.name, lesson.title] for lesson in lessons
    ]
    goals = [" ".join(lesson.goal.split()) for lesson in lessons]
    listed = " ".join(line.strip() for line in lines)
    assert [goal for goal in goals if goal not in listed] == []
    assert max(map(len, lines)) <= 80


def test_an_unknown_lesson_is_one_sentence_and_status_2(capsys):
    assert command("x") == 2
    there = ", ".join(" ".join(path.stem.split("_", 1)) for path in lesson_files())
    assert capsys.readouterr() == ("", f"corodemo lesson: there is no lesson 'x'; the lessons are: {there}\n")


def test_check_passes_and_fails_when_a_stated_output_is_altered(tmp_path, capsys):
    good, bad = tmp_path / "01_good.py", tmp_path / "02_bad.py"
    good.write_text(HEADER + PROGRAM)
    bad.write_text((HEADER + PROGRAM).replace("# over\n", "# under\n"))
    assert command("--check", str(good)) == 0
    assert capsys.readouterr().out == "ok   01_good: 1 code cell, 0 claims, 0 predictions, 0 exercises\n"
    assert command("--check", str(tmp_path)) == 1
    assert capsys.readouterr().out.splitlines() == [
        "ok   01_good: 1 code cell, 0 claims, 0 predictions, 0 exercises",
        "FAIL 02_bad: 1 code cell, 0 claims, 0 predictions, 0 exercises",
        f"     {bad}: cell 2, line 29: states 'under', but prints 'over'",
    ]


def test_check_of_a_folder_without_lessons_says_so(tmp_path, capsys):
    assert command("--check", str(tmp_path)) == 1
    assert "there are no lessons to check" in capsys.readouterr().err


def test_check_of_something_that_is_no_lesson_says_where(tmp_path, capsys):
    broken = tmp_path / "05_broken.py"
    broken.write_text("print('hello')\n")
    assert command("--check", str(broken), str(tmp_path / "none.py")) == 1
    assert capsys.readouterr().out.splitlines() == [
        "FAIL 05_broken: is not a lesson",
        f"     {broken}: line 1: code before the first cell; begin it with `# %%`",
        "FAIL none: is not a lesson",
        f"     {tmp_path / 'none.py'}: no such file",
    ]


def test_without_a_terminal_a_lesson_is_printed(capsys):
    assert command("coroutines") == 0
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    assert [line for line in lines if line.endswith(" ")] == []
    start = lines.index("    │ started at 17:13:52")
    assert lines[start : start + 6] == [
        "    │ started at 17:13:52",
        "    │ hello",
        "    │ world",
        "    │ finished at 17:13:55",
        "",
        "Answer: 3s",
    ]
    assert "\x1b" not in printed
    assert lines[0].strip() == "Coroutines"


# --- the page for authors


def listed(name: str) -> list[str]:
    page = (ROOT / "docs" / "writing-lessons.md").read_text(encoding="utf-8")
    part = page.split(f"<!-- {name} -->")[1].split(f"<!-- end of {name} -->")[0]
    return [line[2:] for line in part.splitlines() if line.startswith("- ")]


def test_the_page_for_authors_lists_every_sentence_and_every_question():
    assert listed("claims") == [sentence.example for sentence in SENTENCES]
    assert listed("questions") == [*(question.example for question in QUESTIONS), WHICH_HOLDS]


def test_the_examples_of_the_page_for_authors_are_a_lesson():
    page = (ROOT / "docs" / "writing-lessons.md").read_text(encoding="utf-8")
    header, code, predict, order, exercise = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert problems_in(header + code) == []
    cells = split_cells(predict, "f")
    assert [cell.kind for cell in cells] == ["markdown"]
    tasks = (ROOT / "lessons" / "06_creating.py").read_text(encoding="utf-8")
    cell = next(part for part in tasks.split("# %% ") if "- the cell made 3 tasks" in part)
    say_after = "# %%\nimport asyncio, time\nasync def say_after(delay, what):\n    await asyncio.sleep(delay)\n    print(what)\n"
    assert problems_in(header + say_after + predict + "# %% " + cell.rpartition("# %%")[0] + cell) == []
    assert problems_in(header + say_after + order + "# %% " + cell.rpartition("# %%")[0] + cell + exercise) == []
