"""The shell's commands: lines that begin with `%`, and say something to the shell instead of to Python.

Each is a function of the shell and the rest of the line (`command`), and they live in a module for each kind. Here is who they
are, and the way from a line to its command. A line that cannot be done is answered in one sentence, and nothing has happened.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from rich.text import Text

from corodemo.shell.commands.command import Command, Refused
from corodemo.shell.commands.control import CONTROL_COMMANDS
from corodemo.shell.commands.files import FILE_COMMANDS
from corodemo.shell.commands.inspect import LOOKING
from corodemo.shell.commands.learn import LEARN_COMMANDS
from corodemo.shell.completion import Choice, code
from corodemo.shell.protocol import Follow, Shell

__all__ = ["COMMANDS", "line_choices", "run_command"]


def run_command(shell: Shell, line: str) -> Follow | None:
    """Run a line that begins with `%`; return the code that the shell is to run for it, if there is any.

    Raises what went wrong in code of the person's that the command ran; what cannot be done is said.
    """
    name, _, argument = line.strip()[1:].replace("\n", " \n", 1).partition(" ")
    argument = argument.strip()
    try:
        return _found(name, argument).run(shell, argument)
    except Refused as exc:
        shell.reporter.say(str(exc))
        return None


def line_choices(shell: Shell, text: str) -> Iterable[Choice]:
    """Return what may stand at the end of a text that is being typed: of a command if it begins with `%`, else of code."""
    line = text.lstrip()
    if not line.startswith("%"):
        return code(shell, text)
    name, space, argument = line[1:].partition(" ")
    if not space:
        return [
            Choice(f"%{command.name}", len(line), command.summary)
            for command in COMMANDS.values()
            if command.name.startswith(name)
        ]
    command = COMMANDS.get(name)
    return command.complete(shell, argument.lstrip()) if command is not None and command.complete is not None else ()


def _found(name: str, argument: str) -> Command:
    command = COMMANDS.get(name)
    if command is None:
        close = difflib.get_close_matches(name, COMMANDS, 1)
        hint = f"did you mean %{close[0]}?" if close else "%help lists the commands"
        raise Refused(f"there is no command %{name}; {hint}")
    if argument and not command.argument:
        raise Refused(f"%{name} takes no argument, and was given {argument!r}")
    if command.needs_argument and not argument:
        raise Refused(f"%{name} needs {command.argument.partition(' [')[0]}, as in: {command.example}")
    return command


def _help(shell: Shell, argument: str) -> Follow | None:
    if argument:
        command = _found(argument.removeprefix("%"), "")
        shell.reporter.show(_described(command))
        return None
    text = Text()
    text.append("Type Python; `await` works at the prompt, and the names of the chapter are there.\n")
    text.append("`import asyncio` gives corodemo, so examples run as they stand, `>>> ` prompts included.\n\n")
    for command in COMMANDS.values():
        text.append_text(_described(command)).append("\n")
    text.append("\nEnter runs what is complete, Alt-Enter always. Ctrl-C ends what runs and leaves background tasks\n")
    text.append("alone; a second one forces. Ctrl-D or exit() leaves, and cancels the tasks that remain.")
    shell.reporter.show(text)
    return None


def _names(shell: object, text: str) -> Iterable[Choice]:
    return [
        Choice(one.name, len(text), one.summary) for one in COMMANDS.values() if one.name.startswith(text.lstrip("%"))
    ]


def _described(command: Command) -> Text:
    text = Text()
    text.append(f"  {command.usage}", style="bold")
    text.append(f"\n      {command.summary}")
    return text.append(f"\n      {command.example}", style="dim")


COMMANDS = {
    command.name: command
    for command in (
        *LOOKING,
        *CONTROL_COMMANDS,
        *LEARN_COMMANDS,
        *FILE_COMMANDS,
        Command("help", "[COMMAND]", "show the commands, or one of them", "%help why", _help, _names),
    )
}
