"""Completion: what may stand where the cursor is, in Python and after the shell's commands.

Python is completed by jedi on the session's live objects. They are read as they lie: no property runs for it, no
`__getattr__`, no call. Nothing here draws or waits: a caller that must not be held, as the prompt must not, asks from
another thread. Since the program may go on meanwhile, an answer may be a moment old, and a question that finds the namespace
in the midst of a change is answered with nothing.

jedi is loaded when it is first asked: it takes longer than the whole start of a shell.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from corodemo.runtime import Task

if TYPE_CHECKING:
    from corodemo.shell.protocol import Shell

__all__ = ["Choice", "Complete", "Signature", "code", "files", "python_choices", "signature", "tasks", "words"]

T = TypeVar("T")

#: A menu of more than this helps nobody.
MAX_CHOICES = 500
#: An input longer than this is not completed: jedi would take too long for it.
MAX_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that may be put in where the cursor is."""

    text: str
    replaces: int  # so many of the characters before the cursor are part of it
    note: str = ""  # what it is, in a few words


@dataclass(frozen=True, slots=True)
class Signature:
    """How a function is called, for who is in the midst of calling it."""

    before: str  # "gather(*aws, ": the text up to the parameter that is being written
    current: str  # that parameter, or ""
    after: str  # the rest
    about: str  # the first line of its docstring


#: Completes a command's argument: given the shell and the argument up to the cursor. Called in a thread of the prompt's.
Complete = Callable[["Shell", str], Iterable[Choice]]


# --- for the argument of a command


def words(*choices: str) -> Complete:
    """Return a `Complete` for an argument that is one of a few words."""

    def complete(shell: Shell, text: str) -> Iterator[Choice]:
        for word in choices:
            if word.startswith(text):
                yield Choice(word, len(text))

    return complete


def tasks(shell: Shell, text: str) -> Iterator[Choice]:
    """Complete a task: its number, as the tree shows it, its name, or a name of the session's that holds one."""
    # By id(), for a task may have a hash of its own; by type(), for any value may lie about its class, or compute it.
    found = {id(task): (task, "") for task in shell.session.loop._tasks()}
    found |= {id(value): (value, name) for name, value in _names(shell) if issubclass(type(value), Task)}
    numbered = [(shell.recorder.number_of(task), task, name) for task, name in found.values()]
    for number, task, _ in numbered:
        if number and f"T{number}".startswith(text.upper()):
            yield Choice(f"T{number}", len(text), task.get_name())
    for _, task, _ in numbered:
        if (name := task.get_name()).startswith(text) and name.isprintable():
            yield Choice(name, len(text), "task")
    for _, task, name in numbered:
        if name and name.startswith(text):
            yield Choice(name, len(text), task.get_name())


def files(shell: Shell, text: str) -> Iterator[Choice]:
    """Complete the name of a file; folders end with a slash."""
    head, tail = os.path.split(text)
    try:
        folder = Path(head).expanduser() if head else Path()
        entries = sorted(folder.iterdir())
    except (OSError, RuntimeError):
        return
    for path in entries[: MAX_CHOICES * 10]:
        if path.name.startswith(tail) and path.name.isprintable() and (tail or not path.name.startswith(".")):
            is_folder = path.is_dir()
            yield Choice(path.name + "/" * is_folder, len(tail), "folder" if is_folder else "")


def code(shell: Shell, text: str) -> list[Choice]:
    """Complete Python code."""
    return python_choices(shell.session.namespace, text)


# --- for Python


def python_choices(namespace: dict[str, Any], text: str) -> list[Choice]:
    """Return what jedi offers at the end of `text`, in a program that has the names of `namespace`."""
    return _ask(namespace, text, "complete", _choices) or []


def _choices(found: list[Any]) -> list[Choice]:
    return [
        Choice(one.name_with_symbols, one.get_completion_prefix_length(), _KINDS.get(one.type, one.type))
        for one in found[:MAX_CHOICES]
        if one.name_with_symbols.isprintable()
    ]


def signature(namespace: dict[str, Any], text: str) -> Signature | None:
    """Return how the function is called that `text` ends in the call of, or None."""
    return _ask(namespace, text, "get_signatures", _signature)


def _signature(found: list[Any]) -> Signature | None:
    if not found:
        return None
    one = found[0]
    # jedi writes an annotation as it was given; one that was given as a string need not look like one.
    written = [param.to_string().replace("'", "") for param in one.params]
    at = one.index if one.index is not None else len(written)
    before = ", ".join(written[:at])
    after = ", ".join(written[at + 1 :])
    return Signature(
        before=f"{one.name}({before}{', ' if before and at < len(written) else ''}",
        current=written[at] if at < len(written) else "",
        after=f"{', ' if after else ''}{after})",
        about=next((line.strip() for line in one.docstring(raw=True).splitlines() if line.strip()), ""),
    )


_KINDS = {"instance": "", "statement": "", "param": "argument", "path": "file"}
#: jedi's own state is shared and unguarded.
_jedi_lock = threading.Lock()


def _ask(namespace: dict[str, Any], text: str, question: str, read: Callable[[Any], T]) -> T | None:
    """Ask jedi, and read its answer, which it works out only then."""
    if len(text) > MAX_TEXT:
        return None
    with _jedi_lock:
        import jedi

        jedi.settings.allow_unsafe_interpreter_executions = False
        try:
            # The statements' own value has a name there that is none.
            names = {name: value for name, value in namespace.copy().items() if name.isidentifier()}
            return read(getattr(jedi.Interpreter(text, [names]), question)())
        except Exception:
            # jedi reads code that is not finished, objects that lie about themselves, and a cache that another shell may be
            # writing just now: it may fail in any way, and a menu that stays away is the worst that may come of it.
            return None


def _names(shell: Shell) -> list[tuple[str, Any]]:
    return [item for item in shell.session.namespace.copy().items() if not item[0].startswith("_")]
