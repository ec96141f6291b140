"""What a learner does in a lesson: orders of lines, exercises; then what is said aside, programs without end, asyncio."""

from __future__ import annotations

import asyncio
import sys

import pytest
from lesson_texts import EXERCISE, HEADER, PROGRAM, asked, lesson_of, problems_in

from corodemo import EventLoop, new_event_loop, set_event_loop_factory
from corodemo.lesson import check, parse, read
from corodemo.lesson import limits as endless_module
from corodemo.lesson.celltrace import Misread
from corodemo.lesson.exercises import shortfalls
from corodemo.lesson.isolated import check_apart
from corodemo.lesson.model import Exercise, Predict
from corodemo.lesson.questions import ORDER, same_order
from corodemo.lesson.running import run_alone

AT = "01_test.py: cell 3, line 31"


def exercise_of(text: str = EXERCISE) -> Exercise:
    (exercise,) = parse(HEADER + PROGRAM + text, "01_test.py").exercises
    return exercise


# --- the order of lines


def test_an_order_is_answered_by_the_numbers_of_its_lines():
    found = asked(ORDER, "over", "both")
    assert (found.answer.text, found.index < found.answer.index) == ("21", True)
    cell = lesson_of("# %% [markdown]\n# **Order:** what\n# first?\n#\n# - over\n# - both\n\n" + PROGRAM).cells[0]
    assert cell == Predict(2, 10, "What first?", ("over", "both"), ORDER, None)
    assert same_order("2, 1", "21")
    assert not same_order("12", "21")


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (("over", "under"), "each line to put in order is printed once, but 'under' is printed never"),
        (("both", "over"), "the lines to put in order stand in the right order already"),
    ],
)
def test_an_order_that_cannot_be_asked_says_why(choices, message):
    with pytest.raises(Misread) as caught:
        asked(ORDER, *choices)
    assert str(caught.value) == message


def test_an_order_needs_lines_and_asks_for_nothing_else():
    text = "# %% [markdown]\n# **Order:** q\n#\n# - a\n#\n# **Asks:** line 1 of the output\n\n"
    assert problems_in(HEADER + text + PROGRAM) == [
        "01_test.py: cell 2, line 10: an **Order:** asks for the order of its lines, and for nothing else",
        "01_test.py: cell 2, line 10: an **Order:** has two to nine lines; this has 1",
    ]


# --- exercises


def test_an_exercise_is_its_task_its_hints_and_its_programs():
    exercise = exercise_of()
    assert exercise.task == "Make it say hello\nafter a second.\n\nAny way will do."
    assert exercise.hints == ("sleep", "sleep a second, and print")
    assert [code.title for code in exercise.programs] == ["begin", "one way", "another"]
    assert exercise.check.title == "one way"
    assert problems_in(HEADER + PROGRAM + EXERCISE) == []


def test_what_a_program_lacks_is_said_of_the_promise_it_breaks():
    exercise = exercise_of()
    lacks = [(each.line, each.message) for each in shortfalls(exercise, run_alone(exercise.starter))]
    assert lacks == [(60, "claim does not hold: the cell took 1s (it took 0s)")]
    assert shortfalls(exercise, run_alone(exercise.solutions[1])) == []


@pytest.mark.parametrize(
    ("altered", "problems"),
    [
        (
            EXERCISE.replace("    print('hello')", "    await asyncio.sleep(1)\n    print('hello')", 1),
            ["01_test.py: cell 4, line 42: the starter passes already: nothing is left to do"],
        ),
        (
            EXERCISE.replace("asyncio.run(asyncio.sleep(1))", "1 / 0"),
            ["01_test.py: cell 6, line 65: the solution raised ZeroDivisionError: division by zero"],
        ),
        (
            EXERCISE.replace("asyncio.run(asyncio.sleep(1))", "asyncio.run(asyncio.sleep(2))"),
            ["01_test.py: cell 6, line 61: the solution does not pass: claim does not hold: the cell took 1s (it took 2s)"],
        ),
        (
            EXERCISE.replace('tags=["solution"]', 'tags=["starter"]', 1),
            [
                f'{AT}: an exercise is followed by one cell tags=["starter"] and two or more tags=["solution"]; this has 2 and 1',
                "01_test.py: cell 5, line 50: what must hold of every program stands in the first solution, and nowhere else",
                "01_test.py: cell 6, line 64: the first solution must say what holds of every program: `# prints:` or `# holds:`",
            ],
        ),
        (
            EXERCISE.replace("# - sleep\n# - sleep a second,\n#   and print\n", "# - x\n# and y\n"),
            [f"{AT}: after the hints come only hints, each as `# - hint`; its second line is indented: and y"],
        ),
        (
            EXERCISE.replace("# - sleep\n# - sleep a second,\n#   and print\n", ""),
            ["01_test.py: cell 3, line 31: an exercise has one to five hints, each as `# - hint`; this has 0"],
        ),
        (
            EXERCISE[EXERCISE.index("# %% begin") :],
            [
                '01_test.py: cell 3, line 31: tags=["starter"], but no **Exercise:** stands before it',
                '01_test.py: cell 4, line 39: tags=["solution"], but no **Exercise:** stands before it',
                '01_test.py: cell 5, line 53: tags=["solution"], but no **Exercise:** stands before it',
            ],
        ),
    ],
)  # fmt: skip
def test_an_exercise_that_is_none_says_why_and_where(altered, problems):
    assert problems_in(HEADER + PROGRAM + "\n" + altered) == problems


