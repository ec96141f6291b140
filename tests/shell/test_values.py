"""Values as the shell shows them: bounded whatever they are, and with what is worth saying of them."""

from __future__ import annotations

import inspect

import pytest

from corodemo.runtime import VirtualClock
from corodemo.shell import values
from corodemo.shell.session import Session
from corodemo.shell.values import remark, say_what_remains, value_text
from corodemo.trace import Recorder


class Evil:
    """Raises wherever it is touched."""

    def __repr__(self):
        raise ValueError("no")

    def __len__(self):
        raise ValueError("no")

    def __iter__(self):
        raise ValueError("no")


class Liar(Evil):
    @property
    def __class__(self):
        raise ValueError("no")


class EvilList(list):
    def __iter__(self):
        raise ValueError("no")


class Loud:
    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text


def shown(value: object, width: int = 60) -> str:
    return value_text(value, width).plain


def test_a_value_is_laid_out_for_the_width():
    assert (
        shown({"first": "a" * 30, "second": "b" * 30})
        == f"{{\n    'first': '{'a' * 30}',\n    'second': '{'b' * 30}'\n}}"
    )
    assert shown({"a": 1}) == "{'a': 1}"


def test_what_a_value_says_of_itself_commands_nothing():
    assert shown(Loud("\x1b[2J[red]\u202e\r")) == "\\x1b[2J[red]\\u202e\\r"


def test_a_repr_that_raises_is_shown_as_that():
    assert shown(Evil()) == "<repr-error 'no'>"
    assert shown([Evil(), 1]) == "[<repr-error 'no'>, 1]"
    assert shown(EvilList([1])).startswith("<EvilList, which cannot be shown: ")


@pytest.mark.parametrize(
    ("value", "end"),
    [
        (list(range(2000)), "    ... +1500\n]"),
        ("x" * 20_000, "'+10000"),
        (Loud("y" * 150_000), "… and 50,000 more characters"),
        (Loud("z\n" * 1500), "… and 501 more lines"),
    ],
)
def test_what_is_too_large_is_cut_and_says_so(value, end):
    text = shown(value)
    assert text.endswith(end)
    assert len(text) <= values.MAX_CHARACTERS + 100


def test_what_is_too_deep_is_cut():
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    assert shown(deep, 200).count("[") == values.MAX_DEPTH + 1  # and "[...]"
    loop: list[object] = []
    loop.append(loop)
    assert shown(loop) == "[...]"


# --- remarks


@pytest.fixture
def session():
    recorder = Recorder()
    with Session(clock=VirtualClock(), hook=recorder) as session:
        session.recorder = recorder
        yield session


def run(session, text):
    return session.run(session.compile(text, "<input 1>"))


NAMES = """\
async def f(n):
    await sleep(n)
async def g():
    yield 1
t = create_task(f(5), name='worker')
late = create_task(f(0), name='late')
await sleep(1)
"""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("t", "T2 waits for sleep(5) until 5s at <input 1>:2; `await _` waits for it, `%why T2` tells more"),
        ("late", None),
        ("create_task(f(0))", "T4 is ready; `await _` waits for it, `%why T4` tells more"),
        ("gather(t)", "it is not done; `await _` waits for it"),
        ("get_running_loop().create_future()", "it is not done; `await _` waits for it"),
        ("f(1)", "it has not started; `await _` runs it, `t = create_task(_)` runs it in the background"),
        ("t.get_coro()", "it has started, and waits"),
        ("late.get_coro()", "it has ended; to run it again, call its function again"),
        ("g()", "nothing of it runs until it is asked; `async for x in _` goes through it"),
        ("f", None),
        ("[t]", None),
    ],
)
def test_what_is_worth_saying_of_a_value(session, text, sentence):
    run(session, NAMES)
    value = run(session, text)
    assert remark(value, session.recorder) == sentence
    if inspect.iscoroutine(value):
        value.close()


def test_a_value_that_lies_about_its_class_is_not_asked_for_it(session):
    liar = Liar()
    assert (remark(liar, session.recorder), shown(liar)) == (None, "<Liar, which cannot be shown: ValueError>")


class Reporter:
    is_ascii = True

    def __init__(self):
        self.said = []

    def say(self, sentence):
        self.said.append(sentence)

    say_plainly = say


def test_who_leaves_is_told_of_the_tasks_that_remain(session):
    run(session, NAMES)
    reporter = Reporter()
    tasks = session.loop._tasks()
    say_what_remains(reporter, session.recorder, tasks)
    assert reporter.said == [
        "1 task still runs; Ctrl-D again cancels it and leaves",
        "  T2 worker waits for sleep(5) until 5s at <input 1>:2",
    ]


def test_of_many_tasks_that_remain_the_first_are_listed(session):
    run(session, NAMES + "ts = [create_task(f(n), name=f'n{n}') for n in range(10, 30)]\nawait sleep(0)")
    reporter = Reporter()
    say_what_remains(reporter, session.recorder, session.loop._tasks())
    assert [reporter.said[0], *reporter.said[-2:], len(reporter.said)] == [
        "21 tasks still run; Ctrl-D again cancels them and leaves",
        "  T12 n18 waits for sleep(18) until 19s at <input 1>:2",
        "  and 11 more: %tree shows them",
        12,
    ]
