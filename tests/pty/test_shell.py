"""The shell, driven in a real pseudo-terminal as a person drives it, and judged by what the screen shows."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ptyscreen import Screen, spawn
from ptyshell import CTRL_C, CTRL_D, ROOT, prompt, run, start

pytestmark = pytest.mark.terminal


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Screen]:
    with start(tmp_path) as screen:
        yield screen


@pytest.fixture
def virtual(tmp_path: Path) -> Iterator[Screen]:
    with start(tmp_path, "--clock", "virtual") as screen:
        yield screen


# --- values, blocks, errors


def test_the_banner_is_two_lines_and_fits_into_60_columns(tmp_path):
    with start(tmp_path, columns=60, rows=20) as screen:
        lines = screen.text.split("\n")
        assert len(lines) == 3
        assert lines[0].startswith("corodemo ")
        assert lines[1:] == ["%help shows the commands, Ctrl-C interrupts, Ctrl-D leaves", "In [1]:"]


def test_values_are_shown_and_kept(virtual):
    assert run(virtual, "1 + 1", 1) == ["2"]
    assert run(virtual, "_ * 21", 2) == ["42"]
    assert run(virtual, "await sleep(1, 'x'); None", 3) == []
    assert run(virtual, "_", 4) == ["42"]


def test_inputs_are_collected_as_garbage_and_what_was_loaded_for_the_shell_is_not_looked_at(virtual):
    assert run(virtual, "import gc; (gc.isenabled(), gc.get_freeze_count() > 10_000)", 1) == ["(True, True)"]


def test_a_long_value_is_laid_out(tmp_path):
    with start(tmp_path, columns=60) as screen:
        shown = run(screen, "{'first': 'a' * 30, 'second': 'b' * 30}", 1)
        assert shown == ["{", f"    'first': '{'a' * 30}',", f"    'second': '{'b' * 30}'", "}"]


def test_a_block_is_indented_and_ends_with_a_blank_line(virtual):
    virtual.send_line("async def f():")
    virtual.send_line("return await sleep(1, 'value')")
    virtual.send_line("")
    virtual.wait_for(prompt(2))
    assert "   ...:     return await sleep(1, 'value')" in virtual.lines
    assert run(virtual, "await f()", 2) == ["'value'"]


def test_what_a_value_says_of_itself_cannot_command_the_terminal(virtual):
    run(virtual, "class A:\n    def __repr__(self): return '[red]\\x1b[2Jx'", 1)
    assert run(virtual, "A()", 2) == ["[red]\\x1b[2Jx"]


def test_a_traceback_has_the_users_frames_alone(virtual):
    run(virtual, "async def f():\n    raise ValueError('[red]x')", 1)
    assert run(virtual, "await f()", 2) == [
        "Traceback (most recent call last):",
        '  File "<input 2>", line 1, in <module>',
        "    await f()",
        '  File "<input 1>", line 2, in f',
        "    raise ValueError('[red]x')",
        "ValueError: [red]x",
    ]
    shown = run(virtual, "asyncio.run(f())", 3)
    assert [line for line in shown if not line.startswith("    ")] == [
        "Traceback (most recent call last):",
        '  File "<input 3>", line 1, in <module>',
        '  File "<input 1>", line 2, in f',
        "ValueError: [red]x",
    ]


def test_a_syntax_error_is_shown_and_the_shell_goes_on(virtual):
    assert run(virtual, "x = = 1", 1)[-1] == "SyntaxError: invalid syntax"
    assert run(virtual, "1", 2) == ["1"]


def test_one_context_for_all_inputs(virtual):
    run(virtual, "import contextvars; v = contextvars.ContextVar('v'); t = v.set(1)", 1)
    assert run(virtual, "await sleep(1, v.get())", 2) == ["1"]


# --- the chapter


FIRST_EXAMPLES = {
    "coroutines": (
        """\
   >>> import asyncio

   >>> async def main():
   ...     print('hello')
   ...     await asyncio.sleep(1)
   ...     print('world')

   >>> asyncio.run(main())
   hello
   world
