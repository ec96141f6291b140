"""A stand-in for the package `asyncio`, made of corodemo's runtime, for CPython's own tests to import.

Each of asyncio's modules is stood in for by one that shows the names of ours that do its work. Reading and *patching* a
name go through to our module, so `mock.patch("asyncio.base_events.logger")` replaces the logger that our loop
uses. Private names of CPython's are not imitated: those that a test module needs to be imported at all are
stubs that fail when they are called, so that no test passes by them.
"""

from __future__ import annotations

import contextlib
import importlib.util
import sys
import types
from collections.abc import Iterator
from typing import Any
from unittest import mock

import corodemo
from corodemo.runtime import awaitables as awaitables_module
from corodemo.runtime import (
    barriers,
    chaining,
    coroutines,
    eager,
    events,
    exceptions,
    futures,
    gather,
    locks,
    loop,
    loopstate,
    queues,
    reports,
    reprs,
    runners,
    shield,
    sleep,
    taskgroups,
    tasks,
    threads,
    timeouts,
    waiting,
)


class NotImitated(AssertionError):
    """A test reached for something that the stand-in does not have, and must not pretend to have."""


class StandInModule(types.ModuleType):
    """A module whose names are those of several others; to set one is to set it where it lives."""

    def __init__(self, name: str, sources: list[types.ModuleType], extra: dict[str, Any] | None = None) -> None:
        super().__init__(name)
        self.__dict__["_homes"] = {}
        homes = self.__dict__["_homes"]
        for source in reversed(sources):
            homes.update({key: (source, key) for key in vars(source) if not key.startswith("__")})
        for key, value in (extra or {}).items():
            if isinstance(value, Alias):
                homes[key] = (value.module, value.name)
            else:
                homes.pop(key, None)
                self.__dict__[key] = value

    def __getattr__(self, name: str) -> Any:
        if name in self.__dict__["_homes"]:
            module, real_name = self.__dict__["_homes"][name]
            return getattr(module, real_name)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__["_homes"]:
            module, real_name = self.__dict__["_homes"][name]
            setattr(module, real_name, value)
        else:
            self.__dict__[name] = value

    def __delattr__(self, name: str) -> None:
        if name in self.__dict__["_homes"]:
            module, real_name = self.__dict__["_homes"][name]
            delattr(module, real_name)
        else:
            del self.__dict__[name]


class Alias:
    """Another name for `module.name`."""

    def __init__(self, module: types.ModuleType, name: str) -> None:
        self.module = module
        self.name = name


def _fails(name: str) -> Any:
    def stub(*args: Any, **kwargs: Any) -> Any:
        raise NotImitated(f"{name} is CPython's own")

    return stub


class AbstractEventLoopPolicy:
    """What `test_runners` derives its policy from; the runtime has none, only a factory for loops."""

    def new_event_loop(self) -> Any:
        raise NotImplementedError

    def set_event_loop(self, loop: Any) -> None:
        raise NotImplementedError


class _Policies:
    """`set_event_loop_policy`, by way of the runtime's loop factory."""

    def __init__(self) -> None:
        self.current: Any = None
        self.set_event_loop = events.set_event_loop

    def set(self, policy: Any) -> None:
        self.current = policy
        events.set_event_loop_factory(virtual_loop if policy is None else policy.new_event_loop)

    def get(self) -> Any:
        return self.current

    def note_event_loop(self, loop: Any) -> None:
        if self.current is not None:
            self.current.set_event_loop(loop)
        self.set_event_loop(loop)


def virtual_loop() -> corodemo.EventLoop:
    """Make the loop that a test gets which does not care what kind it is."""
    return corodemo.EventLoop(clock=corodemo.VirtualClock())


_policies = _Policies()


def _set_event_loop(loop: Any) -> None:
    events.set_event_loop(loop)  # looked up now, since `installed()` replaces it


_stubs = {
    name: _fails(f"asyncio.tasks.{name}")
    for name in (
        "_py_register_task",
        "_py_unregister_task",
        "_py_enter_task",
        "_py_leave_task",
        "_py_swap_current_task",
        "_register_task",
        "_unregister_task",
        "_enter_task",
        "_leave_task",
    )
}
_base_events = StandInModule("asyncio.base_events", [loop, reports], {"BaseEventLoop": Alias(loop, "EventLoop")})
_all_modules = [
    tasks, awaitables_module, eager, gather, shield, waiting, sleep, timeouts, threads, futures, chaining, events, locks,
    barriers, queues, taskgroups, runners, exceptions, coroutines,
]  # fmt: skip

