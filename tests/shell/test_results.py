"""Results: `_`, `__`, `___` and `_4`, and what becomes of a coroutine that was only looked at."""

from __future__ import annotations

import warnings

from corodemo.shell import results
from corodemo.shell.results import Results


async def coroutine():
    pass


def test_the_last_three_results_and_those_of_numbered_inputs():
    names: dict[str, object] = {}
    kept = Results(names)
    for number, value in [(1, "a"), (2, None), (3, "b"), (5, "c"), (6, "d")]:
        kept.add(value, number)
    assert names == {"_": "d", "__": "c", "___": "b", "_1": "a", "_3": "b", "_5": "c", "_6": "d"}


def test_a_name_that_the_person_uses_is_the_persons():
    names: dict[str, object] = {}
    kept = Results(names)
    kept.add(1, 1)
    names["_"] = "mine"
    names["_2"] = "mine too"
    kept.add(2, 2)
    kept.add(3, 3)
    assert names == {"_": "mine", "__": 2, "___": 1, "_1": 1, "_2": "mine too", "_3": 3}
    del names["_"]
    kept.add(4, 4)
    assert names["_"] == 4


def test_only_so_many_numbered_results_are_kept(monkeypatch):
    monkeypatch.setattr(results, "MAX_KEPT", 2)
    names: dict[str, object] = {}
    kept = Results(names)
    for number in range(1, 6):
        kept.add(number * 10, number)
    assert names == {"_": 50, "__": 40, "___": 30, "_4": 40, "_5": 50}


def test_clearing_leaves_what_is_the_persons():
    names: dict[str, object] = {"x": 1}
    kept = Results(names)
    kept.add("a", 1)
    names["_"] = "mine"
    kept.clear()
    assert names == {"x": 1, "_": "mine"}


def test_a_coroutine_that_was_only_shown_is_forgotten_without_a_warning():
    kept = Results({})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        kept.add(coroutine(), 1)
        kept.clear()
    assert caught == []


def test_a_coroutine_that_somebody_else_has_is_left_alone():
    kept = Results({})
    mine = coroutine()
    kept.add(mine, 1)
    kept.clear()
    assert mine.cr_frame is not None
    mine.close()