""",
        ["hello", "world"],
    ),
    "say_after": (
        """\
     import asyncio
     import time

     async def say_after(delay, what):
         await asyncio.sleep(delay)
         print(what)

     async def main():
         print(f"started at {time.strftime('%X')}")

         await say_after(1, 'hello')
         await say_after(2, 'world')

         print(f"finished at {time.strftime('%X')}")

     asyncio.run(main())
""",
        ["started at", "hello", "world", "finished at"],
    ),
    "create_task": (
        """\
     async def main():
         task1 = asyncio.create_task(
             say_after(1, 'hello'))

         task2 = asyncio.create_task(
             say_after(2, 'world'))

         print(f"started at {time.strftime('%X')}")

         # Wait until both tasks are completed (should take
         # around 2 seconds.)
         await task1
         await task2

         print(f"finished at {time.strftime('%X')}")

     asyncio.run(main())
""",
        ["started at", "hello", "world", "finished at"],
    ),
    "nested": (
        """\
   import asyncio

   async def nested():
       return 42

   async def main():
       # Nothing happens if we just call "nested()".
       # A coroutine object is created but not awaited,
       # so it *won't run at all*.
       nested()

       # Let's do it differently now and await it:
       print(await nested())  # will print "42".

   asyncio.run(main())
""",
        ["<input 4>:10: RuntimeWarning: coroutine 'nested' was never awaited", "42"],
    ),
    "task": (
        """\
   import asyncio

   async def nested():
       return 42

   async def main():
       # Schedule nested() to run soon concurrently
       # with "main()".
       task = asyncio.create_task(nested())

       # "task" can now be used to cancel "nested()", or
       # can simply be awaited to wait until it is complete:
       await task

   asyncio.run(main())
""",
        [],
    ),
    "running": (
        """\
      async def main():
          await asyncio.sleep(1)
          print('hello')

      asyncio.run(main())
""",
        ["hello"],
    ),
}


def with_prompts(example: str) -> str:
    """Return an example as it would look in Python's shell."""
    import textwrap

    lines = textwrap.dedent(example).rstrip().split("\n")
    return "\n".join((">>> " if line and not line.startswith((" ", "#")) else "... ") + line for line in lines)


def test_the_first_examples_of_the_chapter_paste_with_prompts_and_print_what_it_says(virtual):
    for number, (name, (example, expected)) in enumerate(FIRST_EXAMPLES.items(), 1):
        text = example if ">>>" in example else with_prompts(example)
        virtual.paste(text)
        virtual.send("\r")
        virtual.wait_for(prompt(number + 1))
        lines = virtual.transcript
        start = next(at for at, line in enumerate(lines) if line.startswith(f"In [{number}]:"))
        shown = [line for line in lines[start + 1 : -1] if not line.startswith("   ...:")]
        shown = [
            line
            for line in shown
            if line.strip() and not line.startswith("  nothing of it has run") and line != "  nested()"
        ]
        assert [line[: len(want)] for line, want in zip(shown, expected, strict=False)] == expected, name
        assert len(shown) == len(expected), (name, shown)


def test_two_examples_with_prompts_and_output_paste_as_one(virtual):
    text = ">>> def f(x):\n...     return x\n...\n>>> f(1)\n1\n>>> print('two')\ntwo\n>>> await sleep(1, f(3))\n3\n"
    assert run(virtual, text.replace("\n3\n", ""), 1) == ["two", "3"]


def test_calling_a_coroutine_function_shows_the_coroutine(virtual):
    run(virtual, "async def main(): pass", 1)
    shown = run(virtual, "main()", 2)
    assert shown[0].startswith("<coroutine object main at 0x")


# --- background tasks


def test_background_tasks_go_on_and_print_above_the_prompt(shell):
    run(shell, "async def tick():\n    for n in range(3):\n        await sleep(0.05); print('tick', n)", 1)
    shell.send_line("t = create_task(tick())")
    shell.wait_for("In [3]:")
    shell.send("half a li")
    shell.wait_for(lambda s: "tick 2" in s.text and s.lines[s.cursor[0]] == "In [3]: half a li")
    at = shell.lines.index("tick 0")
    assert shell.lines[at : at + 4] == ["tick 0", "tick 1", "tick 2", "In [3]: half a li"]


