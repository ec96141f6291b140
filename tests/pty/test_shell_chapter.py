"""The chapter, pasted from the top, example by example, into one shell."""

from __future__ import annotations

import re

import pytest
from programs import ROOT
from ptyshell import prompt, start

pytestmark = pytest.mark.terminal

CHAPTER = ROOT / "tests" / "chapter"

#: What the chapter takes for granted: a loop that runs in another thread, a time to wait; and names that nobody has imported.
BEFORE = {
    "02_say_after": "import time",
    "11_threadsafe": "import concurrent.futures, threading\n"
    "timeout = 30; loop = asyncio.new_event_loop()\n"
    "threading.Thread(target=loop.run_forever, daemon=True).start()",
}
#: What Python says besides; the rest of each line is the example's own.
WARNINGS = {
    "04_nested": ["RuntimeWarning: coroutine 'nested' was never awaited"],
    "14_generator_based": ['DeprecationWarning: "@coroutine" decorator is deprecated'],
}


def paste(screen, text, number):
    """Paste an example, run it, and return what it printed."""
    screen.paste(text)
    screen.send("\x1b\r")
    screen.wait_for(prompt(number + 1))
    shown = screen.above
    at = next(at for at, line in enumerate(shown) if line.startswith(f"In [{number}]:"))
    return [line for line in shown[at + 1 :] if not line.lstrip().startswith("...:")]


def masked(lines):
    """Return lines with a mark in the place of every time of the day and every date."""
    return [re.sub(r"[\d-]*\d\d:\d\d:\d\d(\.\d+)?|\d{4}-\d\d-\d\d ", "<time>", line) for line in lines]


def test_the_chapter_runs_as_it_stands_example_by_example(tmp_path):
    number = 1
    with start(tmp_path, "--clock", "virtual", "--no-live", columns=140, rows=60) as shell:
        for path in sorted(CHAPTER.glob("*.txt")):
            if path.stem in BEFORE:
                assert paste(shell, BEFORE[path.stem], number) == []
                number += 1
            shown = paste(shell, path.read_text(), number)
            number += 1
            if "async def main" in path.read_text() and "asyncio.run(" not in path.read_text():
                # The chapter leaves that to the reader.
                shown += paste(shell, "asyncio.run(main())", number)
                number += 1
            # What was forgotten is said once more, by the shell.
            shown = [line for line in shown if not line.startswith("nothing of it has run: ")]
            warned = [line for line in shown if "Warning: " in line]
            said = [line for line in shown if line not in warned and not line.startswith("  ")]
            assert masked(said) == masked(path.with_suffix(".out").read_text().splitlines()), path.stem
            expected = WARNINGS.get(path.stem, [])
            assert [text in line for text, line in zip(expected, warned, strict=False)] == [True] * len(expected), (
                warned
            )