# --- what is said aside


def test_notes_and_what_is_covered_are_not_shown_to_the_learner():
    lesson = lesson_of(
        "# %% [markdown]\n# Read this.\n#\n# **Chapter:** Note that simply\n#\n"
        "# **Notes:** ask them\n# first.\n#\n# And this.\n\n" + PROGRAM
    )
    assert (lesson.cells[0].text, lesson.cells[0].notes) == ("Read this.\n\nAnd this.", "ask them\nfirst.")
    assert [(each.words, each.cell, each.line) for each in lesson.covers] == [("Note that simply", 2, 13)]


# --- programs without end


@pytest.fixture
def few_lines(monkeypatch):
    monkeypatch.setattr(endless_module, "MAX_LINES", 300)


@pytest.fixture
def little_time(monkeypatch):
    # More lines than can run in that time: on Python 3.12 each turn of `while True: pass` is one.
    monkeypatch.setattr(endless_module, "MAX_LINES", 10_000_000)
    monkeypatch.setattr(endless_module, "MAX_SECONDS", 0.5)


@pytest.mark.parametrize(
    "body",
    [
        "while True:\n    pass",
        "import asyncio\nasync def main():\n    while True: await asyncio.sleep(1)\nasyncio.run(main())",
        "def f():\n    try:\n        while True:\n            f = 1\n    except Exception: pass\nf()",
        "import asyncio\nwhile True:\n    await asyncio.sleep(0)",
    ],
)
def test_a_cell_without_end_is_ended_and_said_to_be_so(few_lines, body):
    (problem,) = check(lesson_of(f"# %%\n{body}\n"))
    assert (problem.cell, problem.message) == (2, "does not come to an end: it has run 300 lines")


def test_a_cell_that_begins_no_new_line_is_ended_by_the_time_it_takes(little_time):
    (problem,) = check(lesson_of("# %%\nwhile True: pass\n"))
    assert (problem.cell, problem.message) == (2, "does not come to an end: it has run for 0.5 seconds")


def test_a_program_that_does_not_let_itself_be_ended_is_ended_all_the_same(little_time):
    survivor = "import asyncio\nasync def main():\n    while True:\n        try: await asyncio.sleep(1)\n"
    # Not BaseException: when its coroutine is collected, outside of any loop, it would spin there for ever.
    survivor += "        except (KeyboardInterrupt, asyncio.CancelledError): pass\nasyncio.run(main())\n"
    # What is said of it depends on where in the runtime it was ended.
    assert check(lesson_of(f"# %%\n{survivor}"))[0].cell == 2


def test_a_program_is_ended_also_when_the_time_is_over_in_a_destructor(little_time, monkeypatch):
    # Python reports what a destructor raises, and goes on: nothing of that is to be seen, and the program ends all the same.
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", reported.append)
    body = "class Endless:\n    def __del__(self):\n        while True: pass\nEndless()\nwhile True: pass\n"
    (problem,) = check(lesson_of(f"# %%\n{body}"))
    assert (problem.cell, problem.message) == (2, "does not come to an end: it has run for 0.5 seconds")
    assert reported == []


def test_what_a_lesson_does_to_the_process_does_not_end_the_check_of_the_others(tmp_path):
    lessons = []
    for number, body in enumerate(
        [
            "import sys\nsys.exit(3)",
            "import os\nos._exit(3)",
            # It gets through a loop as an exit does; and a fork's own end is its own.
            (
                "import asyncio, os\nif os.fork() == 0: os._exit(0)\nos.wait()\n"
                "async def main():\n    os._exit(1)\nasyncio.run(main())"
            ),
            "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
            "import os\nos.abort()",
            "import asyncio\nasync def main():\n    raise KeyboardInterrupt\nasyncio.run(main())",
            "import os\nos.write(1, b'torn')\nprint('fine')\n# prints:\n# fine",
        ]
    ):
        path = tmp_path / f"{number:02}_it.py"
        path.write_text(HEADER + f"# %%\n{body}\n")
        lessons.append(read(path))
    told = [[str(problem).removeprefix(str(tmp_path)) for problem in problems] for problems in check_apart(lessons)]
    assert told == [
        ["/00_it.py: cell 2, line 12: raised SystemExit: 3, which it does not state"],
        ["/01_it.py: cell 2, line 12: ends the whole process: os._exit(3)"],
        ["/02_it.py: cell 2, line 15: ends the whole process: os._exit(1)"],
        ["/03_it.py: ends the whole process, by SIGKILL"],
        ["/04_it.py: cell 2, line 12: ends the whole process, by SIGABRT"],
        ["/05_it.py: cell 2, line 13: raised KeyboardInterrupt, which ends the check"],
        [],
    ]


