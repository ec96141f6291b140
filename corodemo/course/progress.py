"""Progress: what a learner has done, in one file, so that the course goes on where it was left.

The file is read afresh and written whole at each change, under a lock, so that two who play at the same time lose nothing of
each other's, and an interrupt leaves what was there before or all that is new. A place belongs to the text of a lesson
as it was: when that changes, the lesson begins anew. Where the file cannot be read or written the course goes on without
it, and says so once. It holds names, numbers and marks of time, nothing that a program wrote.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from corodemo.atomicfile import write_whole
from corodemo.player import Place

__all__ = ["LessonProgress", "Progress", "Record", "Tally", "data_folder", "digest"]


class Tally(msgspec.Struct):
    """How many predictions of a kind were made, and how many of them were right."""

    asked: int = 0
    right: int = 0


class LessonProgress(msgspec.Struct, omit_defaults=True):
    """How far somebody has come with one lesson."""

    digest: str = ""  # of the text of which `place` is a place
    index: int = -1
    number: int = 0
    done: bool = False  # it was played to its last page
    solved: list[int] = []  # exercises, by their place among the lesson's, from 1

    def place(self, digest: str) -> Place | None:
        """Return where it was left, or None if it is at its beginning, or another text by now."""
        return Place(self.index, self.number) if self.digest == digest and self.index >= 0 else None


class Record(msgspec.Struct):
    """All that is kept."""

    version: int = 1
    lessons: dict[str, LessonProgress] = {}
    tallies: dict[str, Tally] = {}  # by the kind of a prediction

    def of(self, lesson: str) -> LessonProgress:
        return self.lessons.get(lesson) or LessonProgress()


def data_folder() -> Path:
    """Return where the course keeps its files. Raises RuntimeError where there is no home."""
    import platformdirs

    return platformdirs.user_data_path("corodemo", appauthor=False)


def digest(text: str) -> str:
    """Return what tells one text of a lesson from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Progress:
    """The file, and the ways to change it. Nothing here raises for a file that is no good; `trouble` says what was wrong."""

    def __init__(self, path: Path | None = None) -> None:
        self.trouble = ""
        self._in_memory = Record()  # what the file would have, where there is none
        try:
            self._path: Path | None = path or data_folder() / "progress.json"
        except RuntimeError:
            self._path = None

    def read(self) -> Record:
        """Return what is kept; nothing, if there is no file or it is no good."""
        if self._path is None:
            return self._in_memory
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Record)
        except FileNotFoundError:
            return self._in_memory
        except OSError as exc:
            self._complain(f"cannot be read: {exc.strerror}")
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            self._complain(
                "is damaged; with the next change it is kept beside, as progress.json.damaged, and a new one begun"
            )
        return self._in_memory

    # --- changes

    def reached(self, lesson: str, digest: str, place: Place) -> None:
        """Note down how far a lesson was played."""

        def change(record: Record) -> None:
            kept = _progress_with(record, lesson)
            kept.digest, kept.index, kept.number = digest, place.index, place.number

        self._change(change)

    def finished(self, lesson: str) -> None:
        """Note down that a lesson was played to its end."""
        self._change(lambda record: setattr(_progress_with(record, lesson), "done", True))

    def solved(self, lesson: str, exercise: int) -> None:
        """Note down that an exercise was solved."""

        def change(record: Record) -> None:
            kept = _progress_with(record, lesson)
            kept.solved = sorted({*kept.solved, exercise})

        self._change(change)

    def predicted(self, kind: str, is_right: bool) -> None:
        """Count a prediction."""

        def change(record: Record) -> None:
            tally = record.tallies.setdefault(kind, Tally())
            tally.asked += 1
            tally.right += is_right

        self._change(change)

    def reset(self, lesson: str | None = None) -> None:
        """Forget a lesson, or all."""

        def change(record: Record) -> None:
            if lesson is not None:
                record.lessons.pop(lesson, None)
            else:
                record.lessons.clear()
                record.tallies.clear()

        self._change(change)

    # --- the file

    def _change(self, change: Callable[[Record], object]) -> None:
        path = self._path
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with _locked(path.with_suffix(".lock")):
                    trouble, self.trouble = self.trouble, ""
                    record = self.read()
                    if self.trouble.endswith("begun"):
                        os.replace(path, path.with_name(path.name + ".damaged"))
                    self.trouble = trouble or self.trouble
                    change(record)
                    write_whole(path, msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")
                return
            except OSError as exc:
                self._complain(f"cannot be written: {exc.strerror}")
        change(self._in_memory)

    def _complain(self, what: str) -> None:
        self.trouble = self.trouble or f"your progress is not kept: {self._path} {what}"
        if what.endswith("begun"):
            self.trouble = f"the file of your progress, {self._path}, {what}"


def _progress_with(record: Record, lesson: str) -> LessonProgress:
    return record.lessons.setdefault(lesson, LessonProgress())


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep others from changing the file meanwhile, where the platform has such locks; they go when a process does."""
    if sys.platform == "win32":
        yield
        return
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle: Any = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
