"""Every name that the chapter and the issue promise is there, and behaves as a function of this library, not of asyncio."""

from __future__ import annotations

import inspect

import pytest

import corodemo

CHAPTER = """run create_task sleep gather shield wait_for wait as_completed to_thread run_coroutine_threadsafe current_task
all_tasks Task Future ensure_future iscoroutine iscoroutinefunction coroutine FIRST_COMPLETED FIRST_EXCEPTION ALL_COMPLETED
TimeoutError CancelledError InvalidStateError get_running_loop"""
SINCE = """Runner TaskGroup timeout timeout_at Timeout eager_task_factory create_eager_task_factory Lock Event Condition Semaphore
BoundedSemaphore Barrier BrokenBarrierError Queue PriorityQueue LifoQueue QueueEmpty QueueFull QueueShutDown wrap_future isfuture
capture_call_graph format_call_graph print_call_graph FrameCallGraphEntry FutureCallGraph get_event_loop new_event_loop
set_event_loop Handle TimerHandle"""
OURS = "EventLoop Clock SystemClock VirtualClock Hook Deadlock set_event_loop_factory"


@pytest.mark.parametrize("name", " ".join([CHAPTER, SINCE, OURS]).split())
def test_the_name_is_exported(name):
    assert name in corodemo.__all__
    assert hasattr(corodemo, name)


#: As the chapter writes them; what has come since, such as `context`, stands behind.
SIGNATURES = [
    "run(coro, *, debug)",
    "create_task(coro, *, name)",
    "sleep(delay, result)",
    "gather(*aws, return_exceptions)",
    "shield(aw)",
    "wait_for(aw, timeout)",
    "wait(aws, *, timeout, return_when)",
    "as_completed(aws, *, timeout)",
    "to_thread(func, /, *args, **kwargs)",
    "run_coroutine_threadsafe(coro, loop)",
    "current_task(loop)",
    "all_tasks(loop)",
    "Task(coro, *, loop, name)",
    "Task.cancel(self, msg)",
    "Task.get_stack(self, *, limit)",
    "Task.print_stack(self, *, limit, file)",
    "Task.set_name(self, value)",
    "coroutine(func)",
    "iscoroutine(obj)",
    "iscoroutinefunction(func)",
]


@pytest.mark.parametrize("text", SIGNATURES)
def test_arguments_have_the_names_and_kinds_that_the_chapter_gives_them(text):
    name, _, listed = text[:-1].partition("(")
    thing = corodemo
    for part in name.split("."):
        thing = getattr(thing, part)
    ours = list(inspect.signature(thing).parameters.values())
    bare = [parameter.replace(default=parameter.empty, annotation=parameter.empty) for parameter in ours]
    written = str(inspect.Signature(bare))[1:-1]
    assert written == listed or written.startswith(f"{listed}, ")


def test_nothing_is_exported_that_is_not_there():
    assert [name for name in corodemo.__all__ if not hasattr(corodemo, name)] == []


def test_what_is_exported_is_ours_except_the_exceptions():
    foreign = sorted(
        name
        for name in corodemo.__all__
        if getattr(getattr(corodemo, name), "__module__", "corodemo").partition(".")[0] != "corodemo"
    )
    assert foreign == ["BrokenBarrierError", "CancelledError", "InvalidStateError", "TimeoutError"]


def test_every_public_function_and_class_has_a_docstring():
    things = [getattr(corodemo, name) for name in corodemo.__all__]
    assert [thing for thing in things if callable(thing) and not thing.__doc__] == []
