"""Exception groups as a tree."""

from __future__ import annotations

import pytest

from corodemo.runtime import VirtualClock
from corodemo.shell import grouptree
from corodemo.shell.grouptree import group_tree
from corodemo.shell.session import Session

PROGRAM = """\
async def fail(n):
    await sleep(n)
    raise ValueError(f'no {n}')
async def inner():
    async with TaskGroup() as group:
        group.create_task(fail(1))
        group.create_task(chained())
async def chained():
    try: await fail(1)
    except ValueError as exc: raise KeyError('k') from exc
async def other():
    try: await sleep(5)
    finally: 1/0
async with TaskGroup() as group:
    group.create_task(inner())
    group.create_task(other())
"""


def raised(text: str) -> BaseExceptionGroup:
    with Session(clock=VirtualClock()) as session, pytest.raises(BaseExceptionGroup) as caught:
        session.run(session.compile(text, "<input 1>"))
    return caught.value


def test_a_group_is_a_tree_with_the_line_of_each_exception():
    assert group_tree(raised(PROGRAM)) == [
        "ExceptionGroup: unhandled errors in a TaskGroup (2 sub-exceptions)",
        "├ ExceptionGroup: unhandled errors in a TaskGroup (2 sub-exceptions)",
        "│ ├ ValueError: no 1",
        "│ │     <input 1>:3 in fail: raise ValueError(f'no {n}')",
        "│ └ KeyError: 'k'",
        "│       <input 1>:10 in chained: except ValueError as exc: raise KeyError('k') from exc",
        "│       from ValueError: no 1",
        "└ ZeroDivisionError: division by zero",
        "      <input 1>:13 in other: finally: 1/0",
        "      while handling asyncio.exceptions.CancelledError",
    ]


def test_the_tree_in_ascii_is_bounded_in_depth_and_width(monkeypatch):
    monkeypatch.setattr(grouptree, "MAX_SHOWN", 2)
    monkeypatch.setattr(grouptree, "MAX_DEPTH", 2)
    deepest = ExceptionGroup("deepest", [OSError("unseen")])
    group = ExceptionGroup("all", [ExceptionGroup("in", [deepest]), KeyError(2), *map(ValueError, "abc")])
    assert group_tree(group, ascii=True) == [
        "ExceptionGroup: all (5 sub-exceptions)",
        "|- ExceptionGroup: in (1 sub-exception)",
        "|  `- ExceptionGroup: deepest (1 sub-exception)",
        "|     ...",
        "|- KeyError: 2",
        "`- and 3 more",
    ]


def test_a_note_has_a_line_of_its_own():
    closed = RuntimeError("Event loop is closed")
    closed.add_note("make a new one,\nor let run() make it")
    group = ExceptionGroup("all", [closed, KeyError(2)])
    group.add_note("seen in a test")
    closed.__notes__.append(42)  # no note at all
    assert group_tree(group, ascii=True) == [
        "ExceptionGroup: all (2 sub-exceptions)",
        "    seen in a test",
        "|- RuntimeError: Event loop is closed",
        "|      make a new one, or let run() make it",
        "`- KeyError: 2",
    ]
