"""What a step costs, as far as it can be told without a clock: what it allocates, and what is made for it.

And what a start costs: which modules are loaded that code can do without.
"""

from __future__ import annotations

import ast
import gc
import inspect
import itertools
import sys
import textwrap

import pytest
from programs import corodemo
from virtual import run_virtual

from benchmarks.idle import without_hooks
from corodemo import EventLoop, Hook, Task, VirtualClock, create_task, gather, get_running_loop, run, sleep
from corodemo.history import History
from corodemo.runtime import events
from corodemo.trace import Recorder, dump, load
from corodemo.traceformat import events as ev

STEPS = 1_000


def blocks_a_step(hook, **kwargs):
    """Return how many blocks of memory, and how many objects of the garbage collector's, a switch leaves behind."""
    found = []

    async def switch(times):
        for _ in range(times):
            await sleep(0)

    async def main():
        await switch(100)  # what is made once is made now
        gc.collect()
        gc.disable()
        before, objects = sys.getallocatedblocks(), len(gc.get_objects())
        await switch(STEPS)
        found.append((sys.getallocatedblocks() - before) / STEPS)
        found.append((len(gc.get_objects()) - objects) / STEPS)
        gc.enable()

    try:
        run(main(), loop_factory=lambda: EventLoop(hook=hook, **kwargs))
    finally:
        gc.enable()
    return found


@pytest.mark.parametrize("hook", [None, Hook()], ids=["unwatched", "idle hook"])
def test_a_step_leaves_nothing_behind(hook):
    blocks, objects = blocks_a_step(hook)
    assert blocks < 0.1
    assert objects < 0.01


def test_a_recorded_step_leaves_the_reading_of_the_clock_and_nothing_for_the_garbage_collector():
    recorder = Recorder()
    blocks, objects = blocks_a_step(recorder)
    assert blocks < 1.1
    assert objects < 0.01


def test_under_a_clock_that_stands_still_a_recorded_step_leaves_nothing_but_its_row():
    blocks, objects = blocks_a_step(Recorder(), clock=VirtualClock())
    assert blocks < 0.1
    assert objects < 0.01


def test_a_recorded_switch_is_eight_fields():
    recorder = Recorder()
    sizes = []

    async def main():
        for _ in range(10):
            sizes.append(len(recorder._log.rows))
            await sleep(0)

    run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    assert {after - before for before, after in itertools.pairwise(sizes)} == {8}


def test_no_handle_is_made_for_steps_sleeps_and_gathers(monkeypatch):
    made = []
    real = events.Handle.__init__

    def counting(self, *args, **kwargs):
        made.append(args[0].__qualname__)
        real(self, *args, **kwargs)

    monkeypatch.setattr(events.Handle, "__init__", counting)

    async def worker(number):
        for _ in range(5):
            await sleep(0)
            await sleep(number)

    async def main():
        await gather(*[worker(number) for number in range(20)])
        await create_task(worker(1))

    run_virtual(main())
    assert [name for name in made if "child" not in name] == ["_run_until_complete_cb"]
    assert len([name for name in made if "child" in name]) == 1


def test_no_event_is_made_before_somebody_looks(monkeypatch):
    made = []
    recorder = Recorder()
    unpack = recorder._log._unpacker.unpack
    monkeypatch.setattr(
        recorder._log._unpacker, "unpack", lambda rows, add: made.append(len(rows)) or unpack(rows, add)
    )

    async def main():
        for _ in range(100):
            await sleep(0)
            await sleep(1)

    run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    assert made == []
    assert type(recorder.trace.events[-1]) is ev.LoopStopped
    assert len(made) == 1


def test_a_thousand_events_take_so_many_bytes(tmp_path):
    recorder = Recorder(program="x")

    async def worker(number):
        for _ in range(10):
            await sleep(number)

    async def main():
        await gather(*[worker(number) for number in range(20)])

    run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    rows = recorder._log.rows
    numbers = {id(field): field for field in rows if type(field) is int}
    as_rows = sys.getsizeof(rows) + sum(map(sys.getsizeof, numbers.values()))
    events_made = recorder.trace.events
    as_structs = sum(sys.getsizeof(event) + 8 + 32 for event in events_made)
    recorder.dump(tmp_path / "t.jsonl.gz")
    assert as_rows / len(events_made) < 60
    assert as_structs / len(events_made) < 110
    assert (tmp_path / "t.jsonl.gz").stat().st_size / len(events_made) < 12


