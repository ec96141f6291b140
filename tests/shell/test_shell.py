"""The shell: what inputs bring to the screen, background tasks and their failures, the ways in and out."""

from __future__ import annotations

import sys
import warnings

import pytest
from headless import Headless, key, lines, run, wait

from corodemo.trace import Output, load

FAILING = "async def fail(): raise ValueError('x')"


# --- inputs


def test_a_value_is_shown_and_none_is_not():
    assert run("1 + 1", "None", "x = 3", "x") == ["2\n", "", "", "3\n"]


def test_an_input_that_awaits_gives_its_value_in_no_time_of_the_machine():
    assert run("await sleep(3600, 'rested')", "get_running_loop().time()") == ["'rested'\n", "3600.0\n"]


def test_each_input_has_a_number_and_an_empty_one_has_none():
    shell = Headless.new()
    shell.run("1", "", "  ", "2", "%clock")
    assert [number for number, _ in shell.prompt.asked] == [1, 2, 2, 2, 3, 3]


def test_results_are_kept_by_number_and_by_age():
    assert run("'a'", "'b'", "_1, _2, _, __") == ["'a'\n", "'b'\n", "('a', 'b', 'b', 'a')\n"]


def test_what_the_program_prints_stands_before_its_value():
    assert run("print('out')\n'value'", "await sleep(1); print('later')") == ["out\n'value'\n", "later\n"]


def test_an_error_is_shown_and_the_next_input_runs():
    first, second = run("1/0", "2")
    assert lines(first) == ["Traceback (most recent call last):", "ZeroDivisionError: division by zero"]
    assert second == "2\n"


def test_an_error_in_an_input_that_awaits_has_the_users_frames_alone():
    (report,) = run("await sleep(1); 1/0")
    assert [line for line in report.splitlines() if line.startswith("  File")] == [
        '  File "<input 1>", line 1, in <module>'
    ]


def test_a_syntax_error_runs_nothing_and_counts():
    shell = Headless.new()
    assert lines(shell.run("print(1)\nx = = 2", "2")[0])[-1] == "SyntaxError: invalid syntax"
    assert shell.prompt.asked[1][0] == 2


def test_inputs_share_names_and_context():
    assert run(
        "import contextvars; v = contextvars.ContextVar('v')", "await sleep(0); token = v.set(7)", "v.get()"
    ) == ["", "", "7\n"]


def test_a_coroutine_that_is_only_looked_at_says_how_it_is_run():
    (shown,) = run("sleep(1)")
    assert shown.endswith("it has not started; `await _` runs it, `t = create_task(_)` runs it in the background\n")


def test_a_coroutine_that_was_never_awaited_is_told_with_what_would_run_it():
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        (shown,) = run("def f():\n    sleep(1)\nf()")
    assert "RuntimeWarning: coroutine 'sleep' was never awaited" in shown


# --- the background


def test_background_tasks_go_on_while_the_prompt_waits():
    assert run(
        "async def tick():\n    for n in range(3):\n        await sleep(1); print(n)",
        "t = create_task(tick())",
        wait(1.5),
        "'now'",
        wait(5),
        "t.done()",
    ) == ["", "0\n", "'now'\n1\n2\n", "True\n"]


def test_background_tasks_go_on_while_an_input_awaits():
    assert run("async def f(): print('f')", "t = create_task(f())\nawait sleep(1)\nprint('after')")[1] == "f\nafter\n"


def test_a_task_that_fails_while_the_prompt_waits_is_reported_at_once_with_its_input():
    shell = Headless.new()
    shell.run(FAILING, "t = create_task(fail(), name='bad')", wait(1), "2")
    assert lines(shell.turns[2]) == [
        "task 'bad' of input 2 failed, and nobody awaits it",
        "Traceback (most recent call last):",
        "ValueError: x",
    ]
    assert "".join(shell.turns).count("nobody awaits it") == 1


def test_a_task_that_fails_while_its_input_runs_is_reported_when_that_has_ended():
    report = run(FAILING, "t = create_task(fail(), name='bad')\nawait sleep(1)\nprint('last')")[1]
    assert lines(report)[:2] == ["last", "task 'bad' of input 2 failed, and nobody awaits it"]


def test_a_failure_that_the_input_looks_at_is_not_reported():
    assert run(
        FAILING, "t = create_task(fail())\nawait sleep(1)\ntry: await t\nexcept ValueError: print('caught')"
    ) == ["", "caught\n"]


def test_a_failure_that_somebody_awaits_is_theirs():
    report = run(FAILING, "await gather(fail(), sleep(1))")[1]
    assert lines(report) == ["Traceback (most recent call last):", "ValueError: x"]


def test_a_task_belongs_to_the_input_whose_task_made_it():
    shown = run(
        "async def parent():\n    await sleep(5)\n    child = create_task(fail(), name='child')\n    await sleep(9)",
        FAILING,
        "p = create_task(parent())",
        "1",
        wait(6),
        "2",
    )
    assert lines(shown[3])[1] == "task 'child' of input 3 failed, and nobody awaits it"


def test_a_callback_that_fails_is_reported_as_the_loop_would_log_it():
    shown = run("h = get_running_loop().call_soon(lambda: 1/0)", wait(1), "2")[0]
    assert lines(shown)[0].startswith("Exception in callback <lambda>")
    assert lines(shown)[-1] == "ZeroDivisionError: division by zero"


