"""Ctrl-C in a whole shell: what it ends at each kind of moment, and what it leaves alone."""

from __future__ import annotations

import signal
from types import SimpleNamespace

from headless import Headless, HeadlessTerminal, key, run, wait

from corodemo.shell.prompt import Prompt
from corodemo.shell.settings import Settings

#: Does not end when it is cancelled, but 50 seconds later.
STUBBORN = """\
async def stubborn():
    try:
        await sleep(50)
    except CancelledError:
        await sleep(50)
        return 'late'
"""
BACKGROUND = "other = create_task(sleep(20, 'unharmed'), name='other')"


# --- plain code


def test_plain_code_gets_a_keyboard_interrupt_and_background_tasks_go_on():
    shown = run(BACKGROUND, "ctrl_c()\nprint('not reached')", "await other")
    assert shown[1].splitlines()[-1] == "KeyboardInterrupt"
    assert "not reached" not in shown[1]
    assert shown[2] == "'unharmed'\n"


def test_plain_code_may_take_the_keyboard_interrupt_for_itself():
    assert run("try: ctrl_c()\nexcept KeyboardInterrupt: print('mine')") == ["mine\n"]


def test_a_repr_that_shows_a_value_can_be_interrupted():
    shown = run("class A:\n    def __repr__(self): ctrl_c(); return 'A'\nA()", "2")
    assert shown[0].splitlines()[-1] == "KeyboardInterrupt"
    assert shown[1] == "2\n"


def test_run_in_plain_code_cancels_its_main_task_as_python_does():
    shown = run("async def main():\n    ctrl_c()\n    await sleep(60)", "asyncio.run(main())")[1]
    assert shown.splitlines()[-1] == "KeyboardInterrupt"


# --- an input that awaits


def test_an_input_that_awaits_is_cancelled_and_background_tasks_go_on():
    assert run(BACKGROUND, "press(1)\nawait sleep(60)", "get_running_loop().time()", "await other") == [
        "",
        "Ctrl-C cancelled input 2\n",
        "1.0\n",
        "'unharmed'\n",
    ]


def test_an_input_may_clean_up_when_it_is_cancelled():
    assert run("press(1)\ntry: await sleep(60)\nfinally: print('cleaned')") == ["cleaned\nCtrl-C cancelled input 1\n"]


def test_an_input_that_swallows_its_cancel_ends_with_its_value():
    assert run("press(1)\ntry: await sleep(60)\nexcept CancelledError: pass\n'swallowed'") == ["'swallowed'\n"]


def test_an_input_that_was_cancelled_by_another_task_is_not_said_to_be_by_ctrl_c():
    shown = run("get_running_loop().call_later(1, current_task().cancel)\nawait sleep(60)")[0]
    assert shown.splitlines()[-1].endswith("CancelledError")


def test_what_the_input_awaits_is_cancelled_with_it_and_other_tasks_of_the_input_are_not():
    assert run(
        "t = create_task(sleep(9))\npress(1)\nawait gather(sleep(60), sleep(70))", "t.done()", wait(9), "t.done()"
    ) == [
        "Ctrl-C cancelled input 1\n",
        "False\n",
        "True\n",
    ]


def test_an_input_that_does_not_end_when_cancelled_is_told_of_after_a_while():
    shown = run(STUBBORN, "press(1); get_running_loop().call_later(2, fire)\nawait stubborn()")[1]
    assert shown == "input 2 was cancelled and has not ended; Ctrl-C again leaves it alone\n'late'\n"


def test_a_second_ctrl_c_leaves_such_an_input_alone_and_it_goes_on():
    shown = run(STUBBORN, "press(1); press(2)\nawait stubborn()", "get_running_loop().time()", wait(60), "all_tasks()")
    assert shown[1:] == [
        "input 2 goes on in the background, for it did not end when it was cancelled\n",
        "2.0\n",
        "set()\n",
    ]


def test_an_input_that_was_given_up_does_not_keep_the_context_of_the_next():
    shown = run(
        "import contextvars; v = contextvars.ContextVar('v', default=0)",
        STUBBORN,
        "press(1); press(2); token = v.set(1)\nawait stubborn()",
        "token = v.set(2); v.get()",
        "await sleep(0, v.get())",
    )
    assert shown[3:] == ["2\n", "2\n"]


def test_ctrl_c_is_for_the_input_that_runs_and_not_for_the_one_before():
    shown = run("press(1)\nawait sleep(60)", "await sleep(60, 'whole')", "press(1)\nawait sleep(60)")
    assert shown == ["Ctrl-C cancelled input 1\n", "'whole'\n", "Ctrl-C cancelled input 3\n"]


# --- a loop that is held


def test_a_background_task_that_holds_the_loop_is_ended_and_the_prompt_comes_back():
    shown = run(
        "async def hold():\n    ctrl_c(); fire()\n    print('no')", "t = create_task(hold())", wait(1), "t.done()"
    )
    assert shown[1:] == ["Ctrl-C ended task 'Task-1' of input 2\n", "True\n"]


