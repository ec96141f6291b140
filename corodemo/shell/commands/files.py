"""Commands that read and write files: traces and pictures of what was recorded, and code in both directions."""

from __future__ import annotations

import io
import os
import re
import shlex
import tokenize
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.text import Text

from corodemo.atomicfile import write_whole
from corodemo.export.content import FORMATS, VIEWS, Request, content
from corodemo.history import History
from corodemo.hosting.program import script_in
from corodemo.shell.commands.command import Command, Refused
from corodemo.shell.completion import Choice, files, words
from corodemo.shell.protocol import Follow, Shell
from corodemo.views.text import visible

__all__ = ["FILE_COMMANDS"]

#: No program that anybody runs or loads is larger.
MAX_BYTES = 4_000_000
_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


# --- what was recorded


def _trace(shell: Shell, argument: str) -> Follow | None:
    file = _one_file("trace", argument)
    try:
        shell.recorder.dump(Path(file).expanduser())
    except (OSError, ValueError) as exc:
        raise Refused(f"can't write {file}: {getattr(exc, 'strerror', None) or exc}") from None
    trace = shell.recorder.trace
    count = len(trace.events)
    text = f"wrote {count:,} event{'s' * (count != 1)} to {visible(file)}"
    if trace.dropped:
        text += f"; the {trace.dropped:,} before them had been forgotten"
    shell.reporter.show(Text(text))
    return None


def _export(shell: Shell, argument: str) -> Follow | None:
    kind, file, options = _split_export(argument)
    history = History(shell.recorder.trace)
    if not len(history):
        raise Refused("nothing was recorded yet, so there is nothing to export")
    view = next((word for word in options if word in VIEWS), None)
    request = Request("this session", kind, file, view=view, light="light" in options)
    data, left_out = content(request, history)
    _write(file, data)
    shell.reporter.show(Text(f"wrote {visible(file)}, {len(data):,} bytes" + (f"; {left_out}" if left_out else "")))
    return None


def _split_export(argument: str) -> tuple[str, str, list[str]]:
    kind, _, rest = argument.partition(" ")
    if kind not in FORMATS:
        raise Refused(f"%export writes {', '.join(FORMATS)}, and not {kind!r}, as in: %export html demo.html")
    parts = _words(rest)
    if not parts:
        raise Refused(f"%export {kind} needs the name of a file, as in: %export {kind} demo.{_ENDINGS[kind]}")
    file, *options = _named(parts)
    allowed = (*VIEWS, "light") if kind == "svg" else ()
    for word in options:
        if word not in allowed:
            choices = f"{', '.join(allowed)} can stand" if allowed else "nothing stands"
            raise Refused(f"{choices} after the file of %export {kind}, and not {word!r}")
    return kind, file, options


_ENDINGS = {"svg": "svg", "html": "html", "chrome": "json"}


def _after_format(shell: Any, text: str) -> Iterable[Choice]:
    kind, blank, rest = text.partition(" ")
    if not blank:
        return words(*FORMATS)(shell, text)
    file, blank, word = rest.partition(" ")
    if not blank:
        return files(shell, file)
    return words(*VIEWS, "light")(shell, word.rpartition(" ")[2]) if kind == "svg" else ()


# --- code


def _run(shell: Shell, argument: str) -> Follow | None:
    file, *arguments = _named(_words(argument))
    path = os.path.expanduser(file)
    text = _read(file)
    around = script_in(shell.session.namespace, path, arguments)
    return Follow(text, path, shows_value=False, around=around)


def _load(shell: Shell, argument: str) -> Follow | None:
    text = _read(_one_file("load", argument))
    if not shell.is_interactive:
        raise Refused("%load puts a file's text into the next prompt, and there is no prompt here; %run runs the file")
    shell.prefill(text.rstrip("\n"))
    return None