def test_a_task_of_a_loop_of_ones_own_is_asyncios_business():
    shown = run(f"{FAILING}\nasync def main():\n    t = create_task(fail()); await sleep(1)", "asyncio.run(main())")[1]
    assert "nobody awaits it" not in shown


# --- the ways out


def test_ctrl_d_leaves():
    shell = Headless.new()
    shell.run("1")
    assert (shell.status, shell.end, shell.prompt.is_stopped, shell.terminal.is_closed) == (0, [""], True, True)


def test_ctrl_d_tells_of_tasks_that_still_run_and_the_next_one_leaves():
    shell = Headless.new()
    shell.run("ts = [create_task(sleep(100)) for _ in range(12)]", wait(1))
    told = shell.end[0].splitlines()
    assert told[0] == "12 tasks still run; Ctrl-D again cancels them and leaves"
    assert len(told) == 12
    assert told[-1] == "  and 2 more: %tree shows them"
    assert shell.end[1] == ""


def test_an_input_between_two_ctrl_d_makes_the_second_tell_again():
    shell = Headless.new()
    shell.run("t = create_task(sleep(100))", None, "1", None)
    assert [text.splitlines()[:1] for text in shell.turns[2:5]] == [
        ["1 task still runs; Ctrl-D again cancels it and leaves"],
        ["1"],
        ["1 task still runs; Ctrl-D again cancels it and leaves"],
    ]


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("exit(3)", 3, ""),
        ("raise SystemExit", 0, ""),
        ("await sleep(1); raise SystemExit(4)", 4, ""),
        ("async def f(): raise SystemExit(5)\nt = create_task(f()); await sleep(1)", 5, ""),
    ],
)
def test_exit_leaves_with_its_status(code, status, said):
    shell = Headless.new()
    shell.run(code)
    assert (shell.status, shell.turns[1], shell.prompt.is_stopped) == (status, said, True)


def test_a_background_task_may_leave_too():
    shell = Headless.new()
    shell.run("async def f(): raise SystemExit(6)", "t = create_task(f())", wait(1))
    assert (shell.status, shell.turns[-1]) == (6, "")


def test_an_error_of_the_prompt_itself_goes_up_and_the_streams_are_given_back():
    outer = sys.stdout, sys.stderr
    with pytest.raises(OSError, match="the terminal is gone"):
        Headless.new().run(OSError("the terminal is gone"))
    assert (sys.stdout, sys.stderr) == outer


# --- files


def test_files_run_before_the_first_prompt_and_their_values_are_not_shown(tmp_path):
    (tmp_path / "rc.py").write_text("x = await sleep(1, 41)\nx\nprint('hello', __file__ is not None)\n")
    shell = Headless.new()
    assert shell.run("x + 1", files=(str(tmp_path / "rc.py"),)) == ["42\n"]
    assert (shell.start, shell.prompt.asked[0][0]) == ("hello True\n", 1)


def test_the_sessions_own_program_finds_itself_in_argv(tmp_path):
    program = str(tmp_path / "app.py")
    (tmp_path / "app.py").write_text("import sys\nprint(sys.argv == [__file__])\n")
    shell = Headless.new()
    shell.run("sys.argv == [1]", files=(program,), program=program)
    assert shell.start == "True\n"


def test_a_file_that_cannot_be_read_is_told_and_the_prompt_comes(tmp_path):
    (tmp_path / "bad.py").write_bytes(b"# coding: nope\n")
    missing, bad = str(tmp_path / "no.py"), str(tmp_path / "bad.py")
    shell = Headless.new()
    assert shell.run("1", files=(missing, bad)) == ["1\n"]
    assert shell.start.splitlines() == [
        f"can't read {missing}: No such file or directory",
        f"can't read {bad}: unknown encoding for '{bad}': nope",
    ]


def test_a_file_that_fails_is_reported_and_the_rest_goes_on(tmp_path):
    (tmp_path / "a.py").write_text("1/0\n")
    (tmp_path / "b.py").write_text("y = 2\n")
    shell = Headless.new()
    assert shell.run("y", files=(str(tmp_path / "a.py"), str(tmp_path / "b.py"))) == ["2\n"]
    assert lines(shell.start)[-1] == "ZeroDivisionError: division by zero"


def test_the_trace_goes_to_a_file_as_it_happens(tmp_path):
    shell = Headless.new(str(tmp_path / "t.jsonl"))
    shell.run("print('hi'); await sleep(1)", "2")
    trace = load(tmp_path / "t.jsonl")
    assert (trace.header.program, [event.text for event in trace.events if isinstance(event, Output)]) == (
        "shell",
        ["hi\n"],
    )


def test_a_trace_file_that_cannot_be_written_is_an_error_before_anything_runs(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        Headless.new(str(tmp_path / "none" / "t.jsonl"))


# --- what the prompt asks while one types


def test_the_prompt_is_told_of_completions_signatures_and_the_loop():
    asked = []

    def ask(headless):
        shell = headless.shell
        asked.append([choice.text for choice in shell.choices("%pau")])
        asked.append([choice.text for choice in shell.choices("my_val")])
        asked.append(shell.signature("%run f("))
        asked.append((shell.status().tasks, shell.status().clock))

    run("my_value = 1; t = create_task(sleep(9))", wait(1), ask, "1")
    assert asked == [["%pause"], ["my_value"], None, (1, "virtual clock at 1 s")]


def test_ctrl_c_at_the_prompt_clears_the_line():
    shell = Headless.new()
    assert shell.run(key, "1", wait(1), key, "2") == ["1\n", "2\n"]
    assert shell.prompt.lines_cleared == 2
