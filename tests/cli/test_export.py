"""`corodemo export`: what is wrong is one sentence, a file is written whole or not at all, and the same each time."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
from chrome_checker import problems
from programs import corodemo
from sample_traces import busy_trace, gather_trace

from corodemo.cli.main import main
from corodemo.traceformat.file import dump


@pytest.fixture
def trace(tmp_path):
    made = gather_trace()
    dump(tmp_path / "t.jsonl", made.header, made.events)
    return tmp_path / "t.jsonl"


def export(capsys, *arguments):
    """Run the command in this process; return (status, stderr)."""
    try:
        status = main(["export", *map(str, arguments)])
    except SystemExit as exc:
        status = exc.code
    return status, capsys.readouterr().err


def text_of(picture):
    return "".join(ET.fromstring(picture).itertext()).replace("\xa0", " ")


def test_the_program_itself_writes_what_perfetto_opens(trace, tmp_path):
    assert corodemo("export", trace, "--to", "chrome", "-o", tmp_path / "t.json") == (0, "", "")
    assert problems((tmp_path / "t.json").read_bytes()) == []


def test_without_a_file_the_export_goes_to_a_stdout_that_is_no_terminal(trace):
    status, out, err = corodemo("export", trace, "--to", "chrome")
    assert (status, err) == (0, "")
    assert problems(out.encode()) == []


def test_a_terminal_is_not_written_to(trace, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert export(capsys, trace, "--to", "chrome") == (
        2,
        "corodemo: export needs -o FILE, or a stdout that is no terminal\n",
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["TRACE"], "corodemo export: the following arguments are required: --to (see `corodemo export --help`)\n"),
        (
            ["--to", "svg"],
            "corodemo export: the following arguments are required: TRACE (see `corodemo export --help`)\n",
        ),
        (["TRACE", "--to", "chrome", "-o", "OUT", "--light"], "corodemo: --light is for --to svg, not for chrome\n"),
        (
            ["TRACE", "--to", "chrome", "-o", "OUT", "--view", "tree"],
            "corodemo: --view is for --to svg, not for chrome\n",
        ),
        (
            ["TRACE", "--to", "svg", "-o", "TRACE"],
            "corodemo: TRACE is the trace itself, and would be replaced: give another name\n",
        ),
        (
            ["TRACE", "--to", "svg", "-o", "OUT", "--at", "99"],
            "corodemo: no event 99: the trace has events 0 to 43; -1 is before the first\n",
        ),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(trace, capsys, arguments, sentence):
    out = trace.parent / "out"
    given = [{"TRACE": trace, "OUT": out}.get(word, word) for word in arguments]
    before = trace.read_bytes()
    expected = sentence if "required" in sentence else sentence.replace("TRACE", str(trace))
    assert export(capsys, *given) == (2, expected)
    assert not out.exists()
    assert trace.read_bytes() == before


@pytest.mark.parametrize(("option", "value"), [("--to", "pdf"), ("--view", "map"), ("--width", "3"), ("--at", "x")])
def test_a_value_that_is_not_known_is_status_2(trace, capsys, option, value):
    status, err = export(capsys, trace, "--to", "svg", "-o", trace.parent / "out", option, value)
    assert status == 2
    assert err.startswith(f"corodemo export: argument {option}: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "content", [None, b"", b"print(1)\n", b'{"kind":"trace","version":1,"clock":"real","python":"3","program":"x"}\n']
)
def test_what_is_no_trace_is_said_in_the_words_of_view(tmp_path, capsys, content):
    path = tmp_path / "t.jsonl"
    if content is not None:
        path.write_bytes(content)
    status, err = export(capsys, path, "--to", "svg", "-o", tmp_path / "out.svg")
    assert status == 1
    assert main(["view", str(path), "--tree"]) == 1
    assert capsys.readouterr().err == err
    assert err.count("\n") == 1
    assert not (tmp_path / "out.svg").exists()


def test_a_truncated_trace_is_exported_as_far_as_it_goes_and_said_to_be_truncated(trace, capsys):
    trace.write_bytes(trace.read_bytes()[:-10])
    status, err = export(capsys, trace, "--to", "chrome", "-o", trace.parent / "t.json")
    assert status == 1
    assert err.startswith("corodemo: t.jsonl ends in the middle of line 45: ")
    assert problems((trace.parent / "t.json").read_bytes()) == []


def test_a_file_that_cannot_be_written_is_one_sentence_and_leaves_nothing(trace, capsys):
    out = trace.parent / "missing" / "t.svg"
    assert export(capsys, trace, "--to", "svg", "-o", out) == (
        1,
        f"corodemo: can't write {out}: No such file or directory\n",
    )
    assert [path.name for path in trace.parent.iterdir()] == ["t.jsonl"]


def test_what_fails_half_way_leaves_what_was_there(trace, capsys, monkeypatch):
    out = trace.parent / "t.svg"
    out.write_text("before")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert export(capsys, trace, "--to", "svg", "-o", out) == (
        1,
        f"corodemo: can't write {out}: No space left on device\n",
    )
    assert out.read_text() == "before"
    assert sorted(path.name for path in trace.parent.iterdir()) == ["t.jsonl", "t.svg"]


@pytest.mark.parametrize(
    ("options", "shown", "hidden"),
    [
        ([], ["█ running", "T2 A", "queue max"], ["waiting on"]),
        (["--view", "tree"], ["waiting on", "returned 'A'"], ["█ running"]),
        (["--view", "tree", "--at", "18"], ["timer 1 (sleep(1)) until 1s"], ["returned 'A'"]),
        (["--view", "timeline", "--at", "18"], ["at 0"], ["at 2s"]),
        (["--view", "step", "--at", "18"], ["event 18 of 43", "app.py", "READY", "TIMERS"], []),
        (["--view", "step", "--width", "60", "--height", "20"], ["event 43 of 43"], ["TIMERS  +"]),
    ],
)
def test_a_picture_shows_the_view_that_is_asked_for(trace, capsys, options, shown, hidden):
    out = trace.parent / "t.svg"
    assert export(capsys, trace, "--to", "svg", "-o", out, *options) == (0, "")
    text = text_of(out.read_text(encoding="utf-8"))
    assert [words for words in shown if words not in text] == []
    assert [words for words in hidden if words in text] == []


@pytest.mark.parametrize("view", ["timeline", "tree", "step"])
def test_a_picture_is_the_same_bytes_each_time_and_needs_no_network(trace, capsys, view):
    outs = [trace.parent / name for name in ("a.svg", "b.svg")]
    for out in outs:
        export(capsys, trace, "--to", "svg", "-o", out, "--view", view, "--light")
    first, second = (out.read_bytes() for out in outs)
    assert first == second
    assert first.count(b"http") == 1  # the name of SVG itself
    assert b"@font-face" not in first


def test_a_picture_has_the_width_and_the_background_that_are_asked_for(trace, capsys):
    sizes, backgrounds = [], []
    for width, light in ((60, []), (120, []), (60, ["--light"])):
        out = trace.parent / "t.svg"
        export(capsys, trace, "--to", "svg", "-o", out, "--width", width, *light)
        root = ET.fromstring(out.read_text(encoding="utf-8"))
        sizes.append(float(root.get("viewBox").split()[2]))
        backgrounds.append(root.find("{http://www.w3.org/2000/svg}rect").get("fill"))
    assert sizes[0] == sizes[2] < sizes[1]
    assert backgrounds == ["#171b22", "#171b22", "#ffffff"]


def test_names_that_try_to_be_something_else_are_names_in_a_picture(tmp_path, capsys):
    made = busy_trace()
    dump(tmp_path / "t.jsonl", made.header, made.events)
    export(capsys, tmp_path / "t.jsonl", "--to", "svg", "--view", "tree", "-o", tmp_path / "t.svg", "--width", "160")
    picture = (tmp_path / "t.svg").read_text(encoding="utf-8")
    assert "<script" not in picture
    assert [
        name for name in ("[red]x", "\\x1b[2Jclear", "<script>alert(1)</script>") if name not in text_of(picture)
    ] == []


def test_a_long_trace_says_on_stderr_what_was_left_out(trace, capsys, monkeypatch):
    monkeypatch.setattr("corodemo.export.chrome.chrome.__kwdefaults__", {"at": None, "most": 20})
    out = trace.parent / "t.json"
    sentence = "the trace is too long for one file: events 0 to 19 of 44 are in it, 24 were left out"
    assert export(capsys, trace, "--to", "chrome", "-o", out) == (0, f"corodemo: {sentence}\n")
    assert json.loads(out.read_text())["otherData"]["left_out"] == sentence
