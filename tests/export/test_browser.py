"""The page in a real browser: stepped forward and back, its panes are what the history says at each event."""

from __future__ import annotations

import pytest
from browser import Browser, chromium
from sample_traces import APP, SOURCE, FakeTrace, busy_trace, crowd_trace, gather_trace

from corodemo.export.html import html
from corodemo.history import History, brief
from corodemo.history.suspensions import suspension_of
from corodemo.traceformat import events as ev
from corodemo.views import describe
from corodemo.views.names import task_title, waiting_on
from corodemo.views.panes import present_task
from corodemo.views.suspension import meanwhile_pane
from corodemo.views.text import fit

pytestmark = pytest.mark.skipif(
    chromium() is None, reason="there is no Chromium on this machine: the exported page was not opened in a browser"
)

DRAWN = "document.getElementById('canvas').toDataURL()"
SEEN = "document.getElementById('canvas').getAttribute('aria-label')"
MADE_OF_TEXT = "[...document.querySelectorAll('script, img, b')].filter((e) => !['data', ''].includes(e.id)).length"


@pytest.fixture(scope="module")
def browser():
    with Browser(chromium()) as found:
        yield found


@pytest.fixture
def page(browser, tmp_path):
    """Return a function that opens a trace's page, and checks at the end that it complained about nothing."""

    def open_page(trace, **options):
        path = tmp_path / "page.html"
        path.write_bytes(html(History(trace), lines_of=lambda file: SOURCE if file == APP else None)[0])
        browser.open(path, **options)
        return browser

    yield open_page
    assert [
        event["params"] for event in browser.events if event["method"] in {"Runtime.exceptionThrown", "Log.entryAdded"}
    ] == []
    asked = [e["params"]["request"]["url"] for e in browser.events if e["method"] == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith("file:")] == []


def panes(browser):
    """Everything that a reader sees, apart from the timeline's canvas."""
    names = ("#where", "#status", "#tasks tr", "#source .line", "#events li", "#ready", "#timers", "#names", "#output")
    return {name: browser.lines(name) for name in names}


def expected_tasks(snapshot):
    """What the tasks pane must say, from the snapshot itself."""
    return [
        [
            str(task.id),
            task.state,
            *(brief(ns) for ns in (task.running_ns, task.ready_ns, task.waiting_ns)),
            str(task.steps),
        ]
        for task in snapshot.tasks.values()
    ]


def shown_tasks(browser):
    rows = browser.evaluate(
        "[...document.querySelectorAll('#tasks tr')].map((r) => [...r.cells].map((c) => c.innerText.trim()))"
    )
    return [[cells[0], cells[1].split()[1], *cells[4:8]] for cells in rows]


@pytest.mark.parametrize("make", [gather_trace, busy_trace], ids=["gather", "busy"])
def test_each_step_shows_what_the_history_says_forward_and_back(page, make):
    trace = make()
    history = History(trace)
    browser = page(trace, fragment="#at=-1")
    assert browser.lines("#where") == [f"before the first of {len(history)} events"]
    forward = [panes(browser)]
    for index in range(len(history)):
        browser.press("ArrowRight")
        snapshot = history.at(index)
        assert shown_tasks(browser) == expected_tasks(snapshot)
        assert browser.lines("#events .now span")[1] == describe(history.events[index], snapshot)
        ready = [task_title(snapshot, task) for task in snapshot.ready]
        assert browser.lines("#ready > *") == (ready or ["nobody"])
        deadlines = [f"+{brief(timer.deadline_ns - snapshot.at_ns)}".replace("+-", "-") for timer in snapshot.timers]
        assert browser.lines("#timers .left") == deadlines
        waiting = {str(task): fit(waiting_on(snapshot, task), 60) for task in snapshot.live if snapshot.on(task)}
        assert set(waiting) == {row[0] for row in shown_tasks(browser) if row[1] == "waiting"}
        here = snapshot.here
        if here is not None and here.task == snapshot.running is not None:
            running = browser.lines("#tasks td.running ~ td:nth-child(4)")
            assert f"at {here.file}:{here.line}" in running
        forward.append(panes(browser))
    back = [panes(browser)]
    for _ in range(len(history)):
        browser.press("ArrowLeft")
        back.append(panes(browser))
    assert back[::-1] == forward


