"""A new lesson: a small one that is complete and true, to be written over.

It has a cell of each kind, so that an author sees how they look, and passes `--check` as it stands. What they are for is
told in docs/writing-lessons.md.
"""

from __future__ import annotations

import re
from pathlib import Path

from corodemo.lesson import lesson_files

__all__ = ["Misnamed", "new_lesson"]

_SKELETON = """\
# %% [markdown]
# # {title}
#
# **Goal:** what a learner can do afterwards, as one sentence.
#
# **Section:** Beyond the chapter: your topic
#
# **Hint:** what to say to someone who is stuck.
#
# **Notes:** for the one who presents the lesson; learners do not see this.

# %% [markdown]
# ## One idea
#
# Say in a few short sentences what the next cell is about.

# %% [markdown]
# **Predict:** how long does the cell take?
#
# - 1s
# - 2s
# - 3s
#
# **Asks:** the time that the cell takes

# %% [markdown]
# **Order:** in which order are these printed?
#
# - tock
# - tick
# - main goes on

# %% the program
import asyncio

async def say_after(delay, what):
    await asyncio.sleep(delay)
    print(what)

async def main():
    first = asyncio.create_task(say_after(1, 'tick'))
    second = asyncio.create_task(say_after(2, 'tock'))
    print('main goes on')
    await first
    await second

asyncio.run(main())

# prints:
# main goes on
# tick
# tock
# holds:
# - the cell took 2s
# - the cell made 3 tasks
# - main waited for the first say_after

# %% [markdown]
# **Observe:** say what there is to see, now that it has run.

# %% [markdown]
# **Try:** something to do at the prompt with what was defined, such as `await say_after(1, 'me')`.

# %% [markdown]
# **Exercise:** the two sleeps come one after the other. Let them pass at the same time, so that the program takes
# two seconds.
#
# - `await` alone makes nothing concurrent. What does?
# - Make a task of each, before you await the first.

# %% one after the other tags=["starter"]
import asyncio

async def main():
    await asyncio.sleep(1)
    await asyncio.sleep(2)

asyncio.run(main())

# %% with tasks tags=["solution"]
import asyncio

async def main():
    one = asyncio.create_task(asyncio.sleep(1))
    two = asyncio.create_task(asyncio.sleep(2))
    await one
    await two

asyncio.run(main())

# holds:
# - the cell took 2s

# %% with gather tags=["solution"]
import asyncio

async def main():
    await asyncio.gather(asyncio.sleep(1), asyncio.sleep(2))

asyncio.run(main())
"""


class Misnamed(ValueError):
    """A name is none that a lesson can have."""


def new_lesson(name: str) -> Path:
    """Write a new lesson and return its path. Raises Misnamed, or OSError, FileExistsError for a file that is there.

    name: of the lesson, "semaphores", which gets the next number of the folder that it is made in; or of the file,
    "30_semaphores.py"; a folder may stand before it.
    """
    path = Path(name)
    stem = path.name.removesuffix(".py").replace("-", "_").replace(" ", "_").casefold()
    if not re.fullmatch(r"\w*[a-z]\w*", stem):
        raise Misnamed(f"{name!r} is no name for a lesson; one is made of letters, digits and underscores: semaphores")
    if not re.fullmatch(r"\d{1,4}_\w+", stem):
        there = lesson_files(path.parent)
        if same := [file for file in there if file.stem.partition("_")[2] == stem]:
            raise Misnamed(f"there is a lesson of that name already: {same[0]}")
        numbers = [int(file.name.split("_")[0]) for file in there]
        stem = f"{max(numbers, default=0) + 1:02}_{stem}"
    path = path.with_name(f"{stem}.py")
    title = stem.partition("_")[2].replace("_", " ").capitalize()
    with path.open("x", encoding="utf-8") as file:
        file.write(_SKELETON.format(title=title))
    return path
