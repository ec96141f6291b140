"""What to call what a history knows: its tasks, its futures, its timers, and whatever a task waits on.

The history answers with facts; here they become words, once for all views. A name is bounded and made visible where its
function takes a width; where it takes none, whoever shows it does that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corodemo.history import brief
from corodemo.history.states import title
from corodemo.traceformat import events as ev
from corodemo.views.text import fit

if TYPE_CHECKING:
    from corodemo.history import Awaited, Snapshot

__all__ = ["NAME", "future_title", "label", "loop_words", "short_label", "task_title", "timer_label", "waiting_on"]

NAME = 24  # cells of a name
_NAMED = 2  # tasks that hold a lock and are called by their names


def task_title(snapshot: Snapshot, task: int | None, *, ascii: bool = False, width: int = NAME) -> str:
    """Return "T2 producer", or "T17" for a task that the trace does not announce."""
    made = snapshot.made(task) if task is not None else None
    return f"T{task} {fit(title(made.name, made.coro), width, ascii=ascii)}" if made is not None else f"T{task}"


def future_title(snapshot: Snapshot, future: int, *, ascii: bool = False, width: int = NAME) -> str:
    """Return "gather(3)", as the future names itself, or "future 17" for one that does not."""
    what = snapshot.awaited(ev.On("future", future)).what
    return fit(what, width, ascii=ascii) if what else f"future {future}"


def label(snapshot: Snapshot, on: ev.On, *, ascii: bool = False) -> str:
    """Return what something to wait on is called: "task 4 (worker)", "timer 7 (sleep(1)) until 2s", "gather(3)"."""
    awaited = snapshot.awaited(on)
    if awaited.kind == "future":
        return awaited.what or f"future {awaited.id}"
    return _numbered(awaited) + _until(awaited, ascii)


def short_label(snapshot: Snapshot, on: ev.On, *, ascii: bool = False) -> str:
    """Return the same without the number of a timer, which says nothing where its end is said: "sleep(1) until 2s"."""
    awaited = snapshot.awaited(on)
    if awaited.deadline_ns is None:
        return label(snapshot, on, ascii=ascii)
    return f"{awaited.what}{_until(awaited, ascii)}"


def timer_label(snapshot: Snapshot, timer: int) -> str:
    """Return "timer 7 (sleep(1))", or "timer 7" for one of which the trace does not say what it is for."""
    return _numbered(snapshot.awaited(ev.On("timer", timer)))


def waiting_on(snapshot: Snapshot, task: int, *, ascii: bool = False) -> str:
    """Return what a task waits on, by its label; "" if it is not waiting."""
    if snapshot.state(task) != "waiting":
        return ""
    on = snapshot.on(task)
    if on is None:
        return "its next turn"
    return label(snapshot, on, ascii=ascii) + _held(snapshot, on, ascii)


def loop_words(snapshot: Snapshot, *, ascii: bool = False) -> str:
    """Return what the loop does when it is in no task's step."""
    match snapshot.loop:
        case "new":
            return "the loop has not started"
        case "running":
            return "between two steps"
        case "stopped":
            return "the loop has stopped"
    until = snapshot.waiting_until
    return "the loop waits" + (f" until {brief(until, ascii=ascii)}" if until is not None else "")


def _held(snapshot: Snapshot, on: ev.On, ascii: bool) -> str:
    """Return who holds the lock that something to wait on is in line for: ", held by T3 transfer"; "" where nobody does."""
    held = snapshot.held(on)
    if held is None or not held.by:
        return ""
    more = len(held.by) - _NAMED + held.others
    names = ", ".join(task_title(snapshot, task, ascii=ascii) for task in held.by[:_NAMED])
    return f", held by {names}" + (f" and {more} more" if more > 0 else "")


def _numbered(awaited: Awaited) -> str:
    called = f"{awaited.kind} {awaited.id}"
    return called if awaited.what is None else f"{called} ({awaited.what})"


def _until(awaited: Awaited, ascii: bool) -> str:
    return f" until {brief(awaited.deadline_ns, ascii=ascii)}" if awaited.deadline_ns is not None else ""
