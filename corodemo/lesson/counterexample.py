"""What happened instead: for a claim that does not hold, what the trace shows in its place.

A learner whose program falls short is told what was asked for and what was seen. Where the trace has nothing to say to a
claim, nothing is said.
"""

from __future__ import annotations

import re

from corodemo.lesson.celltrace import CellTrace, brief_seconds
from corodemo.traceformat import events as ev

__all__ = ["instead"]


def instead(sentence: str, cell_trace: CellTrace) -> str:
    """Return what happened where a claim does not hold, as a sentence without its full stop; "" if that is not known."""
    if sentence.startswith("the cell took"):
        return f"it took {brief_seconds(cell_trace.duration_ns)}"
    if sentence.startswith("the cell made"):
        return f"it made {_count(len(cell_trace.made), 'task')}"
    if sentence == "nothing was left waiting":
        ended = {event.task for _, event in cell_trace.each(ev.TaskDone) if event.outcome != "cancelled"}
        return "left or cancelled: " + ", ".join(
            cell_trace.called(task) for task in cell_trace.made if task not in ended
        )
    names = {
        name: task for task in cell_trace.made for name in (cell_trace.called(task), f"`{cell_trace.called(task)}`")
    }
    for name in sorted(names, key=len, reverse=True):
        if re.match(rf"{re.escape(name)}\s", sentence):
            return _fate(names[name], sentence, cell_trace)
    return ""


def _fate(task: int, sentence: str, cell_trace: CellTrace) -> str:
    name = cell_trace.called(task)
    if re.search(r" took \d+ steps?$", sentence):
        return f"{name} took {_count(sum(event.task == task for _, event in cell_trace.each(ev.TaskResumed)), 'step')}"
    for _, event in cell_trace.each(ev.TaskDone):
        if event.task == task:
            how = {
                "result": f"ended with {event.value}",
                "exception": f"failed with {event.value}",
                "cancelled": "was cancelled",
            }
            return f"{name} {how[event.outcome]}, after {brief_seconds(event.at_ns - cell_trace.start_ns)}"
    return f"{name} did not end"


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'s' * (number != 1)}"
