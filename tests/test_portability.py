"""Other systems: what runs where there are no POSIX terminals, locks on files, or signals but those of Windows.

The process in which it runs cannot import what Windows has not, and finds in `signal` what Windows has.
"""

from __future__ import annotations

import subprocess
import sys

import pytest
from programs import ROOT, child_environment, corodemo
from ptyscreen import spawn

#: A start-up file: a process that has it is as poor as one on Windows.
POOR = """\
import signal, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name in {"termios", "fcntl", "pty", "tty", "resource", "pwd", "grp"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
for name in ["termios", "fcntl", "pty", "tty", "resource", "pwd", "grp"]:
    sys.modules.pop(name, None)
# SIGKILL is for the standard library, which on Windows ends a process by another call.
KEPT = {"SIGABRT", "SIGFPE", "SIGILL", "SIGINT", "SIGSEGV", "SIGTERM", "SIG_DFL", "SIG_IGN", "SIGKILL"}
for name in dir(signal):
    is_signal = name.startswith(("SIG", "ITIMER_")) and name.isupper()
    if (is_signal and name not in KEPT) or name in {
        "alarm", "getitimer", "pause", "pthread_kill", "pthread_sigmask", "setitimer", "siginterrupt", "sigpending",
        "sigtimedwait", "sigwait", "sigwaitinfo",
    }:
        delattr(signal, name)
"""


@pytest.fixture
def poorly(tmp_path):
    """Return a function that runs `python ARGUMENTS` in such a process; it returns (status, stdout, stderr)."""
    (tmp_path / "sitecustomize.py").write_text(POOR)

    def run(*arguments, stdin=""):
        environment = child_environment()
        environment["PYTHONPATH"] = f"{tmp_path}:{ROOT}"
        done = subprocess.run(
            [sys.executable, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            env=environment,
            cwd=tmp_path,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return run


def test_the_process_is_as_poor_as_it_should_be(poorly):
    code = """
import signal
try:
    import termios
except ModuleNotFoundError as error:  # its name: Python 3.15's traceback goes on after the message
    print(error.name, hasattr(signal, "SIGUSR1"), hasattr(signal, "pthread_kill"))
"""
    assert poorly("-c", code) == (0, "termios False False\n", "")


def test_code_a_script_and_a_trace_work(poorly, tmp_path):
    code = "await gather(sleep(1, 'a'), to_thread(str, 1))"
    assert poorly("-m", "corodemo", "-c", code) == (0, "['a', '1']\n", "")
    (tmp_path / "app.py").write_text(
        "import asyncio\n\nasync def main():\n    await asyncio.sleep(1)\n    print('done')\n\nasyncio.run(main())\n"
    )
    assert poorly("-m", "corodemo", "run", "--clock", "virtual", "--trace", "t.jsonl", "app.py") == (0, "done\n", "")
    status, out, err = poorly("-m", "corodemo", "view", "t.jsonl", "--tree")
    assert (status, err) == (0, "")
    assert "main" in out
    assert poorly("-m", "corodemo", "explain", "t.jsonl", "main")[0] == 0


def test_commands_work_from_a_pipe(poorly):
    status, out, err = poorly("-m", "corodemo", stdin="x = create_task(sleep(1), name='x')\n%tasks\nawait x\n")
    assert (status, err) == (0, "")
    assert "x" in out


def test_a_plain_lesson_is_checked_and_printed(poorly):
    status, out, err = poorly("-m", "corodemo", "lesson", "--check", ROOT / "lessons" / "10_gather.py")
    assert (status, err) == (0, "")
    assert out.startswith("ok   10_gather")
    status, out, err = poorly("-m", "corodemo", "lesson", "gather")
    assert (status, err) == (0, "")
    assert "gather" in out


def test_where_keys_cannot_be_read_prompt_and_stepper_say_so_in_a_sentence(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(POOR)
    environment = {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    with spawn([sys.executable, "-m", "corodemo"], env=environment, cwd=tmp_path) as screen:
        screen.wait_for("the prompt needs termios to read keys")
        assert screen.wait_for_end() == 1
    corodemo("-c", "await sleep(1)", "--clock", "virtual", "--trace", tmp_path / "t.jsonl")
    with spawn([sys.executable, "-m", "corodemo", "view", "t.jsonl"], env=environment, cwd=tmp_path) as screen:
        screen.wait_for("waiting on")  # the tree, printed once, as where there is no terminal


def test_every_module_can_be_imported(poorly):
    code = (
        "import importlib, pkgutil, corodemo\n"
        "for found in pkgutil.walk_packages(corodemo.__path__, 'corodemo.'):\n"
        "    if not found.name.endswith('__main__') and '.lessons.' not in found.name:\n"
        "        importlib.import_module(found.name)\n"
        "print('all')\n"
    )
    assert poorly("-c", code) == (0, "all\n", "")
