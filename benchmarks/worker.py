"""One runtime in a process of its own, which measures what it is asked to: a line in, a line out, as JSON.

A process each, since asyncio's pure-Python classes, for one, can only be had by hiding the C ones before asyncio is imported.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Callable, Coroutine
from typing import Any

from benchmarks.workloads import WORKLOADS

__all__ = ["RUNTIMES", "main"]

#: Runs a workload of so many items.
Run = Callable[[str, int], None]


def _corodemo(make_hook: Callable[[], Any]) -> tuple[Any, Callable[[Coroutine[Any, Any, Any]], Any]]:
    import corodemo

    return corodemo, lambda coro: corodemo.run(coro, loop_factory=lambda: corodemo.EventLoop(hook=make_hook()))


def _by_asyncio_names(aio: Any, run: Callable[[Any], Any]) -> Run:
    def run_workload(name: str, n: int) -> None:
        run(WORKLOADS[name](aio, n))

    return run_workload


def corodemo_untraced() -> Run:
    return _by_asyncio_names(*_corodemo(lambda: None))


def corodemo_traced() -> Run:
    from corodemo.trace import Recorder

    return _by_asyncio_names(*_corodemo(Recorder))


def asyncio_c() -> Run:
    import asyncio

    return _by_asyncio_names(asyncio, asyncio.run)


def asyncio_python() -> Run:
    sys.modules["_asyncio"] = None  # type: ignore[assignment]  # so that asyncio falls back on its Python classes
    import asyncio

    return _by_asyncio_names(asyncio, asyncio.run)


def uvloop() -> Run:
    import asyncio

    import uvloop as module

    def run(coro: Any) -> Any:
        with asyncio.Runner(loop_factory=module.new_event_loop) as runner:
            return runner.run(coro)

    return _by_asyncio_names(asyncio, run)


def trio() -> Run:
    import trio as module

    from benchmarks.others import trio_workloads

    workloads = trio_workloads()
    return lambda name, n: module.run(workloads[name], n)


def curio() -> Run:
    import curio as module

    from benchmarks.others import curio_workloads

    workloads = curio_workloads()
    return lambda name, n: module.run(workloads[name], n)


RUNTIMES: dict[str, Callable[[], Run]] = {
    "corodemo": corodemo_untraced,
    "corodemo traced": corodemo_traced,
    "asyncio (C)": asyncio_c,
    "asyncio (Python)": asyncio_python,
    "uvloop": uvloop,
    "trio": trio,
    "curio": curio,
}


def measure(run: Run, name: str, n: int, *, cpu: bool = False) -> float:
    """Return the nanoseconds an item takes; cpu: only those in which this process was at work."""
    clock = time.process_time_ns if cpu else time.perf_counter_ns
    gc.collect()
    started = clock()
    run(name, n)
    return (clock() - started) / n


def memory_of_a_task(runtime: str, n: int) -> float:
    """Return the bytes that a sleeping task takes, with its coroutine and its timer."""
    if runtime == "corodemo":
        import corodemo as aio
    else:
        import asyncio as aio  # type: ignore[no-redef]

    async def main() -> float:
        # What is made once, by the first task, is not a task's.
        first = aio.create_task(aio.sleep(3600))
        await aio.sleep(0)
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        tasks = [aio.create_task(aio.sleep(3600)) for _ in range(n)]
        await aio.sleep(0)
        gc.collect()
        used = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        for task in [first, *tasks]:
            task.cancel()
        return used / n

    return aio.run(main())


def main() -> None:
    """Answer requests until standard input ends."""
    runtime = sys.argv[1]
    try:
        run = RUNTIMES[runtime]()
    except ImportError as exc:
        print(json.dumps({"missing": str(exc)}), flush=True)
        return
    print(json.dumps({"ready": runtime, "python": sys.version.split()[0]}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["workload"] == "memory":
                answer = {"bytes": memory_of_a_task(runtime, request["n"])}
            else:
                answer = {"ns": measure(run, request["workload"], request["n"], cpu=request["cpu"])}
        except KeyError:
            answer = {"missing": request["workload"]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
