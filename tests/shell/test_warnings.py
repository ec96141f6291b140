"""Warnings as the shell shows them."""

from __future__ import annotations

import io
import linecache
import sys
import warnings

import corodemo
from corodemo.shell.warnings import warnings_with_hints


def shown_of(monkeypatch, source: str) -> list[str]:
    """Return what is written to stderr while an input runs."""
    name = "<input 1>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        with warnings_with_hints():
            exec(compile(source, name, "exec"), {"warnings": warnings, "machinery": corodemo.__file__})
    return stream.getvalue().splitlines()


def test_a_forgotten_coroutine_is_shown_with_its_line_and_what_to_write(monkeypatch):
    assert shown_of(monkeypatch, "async def f(): pass\n\nf()\n") == [
        "<input 1>:3: RuntimeWarning: coroutine 'f' was never awaited",
        "  f()",
        "  nothing of it has run: an `await` before the call is missing, or `create_task()` around it",
    ]


def test_a_coroutine_that_the_machinery_let_go_is_shown_without_a_line(monkeypatch):
    shown = shown_of(monkeypatch, "warnings.showwarning('m', RuntimeWarning, machinery, 3)\n")
    assert shown == ["RuntimeWarning: m"]


def test_any_other_warning_is_shown_as_python_does(monkeypatch):
    assert shown_of(monkeypatch, "warnings.warn('hm')\n") == [
        "<input 1>:1: UserWarning: hm",
        "  warnings.warn('hm')",
    ]


def test_a_function_that_the_person_puts_there_stays(monkeypatch):
    def mine(*args):
        pass

    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    with warnings_with_hints():
        warnings.showwarning = mine
    assert warnings.showwarning is mine


def test_a_stream_that_is_gone_is_no_trouble(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        with warnings_with_hints():
            warnings.warn("hm", stacklevel=1)
