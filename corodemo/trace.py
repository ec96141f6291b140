"""The trace: what the watchers of a program get, and all that they get.

    recorder = Recorder()
    run(main(), loop_factory=lambda: EventLoop(hook=recorder))
    recorder.dump("main.jsonl")
    trace = load("main.jsonl")

The types of the events are in `corodemo.traceformat.events`, the file is described in `corodemo.traceformat.file`, and the
hook that records is `corodemo.recorder`; this module is the door to all three.
"""

from __future__ import annotations

from corodemo.recorder.recorder import Recorder
from corodemo.traceformat import events
from corodemo.traceformat.events import *  # noqa: F403 - the event types, by the names in events.__all__
from corodemo.traceformat.file import VERSION, Trace, TraceError, dump, load
from corodemo.traceformat.stream import TraceStream

__all__ = [  # noqa: PLE0604 - a list of strings, made of two
    "VERSION",
    "Recorder",
    "Trace",
    "TraceError",
    "TraceStream",
    "dump",
    "load",
    *events.__all__,
]
