"""What programs import from `corodemo.trace` and `corodemo.history` is there, and is called as it is written here.

A change of these lines is a change of what others have built on: it belongs in the list of changes.
"""

from __future__ import annotations

import importlib
import inspect
from typing import get_args

import pytest

from corodemo.runtime.hooks import Hook

TRACE = """\
CallbackRan(at_ns, what, started_ns, thread='', file='', line=0)
CancelDelivered(at_ns, task)
CancelRequested(at_ns, task, by, message, file, line, via='', after=None)
CancelSettled(at_ns, task, how, file, line, into='')
Cause = Literal['spawned', 'yielded', 'future', 'timer', 'task', 'cancel', 'thread', 'io']
Event(at_ns)
FutureCreated(at_ns, future, label, children)
FutureDone(at_ns, future, outcome, value, label='')
Header(version, clock, python, program, dropped=0)
Line(at_ns, task, file, line, changed, meanwhile=None)
LockHeld(at_ns, lock, label, by, others=0, future=None)
LoopStarted(at_ns)
LoopStopped(at_ns)
LoopWaiting(at_ns, until_ns)
On(kind, id)
Outcome = Literal['result', 'exception', 'cancelled']
Output(at_ns, task, stream, text)
Recorder(capacity=None, file=None, *, program='', lines=None, remembers=False, listener=None)
    capture_output(self, *, echo=True)
    close(self)
    dump(self, path)
    number_of(self, task)
    output(self, stream, text)
    trace
    tracing_lines(self)
    under_way
TaskCreated(at_ns, task, name, parent, coro, file, line)
TaskDone(at_ns, task, outcome, value, file='', line=0)
TaskReady(at_ns, task, cause, by)
TaskResumed(at_ns, task)
TaskSuspended(at_ns, task, on, file, line)
ThreadFinished(at_ns, job, what)
ThreadStarted(at_ns, job, what)
TimerCancelled(at_ns, timer, deadline_ns=0, what='')
TimerFired(at_ns, timer, late_ns, deadline_ns=0, what='')
TimerSet(at_ns, timer, deadline_ns, what)
Trace(header, events, *, lost=None)
    dropped
    events
    header
    lost
    remembered
TraceError
TraceStream(path)
    close(self)
    due_ns
    flush(self)
    write(self, event)
    write_header(self, header)
VERSION = 1
Warned(at_ns, rule, task, message, file='', line=0)
dump(path, header, items)
load(path)
"""

HISTORY = """\
Awaited(kind, id, what, deadline_ns=None)
CancelState(by, message, file, line, at_ns, status, \
via='', after=None, delivered_ns=None, delivered_file='', delivered_line=0, settled_ns=None, \
settled_file='', settled_line=0, into='', index=-1)
Delay(task, wakeup, due_ns, resumed_ns, shares)
    ns
FutureState(id, label, children, done, outcome, value)
History(trace)
    at(self, index)
    follow(self)
    header
    index_at(self, time_ns)
    lane(self, task)
    last(self)
    wakeups(self, first, last)
Lane(task, first, at, times, spent, states, created=-1, origin='', cancels=None, lines=None)
    begin
    enter(self, state, index, at_ns)
    row(self, index)
    steps(self, row)
Position(file, line, task, parked)
Share(task, what, step, begins, ns)
Snapshot(fold, index)
    at_time(self, now_ns)
    awaited(self, on)
    before(self, index)
    counts
    ended(self, most)
    futures
    held(self, on)
    here
    lines
    lines_of(self, task)
    live
    loop
    made(self, task)
    name(self, task)
    on(self, task)
    output
    place(self, task)
    ready
    running
    state(self, task)
    state_code(self, task)
    steps(self, task)
    tasks
    threads
    timers
    title(self, task)
    waiting_until
    warnings
State = Literal['ready', 'running', 'waiting', 'done', 'failed', 'cancelled']
TaskState(id, name, parent, coro, file, line, origin, state, since_ns, on, woken_by, \
steps, running_ns, ready_ns, waiting_ns, at_file, at_line, outcome, value, cancels)
    is_finished
    title
TimerState(id, deadline_ns, what, task)
TraceLike
    events
    header
WokenBy(cause, by, running, index, at_ns)
brief(ns, *, ascii=False)
delay(history, task, wakeup)
longest_delay(history, task, index)
nanoseconds(text)
"""


def called(function):
    """Return the parameters of a function: their names, kinds and defaults. Their types are mypy's business."""
    signature = inspect.signature(function)
    bare = [one.replace(annotation=one.empty) for one in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=signature.empty))


def fields_of(struct):
    """Return the fields of a struct, with their defaults."""
    names, defaults = struct.__struct_fields__, struct.__struct_defaults__
    first = len(names) - len(defaults)
    shown = [name if at < first else f"{name}={defaults[at - first]!r}" for at, name in enumerate(names)]
    return f"({', '.join(field for field in shown if not field.startswith('_'))})"


def members(cls):
    """Return what else a class has for its users; what a recorder has because it is a hook is the runtime's."""
    known = {*dir(Hook), *dir(tuple), *dir(ValueError), *getattr(cls, "_fields", getattr(cls, "__struct_fields__", ()))}
    for name in sorted(set(dir(cls)) - known):
        if not name.startswith("_"):
            member = inspect.getattr_static(cls, name)
            yield f"    {name}{called(member)}" if inspect.isfunction(member) else f"    {name}"


def written(name, value):
    """Return a public name as it is written above."""
    if not inspect.isclass(value):
        return [name + (called(value) if callable(value) and not get_args(value) else f" = {value}")]
    if hasattr(value, "__struct_fields__"):
        return [name + fields_of(value), *members(value)]
    is_made = issubclass(value, tuple) or ("__init__" in vars(value) and not getattr(value, "_is_protocol", False))
    return [name + (called(value) if is_made else ""), *members(value)]


@pytest.mark.parametrize(("module", "names"), [("corodemo.trace", TRACE), ("corodemo.history", HISTORY)])
def test_the_public_names_are_these_and_are_called_so(module, names):
    public = importlib.import_module(module)
    found = [line for name in sorted(public.__all__) for line in written(name, getattr(public, name))]
    assert [line.replace("typing.Literal", "Literal") for line in found] == names.splitlines()