def test_a_failure_that_nobody_awaits_is_reported_when_it_happens(shell):
    run(shell, "async def fail():\n    await sleep(0.05); raise ValueError('[b]')", 1)
    run(shell, "t = create_task(fail(), name='[red]\\x1b[31m')", 2)
    shell.wait_for("ValueError: [b]")
    shell.wait_for(prompt(3))
    at = shell.lines.index("task '[red]\\x1b[31m' of input 2 failed, and nobody awaits it")
    assert shell.lines[at + 1 : at + 3] == ["Traceback (most recent call last):", '  File "<input 1>", line 2, in fail']
    # It was said once; that the task is dropped now says nothing more.
    assert run(shell, "del t; import gc; n = gc.collect()", 3) == []


def test_a_failure_that_the_input_awaits_later_is_raised_there_alone(virtual):
    run(virtual, "async def fail(): raise ValueError('early')", 1)
    shown = run(virtual, "t = create_task(fail()); await sleep(1); await t", 2)
    assert [line for line in shown if not line.startswith(" ")] == [
        "Traceback (most recent call last):",
        "ValueError: early",
    ]


def test_what_threads_print_comes_above_the_prompt_in_whole_lines(shell):
    run(
        shell,
        "import threading\ndef talk(who):\n    for n in range(100): print(who, n, 'x' * 20)\n"
        "threads = [threading.Thread(target=talk, args=(who,)) for who in 'ab']",
        1,
    )
    shell.send_line("for t in threads: t.start()\n")
    shell.wait_for(lambda s: all(f"{who} 99 {'x' * 20}" in s.transcript for who in "ab") and prompt(3)(s))
    said = [line for line in shell.transcript if line[:2] in {"a ", "b "}]
    assert sorted(said) == sorted(f"{who} {n} {'x' * 20}" for who in "ab" for n in range(100))


def test_one_can_type_while_a_task_prints_a_thousand_lines_a_second(shell):
    run(shell, "async def f():\n    for n in range(1000): print('line', n, 'z' * 10); await sleep(0.001)", 1)
    shell.send_line("t = create_task(f())")
    shell.wait_for("In [3]:")
    typed = "In [3]: "
    for key in "x = 'typed meanwhile'; x":
        typed += key
        shell.send(key)
        shell.wait_for(lambda s, typed=typed: s.lines[s.cursor[0]] == typed.rstrip())
    shell.send("\r")
    shell.wait_for("line 999 zzzzzzzzzz")
    shell.wait_for(prompt(4))
    said = [line for line in shell.transcript if line.startswith("line ") or line.endswith("z")]
    assert said == [f"line {n} zzzzzzzzzz" for n in range(1000)]
    assert "'typed meanwhile'" in shell.transcript


# --- Ctrl-C


def test_ctrl_c_at_the_prompt_clears_the_line(shell):
    shell.send("some words")
    shell.wait_for("some words")
    shell.send(CTRL_C)
    shell.wait_for(prompt(1))


def test_ctrl_c_ends_a_spinning_input(shell):
    shell.send_line("while True: pass\n")
    shell.wait_for(lambda s: s.cursor[1] == 0)
    shell.send(CTRL_C)
    shell.wait_for(prompt(2))
    assert "KeyboardInterrupt" in shell.lines
    assert not [line for line in shell.lines if "corodemo/" in line]


def test_ctrl_c_cancels_an_awaiting_input_and_leaves_background_tasks_alone(shell):
    run(shell, "async def tick():\n    for n in range(1000):\n        await sleep(0.05); print('tick', n)", 1)
    run(shell, "t = create_task(tick())", 2)
    shell.send_line("await sleep(3600)")
    shell.wait_for("input 3, ")  # the live panel: the input awaits
    shell.send(CTRL_C)
    shell.wait_for("Ctrl-C cancelled input 3")
    shell.wait_for(prompt(4))
    said = max((int(line.split()[1]) for line in shell.lines if line.startswith("tick ")), default=-1)
    shell.wait_for(f"tick {said + 2}")
    shell.wait_for(prompt(4))
    assert "(False, 0)" in run(shell, "t.done(), t.cancelling()", 4)


