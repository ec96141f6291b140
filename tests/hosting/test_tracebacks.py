"""Tracebacks: the user's frames, and Python's words."""

from __future__ import annotations

import linecache
import sys

import pytest

from corodemo import runtime
from corodemo.hosting import tracebacks


def raised_by(source: str, name: str = "<input 1>") -> BaseException:
    """Run code as an input's file, with corodemo's names; return what it raises, without the frames of this test."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    try:
        exec(compile(source, name, "exec"), {**vars(runtime), "__name__": "__main__"})
    except BaseException as exc:
        assert exc.__traceback__ is not None
        return exc.with_traceback(exc.__traceback__.tb_next)
    raise AssertionError("it was to raise")


def lines_of(exc: BaseException) -> list[str]:
    """Return a traceback without the lines of carets, which differ between versions of Python."""
    lines = tracebacks.format_exception(exc).splitlines()
    return [line for line in lines if line.strip(" |^~")]


def test_a_traceback_through_the_loop_has_the_users_frames_alone():
    source = "async def inner():\n    await sleep(0)\n    1/0\n\nasync def main():\n    await gather(inner())\n\nrun(main())\n"
    assert lines_of(raised_by(source)) == [
        "Traceback (most recent call last):",
        '  File "<input 1>", line 8, in <module>',
        "    run(main())",
        '  File "<input 1>", line 6, in main',
        "    await gather(inner())",
        '  File "<input 1>", line 3, in inner',
        "    1/0",
        "ZeroDivisionError: division by zero",
    ]


def test_what_to_do_about_an_error_stands_below_its_text():
    assert lines_of(raised_by("run(run)\n"))[-2:] == [
        "TypeError: An asyncio.Future, a coroutine or an awaitable is required",
        f"got {runtime.run!r}",
    ]


def test_causes_and_contexts_are_stripped_too():
    source = (
        "async def main():\n    try:\n        await wait_for(sleep(60), 0)\n"
        "    except TimeoutError as exc:\n        raise ValueError('late') from exc\n\nrun(main())\n"
    )
    text = tracebacks.format_exception(raised_by(source))
    assert "corodemo" not in text
    assert "The above exception was the direct cause of the following exception:" in text
    assert text.endswith("ValueError: late\n")


def test_groups_are_stripped_too():
    source = (
        "async def fail():\n    raise KeyError('a')\n\nasync def main():\n"
        "    async with TaskGroup() as group:\n        group.create_task(fail())\n\nrun(main())\n"
    )
    lines = lines_of(raised_by(source))
    assert not [line for line in lines if "corodemo" in line]
    assert '    |   File "<input 1>", line 2, in fail' in lines


def test_a_syntax_error_of_an_input_has_no_heading():
    lines = lines_of(raised_by("1 +\n"))
    assert lines == ['  File "<input 1>", line 1', "    1 +", "SyntaxError: invalid syntax"]


def test_a_syntax_error_that_the_parser_does_not_see_has_its_line_too():
    assert lines_of(raised_by("x = 1\ndef f(): await x\n")) == [
        '  File "<input 1>", line 2',
        "    def f(): await x",
        "SyntaxError: 'await' outside async function",
    ]


def test_frames_of_other_libraries_stay():
    text = tracebacks.format_exception(raised_by("import json\njson.loads('{')\n"))
    assert "json" in text
    assert "in raw_decode" in text


def test_an_exception_that_is_its_own_context_by_a_detour_is_printed():
    first, second = ValueError("a"), ValueError("b")
    first.__context__, second.__context__ = second, first
    assert tracebacks.format_exception(first).endswith("ValueError: a\n")


@pytest.mark.parametrize(
    ("code", "status", "printed"), [(None, 0, ""), (0, 0, ""), (3, 3, ""), ("bye", 1, "bye\n"), (2.5, 1, "2.5\n")]
)
def test_exit_status_is_pythons(code, status, printed, capsys):
    assert tracebacks.exit_status(SystemExit(code)) == status
    assert capsys.readouterr().err == printed


def test_print_exception_prints_to_stderr(capsys):
    tracebacks.print_exception(ValueError("x"))
    assert capsys.readouterr().err == "ValueError: x\n"
    tracebacks.print_exception(ValueError("x"), sys.stdout)
    assert capsys.readouterr().out == "ValueError: x\n"


def test_the_heading_of_a_group_has_what_it_was_raised_from_and_no_message():
    source = "try:\n    1/0\nexcept ZeroDivisionError as exc:\n    raise ExceptionGroup('all', [ValueError('x')]){from_exc}\n"
    first = [
        "Traceback (most recent call last):",
        '  File "<input 1>", line 2, in <module>',
        "    1/0",
        "ZeroDivisionError: division by zero",
    ]
    last = [
        "Traceback (most recent call last):",
        '  File "<input 1>", line 4, in <module>',
    ]
    expected = {
        " from exc": [*first, "The above exception was the direct cause of the following exception:", *last],
        "": [*first, "During handling of the above exception, another exception occurred:", *last],
        " from None": last,
    }
    for from_exc, lines in expected.items():
        group = raised_by(source.format(from_exc=from_exc))
        heading = [line for line in tracebacks.format_heading(group).splitlines() if line.strip(" ^~")]
        assert heading == [*lines, f"    raise ExceptionGroup('all', [ValueError('x')]){from_exc}"]
