"""Commands that steer what runs: pause, one step, the clock's pace, the end of a task, and everything from the beginning."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.text import Text

from corodemo.history import History, brief
from corodemo.runtime import Task
from corodemo.runtime.pacing import PacedClock
from corodemo.shell.commands.command import Command, Refused
from corodemo.shell.commands.taskarg import live_task, title_of
from corodemo.shell.completion import Choice, tasks, words
from corodemo.shell.protocol import Follow, Shell
from corodemo.traceformat.events import LoopStarted, LoopStopped, LoopWaiting
from corodemo.views.glyphs import DIM
from corodemo.views.sentences import describe

if TYPE_CHECKING:
    from corodemo.runtime.stepping import Step

__all__ = ["CONTROL_COMMANDS"]

#: A step of more events than this is told in part.
_TOLD = 12
_PACE = re.compile(r"[x×]?(\d+\.?\d*|\.\d+)x?")


# --- pause, resume, one step


def _pause(shell: Shell, argument: str) -> Follow | None:
    clock = _clock_of(shell)
    if clock.is_paused:
        raise Refused("the runtime is paused already; %next runs one step, %resume lets all go on")
    clock.pause()
    live = _count(len(_unfinished(shell)), "task")
    shell.reporter.say(f"paused at {_now(shell)}, with {live}; %next runs one step, %resume lets all go on")
    return None


def _resume(shell: Shell, argument: str) -> Follow | None:
    clock = _clock_of(shell)
    if not clock.is_paused:
        raise Refused("the runtime is not paused; %pause pauses it")
    clock.resume()
    shell.reporter.say(f"goes on from {_now(shell)}")
    return None


def _next(shell: Shell, argument: str) -> Follow | None:
    clock = _clock_of(shell)
    if not clock.is_paused:
        raise Refused("%next is for a runtime that is paused, and this one runs; %pause pauses it")
    trace = shell.recorder.trace
    first = trace.dropped + len(trace.events)
    stepped = shell.step()
    if stepped is None:
        return None  # Ctrl-C ended it, and that was said
    text = Text(_headline(shell, stepped), style="bold")
    history = History(shell.recorder.trace)
    told = [
        describe(history.events[index], history.at(index), ascii=shell.reporter.is_ascii)
        for index in range(max(0, first - trace.dropped), len(history))
        if not isinstance(history.events[index], (LoopStarted, LoopStopped, LoopWaiting))
    ]
    for sentence in told[:_TOLD]:
        text.append(f"\n  {sentence}", style="none")
    if len(told) > _TOLD:
        text.append(f"\n  and {len(told) - _TOLD} more events", style=DIM)
    text.append(f"\n{_what_is_next(shell)}", style=DIM)
    shell.reporter.show(text)
    return None


def _headline(shell: Shell, stepped: Step) -> str:
    parts = []
    if stepped.waited_ns:
        parts.append(f"nothing was ready, so the clock was moved on by {brief(stepped.waited_ns)}, to {_now(shell)}")
    if stepped.task is not None:
        parts.append(f"{title_of(shell, stepped.task)} took a step")
    elif stepped.callbacks:
        parts.append(f"{_count(stepped.callbacks, 'callback')} ran, and no task became ready")
    elif not stepped.waited_ns:
        parts.append("nothing is ready, and no timer is set")
    return "; ".join(parts)


def _what_is_next(shell: Shell) -> str:
    snapshot = History(shell.recorder.trace).last()
    ready = [f"T{task}" for task in snapshot.ready]
    if ready:
        return f"next: {', '.join(ready[:8])}{', ...' if len(ready) > 8 else ''}"
    if snapshot.timers:
        timer = min(snapshot.timers, key=lambda timer: timer.deadline_ns)
        return f"next: timer {timer.id}, at {brief(timer.deadline_ns)}"
    return "next: nothing, until something comes from outside or from the prompt"


# --- the clock


def _clock(shell: Shell, argument: str) -> Follow | None:
    clock = _clock_of(shell)
    if not argument:
        shell.reporter.say(f"the clock {_pace_of(clock)}; it is {_now(shell)}")
        return None
    clock.pace = _asked_pace(argument)
    timers = [timer.deadline_ns for timer in History(shell.recorder.trace).last().timers]
    text = f"at {_now(shell)}, the clock {_pace_of(clock)}"
    if timers and not clock.is_paused and clock.pace != math.inf:
        left = max(0, min(timers) - clock.now_ns())
        text += f"; the next of {_count(len(timers), 'timer')} is due in {brief(left)}"
        if clock.pace != 1:
            text += f", which takes {brief(int(left / clock.pace))}"
    shell.reporter.say(text)
    return None


def _asked_pace(argument: str) -> float:
    match argument:
        case "real":
            return 1.0
        case "virtual":
            return math.inf
    found = _PACE.fullmatch(argument)
    if found is None or not 1e-6 <= float(found[1]) <= 1e6:
        raise Refused(f"the clock can be real, virtual, or a pace such as x0.1 or x10, and not {argument!r}")
    return float(found[1])


def _pace_of(clock: PacedClock) -> str:
    pace = {1.0: "goes as the machine's", math.inf: "is virtual: nothing waits"}.get(clock.pace)
    text = pace or f"goes {clock.pace:g} times as fast as the machine's"
    return f"stands, and when it goes on it {text}" if clock.is_paused else text


# --- ends


def _cancel(shell: Shell, argument: str) -> Follow | None:
    if argument == "all":
        found = _unfinished(shell)
        if not found:
            raise Refused("there is no task to cancel")
    else:
        found = [live_task(shell, argument)]
    for task in found:
        task.cancel()
    who = title_of(shell, found[0]) if len(found) == 1 else _count(len(found), "task")
    later = "; delivered when the runtime goes on" if shell.session.is_paused else ""
    shell.reporter.say(f"asked {who} to end{later}")
    return None


def _cancellable(shell: Shell, text: str) -> Iterator[Choice]:
    yield from words("all")(shell, text)
    yield from tasks(shell, text)


def _reset(shell: Shell, argument: str) -> Follow | None:
    clock = _clock_of(shell)
    if clock.is_paused:
        clock.resume()
    found = _unfinished(shell)
    left = shell.end_tasks(found)
    shell.session.reset()
    text = "afresh: no names, no tasks, a new context"
    if found:
        text += f"; {_count(len(found) - len(left), 'task')} cancelled"
    if left:
        names = ", ".join(title_of(shell, task) for task in left[:8])
        text += f"; {names} did not end when cancelled, and {'goes' if len(left) == 1 else 'go'} on"
    shell.reporter.say(text)
    return None


# ---


def _clock_of(shell: Shell) -> PacedClock:
    clock = shell.session.clock
    assert isinstance(clock, PacedClock), "a session with commands has a clock whose pace can be changed"
    return clock


def _unfinished(shell: Shell) -> list[Task[Any]]:
    return [task for task in shell.session.loop._tasks() if not task.done()]


def _now(shell: Shell) -> str:
    return brief(shell.session.clock.now_ns(), ascii=shell.reporter.is_ascii)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


CONTROL_COMMANDS = (
    Command("pause", "", "stop the whole runtime, its clock too, while the prompt lives", "%pause", _pause),
    Command("next", "", "run one step of one task, while paused", "%next", _next),
    Command("resume", "", "let a paused runtime go on", "%resume", _resume),
    Command(
        "clock",
        "[real|virtual|xPACE]",
        "show the clock, or change it: real, virtual (nothing waits), slower, faster",
        "%clock x0.1",
        _clock,
        words("real", "virtual", "x0.1", "x0.5", "x2", "x10"),
    ),
    Command("cancel", "TASK|all", "cancel a task: by number, variable, or name", "%cancel T3", _cancel, _cancellable),
    Command("reset", "", "start afresh: cancel what is left, forget all names, a new context", "%reset", _reset),
)