def test_a_callback_that_holds_the_loop_is_ended():
    shown = run(
        "def hold():\n    ctrl_c(); fire()\n    print('no')", "h = get_running_loop().call_soon(hold)", wait(1), "2"
    )
    assert shown[1:] == ["Ctrl-C ended the callback that held the loop\n", "2\n"]


def test_a_background_task_that_holds_the_loop_is_ended_and_the_input_that_awaits_goes_on():
    shown = run(
        "async def hold():\n    ctrl_c(); fire()",
        "t = create_task(hold(), name='holder')\nawait sleep(9, 'input')",
    )
    assert shown[1] == "Ctrl-C ended task 'holder' of input 2\n'input'\n"


def test_an_input_that_holds_the_loop_gets_the_keyboard_interrupt():
    shown = run("await sleep(1)\nctrl_c(); fire()\nprint('no')", "2")
    assert shown[0].splitlines()[-1] == "KeyboardInterrupt"
    assert "no\n" not in shown[0]
    assert shown[1] == "2\n"


def test_a_loop_that_answers_in_time_is_not_held():
    shown = run("ctrl_c()\nawait sleep(60)", "await sleep(1); fire(); 'went on'")
    assert shown == ["Ctrl-C cancelled input 1\n", "'went on'\n"]


# --- the prompt


def test_at_the_prompt_it_clears_the_line_and_background_tasks_go_on():
    shell = Headless.new()
    assert shell.run(BACKGROUND, key, wait(30), "other.result()")[1:] == ["'unharmed'\n"]
    assert shell.prompt.lines_cleared == 1


def test_as_a_signal_at_the_prompt_it_clears_the_line_too():
    shell = Headless.new()
    shell.run(lambda headless: headless.press(1), wait(2), "1")
    assert shell.prompt.lines_cleared == 1


def test_between_enter_and_the_input_it_waits_and_asks_again():
    shell = Headless.new()

    def between(headless):
        headless.prompt.is_up = False
        headless.shell.interrupted()
        return 0.0

    def a_moment_later(headless):
        assert headless.prompt.lines_cleared == 0
        headless.prompt.is_up = True
        headless.fire()
        return 0.0

    shell.run(between, a_moment_later, "1")
    assert shell.prompt.lines_cleared == 1


# --- a paused runtime


def test_in_a_paused_runtime_it_clears_the_line_at_once():
    shell = Headless.new()
    shell.run("%pause", key, "1", "%resume")
    assert shell.prompt.lines_cleared == 1


def test_as_a_signal_in_a_paused_runtime_it_clears_the_line_too():
    shell = Headless.new()
    shell.run("%pause", lambda headless: headless.ctrl_c() or None, "1", "%resume")
    assert shell.prompt.lines_cleared == 1


def test_a_step_by_hand_that_holds_the_loop_is_ended():
    shown = run("async def hold():\n    ctrl_c(); print('no')", "%pause", "t = create_task(hold())", "%next", "%resume")
    assert shown[3] == "Ctrl-C ended task 'Task-1' of input 2\n"


# --- the end


def test_while_cancelled_tasks_take_their_time_it_leaves_without_them():
    shell = Headless.new()
    shell.run(STUBBORN, "t = create_task(stubborn()); press(5)", wait(1), None)
    assert (shell.status, shell.terminal.is_closed, shell.shell.session.clock.now_ns()) == (0, True, 5_000_000_000)


def test_why_leaving_takes_a_while_is_said():
    shell = Headless.new()
    shell.run(STUBBORN, "t = create_task(stubborn()); h = get_running_loop().call_later(5, fire)", wait(1))
    assert shell.end[-1] == "waiting for tasks that were cancelled and have not ended; Ctrl-C leaves without them\n"


def test_signal_handlers_are_given_back():
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGURG)
    run("press(1)\nawait sleep(60)")
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGURG)) == before


def test_ctrl_c_after_enter_was_read_is_meant_for_what_it_begins():
    told = []
    prompt = Prompt(Settings(), HeadlessTerminal())
    prompt._session = SimpleNamespace(app=SimpleNamespace(is_done=True, is_running=True))
    prompt._shell = SimpleNamespace(interrupted=lambda: told.append("interrupted"))
    prompt.is_up = prompt._has_begun = True
    prompt._clear_line()
    assert (prompt._is_late, told) == (True, [])
    prompt.is_up = False
    prompt._clear_line()
    assert told == ["interrupted"]


def test_a_signal_between_the_serving_of_a_shell_and_its_own_handler_is_handed_on():
    told = []
    prompt = Prompt(Settings(), HeadlessTerminal())
    prompt.interrupt_early()
    prompt.serve(SimpleNamespace(interrupted=lambda: told.append("early")))
    prompt.interrupt_early()
    assert told == ["early", "early"]
