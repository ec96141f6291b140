"""Make `lessons/README.md`: the lessons, and where each example and each note of the chapter is treated.

python docs/make_lessons_page.py                 write it
python docs/make_lessons_page.py --check         end with status 1 if it is not current
python docs/make_lessons_page.py --chapter FILE  take the chapter's items anew from its text, into docs/chapter.json

A lesson says what it treats in lines **Chapter:** with the first words of a note or an example. Only letters and digits count.
Where the same words stand in several sections, as the deprecations do, they are those of the lesson's own sections.
"""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from corodemo.lesson import lesson_files, read
from corodemo.lesson.model import Covered, Lesson

HERE = Path(__file__).resolve().parent
ITEMS = HERE / "chapter.json"
PAGE = HERE.parent / "lessons" / "README.md"

#: Kinds of notes, as the chapter begins them. What is new since some version need not be taught as such.
_NOTE = re.compile(r" *(?P<kind>Note|Important):$")
_CHANGE = re.compile(r" *(?P<kind>Deprecated|Changed|New)(?= (since|in) version)")
_REQUIRED = ("Example", "Note", "Important", "Deprecated", "Changed")
#: How much of an item is kept: enough to know it by.
_WORDS_MAX = 160

_INTRODUCTION = (
    "Play one with `corodemo lesson NAME`; `corodemo lesson` lists them. Each is a Python file in the percent format, which",
    "Jupytext and VS Code open as a notebook as well. `corodemo lesson --check` runs them all and verifies what they say.",
    "How to write one: [docs/writing-lessons.md](../docs/writing-lessons.md).",
)


class Item(NamedTuple):
    """An example or a note of the chapter."""

    section: str
    kind: str
    words: str  # the first ones


# --- the chapter


def items_of(chapter: str) -> list[Item]:
    """Return the examples and notes of the chapter's text, in its order, each once in a section."""
    found: dict[Item, None] = {}
    lines = chapter.splitlines()
    section = ""
    number = 0
    while number < len(lines):
        line = lines[number]
        if number + 1 < len(lines) and line and set(lines[number + 1]) == {"="}:
            section = line
            number += 2
        elif (note := _NOTE.match(line)) is not None:
            text, _ = _indented_block(lines, number + 1)
            found[Item(section, note["kind"], _shortened(text.partition("\n\n")[0]))] = None
            number += 1  # a note may have examples in it
        elif (change := _CHANGE.match(line)) is not None:
            end = next((i for i in range(number, len(lines)) if not lines[i]), len(lines))
            found[Item(section, change["kind"], _shortened("\n".join(lines[number:end])))] = None
            number = end
        elif line.endswith(":") and not line.lstrip().startswith("* "):
            text, end = _indented_block(lines, number + 1)
            paragraph = _paragraph_before(lines, number)
            if text and "output" not in paragraph and not _NOTE.match(text.split("\n")[0]):
                found[Item(section, "Example", _shortened(text))] = None
                number = end
            else:
                number += 1
        else:
            number += 1
    return list(found)


def _indented_block(lines: Sequence[str], start: int) -> tuple[str, int]:
    """Return the lines after `start` that stand further in than the line before it, and where they end."""
    base = _indent(lines[start - 1])
    end = start
    while end < len(lines) and (not lines[end] or _indent(lines[end]) > base):
        end += 1
    return textwrap.dedent("\n".join(lines[start:end])).strip("\n"), end


def _paragraph_before(lines: Sequence[str], number: int) -> str:
    start = number
    while start > 0 and lines[start - 1]:
        start -= 1
    return " ".join(lines[start : number + 1])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _shortened(text: str) -> str:
    return textwrap.shorten(re.sub(r"^(>>>|\.\.\.) ?", "", text, flags=re.MULTILINE), _WORDS_MAX, placeholder=" …")


# --- who treats what


