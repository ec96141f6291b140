"""Text of a program is data: in every view and every export, at every moment, it is shown as it is and never obeyed."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from io import StringIO

import pytest
from rich.console import Console
from sample_traces import FakeTrace

from corodemo.export.chrome import chrome
from corodemo.export.html import html
from corodemo.export.svg import svg
from corodemo.history import History
from corodemo.traceformat import events as ev
from corodemo.traceformat.events import On
from corodemo.views import describe, panel, screen, timeline, tree
from corodemo.views.explain.explain import explain

EVIL = "[red]x[/red]\x1b[2J<script>alert(1)</script>\u202e\x9b1m\r\ud800"
SHOWN = r"[red]x[/red]\x1b[2J<script>alert(1)</script>\u202e\x9b1m\r\ud800"
SGR = re.compile("\x1b\\[[0-9;]*m")


def hostile_trace() -> FakeTrace:
    """A trace in which every text is hostile, and every kind of event has its part."""
    found: list[ev.Event] = [
        ev.LoopStarted(0),
        ev.TaskCreated(0, 1, EVIL, None, EVIL, EVIL, 1),
        ev.TaskReady(0, 1, "spawned", None),
        ev.TaskResumed(1, 1),
        ev.Line(1, 1, EVIL, 1, {EVIL: EVIL}),
        ev.TaskCreated(1, 2, EVIL, 1, EVIL, EVIL, 2),
        ev.TaskReady(1, 2, "spawned", 1),
        ev.FutureCreated(2, 1, EVIL, [On("task", 2)]),
        ev.TaskSuspended(2, 1, On("future", 1), EVIL, 3),
        ev.TaskResumed(3, 2),
        ev.TimerSet(3, 1, 9, EVIL),
        ev.ThreadStarted(3, 1, EVIL),
        ev.Output(3, 2, "stdout", EVIL + "\n"),
        ev.Output(3, 2, "stderr", EVIL),
        ev.Warned(3, EVIL, 2, EVIL, EVIL, 4),
        ev.TaskSuspended(4, 2, On("timer", 1), EVIL, 5),
        ev.LoopWaiting(4, 9),
        ev.TimerFired(9, 1, 0),
        ev.TaskReady(9, 2, "timer", 1),
        ev.CancelRequested(9, 2, 1, EVIL, EVIL, 6, EVIL),
        ev.TaskResumed(9, 2),
        ev.CancelDelivered(9, 2),
        ev.CancelSettled(9, 2, "converted", EVIL, 7, EVIL),
        ev.TaskDone(10, 2, "exception", EVIL, EVIL, 8),
        ev.FutureDone(10, 1, "exception", EVIL),
        ev.TaskReady(10, 1, "future", 1),
        ev.CallbackRan(10, EVIL, 10, EVIL, EVIL, 9),
        ev.ThreadFinished(10, 1, EVIL),
        ev.TaskResumed(11, 1),
        ev.TaskDone(11, 1, "result", EVIL),
        ev.LoopStopped(11),
    ]
    return FakeTrace(found, ev.Header(version=1, clock="real", python=EVIL, program=EVIL))


HISTORY = History(hostile_trace())


def views(width, height, ascii):
    """Every view at every third moment: each event is still on the screen then."""
    for index in range(0, len(HISTORY), 3):
        snapshot = HISTORY.at(index)
        yield tree(snapshot, width=width, height=height, ascii=ascii)
        yield timeline(HISTORY, snapshot, width=width, height=height, ascii=ascii)
        yield screen(HISTORY, index, width=width, height=height, lines_of=lambda file: [EVIL, EVIL], ascii=ascii)
    yield panel(HISTORY, words=EVIL, hint="", width=width, height=height, ascii=ascii)


@pytest.mark.parametrize(("width", "height"), [(60, 20), (100, 30), (200, 60)])
@pytest.mark.parametrize("ascii", [False, True], ids=["unicode", "ascii"])
def test_every_view_shows_hostile_text_as_it_is(width, height, ascii):
    printed = Console(width=width, file=StringIO(), force_terminal=True, color_system="truecolor", legacy_windows=False)
    for view in views(width, height, ascii):
        printed.print(view)
    text = printed.file.getvalue()
    assert "\x1b[31m" not in text  # nobody's red
    plain = SGR.sub("", text)
    assert [line for line in plain.split("\n") if not line.isprintable()] == []
    assert "[red]x[/red]" in plain
    assert not ascii or plain.isascii()


def test_every_sentence_is_printable():
    told = [describe(event, HISTORY.at(index)) for index, event in enumerate(HISTORY.events)]
    for index in range(10, len(HISTORY)):
        told += [*explain(HISTORY, 1, index=index), *explain(HISTORY, 2, index=index)]
    assert [text for text in told if not text.isprintable()] == []


@pytest.mark.parametrize("light", [False, True])
def test_in_a_picture_it_is_text(light):
    for view in views(100, 30, False):
        root = ET.fromstring(svg(view, width=100, title=SHOWN, light=light))
        assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
            *("svg", "title", "desc", "defs", "pattern", "rect", "circle", "text", "g", "path")
        }
        assert all(text.replace("\n", "").isprintable() for text in root.itertext())


class Elements(HTMLParser):
    """The elements of a page, and what stands in its scripts."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.scripts, self._is_script = [], [], False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self._is_script = tag == "script"
        if self._is_script:
            self.scripts.append("")

    def handle_endtag(self, tag):
        self._is_script = False

    def handle_data(self, data):
        if self._is_script:
            self.scripts[-1] += data


def texts(value):
    """Every text in a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def test_in_a_page_it_is_data():
    page, _ = html(HISTORY, lines_of=lambda file: [EVIL])
    read = Elements(page.decode("utf-8"))
    assert read.tags.count("script") == 2
    found = list(texts(json.loads(read.scripts[0])))
    assert [text for text in found if not text.isprintable()] == []
    assert any(text.startswith(r"[red]x[/red]\x1b[2J<script>") for text in found)


def test_in_a_file_for_perfetto_it_is_data():
    data, _ = chrome(HISTORY)
    found = list(texts(json.loads(data)))
    assert [text for text in found if not text.isprintable()] == []
    assert any(text.startswith(r"T2 [red]x[/red]\x1b[2J<script>") for text in found)