def test_ctrl_c_ends_a_background_step_that_holds_the_loop(shell):
    run(shell, "async def spin():\n    while True: pass", 1)
    shell.send_line("t = create_task(spin(), name='spinner')")
    shell.wait_for("In [3]:")
    shell.send("typed mean")
    shell.wait_for("typed mean")
    shell.send("while")
    shell.wait_for("typed meanwhile")
    shell.send(CTRL_C)
    shell.wait_for("Ctrl-C ended task 'spinner' of input 2")
    shell.wait_for(lambda s: s.lines[s.cursor[0]] == "In [3]: typed meanwhile")


def test_ctrl_c_ends_a_step_that_holds_the_loop_while_an_input_awaits(shell):
    run(shell, "import time\nasync def block(): time.sleep(3600)", 1)
    shell.send_line("t = create_task(block(), name='blocker'); await sleep(0.5, 'done')")
    shell.wait_for("▶ running    └ blocker")
    shell.send(CTRL_C)
    shell.wait_for("Ctrl-C ended task 'blocker' of input 2")
    shell.wait_for(prompt(3))
    assert "'done'" in shell.lines


def test_a_second_ctrl_c_gives_up_an_input_that_refuses_to_be_cancelled(shell):
    run(
        shell,
        "async def stubborn():\n    while True:\n        try: await sleep(3600)\n        except CancelledError: print('no!')",
        1,
    )
    shell.send_line("await stubborn()")
    shell.wait_for("input 2, ")
    shell.send(CTRL_C)
    shell.wait_for("no!")
    shell.wait_for("input 2 was cancelled and has not ended; Ctrl-C again leaves it alone")
    shell.send(CTRL_C)
    shell.wait_for("input 2 goes on in the background, for it did not end when it was cancelled")
    shell.wait_for(prompt(3))
    assert run(shell, "await sleep(0, 'alive')", 3) == ["'alive'"]
    shell.send(CTRL_D)
    shell.wait_for("1 task still runs; Ctrl-D again cancels it and leaves")
    shell.wait_for("  T1 input 2 waits for sleep(3600)")
    shell.wait_for(prompt(4))
    shell.send(CTRL_D)
    shell.wait_for("waiting for tasks that were cancelled and have not ended; Ctrl-C leaves without them")
    shell.send(CTRL_C)
    assert shell.wait_for_end() == 0
    assert "destroyed" not in shell.text


def test_ctrl_c_in_a_program_that_runs_in_an_input_cancels_its_main_task(shell):
    run(shell, "async def main():\n    try: await sleep(3600)\n    finally: print('cleaned up')", 1)
    shell.send_line("asyncio.run(main())")
    shell.wait_for("input 2, ")
    shell.send(CTRL_C)
    shell.wait_for(prompt(3))
    assert "cleaned up" in shell.lines
    assert "KeyboardInterrupt" in shell.lines


# --- leaving


@pytest.mark.parametrize(
    ("text", "status"),
    [(2 * CTRL_D, 0), ("exit()\r", 0), ("quit()\r", 0), ("await sleep(0); raise SystemExit(3)\r", 3)],
)
def test_leaving_cancels_what_is_left_and_gives_the_status(shell, text, status):
    run(shell, "async def f():\n    try: await sleep(3600)\n    finally: print('cancelled')", 1)
    run(shell, "t = create_task(f())", 2)
    shell.send(text)
    assert shell.wait_for_end() == status
    assert shell.lines[-1 + len(shell.text.split("\n"))] == "cancelled"


def test_a_system_exit_of_a_background_task_leaves_from_the_prompt(shell):
    run(shell, "async def f():\n    await sleep(0.1); raise SystemExit(5)", 1)
    shell.send_line("t = create_task(f())")
    assert shell.wait_for_end() == 5
    assert "Traceback" not in shell.text


def test_history_is_kept_from_one_shell_to_the_next(tmp_path):
    with start(tmp_path) as screen:
        run(screen, "'remember me'", 1)
        screen.send(CTRL_D)
        assert screen.wait_for_end() == 0
    with start(tmp_path) as screen:
        screen.send("\x1b[A")
        screen.wait_for("In [1]: 'remember me'")