MODULES: dict[str, types.ModuleType] = {
    "asyncio": StandInModule(
        "asyncio",
        [],
        {
            **{name: Alias(corodemo, name) for name in corodemo.__all__},
            "BaseEventLoop": Alias(loop, "EventLoop"),
            "SelectorEventLoop": Alias(loop, "EventLoop"),
            "AbstractEventLoop": Alias(loop, "EventLoop"),
            "AbstractEventLoopPolicy": AbstractEventLoopPolicy,
            "set_event_loop_policy": _policies.set,
            "get_event_loop_policy": _policies.get,
            "set_event_loop": _set_event_loop,
            "_set_running_loop": Alias(events, "set_running_loop"),
            "_get_running_loop": Alias(events, "get_running_loop_or_none"),
        },
    ),
    "asyncio.base_events": _base_events,
    "asyncio.base_futures": StandInModule("asyncio.base_futures", [futures]),
    "asyncio.coroutines": StandInModule(
        "asyncio.coroutines",
        [coroutines],
        {
            "_is_debug_mode": Alias(loopstate, "debug_by_environment"),
            "_format_coroutine": Alias(reprs, "format_coroutine"),
        },
    ),
    "asyncio.events": StandInModule(
        "asyncio.events",
        [events],
        {
            "_event_loop_policy": None,
            "AbstractEventLoop": Alias(loop, "EventLoop"),
            "_AbstractEventLoopPolicy": AbstractEventLoopPolicy,
            "_set_event_loop_policy": _policies.set,
            "_get_event_loop_policy": _policies.get,
        },
    ),
    "asyncio.exceptions": StandInModule("asyncio.exceptions", [exceptions]),
    "asyncio.format_helpers": StandInModule(
        "asyncio.format_helpers", [reprs], {"_get_function_source": Alias(reprs, "_function_source")}
    ),
    "asyncio.futures": StandInModule(
        "asyncio.futures",
        [futures, chaining, exceptions],
        {"_PyFuture": Alias(futures, "Future"), "_chain_future": Alias(chaining, "chain_future")},
    ),
    "asyncio.locks": StandInModule("asyncio.locks", [locks, barriers]),
    "asyncio.log": StandInModule("asyncio.log", [reports]),
    "asyncio.queues": StandInModule("asyncio.queues", [queues]),
    "asyncio.runners": StandInModule("asyncio.runners", [runners]),
    "asyncio.taskgroups": StandInModule("asyncio.taskgroups", [taskgroups]),
    "asyncio.tasks": StandInModule(
        "asyncio.tasks",
        _all_modules,
        {
            "_PyTask": Alias(tasks, "Task"),
            "_log_on_exception": Alias(sys.modules["corodemo.runtime.shield"], "_report_failure"),
            **_stubs,
        },
    ),
    "asyncio.threads": StandInModule("asyncio.threads", [threads]),
    "asyncio.timeouts": StandInModule("asyncio.timeouts", [timeouts]),
    "asyncio.unix_events": StandInModule(
        "asyncio.unix_events", [], {"_DefaultEventLoopPolicy": _fails("asyncio.unix_events._DefaultEventLoopPolicy")}
    ),
}
for _name, _module in MODULES.items():
    if "." in _name:
        setattr(MODULES["asyncio"], _name.partition(".")[2], _module)
if sys.version_info >= (3, 12):
    # So that tests of a newer name are run where their own version has it.
    MODULES["asyncio.tasks"].__dict__["_py_current_task"] = staticmethod(tasks.current_task).__func__
if sys.version_info >= (3, 14):
    MODULES["asyncio.tasks"].__dict__["_py_all_tasks"] = tasks.all_tasks
    MODULES["asyncio.futures"].__dict__.update(
        _py_future_add_to_awaited_by=futures.future_add_to_awaited_by,
        _py_future_discard_from_awaited_by=futures.future_discard_from_awaited_by,
    )


@contextlib.contextmanager
def installed(extra: dict[str, types.ModuleType] | None = None) -> Iterator[None]:
    """Let `import asyncio`, and `import` of the names in `extra`, find the stand-ins."""
    hidden = {name: None for name in sys.modules if name.startswith("asyncio.") and name not in MODULES}
    with mock.patch.dict(sys.modules, {**MODULES, **(extra or {})}):
        for name in hidden:
            del sys.modules[name]
        events.set_event_loop = _policies.note_event_loop
        events.set_event_loop_factory(virtual_loop)
        try:
            yield
        finally:
            events.set_event_loop = _policies.set_event_loop
            events.set_event_loop_factory(None)
            events.set_event_loop(None)
            events.set_running_loop(None)  # a test that fails may leave a loop of its own running
            _policies.current = None


@contextlib.contextmanager
def accelerator_named(file: str) -> Iterator[None]:
    """Let a file be loaded that names a class of the C accelerator in the body of a class: its tests fail when they are run."""
    names = {"_CTask": _fails("asyncio.tasks._CTask")} if file == "test_eager_task_factory" else {}
    with mock.patch.dict(MODULES["asyncio.tasks"].__dict__, names):
        yield


def exec_installed(name: str) -> types.ModuleType:
    """Run the source of an installed module as a new module, inside `installed()`."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"this Python has no module {name}", name=name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
