"""A picture: well-formed, the same for every font, readable on its background, and plain text for those who cannot see it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from golden_files import check_golden
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text
from sample_traces import gather_trace

from corodemo.export.svg import svg
from corodemo.history import History
from corodemo.views.glyphs import ARROW, DIM, MARK, NOW, STYLES, glyphs
from corodemo.views.source import CONSTANT, KEYWORD, STRING
from corodemo.views.text import Lines
from corodemo.views.timeline import timeline

NS = "{http://www.w3.org/2000/svg}"


def drawn(*lines: Text, width: int = 40, light: bool = False) -> ET.Element:
    return ET.fromstring(svg(Lines(lines), width=width, title="t", light=light))


def body(root: ET.Element) -> list[ET.Element]:
    return list(root.findall(f"{NS}g")[-1])


def test_a_timeline_as_a_picture_looks_as_accepted() -> None:
    history = History(gather_trace())
    picture = svg(timeline(history, history.last(), width=60), width=60, title="gather")
    check_golden("timeline_svg", picture.replace("><", ">\n<") + "\n")


def test_words_say_where_they_begin_and_how_wide_they_are() -> None:
    root = drawn(Text("  ab c   日本 d"))
    found = [(e.get("x"), e.get("textLength"), e.text) for e in body(root)]
    assert found == [("24", "48", "ab c"), ("108", "72", "日本 d")]


def test_no_text_depends_on_spaces_being_kept() -> None:
    history = History(gather_trace())
    root = ET.fromstring(svg(timeline(history, history.last(), width=60), width=60, title="gather"))
    texts = [e.text or "" for e in body(root) if e.tag == f"{NS}text"]
    assert [text for text in texts if "  " in text or text != text.strip()] == []


def test_every_sign_that_a_view_draws_with_is_a_shape() -> None:
    marks = glyphs(False)
    signs = [*marks.states.values(), *marks.lane.values(), *marks.levels[1:], marks.rule, marks.instant, marks.tick]
    signs += [marks.wall, marks.cross, marks.tee_down, marks.tee_up, marks.cancel, marks.now, marks.here, marks.to]
    signs += [char for char in marks.branch + marks.last + marks.bar if char != " "]
    for sign in signs:
        elements = body(drawn(Text(sign * 3)))
        assert elements, sign
        assert {element.tag for element in elements} <= {f"{NS}rect", f"{NS}path"}, sign


def test_the_three_bars_differ_without_colour_too() -> None:
    bars = [body(drawn(Text(char * 2, "#d07a00")))[0].attrib for char in "█▒░"]
    assert [(bar["y"], bar["height"], bar["width"]) for bar in bars] == [
        ("3", "18", "24"),
        ("5", "14", "24"),
        ("10", "4", "24"),
    ]
    assert bars[1]["fill"] == "url(#corodemo-ready-f0a030)"


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("light", [False, True])
def test_every_colour_can_be_read_on_the_background_of_a_picture(light: bool) -> None:
    code = (KEYWORD, CONSTANT, STRING)
    for style in ("none", "dim", "bold", ARROW, DIM, MARK, NOW, *STYLES.values(), *code):
        root = drawn(Text("words", style), light=light)
        page = root.find(f"{NS}rect").get("fill")
        ink = body(root)[0].get("fill") or root.findall(f"{NS}g")[-1].get("fill")
        high, low = sorted((luminance(page), luminance(ink)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, (style, ink, page)


def test_a_picture_says_in_words_what_it_shows() -> None:
    root = drawn(Text("T1 main  █░"), Text("  <b> & [red]x"))
    assert root.get("role") == "img"
    assert [root.find(f"{NS}{tag}").text for tag in ("title", "desc")] == ["t", "T1 main  █░\n  <b> & [red]x"]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(st.characters(), max_size=60), st.text(st.characters(), max_size=20))
def test_whatever_text_stands_in_it_a_picture_is_well_formed(text: str, title: str) -> None:
    picture = svg(Lines([Text(text)]), width=40, title=title)
    picture.encode("utf-8")
    ET.fromstring(picture)
    assert re.findall(r"<(?!/?(?:svg|title|desc|defs|pattern|rect|circle|text|g|path)\b)", picture) == []
