"""The stepper's `y`: why a task is as it is, at the moment that is shown."""

from __future__ import annotations

import sample_traces as samples
from keyed_player import KeyedPlayer

from corodemo.history import History
from corodemo.lesson.questions import same
from corodemo.player import Question
from corodemo.traceformat import events as ev


def player_of(trace, **more) -> KeyedPlayer:
    return KeyedPlayer(History(trace), title="a title", lines_of=lambda file: samples.SOURCE, **more)


def press(player: KeyedPlayer, *keys: str) -> KeyedPlayer:
    for key in keys:
        player.press(key)
    return player


def at(player: KeyedPlayer, index: int) -> KeyedPlayer:
    return press(player, "g", *str(index), "enter")


def shown(player: KeyedPlayer) -> list[str]:
    lines = (line.strip() for line in player.frame(100, 60).split("\n"))
    return [line for line in lines if line][1:-1]  # without the title and the bottom line


def test_y_tells_of_the_task_of_the_event_as_it_was_then():
    player = at(player_of(samples.gather_trace()), 16)
    assert player.sentence(16) == "T2 A waits for sleep(1) until 1s at app.py:5"
    told = ["Why: T2 A (waiting)", "T2 A waits for sleep(1) at app.py:5, since 0s.", "It is over at 1s."]
    assert shown(press(player, "y")) == told
    # It is laid over the place: put away, all is as it was.
    assert press(player, "escape").mark is None
    assert (player.stepper.index, player.message) == (16, "")


def test_y_tells_of_the_chosen_task():
    player = press(at(player_of(samples.gather_trace()), 16), "t", "B", "enter", "y")
    assert shown(player) == ["Why: T3 B (ready)", "T3 B is ready since 0s, and waits only for its turn."]


def test_y_tells_of_all_tasks_of_the_newest_program_where_nothing_says_which():
    player = press(player_of(samples.gather_trace()), "end", "y")
    headings = [line for line in shown(player) if line.startswith("Why:")]
    assert headings == ["Why: T1 main (done)", "Why: T2 A (done)", "Why: T3 B (done)"]


def test_y_shows_names_of_the_program_as_they_are():
    player = press(player_of(samples.busy_trace()), "end", "t", "4", "enter", "y")
    assert shown(player) == [
        "Why: T4 [red]x (failed)",
        "T4 [red]x failed at 7ms with ValueError('[bold]no[/bold]').",
        "Warning, never-retrieved: task '[red]x' raised ValueError and nobody looked.",
    ]
    player = press(player_of(samples.busy_trace()), "end", "t", "5", "enter", "y")
    assert shown(player)[0] == "Why: T5 \\x1b[2Jclear (cancelled)"


def test_y_says_why_it_has_nothing_to_say():
    assert press(player_of(samples.FakeTrace([ev.LoopStarted(0)])), "y").message == "there is no task yet"
    waiting = Question(4, "what now?", ("a", "b"), "b", 7, same)
    player = at(player_of(samples.gather_trace(), marks=[waiting]), 4)
    assert press(player, "right", "y").message == "there is a question already: answer this one first"
