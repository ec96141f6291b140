"""The page: one file that forbids itself the network, in which a program's text is data, and which says what it left out."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_traces import APP, SOURCE, FakeTrace, any_event, busy_trace, crowd_trace, gather_trace

from corodemo.export.html import html
from corodemo.history import History
from corodemo.traceformat import events as ev


class Reader(HTMLParser):
    """The elements of a page, as a browser would find them."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.texts, self.open = [], [], {}, False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.open = True
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        self.open = False

    def handle_data(self, data):
        if self.open:
            key = f"{self.tags[-1]}{self.tags.count(self.tags[-1])}"
            self.texts[key] = self.texts.get(key, "") + data


def lines_of(file):
    return SOURCE if file == APP else None


def page_of(trace, **options):
    data, left_out = html(History(trace), lines_of=lines_of, **options)
    return data.decode(), left_out


def data_of(page):
    return json.loads(Reader(page).texts["script1"])


def test_a_page_asks_nothing_of_the_network():
    page, _ = page_of(gather_trace())
    reader = Reader(page)
    assert [a for a in reader.attributes if a[1] in {"src", "href", "srcset", "action", "background"}] == []
    assert set(reader.tags) & {"link", "img", "iframe", "object", "embed", "base"} == set()
    assert re.findall(r"https?:|@import|url\(|fetch\(|XMLHttpRequest|WebSocket|import\(", page) == []


def test_the_policy_allows_the_pages_own_code_and_nothing_else():
    reader = Reader(page_of(gather_trace())[0])
    policy = next(value for tag, name, value in reader.attributes if tag == "meta" and "default-src" in value)
    prints = [
        "'sha256-" + base64.b64encode(hashlib.sha256(reader.texts[key].encode()).digest()).decode() + "'"
        for key in ("script2", "style1")
    ]
    assert policy.split("; ") == [
        "default-src 'none'",
        f"script-src {prints[0]}",
        f"style-src {prints[1]}",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_the_pages_code_never_makes_markup_of_text():
    page, _ = page_of(gather_trace())
    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|DOMParser|new Function", page)
        == []
    )


HOSTILE = "</script><script>alert(1)</script><!--<b>&amp;\u2028\ud800\x1b[2J@@SCRIPT@@"


def test_text_of_a_program_is_data_wherever_it_stands():
    made = FakeTrace(
        [
            ev.TaskCreated(0, 1, HOSTILE, None, HOSTILE, HOSTILE, 1),
            ev.TaskResumed(1, 1),
            ev.Line(1, 1, APP, 3, {HOSTILE: HOSTILE}),
            ev.TimerSet(1, 1, 5, HOSTILE),
            ev.ThreadStarted(1, 1, HOSTILE),
            ev.FutureCreated(2, 1, HOSTILE, []),
            ev.Output(2, 1, "stdout", HOSTILE),
            ev.Warned(2, HOSTILE, 1, HOSTILE),
            ev.TaskSuspended(3, 1, ev.On("future", 1), HOSTILE, 7),
            ev.TaskReady(4, 1, "future", 1),
            ev.TaskResumed(4, 1),
            ev.TaskDone(5, 1, "exception", HOSTILE),
        ],
        ev.Header(version=1, clock="real", python=HOSTILE, program=HOSTILE),
    )
    page = html(History(made), lines_of=lambda file: [HOSTILE, HOSTILE, HOSTILE])[0].decode()
    plain = Reader(page_of(gather_trace())[0])
    reader = Reader(page)
    assert reader.tags == plain.tags
    assert "<" not in reader.texts["script1"]
    assert reader.texts["script2"] == plain.texts["script2"]
    found = json.loads(reader.texts["script1"])
    assert found["tasks"][0]["title"].startswith("</script><script>alert(1)")
    assert all(text.isprintable() for text in [*found["strings"], *found["text"], *found["output"][0][2]])


def test_a_source_that_is_not_to_be_had_is_named_all_the_same():
    files = {file["name"]: file["lines"] is None for file in data_of(page_of(gather_trace())[0])["files"]}
    assert files == {"app.py": False}
    made = gather_trace()
    made.events[4] = ev.Line(0, 1, "<input 4>", 1, {})
    files = {file["name"]: file["lines"] is None for file in data_of(page_of(made)[0])["files"]}
    assert files == {"app.py": False, "<input 4>": True}


@pytest.mark.parametrize(("at", "opens"), [(None, 43), (17, 17), (-1, -1)])
def test_a_page_opens_at_the_event_that_is_asked_for_or_at_the_last(at, opens):
    assert data_of(page_of(gather_trace(), at=at)[0])["at"] == opens


def test_a_page_cannot_open_at_an_event_that_is_not_there():
    with pytest.raises(IndexError, match="no event 44: the trace has events 0 to 43; -1 is before the first"):
        page_of(gather_trace(), at=44)


def test_of_too_many_tasks_those_of_the_moment_that_is_asked_for_have_rows():
    history = History(crowd_trace(2_000))
    at = next(i for i, e in enumerate(history.events) if isinstance(e, ev.TaskResumed) and e.task == 1_000)
    found = data_of(html(history, lines_of=lines_of, at=at)[0].decode())
    assert 1_000 in [task["id"] for task in found["tasks"]]


def test_a_long_trace_says_what_was_left_out_and_keeps_to_its_size():
    page, left_out = page_of(crowd_trace(5_000), limit=400_000)
    assert len(page.encode()) <= 400_000
    found = data_of(page)
    kept = len(found["text"])
    assert found["leftOut"] == left_out.split("; ")
    assert found["leftOut"][0] == (
        f"the trace is too long for one file: events 0 to {kept - 1:,} of 20,005 are in it, {20_005 - kept:,} were left out"
    )
    assert re.fullmatch(r"[\d,]+ of [\d,]+ tasks have no row of their own", found["leftOut"][1])
    assert kept > 2_000


def test_a_long_trace_has_the_event_that_is_asked_for_in_its_middle():
    page, left_out = page_of(gather_trace(), most=20, at=30)
    assert left_out == "the trace is too long for one file: events 20 to 39 of 44 are in it, 24 were left out"
    found = data_of(page)
    assert (found["first"], len(found["text"]), found["at"]) == (20, 20, 30)
    assert found["text"][10] == "timer 2 (sleep(2)) fires"


def test_output_and_source_without_end_are_bounded_and_said_to_be():
    made = gather_trace()
    made.events += [ev.Output(3 * 10**9, None, "stdout", "x" * 10**6)] * 200
    page, left_out = html(History(made), lines_of=lambda file: ["y" * 1000] * 100_000)
    assert len(page) < 2_500_000
    assert left_out.split("; ") == [
        "what was printed after event 143 was left out",
        "the text of app.py was left out: it is too long",
    ]


def test_the_same_trace_gives_the_same_bytes():
    assert page_of(busy_trace()) == page_of(busy_trace())


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(any_event, min_size=1, max_size=30), st.integers(1, 30), st.integers(-1, 29))
def test_any_events_at_all_become_a_page(events, most, at):
    page, _ = page_of(FakeTrace(events), most=most, at=min(at, len(events) - 1))
    found = data_of(page)
    for differences, values in (found["status"], found["here"], found["names"], found["queue"]):
        assert len(differences) == len(values)
    for task in found["tasks"]:
        assert (
            len({len(task[key]) for key in ("at", "state", "since", "ran", "queued", "waited", "steps", "on", "woken")})
            == 1
        )
    assert all(step >= 0 for step in found["x"])
