"""A script's surroundings, and what is said of an exception that nobody else will see."""

from __future__ import annotations

import os
import sys
import types

import pytest

from corodemo.hosting.exceptionhandler import context_lines, print_context
from corodemo.hosting.program import file_in, main_module, script_in, surroundings


def around() -> tuple[object, ...]:
    """Return what a program finds around it."""
    return list(sys.argv), list(sys.path), list(sys.meta_path), sys.modules["__main__"]


@pytest.fixture
def script(tmp_path):
    (tmp_path / "beside_app.py").write_text("import asyncio\nNAME = asyncio.__name__\n")
    path = tmp_path / "app.py"
    path.write_text("# coding: latin-1\nx = 'é'\n", encoding="latin-1")
    yield path
    sys.modules.pop("beside_app", None)


def test_a_script_is_main_with_its_arguments_and_its_folder(script):
    before = around()
    main = main_module(str(script))
    with surroundings([str(script), "a"], str(script.parent), main=main):
        assert (sys.argv, sys.path[0], sys.modules["__main__"]) == ([str(script), "a"], str(script.parent), main)
        assert main.__file__ == str(script)
        import beside_app

        assert beside_app.NAME == "corodemo.runtime"
    assert around() == before


def test_surroundings_are_put_back_when_the_program_fails():
    before = around()
    with pytest.raises(ZeroDivisionError), surroundings(["x"], "", main=types.ModuleType("__main__")):
        sys.argv.append("changed")
        sys.path.insert(0, "changed")
        1 / 0
    assert around() == before


def test_without_a_main_the_one_that_is_there_stays():
    main = sys.modules["__main__"]
    with surroundings([""], ""):
        assert (sys.modules["__main__"], sys.argv, sys.path[0]) == (main, [""], "")


def test_a_script_in_a_namespace_has_its_file_there_while_it_runs(script):
    namespace = {}
    with script_in(namespace, str(script), ["a", "b"]):
        assert (namespace, sys.argv[1:], sys.path[0]) == ({"__file__": str(script)}, ["a", "b"], str(script.parent))
    assert namespace == {}


def test_a_file_is_read_in_its_encoding_and_changes_nothing_around(script):
    namespace = {}
    with surroundings([""], ""):
        before = around()
        with file_in(namespace, str(script)) as text:
            assert (text.splitlines()[1], namespace) == ("x = 'é'", {"__file__": str(script)})
            assert around() == before
    assert namespace == {}


def test_a_sessions_own_program_stays_in_argv_and_path_until_the_session_ends(script):
    before = around()
    with surroundings([""], ""):
        with file_in({}, str(script), is_program=True):
            pass
        assert (sys.argv, sys.path[0]) == ([str(script)], os.path.dirname(script))
    assert around() == before


def test_a_context_is_told_in_lines():
    assert context_lines({"message": "Lost", "task": "t", "exception": OSError()}) == ["Lost", "task: 't'"]
    assert context_lines({}) == ["Unhandled exception in event loop"]


@pytest.mark.parametrize("exception", [SystemExit(1), KeyboardInterrupt()])
def test_what_ended_the_program_was_seen_and_is_not_told(exception, capsys):
    print_context(None, {"message": "Lost", "exception": exception})
    assert capsys.readouterr() == ("", "")


def test_a_context_is_printed_with_the_exceptions_traceback(capsys):
    print_context(None, {"message": "Lost", "handle": 1, "exception": ValueError("x")})
    assert capsys.readouterr() == ("", "Lost\nhandle: 1\nValueError: x\n")
