"""The cases in `cases/`: programs that go wrong in a known way, run and recorded."""

from __future__ import annotations

import contextlib
import io
import sys
import types
import warnings
from pathlib import Path

from corodemo.hosting.imports import user_builtins
from corodemo.runtime import EventLoop, VirtualClock, set_event_loop_factory
from corodemo.trace import Recorder

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