def test_a_state_folder_that_cannot_be_written_is_no_trouble(tmp_path):
    (tmp_path / "file").write_text("")
    with start(tmp_path, XDG_STATE_HOME=str(tmp_path / "file")) as screen:
        assert run(screen, "1", 1) == ["1"]


# --- the panel


def test_a_live_panel_stands_below_a_running_await_and_its_last_picture_stays(shell):
    run(shell, "async def f():\n    for n in range(4):\n        print('line', n); await sleep(0.3)", 1)
    shell.send_line("await gather(f(), sleep(1, 'slept'))")
    shell.wait_for(lambda s: "█ running" in s.text and "line 1" in s.text)
    lines = shell.lines
    heading = next(at for at, line in enumerate(lines) if line.startswith("── input 2, "))
    assert lines[heading - 2 : heading] == ["line 0", "line 1"]
    assert lines[heading + 1].split()[:3] == ["id", "state", "task"]
    assert "gather(2)" in lines[heading + 2]
    shell.wait_for(prompt(3))
    at = shell.lines.index("line 0")
    assert shell.lines[at : at + 4] == ["line 0", "line 1", "line 2", "line 3"]
    assert shell.lines[at + 4].startswith("── 3 tasks, 1.")
    assert " s, 9 steps ──" in shell.lines[at + 4]
    assert [line.split()[1:3] for line in shell.lines[at + 6 : at + 9]] == [["✓", "done"]] * 3
    assert shell.text.split("\n")[-2] == "[None, 'slept']"
    assert shell.text.count("█ running") == 1
    assert b"\x1b[?25h" in shell.received  # the cursor is back


def test_an_await_that_is_over_at_once_shows_no_panel(shell):
    assert run(shell, "await sleep(0.01, 'x')", 1) == ["'x'"]
    assert "Ctrl-C interrupts ──".encode() not in shell.received


def test_the_panel_shows_a_program_run_by_run_too(shell):
    shell.send_line("asyncio.run(sleep(0.6, 'over'))")
    shell.wait_for("sleep(0.6)) until")
    shell.wait_for(prompt(2))
    assert re.search(r"── 1 task, [0-9.]+ s, 2 steps ──", shell.text)  # by the real clock
    assert shell.text.split("\n")[-2] == "'over'"


def test_no_live_shows_no_panel(tmp_path):
    with start(tmp_path, "--no-live") as screen:
        assert run(screen, "await sleep(0.4, 'x')", 1) == ["'x'"]


def test_the_panel_follows_the_size_of_the_terminal(shell):
    shell.send_line("await sleep(3600)")
    shell.wait_for(lambda s: any(len(line) == 99 for line in s.lines) and "█ running" in s.text)
    shell.resize(60, 20)
    shell.wait_for(lambda s: any(line.startswith("── input 1, ") and len(line) == 59 for line in s.lines))
    assert shell.text.count("input 1, ") == 1
    shell.send(CTRL_C)
    shell.wait_for("Ctrl-C cancelled input 1")


def test_a_line_that_has_no_end_yet_stands_above_the_panel(shell):
    run(shell, "async def f():\n    print('one'); print('loading', end='...'); await sleep(0.6); print(' ready')", 1)
    shell.send_line("await f()")
    shell.wait_for(lambda s: "loading..." in s.lines and "█ running" in s.text)
    shell.wait_for(prompt(3))
    at = shell.lines.index("one")
    assert shell.lines[at + 1] == "loading... ready"


def test_keys_typed_while_an_input_awaits_are_read_at_the_next_prompt(shell):
    shell.send_line("await sleep(0.6)")
    shell.wait_for("█ running")
    shell.send("'typed ahead'\r")
    shell.wait_for(prompt(3))
    assert shell.text.split("\n")[-2] == "'typed ahead'"


# --- commands


def test_tree_and_timeline_show_what_was_recorded(virtual):
    run(virtual, "await gather(sleep(1, 'a'), sleep(2, 'b'))", 1)
    virtual.send_line("%tree")
    virtual.wait_for("returned 'b'")
    assert [line.split()[:4] for line in virtual.lines[-40:] if line.startswith(" ") and "✓" in line] == [
        ["1", "✓", "done", "input"],
        ["2", "✓", "done", "├"],
        ["3", "✓", "done", "└"],
    ]
    virtual.send_line("%timeline")
    virtual.wait_for("█ running")
    virtual.wait_for(prompt(2))