def coverage(items: Sequence[Item], lessons: Sequence[Lesson]) -> tuple[dict[Item, list[Lesson]], list[str]]:
    """Return which lessons treat each item, and what is wrong with what they say."""
    treated: dict[Item, list[Lesson]] = {item: [] for item in items}
    wrong: list[str] = []
    for lesson in lessons:
        for covered in lesson.covers:
            for item in _meant(covered, lesson, items, wrong):
                if lesson not in treated[item]:
                    treated[item].append(lesson)
    return treated, wrong


def _meant(covered: Covered, lesson: Lesson, items: Sequence[Item], wrong: list[str]) -> Iterator[Item]:
    parts = [covered.words]
    if not any(_begins(item, covered.words) for item in items):
        parts = covered.words.split(";")  # several notes in one line
    for part in filter(str.strip, parts):
        own = [item for item in items if _begins(item, part) and item.section in _sections(lesson)]
        found = own or [item for item in items if _begins(item, part)]
        if not found:
            wrong.append(f"{Path(lesson.file).name}, line {covered.line}: the chapter has nothing that begins {part!r}")
        yield from found


def _sections(lesson: Lesson) -> set[str]:
    """Return the chapter's sections that a lesson names; "Awaitables: Tasks" is the part Tasks of one."""
    return {section.partition(":")[0].strip() for section in lesson.section.split(";")}


def _begins(item: Item, words: str) -> bool:
    whole, start = _plain(item.words), _plain(words)
    return bool(start) and (whole[: len(start)] == start or (len(whole) > 5 and start[: len(whole)] == whole))


def _plain(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def missing(treated: dict[Item, list[Lesson]]) -> list[Item]:
    """Return what of the chapter should be treated in a lesson, and is not."""
    return [item for item, lessons in treated.items() if not lessons and item.kind in _REQUIRED]


# --- the page


def page(items: Sequence[Item], lessons: Sequence[Lesson]) -> str:
    """Return the page as Markdown."""
    treated, _ = coverage(items, lessons)
    lines = [
        "# Lessons",
        "",
        "<!-- Made by docs/make_lessons_page.py; do not edit. -->",
        "",
        *_INTRODUCTION,
        "",
        "| lesson | afterwards you can | sections of the chapter |",
        "|---|---|---|",
        *(f"| {_link(lesson)} | {_cell(lesson.goal)} | {_cell(lesson.section)} |" for lesson in lessons),
        "",
        "## The chapter in the lessons",
        "",
        'Every example, Note, Important, Deprecated and Changed of the chapter "Coroutines and Tasks", and where it is treated.',
    ]
    section = ""
    for item, teachers in treated.items():
        if item.kind not in _REQUIRED:
            continue
        if item.section != section:
            section = item.section
            lines += ["", f"### {section}", "", "| | begins | lesson |", "|---|---|---|"]
        words = textwrap.shorten(item.words, 72, placeholder=" …")
        shown = f"`{_cell(words)}`" if item.kind == "Example" else _cell(words)
        lines.append(f"| {item.kind} | {shown} | {', '.join(map(_link, teachers)) or '—'} |")
    return "\n".join(lines) + "\n"


def _link(lesson: Lesson) -> str:
    return f"[{lesson.number:02} {lesson.name}]({Path(lesson.file).name})"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def items() -> list[Item]:
    return [Item(**item) for item in json.loads(ITEMS.read_text(encoding="utf-8"))]


def main(arguments: Sequence[str]) -> int:
    if arguments and arguments[0] == "--chapter":
        found = items_of(Path(arguments[1]).read_text(encoding="utf-8"))
        text = json.dumps([item._asdict() for item in found], indent=1, ensure_ascii=False)
        ITEMS.write_text(text + "\n", encoding="utf-8")
    lessons = [read(path) for path in lesson_files(PAGE.parent)]
    treated, wrong = coverage(items(), lessons)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    for item in missing(treated):
        print(f"not treated: {item.section}: {item.kind}: {item.words}")
    text = page(items(), lessons)
    if "--check" in arguments:
        return int(PAGE.read_text(encoding="utf-8") != text)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
