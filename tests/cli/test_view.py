"""`corodemo view` printed once: which part, which moment, which tasks; what is wrong is one sentence."""

from __future__ import annotations

import sys

import pytest
from sample_traces import crowd_trace, gather_trace

from corodemo.cli.main import main
from corodemo.terminal import painter
from corodemo.traceformat.file import dump
from corodemo.views.text import cell_len


@pytest.fixture
def trace(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    made = gather_trace()
    dump(tmp_path / "t.jsonl", made.header, made.events)
    return tmp_path / "t.jsonl"


def view(capsys, *arguments):
    """Run the command in this process; return (status, stdout, stderr)."""
    try:
        status = main(["view", *map(str, arguments)])
    except SystemExit as exc:
        status = exc.code
    return status, *capsys.readouterr()


def test_a_stretch_of_the_timeline_is_printed(trace, capsys):
    status, out, err = view(capsys, trace, "--timeline", "--from", "1s", "--to", "1.5s")
    assert (status, err) == (0, "")
    assert out.splitlines()[:5] == [
        "time         1s        1.1s     1.2s     1.3s     1.4s",
        "at 2s        ┬═────────┬────────┬────────┬────────┬─────────",
        "T1 main [4]  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░",
        "├ T2 A       █✓",
        "└ T3 B       ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░",
    ]


def test_the_tree_is_printed_as_it_stood_after_an_event(trace, capsys):
    status, out, err = view(capsys, trace, "--tree", "--at", 13)
    assert (status, err) == (0, "")
    assert [line.split()[2:5] for line in out.splitlines()[1:]] == [
        ["waiting", "main", "[4]"],
        ["running", "├", "A"],
        ["ready", "└", "B"],
    ]


def test_of_a_crowd_so_much_is_printed_as_one_reads_or_all(tmp_path, capsys):
    made = crowd_trace(300)
    dump(tmp_path / "t.jsonl", made.header, made.events)

    def printed(*options):
        return view(capsys, tmp_path / "t.jsonl", *options)[1].splitlines()

    some = printed("--tree")
    assert len(some) == 60
    assert [line.strip() for line in some[-2:]] == [
        "└ and 214 more like this: 214 waiting",
        "and 30 not shown: 30 done",
    ]
    assert len(printed("--timeline")) <= 60
    assert len(printed("--tree", "--all")) == 1 + 301
    names = [line.split()[1] for line in printed("--timeline", "--all") if line.startswith(("├", "└"))]
    assert names == [f"T{number}" for number in range(2, 302)]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--all"], "corodemo: --all is for --tree and --timeline\n"),
        (["--at", "3"], "corodemo: --at is for --tree and --timeline\n"),
        (["--tree", "--from", "1s"], "corodemo: --from and --to are for --timeline\n"),
        (["--timeline", "--from", "2s", "--to", "1s"], "corodemo: --from is later than --to\n"),
        (["--tree", "--at", "99"], "corodemo: no event 99: the trace has events 0 to 43; -1 is before the first\n"),
        (
            ["--timeline", "--from", "soon"],
            "corodemo view: argument --from: 'soon' is no time, such as 1.5s, 20ms or 2m03s (see `corodemo view --help`)\n",
        ),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(trace, capsys, arguments, sentence):
    assert view(capsys, trace, *arguments) == (2, "", sentence)


def test_a_dumb_terminal_is_as_wide_as_it_is(trace, capsys, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda stream: True)
    assert painter.console_of_stdout().is_dumb_terminal
    status, out, _ = view(capsys, trace, "--tree", "--timeline")
    assert (status, max(map(cell_len, out.splitlines()))) == (0, 60)
