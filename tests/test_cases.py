"""Small real failures, and the sentences that explain them: word for word, from a dumped trace alone.

A case is a script in `cases/` and a text beside it: the task to ask about, how the program ends, and what the answer must be.
`machine.compute(seconds)` is a computation that takes so long.
"""

from __future__ import annotations

import contextlib
import io
import sys
import types
import warnings
from pathlib import Path

import pytest

from corodemo.history import History
from corodemo.hosting.imports import user_builtins
from corodemo.runtime import EventLoop, VirtualClock, set_event_loop_factory
from corodemo.trace import Recorder, load
from corodemo.views.explain.explain import explain

CASES = sorted(Path(__file__).with_name("cases").glob("*.py"))


def record(path, lines=None):
    """Run a case under the virtual clock; return what was recorded, and what it raised."""
    clock = VirtualClock()
    machine = types.ModuleType("machine")
    machine.compute = lambda seconds: clock.advance(int(seconds * 1e9))
    recorder = Recorder(program=path.name, lines=lines)
    namespace = {"__name__": "__main__", "__builtins__": user_builtins()}
    error = None
    set_event_loop_factory(lambda: EventLoop(clock=clock, hook=recorder))
    sys.modules["machine"] = machine
    try:
        with (
            recorder.capture_output(echo=False),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(action="ignore"),
        ):
            exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), namespace)
    except BaseException as exc:
        error = type(exc).__name__
    finally:
        set_event_loop_factory(None)
        del sys.modules["machine"]
    return recorder, error


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_failure_is_explained_word_for_word(path, tmp_path):
    task, raised, *sentences = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    recorder, error = record(path)
    recorder.dump(tmp_path / "case.jsonl")
    history = History(load(tmp_path / "case.jsonl"))
    assert explain(history, int(task.removeprefix("T"))) == sentences
    assert f"raises {error}" == raised
