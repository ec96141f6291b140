"""Lessons as texts for tests: their parts, and what is found in them."""

from __future__ import annotations

from corodemo.lesson import LessonError, check, parse, play_through
from corodemo.lesson.checking import ask
from corodemo.lesson.model import Code, Predict

HEADER = """\
# %% [markdown]
# # A title
#
# **Goal:** know it,
# and show it.
#
# **Section:** Coroutines
#
# **Hint:** look.
"""


PROGRAM = """\
# %% the program
import asyncio

async def work(delay):
    await asyncio.sleep(delay)
    return delay

async def main():
    one = asyncio.create_task(work(1), name='one')
    two = asyncio.create_task(work(2), name='two')
    print('both')
    await one
    two.cancel()
    print('over')

asyncio.run(main())

# prints:
# both
# over
"""


def lesson_of(body: str):
    return parse(HEADER + body, "01_test.py")


def problems_in(text: str) -> list[str]:
    """Return what is wrong with a lesson's text, when it is read or when it is checked."""
    try:
        return [str(problem) for problem in check(parse(text, "01_test.py"))]
    except LessonError as exc:
        return [str(problem) for problem in exc.problems]


def asked(asks: str, *choices: str, when: str | None = None):
    """Put a question before PROGRAM and return what the trace answers."""
    cell = "# %% [markdown]\n# **Predict:** q\n#\n" + "".join(f"# - {choice}\n" for choice in choices)
    cell += (f"#\n# **When:** {when}\n" if when else "") + f"#\n# **Asks:** {asks}\n\n"
    lesson = lesson_of(cell + PROGRAM)
    predict, code = lesson.cells
    assert isinstance(predict, Predict)
    assert isinstance(code, Code)
    return ask(predict, code, play_through(lesson))


EXERCISE = """\
# %% [markdown]
# **Exercise:** make it say hello
# after a second.
#
# Any way will do.
#
# - sleep
# - sleep a second,
#   and print

# %% begin tags=["starter"]
import asyncio

async def main():
    print('hello')

asyncio.run(main())

# %% one way tags=["solution"]
import asyncio

async def main():
    await asyncio.sleep(1)
    print('hello')

asyncio.run(main())

# prints:
# hello
# holds:
# - the cell took 1s

# %% another tags=["solution"]
import asyncio
asyncio.run(asyncio.sleep(1))
print('hello')
"""