def test_a_call_that_never_returns_is_ended_with_its_process_and_told_with_its_place(tmp_path):
    path = tmp_path / "01_stuck.py"
    path.write_text(HEADER + "# %%\nimport itertools; sum(itertools.repeat(0))\n")
    ((problem,),) = check_apart([read(path)], seconds=1.0)
    assert (problem.cell, problem.line) == (2, 11)
    assert problem.message == "does not come to an end: it has run for 1 seconds, and cannot be interrupted"


def test_a_deadlock_and_a_wrong_line_are_told_with_their_place():
    assert problems_in(HEADER + "# %%\nimport asyncio\nawait asyncio.Event().wait()\n")[0].startswith(
        "01_test.py: cell 2, line 11: raised Deadlock: "
    )
    assert problems_in(HEADER + "# %%\nx = 1\nx = = 2\n") == [
        "01_test.py: cell 2, line 12: raised SyntaxError: invalid syntax, which it does not state"
    ]


def test_nobody_can_be_asked():
    assert problems_in(HEADER + "# %%\ninput()\n# raises: EOFError\n") != []
    assert problems_in(HEADER + "# %%\ninput()\n# raises: EOFError: EOF when reading a line\n") == []


# --- beside asyncio


@pytest.mark.parametrize(
    ("body", "difference"),
    [
        ("'corodemo' in asyncio.__name__\n# prints:\n# True\n", "it prints 'False', and here 'True'"),
        ("asyncio.coroutine\n1\n# prints:\n# 1\n", "it does not print '1', and raises AttributeError"),
        ("if 'corodemo' in asyncio.__name__: raise OSError\n# raises: OSError\n", "it raises 'nothing', and here 'OSError'"),
        ("if 'corodemo' not in asyncio.__name__: print(1)\n", "it also prints '1'"),
    ],
)  # fmt: skip
def test_a_cell_that_does_something_else_on_asyncio_must_say_why(body, difference):
    (problem,) = check(lesson_of(f"# %%\nimport asyncio\n{body}"))
    assert difference in problem.message
    assert problem.message.endswith('; if that must be so, say why: asyncio="..."')
    assert check(lesson_of(f'# %% title asyncio="because"\nimport asyncio\n{body}')) == []
    assert problems_in(HEADER + '# %% asyncio=" "\n1\n# prints:\n# 1\n')[0].endswith(
        'asyncio="" must say why asyncio does something else'
    )


def test_the_twin_goes_by_the_same_clock_and_leaves_asyncio_as_it_was():
    before = asyncio.new_event_loop, asyncio.events.new_event_loop, asyncio.TaskGroup, sys.stdout, sys.stderr
    body = """\
# %% clock="12:00:00"
import asyncio, time

def job():
    return 'from a thread'

async def wait(delay):
    await asyncio.sleep(delay)
    print(time.strftime('%X'), asyncio.current_task().get_name())

async def main():
    async with asyncio.TaskGroup() as group:
        for delay in (2, 1, 2):
            group.create_task(wait(delay))
    print(await asyncio.to_thread(job))

asyncio.run(main())
# prints:
# 12:00:01 Task-3
# 12:00:02 Task-2
# 12:00:02 Task-4
# from a thread

# %% awaiting
await wait(1)
asyncio.ensure_future(wait(9))
1/0
# raises: ZeroDivisionError: division by zero
# prints:
# 12:00:03 Task-1
"""
    assert [str(problem) for problem in check(lesson_of(body))] == []
    after = asyncio.new_event_loop, asyncio.events.new_event_loop, asyncio.TaskGroup, sys.stdout, sys.stderr
    assert after == before


def test_a_lesson_in_a_shell_gives_the_shell_its_way_to_make_loops_back():
    made = []
    before = set_event_loop_factory(lambda: made.append(1) or EventLoop())
    try:
        assert check(lesson_of("# %%\nimport asyncio\nasyncio.run(asyncio.sleep(0))\n")) == []
        assert made == []
        new_event_loop().close()
    finally:
        set_event_loop_factory(before)
    assert made == [1]