def test_a_snapshot_reads_a_few_events_and_not_the_trace(tmp_path):
    made = [ev.LoopStarted(0)]
    for n in range(1, 2_001):
        made.append(ev.TaskCreated(n, n % 50 + 1, f"t{n % 50 + 1}", None, "f", "f.py", 1))
        made.append(ev.TaskReady(n, n % 50 + 1, "spawned", None))
        made.append(ev.TaskResumed(n, n % 50 + 1))
        made.append(ev.TaskSuspended(n, n % 50 + 1, None, "f.py", 2))
    dump(tmp_path / "t", ev.Header(1, "virtual", "3", "x"), made)
    trace = load(tmp_path / "t")
    read = []

    class Watched(list):
        def __getitem__(self, index):
            read.append(index)
            return super().__getitem__(index)

    trace.events = Watched(trace.events)
    history = History(trace)
    read.clear()
    snapshot = history.at(4_323)
    assert (snapshot.running, len(snapshot.ready), snapshot.tasks[7].state) == (32, 0, "waiting")
    assert len(read) < 20


def test_a_watched_step_is_a_step_with_the_lines_for_the_hook_and_nothing_else():
    unwatched, watched = (
        ast.parse(textwrap.dedent(inspect.getsource(function))).body[0] for function in (Task._run, Task._run_watched)
    )
    del unwatched.body[0], watched.body[0]  # what they say of themselves
    assert without_hooks(ast.unparse(watched.body)) == without_hooks(ast.unparse(unwatched.body))


def test_who_begins_to_watch_in_the_midst_of_an_iteration_sees_whole_steps():
    seen = []

    class Watcher(Hook):
        def task_resumed(self, task):
            seen.append(("resumed", task.get_name()))

        def task_suspended(self, task, on):
            seen.append(("suspended", task.get_name()))

    async def watch(hook):
        get_running_loop().hook = hook
        await sleep(0)

    async def main():
        create_task(sleep(0), name="before")
        create_task(watch(Watcher()), name="watch")
        create_task(sleep(0), name="behind")
        create_task(watch(None), name="watch no more")
        create_task(sleep(0), name="last")
        await sleep(1)

    run_virtual(main())
    # Of the step in which the watcher came the loop has told nothing, and of the one in which it left, only the beginning
    # and what it did itself.
    assert seen == [
        ("resumed", "behind"),
        ("suspended", "behind"),
        ("resumed", "watch no more"),
        ("suspended", "watch no more"),
    ]


#: Dear to load (docs/performance.md says how dear), and of no use to code that has no commands and is not watched.
FOR_OTHERS = [
    "argparse",
    "shutil",
    "bz2",
    "lzma",
    "rich",
    "prompt_toolkit",
    "pygments",
    "msgspec",
    "jedi",
    "corodemo.shell.settings",
    "corodemo.recorder",
    "corodemo.traceformat.events",
    "corodemo.shell.reporter",
    "corodemo.cli.arguments",
    "corodemo.shell.prompt",
    "corodemo.runtime.deadlock",
]


@pytest.mark.parametrize("arguments", [["-c", "CODE"], [], ["run", "script.py"]], ids=["-c", "a pipe", "run"])
def test_code_is_run_without_what_others_need(arguments, tmp_path):
    code = f"import asyncio, sys; asyncio.run(asyncio.sleep(0)); print([n for n in {FOR_OTHERS} if n in sys.modules])"
    (tmp_path / "script.py").write_text(code)
    arguments = [code if argument == "CODE" else argument for argument in arguments]
    assert corodemo(*arguments, stdin=code, cwd=tmp_path) == (0, "[]\n", "")


def collections_during(make):
    """Return how often the garbage collector has run meanwhile."""
    before = [generation["collections"] for generation in gc.get_stats()]
    made = make()
    return sum(generation["collections"] for generation in gc.get_stats()) - sum(before), made


async def nothing():
    pass


@pytest.mark.parametrize("is_enabled", [True, False])
def test_the_collector_does_not_look_while_a_gather_makes_many_tasks(is_enabled):
    async def main():
        coros = [nothing() for _ in range(5_000)]
        collections, gathered = collections_during(lambda: gather(*coros))
        assert gc.isenabled() is is_enabled
        assert collections <= is_enabled  # once, when they are all there
        await gathered
        # What cannot be gathered leaves it as it was.
        awaited = nothing()
        with pytest.raises(TypeError):
            gather(*[None] * 5_000, awaited)
        assert gc.isenabled() is is_enabled
        await awaited

    try:
        if not is_enabled:
            gc.disable()
        run(main())
    finally:
        gc.enable()


def test_where_the_programs_own_code_makes_the_tasks_the_collector_looks_as_ever():
    async def main():
        get_running_loop().set_task_factory(lambda loop, coro, **kwargs: Task(coro, loop=loop, **kwargs))
        coros = [nothing() for _ in range(5_000)]
        collections, gathered = collections_during(lambda: gather(*coros))
        assert collections > 0
        await gathered

    run(main())
