"""What is loaded for a user's code, when, and out of whose way: the names of the package, and the garbage collector."""

from __future__ import annotations

import gc

import pytest
from programs import corodemo, python

import corodemo as package
from corodemo import runtime
from corodemo.cli import gcpause
from corodemo.cli.main import main

#: Garbage that only the collector finds, and that says so when it is collected.
GARBAGE = """
class Ring:
    def __del__(self):
        print("collected")

ring = Ring()
ring.itself = ring
"""


def test_importing_the_package_loads_nothing_else():
    code = "import sys, corodemo; print([name for name in sys.modules if name.startswith(('corodemo', 'asyncio'))])"
    assert python("-c", code) == (0, "['corodemo']\n", "")


def test_a_name_of_the_package_is_the_runtimes_however_one_comes_to_it():
    star: dict[str, object] = {}
    exec("from corodemo import *", star)
    assert {name: value for name, value in star.items() if name not in ("__builtins__", "__version__")} == {
        name: getattr(runtime, name) for name in runtime.__all__
    }
    assert package.gather is vars(package)["gather"] is runtime.gather
    assert set(package.__all__) <= set(dir(package))
    # Once they are there, the interpreter finds them as fast as any module's.
    assert "__getattr__" not in vars(package)
    assert "__getattr__" not in vars(runtime)


def test_a_name_that_the_package_lacks_is_said_as_python_says_it():
    with pytest.raises(AttributeError, match=r"^module 'corodemo' has no attribute 'open_connection'$"):
        package.open_connection
    with pytest.raises(ImportError, match="cannot import name 'open_connection' from 'corodemo'"):
        exec("from corodemo import open_connection")
    assert not hasattr(package, "__wrapped__")


@pytest.mark.parametrize("command", ["-c", "run"])
def test_the_collector_works_on_what_the_user_makes_and_not_on_what_was_loaded(command, tmp_path):
    code = "import gc; print(gc.isenabled(), gc.get_freeze_count() > 10_000); del gc" + GARBAGE
    path = tmp_path / "script.py"
    path.write_text(code)
    assert corodemo(command, code if command == "-c" else path) == (0, "True True\ncollected\n", "")


def test_a_program_that_calls_the_command_line_keeps_its_collector_as_it_is(monkeypatch, capsys):
    frozen = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(True))
    assert main(["-c", "import gc; gc.isenabled()"]) == 0
    assert (capsys.readouterr().out, gc.isenabled(), frozen) == ("True\n", True, [])


def test_a_collector_that_stood_still_before_stands_still_afterwards(monkeypatch):
    frozen = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(True))
    gc.disable()
    try:
        gcpause.begin()
        gcpause.end()
        assert (gc.isenabled(), frozen) == (False, [])
    finally:
        gc.enable()
