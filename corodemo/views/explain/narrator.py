"""What explanations are told with: names, places and times of a history, put into words that may be shown anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from corodemo.history import brief
from corodemo.history.lanes import DONE, RUNNING, WAITING
from corodemo.traceformat import events as ev
from corodemo.views.names import future_title, task_title
from corodemo.views.text import fit, short_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corodemo.history import History, Snapshot

__all__ = ["Narrator"]

_VALUE = 100  # cells of a value, a label, a message


class Narrator:
    """Collects the sentences of an explanation, as things stood at a snapshot."""

    def __init__(self, history: History, snapshot: Snapshot, *, ascii: bool, goes_on: bool = False) -> None:
        self.history = history
        self.snapshot = snapshot
        self.events: Sequence[ev.Event] = history.events
        self.sentences: list[str] = []
        self._ascii = ascii
        self._goes_on = goes_on  # whether the program is still there, and its trace grows
        self._visited: set[tuple[str, int]] = set()

    def say(self, sentence: str, *, again: bool = False) -> None:
        """Add a sentence; one that was said before is not said again, unless asked for."""
        first = sentence.partition(" ")[0]
        is_code = "(" in first or "." in first or "_" in first
        text = (sentence if is_code else sentence[:1].upper() + sentence[1:]) + "."
        if again or text not in self.sentences:
            self.sentences.append(text)

    def visit(self, question: str, task: int) -> bool:
        """Remember that a question about a task is being answered; False if it was before."""
        if (question, task) in self._visited:
            return False
        self._visited.add((question, task))
        return True

    def is_visited(self, question: str, task: int) -> bool:
        """Return True if a question about a task was answered."""
        return (question, task) in self._visited

    @property
    def is_over(self) -> bool:
        """Whether the loop has stopped by now for good."""
        if self._goes_on or self.snapshot.loop != "stopped":
            return False
        later = range(self.snapshot.index + 1, len(self.events))
        return not any(isinstance(self.events[index], ev.LoopStarted) for index in later)

    # --- words

    def task(self, task: int | None) -> str:
        return task_title(self.snapshot, task, ascii=self._ascii)

    def text(self, text: str, width: int = _VALUE) -> str:
        return fit(text, width, ascii=self._ascii)

    def time(self, ns: int) -> str:
        text = brief(ns, ascii=self._ascii)
        return "0s" if text == "0" else text

    def at(self, file: str, line: int) -> str:
        """Return " at app.py:12", or "" where the trace has no place."""
        return f" at {self.text(short_path(file), 40)}:{line}" if file and line else ""

    def what(self, on: ev.On) -> str:
        """Return what something to wait on is called: "T4 worker", "sleep(1)", "gather(3)"."""
        if on.kind == "task":
            return self.task(on.id)
        if on.kind == "timer":
            return self.timer(on.id)
        return future_title(self.snapshot, on.id, ascii=self._ascii, width=_VALUE)

    def timer(self, timer: int | None) -> str:
        """Return what a timer is for."""
        what = self.snapshot.awaited(ev.On("timer", timer)).what if timer is not None else None
        return self.text(what) if what is not None else "a timer"

    def say_ended(self, task: int) -> None:
        """Say how a task ended."""
        done = self.done(task)
        how = {
            "result": f"returned {self.text(done.value)}",
            "exception": f"failed with {self.text(done.value)}{self.at(done.file, done.line)}",
            "cancelled": "ended cancelled",
        }[done.outcome]
        self.say(f"{self.task(task)} {how}, at {self.time(done.at_ns)}")

    # --- facts

    def done(self, task: int) -> ev.TaskDone:
        """Return the event that ended a finished task."""
        lane = self.history.fold.lanes[task]
        return cast("ev.TaskDone", self.events[lane.at[lane.row(self.snapshot.index)]])

    def is_done(self, on: ev.On) -> bool:
        """Return True if a part of a gather and the like is done."""
        snapshot = self.snapshot
        if on.kind == "task":
            return on.id in snapshot.tasks and snapshot.tasks[on.id].is_finished
        if on.kind == "future":
            return on.id in snapshot.futures and snapshot.futures[on.id].done
        return all(timer.id != on.id for timer in snapshot.timers)

    def last_part(self, future: int | None, index: int) -> int | None:
        """Return the task among the parts of a gather and the like that had ended last by an event."""
        found = None
        state = self.snapshot.futures.get(future) if future is not None else None
        for child in state.children if state is not None else ():
            if child.kind == "task" and self.is_done(child):
                lane = self.history.fold.lanes[child.id]
                row = lane.row(index)
                if lane.states[row] >= DONE and (found is None or lane.at[row] > found[0]):
                    found = lane.at[row], child.id
        return None if found is None else found[1]

    def place_at(self, task: int, index: int) -> str:
        """Return the await at which a task stood at an event, as " at app.py:12"."""
        lane = self.history.fold.lanes[task]
        parked = lane.states.rfind(WAITING, 0, lane.row(index) + 1)
        if parked < 0:
            return ""
        event = cast("ev.TaskSuspended", self.events[lane.at[parked]])
        return self.at(event.file, event.line)

    def step_begin(self, task: int, index: int) -> int:
        """Return the event that began the step in which a task was at an event."""
        lane = self.history.fold.lanes[task]
        row = lane.states.rfind(RUNNING, 0, lane.row(index) + 1)
        return lane.at[max(0, row)]

    def step_lines(self, task: int, begins: int) -> str:
        """Return where a step ran that begins at an event: " in its step from app.py:3 to app.py:8"."""
        lane = self.history.fold.lanes[task]
        row = lane.row(begins)
        parked = lane.states.rfind(WAITING, 0, row + 1)
        made = self.snapshot.made(task)
        before = cast("ev.TaskSuspended", self.events[lane.at[parked]]) if parked >= 0 else None
        after = self.events[lane.at[row + 1]] if row + 1 < len(lane.at) else None
        start = (
            self.at(before.file, before.line) if before is not None else " its beginning" if made is not None else ""
        )
        if isinstance(after, ev.TaskSuspended):
            end = self.at(after.file, after.line)
        elif isinstance(after, ev.TaskDone):
            end = self.at(after.file, after.line) or " its end"
        else:
            end = ""
        if not start and not end:
            return ""
        if start == end:
            return f", in its step{start}"
        return f", in its step from{start.removeprefix(' at')} to{end.removeprefix(' at') or ' now'}"

    def warning(self, rule: str, task: int) -> ev.Warned | None:
        """Return the newest warning of a rule about a task."""
        found = [warning for warning in self.snapshot.warnings if (warning.rule, warning.task) == (rule, task)]
        return found[-1] if found else None

    def thread_behind(self, index: int) -> str:
        """Return which thread caused a wakeup: the job that came back, or who called `call_soon_threadsafe` where."""
        for event in self.events[index : self.snapshot.index + 1]:
            if isinstance(event, ev.CallbackRan):
                if event.thread and event.file:
                    where = self.at(event.file, event.line)
                    return f"Thread {self.text(event.thread, 30)!r}, by {self.text(event.what, 40)}{where},"
                break
        for event in reversed(self.events[:index]):
            if isinstance(event, ev.ThreadFinished):
                return f"The end of {self.text(event.what, 40)} in a thread"
            if isinstance(event, ev.TaskSuspended):
                break
        return "A thread"
