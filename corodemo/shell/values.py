"""How a value is shown, and what is worth saying of it besides.

A value's repr is the user's code: it may be endless, hostile, or not there. What is shown of it is bounded, and what it
raises is shown in its place. A coroutine says that it has not started and how to run it; a task or a future that is not done
says what it waits for, as the trace has it.
"""

from __future__ import annotations

import inspect
import types
from typing import TYPE_CHECKING, Any

from rich.highlighter import ReprHighlighter
from rich.pretty import pretty_repr
from rich.text import Text

from corodemo.history import History
from corodemo.runtime import Future, Task
from corodemo.views.names import short_label, task_title
from corodemo.views.text import short_path, visible

if TYPE_CHECKING:
    from corodemo.history import Snapshot
    from corodemo.recorder.recorder import Recorder
    from corodemo.shell.reporter import Reporter

__all__ = ["remark", "say_what_remains", "value_text"]

#: Bounds of a value that is shown: items of a collection, collections in one another, characters of a string.
MAX_ITEMS = 500
MAX_DEPTH = 30
MAX_STRING = 10_000
#: And the lines and characters of all of it together.
MAX_LINES = 1000
MAX_CHARACTERS = 100_000
#: So many tasks are listed when one leaves.
MAX_LISTED = 10


def value_text(value: Any, width: int) -> Text:
    """Return the repr of a value, laid out for a width, and cut where nobody would read on."""
    try:
        text = pretty_repr(value, max_width=width, max_length=MAX_ITEMS, max_string=MAX_STRING, max_depth=MAX_DEPTH)
    except Exception as exc:
        # Not the repr itself, which rich guards: a length, an iterator, a __class__ that raises.
        text = f"<{type(value).__name__}, which cannot be shown: {type(exc).__name__}>"
    text, rest = text[:MAX_CHARACTERS], len(text) - MAX_CHARACTERS
    lines = text.split("\n")
    shown = Text("\n".join(visible(line) for line in lines[:MAX_LINES]))
    if len(shown) <= MAX_STRING:
        shown = ReprHighlighter()(shown)
    if rest > 0:
        shown.append(f"\n… and {rest:,} more characters", style="dim")
    elif len(lines) > MAX_LINES:
        shown.append(f"\n… and {len(lines) - MAX_LINES:,} more lines", style="dim")
    return shown


def remark(value: Any, recorder: Recorder, *, ascii: bool = False) -> str | None:
    """Return a sentence on a value whose repr does not say the most important thing of it, or None."""
    kind = type(value)  # isinstance() would ask the value for its class
    if issubclass(kind, Task):
        return None if value.done() else _of_task(value, recorder, ascii)
    if issubclass(kind, Future):
        return None if value.done() else "it is not done; `await _` waits for it"
    if kind is types.CoroutineType:
        return _OF_COROUTINES[inspect.getcoroutinestate(value)]
    if kind is types.AsyncGeneratorType:
        return "nothing of it runs until it is asked; `async for x in _` goes through it"
    return None


def say_what_remains(reporter: Reporter, recorder: Recorder, tasks: list[Task[Any]]) -> None:
    """Say which tasks are not done and what they wait for, to who is about to leave."""
    is_one = len(tasks) == 1
    reporter.say(
        f"{len(tasks):,} task{'s' * (not is_one)} still run{'s' * is_one}; "
        f"Ctrl-D again cancels {'it' if is_one else 'them'} and leaves"
    )
    snapshot = History(recorder.trace).last()
    for task in tasks[:MAX_LISTED]:
        number = recorder.number_of(task)
        if number is not None and number in snapshot.tasks:
            title = task_title(snapshot, number, ascii=reporter.is_ascii)
            reporter.say_plainly(f"  {title} {_state(snapshot, number, reporter.is_ascii)}")
        else:
            reporter.say_plainly(f"  {task.get_name()}")
    if len(tasks) > MAX_LISTED:
        reporter.say_plainly(f"  and {len(tasks) - MAX_LISTED:,} more: %tree shows them")


_OF_COROUTINES = {
    inspect.CORO_CREATED: "it has not started; `await _` runs it, `t = create_task(_)` runs it in the background",
    inspect.CORO_RUNNING: "it runs at this moment",
    inspect.CORO_SUSPENDED: "it has started, and waits",
    inspect.CORO_CLOSED: "it has ended; to run it again, call its function again",
}


def _of_task(task: Task[Any], recorder: Recorder, ascii: bool) -> str:
    number = recorder.number_of(task)
    snapshot = History(recorder.trace).last()
    if number is None or number not in snapshot.tasks:
        return "it is not done; `await _` waits for it"
    return f"T{number} {_state(snapshot, number, ascii)}; `await _` waits for it, `%why T{number}` tells more"


def _state(snapshot: Snapshot, number: int, ascii: bool) -> str:
    """Return what a task does, as "waits for sleep(5) at app.py:14"."""
    state = snapshot.state(number)
    if state != "waiting":
        return f"is {state}"
    on = snapshot.on(number)
    what = short_label(snapshot, on, ascii=ascii) if on is not None else "its next turn"
    file, line = snapshot.place(number)
    where = f" at {short_path(file)}:{line}" if file else ""
    return visible(f"waits for {what}{where}", ascii=ascii)
