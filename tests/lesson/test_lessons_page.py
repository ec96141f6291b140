"""`lessons/README.md`: it is made by the machine, and every example and note of the chapter stands in it with its lesson."""

from __future__ import annotations

import importlib.util

from lesson_texts import HEADER, PROGRAM
from programs import ROOT

from corodemo.lesson import lesson_files, parse, read

SPEC = importlib.util.spec_from_file_location("make_lessons_page", ROOT / "docs" / "make_lessons_page.py")
assert SPEC is not None
make = importlib.util.module_from_spec(SPEC)
assert SPEC.loader is not None
SPEC.loader.exec_module(make)

CHAPTER = """\
One
===

f(x)

   Do it.  Example:

      >>> f(1)

      >>> f(2)
      3

   Expected output:

      4

   Note:

     Mind this,
     and that:

        g()

   Changed in version 3.9: Better
   than before.

Two
===

Important:

  Do not.

Deprecated since version 3.8: All of it.

New in version 3.1.
"""


def test_the_items_of_a_chapter_are_its_examples_and_notes_each_in_its_section():
    assert [tuple(item) for item in make.items_of(CHAPTER)] == [
        ("One", "Example", "f(1) f(2) 3"),
        ("One", "Note", "Mind this, and that:"),
        ("One", "Example", "g()"),
        ("One", "Changed", "Changed in version 3.9: Better than before."),
        ("Two", "Important", "Do not."),
        ("Two", "Deprecated", "Deprecated since version 3.8: All of it."),
        ("Two", "New", "New in version 3.1."),
    ]


def test_what_a_lesson_says_it_treats_is_looked_for_in_its_own_sections_first():
    items = [
        make.Item("One", "Deprecated", "Deprecated since 3.8: loop"),
        make.Item("Two", "Deprecated", "Deprecated since 3.8: loop"),
        make.Item("Two", "Example", "import asyncio async def f(): g()"),
        make.Item("Two", "Note", "Mind it."),
        make.Item("Two", "New", "New in version 3.7."),
    ]
    chapter = "# **Chapter:** Deprecated since 3.8\n# **Chapter:** import asyncio; async def f(): `g()`\n"
    chapter += "# **Chapter:** nothing; mind\n"
    lesson = parse(
        (HEADER + "#\n" + chapter + PROGRAM).replace("**Section:** Coroutines", "**Section:** Two: x; Three"), "1_x.py"
    )
    treated, wrong = make.coverage(items, [lesson])
    assert [item for item in items if treated[item]] == items[1:4]
    assert make.missing(treated) == items[:1]
    assert wrong == ["1_x.py, line 13: the chapter has nothing that begins 'nothing'"]


def test_every_example_and_note_of_the_chapter_is_treated_in_a_lesson():
    treated, wrong = make.coverage(make.items(), [read(path) for path in lesson_files()])
    assert wrong == []
    assert make.missing(treated) == []


def test_the_page_of_the_lessons_is_current():
    lessons = [read(path) for path in lesson_files()]
    is_current = make.PAGE.read_text(encoding="utf-8") == make.page(make.items(), lessons)
    assert is_current, "run: python docs/make_lessons_page.py"
