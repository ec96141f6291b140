"""Predictions made by the machine: what is asked at a stop, with which choices, and that the trace's answer is the right one."""

from __future__ import annotations

import textwrap

from lesson_texts import lesson_of

from corodemo.history import History
from corodemo.lesson import play_through
from corodemo.player.predictions import KINDS, Predictions, questions
from corodemo.traceformat import events as ev

PROGRAM = """\
# %%
import asyncio

async def work(delay):
    await asyncio.sleep(delay)
    print('done', delay)

async def stubborn():
    try:
        await asyncio.sleep(9)
    except asyncio.CancelledError:
        print('no')
    await asyncio.sleep(1)

async def main():
    one = asyncio.create_task(work(1), name='one')
    two = asyncio.create_task(work(2), name='two')
    mule = asyncio.create_task(stubborn(), name='mule')
    await one
    two.cancel()
    mule.cancel()
    await mule

asyncio.run(main())
"""


def history_of(text: str) -> History:
    played = play_through(lesson_of(text))
    assert played.problems == ()
    return History(played.trace)


HISTORY = history_of(PROGRAM)


def first(kind, number=0):
    """Return the index of an event of this type, the first or a later one."""
    return [index for index, event in enumerate(HISTORY.events) if type(event) is kind][number]


def told(index):
    return [(kind, q.text, q.choices, q.right, q.because) for kind, q in questions(HISTORY, index)]


def test_where_the_loop_waits_the_next_timer_is_asked_for_first():
    timer, task, line = told(first(ev.LoopWaiting))
    assert timer == (
        "which timer fires next",
        "Which timer fires next?",
        ("timer 1: sleep(1), for T2 one", "timer 2: sleep(2), for T3 two", "timer 3: sleep(9), for T4 mule"),
        "timer 1: sleep(1), for T2 one",
        "It is set for 1s, and none is due before.",
    )
    assert task[:4] == (
        "which task runs next",
        "Which task runs next?",
        ("T1 main", "T2 one", "T3 two", "T4 mule"),
        "T2 one",
    )
    assert task[4] == "sleep(1) was over at 1s and woke T2 one at <cell 2>:4."
    assert line[:4] == ("what prints next", "What is printed next?", ("done 1", "no"), "done 1")


def test_while_a_task_runs_the_step_after_its_own_is_asked_for():
    index = first(ev.CancelRequested)
    asked = next(question for kind, question in questions(HISTORY, index) if kind == "which task runs next")
    assert (asked.text, asked.right) == ("T1 main runs now. Which task takes the step after this one?", "T3 two")


def test_what_becomes_of_a_cancel_is_asked_when_it_was_requested():
    kind, text, choices, right, because = told(first(ev.CancelRequested, 1))[0]
    assert (kind, text) == ("what happens to a cancel", "T4 mule was asked to cancel. What happens to that?")
    assert right == "it is swallowed: the task goes on"
    assert choices == (
        "it goes through: the task ends cancelled",
        "it is swallowed: the task goes on",
        "it is turned into something else: another exception, or a result",
    )
    assert "swallowed" in because
    assert told(first(ev.CancelRequested, 0))[0][3] == choices[0]


def test_asked_again_at_the_same_place_it_asks_for_something_else_and_then_the_same_again():
    index = first(ev.LoopWaiting)

    def ask(times):
        quiz = Predictions()
        asked = [quiz.ask(HISTORY, index) for _ in range(times)]
        return [(quiz.kind_of(question), question.text) for question in asked]

    assert [kind for kind, _ in ask(4)] == [KINDS[2], KINDS[0], KINDS[1], KINDS[2]]
    assert ask(4) == ask(4)
    quiz = Predictions()
    assert quiz.ask(HISTORY, index + 1) is not None
    question = quiz.ask(HISTORY, index)
    assert quiz.kind_of(question) == KINDS[2]
    assert Predictions().kind_of(question) is None


def test_every_question_of_a_whole_history_has_its_answer_among_choices_that_differ_and_no_more_than_four():
    asked = 0
    for index in range(-1, len(HISTORY)):
        for kind, question in questions(HISTORY, index):
            asked += 1
            assert kind in KINDS
            assert question.right in question.choices
            assert 2 <= len(set(question.choices)) == len(question.choices) <= 4
            assert question.index == index < question.why
            assert question.judge(question.right, question.right)
            assert question.because
    assert asked > len(HISTORY)
    assert Predictions().ask(HISTORY, len(HISTORY) - 1) is None


def test_what_a_program_prints_cannot_steer_the_terminal():
    text = textwrap.dedent("""\
        # %%
        print('\\x1b[31mred')
        print('plain')
        print('[bold]x')
    """)
    history = history_of(text)
    asked = [question for _, question in questions(history, 0)]
    assert [question.choices for question in asked] == [("[bold]x", "\\x1b[31mred", "plain")]


def test_lines_of_a_later_cell_are_not_told_beforehand():
    later = "\n# %%\nasync def later():\n    print('a secret')\nasyncio.run(later())\n"
    history = history_of(PROGRAM + later)
    (line,) = [q for kind, q in questions(history, first(ev.LoopWaiting)) if kind == "what prints next"]
    assert line.choices == ("done 1", "no")
