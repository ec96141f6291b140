"""The shell's commands: lines that begin with `%`, and say something to the shell instead of to Python.

Each is a function of the shell and the rest of the line. What it shows is a view of what was recorded; what it cannot do it
says in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rich.text import Text

from .completion import Complete, code, files, tasks
from .explainer import QUESTIONS, UnknownTask, answer
from .history import History
from .recorder import Recorder
from .runtime import VirtualClock
from .session import CAPACITY, Session
from .terminal import Terminal
from .views.text import visible
from .views.timeline import timeline
from .views.tree import tree
from .voice import Voice

if TYPE_CHECKING:
    from .inputs import Input

__all__ = ["COMMANDS", "Command", "run_command"]


class Shell(Protocol):
    """What a command needs of the shell."""

    session: Session
    recorder: Recorder
    terminal: Terminal
    voice: Voice

    def next_file(self) -> str:
        """Return the file name of the next input, and count it."""
        ...


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what to type, what it does, an example, and the function."""

    name: str
    argument: str  # "" if it takes none
    summary: str
    example: str
    run: Callable[[Shell, str], None]
    complete: Complete | None = None  # what may be typed after it; called in another thread


def run_command(shell: Shell, line: str) -> None:
    """Run a line that begins with `%`."""
    name, _, argument = line.strip()[1:].partition(" ")
    argument = argument.strip()
    command = COMMANDS.get(name)
    if command is None:
        known = ", ".join(f"%{one}" for one in COMMANDS)
        shell.voice.say(f"there is no command %{name}; the commands are {known}")
    elif argument and not command.argument:
        shell.voice.say(f"%{name} takes no argument, and was given {argument!r}")
    elif command.argument and not argument:
        shell.voice.say(f"%{name} needs {command.argument}, as in: {command.example}")
    else:
        command.run(shell, argument)


def _tree(shell: Shell, argument: str) -> None:
    columns, rows = shell.voice.size
    snapshot = History(shell.recorder.trace).last()
    shell.voice.show(tree(snapshot, width=columns, height=max(10, rows - 3), ascii=shell.voice.is_ascii))


def _timeline(shell: Shell, argument: str) -> None:
    columns, rows = shell.voice.size
    history = History(shell.recorder.trace)
    shell.voice.show(
        timeline(history, history.last(), width=columns, height=max(10, rows - 3), ascii=shell.voice.is_ascii)
    )


def _why(shell: Shell, argument: str) -> None:
    task, _, word = argument.rpartition(" ")
    question = next((question for question in QUESTIONS if question == word and task), None)
    if question is None:
        task = argument
    try:
        sentences = answer(History(shell.recorder.trace), task.strip(), question, ascii=shell.voice.is_ascii)
    except UnknownTask as exc:
        shell.voice.say(str(exc))
        return
    shell.voice.show(Text("\n".join(sentences)))


def _trace(shell: Shell, argument: str) -> None:
    path = Path(argument).expanduser()
    try:
        shell.recorder.dump(path)
    except OSError as exc:
        shell.voice.say(f"can't write {argument}: {exc.strerror or exc}")
        return
    trace = shell.recorder.trace
    count = len(trace.events)
    text = f"wrote {count:,} event{'s' * (count != 1)} to {visible(argument)}"
    if trace.dropped:
        text += f"; the {trace.dropped:,} before them had been forgotten"
    shell.voice.show(Text(text))


def _step(shell: Shell, argument: str) -> None:
    file = shell.next_file()
    recorder = Recorder(CAPACITY, program=argument, lines=lambda name: name.startswith("<input "))
    try:
        with Session(clock=VirtualClock(), hook=recorder, outer=shell.session) as session:
            code = session.compile(argument, file)
            error = _run_recorded(session, recorder, code)
    except (SyntaxError, ValueError) as exc:
        shell.voice.show_exception(exc)
        return
    history = History(recorder.trace)
    if len(history):
        from .player import play

        # Until it ends the player has the screen, and what background threads print waits.
        with shell.terminal.held():
            play(history, title=argument)
    else:
        shell.voice.say("nothing was recorded: the code has no line of its own to step through")
    if error is not None:
        shell.voice.show_exception(error)


def _run_recorded(session: Session, recorder: Recorder, code: Input) -> BaseException | None:
    """Run the code once, and return what it raised: that is part of what there is to see."""
    with recorder.capture_output(echo=False), recorder.tracing_lines():
        try:
            session.run(code)
        except BaseException as exc:
            return exc
    return None


def _help(shell: Shell, argument: str) -> None:
    text = Text()
    text.append("Type Python; `await` works at the prompt, and the names of the chapter are there.\n")
    text.append("`import asyncio` gives corodemo, so examples run as they stand, `>>> ` prompts included.\n\n")
    for command in COMMANDS.values():
        text.append(f"  %{command.name} {command.argument}".rstrip(), style="bold")
        text.append(f"\n      {command.summary}")
        text.append(f"\n      {command.example}\n", style="dim")
    text.append("\nEnter runs what is complete, Alt-Enter always. Ctrl-C ends what runs and leaves background tasks\n")
    text.append("alone; a second one forces. Ctrl-D or exit() leaves, and cancels the tasks that remain.")
    shell.voice.show(text)


COMMANDS = {
    command.name: command
    for command in (
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
        Command("help", "", "show this", "%help", _help),
    )
}
