"""Presenting: a lesson on the projector, and on the teacher's own screen the notes to the page that is up there.

The player that presents says in a small file where it stands, whole each time; the one with the notes reads it, again and
again, and shows them. The file is gone when the presentation is over. Nothing of it is a socket: it works wherever two
terminals see the same disk, and whoever comes late or leaves early disturbs nobody.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Self

import msgspec
from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.text import Text

from corodemo.atomicfile import write_whole
from corodemo.course.marks import LessonMarks
from corodemo.course.progress import data_folder
from corodemo.lesson.model import Lesson, Part
from corodemo.player import Mark, Page, Place, Question
from corodemo.player.frame import safe_markdown

__all__ = ["Presentation", "Slide", "follow", "notes_page"]


class Slide(msgspec.Struct):
    """What is on the projector."""

    lesson: str
    page: int  # counted from 1; 0 where an event is shown
    pages: int
    event: int
    events: int
    text: str  # Markdown, of the page; "" for an event
    notes: str  # Markdown
    next: str  # Markdown, of the page that comes next


class Presentation:
    """Writes what the player shows to a file, for the notes. A context manager: at its end the file is gone."""

    def __init__(self, lesson: Lesson, lesson_marks: LessonMarks, events: int) -> None:
        self._lesson = lesson
        self._lesson_marks = lesson_marks
        self._events = events  # the number of the last, as the screen has it
        self._path = place_of(lesson.name)
        self._page = 0

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._path.unlink()

    def arrived(self, place: Place, mark: Mark | None) -> None:
        """Write down where the player is now."""
        marks = self._lesson_marks.marks
        at = next((number for number, one in enumerate(marks) if one is mark), None)
        if at is None:  # between the pages: the notes of the last one still hold
            at = max((number for number, one in enumerate(marks) if one.index <= place.index), default=0)
        following = _text(marks[at + 1]) if at + 1 < len(marks) else ""
        notes = _notes(self._lesson_marks.parts[at], self._lesson)
        page = at + 1 if mark is marks[at] else 0
        text = _text(mark) if mark is not None else ""
        slide = Slide(self._lesson.title, page, len(marks), place.index, self._events, text, notes, following)
        with contextlib.suppress(OSError):
            write_whole(self._path, msgspec.json.encode(slide))


def place_of(lesson: str) -> Path:
    """Return the file in which a presentation of a lesson says where it stands."""
    return data_folder() / f"presenting-{lesson}.json"


def follow(lesson: str, console: Console, wait: Callable[[], object]) -> int:
    """Show the notes of a presentation as it goes on, until it is over; return the exit status.

    wait: called between two looks.
    """
    path = place_of(lesson)
    seen: bytes | None = None
    with console.screen(hide_cursor=True) if console.is_terminal else contextlib.nullcontext():
        console.print(f"Waiting for `corodemo lesson {lesson} --present` in another terminal.", markup=False)
        while True:
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                if seen is not None:
                    return 0
                data = b""
            if data and data != seen:
                seen = data
                with contextlib.suppress(msgspec.MsgspecError):
                    slide = msgspec.json.decode(data, type=Slide)
                    console.clear()
                    console.print(notes_page(slide))
            wait()


def notes_page(slide: Slide) -> RenderableType:
    """Return what the teacher sees."""
    where = f"page {slide.page} of {slide.pages}" if slide.page else f"event {slide.event} of {slide.events}"
    parts: list[RenderableType] = [Text(f"{slide.lesson}, {where}", style="bold"), Text("")]
    parts.append(safe_markdown(slide.notes) if slide.notes else Text("no notes to this page", style="dim"))
    for title, text in (("on the screen", slide.text), ("next", slide.next)):
        if text:
            parts += [Text(""), Rule(title, align="left", style="dim"), safe_markdown(text)]
    return Group(*parts)


def _text(mark: Mark) -> str:
    if isinstance(mark, Question):
        choices = "".join(f"\n{number}. {choice}" for number, choice in enumerate(mark.choices, 1))
        return f"**Predict:** {mark.text}\n{choices}\n\nRight: {mark.right}"
    return mark.text if isinstance(mark, Page) else ""


def _notes(part: Part | None, lesson: Lesson) -> str:
    return lesson.notes if part is None else getattr(part, "notes", "")
