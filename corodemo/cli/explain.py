"""`corodemo explain` and `%why`: why a task is waiting, was late, was woken, was cancelled, or failed.

Which task is meant is said by its id as the tree shows it (`3` or `T3`), by its name, or by the function that it runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corodemo.views.explain.explain import QUESTIONS, Question, explain, find_task
from corodemo.views.names import task_title
from corodemo.views.text import visible

if TYPE_CHECKING:
    from corodemo.history import History

__all__ = ["QUESTIONS", "UnknownTask", "answer", "explain_file"]

#: So many tasks are listed for one that asks for a task that is not there.
_LISTED = 20


class UnknownTask(Exception):
    """No task, or more than one, is meant; the message lists those that there are."""


def answer(
    history: History, text: str, question: Question | None = None, *, ascii: bool = False, goes_on: bool = False
) -> list[str]:
    """Return the explanation of the task that `text` means, a sentence each. Raises UnknownTask."""
    snapshot = history.last()
    found = find_task(snapshot, text)
    if len(found) == 1:
        return explain(history, found[0], question, ascii=ascii, goes_on=goes_on)
    choices = found or list(snapshot.tasks)
    names = ", ".join(task_title(snapshot, task, ascii=ascii) for task in choices[:_LISTED])
    more = f", and {len(choices) - _LISTED:,} more" if len(choices) > _LISTED else ""
    if found:
        raise UnknownTask(f"'{visible(text)}' is the name of {len(found)} tasks; ask for one by its id: {names}{more}")
    if not text:
        raise UnknownTask(f"say which task; there {'is' if len(choices) == 1 else 'are'} {names or 'none'}{more}")
    raise UnknownTask(
        f"no task '{visible(text)}'; there {'is' if len(choices) == 1 else 'are'} {names or 'none'}{more}"
    )


def explain_file(path: str, task: str, question: Question | None) -> int:
    """Print the explanation of a task of the trace at `path`; return the status: 1 for a bad file, 2 for no such task."""
    import sys

    from corodemo.cli.messages import complain
    from corodemo.cli.opentrace import Unreadable, open_trace, status_of

    try:
        trace, history = open_trace(path)
        encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
        sentences = answer(history, task, question, ascii=not encoding.startswith("utf"))
    except Unreadable as exc:
        return complain(str(exc), 1)
    except UnknownTask as exc:
        return complain(str(exc), 2)
    print("\n".join(sentences))
    return status_of(trace)
