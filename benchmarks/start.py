"""What it takes to begin: `python -m benchmarks.start`.

Whole processes, from the first instruction to the status, run in turns, in each round in another order. What counts is the
processor time that the system charged to each, so what else the machine does weighs little; the bar is that `corodemo -c 1`
takes at most 1.3 times as long as `python -m asyncio` that is fed the same. The prompts are different: a person waits for
them by the clock on the wall, until the first characters of the prompt are on the screen.

All of it with bytecode written, as an installed package has it: the first round, which writes what is missing, is not counted.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import pty
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

__all__ = ["main"]

ROOT = Path(__file__).resolve().parent.parent
BASE = "python -m asyncio"
SCRIPT = "import asyncio\n\nasync def main():\n    await asyncio.sleep(0)\n\nasyncio.run(main())\n"

#: What is run, and what stands on its stdin. SCRIPT stands for the path of a file with that in it.
PROGRAMS = {
    "python -c pass": (["-c", "pass"], ""),
    "python -c 'import asyncio'": (["-c", "import asyncio"], ""),
    BASE: (["-m", "asyncio"], "1\n"),
    "corodemo -c 1": (["-m", "corodemo", "-c", "1"], ""),
    "corodemo -c 'await sleep(0)'": (["-m", "corodemo", "-c", "await sleep(0)"], ""),
    "echo 1 | corodemo": (["-m", "corodemo"], "1\n"),
    "python SCRIPT": (["SCRIPT"], ""),
    "corodemo run SCRIPT": (["-m", "corodemo", "run", "SCRIPT"], ""),
}

#: The shells: the module, its arguments, and what its prompt begins with. Those that are not installed are left out.
PROMPTS = {
    "corodemo": (["corodemo"], b"In ["),
    "asyncio": (["asyncio"], b">>>"),
    "IPython": (["IPython", "--no-banner"], b"In ["),
    "ptpython": (["ptpython"], b">>>"),
}


def main() -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        environment |= {"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": folder, "TERM": "xterm-256color"}
        script = Path(folder, "script.py")
        script.write_text(SCRIPT, encoding="utf-8")
        _print_programs(rounds, script, environment)
        _print_prompts(rounds, environment)
    return 0


def _print_programs(rounds: int, script: Path, environment: dict[str, str]) -> None:
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for round_number in range(rounds + 1):
        for name in random.sample(list(PROGRAMS), len(PROGRAMS)):
            arguments, text = PROGRAMS[name]
            argv = [sys.executable, *(str(script) if one == "SCRIPT" else one for one in arguments)]
            taken = _processor_time(argv, text, environment)
            if round_number:
                times[name].append(taken)
    for name, taken_each in times.items():
        ratio = statistics.median(taken_each) / statistics.median(times[BASE])
        print(f"{name:30} {min(taken_each):6.1f} ms (median {statistics.median(taken_each):6.1f})  x{ratio:.2f}")


def _processor_time(argv: list[str], text: str, environment: dict[str, str]) -> float:
    """Return the milliseconds that the system has charged to a process, its own and those spent in calls."""
    with tempfile.TemporaryFile() as stdin:
        stdin.write(text.encode())
        stdin.seek(0)
        child = subprocess.Popen(
            argv, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{argv} ended with status {child.returncode}")
    return (usage.ru_utime + usage.ru_stime) * 1e3


def _print_prompts(rounds: int, environment: dict[str, str]) -> None:
    prompts = {name: found for name, found in PROMPTS.items() if importlib.util.find_spec(name) is not None}
    times: dict[str, list[float]] = {name: [] for name in prompts}
    for round_number in range(rounds + 1):
        for name in random.sample(list(prompts), len(prompts)):
            taken = _time_to_prompt(*prompts[name], environment)
            if round_number:
                times[name].append(taken)
    for name, taken_each in times.items():
        print(f"the prompt of {name:16} {min(taken_each):6.0f} ms (median {statistics.median(taken_each):6.0f})")


def _time_to_prompt(module: list[str], prompt: bytes, environment: dict[str, str]) -> float:
    """Return the milliseconds until a shell in a terminal of its own shows its prompt; it is ended then."""
    started = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, "-m", *module], environment)
    seen = b""
    while prompt not in seen:
        new = os.read(terminal, 65536)
        # Who asks the terminal where the cursor is waits for the answer.
        os.write(terminal, b"\x1b[1;1R" * new.count(b"\x1b[6n"))
        seen += new
    taken = time.perf_counter() - started
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(terminal)
    return taken * 1e3


if __name__ == "__main__":
    sys.exit(main())
