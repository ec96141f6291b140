"""Exercises take any program that does what is asked for, also one that nobody wrote down, and refuse those that only seem to.

Each is the starter of a lesson's exercise with a few words changed, as a learner might change them.
"""

from __future__ import annotations

import dataclasses

import pytest

from corodemo.lesson import find, lesson_files, read
from corodemo.lesson.exercises import shortfalls
from corodemo.lesson.model import Exercise
from corodemo.lesson.running import run_alone

AS_COMPLETED = """\
    for number, one in enumerate(asyncio.as_completed(jobs), 1):
        try:
            await one
        except ValueError as error:
            print(f'job-{number} failed: {error}')
    await asyncio.sleep(2)
"""
GATHERED = "    await asyncio.gather(*jobs, return_exceptions=True)\n"

ACCEPTED = {
    "groups: the others are only cancelled": (
        ("print('the page", "[task.cancel() for task in tasks]\n        print('the page"),
    ),
    "queues: workers leave when nothing is left": (
        ("while True", "while not queue.empty()"),
        ("await queue.get()", "queue.get_nowait()"),
    ),
    "locks: one lock for the whole table": (
        ("dumplings = 3", "dumplings, table = 3, asyncio.Lock()"),
        ("async with left", "async with table"),
        ("async with right", "if True"),
    ),
    "blocking: the chapters are read in a thread": (("+= read(chapter)", "+= await asyncio.to_thread(read, chapter)"),),
    "lost: somebody waits for each as it ends": (
        (GATHERED, ""),
        (
            "    await asyncio.sleep(5)\n",
            AS_COMPLETED,
        ),
    ),
    "swallowed: whoever is being cancelled raises": (
        (
            "        except:\n",
            "        except:\n            if asyncio.current_task().cancelling():\n                raise\n",
        ),
    ),
    "contextvars: a dictionary by task": (
        ("request = None", "request = {}"),
        ("{request}", "{request[asyncio.current_task()]}"),
        ("    global request\n    request = number", "    request[asyncio.current_task()] = number"),
    ),
    "debugging: a semaphore of one": (
        ("asyncio.Lock()", "asyncio.Semaphore(1)"),
        (
            "    async with printer:\n        await asyncio.sleep(1)\n",
            "    await asyncio.sleep(1)\n    async with printer:\n",
        ),
    ),
}
REFUSED = {
    "groups: errors as results": (("gather(*tasks)", "gather(*tasks, return_exceptions=True)"),),
    "queues: left before all is done": (("await asyncio.gather(*workers)", "await asyncio.sleep(2)"),),
    "locks: no forks": (("async with left", "if True"), ("async with right", "if True")),
    "blocking: a task for each chapter, all at once": (
        ("    words = 0\n", "    async def one(chapter):\n        return read(chapter)\n    words = 0\n"),
        (
            "    for chapter in range(1, 13):\n        words += read(chapter)\n",
            "    words = sum(await asyncio.gather(*map(one, range(1, 13))))\n",
        ),
    ),
    "blocking: nothing is read": (("time.sleep(0.5)", "pass"),),
    "lost: told when all is over": ((GATHERED, f"{GATHERED}    print('job-2 failed: no paper')\n"),),
    "swallowed: taken, and returned from": (
        ("        except:\n", "        except asyncio.CancelledError:\n            return\n        except OSError:\n"),
    ),
    "contextvars: the last one wins": (("request = None", "request = 1"),),
    "debugging: two printers": (("asyncio.Lock()", "asyncio.Semaphore(2)"),),
}


def lacks(case: str, changes: tuple[tuple[str, str], ...]) -> list[str]:
    lesson = read(find(case.partition(":")[0], lesson_files()))
    (exercise,) = [cell for cell in lesson.cells if isinstance(cell, Exercise)]
    source = exercise.starter.source
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    program = dataclasses.replace(exercise.starter, source=source)
    return [shortfall.message for shortfall in shortfalls(exercise, run_alone(program))]


@pytest.mark.parametrize("case", ACCEPTED)
def test_a_program_that_nobody_thought_of_is_accepted(case):
    assert lacks(case, ACCEPTED[case]) == []


@pytest.mark.parametrize("case", REFUSED)
def test_a_program_that_only_seems_to_do_it_is_refused(case):
    assert lacks(case, REFUSED[case]) != []
