"""The player's ways to get somewhere: over awaits, to wakeups and cancels, breakpoints, search, marks, playing, the mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sample_traces as samples
from hypothesis import given, settings
from hypothesis import strategies as st
from keyed_player import KeyedPlayer
from programs import ROOT

from corodemo.history import History, brief
from corodemo.player import Page, Place
from corodemo.player.breakpoints import LANGUAGE, BreakpointError, either, parse
from corodemo.player.frame import picture
from corodemo.player.keymap import BINDINGS, BY_KEY, HELP
from corodemo.player.mouse import click, wheel
from corodemo.player.player import SPEEDS
from corodemo.player.search import Search
from corodemo.player.ticker import Ticker
from corodemo.traceformat import events as ev
from corodemo.views.explain.which import find_task
from corodemo.views.layout import bands, middles
from corodemo.views.text import cell_len

MS = samples.MS


def player_of(trace, **more) -> KeyedPlayer:
    return KeyedPlayer(History(trace), title="a title", lines_of=lambda file: samples.SOURCE, **more)


def press(player: KeyedPlayer, *keys: str) -> None:
    for key in keys:
        player.press(key)
        while player.search is not None:
            player.tick()


def at(player: KeyedPlayer, index: int) -> KeyedPlayer:
    press(player, "g", *str(index), "enter")
    assert player.stepper.index == index
    return player


def shown(player: KeyedPlayer, width: int = 100, height: int = 30) -> list[str]:
    return [line.rstrip() for line in player.frame(width, height).split("\n")]


def places(player: KeyedPlayer, key: str, times: int) -> list[int]:
    found = []
    for _ in range(times):
        press(player, key)
        found.append(player.stepper.index)
    return found


# --- over an await, to wakeups and cancels


def test_o_goes_over_an_await_to_where_the_task_goes_on_and_back():
    player = at(player_of(samples.gather_trace()), 10)  # main, before it awaits the gather
    press(player, "o")
    assert player.sentence(player.stepper.index) == "T1 main is at app.py:14"
    press(player, "O")
    assert player.sentence(player.stepper.index) == "T1 main waits for gather(2) at app.py:13"
    # A task that does not await again ends.
    press(player, "o", "o")
    assert player.sentence(player.stepper.index) == "T1 main returned None"
    press(player, "o")
    assert player.message == "T1 main does not go on after this"
    press(at(player, 4), "O")
    assert player.message == "T1 main did not wait before this"


def test_o_is_about_the_task_of_the_event_or_the_chosen_one():
    player = at(player_of(samples.gather_trace()), 16)
    assert player.sentence(16) == "T2 A waits for sleep(1) until 1s at app.py:5"
    press(player, "o")
    assert player.sentence(player.stepper.index) == "T2 A is at app.py:6"
    press(at(player, 16), "t", "1", "enter", "o")
    assert player.sentence(player.stepper.index) == "T1 main is at app.py:14"


def test_a_page_on_the_way_over_an_await_is_not_passed_over():
    page = Page(22, "read this first")
    player = at(player_of(samples.gather_trace(), marks=[page]), 12)
    press(player, "o")
    assert (player.mark, player.message) == (page, "this comes before that")
    press(player, "o")
    assert player.stepper.index > 22
    press(player, "home", "t", "1", "enter", "w")
    assert player.mark is page


def test_w_goes_to_where_the_task_is_woken_and_back():
    player = player_of(samples.busy_trace())
    events = player.history.events
    woken = [
        index
        for index, event in enumerate(events)
        if isinstance(event, ev.TaskReady) and event.task == 2 and event.cause != "spawned"
    ]
    press(player, "t", *"producer", "enter")
    assert places(player, "w", 2) == woken
    press(player, "w")
    assert player.message == "T2 producer is not woken after this"
    assert places(player, "W", 1) == woken[:1]
    press(player, "W")
    assert player.message == "T2 producer was not woken before this"


def test_x_goes_to_where_the_task_is_cancelled():
    player = player_of(samples.busy_trace())
    press(player, "t", "5", "enter", "x")
    assert isinstance(player.history.events[player.stepper.index], ev.CancelRequested)
    assert [type(player.history.events[index]) for index in places(player, "x", 2)] == [
        ev.CancelDelivered,
        ev.CancelSettled,
    ]
    press(player, "x")
    assert player.message == "T5 \\x1b[2Jclear is not cancelled after this"
    assert isinstance(player.history.events[places(player, "X", 2)[-1]], ev.CancelRequested)


def test_where_no_task_is_concerned_the_keys_say_so():
    player = player_of(samples.FakeTrace([ev.LoopStarted(0), ev.LoopStopped(1)]))
    for key in "oOwWxX":
        press(player, key)
        assert player.message == "no task has anything to do with this event; t chooses one"


def test_the_next_event_of_a_kind():
    player = player_of(samples.gather_trace())
    press(at(player, 12), ".")
    events = player.history.events
    suspended = [index for index, event in enumerate(events) if isinstance(event, ev.TaskSuspended)]
    assert suspended[:3] == [12, 16, 20]
    assert (player.stepper.index, places(player, ".", 1), places(player, ",", 2)) == (16, [20], [16, 12])
    press(player, ",")
    assert player.message == "there is no task.suspended before this"
    press(player, "home", ".")
    empty = player_of(samples.FakeTrace())
    press(empty, ".")
    assert empty.message == "this is before the first event"


# --- breakpoints


def holding(trace, text: str) -> list[int]:
    history = History(trace)
    condition = parse(text, history)
    return [
        index
        for index, event in enumerate(history.events)
        if type(event) in condition.kinds and condition.holds(index, event)
    ]


def kinds_and_tasks(trace, text: str) -> list[tuple[str, object]]:
    events = trace.events
    return [(type(events[index]).__name__, getattr(events[index], "task", None)) for index in holding(trace, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wake T3", [("TaskReady", 3)]),
        ("wake 3", [("TaskReady", 3)]),
        ("wake consumer", [("TaskReady", 3)]),
        ("wake", [("TaskReady", 2), ("TaskReady", 3), ("TaskReady", 5), ("TaskReady", 6), ("TaskReady", 2)]),
        ("made [red]x", [("TaskCreated", 4)]),
        ("start producer", [("TaskResumed", 2)]),
        ("run  producer", [("TaskResumed", 2)] * 3),
        ("wait producer", [("TaskSuspended", 2)] * 2),
        ("done", [("TaskDone", 4), ("TaskDone", 5)]),
        ("failed", [("TaskDone", 4)]),
        ("failed producer", []),
        ("cancel", [("CancelRequested", 5), ("CancelDelivered", 5), ("CancelSettled", 5)]),
        ("cancel T2", []),
        ("output", [("Output", 2), ("Output", 3)]),
        ("output T3", [("Output", 3)]),
        ("output got", [("Output", 3)]),
        ("warning", [("Warned", 4)]),
        ("timer", [("TimerFired", None)] * 2),
        ("late>50us", [("TimerFired", None)]),
        ("late > 100 us", []),
        ("thread", []),
        ("callback", []),
    ],
)
def test_a_condition_holds_of_the_events_that_it_says(text, expected):
    assert kinds_and_tasks(samples.busy_trace(), text) == expected


def test_measures_are_of_the_queue_and_of_steps():
    trace = samples.busy_trace()
    history = History(trace)
    [more_than_four] = holding(trace, "ready>4")
    assert [len(history.at(more_than_four + by).ready) for by in (-1, 0)] == [4, 5]
    assert holding(trace, "ready>5") == []
    # main's first step took 1.98 ms, and nobody's took 2.
    steps = [(trace.events[index].at_ns, trace.events[index].task) for index in holding(trace, "step>1.95ms")]
    assert steps == [(2 * MS, 1), (4 * MS, 2), (7 * MS, 4), (14 * MS, 2), (16 * MS, 3)]
    assert holding(trace, "step>4s") == []


def test_a_line_is_a_breakpoint_too():
    trace = samples.gather_trace()
    assert kinds_and_tasks(trace, "line 5") == [("Line", 2), ("Line", 3)]
    assert kinds_and_tasks(trace, "line app.py:14") == [("Line", 1)]
    assert kinds_and_tasks(trace, "line other.py:14") == []
    path = samples.FakeTrace([ev.Line(0, 1, "C:\\dir\\app.py", 14, {}), ev.Line(0, 1, "/dir/myapp.py", 14, {})])
    assert holding(path, "line app.py:14") == [0]


@pytest.mark.parametrize("ns", [1, 12_300, 950 * MS, 59_900 * MS, 123_000 * MS, 18_420_000 * MS, 1_036_800_000 * MS])
def test_a_time_is_said_as_the_screen_writes_it(ns):
    events: list[ev.Event] = [
        ev.TaskResumed(0, 1),
        ev.TaskSuspended(ns, 1, None, "app.py", 1),
        ev.TaskResumed(ns, 1),
        ev.TaskSuspended(2 * ns + 1, 1, None, "app.py", 1),
    ]
    for text in (brief(ns), brief(ns, ascii=True)):
        assert holding(samples.FakeTrace(events), f"step>{text}") == [3]
        player = player_of(samples.FakeTrace(events))
        press(player, "g", *text, "enter")
        assert (player.message, player.stepper.index) == ("", 2)


def test_0_is_the_first_event_where_one_goes_and_a_time_where_one_is_exceeded():
    trace = samples.gather_trace()
    player = player_of(trace)
    press(player, "end", "g", "0", "enter")
    assert (player.message, player.stepper.index) == ("", 2)  # the stop that stands for event 0
    assert holding(trace, "step>0") == []  # by the virtual clock a step takes no time


#: How a sentence ends that is about a task that the busy trace does not have.
THERE = "there are T1 main, T2 producer, T3 consumer, T4 [red]x, T5 \\x1b[2Jclear, T6 <script>alert(1)</scrip…"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("jump", "'jump' is nothing to stop at; b shows what is"),
        ("", "'' is nothing to stop at; b shows what is"),
        ("wake nobody", f"no task 'nobody'; {THERE}"),
        ("wake T99", f"no task 'T99'; {THERE}"),
        ("timer 3", "'timer' stands alone: '3' says nothing about it"),
        ("ready>many", "'many' is no number of tasks, such as 5 in ready>5"),
        ("step>5", "'5' is no time, such as 10ms in step>10ms"),
        ("line x", "'line x' is nothing to stop at; b shows what is"),
        ("ready>" + "9" * 500, f"{'9' * 500!r} is no number of tasks, such as 5 in ready>5"),
    ],
)
def test_what_is_no_condition_gets_one_sentence(text, sentence):
    with pytest.raises(BreakpointError) as error:
        parse(text, History(samples.busy_trace()))
    assert str(error.value) == sentence


def test_all_that_the_language_lists_can_be_said():
    history = History(samples.busy_trace())
    for examples, _ in LANGUAGE:
        for example in examples.split(", "):
            words = example.split()
            alone = words if len(words) > 2 and words[-1] != "T3" and ":" not in example else [example]
            for text in alone:
                assert parse(text, history).kinds


def test_c_goes_on_to_the_next_breakpoint_and_back():
    player = player_of(samples.busy_trace())
    press(player, "c")
    assert player.message == "there is no breakpoint; b sets one"
    press(player, "b", *"wake consumer", "enter")
    assert player.message == "breakpoints: wake consumer"
    press(player, "b", *"done", "enter")
    assert player.message == "breakpoints: wake consumer, done"
    sentences = [player.sentence(index) for index in places(player, "c", 3)]
    assert sentences == [
        "T4 [red]x failed: ValueError('[bold]no[/bold]')",
        "T2 producer woke T3 consumer (Queue.get)",
        "T5 \\x1b[2Jclear ended cancelled",
    ]
    press(player, "c")
    assert player.message == "there is no wake consumer, done after this"
    assert [player.sentence(index) for index in places(player, "C", 2)] == sentences[1::-1]
    press(player, "C")
    assert player.message == "there is no wake consumer, done before this"


def test_a_breakpoint_is_cleared_by_its_number_or_by_saying_it_again():
    player = player_of(samples.busy_trace())
    for text in ("done", "timer", "output", "warning"):
        press(player, "b", *text, "enter")
    press(player, "b", "-", "2", "enter")
    assert player.message == "breakpoints: done, output, warning"
    press(player, "b", *"output", "enter", "b", *"- done", "enter")
    assert player.message == "breakpoints: warning"
    press(player, "b", "-", "7", "enter")
    assert player.message == "there is no breakpoint 7; there are 1"
    press(player, "b", *"nonsense", "enter")
    assert player.message == "'nonsense' is nothing to stop at; b shows what is"
    press(player, "b", "enter", "b", "escape")
    assert [one.text for one in player.breakpoints] == ["warning"]
    press(player, "b", "-", "enter")
    assert (player.message, player.breakpoints) == ("breakpoints: none", [])


def test_the_breakpoints_are_listed_while_one_is_typed():
    player = player_of(samples.busy_trace())
    press(player, "b", *"wake T3", "enter", "b", *"rea")
    lines = shown(player, 60, 20)
    assert lines[4:8] == [
        "─ breakpoints ──────────────────────────────────────────────",
        "   1  wake T3",
        "─ a breakpoint is ──────────────────────────────────────────",
        "  wake T3                  it is woken; or any: wake",
    ]
    assert lines[-1] == " break on: rea▏"


# --- search


def test_find_goes_round_forward_and_back_and_says_when_there_is_nothing():
    player = player_of(samples.gather_trace())
    press(player, "end", "/", *"T1 MAIN MADE", "enter")
    events = player.history.events
    # The stop that stands for it: where the new task is ready as well.
    made = [index + 1 for index, event in enumerate(events) if isinstance(event, ev.TaskCreated)][1:]
    assert [player.stepper.index, *places(player, "n", 3)] == [*made, *made]
    assert places(player, "N", 3) == [made[0], made[1], made[0]]
    press(player, "/", *"nothing like it", "enter")
    assert player.message == "no event has 'nothing like it'"
    fresh = player_of(samples.gather_trace())
    press(fresh, "n")
    assert fresh.message == "nothing was looked for yet; / asks for it"


def test_a_long_search_goes_on_in_slices_and_any_key_stops_it():
    events: list[ev.Event] = [ev.LoopStarted(0)] + [ev.Output(0, None, "stdout", "x")] * 5000
    player = player_of(samples.FakeTrace(events))
    here = player.stepper.place
    for key in ("/", *"zzz"):
        player.press(key)
    player.press("enter")
    assert player.search is not None
    assert player.tick_after == 0
    assert shown(player)[-1] == " looking for 'zzz': 49 %   any key stops"
    player.tick()
    player.press("right")
    assert (player.search, player.stepper.place) == (None, here)
    assert player.message == "stopped looking for 'zzz'"
    press(player, "n")
    assert player.message == "no event has 'zzz'"
    for key in ("/", *"zzz", "enter", "c-c"):
        player.press(key)
    assert player.is_over


def test_a_search_looks_at_each_event_once_whatever_the_direction():
    history = History(samples.gather_trace())
    seen: list[int] = []
    condition = either([parse("wait", history)])

    def watched(index: int, event: object) -> bool:
        seen.append(index)
        return False

    everything = type(condition)("all", frozenset(map(type, history.events)), watched)
    count = len(history)
    for start, step, wraps, expected in (
        (3, 1, False, list(range(3, count))),
        (3, -1, False, [3, 2, 1, 0]),
        (3, 1, True, [*range(3, count), 0, 1, 2]),
        (3, -1, True, [3, 2, 1, 0, *range(count - 1, 3, -1)]),
        (-1, -1, False, []),
        (count, 1, False, []),
    ):
        seen.clear()
        search = Search(history, everything, start, step, wraps=wraps)
        while search.advance():
            pass
        assert (seen, search.found, search.looked) == (expected, None, len(expected))


# --- one task, marks, every event


def test_one_task_alone_is_stepped_through():
    player = player_of(samples.busy_trace())
    press(player, "t", *"consumer", "enter")
    assert player.message == "only T3 consumer; t and Enter: all tasks again"
    found = [player.stepper.index]
    while not player.stepper.is_at_end:
        press(player, "right")
        found.append(player.stepper.index)
    events = player.history.events
    assert {getattr(events[index], "task", None) for index in found[1:-1]} == {3}
    assert " only T3 consumer" in shown(player)[-1]
    press(player, "t", "enter")
    assert (player.message, player.stepper.task) == ("all tasks", None)
    press(player, "t", *"nobody", "enter")
    assert player.message == f"no task 'nobody'; {THERE}"


def test_a_task_s_own_steps_are_gone_through_where_it_alone_is_looked_at():
    player = player_of(samples.busy_trace())
    press(player, "t", "2", "enter")
    events = player.history.events
    resumed = [i for i, event in enumerate(events) if isinstance(event, ev.TaskResumed) and event.task == 2]
    assert places(player, "]", len(resumed)) == resumed
    assert places(player, "[", 2) == resumed[-2::-1]


def test_of_several_tasks_of_a_name_one_is_asked_for():
    trace = samples.FakeTrace([ev.TaskCreated(0, task, "w", None, "w", "a.py", 1) for task in range(1, 7)])
    player = player_of(trace)
    press(player, "t", "w", "enter")
    assert player.message == "'w' is the name of 6 tasks; say which by its number: T1 w, T2 w, T3 w, T4 w, T5 w, T6 w"
    # A breakpoint may well be on all of them.
    ready = [ev.TaskReady(0, task, "yielded", None) for task in (3, 5)]
    assert len(holding(samples.FakeTrace([*trace.events, *ready]), "wake w")) == 2


def test_the_task_that_is_meant_is_the_one_that_explain_means():
    made = [ev.TaskCreated(0, task, name, None, "work", "a.py", 1) for task, name in ((1, "t3"), (2, "b"), (3, "c"))]
    events: list[ev.Event] = [*made, *(ev.TaskReady(0, task, "yielded", None) for task in (1, 2, 3))]
    trace = samples.FakeTrace(events)
    for text in ("t3", "T3", "3", "b", "2"):
        [task] = find_task(History(trace).last(), text)
        assert kinds_and_tasks(trace, f"wake {text}") == [("TaskReady", task)]
        player = player_of(trace)
        press(player, "t", *text, "enter")
        assert player.stepper.task == task
    assert [task for _, task in kinds_and_tasks(trace, "wake work")] == [1, 2, 3]


def test_places_are_marked_and_jumped_to():
    player = player_of(samples.gather_trace(), marks=[Page(12, "read")])
    press(at(player, 12), "right", "m", "a")
    assert player.message == "this place is 'a' now; ' a jumps to it"
    press(player, "end", "m", "z", "home", "'")
    assert shown(player)[-1] == f" jump to mark (a 12  z {len(player.history) - 1}): ▏"
    press(player, "a")
    assert player.stepper.place == Place(12, 1)
    press(player, "'", "'")
    assert player.stepper.place == Place(player.stepper.index, 0) and player.stepper.is_at_start
    press(player, "'", "'")
    assert player.stepper.place == Place(12, 1)
    press(player, "'", "q")
    assert player.message == "no place is marked 'q'; marked: 'a', 'z'"
    assert not player.is_over
    fresh = player_of(samples.gather_trace())
    press(fresh, "'", "'")
    assert fresh.message == "nobody has jumped yet"
    press(fresh, "'", "a")
    assert fresh.message == "no place is marked 'a'; marked: none is; m marks a place"


# --- playing


class FakeTimer:
    """A user interface's timer, moved on by hand."""

    def __init__(self) -> None:
        self.calls: list[tuple[float, Callable[[], None]]] = []
        self.asked: list[float] = []

    def call_later(self, seconds: float, call: Callable[[], None]) -> FakeTimer.Handle:
        self.asked.append(seconds)
        self.calls.append((seconds, call))
        return FakeTimer.Handle(self, call)

    def fire(self) -> None:
        _, call = self.calls.pop(0)
        call()

    class Handle:
        def __init__(self, timer: FakeTimer, call: Callable[[], None]) -> None:
            self.timer, self.call = timer, call

        def cancel(self) -> None:
            self.timer.calls = [(seconds, call) for seconds, call in self.timer.calls if call is not self.call]