def test_the_source_shows_the_line_that_runs_and_who_is_parked_where(page):
    browser = page(gather_trace(), fragment="#at=14")
    assert browser.lines("#source .now") == ["▶\n 5\n    await asyncio.sleep(delay)\nT2 A"]
    assert browser.lines("#source .line:nth-child(13)") == [
        "‖\n13\n    both = await asyncio.gather(first, second)\nT1 main"
    ]
    assert browser.lines("#names .line") == ["T1 main → gather(2) → T2 A", "* name = 'A'", "* delay = 1"]


def test_what_happened_during_an_await_stands_beside_it(page):
    trace = gather_trace()
    history = History(trace)
    browser = page(trace, fragment="#at=0")
    for index in range(1, len(history)):
        browser.press("ArrowRight")
        task = present_task(history.at(index))
        lines = browser.lines("#meanwhile .line")
        if task is None:
            assert lines == []
            continue
        found = suspension_of(history, task, index)
        expected = [line.plain.strip() for line in meanwhile_pane(history.at(index), task, found, 64, 12).lines]
        assert lines == expected
    browser.press("ArrowLeft")
    assert browser.lines("#meanwhile .title") == ["RAN MEANWHILE", "CHANGED BY OTHERS"]


def test_keys_and_slider_go_where_they_say(page):
    browser = page(gather_trace(), fragment="#at=0")
    seen = []
    for key, times in (("PageDown", 1), ("PageDown", 2), ("PageUp", 1), ("End", 1), ("Home", 1)):
        browser.press(key, times)
        seen.append(browser.lines("#where")[0])
    assert seen == [
        "event 3 of 43 · at 0",
        "event 17 of 43 · at 0",
        "event 13 of 43 · at 0",
        "event 43 of 43 · at 2s",
        "before the first of 44 events",
    ]
    browser.press("ArrowRight", 2, shift=True)
    assert browser.lines("#where") == ["event 19 of 43 · at 0"]
    browser.click("#forward")
    assert browser.lines("#where") == ["event 20 of 43 · at 0"]
    browser.evaluate(
        "document.getElementById('slider').value = 30; document.getElementById('slider').dispatchEvent(new Event('input'))"
    )
    assert browser.lines("#where") == ["event 30 of 43 · at 2s"]
    browser.evaluate("location.hash = '#at=5'; null")
    browser.evaluate("new Promise((done) => setTimeout(done))")
    browser.press("n")
    assert browser.lines("#where") == ["event 13 of 43 · at 0"]


def test_a_chosen_task_is_marked_and_followed(page):
    browser = page(gather_trace(), fragment="#at=43")
    browser.click("#tasks tr:nth-child(2)")
    assert browser.lines("#tasks .chosen td:first-child") == ["2"]
    seen = []
    for _ in range(4):
        browser.press("p")
        seen.append(browser.lines("#events .now span")[1])
    assert seen == [
        "T2 A returned 'A'",
        "T2 A goes on: step 2",
        "timer 1 (sleep(1)) woke T2 A",
        "T2 A waits for sleep(1) until 1s at app.py:5",
    ]
    browser.press("Escape")
    assert browser.lines("#tasks .chosen") == []
    seen = []
    for key in ("ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown"):
        browser.press(key)
        seen.append(browser.lines("#tasks .chosen td:first-child"))
    assert seen == [["3"], ["2"], ["3"], ["3"]]


