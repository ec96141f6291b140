"""The course: the command `corodemo lesson`, which lists the lessons, plays one, prints it, checks them, begins a new one.

A lesson is played in the stepper, over the recording of its run, with its pages and its questions between the events.
Where there is no terminal to play on it is printed, whole.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from corodemo.lesson import LessonError, Played, find, lesson_files, play_through, read
from corodemo.lesson.checking import problems_of

if TYPE_CHECKING:
    from corodemo.course.play import OpenPrompt

__all__ = ["add_arguments", "main"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `corodemo lesson` takes."""
    parser.add_argument(
        "name",
        metavar="NAME",
        nargs="?",
        help="number or name of a lesson, or the beginning of it; or a file, or a folder",
    )
    parser.add_argument("new_name", metavar="NEW", nargs="?", help="after `new`: the name of a lesson to begin")
    parser.add_argument("--export", metavar="FILE", help="write NAME as one HTML page")
    parser.add_argument("--trace", metavar="FILE", help="dump the trace of NAME to FILE (.jsonl or .jsonl.gz) as well")
    parser.add_argument("--list", action="store_true", help="list the lessons, and what of them is done")
    parser.add_argument("--restart", action="store_true", help="play from the beginning, not from where it was left")
    parser.add_argument(
        "--reset-progress", action="store_true", help="forget what was done and predicted, of NAME or of all lessons"
    )
    parser.add_argument("--present", action="store_true", help="play to a class: from the beginning, set wide apart")
    parser.add_argument(
        "--notes", action="store_true", help="follow a presentation of NAME in another terminal, with its notes"
    )
    parser.add_argument(
        "--check",
        metavar="PATH",
        nargs="*",
        help="run lessons and verify all that they say: these files and folders, or all of corodemo's",
    )


def main(namespace: argparse.Namespace, open_prompt: OpenPrompt | None = None, *, ascii: bool = False) -> int:
    """Do what was asked; return the exit status.

    open_prompt: how to open the prompt in the middle of a lesson, where there is a way. ascii: draw with ASCII alone.
    """
    try:
        if namespace.check is not None:
            return _check([Path(path) for path in namespace.check], namespace.name)
        if namespace.name == "new":
            return _new(namespace.new_name)
        if namespace.new_name is not None:
            return _complain(f"one lesson at a time: {namespace.name}, or {namespace.new_name}", 2)
        files, path = _asked(namespace.name)
        if namespace.reset_progress:
            return _reset(path)
        needs_one = namespace.export is not None or namespace.trace is not None or namespace.present or namespace.notes
        if path is None and needs_one:
            return _complain("say which lesson", 2)
        if path is None or namespace.list:
            return _list(files, "NAME" if files == lesson_files() else str(files[0]))
        if namespace.trace is not None and (status := _dump(path, namespace.trace)):
            return status
        if namespace.export is not None:
            return _export(path, namespace.export)
        if namespace.notes:
            return _follow(path)
        return _play(path, files, namespace, open_prompt, ascii=ascii)
    except LookupError as exc:
        return _complain(exc.args[0], 2)
    except LessonError as exc:
        return _complain(str(exc), 1)
    except KeyboardInterrupt:
        return 130


def _asked(name: str | None) -> tuple[list[Path], Path | None]:
    """Return the lessons among which one was asked for, and that one. Raises LookupError."""
    if name is None:
        return lesson_files(), None
    path = Path(name)
    if path.is_dir():
        files = lesson_files(path)
        if not files:
            raise LookupError(f"there are no lessons in {name}; a lesson is a file NN_name.py")
        return files, None
    if path.suffix == ".py" and (path.is_file() or os.sep in name):
        beside = lesson_files(path.parent)
        return (beside if path in beside else [path]), path
    return lesson_files(), find(name, lesson_files())


