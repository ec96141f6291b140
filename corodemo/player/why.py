"""Why a task is as it is: what `%why` says of it at the moment that is shown, as a page over the stepper.

The task is the chosen one, or the one that the present event is about. Where there is neither, as at the end of a run, it is
every task of the newest program: the one that nobody had made, and those that come from it. It says nothing of what comes
later, and nothing while a question waits for its answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corodemo.player.marks import Page
from corodemo.player.player import Player
from corodemo.views.explain.explain import explain
from corodemo.views.names import task_title

if TYPE_CHECKING:
    from corodemo.history import Snapshot

__all__ = ["tell_why"]

#: So many tasks are told of where none is chosen.
_TOLD = 8
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!<>|~&:])")


def tell_why(player: Player) -> None:
    """Show over the present place why the task is as it is, or say why that cannot be said."""
    if player.answers.is_open(player.question):
        player.message = "there is a question already: answer this one first"
        return
    snapshot = player.history.at(player.stepper.index)
    task: int | None = player.stepper.task or snapshot.running or getattr(snapshot.event, "task", None)
    tasks = _newest_program(snapshot) if task is None else [one for one in (task,) if one in snapshot.tasks]
    if not tasks:
        player.message = "there is no task yet"
        return
    parts = [_part(player, snapshot, one) for one in tasks[:_TOLD]]
    if len(tasks) > _TOLD:
        parts.append(f"And {len(tasks) - _TOLD:,} more; t chooses one.")
    player.show(Page(player.stepper.index, "\n\n".join(parts)))


def _part(player: Player, snapshot: Snapshot, task: int) -> str:
    title = task_title(snapshot, task, ascii=player.ascii)
    sentences = explain(player.history, task, index=snapshot.index, ascii=player.ascii)
    return f"## Why: {_plain(title)} ({snapshot.state(task)})\n\n" + "\n\n".join(map(_plain, sentences))


def _newest_program(snapshot: Snapshot) -> list[int]:
    """Return the newest task without a parent, and all that come from it, in the order in which they were made."""
    found: dict[int, None] = {}
    for task in snapshot.tasks:
        made = snapshot.made(task)
        parent = made.parent if made is not None else None
        if parent is None:
            found = {task: None}
        elif parent in found:
            found[task] = None
    return list(found)


def _plain(text: str) -> str:
    """Return text so that Markdown shows it as it is."""
    return _MARKUP.sub(r"\\\1", text)
