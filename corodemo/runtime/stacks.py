"""Where a task stands: the frames of a suspended coroutine, or of the exception that ended it."""

from __future__ import annotations

import linecache
import sys
import traceback
from types import FrameType
from typing import TYPE_CHECKING, Any, TextIO

from .waitables import FINISHED

if TYPE_CHECKING:
    from .tasks import Task

__all__ = ["print_task_stack", "task_frames"]


def task_frames(task: Task[Any], limit: int | None) -> list[FrameType]:
    """Return what `Task.get_stack` promises."""
    coro = task.get_coro()
    frame = next(
        (getattr(coro, attribute) for attribute in ("cr_frame", "gi_frame", "ag_frame") if hasattr(coro, attribute)),
        None,
    )
    frames: list[FrameType] = []
    if frame is not None:
        while frame is not None and (limit is None or len(frames) < limit):
            frames.append(frame)
            frame = frame.f_back
        frames.reverse()
    elif task._state == FINISHED and task._exception is not None:
        entry = task._exception.__traceback__
        while entry is not None and entry.tb_frame.f_globals.get("__package__") == __package__:
            entry = entry.tb_next  # the step itself, which asyncio's task, written in C, does not show
        while entry is not None and (limit is None or len(frames) < limit):
            frames.append(entry.tb_frame)
            entry = entry.tb_next
    return frames


def print_task_stack(task: Task[Any], limit: int | None, file: TextIO | None) -> None:
    """Do what `Task.print_stack` promises."""
    summaries = []
    checked: set[str] = set()
    for frame in task.get_stack(limit=limit):
        code = frame.f_code
        if code.co_filename not in checked:
            checked.add(code.co_filename)
            linecache.checkcache(code.co_filename)
        line = linecache.getline(code.co_filename, frame.f_lineno, frame.f_globals)
        summaries.append((code.co_filename, frame.f_lineno, code.co_name, line))
    out = sys.stderr if file is None else file
    exception = task._exception if task._state == FINISHED else None
    if not summaries:
        print(f"No stack for {task!r}", file=out)
    elif exception is not None:
        print(f"Traceback for {task!r} (most recent call last):", file=out)
    else:
        print(f"Stack for {task!r} (most recent call last):", file=out)
    traceback.print_list(traceback.StackSummary.from_list(summaries), file=out)
    if exception is not None:
        for line in traceback.format_exception_only(type(exception), exception):
            print(line, file=out, end="")
