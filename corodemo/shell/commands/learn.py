"""Commands for one who learns and looks around: the source of what one uses, the lessons, and how long something takes."""

from __future__ import annotations

import argparse
import builtins
import contextlib
import importlib
import inspect
import os
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from rich.text import Text

from corodemo import runtime
from corodemo.history import brief
from corodemo.runtime import Task
from corodemo.shell.commands.command import Command, Refused
from corodemo.shell.completion import Choice, code, words
from corodemo.shell.protocol import Follow, Shell
from corodemo.shell.settings import config_path
from corodemo.traceformat.events import TaskCreated, TaskResumed
from corodemo.views.glyphs import DIM, NOW, glyphs
from corodemo.views.source import highlighted
from corodemo.views.text import styled, visible

__all__ = ["LEARN_COMMANDS"]

#: Settings that a shell which runs does not look at again, and what to do instead.
_FROM_THE_START = {"clock": "%clock changes the clock of this one", "color": "--no-color starts one without colours"}
_PACKAGE = Path(runtime.__file__).parent.parent.parent


# --- source


def _source(shell: Shell, argument: str) -> Follow | None:
    found = _object(shell, argument)
    here = 0
    if isinstance(found, Task):
        found = found.get_coro()
    if inspect.iscoroutine(found):
        here = found.cr_frame.f_lineno if found.cr_frame is not None else 0
        found = found.cr_code
    try:
        lines, first = inspect.getsourcelines(found)
        file = inspect.getsourcefile(found) or ""
    except TypeError:
        found = type(found)
        try:
            lines, first = inspect.getsourcelines(found)
            file = inspect.getsourcefile(found) or ""
        except (TypeError, OSError):
            raise Refused(f"{argument} has no source in Python: it is built in") from None
    except OSError:
        raise Refused(f"the source of {argument} is not to be had") from None
    first = max(first, 1)  # a module begins at line 0, it says
    is_ascii = shell.reporter.is_ascii
    text = styled(f"{visible(_short(file))}, line {first}\n", DIM)
    marks = glyphs(is_ascii)
    for number, line in enumerate(highlighted("".join(lines).rstrip("\n"), ascii=is_ascii), first):
        text.append(f"{marks.parked if number == here else ' '} ", NOW if number == here else "none")
        text.append_text(line).append("\n")
    text.right_crop(1)
    shell.reporter.show(text, soft_wrap=True)
    return None


def _object(shell: Shell, name: str) -> Any:
    """Return what a dotted name means: in the session, among the runtime's names, or as a file of the runtime's."""
    first, *rest = name.split(".")
    if not all(part.isidentifier() for part in (first, *rest)):
        raise Refused(f"%source takes a name, such as gather or Task.cancel, and not {name!r}")
    if first in shell.session.namespace:
        found = shell.session.namespace[first]
    elif hasattr(runtime, first):
        found = getattr(runtime, first)
    else:
        found = _runtime_module(first)
    if found is None:
        found = getattr(builtins, first, None)
    if found is None:
        raise Refused(f"nothing here is called {first!r}")
    for at, part in enumerate(rest):
        # As it lies there, for a property's value is not what was asked for.
        try:
            found = inspect.getattr_static(found, part)
        except AttributeError:
            raise Refused(f"{'.'.join([first, *rest[:at]])} has nothing that is called {part!r}") from None
        found = getattr(found, "__func__", None) or getattr(found, "fget", None) or found
    return found


def _runtime_module(name: str) -> ModuleType | None:
    if name not in _runtime_files():
        return None
    return importlib.import_module(f"corodemo.runtime.{name}")


def _runtime_files() -> list[str]:
    return sorted(path.stem for path in Path(runtime.__file__).parent.glob("*.py") if not path.stem.startswith("_"))


def _short(file: str) -> str:
    """Return a file of ours as it is called in the repository, and any other as it is."""
    return os.path.relpath(file, _PACKAGE) if file.startswith(f"{_PACKAGE}{os.sep}") else file


def _sources(shell: Any, text: str) -> Iterable[Choice]:
    yield from code(shell, text)
    if "." not in text:
        yield from (Choice(name, len(text), "runtime") for name in _runtime_files() if name.startswith(text))


# --- time


def _time(shell: Shell, argument: str) -> Follow | None:
    return Follow(argument, around=_timed(shell))