def test_playing_goes_on_by_the_timer_at_its_speed_up_to_a_mark():
    page = Page(12, "read")
    player = player_of(samples.gather_trace(), marks=[page])
    timer, drawn = FakeTimer(), []
    ticker = Ticker(player, timer.call_later, lambda: drawn.append(player.stepper.place))

    def key(name: str) -> None:
        player.press(name)
        ticker.reschedule()

    key("space")
    assert (timer.asked, player.is_playing) == ([0.5], True)
    assert "▶ 2 a second" in shown(player)[-1]
    timer.fire()
    timer.fire()
    assert drawn == [Place(2, 0), Place(4, 0)] or len(drawn) == 2
    key("+")
    assert (timer.asked[-1], len(timer.calls), player.message) == (0.25, 1, "4 stops a second")
    key("-")
    key("-")
    assert (timer.asked[-1], len(timer.calls)) == (1.0, 1)
    key("space")
    assert (timer.calls, player.message, player.is_playing) == ([], "paused", False)
    key("space")
    while timer.calls:
        timer.fire()
    assert (player.mark, player.is_playing) == (page, False)
    key("space")  # a page is to be read: this goes on from it, and does not play
    assert (player.mark, timer.calls) == (None, [])
    key("space")
    while timer.calls:
        timer.fire()
    assert player.stepper.is_at_end
    key("space")
    assert (player.message, timer.calls) == ("this is the end", [])


