"""Which task is meant: by a variable that holds it, by its number as the tree shows it, by its name, or by its function's.

In this order, but who has called a task `t3` means that one; T3 can be called 3 as well. What the trace says of a task goes by
the number; to do something to a task, it must still be there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from corodemo.history.states import title
from corodemo.recorder.labels import coroutine_name
from corodemo.runtime import Task
from corodemo.shell.commands.command import Refused
from corodemo.shell.protocol import Shell
from corodemo.views.text import visible

if TYPE_CHECKING:
    from corodemo.history import Snapshot

__all__ = ["asked_for", "live_task", "title_of"]

_NUMBER = re.compile(r"[Tt]?(\d{1,15})")
#: So many tasks are listed for one that asks for a task that is not there.
_LISTED = 8


def asked_for(shell: Shell, word: str, snapshot: Snapshot) -> str:
    """Return how the trace calls a task that is asked for by a variable; any other word as it is."""
    task = shell.session.namespace.get(word)
    if not isinstance(task, Task):
        return word
    number = shell.recorder.number_of(task)
    return f"T{number}" if number is not None and number in snapshot.tasks else task.get_name()


def live_task(shell: Shell, word: str) -> Task[Any]:
    """Return the task that is meant. Raises Refused if it is done, or if there is none, or more than one."""
    held = shell.session.namespace.get(word)
    if isinstance(held, Task):
        if held.done():
            raise Refused(f"{title_of(shell, held)} is done already")
        return held
    tasks = [task for task in shell.session.loop._tasks() if not task.done()]
    match = _NUMBER.fullmatch(word)
    found = [task for task in tasks if task.get_name() == word]
    if match is not None and not (found and word.startswith("t")):
        found = [task for task in tasks if shell.recorder.number_of(task) == int(match[1])]
    else:
        found = found or [task for task in tasks if getattr(task.get_coro(), "__qualname__", None) == word]
    if len(found) == 1:
        return found[0]
    there = ", ".join(title_of(shell, task) for task in (found or tasks)[:_LISTED])
    there += ", ..." if len(found or tasks) > _LISTED else ""
    if found:
        raise Refused(f"'{visible(word)}' is the name of {len(found)} tasks; say which by its number: {there}")
    if not tasks:
        raise Refused(f"no task '{visible(word)}'; there is none that is not done")
    raise Refused(f"no task '{visible(word)}' that is not done; there {'is' if len(tasks) == 1 else 'are'} {there}")


def title_of(shell: Shell, task: Task[Any]) -> str:
    """Return "T3 worker", as the tree calls it."""
    number = shell.recorder.number_of(task)
    name = visible(title(task.get_name(), coroutine_name(task.get_coro())))
    return name if number is None else f"T{number} {name}"
