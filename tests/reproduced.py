"""Run many programs under the virtual clock and print, as JSON, all that can be made of their traces.

A program of its own, for test_determinism.py: `python reproduced.py FOLDER`, with generated programs as JSON on stdin. Traces
are dumped into the folder and loaded from there.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import warnings
from pathlib import Path

from chapter_examples import WHOLE, code_of, run_example
from random_programs import run_on_corodemo
from recorded_cases import CASES, record

import corodemo
from corodemo.cli.main import main as command
from corodemo.export.content import FORMATS, VIEWS, Request, content
from corodemo.history import History
from corodemo.trace import Recorder, load
from corodemo.views.explain import explain

#: The examples but those in which another thread has a part: when that is done with it, the system decides.
EXAMPLES = [name for name in WHOLE if "thread" not in name]


def all_of(recorder, path):
    """Return what is made of a recorded trace, by the name of each part."""
    recorder.dump(path)
    history = History(load(path))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert command(["view", str(path), "--tree", "--timeline"]) == 0
    found = {"trace": path.read_text(encoding="utf-8"), "view": printed.getvalue()}
    for task in history.last().tasks:
        found[f"explain T{task}"] = "\n".join(explain(history, task))
    for view in VIEWS:
        found[f"svg {view}"] = content(Request(str(path), "svg", view=view), history)[0].decode()
    for kind in FORMATS:
        found[kind] = content(Request(str(path), kind), history)[0].decode()
    return found


def chapter_example(name):
    recorder = Recorder(program=name, lines=lambda file: file == name)
    names = {"asyncio": corodemo}
    if name == "03_create_task":  # which takes for granted what the one before has defined
        before = code_of("02_say_after")
        exec(before[before.index("async def say_after") : before.index("async def main")], names)
    with recorder.capture_output(echo=False), warnings.catch_warnings(action="ignore"):
        run_example(name, names, hook=recorder)
    return recorder


def generated(program):
    recorder = Recorder(program="generated")
    run_on_corodemo(program, hook=recorder)
    return recorder


def main():
    folder = Path(sys.argv[1])
    recorders = {f"cases/{path.stem}": record(path, lines=lambda file: "cases" in file)[0] for path in CASES}
    recorders |= {f"chapter/{name}": chapter_example(name) for name in EXAMPLES}
    recorders |= {f"generated/{at}": generated(program) for at, program in enumerate(json.load(sys.stdin))}
    json.dump(
        {
            f"{name}: {part}": text
            for name, recorder in recorders.items()
            for part, text in all_of(recorder, folder / f"{name.replace('/', '-')}.jsonl").items()
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
