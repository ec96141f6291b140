"""The prompt's keys: what each does, and that no keys whatever crash it, tear the screen, or lose the prompt."""

from __future__ import annotations

import asyncio
import os

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from prompt_glass import PromptGlass

from corodemo.shell.settings import Settings
from corodemo.shell.toolbar import Status

ENTER, TAB, ALT_ENTER, CTRL_C, CTRL_D, BACKSPACE, ESCAPE = "\r", "\t", "\x1b\r", "\x03", "\x04", "\x7f", "\x1b"
UP, DOWN, RIGHT, LEFT, SHIFT_TAB, HOME = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[Z", "\x1b[H"
UNDO, SEARCH, KILL_LINE, EDIT = "\x1f", "\x12", "\x0b", "\x18\x05"


def pasted(text: str) -> str:
    return f"\x1b[200~{text}\x1b[201~"


def typed(*keys: str, **options) -> PromptGlass:
    """Return the prompt after keys have been typed, drawn at the end."""

    async def body(glass):
        for text in keys:
            await glass.type(text)
        glass.draw()
        glass.result, glass.shown = glass.text, glass.lines
        return glass

    return PromptGlass.run(body, **options)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["async def f():", ENTER], "async def f():\n    "),
        (["async def f():", ENTER, "return 1", ENTER], "async def f():\n    return 1\n"),
        (["x = [1,", ENTER, "2"], "x = [1,\n2"),
        ([TAB, "x"], "    x"),
        ([TAB, TAB, BACKSPACE, "x"], "    x"),
        (["if 1:", ENTER, SHIFT_TAB, "x"], "if 1:\nx"),
        (["x y", BACKSPACE], "x "),
        (["gat", TAB], "gather"),
        (["ge", TAB, TAB], "getattr"),
        (["g", TAB, TAB, TAB], "getattr"),
        (["g", TAB, TAB, TAB, SHIFT_TAB], "gather"),
        (["g", TAB, TAB, ENTER, "!"], "gather!"),
        (["%tr", TAB], "%tree"),
        (["abc", UNDO, UNDO], "a"),
        (["abc", HOME, KILL_LINE, "x"], "x"),
        (["abc", CTRL_C, "d"], "d"),
        (["one", ENTER, "two", ENTER, UP, UP], "one"),
        (["one", ENTER, "two", ENTER, "o", UP], "one"),
        (["value = 1", ENTER, "val", RIGHT], "value = 1"),
        (["one two", ENTER, "x", ENTER, SEARCH, "tw", ESCAPE], "one two"),
        (["one two", ENTER, SEARCH, "tw", CTRL_C, "x"], "x"),
        ([pasted(">>> x = 1\r\n>>> async def f():\r\n...     pass\r\n")], "x = 1\nasync def f():\n    pass"),
        ([pasted("    a = 1\n    b = 2")], "a = 1\nb = 2"),
        (["x = ", pasted("[1,\n 2]")], "x = [1,\n 2]"),
    ],
)
def test_keys_make_a_text(keys, text):
    assert typed(*keys).result == text


@pytest.mark.parametrize(
    ("keys", "answers"),
    [
        (["1 + 1", ENTER], ["1 + 1"]),
        (["def f(): pass", ENTER, ENTER], ["def f(): pass\n"]),
        (["x = (", ALT_ENTER], ["x = ("]),
        ([CTRL_D], [None]),
        (["a", CTRL_D, CTRL_C, CTRL_D], [None]),
        (["one\rtwo\r", ENTER], ["one", "two", ""]),
    ],
)
def test_keys_give_answers(keys, answers):
    assert typed(*keys).answers[: len(answers)] == answers


def test_the_text_opens_in_an_editor():
    assert typed("abc", EDIT).edited == ["abc"]
    assert typed("abc", ESCAPE, "v", settings=Settings(vi=True)).edited == ["abc"]


def test_vi_keys_edit_where_they_are_asked_for():
    assert typed("abc", ESCAPE, "0x", settings=Settings(vi=True)).result == "bc"
    assert typed("abc", ESCAPE, "xu", settings=Settings(vi=True)).result == "abc"
    assert typed("abc", ESCAPE, CTRL_C, "d", settings=Settings(vi=True)).result == "d"


def test_the_menu_stands_below_the_text_and_the_toolbar_below_it():
    shown = typed("g", TAB, TAB).shown
    assert [line.strip() for line in shown[:3]] == ["In [1]: gather", "gather   a note", "getattr  a note"]


def test_a_menu_as_one_types_comes_without_tab():
    shown = typed("g", settings=Settings(menu="typing")).shown
    assert [line.strip() for line in shown[1:3]] == ["gather   a note", "getattr  a note"]


def test_the_signature_stands_below_the_text_while_a_call_is_written():
    assert typed("gather(1").shown == ["In [1]: gather(1", "gather(*aws)  Run them."]
    assert typed("gather(1)").shown == ["In [1]: gather(1)"]


