"""CPython's own tests of asyncio: find the installed ones, load them on the stand-in, run one.

Nothing is copied: the source is executed from where the running Python keeps it. Each test runs as `unittest` runs it, set-ups,
clean-ups and skips included, one at a time.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import importlib.util
import sys
import time
import types
import unittest
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple
from unittest import mock

import stand_in
from generator_loop import GeneratorLoop

from corodemo.runtime import clock, events

FILES = [
    "test_context",
    "test_eager_task_factory",
    "test_futures",
    "test_graph",
    "test_locks",
    "test_pep492",
    "test_queues",
    "test_runners",
    "test_taskgroups",
    "test_tasks",
    "test_threads",
    "test_timeouts",
    "test_waitfor",
]
PACKAGE = "test.test_asyncio"


class Outcome(NamedTuple):
    """How a test ended: "passed", "failed" or "skipped", and why."""

    word: str
    reason: str


class Loaded(NamedTuple):
    """The test modules that this Python has, and what is missing."""

    modules: dict[str, types.ModuleType]
    missing: dict[str, str]  # file: why
    extra: dict[str, types.ModuleType]  # what has to be importable while a test runs


def _virtual_time() -> types.ModuleType:
    """Return a stand-in for `time`: in a loop with a virtual clock, its functions go by that clock."""

    def virtual_clock() -> clock.VirtualClock | None:
        loop = events.get_running_loop_or_none()
        return loop.clock if loop is not None and isinstance(loop.clock, clock.VirtualClock) else None

    def monotonic() -> float:
        chosen = virtual_clock()
        return time.monotonic() if chosen is None else chosen.now_ns() / 1e9

    def sleep(seconds: float) -> None:
        chosen = virtual_clock()
        if chosen is None:
            time.sleep(seconds)
        else:
            chosen.advance(round(seconds * 1e9))

    module = types.ModuleType("time")
    module.__dict__.update({**vars(time), "monotonic": monotonic, "sleep": sleep})
    return module


def _other_interpreter(*args: Any, **kwargs: Any) -> Any:
    raise stand_in.NotImitated("the test starts another Python, where asyncio is CPython's")


@functools.cache
def load() -> Loaded:
    """Load every test module on the stand-in; one that this Python lacks is named in `missing`."""
    modules: dict[str, types.ModuleType] = {}
    missing: dict[str, str] = {}
    extra: dict[str, types.ModuleType] = {"time": _virtual_time()}
    try:
        package = importlib.import_module(PACKAGE)
    except ModuleNotFoundError as exc:
        return Loaded({}, dict.fromkeys(FILES, f"this Python was installed without its tests: {exc}"), {})
    with stand_in.installed(extra), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        async_case = stand_in.exec_installed("unittest.async_case")
        extra["unittest.async_case"] = async_case
        with mock.patch.object(unittest, "IsolatedAsyncioTestCase", async_case.IsolatedAsyncioTestCase):
            utils = stand_in.exec_installed(f"{PACKAGE}.utils")
            utils.TestLoop = GeneratorLoop
            extra[utils.__name__] = utils
            with mock.patch.object(package, "utils", utils, create=True):
                for file in sorted(FILES, key=lambda name: name != "test_tasks"):  # others import from it
                    name = f"{PACKAGE}.{file}"
                    if importlib.util.find_spec(name) is None:
                        missing[file] = "this version of Python has no such file"
                        continue
                    with stand_in.accelerator_named(file):
                        modules[file] = extra[name] = stand_in.exec_installed(name)
                    if hasattr(modules[file], "assert_python_ok"):
                        modules[file].assert_python_ok = _other_interpreter
    return Loaded(modules, missing, extra)


def names() -> list[str]:
    """Return the names of all tests, such as "test_tasks.WaitTests.test_wait_really_done"."""
    found = []
    for file, module in sorted(load().modules.items()):
        suite = unittest.TestLoader().loadTestsFromModule(module)
        for case in _flat(suite):
            test_id = case.id().removeprefix(f"{PACKAGE}.")
            if test_id.startswith(f"{file}."):  # not what it imported from another
                found.append(test_id)
    return sorted(set(found))


def run(name: str) -> Outcome:
    """Run one test on the stand-in."""
    file, class_name, method = name.split(".")
    module = load().modules[file]
    result = unittest.TestResult()
    with _environment(module):
        case = getattr(module, class_name)(method)
        unittest.TestSuite([case]).run(result)
        if not result.wasSuccessful():
            # What a test that failed has left, such as coroutines that nobody awaited, is not to be found in another one.
            gc.collect()
    problems = [text for _, text in [*result.errors, *result.failures]]
    problems.extend(f"unexpected success of {case}" for case in result.unexpectedSuccesses)
    if problems:
        return Outcome("failed", "\n".join(problems))
    if result.skipped:
        return Outcome("skipped", result.skipped[0][1])
    return Outcome("passed", "")


@contextlib.contextmanager
def _environment(module: types.ModuleType) -> Iterator[None]:
    package = importlib.import_module(PACKAGE)
    loaded = load()
    with (
        stand_in.installed(loaded.extra),
        mock.patch.object(package, "utils", loaded.extra[f"{PACKAGE}.utils"], create=True),
        warnings.catch_warnings(record=True),
    ):
        # As unittest's own runner has it; a test that cares about a warning catches it itself.
        warnings.simplefilter("default")
        yield


def _flat(suite: Any) -> Iterator[unittest.TestCase]:
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from _flat(item)
        else:
            yield item


if __name__ == "__main__":
    for test_name in sys.argv[1:]:
        print(*run(test_name), sep="\n")
