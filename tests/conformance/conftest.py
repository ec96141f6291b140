"""The count of CPython's tests per file, printed at the end of the run."""

from __future__ import annotations

import collections

import pytest

_COLUMNS = ("passed", "for the C accelerator", "not applicable", "failed")


class Conformance:
    """What became of CPython's tests in this run."""

    def __init__(self) -> None:
        self.counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
        self.missing: dict[str, str] = {}

    def count(self, file: str, outcome: str) -> None:
        self.counts[file][outcome] += 1


_conformance = Conformance()


@pytest.fixture
def conformance() -> Conformance:
    return _conformance


def pytest_terminal_summary(terminalreporter) -> None:
    counts = _conformance.counts
    if not counts and not _conformance.missing:
        return
    terminalreporter.section("CPython's own tests, on corodemo")
    width = max(map(len, [*counts, *_conformance.missing, "all"]))
    total: collections.Counter[str] = collections.Counter()
    for file in sorted({*counts, *_conformance.missing}):
        total += counts[file]
        text = _conformance.missing.get(file) or _in_words(counts[file])
        terminalreporter.write_line(f"{file:{width}}  {text}")
    terminalreporter.write_line(f"{'all':{width}}  {_in_words(total)}")


def _in_words(counts: collections.Counter[str]) -> str:
    return "  ".join(f"{counts[column]:4} {column}" for column in _COLUMNS)
