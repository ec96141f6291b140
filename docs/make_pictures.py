"""Make the README's pictures by the program that they show: `python docs/make_pictures.py`.

The program is the chapter's own example of gather, run under the virtual clock, so the pictures are the same each time.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rich.text import Text

from corodemo import EventLoop, VirtualClock, set_event_loop_factory
from corodemo.export.svg import svg
from corodemo.history import History, brief
from corodemo.hosting.imports import user_builtins
from corodemo.trace import Output, Recorder, TaskResumed
from corodemo.traceformat.file import Trace
from corodemo.views import panel, screen, timeline
from corodemo.views.text import Lines

PICTURES = Path(__file__).parent / "pictures"
PROGRAM = """\
import asyncio

async def factorial(name, number):
    f = 1
    for i in range(2, number + 1):
        print(f"Task {name}: Compute factorial({number}), currently i={i}...")
        await asyncio.sleep(1)
        f *= i
    print(f"Task {name}: factorial({number}) = {f}")
    return f

async def main():
    # Schedule three calls *concurrently*:
    L = await asyncio.gather(
        factorial("A", 2),
        factorial("B", 3),
        factorial("C", 4),
    )
    print(L)

asyncio.run(main())
"""
FILE = "factorial.py"
WIDTH, HEIGHT = 110, 32


def history() -> History:
    """Run the program and return its history."""
    recorder = Recorder(program=FILE, lines=lambda file: file == FILE)
    clock = VirtualClock()
    set_event_loop_factory(lambda: EventLoop(clock=clock, hook=recorder))
    try:
        with recorder.capture_output(echo=False):
            exec(compile(PROGRAM, FILE, "exec"), {"__builtins__": user_builtins(), "__name__": "__main__"})
    finally:
        set_event_loop_factory(None)
    return History(recorder.trace)


def live(past: History, stop: int) -> Lines:
    """What stands on the screen while the program runs: what it has printed, and the panel."""
    so_far = History(Trace(past.header, list(past.events[: stop + 1])))
    words = f"{brief(so_far.last().at_ns)} by the virtual clock"
    said = [Text(line) for event in so_far.events if isinstance(event, Output) for line in event.text.splitlines()]
    below = panel(so_far, words=words, hint="Ctrl-C interrupts", width=WIDTH, height=20)
    return Lines([Text(f"$ corodemo run --live {FILE}"), *said, *below.lines])


def pictures() -> dict[str, str]:
    """Return the pictures by file name."""
    past = history()
    resumed = [n for n, event in enumerate(past.trace.events) if isinstance(event, TaskResumed)]
    # The middle of the program: A is done, B and C are at their second step.
    stop = resumed[len(resumed) // 2] + 3
    views = {
        "stepper": (
            screen(past, stop, width=WIDTH, height=HEIGHT, lines_of=lambda file: PROGRAM.splitlines()),
            f"corodemo: {FILE}",
        ),
        "live": (live(past, stop), FILE),
        "timeline": (
            timeline(past, past.last(), width=WIDTH),
            f"corodemo view {FILE.replace('.py', '.jsonl')} --timeline",
        ),
    }
    return {
        f"{name}{'-light' * light}.svg": svg(view, width=WIDTH, title=title, light=light)
        for name, (view, title) in views.items()
        for light in (False, True)
    }


def main() -> int:
    PICTURES.mkdir(exist_ok=True)
    for name, text in pictures().items():
        (PICTURES / name).write_text(text, encoding="utf-8")
        print(f"docs/pictures/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
