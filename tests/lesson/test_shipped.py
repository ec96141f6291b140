"""The lessons that come with corodemo: true, complete, and true to the chapter."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from corodemo.lesson import check, lesson_files, parse, play_through, read
from corodemo.lesson.checking import problems_of
from corodemo.lesson.model import Code, Predict, Text

FILES = lesson_files()

#: Examples of the chapter, each with the lesson in which it must stand as it is.
EXAMPLES = {
    "02_coroutines": [
        """\
import asyncio

async def main():
    print('hello')
    await asyncio.sleep(1)
    print('world')

asyncio.run(main())
""",
        """\
import asyncio
import time

async def say_after(delay, what):
    await asyncio.sleep(delay)
    print(what)

async def main():
    print(f"started at {time.strftime('%X')}")

    await say_after(1, 'hello')
    await say_after(2, 'world')

    print(f"finished at {time.strftime('%X')}")

asyncio.run(main())

# prints:
# started at 17:13:52
# hello
# world
# finished at 17:13:55
""",
        """\
import asyncio

async def nested():
    return 42

async def main():
    # Nothing happens if we just call "nested()".
    # A coroutine object is created but not awaited,
    # so it *won't run at all*.
    nested()

    # Let's do it differently now and await it:
    print(await nested())  # will print "42".

asyncio.run(main())
""",
    ],
    "06_creating": [
        """\
async def main():
    task1 = asyncio.create_task(
        say_after(1, 'hello'))

    task2 = asyncio.create_task(
        say_after(2, 'world'))

    print(f"started at {time.strftime('%X')}")

    # Wait until both tasks are completed (should take
    # around 2 seconds.)
    await task1
    await task2

    print(f"finished at {time.strftime('%X')}")

asyncio.run(main())

# prints:
# started at 17:14:32
# hello
# world
# finished at 17:14:34
""",
        """\
import asyncio

async def nested():
    return 42

async def main():
    # Schedule nested() to run soon concurrently
    # with "main()".
    task = asyncio.create_task(nested())

    # "task" can now be used to cancel "nested()", or
    # can simply be awaited to wait until it is complete:
    await task

asyncio.run(main())
""",
    ],
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_everything_that_a_lesson_says_is_true(path):
    assert [str(problem) for problem in check(read(path))] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_lesson_has_something_to_read_to_predict_to_observe_and_to_try(path):
    cells = read(path).cells
    kinds = {cell.purpose if isinstance(cell, Text) else type(cell).__name__ for cell in cells}
    assert kinds == {"explain", "observe", "try", "Predict", "Code", "Exercise"}
    assert sum(isinstance(cell, Predict) for cell in cells) >= 3
    assert any(cell.claims for cell in cells if isinstance(cell, Code))
    # No page is a heading and nothing else.
    assert [
        cell.text for cell in cells if isinstance(cell, Text) and not re.sub(r"(?m)^#+ .*$", "", cell.text).strip()
    ] == []


@pytest.mark.parametrize(("name", "example"), [(name, text) for name, texts in EXAMPLES.items() for text in texts])
def test_an_example_of_the_chapter_stands_in_its_lesson_word_for_word(name, example):
    (path,) = [path for path in FILES if path.stem == name]
    assert example in path.read_text(encoding="utf-8")


def test_an_altered_output_of_any_cell_is_found():
    path = FILES[1]
    played = play_through(read(path))
    for cell in played.lesson.codes:
        if cell.prints:
            lines = path.read_text(encoding="utf-8").split("\n")
            lines[cell.prints_line] += "!"  # the line after `# prints:`
            altered = replace(played, lesson=parse("\n".join(lines), str(path)))
            assert [(problem.cell, problem.line) for problem in problems_of(altered)] == [
                (cell.number, cell.prints_line + 1)
            ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_code_cell_fits_on_a_small_screen(path):
    # The chapter's own factorial is 78 columns wide and 21 lines long; nothing is longer.
    codes = [cell for cell in read(path).cells if isinstance(cell, Code)]
    assert [line for cell in codes for line in cell.source.splitlines() if len(line) > 78] == []
    assert [cell.number for cell in codes if len(cell.source.splitlines()) > 21] == []