def _list(files: list[Path], how: str) -> int:
    from corodemo.course.listing import print_list
    from corodemo.course.progress import Progress

    if not files:
        return _complain("the lessons are not installed", 1)
    progress = Progress()
    print_list(files, progress.read(), how)
    return _with_trouble(progress.trouble)


def _reset(path: Path | None) -> int:
    from corodemo.course.progress import Progress

    progress = Progress()
    progress.reset(None if path is None else read(path).name)
    print("all progress is forgotten" if path is None else f"the progress with {path.stem} is forgotten")
    return _with_trouble(progress.trouble)


def _play(
    path: Path, files: list[Path], namespace: argparse.Namespace, open_prompt: OpenPrompt | None, *, ascii: bool
) -> int:
    from corodemo.player.app import can_play

    if not can_play():
        return _print(path)
    from corodemo.course.play import LessonPlayer
    from corodemo.course.progress import Progress

    progress = Progress()
    player = LessonPlayer(files, progress, open_prompt, ascii=ascii)
    if namespace.present:
        player.present(path)
    else:
        player.play(path, restart=namespace.restart)
    return _with_trouble(progress.trouble)


def _new(name: str | None) -> int:
    from corodemo.course.template import Misnamed, new_lesson

    if name is None:
        return _complain("say how it is to be called: corodemo lesson new NAME", 2)
    try:
        path = new_lesson(name)
    except Misnamed as exc:
        return _complain(str(exc), 2)
    except OSError as exc:
        return _complain(f"can't write {exc.filename}: {exc.strerror}", 1)
    print(f"{path} is a lesson. `corodemo lesson {path}` plays it, `corodemo lesson --check {path}` verifies it;")
    print("docs/writing-lessons.md tells how to go on.")
    return 0


def _export(path: Path, target: str) -> int:
    from corodemo.atomicfile import write_whole
    from corodemo.course.webpage import page_of

    data, left_out = page_of(_checked(path))
    try:
        write_whole(target, data)
    except OSError as exc:
        return _complain(f"can't write {target}: {exc.strerror}", 1)
    if left_out:
        print(f"{target}: {left_out}", file=sys.stderr)
    return 0


def _dump(path: Path, target: str) -> int:
    from corodemo.trace import dump

    trace = play_through(read(path)).trace
    try:
        dump(target, trace.header, trace.events)
    except OSError as exc:
        return _complain(f"can't write the trace to {target}: {exc.strerror}", 1)
    return 0


def _follow(path: Path) -> int:
    import time

    from corodemo.course.presenter import follow
    from corodemo.player.frame import THEME
    from corodemo.terminal.painter import console_of_stdout

    return follow(read(path).name, console_of_stdout(THEME), lambda: time.sleep(0.2))


def _checked(path: Path) -> Played:
    """Run a lesson. Raises LessonError for one that is broken."""
    played = play_through(read(path))
    problems = problems_of(played)
    if problems:
        raise LessonError(*problems)
    return played


def _print(path: Path) -> int:
    from corodemo.course.plaintext import print_lesson
    from corodemo.player.frame import THEME
    from corodemo.terminal.painter import console_of_stdout

    print_lesson(_checked(path), console_of_stdout(THEME))
    return 0


def _check(paths: list[Path], name: str | None) -> int:
    from corodemo.course.check import print_checked

    files, path = _asked(name) if name is not None else ([], None)
    if path is not None:
        files = [path]
    for path in paths:
        files = files + (lesson_files(path) if path.is_dir() else [path])
    if not files and not paths:
        files = lesson_files()
    if not files:
        return _complain("there are no lessons to check; a lesson is a file NN_name.py", 1)
    return print_checked(files)


def _with_trouble(trouble: str) -> int:
    return _complain(trouble, 0) if trouble else 0


def _complain(message: str, status: int) -> int:
    from corodemo.views.text import visible

    for line in message.split("\n"):
        print(f"corodemo lesson: {visible(line)}", file=sys.stderr)
    return status
