"""`corodemo run`: somebody's asyncio script, unchanged, on corodemo's runtime.

The script sees what it would see under `python SCRIPT`: its arguments, its folder first on the path, itself as `__main__`, and
the status and the messages that Python would give. Only `import asyncio` is different.
"""

from __future__ import annotations

import contextlib
import io
import os
import threading
from collections.abc import Iterator

from corodemo.cli.messages import complain
from corodemo.cli.running import run_watched
from corodemo.hosting.loop import HostLoop, asyncio_told_of_tasks
from corodemo.hosting.options import Options
from corodemo.hosting.program import folder_of, main_module, surroundings
from corodemo.runtime import EventLoop, Hook, set_event_loop_factory

__all__ = ["run"]


def run(path: str, arguments: list[str], options: Options) -> int:
    """Run the script at `path`; return the exit status."""
    try:
        with io.open_code(os.path.abspath(path)) as file:
            source = file.read()
    except IsADirectoryError:
        return complain(f"can't find '__main__' module in {path!r}", 1)
    except OSError as exc:
        return complain(f"can't open file {os.path.abspath(path)!r}: [Errno {exc.errno}] {exc.strerror}", 2)

    def execute(hook: Hook | None) -> None:
        module = main_module(path)
        around = surroundings([path, *arguments], folder_of(path), main=module)
        with around, _loops_watched_by(hook, options), asyncio_told_of_tasks():
            exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)

    return run_watched(options, os.path.basename(path), execute)


@contextlib.contextmanager
def _loops_watched_by(hook: Hook | None, options: Options) -> Iterator[None]:
    """Make the script's loops with the chosen clock, and those of its main thread with the hook."""
    clock = options.new_clock()

    def new_loop() -> EventLoop:
        if threading.current_thread() is threading.main_thread():
            # One clock for all of them, so that the times in the trace go on from one asyncio.run() to the next.
            return HostLoop(clock=clock, hook=hook)
        return HostLoop(clock=options.new_clock())

    set_event_loop_factory(new_loop)
    try:
        yield
    finally:
        set_event_loop_factory(None)
