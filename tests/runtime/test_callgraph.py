"""The call graph: down to the innermost await, and up to everybody who waits."""

from __future__ import annotations

import io
import re

import pytest
from virtual import run_virtual

import corodemo as asyncio


async def settle(rounds=3):
    for _ in range(rounds):
        await asyncio.sleep(0)


def names(graph):
    """Return a graph as nested names: (future, functions of its stack innermost first, those who await it)."""
    future = graph.future
    return (
        future.get_name() if isinstance(future, asyncio.Task) else type(future).__name__,
        [entry.frame.f_code.co_name for entry in graph.call_stack],
        [names(awaiter) for awaiter in graph.awaited_by],
    )


async def inner():
    await asyncio.sleep(1)


async def outer():
    await inner()


def test_a_suspended_task_shows_its_stack_and_who_awaits_it():
    async def awaits(task):
        await task

    async def main():
        task = asyncio.create_task(outer(), name="outer")
        first = asyncio.create_task(awaits(task), name="first")
        second = asyncio.create_task(awaits(task), name="second")
        await settle()
        graph = asyncio.capture_call_graph(task)
        await asyncio.wait([first, second])
        return names(graph)

    assert run_virtual(main()) == (
        "outer",
        ["sleep", "inner", "outer"],
        [("first", ["awaits"], []), ("second", ["awaits"], [])],
    )


def test_the_running_task_shows_where_it_is():
    graphs = []

    def look():
        graphs.append(names(asyncio.capture_call_graph()))

    async def deep():
        look()

    async def child():
        await deep()

    async def main():
        await asyncio.create_task(child(), name="child")

    run_virtual(main())
    (name, stack, awaited_by) = graphs[0]
    assert name == "child"
    assert stack == ["look", "deep", "child"]
    assert awaited_by == [("Task-1", ["main"], [])]


@pytest.mark.parametrize("how", ["gather", "shield", "wait", "group", "wait_for"])
def test_what_stands_between_is_seen_through(how):
    async def stands_between(task):
        if how == "gather":
            await asyncio.gather(task)
        elif how == "shield":
            await asyncio.shield(task)
        elif how == "wait":
            await asyncio.wait([task])
        elif how == "wait_for":
            await asyncio.wait_for(task, 5)

    async def group():
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(outer(), name="outer")

    async def main():
        if how == "group":
            waiter = asyncio.create_task(group(), name="waiter")
        else:
            waiter = asyncio.create_task(stands_between(asyncio.create_task(outer(), name="outer")), name="waiter")
        await settle()
        (task,) = [task for task in asyncio.all_tasks() if task.get_name() == "outer"]
        graph = names(asyncio.capture_call_graph(task))
        await waiter
        return graph

    def last(graph):
        return last(graph[2][0]) if graph[2] else graph[0]

    assert last(run_virtual(main())) == "waiter"


def test_limit_takes_frames_from_either_end():
    async def main():
        task = asyncio.create_task(outer())
        await settle()
        graphs = [names(asyncio.capture_call_graph(task, limit=limit))[1] for limit in (1, -2, 0)]
        await task
        return graphs

    assert run_virtual(main()) == [["outer"], ["sleep", "inner"], []]


def test_it_is_printed_as_a_tree():
    async def main():
        task = asyncio.create_task(outer(), name="outer")
        await settle()
        out = io.StringIO()
        waiter = asyncio.gather(task)
        asyncio.print_call_graph(task, file=out)
        await waiter
        return out.getvalue()

    text = re.sub("0x[0-9a-f]+", "0x", run_virtual(main()))
    lines = [re.sub(r"File '[^']*', line \d+", "File", line) for line in text.splitlines()]
    assert lines == [
        "* Task(name='outer', id=0x)",
        "  + Call stack:",
        "  |   File, in async sleep()",
        "  |   File, in async inner()",
        "  |   File, in async outer()",
        "  + Awaited by:",
        "    * Task(name='Task-1', id=0x)",
        "      + Call stack:",
        "      |   File, in async test_it_is_printed_as_a_tree.<locals>.main()",
    ]


def test_outside_of_tasks():
    async def main():
        seen = []
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: seen.append((asyncio.capture_call_graph(), asyncio.format_call_graph())))
        await settle()
        return seen

    assert run_virtual(main()) == [(None, "")]
    with pytest.raises(RuntimeError, match="outside of a running event loop and no"):
        asyncio.capture_call_graph()
    with pytest.raises(TypeError, match=r"^42 object does not appear to be compatible with asyncio\.Future\ngive"):
        asyncio.capture_call_graph(42)
