"""Which task is meant by a command's argument: the one that a variable holds; or else as everywhere, see `which`.

What the trace says of a task goes by the number; to do something to a task, it must still be there.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from corodemo.history.states import title
from corodemo.recorder.labels import coroutine_name
from corodemo.runtime import Task
from corodemo.shell.commands.command import Refused
from corodemo.shell.protocol import Shell
from corodemo.views.explain.which import meant, unknown
from corodemo.views.text import visible

if TYPE_CHECKING:
    from corodemo.history import Snapshot

__all__ = ["asked_for", "live_task", "title_of"]


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
    found = meant(
        word, tasks, number=shell.recorder.number_of, name=lambda task: task.get_name(), functions=_functions_of
    )
    if len(found) == 1:
        return found[0]
    if not tasks:
        raise Refused(f"no task '{visible(word)}'; there is none that is not done")
    raise Refused(unknown(word, found, tasks, partial(title_of, shell), " that is not done"))


def title_of(shell: Shell, task: Task[Any]) -> str:
    """Return "T3 worker", as the tree calls it."""
    number = shell.recorder.number_of(task)
    name = visible(title(task.get_name(), coroutine_name(task.get_coro())))
    return name if number is None else f"T{number} {name}"


def _functions_of(task: Task[Any]) -> tuple[str, str]:
    function = coroutine_name(task.get_coro())
    return title(task.get_name(), function), function
