"""`corodemo run`: the messages and the status that Python would give, and a trace beside them."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from programs import child_environment, corodemo, python

from corodemo.trace import load
from corodemo.traceformat import events as ev

HELLO = """\
import asyncio, sys

async def main():
    print("hello", *sys.argv[1:])
    await asyncio.sleep(3600)
    print("world")

asyncio.run(main())
"""


def start(*arguments, module="corodemo"):
    """Start `corodemo ARGUMENTS`, or Python itself; a context manager that waits for its end."""
    return subprocess.Popen(
        [sys.executable, *(["-m", module] if module else []), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=child_environment(),
    )


@pytest.fixture
def script(tmp_path):
    def write(text, name="app.py"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def test_a_script_runs_unchanged_with_its_arguments(script):
    status, out, err = corodemo("run", "--clock", "virtual", script(HELLO), "a", "--trace", "b")
    assert (status, out, err) == (0, "hello a --trace b\nworld\n", "")


def test_a_trace_is_written_beside(script, tmp_path):
    path = script(HELLO)
    status, _, err = corodemo("run", "--trace", tmp_path / "t.jsonl", "--clock", "virtual", path)
    assert (status, err) == (0, "")
    trace = load(tmp_path / "t.jsonl")
    assert (trace.header.clock, trace.header.program) == ("virtual", "app.py")
    assert [event.text for event in trace.events if isinstance(event, ev.Output)] == ["hello\n", "world\n"]
    created = next(event for event in trace.events if isinstance(event, ev.TaskCreated))
    assert (created.file, created.line) == (str(path), 8)


def test_the_same_program_under_the_virtual_clock_leaves_the_same_bytes(script, tmp_path):
    path = script(HELLO)
    for name in ("a", "b"):
        corodemo("run", "--clock", "virtual", "--trace", tmp_path / name, path)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_script_is_main_with_its_folder_first_on_the_path(script, tmp_path):
    script("import asyncio\nVALUE = asyncio.__name__\n", "beside.py")
    path = script("import sys, beside\nprint(__name__, __file__ == sys.argv[0], sys.path[0], beside.VALUE)\n")
    assert corodemo("run", path) == (0, f"__main__ True {tmp_path} corodemo.runtime\n", "")


def test_a_script_that_changes_its_folder_still_knows_where_it_is(script, tmp_path, monkeypatch):
    script("import os, sys\nos.chdir(os.sep)\nprint(sys.argv[0], __file__, os.path.exists(__file__))\n", "moves.py")
    monkeypatch.chdir(tmp_path)
    assert corodemo("run", "moves.py") == (0, f"moves.py {tmp_path / 'moves.py'} True\n", "")


def same_as_python(path, *arguments):
    """Run a script by Python and by corodemo; return what corodemo gave, if the status is the same."""
    expected = python(str(path), *arguments)
    got = corodemo("run", path, *arguments)
    assert got[0] == expected[0]
    assert got[1] == expected[1]
    return got[2], expected[2]


def test_a_missing_script_is_said_as_python_says_it(tmp_path):
    got, expected = same_as_python(tmp_path / "no.py")
    assert got == f"corodemo: can't open file '{tmp_path}/no.py': [Errno 2] No such file or directory\n"
    assert expected.endswith(got.partition(": ")[2])


def test_a_folder_is_no_script(tmp_path):
    assert corodemo("run", tmp_path) == (1, "", f"corodemo: can't find '__main__' module in '{tmp_path}'\n")


def test_a_syntax_error_is_reported_as_python_reports_it(script):
    got, expected = same_as_python(script("x = 1\nif x\n"))
    assert got == expected


def test_an_exception_has_a_traceback_of_the_users_frames(script):
    path = script(
        "import asyncio\n\nasync def fails():\n    raise ValueError('x')\n\nasync def main():\n"
        "    await asyncio.gather(fails())\n\nasyncio.run(main())\n"
    )
    status, out, err = corodemo("run", path)
    assert (status, out) == (1, "")
    places = [line.split(", line ")[1].split(",")[0] for line in err.splitlines() if line.startswith("  File")]
    assert places == ["9", "7", "4"]
    assert err.endswith("ValueError: x\n")
    assert "corodemo" not in err


@pytest.mark.parametrize("argument", ["", "None", "0", "3", "True", "'text'", "[1]"])
def test_exit_gives_its_status(script, argument):
    got, expected = same_as_python(script(f"import sys\nprint('x')\nsys.exit({argument})\n"))
    assert got == expected


def test_an_exit_inside_a_task_gives_its_status(script):
    got, expected = same_as_python(
        script("import asyncio, sys\nasync def main():\n    sys.exit(4)\nasyncio.run(main())\n")
    )
    assert got == expected


SPIN = "t = asyncio.current_task()\n    while not t.cancelling(): pass\n    print('asked', flush=True)\n    while True: pass"


@pytest.mark.parametrize("where", ["await asyncio.sleep(60)", SPIN], ids=["while it awaits", "while it spins"])
def test_ctrl_c_ends_with_130(script, where):
    path = script(
        f"import asyncio\nasync def main():\n    print('ready', flush=True)\n    {where}\nasyncio.run(main())\n"
    )
    with start("run", path) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        if where is SPIN:
            # The first Ctrl-C asks the task; one that does not come to an await is ended by the second, as in Python.
            assert process.stdout.readline() == "asked\n"
            process.send_signal(signal.SIGINT)
        err = process.stderr.read()
    assert process.returncode == 130
    assert err.endswith("KeyboardInterrupt\n")


def test_a_trace_that_cannot_be_written_is_said_before_the_script_runs(script, tmp_path):
    status, out, err = corodemo("run", "--trace", tmp_path / "no" / "t", script("print('ran')"))
    assert (status, out) == (1, "")
    assert err == f"corodemo: can't write the trace to {tmp_path}/no/t: No such file or directory\n"


@pytest.mark.parametrize("ending", ["os._exit(0)", "os.kill(os.getpid(), 9)", "raise SystemExit(3)", "1/0"])
def test_whatever_ends_the_program_its_trace_loads(script, tmp_path, ending):
    path = script(
        f"import asyncio, os\nasync def main():\n    await asyncio.sleep(0.001)\n    {ending}\nasyncio.run(main())\n"
    )
    corodemo("run", "--trace", tmp_path / "t", path)
    kinds = [type(event).__name__ for event in load(tmp_path / "t").events]
    assert kinds[:5] == ["TaskCreated", "TaskReady", "LoopStarted", "TaskResumed", "TimerSet"]
    assert "LoopWaiting" in kinds


def test_a_library_keeps_the_real_asyncio(script):
    path = script(
        "import asyncio, concurrent.futures, unittest.async_case as lib\nprint(lib.asyncio.__name__, asyncio.__name__)\n"
    )
    assert corodemo("run", path) == (0, "asyncio corodemo.runtime\n", "")


def test_a_script_whose_reader_has_gone_fails_as_under_python(script):
    path = script("for _ in range(100000): print('x' * 100)\n")

    def fail(*arguments, **kwargs):
        with start(*arguments, **kwargs) as process:
            process.stdout.read(1000)
            process.stdout.close()
            return process.returncode, process.stderr.read()

    status, err = fail("run", path)
    assert (status, err) == fail(path, module=None)
    assert err.count("Traceback") == 1
    assert "BrokenPipeError: [Errno 32] Broken pipe\n" in err
