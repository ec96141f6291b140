"""The same programs on asyncio and on corodemo log the same: generated ones, and all that were ever found not to."""

from __future__ import annotations

import json
import os
import sys

import pytest
from generated_programs import (
    CORPUS,
    THEMES,
    contentions,
    programs,
)
from hypothesis import HealthCheck, given, settings
from random_programs import run_on_asyncio, run_on_corodemo

EXAMPLES = int(os.environ.get("CORODEMO_EXAMPLES", "5000"))


def same(max_examples):
    return settings(
        max_examples=max_examples,
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )


@same(EXAMPLES // 4)
@given(programs)
def test_generated_programs_log_the_same(program):
    assert run_on_corodemo(program) == run_on_asyncio(program), json.dumps(program)


@pytest.mark.parametrize("theme", THEMES)
def test_generated_contentions_log_the_same(theme):
    @same(EXAMPLES * 3 // 4 // len(THEMES))
    @given(contentions(theme))
    def check(program):
        assert run_on_corodemo(program) == run_on_asyncio(program), json.dumps(program)

    check()


def saved():
    return [pytest.param(entry, id=entry["found"]) for entry in json.loads(CORPUS.read_text())]


@pytest.mark.parametrize("entry", saved())
def test_saved_programs_log_the_same(entry):
    """Replay what was found before, on the versions of Python whose asyncio does it."""
    if list(sys.version_info[:2]) < entry["since"]:
        pytest.skip(f"asyncio does this since {entry['since']}")
    assert run_on_corodemo(entry["program"]) == run_on_asyncio(entry["program"])
