"""What the live view costs a program: `python -m benchmarks.live`.

Each program runs in a process of its own, in a pseudo-terminal that somebody reads, recorded as the shell records it: with a
live panel and without one, in turn. The ratio is the panel's price; the bar is 1.10. All times are processor times, of the
process or for a frame of the thread that draws: of two threads under one lock only one works, and what else the machine
does counts for neither.
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

__all__ = ["PROGRAMS", "main"]


async def switch(seconds: float) -> None:
    """A hundred tasks that do nothing but give way: the most events a second that there can be."""
    await _all_yield(100, int(250_000 * seconds))


async def crowd(seconds: float) -> None:
    """Ten thousand tasks that give way."""
    await _all_yield(10_000, int(200_000 * seconds))


async def work(seconds: float) -> None:
    """Ten thousand tasks that sleep, and one that computes, half a millisecond at a time."""
    import corodemo

    sleepers = [corodemo.create_task(corodemo.sleep(3600)) for _ in range(10_000)]
    for _ in range(int(2_000 * seconds)):
        sum(range(20_000))
        await corodemo.sleep(0)
    for sleeper in sleepers:
        sleeper.cancel()


async def _all_yield(tasks: int, switches: int) -> None:
    import corodemo

    async def one() -> None:
        for _ in range(max(1, switches // tasks)):
            await corodemo.sleep(0)

    await corodemo.gather(*(one() for _ in range(tasks)))


PROGRAMS: dict[str, Callable[[float], Coroutine[Any, Any, None]]] = {"switch": switch, "crowd": crowd, "work": work}


def run_one(name: str, seconds: float, has_panel: bool) -> None:
    """Run a program, and write to stderr, which is no terminal, what was measured."""
    import contextlib

    import corodemo
    from corodemo.hosting.options import CAPACITY
    from corodemo.live.panel import LivePanel
    from corodemo.recorder.recorder import Recorder

    frames: list[float] = []
    draw = LivePanel._lines

    def timed(*args: Any) -> Any:
        started = time.thread_time()
        try:
            return draw(*args)
        finally:
            frames.append(time.thread_time() - started)

    LivePanel._lines = timed  # type: ignore[method-assign]
    recorder = Recorder(CAPACITY)
    loop = corodemo.EventLoop(hook=recorder)
    taken = 0.0

    async def program() -> None:
        nonlocal taken
        started = time.process_time()
        await PROGRAMS[name](seconds)
        taken = time.process_time() - started

    panel = LivePanel(recorder.trace, sys.stdout) if has_panel else contextlib.nullcontext()
    with panel:
        corodemo.run(program(), loop_factory=lambda: loop)
    print(json.dumps({"seconds": taken, "frames": frames}), file=sys.stderr)


def _measured(name: str, seconds: float, has_panel: bool) -> dict[str, Any]:
    """Run a program in a new process behind a terminal."""
    master, slave = pty.openpty()
    reader = threading.Thread(target=_drain, args=(master,))
    reader.start()
    argv = [sys.executable, "-m", "benchmarks.live", "--one", name, "--seconds", str(seconds)]
    child = subprocess.run(
        argv + ["--panel"] * has_panel, stdin=slave, stdout=slave, stderr=subprocess.PIPE, check=True, text=True
    )
    os.close(slave)
    reader.join()
    os.close(master)
    found: dict[str, Any] = json.loads(child.stderr.splitlines()[-1])
    return found


def _drain(master: int) -> None:
    try:
        while os.read(master, 65536):
            pass
    except OSError:  # the terminal's other side is gone
        pass


def main() -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="about how long a program is to run")
    parser.add_argument("--one", choices=PROGRAMS, help=argparse.SUPPRESS)
    parser.add_argument("--panel", action="store_true", help=argparse.SUPPRESS)
    namespace = parser.parse_args()
    if namespace.one:
        run_one(namespace.one, namespace.seconds, namespace.panel)
        return 0
    for name in PROGRAMS:
        times: dict[bool, list[float]] = {False: [], True: []}
        frames: list[float] = []
        for _ in range(namespace.rounds):
            for has_panel in (False, True):
                found = _measured(name, namespace.seconds, has_panel)
                times[has_panel].append(found["seconds"])
                frames += found["frames"][1:]  # the first imports what draws
        ratio = statistics.median(times[True]) / statistics.median(times[False])
        best = min(times[True]) / min(times[False])
        shown = "no frame but the first"
        if frames:
            middle, most = statistics.median(frames) * 1e3, max(frames) * 1e3
            shown = f"frame {middle:5.1f} ms, at most {most:5.1f}, {len(frames)} drawn"
        print(f"{name:8} {min(times[False]):6.2f} s alone   with a panel x{ratio:.3f} (best x{best:.3f})   {shown}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