def test_any_movement_pauses_and_a_search_is_driven_by_the_same_timer():
    player = player_of(samples.FakeTrace([ev.Output(0, None, "stdout", "x")] * 4000))
    timer = FakeTimer()
    ticker = Ticker(player, timer.call_later, lambda: None)
    for key in ("space", "left"):
        player.press(key)
        ticker.reschedule()
    assert (player.is_playing, timer.calls) == (False, [])
    for key in ("/", "z", "enter"):
        player.press(key)
        ticker.reschedule()
    assert timer.asked[-1] == 0
    while timer.calls:
        timer.fire()
    assert (player.search, player.message) == (None, "no event has 'z'")


def test_the_speed_has_ends():
    player = player_of(samples.gather_trace())
    press(player, *["+"] * 20)
    assert player.message == f"{SPEEDS[-1]:g} stops a second"
    press(player, *["-"] * 20)
    assert player.message == "0.25 stops a second"


# --- views, zoom, mouse


def test_v_shows_each_pane_in_turn_at_every_size():
    player = player_of(samples.gather_trace())
    press(player, "end")
    for width, height in ((60, 20), (100, 30), (120, 50), (200, 60)):
        player.viewport.turned = 0
        titles = []
        for _ in middles(width, height - 1):
            band = bands(width, height - 1, player.viewport.turned)[1]
            title = "while it waited" if band.slots[0].name == "meanwhile" else band.slots[0].name
            assert f"─ {title} " in "\n".join(shown(player, width, height))
            titles.append(band.slots[0].name)
            press(player, "v")
        assert titles == list(middles(width, height - 1))
        everything = {slot.name for band in bands(width, height - 1) for slot in band.slots}
        assert {"source", "tasks", "events", "output"} <= everything
        assert {"timeline", "meanwhile"} <= everything.union(titles)


