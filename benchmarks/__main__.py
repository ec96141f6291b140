"""`make bench`: the runtimes side by side in one run, interleaved, several rounds; a table, and JSON for a file.

Absolute times say more about the machine than about the runtime. What counts is the ratio to asyncio (C) in the same run.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.worker import RUNTIMES
from benchmarks.workloads import SIZES

#: What everything is compared with.
BASE = "asyncio (C)"
GROWTH = (10, 100, 1_000, 10_000, 100_000)
MEMORY_TASKS = 10_000


class Worker:
    """A runtime in its process."""

    def __init__(self, runtime: str, *, cpu: bool = False) -> None:
        self.runtime = runtime
        self._cpu = cpu
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", runtime],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self.greeting = self._read()

    def ask(self, workload: str, n: int) -> float | None:
        """Return the figure, or None where the runtime has no such thing."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"workload": workload, "n": n, "cpu": self._cpu}) + "\n")
        self._process.stdin.flush()
        answer = self._read()
        return answer.get("ns", answer.get("bytes"))

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"the worker for {self.runtime} ended with status {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def main() -> None:
    """Measure, print the tables, and write the JSON if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each measurement (7)")
    parser.add_argument("--scale", type=float, default=1.0, help="do so many times the items (1)")
    parser.add_argument("--only", nargs="*", choices=SIZES, default=list(SIZES), help="these workloads")
    parser.add_argument("--runtimes", nargs="*", choices=RUNTIMES, default=list(RUNTIMES), help="these runtimes")
    parser.add_argument("--cpu", action="store_true", help="count a process's own time only: for a busy machine")
    parser.add_argument("--growth", action="store_true", help="also how an item's time grows with the number of tasks")
    parser.add_argument("--json", metavar="FILE", help="write all figures to FILE")
    options = parser.parse_args()
    console = Console()
    workers = [Worker(runtime, cpu=options.cpu) for runtime in options.runtimes]
    for worker in workers:
        if "missing" in worker.greeting:
            console.print(f"left out: {worker.runtime} ({worker.greeting['missing']})", markup=False)
    workers = [worker for worker in workers if "ready" in worker.greeting]
    sizes = {name: max(100, int(SIZES[name] * options.scale)) for name in options.only}
    figures = _rounds(workers, sizes, options.rounds, console)
    console.print(_table(figures, list(sizes), [worker.runtime for worker in workers]))
    results: dict[str, Any] = {"python": sys.version.split()[0], "ns_an_item": figures}
    results["bytes_a_task"] = _memory(workers, console)
    if options.growth:
        results["growth_ns"] = _growth(workers, console)
    for worker in workers:
        worker.close()
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)


def _rounds(
    workers: list[Worker], sizes: dict[str, int], rounds: int, console: Console
) -> dict[str, dict[str, list[float]]]:
    """Return the figures by workload and runtime, a list with one a round."""
    figures: dict[str, dict[str, list[float]]] = {name: {} for name in sizes}
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("measuring", total=rounds * len(sizes) * len(workers))
        for round_number in range(rounds):
            for name, n in sizes.items():
                # Round by round in another order, so that nobody always comes after the same neighbour.
                for worker in workers if round_number % 2 else reversed(workers):
                    figure = worker.ask(name, n)
                    if figure is not None:
                        figures[name].setdefault(worker.runtime, []).append(figure)
                    progress.advance(bar)
    return figures


def _table(figures: dict[str, dict[str, list[float]]], workloads: list[str], runtimes: list[str]) -> Table:
    table = Table(title=f"ns an item: best (median), and times as fast as {BASE} by the best", title_justify="left")
    table.add_column("workload")
    for runtime in runtimes:
        table.add_column(runtime, justify="right")
    ratios: dict[str, list[float]] = {runtime: [] for runtime in runtimes}
    for name in workloads:
        row = [name]
        base = min(figures[name][BASE]) if BASE in figures[name] else math.nan
        for runtime in runtimes:
            values = figures[name].get(runtime)
            if not values:
                row.append("-")
                continue
            ratios[runtime].append(base / min(values))
            row.append(f"{min(values):,.0f} ({statistics.median(values):,.0f})  {base / min(values):.2f}x")
        table.add_row(*row)
    means = [f"{statistics.geometric_mean(ratios[r]):.2f}x" if ratios[r] else "-" for r in runtimes]
    table.add_section()
    table.add_row("geometric mean", *means)
    return table


def _memory(workers: list[Worker], console: Console) -> dict[str, float]:
    asked = {"corodemo", BASE}
    figures = {w.runtime: w.ask("memory", MEMORY_TASKS) or 0.0 for w in workers if w.runtime in asked}
    if len(figures) == len(asked):
        ratio = figures["corodemo"] / figures[BASE]
        console.print(
            f"a sleeping task: corodemo {figures['corodemo']:,.0f} bytes, {BASE} {figures[BASE]:,.0f}, {ratio:.2f}x"
        )
    return figures


def _growth(workers: list[Worker], console: Console) -> dict[str, dict[int, float]]:
    """Return ns an item by runtime and number of tasks, for one gather, best of three."""
    table = Table(title="ns an item as the number of tasks grows (gather)", title_justify="left")
    table.add_column("runtime")
    for n in GROWTH:
        table.add_column(f"{n:,}", justify="right")
    growth: dict[str, dict[int, float]] = {}
    for worker in workers:
        row = {n: min(worker.ask("gather", n) or math.nan for _ in range(3)) for n in GROWTH}
        growth[worker.runtime] = row
        table.add_row(worker.runtime, *[f"{value:,.0f}" for value in row.values()])
    console.print(table)
    return growth


if __name__ == "__main__":
    main()