def _save(shell: Shell, argument: str) -> Follow | None:
    parts = _words(argument)
    may_replace = "-f" in parts
    parts = [part for part in parts if part != "-f"]
    if not parts:
        raise Refused("%save needs FILE, as in: %save demo.py 1-4 7")
    file, *ranges = _named(parts)
    texts = shell.session.texts
    numbers = _numbers(ranges, texts) if ranges else list(texts)
    if not numbers:
        raise Refused("nothing was typed yet that could be saved")
    if not may_replace and Path(file).expanduser().exists():
        raise Refused(f"{file} is there already; `%save -f {argument}` replaces it")
    _write(file, ("\n\n".join(texts[number].strip("\n") for number in numbers) + "\n").encode("utf-8", "replace"))
    count = len(numbers)
    shell.reporter.show(
        Text(f"wrote {count:,} input{'s' * (count != 1)} to {visible(file)}; %run {visible(file)} runs it")
    )
    return None


def _numbers(ranges: list[str], texts: dict[int, str]) -> list[int]:
    """Return the numbers of the inputs that are asked for, in the order asked for."""
    found: dict[int, None] = {}
    for part in ranges:
        match = _RANGE.fullmatch(part)
        if match is None:
            raise Refused(f"inputs to save are given as 1-4 or 7, and not as {part!r}")
        first, last = int(match[1]), int(match[2] or match[1])
        inside = [number for number in texts if first <= number <= last]
        if not inside:
            raise Refused(f"there is no input {part}; the newest is {max(texts, default=0)}")
        found.update(dict.fromkeys(inside))
    return list(found)


# --- files


def _read(file: str) -> str:
    try:
        with open(os.path.expanduser(file), "rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as exc:
        raise Refused(f"can't read {file}: {exc.strerror or exc}") from None
    except ValueError as exc:
        raise Refused(f"can't read {file!r}: {exc}") from None
    if len(data) > MAX_BYTES:
        raise Refused(f"{file} is longer than {MAX_BYTES:,} bytes")
    try:
        # As Python does: there may be a mark at the beginning, or a comment that names another encoding.
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return io.TextIOWrapper(io.BytesIO(data), encoding).read()
    except (SyntaxError, UnicodeDecodeError):
        raise Refused(f"{file} is no text in UTF-8, nor in another encoding that it names") from None


def _write(file: str, data: bytes) -> None:
    try:
        write_whole(Path(file).expanduser(), data)
    except (OSError, ValueError) as exc:
        raise Refused(f"can't write {file}: {getattr(exc, 'strerror', None) or exc}") from None


def _one_file(command: str, argument: str) -> str:
    words = _words(argument)
    if len(words) > 1:
        raise Refused(f"%{command} takes one file, and was given {len(words)}; a name with spaces stands in quotes")
    return _named(words)[0]


def _named(words: list[str]) -> list[str]:
    """Return the words, the first of which is a file. Raises Refused for one without a name."""
    if not words[0]:
        raise Refused("a file has a name, and '' is none")
    return words


def _words(argument: str) -> list[str]:
    """Split an argument as a shell does: a file's name with spaces stands in quotes."""
    try:
        return shlex.split(argument)
    except ValueError as exc:
        raise Refused(f"{argument!r} can't be split into words: {exc}") from None


FILE_COMMANDS = (
    Command("trace", "FILE", "write what was recorded so far to a file", "%trace lesson.jsonl", _trace, files),
    Command(
        "export",
        "|".join(FORMATS) + " FILE [" + "|".join(VIEWS) + "] [light]",
        "write what was recorded as a picture, a page to step through, or for Perfetto",
        "%export svg demo.svg tree",
        _export,
        _after_format,
    ),
    Command("run", "SCRIPT [ARGS]", "run a file as if it were typed here", "%run demo.py", _run, files),
    Command("load", "FILE", "put the text of a file into the next prompt", "%load demo.py", _load, files),
    Command("save", "FILE [1-4 7] [-f]", "write inputs to a file", "%save demo.py 1-4", _save, files),
)
