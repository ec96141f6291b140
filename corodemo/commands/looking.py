"""Commands that look at what was recorded: the tree, the timeline, the stepper, the reasons, the trace as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from corodemo.commands.command import Command, Follow, Refused, Shell
from corodemo.completion import code, files, tasks
from corodemo.explainer import QUESTIONS, UnknownTask, answer
from corodemo.history import History
from corodemo.recorder import Recorder
from corodemo.runtime import VirtualClock
from corodemo.session import CAPACITY, Session
from corodemo.views.text import visible
from corodemo.views.timeline import timeline
from corodemo.views.tree import tree

if TYPE_CHECKING:
    from corodemo.inputs import Input

__all__ = ["LOOKING"]


def _tree(shell: Shell, argument: str) -> Follow | None:
    snapshot = History(shell.recorder.trace).last()
    shell.voice.show(tree(snapshot, width=shell.voice.size[0], height=height_of(shell), ascii=shell.voice.is_ascii))
    return None


def _timeline(shell: Shell, argument: str) -> Follow | None:
    history = History(shell.recorder.trace)
    snapshot = history.last()
    width, height = shell.voice.size[0], height_of(shell)
    shell.voice.show(timeline(history, snapshot, width=width, height=height, ascii=shell.voice.is_ascii))
    return None


def height_of(shell: Shell) -> int | None:
    """Return how many lines a view may have so that it can be seen at once, None where nobody looks at a screen."""
    return max(10, shell.voice.size[1] - 3) if shell.is_interactive else None


def _why(shell: Shell, argument: str) -> Follow | None:
    task, _, word = argument.rpartition(" ")
    question = next((question for question in QUESTIONS if question == word and task), None)
    if question is None:
        task = argument
    try:
        sentences = answer(History(shell.recorder.trace), task.strip(), question, ascii=shell.voice.is_ascii)
    except UnknownTask as exc:
        raise Refused(str(exc)) from None
    shell.voice.show(Text("\n".join(sentences)))
    return None


def _trace(shell: Shell, argument: str) -> Follow | None:
    path = Path(argument).expanduser()
    try:
        shell.recorder.dump(path)
    except OSError as exc:
        raise Refused(f"can't write {argument}: {exc.strerror or exc}") from None
    trace = shell.recorder.trace
    count = len(trace.events)
    text = f"wrote {count:,} event{'s' * (count != 1)} to {visible(argument)}"
    if trace.dropped:
        text += f"; the {trace.dropped:,} before them had been forgotten"
    shell.voice.show(Text(text))
    return None


def _step(shell: Shell, argument: str) -> Follow | None:
    file = shell.next_file()
    recorder = Recorder(CAPACITY, program=argument, lines=lambda name: name.startswith("<input "))
    with Session(clock=VirtualClock(), hook=recorder, outer=shell.session) as session:
        code = session.compile(argument, file)
        error = _run_recorded(session, recorder, code)
    history = History(recorder.trace)
    if len(history):
        from corodemo.player import play

        # Until it ends the player has the screen, and what background threads print waits.
        with shell.full_screen():
            play(history, title=argument)
    else:
        shell.voice.say("nothing was recorded: the code has no line of its own to step through")
    if error is not None:
        shell.voice.show_exception(error)
    return None


def _run_recorded(session: Session, recorder: Recorder, code: Input) -> BaseException | None:
    """Run the code once, and return what it raised: that is part of what there is to see."""
    with recorder.capture_output(echo=False), recorder.tracing_lines():
        try:
            session.run(code)
        except BaseException as exc:
            return exc
    return None


LOOKING = (
    Command("tree", "", "show the tasks as they are now", "%tree", _tree),
    Command("timeline", "", "show what every task did, and when", "%timeline", _timeline),
    Command(
        "why",
        "TASK",
        "say why a task is waiting, was late, was woken, was cancelled or failed",
        "%why T3",
        _why,
        tasks,
    ),
    Command("trace", "FILE", "write what was recorded so far to a file", "%trace lesson.jsonl", _trace, files),
    Command(
        "step",
        "CODE",
        "run code once, recorded, and step through it",
        "%step await gather(sleep(1), sleep(2))",
        _step,
        code,
    ),
)