@pytest.mark.parametrize("height", [8, 9, 10, 11, 12])
def test_each_pane_fits_a_flat_window_at_every_stop(height):
    player = player_of(samples.gather_trace())
    for _ in middles(132, height - 1):
        press(player, "v", "home")
        while not player.stepper.is_at_end:
            press(player, "right")
            assert len(shown(player, 132, height)) == height


def test_zoom_keeps_the_cursor_in_view_and_panning_ends_with_the_next_step():
    player = player_of(samples.gather_trace())
    history = player.history
    press(player, ">")
    assert player.message == "the timeline shows all"
    press(player, "z", "z")
    assert shown(player)[-1] == " the timeline shows 0 to 500ms"
    windows = {}
    while True:
        index = player.stepper.index
        window = player.viewport.window(history, index)
        assert window is not None
        now = history.at(index).at_ns
        assert window[0] <= now <= window[1]
        assert window[1] - window[0] == samples.SECOND // 2
        windows[player.stepper.place] = window
        if player.stepper.is_at_end:
            break
        press(player, "right")
    while not player.stepper.is_at_start:
        assert player.viewport.window(history, player.stepper.index) == windows[player.stepper.place]
        press(player, "left")
    press(player, ">", ">", "<")
    assert player.viewport.window(history, player.stepper.index) == (samples.SECOND // 4, samples.SECOND * 3 // 4)
    press(player, *[">"] * 50)
    last = player.viewport.window(history, player.stepper.index)
    assert last == (samples.SECOND * 3 // 2, samples.SECOND * 2)
    press(player, "right")
    assert player.viewport.window(history, player.stepper.index) == (0, samples.SECOND // 2)
    press(player, "Z", "Z", "Z")
    assert player.viewport.window(history, player.stepper.index) is None
    assert player_of(samples.FakeTrace()).viewport.window(History(samples.FakeTrace()), -1) is None


def turns(count: int, at_ns: int) -> list[ev.Event]:
    """Two tasks that give way to each other, at one instant."""
    found: list[ev.Event] = []
    for turn in range(count):
        task = turn % 2 + 1
        found += [
            ev.TaskReady(at_ns, task, "yielded", None),
            ev.TaskResumed(at_ns, task),
            ev.TaskSuspended(at_ns, task, None, "app.py", 1),
        ]
    return found


def test_within_an_instant_of_the_virtual_clock_zoom_halves_the_events():
    made: list[ev.Event] = [ev.TaskCreated(0, task, f"w{task}", None, "w", "app.py", 1) for task in (1, 2)]
    events = [*made, *turns(40, samples.SECOND), ev.LoopStopped(2 * samples.SECOND)]
    player = player_of(samples.FakeTrace(events))
    press(player, "v", *"g50", "enter")
    said = []
    for _ in range(8):
        press(player, "z")
        said.append(player.message.removeprefix("the timeline shows "))
    assert said == [
        "500ms to 1.5s",
        "750ms to 1.25s",
        "events 2 to 121, all at 1s",
        "events 32 to 91, all at 1s",
        "events 32 to 61, all at 1s",
        "events 44 to 58, all at 1s",
        "events 46 to 53, all at 1s",
        "events 46 to 53, all at 1s",
    ]
    # The axis counts the steps on from where the trace began.
    lines = shown(player)
    axis = next(at for at, line in enumerate(lines) if line.startswith("step "))
    assert (lines[axis].split(), [line[:12].rstrip() for line in lines[axis + 1 : axis + 4]]) == (
        ["step", "15", "16", "17"],
        ["at 1s", "T1 w1", "T2 w2"],
    )
    index = player.stepper.index
    press(player, ">")
    assert player.message == "the timeline shows events 50 to 57, all at 1s"
    press(player, *["<"] * 99)
    assert player.message == "the timeline shows events 2 to 9, all at 1s"
    press(player, "right", "left")
    assert player.viewport.window(player.history, index) == range(46, 54)
    press(player, *["Z"] * 8)
    assert player.message == "the timeline shows all"
    # Where no time passes at all, nothing else is halved.
    timeless = player_of(samples.FakeTrace([*made, *turns(10, 0)]))
    press(timeless, "z")
    assert timeless.message == "the timeline shows events 0 to 15, all at 0"
    # By a real clock an instant is as long as it is.
    real = player_of(samples.FakeTrace(events, ev.Header(version=1, clock="real", python="3", program="x")))
    press(real, *"g50", "enter", "z", "z", "z", "z")
    assert real.message == "the timeline shows 938ms to 1.06s"


def cell_of(player: KeyedPlayer, text: str, width: int = 100, height: int = 30) -> tuple[int, int]:
    """The place of a text on the screen."""
    lines = shown(player, width, height)
    y = next(y for y, line in enumerate(lines) if text in line)
    return lines[y].index(text), y


def test_a_click_on_a_task_looks_at_it_and_another_at_all_again():
    player = at(player_of(samples.busy_trace()), 40)
    click(player, *cell_of(player, "├ producer"), 100, 30)
    assert player.stepper.task == 2
    assert player.stepper.index < 40
    click(player, *cell_of(player, "├ producer"), 100, 30)
    assert (player.stepper.task, player.stepper.index) == (None, 40)


def test_a_click_on_an_event_or_a_time_goes_there():
    player = at(player_of(samples.gather_trace()), 25)
    click(player, *cell_of(player, "23 timer 1"), 100, 30)
    assert player.stepper.index == 23
    press(player, "v")
    x, y = cell_of(player, "T3 B")
    click(player, 99, y, 100, 30)
    assert player.stepper.is_at_end
    click(player, x, y, 100, 30)
    assert player.stepper.task == 3
    click(player, 2, 0, 100, 30)  # nothing is there
    assert player.stepper.is_at_end


def test_a_column_of_the_timeline_and_the_place_it_leads_to_are_the_same():
    player = player_of(samples.gather_trace())
    press(player, "v", "end")
    _, y = cell_of(player, "├ T2 A")
    for x in range(20, 100, 7):
        spot = picture(player, 100, 29).spot(x, y)
        assert spot is not None
        click(player, x, y, 100, 30)
        assert player.stepper.index >= (spot.event or 0)
        press(player, "end")


def test_the_wheel_steps_and_scrolls_what_is_to_be_read():
    player = player_of(samples.gather_trace(), marks=[Page(-1, "\n\n".join("x" * 60))])
    shown(player)
    wheel(player.keymap, 1)
    assert (player.scroll, player.stepper.is_at_start) == (1, True)
    press(player, "right")
    first = player.stepper.index
    wheel(player.keymap, 1)
    assert player.stepper.index > first
    wheel(player.keymap, -1)
    assert player.stepper.index == first
    click(at(player, 25), 1, 1, 100, 30)
    press(player, "?")
    click(player, *cell_of(player, "help"), 100, 30)
    assert player.shows_help


def test_every_key_has_a_line_in_the_help_that_fits_a_small_screen():
    named = " ".join(binding.shown for binding in BINDINGS)
    words = {"right": "→", "left": "←", "up": "↑", "down": "↓", "space": "Space", "enter": "Enter"}
    words |= {"home": "Home", "end": "End", "pagedown": "]", "pageup": "["}
    assert [key for key in BY_KEY if words.get(key, key) not in named.split()] == []
    player = player_of(samples.gather_trace())
    press(player, "?")
    seen = []
    for _ in range(20):
        seen += shown(player, 60, 20)[2:-1]
        press(player, "down")
    assert all(any(binding.does in line for line in seen) for binding in BINDINGS)


KEYS = [key for key in BY_KEY if key not in ("q", "c-c", "c-d")]
TYPED = ["wake T3", "ready>1", "2", "- 1", "T2", "x", "step>1ms", "output", "\u202e"]


@given(
    st.lists(samples.any_event, max_size=25),
    st.lists(
        st.sampled_from([*KEYS, "escape", "backspace", "enter"])
        | st.sampled_from(TYPED)
        | st.tuples(st.integers(0, 59), st.integers(0, 19)),
        max_size=25,
    ),
    st.booleans(),
)
@settings(max_examples=60)
def test_no_keys_and_no_clicks_on_no_trace_break_the_screen(events, keys, is_ascii):
    events.sort(key=lambda event: event.at_ns)
    marks = [Page(0, "read\n\n" * 30), Page(1, "look", shows_state=True)]
    player = player_of(samples.FakeTrace(events), marks=marks if len(events) > 1 else [], ascii=is_ascii)
    for key in keys:
        if isinstance(key, tuple):
            click(player, *key, 60, 20)
        elif key in TYPED:
            press(player, *("space" if char == " " else char for char in key))
        else:
            press(player, key)
        if not player.is_playing or player.stepper.is_at_end:
            player.tick()
        lines = player.frame(60, 20).split("\n")
        assert len(lines) == 20
        assert max(map(cell_len, lines)) <= 60
        assert "\u202e" not in "".join(lines)
        assert not is_ascii or "".join(lines).isascii()


def test_the_page_about_the_stepper_lists_what_there_is():
    page = (ROOT / "docs" / "stepper.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| `")]
    listed = [(first.strip(" `"), second.strip()) for first, second in rows]
    assert listed == [*HELP, *LANGUAGE]