def test_trace_writes_a_file_that_can_be_viewed(virtual, tmp_path):
    from corodemo.trace import load

    run(virtual, "await sleep(1, print('hi'))", 1)
    virtual.send_line("%trace t.jsonl")
    virtual.wait_for(" events to t.jsonl")
    trace = load(tmp_path / "t.jsonl")
    assert trace.header.program == "shell"
    assert [event.text for event in trace.events if hasattr(event, "text")] == ["hi\n"]
    created = [event for event in trace.events if hasattr(event, "coro")]
    assert [(event.name, event.file) for event in created] == [("input 1", "<input 1>")]


def test_step_opens_the_player_and_q_returns(virtual):
    run(virtual, "async def f(n):\n    print('f', n)\n    await sleep(n)\n    return n", 1)
    virtual.send_line("%step await gather(f(1), f(2))")
    virtual.wait_for("q quit")
    virtual.wait_for("await gather(f(1), f(2))")
    virtual.send("q")
    virtual.wait_for(prompt(3))
    assert run(virtual, "1", 3) == ["1"]


def test_step_of_code_that_fails_shows_the_traceback_afterwards(virtual):
    virtual.send_line("%step 1/0")
    virtual.wait_for("q quit")
    virtual.send("q")
    virtual.wait_for(prompt(2))
    assert virtual.text.split("\n")[-2] == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("%nope", "there is no command %nope; %help lists the commands"),
        ("%tre", "there is no command %tre; did you mean %tree?"),
        ("%pause x", "%pause takes no argument, and was given 'x'"),
        ("%trace", "%trace needs FILE, as in: %trace lesson.jsonl"),
        ("%trace none/t.jsonl", "can't write none/t.jsonl: No such file or directory"),
    ],
)
def test_a_command_that_cannot_be_done_is_one_sentence(virtual, line, sentence):
    virtual.send_line(line)
    virtual.wait_for(lambda s: sentence in s.lines)
    virtual.wait_for(prompt(1))


def test_help_has_an_example_of_each_command(virtual):
    from corodemo.shell.commands.dispatch import COMMANDS

    virtual.send_line("%help")
    virtual.wait_for("%help why")
    virtual.wait_for(prompt(1))
    shown = virtual.transcript
    assert [line.strip() for line in shown if line.startswith("  %")] == [one.usage for one in COMMANDS.values()]
    assert [one.example for one in COMMANDS.values() if f"      {one.example}" not in shown] == []


# --- elsewhere


def test_no_color_shows_no_colour(tmp_path):
    with start(tmp_path, NO_COLOR="1") as screen:
        run(screen, "{'a': 1}", 1)
        run(screen, "await sleep(0.5)", 2)
        screen.send_line("%tree")
        screen.wait_for("returned None")
        import re

        colours = re.findall(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|38;[0-9;]+)m", screen.received)
        assert colours == []


def test_a_dumb_terminal_will_do(tmp_path):
    with start(tmp_path, TERM="dumb") as screen:
        screen.send_line("await sleep(0.5, 'x')")
        screen.wait_for("In [2]:")
        assert "'x'" in screen.lines
        assert b"\x1b[?25l" not in screen.received


def test_a_trace_file_is_streamed_while_the_shell_runs(tmp_path):
    from corodemo.trace import load

    with start(tmp_path, "--trace", "t.jsonl") as screen:
        run(screen, "await sleep(0.01)", 1)
        screen.process.kill(9)
        screen.wait_for_end()
    assert [event.name for event in load(tmp_path / "t.jsonl").events if hasattr(event, "coro")] == ["input 1"]


def test_a_trace_file_that_cannot_be_written_is_one_sentence(tmp_path):
    env = {"PYTHONPATH": str(ROOT)}
    with spawn([sys.executable, "-m", "corodemo", "--trace", "no/t.jsonl"], env=env, cwd=tmp_path) as screen:
        assert screen.wait_for_end() == 1
        assert screen.text == "corodemo: can't write the trace to no/t.jsonl: No such file or directory"
