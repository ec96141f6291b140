"""The history of what was typed: a file that any number of shells append to, and that no end of a shell can tear.

An entry is one write at the end of the file, whole, so two shells never write into each other's and a shell that is killed
leaves whole entries. It begins with a newline, so that what a full disk has cut short spoils only itself. Nothing is ever
rewritten, and only the newest part of a long file is read. The format is prompt_toolkit's: a line with the time, and then each
line of the input after a `+`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime

from prompt_toolkit.history import History, InMemoryHistory

__all__ = ["InputHistory", "open_history"]

#: So much of the file's end is read: some twenty thousand inputs, in a few milliseconds.
MAX_READ = 1 << 20


class InputHistory(History):
    """A history in the file at `path`, that goes on without the file once it cannot be written."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__()
        self._path = path

    def load_history_strings(self) -> Iterable[str]:
        """Return the inputs of the file, the newest first."""
        try:
            with open(self._path, "rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - MAX_READ))
                data = file.read()
        except OSError:
            return []
        if size > MAX_READ:
            data = data[data.find(b"\n#") + 1 :]  # the first entry that is whole
        return reversed(_entries(data))

    def append_string(self, string: str) -> None:
        """Add an input, without the blank line that ended it; one that is the same as the last is no news."""
        string = string.rstrip()
        if string and not (self._loaded_strings and self._loaded_strings[0] == string):
            super().append_string(string)

    def store_string(self, string: str) -> None:
        """Append an input to the file."""
        entry = f"\n# {datetime.now()}\n" + "".join(f"+{line}\n" for line in string.split("\n"))
        try:
            fd = _open(self._path)
            try:
                os.write(fd, entry.encode("utf-8", "backslashreplace"))
            finally:
                os.close(fd)
        except OSError:
            pass


def open_history() -> History:
    """Return the history in the platform's place for such files, or where that cannot be used one in memory."""
    import platformdirs

    try:
        folder = platformdirs.user_state_dir("corodemo", appauthor=False)
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "history")
        os.close(_open(path))
    except (OSError, RuntimeError):  # RuntimeError: there is no home
        return InMemoryHistory()
    return InputHistory(path)


def _open(path: str | os.PathLike[str]) -> int:
    """Open the file to append to, for its owner alone: people type passwords."""
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def _entries(data: bytes) -> list[str]:
    """Return the inputs in a file's bytes, the oldest first."""
    entries: list[list[str]] = []
    is_inside = False
    for line in data.split(b"\n"):
        if line.startswith(b"+"):
            if not is_inside:
                entries.append([])
            entries[-1].append(line[1:].decode("utf-8", "replace"))
        is_inside = line.startswith(b"+")
    return ["\n".join(lines) for lines in entries]
