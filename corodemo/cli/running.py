"""A program run from the command line, watched as its options say: a trace to a file, a live panel, or nothing at all."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from corodemo.cli import gcpause
from corodemo.cli.messages import complain
from corodemo.hosting import tracebacks
from corodemo.hosting.options import CAPACITY, Options
from corodemo.runtime import Hook

if TYPE_CHECKING:
    from corodemo.recorder.recorder import Recorder

__all__ = ["run_watched"]


def run_watched(
    options: Options, program: str, body: Callable[[Hook | None], object], *, must_keep: bool = False
) -> int:
    """Call `body` with the hook for its loops, if it is to be watched; return the status that Python would give.

    must_keep: the hook is a recorder that keeps what happens, whatever the options say.
    What `body` raises is printed as Python prints it, with the user's frames only.
    """
    try:
        recorder = _recorder(options, program, must_keep)
    except OSError as exc:
        return complain(f"can't write the trace to {options.trace}: {exc.strerror or exc}", 1)
    status = 0
    with contextlib.ExitStack() as stack:
        panel: contextlib.AbstractContextManager[object] = contextlib.nullcontext()
        if recorder is not None:
            stack.enter_context(recorder.capture_output())
            if options.live:
                from corodemo.live.panel import LivePanel

                panel = LivePanel(recorder.trace, sys.stdout)
        gcpause.end()
        try:
            with panel:  # its last picture stands above the error: what went wrong is said last
                body(recorder)
        except SystemExit as exc:
            status = tracebacks.exit_status(exc)
        except BaseException as exc:
            tracebacks.print_exception(exc)
            status = 130 if isinstance(exc, KeyboardInterrupt) else 1
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    if recorder is not None:
        try:
            recorder.close()
        except OSError as exc:
            return complain(f"the trace in {options.trace} is not whole: {exc.strerror or exc}", status or 1)
    return status


def _recorder(options: Options, program: str, must_keep: bool) -> Recorder | None:
    must_keep = must_keep or bool(options.live)
    if options.trace is None and not must_keep:
        return None
    from corodemo.recorder.recorder import Recorder

    return Recorder(CAPACITY if must_keep else None, options.trace, program=program, remembers=True)
