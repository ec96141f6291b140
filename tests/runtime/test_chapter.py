"""Every complete example of the chapter "Coroutines and Tasks", word for word, prints what the chapter says.

The examples are in `chapter/`: a `.txt` as it stands in the chapter, and an `.out`. What an example takes for granted (an import,
the function of the example before it) is given to it here, not written into it. Time is virtual, and clocks on the wall
go by it, starting at the time that the chapter's output has.
"""

from __future__ import annotations

import concurrent.futures
import re
import textwrap
import warnings

import pytest
from chapter_examples import NAMES, WHOLE, code_of, output_of, run_example, text_of
from programs import ROOT

import corodemo

CHAPTER = ROOT.parent / "shared" / "spec.txt"


@pytest.mark.parametrize("name", WHOLE)
def test_an_example_prints_what_the_chapter_says(name, capsys):
    namespace = {}
    if name == "03_create_task":
        before = code_of("02_say_after")
        namespace["asyncio"] = corodemo
        exec(before[before.index("async def say_after") : before.index("async def main")], namespace)
    with warnings.catch_warnings():
        # One of them shows a coroutine that is never awaited, and one uses what is deprecated.
        warnings.simplefilter("ignore")
        run_example(name, namespace)
    assert capsys.readouterr().out == output_of(name)


def test_the_example_that_forgets_to_await_gets_a_warning():
    with pytest.warns(RuntimeWarning, match="coroutine 'nested' was never awaited"):
        run_example("04_nested")


def test_the_example_of_a_generator_based_coroutine_gets_a_warning():
    with pytest.warns(DeprecationWarning, match='use "async def" instead'):
        run_example("14_generator_based")


def test_calling_a_coroutine_does_not_run_it():
    async def main():
        raise AssertionError

    coro = main()
    assert re.fullmatch(r"<coroutine object .*main at 0x[0-9a-f]+>", repr(coro))
    coro.close()


def test_the_examples_from_another_thread(capsys):
    """Run both snippets, the second after the first, in a thread beside a loop."""

    def in_a_thread(loop):
        names = {"asyncio": corodemo, "concurrent": concurrent, "loop": loop, "timeout": 60}
        exec(compile(code_of("11_threadsafe"), "11_threadsafe", "exec"), names)
        exec(compile(code_of("12_threadsafe_result"), "12_threadsafe_result", "exec"), names)

    async def main():
        await corodemo.to_thread(in_a_thread, corodemo.get_running_loop())

    corodemo.run(main(), loop_factory=lambda: corodemo.EventLoop(clock=corodemo.VirtualClock()))
    assert capsys.readouterr().out == output_of("12_threadsafe_result")


@pytest.mark.skipif(not CHAPTER.exists(), reason="the chapter is not beside this repository")
@pytest.mark.parametrize("name", NAMES)
def test_an_example_stands_in_the_chapter_word_for_word(name):
    chapter = CHAPTER.read_text()
    indented = [textwrap.indent(text_of(name), " " * width) for width in range(12)]
    assert any(text in chapter for text in indented)


@pytest.mark.skipif(not CHAPTER.exists(), reason="the chapter is not beside this repository")
def test_no_complete_example_of_the_chapter_is_left_out():
    """Count the calls of run(), which make an example complete."""
    in_chapter = re.findall(r"^ +(?:>>> )?asyncio\.run\(", CHAPTER.read_text(), re.MULTILINE)
    assert sum(text_of(name).count("asyncio.run(") for name in NAMES) == len(in_chapter)