@contextlib.contextmanager
def _timed(shell: Shell) -> Iterator[None]:
    """Say at the end how long it took, by three clocks, and what the loop did."""
    clock = shell.session.clock
    trace = shell.recorder.trace
    first = trace.dropped + len(trace.events)
    loop_ns, cpu_ns, real_ns = clock.now_ns(), time.process_time_ns(), time.perf_counter_ns()
    try:
        yield
    finally:
        is_ascii = shell.reporter.is_ascii
        real_ns, cpu_ns = time.perf_counter_ns() - real_ns, time.process_time_ns() - cpu_ns
        loop_ns = clock.now_ns() - loop_ns
        text = f"{brief(real_ns, ascii=is_ascii)}, {brief(cpu_ns, ascii=is_ascii)} of it computing"
        trace = shell.recorder.trace
        new = trace.events[max(0, first - trace.dropped) :]
        steps = sum(isinstance(event, TaskResumed) for event in new)
        if steps:
            tasks = sum(isinstance(event, TaskCreated) for event in new)
            text += f"; {brief(loop_ns, ascii=is_ascii)} by the loop's clock"
            text += f", {tasks:,} task{'s' * (tasks != 1)}, {steps:,} step{'s' * (steps != 1)}"
        shell.reporter.say(text)


# --- settings


def _config(shell: Shell, argument: str) -> Follow | None:
    settings = shell.settings
    name, _, value = argument.replace("=", " ", 1).partition(" ")
    value = value.strip()
    try:
        if value:
            if (instead := _FROM_THE_START.get(name)) is not None:
                raise Refused(f"{name} holds from the start of a shell: {instead}")
            settings.set(name, value)
        names = [name.replace("-", "_")] if name else settings.names()
        lines = [(one, settings.get(one), settings.about(one)) for one in names]
    except ValueError as exc:
        raise Refused(str(exc)) from None
    text = Text()
    for one, now, about in lines:
        shown = {True: "on", False: "off"}.get(now, now) if isinstance(now, bool) else now
        text.append(f"{one:<10}{shown:<8}", "bold").append(f"{about}\n")
    if not argument:
        text.append(f"set for good in {visible(str(config_path()))}", DIM)
    else:
        text.right_crop(1)
    shell.reporter.show(text)
    return None


def _settings(shell: Shell, text: str) -> Iterable[Choice]:
    name, blank, value = text.partition(" ")
    if not blank:
        return [
            Choice(one, len(text), shell.settings.about(one)) for one in shell.settings.names() if one.startswith(text)
        ]
    known = name.replace("-", "_") in shell.settings.names()
    return words(*shell.settings.choices(name))(shell, value) if known else ()


# --- lessons


class _LessonParser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Refused(f"%lesson: {message}")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise Refused(message or "%lesson lists the lessons, `%lesson NAME` plays one")


def _lesson(shell: Shell, argument: str) -> Follow | None:
    from corodemo.course import command

    parser = _LessonParser(prog="%lesson", add_help=False)
    command.add_arguments(parser)
    namespace = parser.parse_args(argument.split())
    try:
        # Until it ends the player has the screen; a list that is printed comes after.
        with shell.full_screen():
            open_prompt = partial(_try_here, shell) if shell.is_interactive else None
            command.main(namespace, open_prompt, ascii=shell.reporter.is_ascii)
    except _ToThePromptError:
        name = visible(namespace.name or "")
        shell.reporter.say(f"all that the lesson has defined so far is here; `%lesson {name}` goes back to it")
    return None


class _ToThePromptError(Exception):
    """Leaves a lesson for the prompt that it was asked for at."""


def _try_here(shell: Shell, fill: Callable[[dict[str, Any]], None], greeting: str) -> None:
    """Put what a lesson has defined into the session; the prompt that a lesson opens is the one that is there."""
    fill(shell.session.namespace)
    raise _ToThePromptError


def _lessons(shell: Any, text: str) -> Iterable[Choice]:
    from corodemo.lesson import lesson_files

    for path in lesson_files():
        number, _, name = path.stem.partition("_")
        if name.startswith(text) and text:
            yield Choice(name, len(text), f"lesson {number}")
        elif path.stem.startswith(text):
            yield Choice(path.stem, len(text))


LEARN_COMMANDS = (
    Command(
        "source",
        "NAME",
        "show the source of a name of the chapter, of a file of the runtime, or of yours; of a task, where it stands",
        "%source gather",
        _source,
        _sources,
    ),
    Command("time", "CODE", "run code, and say how long it took", "%time await sleep(1)", _time, code),
    Command(
        "config", "[NAME [VALUE]]", "show the settings, or change one for now", "%config vi on", _config, _settings
    ),
    Command("lesson", "[NAME]", "list the lessons, or play one", "%lesson tasks", _lesson, _lessons),
)
