"""The start of the shell: what comes first, what is said, and what each way in brings with it."""

from __future__ import annotations

import builtins

import pytest
from headless import Headless

import corodemo
from corodemo.cli import interactive


@pytest.fixture
def start(monkeypatch, tmp_path, capsys):
    """Return a function that starts a shell as `corodemo` does and runs a script in it; it returns the shell and the output."""
    monkeypatch.setenv("CORODEMO_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.delenv("PYTHONSTARTUP", raising=False)
    headless = Headless()
    monkeypatch.setattr(interactive, "Terminal", lambda stdout: headless.terminal)
    monkeypatch.setattr(interactive, "Prompt", lambda settings, terminal: headless.prompt)

    def start(*script, trace=None, program=None, fill=None, **given):
        given = {"clock": "virtual", "live": False, **given}
        headless.run_by(lambda: interactive.main(trace, program, given, fill), *script)
        return headless, capsys.readouterr()

    return start


def test_the_prompt_is_up_before_there_is_a_shell(start, monkeypatch):
    order = []
    importing = builtins.__import__

    def note(name, *args, **keywords):
        if name == "corodemo.repl":
            order.append("the shell is loaded")
        return importing(name, *args, **keywords)

    def ask(prompt, number, text=""):
        order.append(f"prompt {number}")
        asking(prompt, number, text)

    monkeypatch.setattr(builtins, "__import__", note)
    prompt = type(Headless().prompt)
    asking = prompt.ask
    monkeypatch.setattr(prompt, "ask", ask)
    headless, _ = start("1 + 1")
    assert order[:2] == ["prompt 1", "the shell is loaded"]
    assert (headless.turns[1], headless.status) == ("2\n", 0)


def test_the_greeting_says_who_is_there_and_how_to_leave(start):
    headless, (out, err) = start()
    assert headless.prompt.is_started
    assert out.splitlines()[0].startswith(f"corodemo {corodemo.__version__}, Python ")
    assert out.splitlines()[1:] == ["%help shows the commands, Ctrl-C interrupts, Ctrl-D leaves"]
    assert err == ""


def test_what_is_no_good_in_the_settings_is_said_below_the_greeting(start, tmp_path):
    (tmp_path / "config.toml").write_text("menu = 'never'\nascii = true\n")
    headless, (out, _) = start("%config ascii")
    assert out.splitlines()[2:] == [f"{tmp_path}/config.toml: menu is tab or typing, and not 'never'"]
    assert headless.shell.settings.ascii is True


def test_options_go_before_the_settings(start, tmp_path):
    (tmp_path / "config.toml").write_text("vi = true\nascii = true\n")
    headless, _ = start(ascii=False)
    assert (headless.shell.settings.vi, headless.shell.settings.ascii) == (True, False)


def test_pythonstartup_and_the_script_run_before_the_first_prompt_in_this_order(start, tmp_path, monkeypatch):
    (tmp_path / "rc.py").write_text("import sys\norder = [sys.argv]\n")
    (tmp_path / "app.py").write_text("order.append(sys.argv)\n")
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "rc.py"))
    program = str(tmp_path / "app.py")
    headless, (out, _) = start(f"order == [[''], [{program!r}]]", program=program)
    assert headless.turns[1] == "True\n"
    assert headless.prompt.asked[0] == (1, "")
    assert "%help shows" in out


def test_names_can_be_put_there_before_all_else(start):
    headless, _ = start("given", fill=lambda namespace: namespace.update(given=7))
    assert headless.turns[1] == "7\n"


def test_a_trace_file_that_cannot_be_written_is_said_and_no_prompt_comes(start, tmp_path):
    path = tmp_path / "none" / "t.jsonl"
    headless, (out, err) = start(trace=str(path))
    assert (headless.status, headless.prompt.asked, out) == (1, [], "")
    assert err == f"corodemo: can't write the trace to {path}: No such file or directory\n"


def test_without_colours_programs_that_are_started_have_none_either(start, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "")  # to be put back
    headless, _ = start("import os; os.environ['NO_COLOR']", color="never")
    assert headless.turns[1] == "'1'\n"


def test_the_status_is_the_one_that_exit_asked_for(start):
    assert start("exit(4)")[0].status == 4
