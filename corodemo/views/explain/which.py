"""Which task is meant: the one with a number, as the tree shows it; or those with a name, or with a function that they run.

In this order; but who has called a task `t3` means that one, for the tree writes T3. It is one rule for tasks of a trace and
for live ones: `meant` takes any tasks, and is told what each can be called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from corodemo.views.explain.explain import Question, explain
from corodemo.views.names import task_title
from corodemo.views.text import visible

if TYPE_CHECKING:
    from corodemo.history import History, Snapshot

__all__ = ["UnknownTask", "all_tasks", "answer", "find_task", "meant", "one_task", "unknown"]

Task = TypeVar("Task")

_TASK_ID = re.compile(r"[Tt]?(\d{1,15})")
#: So many tasks are listed for one that asks for a task that is not there.
_LISTED = 20


class UnknownTask(Exception):
    """No task, or more than one, is meant; the message lists those that there are."""


def answer(
    history: History, text: str, question: Question | None = None, *, ascii: bool = False, goes_on: bool = False
) -> list[str]:
    """Return the explanation of the task that `text` means, a sentence each. Raises UnknownTask."""
    return explain(history, one_task(history.last(), text, ascii=ascii), question, ascii=ascii, goes_on=goes_on)


def one_task(snapshot: Snapshot, text: str, *, ascii: bool = False) -> int:
    """Return the one task that is meant. Raises UnknownTask if there is none, or more than one."""
    found = all_tasks(snapshot, text, ascii=ascii)
    if len(found) > 1:
        raise UnknownTask(_unknown(snapshot, text, found, ascii))
    return found[0]


def all_tasks(snapshot: Snapshot, text: str, *, ascii: bool = False) -> list[int]:
    """Return all tasks that are meant. Raises UnknownTask if there is none."""
    found = find_task(snapshot, text)
    if not found:
        raise UnknownTask(_unknown(snapshot, text, found, ascii))
    return found


def _unknown(snapshot: Snapshot, text: str, found: list[int], ascii: bool) -> str:
    return unknown(text, found, list(snapshot.tasks), lambda task: task_title(snapshot, task, ascii=ascii))


def find_task(snapshot: Snapshot, text: str) -> list[int]:
    """Return the tasks that a person may mean by an id ("3", "T3"), or by a name or a function's name."""

    def functions(task: int) -> tuple[str, ...]:
        made = snapshot.made(task)
        return snapshot.title(task), *(() if made is None else (made.coro,))

    return meant(text, snapshot.tasks, number=lambda task: task, name=snapshot.name, functions=functions)


def meant(
    text: str,
    tasks: Iterable[Task],
    *,
    number: Callable[[Task], int | None],
    name: Callable[[Task], str],
    functions: Callable[[Task], Iterable[str]],
) -> list[Task]:
    """Return those of the tasks that a person may mean.

    number, name: of a task. functions: what it can be called by where no task has the name.
    """
    tasks = list(tasks)
    named = [task for task in tasks if name(task) == text]
    match = _TASK_ID.fullmatch(text)
    if match is not None and not (named and text.startswith("t")):
        numbered = [task for task in tasks if number(task) == int(match[1])]
        if numbered:
            return numbered
    return named or [task for task in tasks if text in functions(task)]


def unknown(
    text: str, found: Sequence[Task], there: Sequence[Task], title: Callable[[Task], str], that: str = ""
) -> str:
    """Return the sentence that says that not one task is meant, and which there are.

    found: those that may be meant, none or several. that: what is true of all that there are, as " that is not done".
    """
    listed = found or there
    names = ", ".join(map(title, listed[:_LISTED])) or "none"
    more = f", and {len(listed) - _LISTED:,} more" if len(listed) > _LISTED else ""
    if found:
        return f"'{visible(text)}' is the name of {len(found)} tasks; say which by its number: {names}{more}"
    asked = f"no task '{visible(text)}'{that}" if text else "say which task"
    return f"{asked}; there {'is' if len(there) == 1 else 'are'} {names}{more}"
