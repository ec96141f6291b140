"""`python -m benchmarks.idle`: what a hook costs that does nothing, or that is not there.

A copy of the package is made whose runtime has no `if hook is not None` any more, and no line that such an `if` guards. It runs
the workloads beside the runtime as it is, with `Hook()` and with no hook at all, in a process each and turn by turn. Times
are the least of all rounds by the thread's own clock; a ratio of 1.02 is the bar.
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.workloads import WORKLOADS

__all__ = ["main", "without_hooks"]

ROOT = Path(__file__).resolve().parent.parent
VARIANTS = ("lines removed", "no hook", "idle hook")
#: Rounds that a process measures before another takes its place.
ROUNDS_A_LIFE = 4
SIZES = {
    "switch": 20_000,
    "spawn": 4_000,
    "gather": 5_000,
    "timers": 5_000,
    "wait_for": 2_000,
    "queue": 4_000,
    "cancel": 5_000,
    "futures": 5_000,
    "deep": 5_000,
}


class _Stripper(ast.NodeTransformer):
    """Takes out what is there for a hook."""

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt] | None:
        if _asks_for_a_hook(node.test):
            return [found for other in node.orelse if (found := self.visit(other)) is not None] or None
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        is_hook = isinstance(node.value, ast.Attribute) and node.value.attr == "_hook"
        if is_hook and all(isinstance(target, ast.Name) and target.id == "hook" for target in node.targets):
            return None
        return self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if isinstance(getattr(node, "body", None), list) and not node.body:  # type: ignore[attr-defined]
            node.body = [ast.Pass()]  # type: ignore[attr-defined]
        return node


def _asks_for_a_hook(test: ast.expr) -> bool:
    """Return True for `hook is not None`, `self._hook is not None and ...` and the like."""
    if isinstance(test, ast.BoolOp):
        return isinstance(test.op, ast.And) and any(map(_asks_for_a_hook, test.values))
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.ops[0], ast.IsNot)
        and ast.unparse(test.left).rpartition(".")[2] in {"hook", "_hook"}
    )


def without_hooks(source: str) -> str:
    """Return a module's source without the lines that are there for a hook."""
    return ast.unparse(_Stripper().visit(ast.parse(source)))


def _make_copy(folder: Path) -> None:
    shutil.copytree(ROOT / "corodemo", folder / "corodemo", ignore=shutil.ignore_patterns("__pycache__", "lessons"))
    for path in (folder / "corodemo" / "runtime").glob("*.py"):
        if path.name != "hooks.py":
            path.write_text(without_hooks(path.read_text(encoding="utf-8")), encoding="utf-8")


def _measure(variant: str) -> None:
    """Answer requests from standard input, as `benchmarks.worker` does."""
    import corodemo
    from corodemo import EventLoop, Hook, run

    for line in sys.stdin:
        name = line.strip()
        hook = Hook() if variant == "idle hook" else None
        gc.collect()
        started = time.thread_time_ns()
        run(WORKLOADS[name](corodemo, SIZES[name]), loop_factory=lambda hook=hook: EventLoop(hook=hook))  # type: ignore[misc]
        print(json.dumps((time.thread_time_ns() - started) / SIZES[name]), flush=True)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.idle", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=24, help="rounds of each measurement (24)")
    parser.add_argument("--variant", choices=VARIANTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.variant:
        _measure(options.variant)
        return
    with tempfile.TemporaryDirectory() as folder:
        _make_copy(Path(folder))
        figures = _rounds(folder, options.rounds)
    table = Table(title="ns an item, and times what it takes without the hook's lines", title_justify="left")
    table.add_column("workload")
    for variant in VARIANTS:
        table.add_column(variant, justify="right")
    ratios: dict[str, list[float]] = {variant: [] for variant in VARIANTS}
    for name in SIZES:
        base = figures[name, VARIANTS[0]]
        row = []
        for variant in VARIANTS:
            ratios[variant].append(figures[name, variant] / base)
            row.append(f"{figures[name, variant]:,.0f}  {figures[name, variant] / base:.3f}x")
        table.add_row(name, *row)
    table.add_section()
    table.add_row("geometric mean", *[f"{statistics.geometric_mean(ratios[variant]):.3f}x" for variant in VARIANTS])
    Console().print(table)


def _rounds(folder: str, rounds: int) -> dict[tuple[str, str], float]:
    """Return the least figure for each workload and variant.

    Where a process happens to lay out its memory moves all of its figures by some percent, so each has several lives.
    """
    figures: dict[tuple[str, str], float] = {}
    for begun in range(0, rounds, ROUNDS_A_LIFE):
        processes = {variant: _start(variant, folder) for variant in VARIANTS}
        for _ in range(min(ROUNDS_A_LIFE, rounds - begun)):
            for name in SIZES:
                for variant, process in processes.items():
                    assert process.stdin is not None
                    assert process.stdout is not None
                    process.stdin.write(name + "\n")
                    process.stdin.flush()
                    figure = float(json.loads(process.stdout.readline()))
                    figures[name, variant] = min(figure, figures.get((name, variant), figure))
        for process in processes.values():
            process.communicate()
    return figures


def _start(variant: str, folder: str) -> subprocess.Popen[str]:
    paths = [folder, str(ROOT)] if variant == VARIANTS[0] else [str(ROOT)]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "benchmarks.idle", "--variant", variant],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )


if __name__ == "__main__":
    main()