def test_a_search_leads_from_one_event_that_holds_the_words_to_the_next(page):
    browser = page(gather_trace(), fragment="#at=10")
    plain = browser.evaluate(DRAWN)
    browser.press("/")
    for letter in "wOKe":
        browser.press(letter)
    assert browser.lines("#found") == ["in 3 events"]
    assert browser.evaluate(DRAWN) != plain
    seen = []
    for shift in (False, False, False, False, True):
        browser.press("Enter", shift=shift)
        seen.append((browser.lines("#found")[0], browser.lines("#events .now span")[1]))
    assert seen == [
        ("1 of 3", "timer 1 (sleep(1)) woke T2 A"),
        ("2 of 3", "timer 2 (sleep(2)) woke T3 B"),
        ("3 of 3", "gather(2) woke T1 main"),
        ("1 of 3", "timer 1 (sleep(1)) woke T2 A"),
        ("3 of 3", "gather(2) woke T1 main"),
    ]
    assert browser.lines("#events .now mark") == ["woke"]
    browser.press("?")
    assert browser.lines("#found") == ["in no event"]
    browser.press("Enter")
    browser.press("Escape")
    assert browser.evaluate("document.getElementById('search').value") == ""
    assert browser.lines("#events mark") == []
    browser.press("ArrowLeft")
    assert browser.lines("#where") == ["event 37 of 43 · at 2s"]


def test_branches_lead_from_a_task_to_those_that_it_made(page):
    trace = FakeTrace(
        [ev.TaskCreated(0, n, f"t{n}", parent, "c", APP, 1) for n, parent in enumerate((None, 1, 2, 1, 4, 4, None), 1)]
    )
    browser = page(trace)
    found = browser.evaluate("[...document.querySelectorAll('#tasks td:nth-child(3)')].map((e) => e.textContent)")
    assert [text.replace("\xa0", " ") for text in found] == ["t1", "├ t2", "│ └ t3", "└ t4", "  ├ t5", "  └ t6", "t7"]
    browser.press("ArrowLeft", 2)
    assert browser.lines("#tasks .branch")[-1] == "└"


def test_light_and_dark_follow_the_system_and_the_key(page):
    def background(browser):
        return browser.evaluate("getComputedStyle(document.body).backgroundColor")

    light = background(page(gather_trace()))
    dark = background(page(gather_trace(), dark=True))
    assert light != dark
    browser = page(gather_trace(), dark=True)
    browser.press("t")
    assert background(browser) == light
    browser.press("t")
    assert background(browser) == dark


@pytest.mark.parametrize(("width", "height"), [(800, 600), (1400, 900), (1920, 1080)])
def test_nothing_sticks_out_at_the_side_of_a_small_or_a_large_screen(page, width, height):
    browser = page(busy_trace(), width=width, height=height)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    tallest = browser.evaluate("document.documentElement.scrollHeight")
    assert tallest <= height or width < 1000
    first = browser.picture()
    browser.press("f")
    browser.press("Home")
    assert browser.lines("#future") == ["Show the future"]
    assert browser.picture() != first


def shown_events(browser):
    words = browser.evaluate(SEEN).partition(": events ")[2].split(" to ")
    return range(int(words[0]), int(words[1]) + 1)


def test_the_timeline_zooms_and_keeps_the_cursor_in_sight(page):
    browser = page(busy_trace(), fragment="#at=40")
    whole = browser.evaluate(DRAWN)
    seen = [shown_events(browser)]
    browser.press("+", 3)
    assert browser.evaluate(DRAWN) != whole
    seen.append(shown_events(browser))
    browser.press("ArrowLeft", 30)
    seen.append(shown_events(browser))
    assert [(40 in events, 10 in events) for events in seen] == [(True, True), (True, False), (False, True)]
    browser.press("ArrowRight", 30)
    browser.press("0")
    assert shown_events(browser) == seen[0] == range(56)
    assert browser.evaluate(DRAWN) == whole


def test_names_that_try_to_be_markup_are_text(page):
    browser = page(busy_trace(), fragment="#at=44")
    names = browser.lines("#tasks td:nth-child(3) span:not(.branch):not(.origin)")
    assert names == ["main", "producer", "consumer", "[red]x", "\\x1b[2Jclear", "<script>alert(1)</script>"]
    assert browser.evaluate(MADE_OF_TEXT) == 0


def test_a_long_trace_says_on_the_page_what_was_left_out(page):
    browser = page(crowd_trace(8_000))
    kept = "events 0 to 24,999 of 32,005 are in it, 7,005 were left out; 7,753 of 8,001 tasks have no row of their own"
    assert browser.lines("#left-out") == [f"Not all is here: the trace is too long for one file: {kept}."]
    assert browser.lines("#hidden") == ["and 7,753 more tasks that are not shown"]
