"""Commands in a whole shell: what they bring to the screen and change, and a runtime that is paused."""

from __future__ import annotations

from headless import Headless, lines, run, wait

# --- commands


def test_a_command_is_no_input_and_has_no_number():
    shell = Headless.new()
    assert shell.run("%clock", "1") == ["the clock is virtual: nothing waits; it is 0\n", "1\n"]
    assert shell.prompt.asked == [(1, ""), (1, ""), (2, "")]


def test_what_a_command_cannot_do_is_one_sentence():
    assert run("%tre", "%why") == [
        "there is no command %tre; did you mean %tree?\n",
        "%why needs TASK, as in: %why T3 late\n",
    ]


def test_tasks_lists_what_runs_with_its_input():
    shown = run("t = create_task(sleep(100), name='long')", wait(1), "%tasks")[1]
    assert shown == "T1   long  ‖ waiting  on timer 2 (sleep(100)) until 1m40s  [1]\n"


def test_lines_of_an_input_may_be_commands():
    assert run("x = 1\n%clock\nx + 1") == ["the clock is virtual: nothing waits; it is 0\n2\n"]


def test_cancel_ends_a_task_in_the_background():
    assert run(
        "t = create_task(sleep(100), name='long')", wait(1), "%cancel long", wait(1), "t.cancelled()", "%cancel all"
    )[1:] == ["asked T1 long to end\n", "True\n", "there is no task to cancel\n"]


def test_reset_forgets_names_and_ends_tasks():
    shown = run("x = 1; t = create_task(sleep(100))", "%reset", "x")
    assert shown[1] == "afresh: no names, no tasks, a new context; 1 task cancelled\n"
    assert lines(shown[2])[-1].startswith("NameError: name 'x' is not defined")


def test_reset_gives_up_on_a_task_that_does_not_end_when_its_patience_is_over():
    stubborn = "async def stubborn():\n    try: await sleep(50)\n    except CancelledError: await sleep(5)"
    shown = run(
        stubborn, "t = create_task(stubborn())", wait(1), "x = get_running_loop().call_later(1, fire)", "%reset"
    )
    assert shown[3] == (
        "afresh: no names, no tasks, a new context; 0 tasks cancelled; "
        "T1 stubborn did not end when cancelled, and goes on\n"
    )


def test_the_text_of_a_file_stands_in_the_next_prompt(tmp_path):
    (tmp_path / "a.py").write_text("x = 41\nx + 1\n")
    shell = Headless.new()
    shell.run(f"%load {tmp_path}/a.py", "1")
    assert [text for _, text in shell.prompt.asked] == ["", "x = 41\nx + 1", ""]


def test_run_gives_a_script_its_arguments_and_takes_them_away(tmp_path):
    (tmp_path / "app.py").write_text("import sys\nprint(__file__ == sys.argv[0], sys.argv[1:], __name__)\n")
    shell = Headless.new()
    assert shell.run(f"%run {tmp_path}/app.py a 'b c'", "import sys; sys.argv", "__file__")[:2] == [
        "True ['a', 'b c'] __main__\n",
        "['']\n",
    ]
    assert "NameError" in shell.turns[3]


def test_save_writes_what_was_typed(tmp_path):
    assert run("x = 1", "x", f"%save {tmp_path}/s.py")[2].startswith("wrote 2 inputs to ")
    assert (tmp_path / "s.py").read_text() == "x = 1\n\nx\n"


# --- a paused runtime


def test_in_a_paused_runtime_an_input_that_awaits_is_ready_and_nobody_waits_for_it():
    assert run("%pause", "await sleep(1, 7)", "1 + 1", "%resume", wait(5), "_") == [
        "paused at 0, with 0 tasks; %next runs one step, %resume lets all go on\n",
        "the runtime is paused: input 1 is ready; %next runs one step, %resume lets all go on\n",
        "2\n",
        "goes on from 0\ninput 1 gave\n7\n",
        "7\n",
    ]


def test_next_runs_one_step():
    shown = run("async def f(): print('ran')", "t = create_task(f())", "%pause", "%next", "%next", "%resume")
    assert shown[3].splitlines()[:2] == ["ran", "T1 f took a step"]
    assert shown[4].splitlines()[0] == "nothing is ready, and no timer is set"


def test_background_tasks_stand_while_the_runtime_is_paused():
    assert run("async def f(): print('ran')", "%pause", "t = create_task(f())", "t.done()", "%resume", wait(1), "1")[
        2:
    ] == ["", "False\n", "goes on from 0\nran\n", "1\n"]


def test_an_input_that_fails_after_a_pause_says_which_it_was():
    shown = run("%pause", "await sleep(1); 1/0", "%resume", wait(5), "2")[2]
    assert lines(shown)[1:] == [
        "input 1 failed",
        "Traceback (most recent call last):",
        "ZeroDivisionError: division by zero",
    ]


def test_run_is_refused_while_the_runtime_is_paused():
    shown = run("%pause", "c = sleep(1)\ntry: asyncio.run(c)\nfinally: c.close()", "%resume")[1]
    assert "RuntimeError: the runtime is paused, so a program that runs now would wait for ever" in shown


def test_leaving_a_paused_runtime_ends_its_tasks():
    shell = Headless.new()
    shell.run(
        "async def f():\n    try: await sleep(9)\n    finally: print('ended')",
        "t = create_task(f())",
        wait(1),
        "%pause",
    )
    assert shell.end[0].startswith("1 task still runs; Ctrl-D again cancels it and leaves")
    assert shell.end[1] == "ended\n"
