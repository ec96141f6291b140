"""The player as a machine: keys, clicks, marks, breakpoints, searches and sizes in any order, and what must hold after each."""

from __future__ import annotations

import sample_traces as samples
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from keyed_player import KeyedPlayer

from corodemo.history import History
from corodemo.player import Key, Mark, Page, Place, Question, Work
from corodemo.player.keymap import BY_KEY
from corodemo.player.mouse import click, wheel
from corodemo.player.predictions import Predictions
from corodemo.player.stops import concerns, worthy_of
from corodemo.views.text import cell_len

TRACES = {
    "gather": samples.gather_trace(),
    "busy": samples.busy_trace(),
    "crowd": samples.crowd_trace(12),
}
SIZES = [(20, 5), (29, 20), (30, 8), (60, 20), (80, 24), (100, 30), (132, 11), (200, 60)]
#: All keys but those that end the player, and one that means nothing.
KEYS = sorted(({*BY_KEY} | {*"123p", "escape", "backspace", "f9"}) - {"q"})
MOVES = ["right", "left", "end", "home", "]", "[", ")", "(", "o", "O", "c", "C", "w", "W"]
LETTERS = "ab'"
TYPED = {
    "g": ["0", "3", "12", "999", "1s", "2m03s", "soon"],
    "/": ["T1", "woke", "zzz", ""],
    "b": ["wake", "done T2", "ready>1", "step>1ms", "line 5", "- 1", "-", "nonsense"],
    "t": ["1", "T2", "child", "worker", "nobody", ""],
}
LINES = [(key, text) for key, texts in TYPED.items() for text in texts]


def same_text(given: str, right: str) -> bool:
    return given == right


def marks_for(count: int) -> list[Mark]:
    """One of each kind, where a trace has so many events; two at one place."""
    found: list[Mark] = [
        Page(-1, "read\n\n" * 40, "await main()\n"),
        Page(3, "look at the *queue*", shows_state=True),
        Question(3, "what now?", ("one", "two"), "two", 4, same_text),
        Question(5, "what is printed?", (), "a", 4, same_text),
        Question(9, "in which order?", ("one", "two"), "21", 4, same_text, "x = 1\n", is_order=True),
    ]
    return [mark for mark in found if mark.index < count]


def extensions() -> list[Key]:
    work = Work("running app.py", lambda: None, lambda: None)
    return [
        Key("S", "says a sentence", lambda at: "a sentence"),
        Key("P", "lays a page over the place", lambda at: Page(at.place.index, "a hint")),
        Key("R", "runs until a key stops it", lambda at: work, lambda at: "R run it"),
    ]


