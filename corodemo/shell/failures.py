"""Failures that nobody awaits, reported when they happen, with the input that started the task.

asyncio tells of such a failure when the task is collected, which may be never. Here the recorder's hook hears of every task
that ends. If nobody waits for one that failed, that is said at once; unless the input that started it still runs, for its
code may yet await the task: then it is said at that input's end, if nobody has looked at the exception by then.
"""

from __future__ import annotations

import contextvars
import linecache
from collections.abc import Callable
from typing import Any

from corodemo.hosting.exceptionhandler import context_lines
from corodemo.recorder.callsites import Site
from corodemo.recorder.listener import Listener
from corodemo.runtime import EventLoop, Hook, Task
from corodemo.shell.hints import hint_on_held_loop
from corodemo.shell.reporter import Reporter

__all__ = ["FailureHook", "Failures", "HeldLoopListener"]

#: The number of the input that started a task, in the task's context; tasks inherit it from those that make them.
_started_by: contextvars.ContextVar[int] = contextvars.ContextVar("started_by", default=0)


class FailureHook(Hook):
    """Tells of tasks that fail; it watches a loop beside the recorder."""

    def __init__(self, failed: Callable[[Task[Any]], None]) -> None:
        self._failed = failed

    def task_done(self, task: Task[Any]) -> None:
        """Tell if the task failed."""
        if task._exception is not None and not task.cancelled():
            self._failed(task)


class HeldLoopListener(Listener):
    """Tells of steps that hold the loop, which the recorder finds: of which task, in which file, from which line to which."""

    def __init__(self, held: Callable[[Task[Any], str, int, int], None]) -> None:
        self._held = held

    def loop_held(self, task: Task[Any], begun: Site, ended: Site) -> None:
        """Tell of it."""
        file, line = begun
        self._held(task, file, line, ended[1] or _last_line(task, line))


class Failures:
    """Reports failed tasks of a session's loop by a reporter."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._input: int | None = None  # the number of the input that runs
        self._told_of_holding: set[tuple[str, int]] = set()
        self._postponed: list[Task[Any]] = []  # failed, but the input that runs may still await them
        self._interrupted: Task[Any] | None = None  # what Ctrl-C has ended, until that is said

    def input_begins(self, number: int, context: contextvars.Context) -> None:
        """Count the tasks that are made in `context` from now on as started by input `number`."""
        context.run(_started_by.set, number)
        self._input = number

    def input_ends(self) -> None:
        """Report what was postponed and nobody has looked at."""
        self._input = None
        postponed, self._postponed = self._postponed, []
        for task in postponed:
            if task._log_traceback:
                self._report(task)

    def task_failed(self, task: Task[Any], loop: EventLoop) -> None:
        """Report a task of the session's loop that failed, now or at its input's end; other loops are not our business."""
        if task._callbacks or task.get_loop() is not loop:
            return
        if isinstance(task._exception, SystemExit):
            return  # it went through the loop, and ends the shell
        if isinstance(task._exception, KeyboardInterrupt):
            self._interrupted = task  # it goes through the loop, to where `loop_interrupted` is called
        elif _input_of(task) == self._input:
            self._postponed.append(task)
        else:
            self._report(task)

    def loop_interrupted(self) -> None:
        """Say what a KeyboardInterrupt, that came out of the loop, has ended."""
        task, self._interrupted = self._interrupted, None
        if task is None:
            self._reporter.say("Ctrl-C ended the callback that held the loop")
        else:
            task.exception()  # seen
            self._reporter.say(f"Ctrl-C ended {_name(task)}")

    def loop_held(self, task: Task[Any], file: str, first: int, last: int) -> None:
        """Say what to write instead of a step, from one line of a file to another, that has held the loop; once for each."""
        sentence = hint_on_held_loop([linecache.getline(file, number) for number in range(first, last + 1)])
        if sentence is not None and (file, last) not in self._told_of_holding:
            self._told_of_holding.add((file, last))
            self._reporter.hint(f"{_name(task)} held the loop: {sentence}")

    def report_context(self, loop: EventLoop, context: dict[str, Any]) -> None:
        """Report what the loop would log: its exception handler."""
        lines = context_lines(context)
        for line in lines:
            self._reporter.say(line)
        if lines and context.get("exception") is not None:
            self._reporter.show_exception(context["exception"])

    def _report(self, task: Task[Any]) -> None:
        exception = task.exception()
        assert exception is not None
        self._reporter.say(f"{_name(task)} failed, and nobody awaits it")
        self._reporter.show_exception(exception)


def _last_line(task: Task[Any], line: int) -> int:
    """Return the last line of a task's coroutine, or `line` where that is not known."""
    code = getattr(task._coro, "cr_code", None)
    return line if code is None else max((found for _, _, found in code.co_lines() if found is not None), default=line)


def _input_of(task: Task[Any]) -> int:
    return task.get_context().get(_started_by, 0)


def _name(task: Task[Any]) -> str:
    return f"task {task.get_name()!r} of input {_input_of(task)}"
