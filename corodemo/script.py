"""`corodemo run`: somebody's asyncio script, unchanged, on corodemo's runtime.

The script sees what it would see under `python SCRIPT`: its arguments, its folder first on the path, itself as `__main__`, and
the status and the messages that Python would give. Only `import asyncio` is different.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import tracebacks
from .imports import UserModuleFinder, user_builtins
from .runtime import Clock, EventLoop, SystemClock, VirtualClock, set_event_loop_factory

if TYPE_CHECKING:
    from .recorder import Recorder
    from .session import Options

__all__ = ["run"]

#: How many events are kept in memory for the live view alone.
_LIVE_CAPACITY = 200_000


def run(path: str, arguments: list[str], options: Options) -> int:
    """Run the script at `path`; return the exit status."""
    try:
        with io.open_code(os.path.abspath(path)) as file:
            source = file.read()
    except IsADirectoryError:
        return _complain(f"can't find '__main__' module in {path!r}", 1)
    except OSError as exc:
        return _complain(f"can't open file {os.path.abspath(path)!r}: [Errno {exc.errno}] {exc.strerror}", 2)
    try:
        recorder = _recorder(path, options)
    except OSError as exc:
        return _complain(f"can't write the trace to {options.trace}: {exc.strerror or exc}", 1)
    with _as_main(path, arguments) as module, _watched(recorder, options):
        status = _execute(source, path, module)
    if recorder is not None:
        try:
            recorder.close()
        except OSError as exc:
            return _complain(f"the trace in {options.trace} is not whole: {exc.strerror or exc}", status or 1)
    return status


def _recorder(path: str, options: Options) -> Recorder | None:
    if options.trace is None and not options.live:
        return None
    from .recorder import Recorder

    capacity = _LIVE_CAPACITY if options.live else None
    return Recorder(capacity, options.trace, program=os.path.basename(path))


def _execute(source: bytes, path: str, module: types.ModuleType) -> int:
    try:
        exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)
    except SystemExit as exc:
        return tracebacks.exit_status(exc)
    except KeyboardInterrupt as exc:
        tracebacks.print_exception(exc)
        return 130
    except BaseException as exc:
        tracebacks.print_exception(exc)
        return 1
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
    return 0


@contextlib.contextmanager
def _as_main(path: str, arguments: list[str]) -> Iterator[types.ModuleType]:
    """Make the surroundings that Python gives a script, and take them away again."""
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=path, __builtins__=user_builtins(), __cached__=None)
    folder = os.path.dirname(os.path.abspath(path))
    finder = UserModuleFinder(folder)
    outer = sys.argv, sys.path, sys.modules["__main__"]
    sys.argv, sys.path = [path, *arguments], [folder, *sys.path]
    sys.modules["__main__"] = module
    sys.meta_path.insert(0, finder)
    try:
        yield module
    finally:
        sys.meta_path.remove(finder)
        sys.argv, sys.path, sys.modules["__main__"] = outer


@contextlib.contextmanager
def _watched(recorder: Recorder | None, options: Options) -> Iterator[None]:
    """Make the script's loops with the chosen clock, and those of its main thread with the recorder."""
    clock: Clock = VirtualClock() if options.clock == "virtual" else SystemClock()

    def new_loop() -> EventLoop:
        if threading.current_thread() is threading.main_thread():
            # One clock for all of them, so that the times in the trace go on from one asyncio.run() to the next.
            return EventLoop(clock=clock, hook=recorder)
        return EventLoop(clock=VirtualClock() if options.clock == "virtual" else None)

    with contextlib.ExitStack() as stack:
        set_event_loop_factory(new_loop)
        stack.callback(set_event_loop_factory, None)
        if recorder is not None:
            stack.enter_context(recorder.capture_output())
            if options.live:
                from .live import LivePanel

                stack.enter_context(LivePanel(recorder.trace, sys.stdout))
        yield


def _complain(sentence: str, status: int) -> int:
    print(f"corodemo: {sentence}", file=sys.stderr)
    return status
