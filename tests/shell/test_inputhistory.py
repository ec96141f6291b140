"""The history of inputs: whole entries in a file, whoever else writes there, and however it ends."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

from corodemo.shell import inputhistory
from corodemo.shell.inputhistory import InputHistory, open_history


def inputs_of(path) -> list[str]:
    """Return the inputs that a new shell finds, the oldest first."""
    return [*InputHistory(path).load_history_strings()][::-1]


def test_inputs_are_kept_whole_lines_blank_lines_and_odd_characters_included(tmp_path):
    path = tmp_path / "history"
    typed = ["1 + 1", "async def f():\n    x = 1\n\n    return '+'", "# no time\n+x", "'日本 \x1b \udc80'", "a\r\nb"]
    history = InputHistory(path)
    for text in typed:
        history.append_string(text)
    assert inputs_of(path) == [text.replace("\udc80", "\\udc80") for text in typed]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_input_that_is_the_same_as_the_last_or_blank_is_no_news(tmp_path):
    history = InputHistory(tmp_path / "history")
    for text in ("a", "a", "b", "a\n    \n", "  "):
        history.append_string(text)
    assert inputs_of(tmp_path / "history") == ["a", "b", "a"]


def test_an_entry_is_one_write(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(inputhistory.os, "write", lambda fd, data: written.append(data))
    InputHistory(tmp_path / "history").append_string("x\ny")
    assert len(written) == 1
    assert written[0].startswith(b"\n# ")
    assert written[0].endswith(b"\n+x\n+y\n")


def test_two_shells_at_once_write_no_entry_into_anothers(tmp_path):
    path = tmp_path / "history"
    code = (
        "import sys; from pathlib import Path; from corodemo.shell.inputhistory import InputHistory\n"
        "history = InputHistory(Path(sys.argv[1]))\n"
        "for n in range(200): history.append_string(f'{sys.argv[2]} {n}\\n' + sys.argv[2] * 2000)"
    )
    shells = [subprocess.Popen([sys.executable, "-c", code, str(path), who]) for who in "ab"]
    assert [shell.wait() for shell in shells] == [0, 0]
    found = inputs_of(path)
    assert sorted(found) == sorted(f"{who} {n}\n{who * 2000}" for who in "ab" for n in range(200))
    assert [text for text in found if text[0] == "a"] == [f"a {n}\n{'a' * 2000}" for n in range(200)]


def test_what_was_cut_short_spoils_only_itself(tmp_path):
    path = tmp_path / "history"
    history = InputHistory(path)
    history.append_string("first")
    history.append_string("second\nline")
    os.truncate(path, path.stat().st_size - 4)
    history.append_string("third")
    assert inputs_of(path) == ["first", "second\nl", "third"]


def test_of_a_long_file_the_newest_part_is_read(tmp_path, monkeypatch):
    path = tmp_path / "history"
    history = InputHistory(path)
    for number in range(100):
        history.append_string(f"input {number}\n{'x' * 50}")
    monkeypatch.setattr(inputhistory, "MAX_READ", 1000)
    found = inputs_of(path)
    assert found == [f"input {number}\n{'x' * 50}" for number in range(100 - len(found), 100)]
    assert 5 < len(found) < 12


def test_a_file_that_cannot_be_used_is_no_trouble(tmp_path, monkeypatch):
    history = InputHistory(tmp_path / "none" / "history")
    history.append_string("x")
    assert (history.get_strings(), [*history.load_history_strings()]) == (["x"], [])
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    opened = open_history()
    opened.append_string("y")
    assert opened.get_strings() == ["y"]


def test_the_history_is_where_the_platform_has_such_files(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    opened = open_history()
    assert stat.S_IMODE((tmp_path / "corodemo" / "history").stat().st_mode) == 0o600
    opened.append_string("x")
    assert inputs_of(tmp_path / "corodemo" / "history") == ["x"]
