"""CPython's tests that do not apply to corodemo, a reason a line.

A line names tests by a pattern (as `fnmatch` has it) and the versions of Python whose tests it means. It is a claim that is
checked: on each of those versions there must be such tests, and every one of them must fail or skip itself. A line whose test
passes is stale, and so is one whose test is gone.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ACCELERATOR", "TABLE", "Line"]


class Line(NamedTuple):
    """One claim of the table."""

    pattern: str
    versions: tuple[str, ...]
    reason: str
    waits_for_ever: bool = False  # such a test cannot be run to see it fail


ALL = ("3.11", "3.12", "3.13", "3.14", "3.15")
BEFORE_14 = ("3.11", "3.12", "3.13")
OLD = ("3.11", "3.12")
EAGER = ("3.12", "3.13", "3.14", "3.15")  # the versions that have eager tasks
NEW = ("3.14", "3.15")

ACCELERATOR = "about the C accelerator `_asyncio`, which corodemo has none of; the same tests run for the Python class"
REGISTRY = (
    "calls the private functions by which asyncio keeps one registry of tasks for all loops; ours are kept per loop"
)
NO_HANDLE = "replaces loop.call_soon; a task of ours is an entry of the ready queue by itself and calls no callback"
OUTSIDE = (
    "finishes a task by Future's methods, past its own; asyncio looks at its state before each step, ours at its end"
)

PRIVATE_FRAMES = "names private coroutines of asyncio's in the stack; ours stand at the same place"
AWAITABLES = "3.14 runs any awaitable, and raises a TypeError for what is none"

TABLE = [
    # --- the C accelerator
    Line("test_futures.C*", ALL, ACCELERATOR),
    Line("test_tasks.CTask*", ALL, ACCELERATOR),
    Line("test_tasks.PyTask_CFuture*", ALL, ACCELERATOR),
    Line("test_tasks.CCurrentLoopTests.*", ALL, ACCELERATOR),
    Line("test_tasks.CIntrospectionTests.*", ALL, ACCELERATOR),
    Line("test_eager_task_factory.CEager*", EAGER, ACCELERATOR),
    Line("test_eager_task_factory.*CTask*", EAGER, ACCELERATOR),
    Line(
        "test_futures.PyFutureTests.test_uninitialized",
        ALL,
        "about a C object whose __init__ was skipped; ours is none",
    ),
    Line("test_eager_task_factory.EagerTests.*", NEW, ACCELERATOR),
    Line("test_eager_task_factory.NonEagerTests.*", NEW, ACCELERATOR),
    Line("test_graph.TestCallStackC.*", NEW, ACCELERATOR),
    # --- private names
    Line("test_graph.TestCallStackPy.test_stack_as_completed*", NEW, PRIVATE_FRAMES),
    Line("test_graph.TestCallStackPy.test_stack_tgroup", NEW, PRIVATE_FRAMES),
    Line("test_graph.TestCallStackPy.test_stack_wait", NEW, PRIVATE_FRAMES),
    Line("test_futures.PyFutureTests.test_copy_state*", ALL, "calls the private futures._copy_future_state"),
    Line("test_futures.PyFutureTests.test_set_result_unless_cancelled", ALL, "calls a private function of futures"),
    Line("test_tasks.PyIntrospectionTests.test__*", ALL, REGISTRY),
    Line(
        "test_tasks.*Gather*.test_env_var_debug",
        ALL,
        "prints the private coroutines._is_debug_mode() of another process",
    ),
    Line("test_tasks.PyTask_PyFuture_*.test_error_in_call_soon", ALL, NO_HANDLE),
    Line(
        "test_tasks.PyTask_PyFuture_*.test_sleep_cancel",
        ALL,
        "replaces loop.call_later; a sleep of ours is its own timer",
    ),
    Line("test_tasks.PyTask_PyFuture_Tests.test_set_*_causes_invalid_state", ALL, OUTSIDE),
    Line("test_runners.RunnerTests.test_custom_factory", ALL, "the loop is a mock; a loop of ours knows its own tasks"),
    # --- not built
    Line("test_eager_task_factory.PyEagerTaskFactoryLoopTests.test_staggered_race_*", NEW, "calls a private module"),
    Line("test_pep492.StreamReaderTests.test_readline", ALL, "streams are no part of the chapter"),
    # --- what the chapter says instead
    Line(
        "test_pep492.CoroutineTests.test_iscoroutine_generator",
        EAGER,
        "the chapter: iscoroutine() returns True for generator-based coroutines",
    ),
    Line(
        "test_pep492.CoroutineTests.test_iscoroutinefunction",
        NEW,
        "expects a deprecation warning; the chapter has the function, without one",
    ),
    # --- what a newer version says instead
    Line(
        "test_futures.PyFutureDoneCallbackTests.test_use_after_free_on_fut_context_0_with_evil__getattribute__",
        ("3.14",),
        "3.15 initializes no future twice",
    ),
    Line("test_tasks.PyTask_PyFuture_*.test_proper_refcounts", ("3.14",), "3.15 initializes no task twice"),
    Line("test_runners.RunTests.test_asyncio_run_only_coro", BEFORE_14, AWAITABLES),
    Line("test_runners.RunnerTests.test_run_non_coro", BEFORE_14, AWAITABLES),
    Line(
        "test_runners.RunnerTests.test_run_future",
        BEFORE_14,
        f"{AWAITABLES}; this one is never done",
        waits_for_ever=True,
    ),
    Line(
        "test_futures.PyFutureTests.test_exception",
        OLD,
        "3.13 makes a RuntimeError of a StopIteration, not a TypeError",
    ),
    Line(
        "test_taskgroups.TestTaskGroup.test_taskgroup_finished", OLD, "3.13 closes the coroutine that a group refuses"
    ),
    Line(
        "test_taskgroups.TestTaskGroup.test_taskgroup_no_create_task_after_failure",
        OLD,
        "3.13 closes the coroutine that a group refuses",
    ),
    Line(
        "test_taskgroups.TestTaskGroup.test_taskgroup_not_entered",
        OLD,
        "3.13 closes the coroutine that a group refuses",
    ),
    Line(
        "test_taskgroups.TestTaskGroup.test_taskgroup_without_parent_task",
        OLD,
        "3.13 closes the coroutine that a group refuses",
    ),
    Line(
        "test_tasks.PyTask_PyFuture_*.test_as_completed_coroutine_without_loop",
        OLD,
        "3.13's as_completed() is no generator: it raises at the call",
    ),
    Line(
        "test_tasks.PyTask_PyFuture_*.test_as_completed_invalid_args",
        OLD,
        "3.13's as_completed() is no generator: it raises at the call",
    ),
    Line(
        "test_waitfor.AsyncioWaitForTest.test_wait_for_self_cancellation",
        ("3.11",),
        "3.12 runs a coroutine in the task that waits, so that no two of them can be cancelled apart",
    ),
]
