"""`python -m benchmarks.traces`: what a trace of a million events costs, from the recorder to a snapshot, beside the bars.

The program that is recorded does what programs do: a thousand workers take items from queues, sleep, hold locks, await each
other's tasks, now and then are cancelled. Under the virtual clock, so the trace is the same each time; of real readings, of
which each is another number, only the compressed size would be different, and that is measured with a file of its own.
Times are the best of three by the process's own clock, in which other programs do not count.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import corodemo
from corodemo import EventLoop, SystemClock, VirtualClock
from corodemo.history import History
from corodemo.trace import Recorder, load

__all__ = ["main", "record"]

WORKERS = 1_000


async def _program(rounds: int) -> None:
    queue: corodemo.Queue[int] = corodemo.Queue(100)
    lock = corodemo.Lock()

    async def produce() -> None:
        for number in range(rounds * WORKERS // 2):
            await queue.put(number)

    async def child(number: int) -> int:
        await corodemo.sleep(0)
        return number

    async def work(number: int) -> None:
        for step in range(rounds):
            await corodemo.sleep(number % 17 * 1e-4)
            if step % 2:
                await queue.get()
            if (number + step) % 10 == 0:
                await corodemo.create_task(child(step))
            if (number + step) % 50 == 0:
                async with lock:
                    await corodemo.sleep(0)
            if (number + step) % 100 == 0:
                late = corodemo.create_task(corodemo.sleep(60))
                await corodemo.sleep(0)
                late.cancel()
                await corodemo.gather(late, return_exceptions=True)

    await corodemo.gather(produce(), *[work(number) for number in range(WORKERS)])


def record(events: int, *, real: bool = False) -> tuple[Recorder, int]:
    """Record a run with about so many events; return the recorder, and the bytes that they all take meanwhile."""
    rounds = max(2, round(events / WORKERS / 7.2 / 2) * 2)
    recorder = Recorder(program="benchmark")
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    with corodemo.Runner(
        loop_factory=lambda: EventLoop(clock=SystemClock() if real else VirtualClock(), hook=recorder)
    ) as runner:
        runner.run(_program(rounds))
    gc.collect()
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return recorder, used


def best(run: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """Return the least seconds of the process's time that a call took, and what it returned last."""
    least, result = float("inf"), None
    for _ in range(rounds):
        result = None
        gc.collect()
        started = time.process_time()
        result = run()
        least = min(least, time.process_time() - started)
    return least, result


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.traces", description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=1_000_000, help="about so many (1,000,000)")
    parser.add_argument("--rounds", type=int, default=3, help="of each measurement (3)")
    options = parser.parse_args()
    console = Console()

    recorder, used = record(options.events)
    rounds = options.rounds
    with tempfile.TemporaryDirectory() as folder:
        # Nobody has looked at it before: of the rows, events are made for the dump alone.
        first, _ = best(lambda: recorder.dump(Path(folder) / "t.jsonl"), rounds)
        packed, _ = best(lambda: recorder.dump(Path(folder) / "t.jsonl.gz"), 1)
    made, trace = best(lambda: recorder.trace, 1)
    count = len(trace.events)
    million = count / 1e6
    as_structs = sum(map(sys.getsizeof, trace.events[:: max(1, count // 10_000)]))
    as_structs = (
        as_structs / len(trace.events[:: max(1, count // 10_000)]) + 8 + 32
    )  # its place in the list, and its time

    table = Table(title=f"a trace of {count:,} events; times and bars for a million", title_justify="left")
    for column in ("what", "measured", "bar"):
        table.add_column(column, justify="left" if column == "what" else "right")
    table.add_row("an event in memory, as recorded", f"{used / count:.0f} bytes", "150 bytes")
    table.add_row("an event in memory, once looked at", f"{as_structs:.0f} bytes", "150 bytes")
    table.add_row("dump", f"{first / million:.2f} s", "0.5 s")
    table.add_row("dump, compressed", f"{packed / million:.2f} s", "")
    table.add_row("make the events, once, to look at them", f"{made / million:.2f} s", "")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "t.jsonl"
        seconds, _ = best(lambda: recorder.dump(file), rounds)
        table.add_row("dump, the events made", f"{seconds / million:.2f} s", "0.5 s")
        seconds, loaded = best(lambda: load(file), rounds)
        table.add_row("load and validate", f"{seconds / million:.2f} s", "1 s")
        recorder.dump(f"{file}.gz")
        table.add_row(
            "an event on disk, compressed", f"{Path(f'{file}.gz').stat().st_size / count:.1f} bytes", "12 bytes"
        )
        timed, _ = record(options.events // 4, real=True)
        timed.dump(f"{file}.gz")
        size = Path(f"{file}.gz").stat().st_size / len(timed.trace.events)
        table.add_row("the same by the real clock", f"{size:.1f} bytes", "12 bytes")
        del timed
    seconds, history = best(lambda: History(loaded), rounds)
    table.add_row("fold", f"{seconds / million:.2f} s", "2 s")
    choice = random.Random(1)
    slowest = max(_time_to_look(history, choice.randrange(count), all_tasks=False) for _ in range(50))
    table.add_row("any snapshot: ready, running, timers, counts, 20 tasks", f"{slowest * 1e3:.1f} ms", "50 ms")
    slowest = max(_time_to_look(history, choice.randrange(count), all_tasks=True) for _ in range(5))
    table.add_row(f"and all of its tasks (up to {len(history.fold.order):,})", f"{slowest * 1e3:.1f} ms", "")
    console.print(table)


def _time_to_look(history: History, index: int, *, all_tasks: bool) -> float:
    """Return the seconds that it takes to make a snapshot and to read it; the worst of them is what counts."""

    def look() -> object:
        snapshot = history.at(index)
        tasks = snapshot.tasks
        read = list(tasks.values()) if all_tasks else [tasks[task] for task in snapshot.live[:20]]
        return snapshot.ready, snapshot.running, snapshot.timers, snapshot.counts, read

    return best(look, 2)[0]


if __name__ == "__main__":
    main()