class PlayerMachine(RuleBasedStateMachine):
    """Whatever is pressed, the player is at a stop, and what it shows fits the screen and depends on nothing else."""

    @initialize(
        name=st.sampled_from([*TRACES, "random"]),
        events=st.lists(samples.any_event, max_size=20),  # for a random trace, which may be empty
        has_marks=st.booleans(),
        is_ascii=st.booleans(),
    )
    def begin(self, name, events, has_marks, is_ascii):
        trace = TRACES.get(name) or samples.FakeTrace(sorted(events, key=lambda event: event.at_ns))
        history = History(trace)
        self.size = (60, 20)
        self.marks = marks_for(len(history)) if has_marks else []
        self.worthy = worthy_of(history.events, len(history))
        self.player = KeyedPlayer(
            history,
            title="a title",
            lines_of=lambda file: samples.SOURCE,
            marks=self.marks,
            caption=lambda index: f"part {index // 10}",
            quiz=Predictions(ascii=is_ascii),
            keys=extensions(),
            ascii=is_ascii,
        )

    # --- what can happen

    @rule(keys=st.lists(st.sampled_from([*KEYS, "S", "P", "R"]), min_size=10, max_size=20))
    def press(self, keys):
        for key in keys:
            self.player.press(key)
            self.the_place_is_a_stop()

    @rule(keys=st.lists(st.sampled_from(MOVES), min_size=10, max_size=20))
    def move(self, keys):
        self.be_idle()
        for key in keys:
            self.player.press(key)
            self.the_place_is_a_stop()

    @rule(line=st.sampled_from(LINES))
    def type_line(self, line):
        self.be_idle()
        key, text = line
        for pressed in (key, *("space" if char == " " else char for char in text), "enter"):
            self.player.press(pressed)

    @rule(letter=st.sampled_from(LETTERS))
    def set_bookmark(self, letter):
        self.player.press("m")
        self.player.press(letter)

    @rule(letter=st.sampled_from(LETTERS))
    def jump_to_bookmark(self, letter):
        self.player.press("'")
        self.player.press(letter)

    @rule(keys=st.lists(st.sampled_from("vzZ<>"), min_size=4, max_size=8))
    def look_elsewhere(self, keys):
        self.be_idle()
        for key in keys:
            self.player.press(key)

    @rule()
    def let_time_pass(self):
        for _ in range(3):
            self.player.tick()

    @rule(size=st.sampled_from(SIZES))
    def resize(self, size):
        self.size = size

    @rule(x=st.integers(0, 199), y=st.integers(0, 59))
    def click(self, x, y):
        width, height = self.size
        click(self.player, x % width, y % height, width, height)

    @rule(by=st.sampled_from([1, -1]))
    def turn_the_wheel(self, by):
        wheel(self.player.keymap, by)

    # --- what must come of it

    def be_idle(self) -> None:
        """Put away whatever is over the place, so that the next key is a command, or the answer that is asked for there."""
        player = self.player
        player.press("escape")
        while player.search or player.shows_help or player.overlay or player.typing not in ("", "answer"):
            player.press("escape")
        assert (player.work, player.is_playing) == (None, False)

    @rule()
    def step_forward_and_back(self):
        self.be_idle()
        here = self.player.stepper.place
        self.player.press("right")
        if self.player.stepper.place != here:
            self.player.press("left")
        assert self.player.stepper.place == here

    @rule()
    def stop_at_every_event_and_not_again(self):
        self.be_idle()
        player, here = self.player, self.player.stepper.place
        if not player.typing:
            player.press("e")
            assert player.stepper.index <= here.index or player.stepper.is_at_start
            if not player.typing:
                player.press("e")
                assert player.stepper.place == here

    @rule(index=st.integers(0, 60))
    def jump_and_back(self, index):
        self.be_idle()
        player, here = self.player, self.player.stepper.place
        if player.typing:
            return  # what is pressed here belongs to the answer
        for key in ("g", *str(index), "enter"):
            player.press(key)
        assert player.message == "" or index >= len(player.history)
        if player.typing:
            return
        if player.message == "":
            player.press("'")
            player.press("'")
        assert player.stepper.place == here

    @rule(away=st.lists(st.sampled_from([*MOVES, "<", ">"]), min_size=2, max_size=6))
    def go_away_and_come_back(self, away):
        self.be_idle()
        player, here = self.player, self.player.stepper.place
        player.jump_to_place(here, "")
        before = player.frame(*self.size), player.viewport.window(player.history, here.index)
        for key in away:
            player.press(key)
        player.frame(*self.size)
        player.jump_to_place(here, "")
        player.message = ""
        assert player.stepper.place == here
        assert (player.frame(*self.size), player.viewport.window(player.history, here.index)) == before

    @rule()
    def ask_for_help(self):
        self.be_idle()
        self.player.press("?")
        if self.player.typing == "answer" and not self.player.shows_help:
            return  # the answer that is typed has a question mark now
        rows = self.player.keymap.help
        named = {word for keys, _ in rows for word in keys.split()}
        words = {"right": "→", "left": "←", "up": "↑", "down": "↓", "space": "Space", "enter": "Enter"}
        words |= {"home": "Home", "end": "End", "pagedown": "]", "pageup": "["}
        assert {words.get(key, key) for key in (*BY_KEY, "p", "S", "P", "R")} <= named
        screen = self.player.frame(200, 60)
        assert [does for _, does in rows if does not in screen] == []

    # --- what always holds

    @invariant()
    def the_place_is_a_stop(self):
        place, stepper = self.player.stepper.place, self.player.stepper
        count = len(stepper.history)
        if place.number:
            there = [mark for mark in self.marks if mark.index == place.index]
            assert stepper.mark is there[place.number - 1]
        elif place.index == -1:
            assert place == Place(-1, 0)
            assert count == 0
        elif place.index != count - 1:
            assert stepper.every or place.index in self.worthy
            assert stepper.task is None or concerns(stepper.history.events[place.index], stepper.task)

    @invariant()
    def the_screen_fits_and_is_the_same_when_drawn_again(self):
        width, height = self.size
        screen = self.player.frame(width, height)
        lines = screen.split("\n")
        assert len(lines) == height
        assert max(map(cell_len, lines)) <= width
        assert not self.player.ascii or screen.isascii()
        assert self.player.frame(width, height) == screen


PlayerMachine.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=20,
    # Unshrunk an example has twenty steps, which can be read; to shrink it takes minutes.
    phases=[Phase.explicit, Phase.generate],
)
TestPlayer = PlayerMachine.TestCase
