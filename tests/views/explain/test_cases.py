"""Small real failures, and the sentences that explain them: word for word, from a dumped trace alone.

A case is a script in `cases/` and a text beside it: the task to ask about, how the program ends, and what the answer must be.
`machine.compute(seconds)` is a computation that takes so long.
"""

from __future__ import annotations

import pytest
from recorded_cases import CASES, record

from corodemo.history import History
from corodemo.trace import load
from corodemo.views.explain.explain import explain


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_failure_is_explained_word_for_word(path, tmp_path):
    task, raised, *sentences = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    recorder, error = record(path)
    recorder.dump(tmp_path / "case.jsonl")
    history = History(load(tmp_path / "case.jsonl"))
    assert explain(history, int(task.removeprefix("T"))) == sentences
    assert f"raises {error}" == raised
