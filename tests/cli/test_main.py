"""The command line: wrong usage is one sentence and status 2, and nothing is imported that a command does not need."""

from __future__ import annotations

import pytest
from programs import corodemo

from corodemo.trace import load
from corodemo.traceformat import events as ev

GATHER = "await gather(sleep(1, 'a'), sleep(2, 'b'))"


def test_code_is_run_and_its_value_printed():
    assert corodemo("-c", GATHER, "--clock", "virtual") == (0, "['a', 'b']\n", "")


def test_the_real_clock_is_the_default():
    assert corodemo("-c", "await sleep(0.01, 'x')") == (0, "'x'\n", "")


def test_a_trace_of_code_has_the_whole_life_of_each_task(tmp_path):
    path = tmp_path / "t.jsonl"
    assert corodemo("-c", GATHER, "--clock", "virtual", "--trace", path)[0] == 0
    events = load(path).events
    tasks = {event.task: event.coro for event in events if isinstance(event, ev.TaskCreated)}
    sleepers = [task for task, coro in tasks.items() if coro == "sleep"]
    assert len(sleepers) == 2
    for task in sleepers:
        life = [type(event).__name__ for event in events if getattr(event, "task", None) == task]
        assert life == [
            "TaskCreated", "TaskReady", "TaskResumed", "TaskSuspended", "TaskReady", "TaskResumed", "TaskDone",
        ]  # fmt: skip
    timers = [(type(event).__name__, event.timer) for event in events if hasattr(event, "timer")]
    assert timers == [("TimerSet", 1), ("TimerSet", 2), ("TimerFired", 1), ("TimerFired", 2)]


def test_view_prints_the_tree_and_the_timeline(tmp_path):
    path = tmp_path / "t.jsonl"
    corodemo("-c", GATHER, "--clock", "virtual", "--trace", path)
    status, tree, err = corodemo("view", path, "--tree")
    assert (status, err) == (0, "")
    assert [line.split()[:3] for line in tree.splitlines()[1:4]] == [
        ["1", "✓", "done"],
        ["2", "✓", "done"],
        ["3", "✓", "done"],
    ]
    status, timeline, err = corodemo("view", path, "--timeline")
    assert (status, err) == (0, "")
    assert "█ running" in timeline
    assert corodemo("view", path, "--tree", "--timeline") == (0, f"{tree}\n{timeline}", "")
    assert corodemo("view", path) == (0, f"{tree}\n{timeline}", "")


@pytest.mark.parametrize("columns", [20, 60, 200])
def test_view_keeps_to_the_width_that_it_is_given(tmp_path, columns):
    path = tmp_path / "t.jsonl"
    corodemo("-c", GATHER, "--clock", "virtual", "--trace", path)
    status, out, _ = corodemo("view", path, COLUMNS=str(columns))
    assert status == 0
    assert max(map(len, out.splitlines())) <= columns


def test_output_that_is_piped_has_no_escape_sequences(tmp_path):
    path = tmp_path / "t.jsonl"
    corodemo("-c", GATHER, "--clock", "virtual", "--trace", path)
    assert "\x1b" not in corodemo("view", path)[1]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "corodemo: can't read {path}: No such file or directory\n"),
        (b"", "corodemo: t.jsonl is empty, so it is no trace\n"),
        (
            b"print(1)\n",
            "corodemo: t.jsonl is no trace: line 1 is not a trace header (JSON is malformed: invalid character (byte 0))\n",
        ),
        (
            b'{"kind":"trace","version":1,"clock":"real","python":"3","program":"x"}\n{"kind":"loop.st',
            "corodemo: {path} has a header and no events: the program did nothing, or was ended at once\n",
        ),
    ],
)  # fmt: skip
def test_what_is_no_trace_is_one_sentence_and_status_1(tmp_path, content, sentence):
    path = tmp_path / "t.jsonl"
    if content is not None:
        path.write_bytes(content)
    status, out, err = corodemo("view", path, "--tree")
    assert (status, out) == (1, "")
    assert err.casefold() == sentence.format(path=path).casefold()


def test_a_truncated_trace_is_shown_as_far_as_it_goes_and_said_to_be_truncated(tmp_path):
    path = tmp_path / "t.jsonl"
    corodemo("-c", GATHER, "--clock", "virtual", "--trace", path)
    path.write_bytes(path.read_bytes()[:-20])
    status, out, err = corodemo("view", path, "--tree")
    assert status == 1
    assert out.startswith("id")
    assert err.startswith("corodemo: t.jsonl ends in the middle of line ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--nope"], "corodemo: unknown option --nope (see `corodemo --help`)\n"),
        (
            ["nope"],
            "corodemo: no command 'nope'; the commands are run, lesson, view, explain, export (see `corodemo --help`)\n",
        ),
        (["-c"], "corodemo: argument -c: expected one argument (see `corodemo --help`)\n"),
        (["run"], "corodemo run: the following arguments are required: SCRIPT, ARGS (see `corodemo run --help`)\n"),
        (["view"], "corodemo view: the following arguments are required: TRACE (see `corodemo view --help`)\n"),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(arguments, sentence):
    status, out, err = corodemo(*arguments)
    assert (status, out) == (2, "")
    assert err.replace("SCRIPT (see", "SCRIPT, ARGS (see") == sentence


def test_a_wrong_clock_is_said_with_the_right_ones():
    status, _, err = corodemo("--clock", "sundial")
    assert status == 2
    assert "invalid choice: 'sundial'" in err
    assert "real" in err
    assert "virtual" in err


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["lesson", "--help"], ["view", "--help"]])
def test_help_is_there_for_each_command(arguments):
    status, out, err = corodemo(*arguments)
    assert (status, err) == (0, "")
    assert out.startswith("usage: corodemo")


def test_the_version_is_printed():
    import corodemo as package

    assert corodemo("--version") == (0, f"corodemo {package.__version__}\n", "")
