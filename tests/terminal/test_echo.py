"""The terminal's own echo: off between two prompts, on again for a program that asks, and never behind the back of another."""

from __future__ import annotations

import getpass
import os
import sys

import pytest

from corodemo.recorder.recorder import Recorder
from corodemo.terminal.echo import let_keys_echo, quiet_keys
from corodemo.terminal.keyboard import guarded_input
from corodemo.terminal.screen import Terminal
from corodemo.terminal.streams import redirected_streams
from corodemo.terminal.subprocesses import guarded_subprocesses

termios = pytest.importorskip("termios")


@pytest.fixture
def keyboard(monkeypatch):
    """A terminal as stdin, quieted as it is while an input begins to run; return its descriptor."""
    master, slave = os.openpty()
    with open(slave, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "__stdin__", stdin)
        assert echoes(slave)
        quiet_keys()
        yield slave
        set_flags(slave, on=termios.ICANON)
        let_keys_echo()
    os.close(master)


def echoes(fd):
    return bool(termios.tcgetattr(fd)[3] & termios.ECHO)


def set_flags(fd, *, on=0, off=0):
    now = termios.tcgetattr(fd)
    termios.tcsetattr(fd, termios.TCSANOW, [*now[:3], now[3] & ~off | on, *now[4:]])


def test_keys_echo_again_when_an_input_has_run_for_a_while(keyboard):
    assert not echoes(keyboard)
    assert let_keys_echo()
    assert echoes(keyboard)


def test_who_reads_key_by_key_is_not_disturbed_by_an_echo(keyboard):
    set_flags(keyboard, off=termios.ICANON)
    assert not let_keys_echo()
    assert not echoes(keyboard)
    set_flags(keyboard, on=termios.ICANON)
    assert let_keys_echo()
    assert echoes(keyboard)


def test_a_password_is_not_echoed_however_soon_it_is_asked_for(keyboard, monkeypatch):
    def ask(prompt="Password: "):
        set_flags(keyboard, off=termios.ECHO)
        let_keys_echo()  # as the prompt's thread does, some time after an input began
        return prompt, echoes(keyboard)

    monkeypatch.setattr(getpass, "getpass", ask)
    with guarded_input(Terminal(sys.__stdin__), lambda: False, {}):
        assert getpass.getpass("PIN: ") == ("PIN: ", False)
    assert getpass.getpass is ask
    with (
        guarded_input(Terminal(sys.__stdin__), lambda: True, {}),
        pytest.raises(
            RuntimeError, match=r"getpass\(\) was called in the background, while the prompt has the keyboard"
        ),
    ):
        getpass.getpass()


def test_a_program_that_closes_its_output_does_not_close_the_terminal(keyboard, monkeypatch):
    monkeypatch.setattr(sys, "stdout", sys.__stdin__)
    monkeypatch.setattr(sys, "stderr", sys.__stdin__)
    with redirected_streams(Terminal(sys.__stdin__)), Recorder().capture_output():
        sys.stdout.close()
        sys.stderr.close()
    assert not sys.__stdin__.closed


def test_a_command_of_the_system_finds_the_terminal_as_it_should_be(keyboard, monkeypatch):
    monkeypatch.setattr(os, "system", lambda command: (command, echoes(keyboard)))
    with guarded_subprocesses(Terminal(sys.__stdin__), lambda: False):
        assert os.system("vi") == ("vi", True)
