"""The words for the states of a task are defined once, and whatever has something for each state has it for all."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

import corodemo.export
from corodemo.history import lanes
from corodemo.history.states import STATES, WORDS
from corodemo.views.glyphs import STYLES, glyphs

PACKAGE = Path(corodemo.export.__file__).parent.parent
#: The definition, and what a state looks like: that has the words for keys, and is checked for all of them below.
MAY_LIST_STATES = {"history/states.py", "views/glyphs.py"}


def test_the_words_stand_in_the_order_of_the_codes():
    codes = {name: getattr(lanes, name) for name in ("READY", "RUNNING", "WAITING", "DONE", "FAILED", "CANCELLED")}
    assert {name: WORDS[code] for name, code in codes.items()} == {name: name.lower() for name in codes}
    assert WORDS[lanes.CREATED] == "ready"
    assert len(WORDS) == len(STATES) + 1


@pytest.mark.parametrize("ascii", [False, True])
def test_every_state_has_a_style_and_glyphs_of_its_own(ascii):
    for table in (STYLES, glyphs(ascii).states, glyphs(ascii).lane):
        assert set(table) == set(STATES)
        assert len(set(table.values())) == len(STATES)


def test_an_exported_page_calls_and_marks_the_states_as_the_terminal_does():
    script = (PACKAGE / "export" / "page" / "data.js").read_text(encoding="utf-8")
    words = re.search(r"const STATES = (\[.*\]);", script)
    marks = re.search(r"const GLYPHS = \{(.*)\};", script)
    assert words is not None
    assert marks is not None
    assert json.loads(words[1]) == ["", *STATES]  # a page has no tasks that were never queued
    assert dict(re.findall(r'(\w+): "(.)"', marks[1])) == dict(glyphs(False).states)
    css = (PACKAGE / "export" / "page" / "page.css").read_text(encoding="utf-8")
    for state in STATES:
        assert f"td.{state} {{" in css


def test_nobody_else_lists_the_states():
    found = {}
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", ())
            words = {getattr(part, "value", None) for part in parts if isinstance(part, ast.Constant)}
            if len(words & set(STATES)) > 3:
                found[name] = node.lineno
    assert set(found) <= MAY_LIST_STATES, found