def test_what_was_typed_before_is_suggested():
    assert typed("value = 1", ENTER, "val").shown[-1] == "In [2]: value = 1"
    assert typed("value = 1", ENTER, "val", settings=Settings(suggest=False)).shown[-1] == "In [2]: val"


def test_the_toolbar_tells_how_things_stand_and_what_is_printed_goes_above():
    async def body(glass):
        glass.shell.now = Status(tasks=1, ready=0, timers=1)
        glass.prompt._status = glass.shell.now
        await glass.type("x = 1")
        glass.draw()
        shown = glass.lines
        glass.prompt._terminal.let_lines_out = lambda: glass._stream.feed("printed\r\n")
        glass.prompt._write_above()
        glass.draw()
        return shown, glass.lines, glass.cursor

    shown, after, cursor = PromptGlass.run(body)
    assert shown == ["In [1]: x = 1", "1 task, 0 ready, 1 timer"]
    assert after == ["printed", "In [1]: x = 1", "1 task, 0 ready, 1 timer"]
    assert cursor == (1, len("In [1]: x = 1"))


def test_before_there_is_a_shell_answers_and_interrupts_are_kept_for_it():
    async def body(glass):
        told = []
        await glass.type("abc")
        await glass.type(CTRL_C)  # while one types it clears the line, and no more
        texts = [glass.text]
        await glass.type("1" + ENTER)
        glass.prompt.interrupt_early()  # what was typed has not run yet
        glass.shell.interrupted = lambda: told.append("interrupted")
        glass.prompt.serve(glass.shell)
        return texts, glass.prompt.answers.get_nowait(), told

    assert PromptGlass.run(body, has_shell=False) == ([""], "1", ["interrupted"])


# --- whatever keys

KEYS = st.one_of(
    st.sampled_from(
        [
            "a",
            "x = [",
            ")",
            "'",
            '"""',
            "def f(",
            ":",
            "  ",
            "日本",
            "e\u0301",
            "\U0001f600",
            "%tree",
            "await g",
            "# ",
            "\\",
        ]
    ),
    st.sampled_from([ENTER, TAB, ALT_ENTER, CTRL_C, CTRL_D, BACKSPACE, ESCAPE, UP, DOWN, LEFT, RIGHT, SHIFT_TAB, UNDO]),
    st.sampled_from(
        [SEARCH, "\x13", KILL_LINE, EDIT, "\x19", "\x17", "\x15", "\x0c", "\x1b[3~", "\x1b5", "\x1bd", "\x18\x15"]
    ),
    st.sampled_from([pasted(">>> 1\n>>> 2"), pasted("x\x1b[31m\x00y"), pasted("a\n" * 20), "\x1b[201~", "\x1bO"]),
    # Not those that are drawn over their neighbours: how wide they are no two terminals agree.
    st.characters(max_codepoint=0x24F, exclude_categories=["Cf"]),
)
#: So many sequences are typed at one prompt, for a prompt costs more than they do. They are not made smaller when they fail: the
#: message has the one that did.
TOGETHER = 50
#: And so many prompts, with each kind of keys: a thousand sequences in all.
PROMPTS = max(1, int(os.environ.get("CORODEMO_EXAMPLES", "5000")) // 500)


@pytest.mark.parametrize("vi", [False, True], ids=["emacs", "vi"])
@settings(max_examples=PROMPTS, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate])
@given(sequences=st.lists(st.lists(KEYS, max_size=8).map("".join), min_size=TOGETHER, max_size=TOGETHER))
def test_no_keys_crash_the_prompt_tear_the_screen_or_lose_the_prompt(vi, sequences):
    async def body(glass):
        errors = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: errors.append(context))
        for keys in sequences:
            await glass.type(keys)
            glass.draw()
            shown = _prompt_of(glass)
            # What was drawn bit by bit is what one draws at once.
            glass.draw_anew()
            assert _prompt_of(glass) == shown, keys
            await glass.type(CTRL_C)
            if vi:
                await glass.type(CTRL_C)  # a command that waits for its character has taken the first
            glass.draw()
            number = len(glass.answers) + 1
            assert (glass.lines[-1], glass.cursor[1]) == (f"In [{number}]:", len(f"In [{number}]: ")), keys
        assert errors == []
        assert not [answer for answer in glass.answers if isinstance(answer, BaseException)]

    PromptGlass.run(body, settings=Settings(vi=vi), columns=36, rows=8)


def _prompt_of(glass: PromptGlass) -> tuple[list[str], tuple[int, int]]:
    """Return the lines from the prompt on, and the cursor in them."""
    start = max((at for at, line in enumerate(glass.lines) if line.startswith("In [")), default=0)
    row, column = glass.cursor
    return glass.lines[start:], (row - start, column)
