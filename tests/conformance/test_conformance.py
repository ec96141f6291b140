"""CPython's own tests of asyncio, as the running Python has them, on corodemo's runtime: one item for each of them."""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase

import cpython
import pytest
from not_applicable import ACCELERATOR, TABLE, Line

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
NAMES = cpython.names()
LINES = [line for line in TABLE if VERSION in line.versions]


def line_for(name: str) -> Line | None:
    return next((line for line in LINES if fnmatchcase(name, line.pattern)), None)


@pytest.mark.parametrize("name", NAMES)
def test_cpython(name, conformance):
    file = name.partition(".")[0]
    line = line_for(name)
    if line is not None and line.waits_for_ever:
        conformance.count(file, "not applicable")
        return
    outcome = cpython.run(name)
    if line is not None:
        if outcome.word == "passed":
            conformance.count(file, "failed")
            pytest.fail(f"passes, so its line in not_applicable.py is stale: {line.reason}")
        conformance.count(file, "for the C accelerator" if line.reason == ACCELERATOR else "not applicable")
    elif outcome.word == "passed":
        conformance.count(file, "passed")
    else:
        conformance.count(file, "failed")
        if outcome.word == "skipped":
            pytest.fail(f"skipped itself, and not_applicable.py does not say why: {outcome.reason}")
        pytest.fail(outcome.reason, pytrace=False)


@pytest.mark.skipif(not NAMES, reason="this Python was installed without its tests")
@pytest.mark.parametrize("line", LINES, ids=lambda line: line.pattern)
def test_a_line_of_the_table_names_tests_that_exist(line):
    assert any(fnmatchcase(name, line.pattern) for name in NAMES), f"stale: no test of {VERSION} is named so"


@pytest.mark.parametrize("file", cpython.FILES)
def test_the_file_is_there(file, conformance):
    """Say so, for the summary, if this Python has not got one of the files; a skip is no pass."""
    reason = cpython.load().missing.get(file)
    if reason is not None:
        conformance.miss(file, reason)
        pytest.skip(f"{file}: {reason}")


def test_the_stand_in_is_corodemo_and_not_asyncio():
    import asyncio

    import corodemo

    for file, module in cpython.load().modules.items():
        assert module.asyncio is not asyncio, file
        assert module.asyncio.run is corodemo.run, file
        assert module.asyncio.Task is corodemo.Task, file


@pytest.mark.skipif(not NAMES, reason="this Python was installed without its tests")
def test_a_broken_runtime_fails(monkeypatch):
    import corodemo

    name = "test_futures.PyFutureTests.test_cancel"
    assert cpython.run(name).word == "passed"
    monkeypatch.setattr(corodemo.Future, "cancelled", lambda self: False)
    assert cpython.run(name).word == "failed"
