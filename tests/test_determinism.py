"""The same program twice leaves the same bytes: in its trace, and in whatever is made of that.

Time is virtual, and strings hash differently in the two runs: what went through a set by chance comes out in another order.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from generated_programs import THEMES, contentions, programs
from hypothesis import HealthCheck, given, settings
from programs import child_environment
from recorded_cases import CASES
from reproduced import EXAMPLES

TESTS = Path(__file__).parent


def longest(strategy, count=1):
    """Return the longest of some generated programs, as JSON; the same ones each time."""
    tried = {}  # not a set: of those that are equally long the first comes first

    @settings(max_examples=20, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(program):
        tried[json.dumps(program)] = None

    collect()
    return sorted(tried, key=len)[-count:]


def test_the_same_program_leaves_the_same_bytes_whatever_strings_hash_to(tmp_path):
    generated = [*longest(programs, 3), *(found for theme in THEMES for found in longest(contentions(theme)))]
    runs = []
    for seed in ("1", "2"):  # both at once
        (tmp_path / seed).mkdir()
        runs.append(
            subprocess.Popen(
                [sys.executable, str(TESTS / "reproduced.py"), tmp_path / seed],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                env=child_environment(PYTHONHASHSEED=seed),
            )
        )
    one, other = (json.loads(run.communicate(f"[{', '.join(generated)}]")[0]) for run in runs)
    parts = {name.partition(":")[0] for name in one}
    assert len(parts) == len(CASES) + len(EXAMPLES) + len(generated)
    assert [name for name in one if one[name] != other.get(name)] == []
    assert one.keys() == other.keys()
