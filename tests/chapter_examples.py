"""The chapter's examples in `chapter/`, and how each is run."""

from __future__ import annotations

import datetime as dt
import re
import sys
import threading
import time
import types
from pathlib import Path
from unittest import mock

import corodemo

HERE = Path(__file__).with_name("chapter")


NAMES = sorted(path.stem for path in HERE.glob("*.txt"))


WHOLE = [name for name in NAMES if "threadsafe" not in name]


def text_of(name):
    return (HERE / f"{name}.txt").read_text()


def output_of(name):
    return (HERE / f"{name}.out").read_text()


def code_of(name):
    """Return an example's code, prompts and what they answer taken out."""
    text = text_of(name)
    if not text.startswith(">>> "):
        return text
    return "\n".join(line[4:] for line in text.splitlines() if line.startswith((">>> ", "... ")))


class VirtualTime:
    """`time` and `datetime` for an example, by the clock of the loops that it makes."""

    def __init__(self, start, hook=None):
        self.start = start
        self.hook = hook
        self.loop = None

    def make_loop(self):
        self.loop = corodemo.EventLoop(clock=corodemo.VirtualClock(), hook=self.hook)
        return self.loop

    def now(self):
        passed = 0.0 if self.loop is None else self.loop.time()
        return self.start + dt.timedelta(seconds=passed)

    def sleep(self, seconds):
        """Let a thread sleep: the loop's clock moves on, and its timers with it."""
        moved = threading.Event()

        def move():
            self.loop.clock.advance(round(seconds * 1e9))
            moved.set()

        self.loop.call_soon_threadsafe(move)
        moved.wait()

    def strftime(self, text):
        assert text == "%X"
        return self.now().time().isoformat("seconds")

    def modules(self):
        our_time = types.ModuleType("time")
        our_time.__dict__.update(vars(time))
        our_time.strftime = self.strftime
        our_time.sleep = self.sleep
        our_datetime = types.ModuleType("datetime")
        our_datetime.datetime = types.SimpleNamespace(now=self.now)
        return {"asyncio": corodemo, "time": our_time, "datetime": our_datetime}


def start_of(output):
    found = re.search(r"(\d\d):(\d\d):(\d\d)", output)
    hour, minute, second = map(int, found.groups()) if found else (0, 0, 0)
    return dt.datetime(2024, 5, 6, hour, minute, second)


def run_example(name, namespace=None, hook=None):
    """Run an example with the chapter's names in place; its `main` too where it is only defined."""
    virtual = VirtualTime(start_of(output_of(name)), hook)
    modules = virtual.modules()
    names = {"asyncio": corodemo, "time": modules["time"], **(namespace or {})}
    code = code_of(name)
    corodemo.set_event_loop_factory(virtual.make_loop)
    try:
        with mock.patch.dict(sys.modules, modules):
            exec(compile(code, name, "exec"), names)
            if "asyncio.run(" not in code:
                corodemo.run(names["main"]())
    finally:
        corodemo.set_event_loop_factory(None)
