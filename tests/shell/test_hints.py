"""Hints: each classic mistake, made for real in a session, and the sentence that follows its traceback."""

from __future__ import annotations

import gc
import textwrap

import pytest

from corodemo.runtime import VirtualClock
from corodemo.shell.hints import hint, hint_on_held_loop, hint_on_warning
from corodemo.shell.session import Session

DRIVEN_BY_HAND = (
    "`send()` gave that: what the coroutine waits for; a loop must let it go on when that is done, and not before"
)
AWAIT_MISSING = "that is not a result yet, it is what gives one; an `await` before it is missing"

#: What a person types, and what is said.
MISTAKES = {
    "def g():\n    await sleep(1)": "only an `async def` function can await; make the function around it one",
    "def g():\n    async with timeout(1): pass": "only an `async def` function can do that; make the function around it one",
    "await sleep(0); asyncio.run(f())": "a loop runs already, so there is nothing to start; write `await main()`",
    "c = f(); await c; await c": (
        "a coroutine runs once; call its function again for a new one, or make it a task, which can be awaited twice"
    ),
    "c = slow(); await gather(wrap(c), wrap(c))": (
        "two tasks wait for one coroutine; make a task of it with `create_task()`, which any number can await"
    ),
    "f() + 1": AWAIT_MISSING,
    "1 < f()": AWAIT_MISSING,
    "f()[0]": AWAIT_MISSING,
    "for x in f(): pass": AWAIT_MISSING,
    "f().upper()": AWAIT_MISSING,
    "len(f())": AWAIT_MISSING,
    "'' + f()": AWAIT_MISSING,
    "''.join([f()])": AWAIT_MISSING,
    "x = gather(f(), f()); x[0]": AWAIT_MISSING,
    "t = create_task(f()); t.upper()": AWAIT_MISSING,
    "t = create_task(f()); t + 1": AWAIT_MISSING,
    "import time; await time.sleep(0)": (
        "what is awaited there gave None: a plain function, that had done its work when it returned; leave out the "
        "`await`, or if it takes long, write `await to_thread(function, argument)`"
    ),
    "await [f(), f()]": "to await several things at once, write `await gather(*things)`",
    "await f": "a function is not awaited, what it returns is; call it, with `()`",
    "await 3": "a plain int is no coroutine, task or future: leave out the `await`",
    "await agen()": "an async generator gives its values one by one, to `async for value in ...`",
    "for x in agen(): pass": "an async generator gives its values one by one, to `async for value in ...`",
    "async for x in [1]: pass": "a plain `for` goes through that",
    "async for x in f(): pass": "await it first: `async for value in await ...`",
    "async with memoryview(b''): pass": "if it is a plain context manager, a plain `with` is for it",
    "async with f(): pass": "await it first: `async with await ...`",
    "with Lock(): pass": "the runtime's own are for `async with`",
    "async with TaskGroup() as g: g.create_task(wrong())": AWAIT_MISSING,
    "drive(slow())": DRIVEN_BY_HAND,
    "drive(wrap(gather(f())))": DRIVEN_BY_HAND,
    # What is no classic mistake has no hint.
    "1 / 0": None,
    "nope": None,
    "create_task(f)": None,  # the message says it all
    "[].nope": None,
    "1 + ''": None,
    "x = = 1": None,
    "with 3: pass": None,
}

NAMES = textwrap.dedent("""\
    async def f(): return 1
    async def slow(): await sleep(1)
    async def wrap(c): await c
    async def wrong(): return f() + 1
    async def agen(): yield 1
    def drive(coro): return 1 + coro.send(None)
""")


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_has_its_hint(text):
    with Session(clock=VirtualClock()) as session:
        session.loop.set_exception_handler(lambda loop, context: None)
        session.run(session.compile(NAMES, "<input 1>"))
        with pytest.raises(Exception) as caught:
            session.run(session.compile(text, "<input 2>"))
        said = hint(caught.value)
        del caught
        gc.collect()  # here the coroutines that were forgotten on purpose may warn
    assert said == MISTAKES[text]


def test_an_exception_that_cannot_be_read_has_no_hint():
    class Hostile(TypeError):
        def __str__(self):
            raise ValueError

    assert hint(Hostile()) is None


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            ["x = 1\n", "    time.sleep(1)\n"],
            "time.sleep() stops every task; `await sleep(seconds)` stops only its own",
        ),
        (["name = input('who? ')\n"], "input() stops every task; `await to_thread(input)` stops only its own"),
        (
            ["page = requests.get(url)\n"],
            "that call stops every task while it waits; `await to_thread(...)` lets the others run",
        ),
        (["sum(range(10**8))\n", "await asyncio.sleep(1)\n"], None),
    ],
)
def test_a_step_that_held_the_loop_has_a_hint_where_a_known_call_did_it(lines, sentence):
    assert hint_on_held_loop(lines) == sentence


def test_a_warning_of_a_coroutine_that_was_forgotten_says_what_is_missing():
    sentence = "nothing of it has run: an `await` before the call is missing, or `create_task()` around it"
    assert hint_on_warning("coroutine 'A.f' was never awaited") == sentence
    assert hint_on_warning("invalid escape sequence") is None


def test_a_warning_of_what_is_deprecated_says_what_to_write():
    assert hint_on_warning("There is no current event loop") == (
        "that makes a task, and no loop runs that it could be in; call it in a coroutine"
    )
    said = "The explicit passing of coroutine objects to asyncio.wait() is deprecated since Python 3.8, and scheduled for removal"
    assert hint_on_warning(said) == (
        "the sets that it returns contain tasks; make them with `create_task()` and pass those"
    )
