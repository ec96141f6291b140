"""The count of CPython's own tests per file, printed at the end of the run; see `tests/conformance`."""

from __future__ import annotations

import collections
import gc

import hypothesis
import pytest

# The same examples in every run, and no clock in a test: a busy machine finds no mistake.
hypothesis.settings.register_profile("corodemo", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("corodemo")

_COLUMNS = ("passed", "for the C accelerator", "not applicable", "failed")


class Conformance:
    """Notes down with a test what it says of CPython's; the run may be shared by several processes."""

    def __init__(self, node: pytest.Item) -> None:
        self._node = node

    def count(self, file: str, outcome: str) -> None:
        self._node.user_properties.append(("conformance", (file, outcome)))

    def miss(self, file: str, reason: str) -> None:
        self._node.user_properties.append(("conformance missing", (file, reason)))


@pytest.fixture
def conformance(request) -> Conformance:
    return Conformance(request.node)


_counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
_missing: dict[str, str] = {}


def pytest_runtest_logreport(report) -> None:
    if report.when == "teardown":
        for name, (file, text) in (pair for pair in report.user_properties if pair[0].startswith("conformance")):
            if name == "conformance":
                _counts[file][text] += 1
            else:
                _missing[file] = text


def pytest_terminal_summary(terminalreporter) -> None:
    if not _counts and not _missing:
        return
    terminalreporter.section("CPython's own tests, on corodemo")
    width = max(map(len, [*_counts, *_missing, "all"]))
    total: collections.Counter[str] = collections.Counter()
    for file in sorted({*_counts, *_missing}):
        total += _counts[file]
        text = _missing.get(file) or _in_words(_counts[file])
        terminalreporter.write_line(f"{file:{width}}  {text}")
    terminalreporter.write_line(f"{'all':{width}}  {_in_words(total)}")


def _in_words(counts: collections.Counter[str]) -> str:
    return "  ".join(f"{counts[column]:4} {column}" for column in _COLUMNS)


@pytest.fixture(scope="module", autouse=True)
def _freeze() -> None:
    # Thousands of tests have been collected, and many ask for a full garbage collection again and again, a lesson after each
    # of its cells: what is here before a file's tests begin is not looked at any more, or each would take a tenth of a second.
    gc.collect()
    gc.freeze()
