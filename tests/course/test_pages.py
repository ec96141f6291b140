"""A new lesson from the command, and a lesson as a page of HTML."""

from __future__ import annotations

import argparse
import html.parser
from pathlib import Path

import pytest
from lesson_texts import EXERCISE, HEADER, PROGRAM

from corodemo.course.command import add_arguments, main
from corodemo.course.progress import Progress
from corodemo.course.webpage import page_of
from corodemo.lesson import check, parse, play_through, read
from corodemo.trace import load


def command(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return main(parser.parse_args(arguments))


# --- new


def test_a_new_lesson_is_complete_and_true_and_has_a_cell_of_each_kind(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert command("new", "Semaphores") == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("01_semaphores.py is a lesson. ")
    lesson = read(Path("01_semaphores.py"))
    assert check(lesson) == []
    kinds = [getattr(cell, "purpose", type(cell).__name__) for cell in lesson.cells]
    assert kinds == ["explain", "Predict", "Predict", "Code", "observe", "try", "Exercise"]
    assert (lesson.title, lesson.notes.split(";")[0]) == ("Semaphores", "for the one who presents the lesson")
    assert command("new", "two words") == 0
    assert command("new", "10_ten") == 0
    assert command("new", "eleven.py") == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "01_semaphores.py",
        "02_two_words.py",
        "10_ten.py",
        "11_eleven.py",
    ]


@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        ((), 2, "say how it is to be called: corodemo lesson new NAME"),
        (("a;b",), 2, "'a;b' is no name for a lesson; one is made of letters, digits and underscores: semaphores"),
        (("there",), 2, "there is a lesson of that name already: 05_there.py"),
        (("05_there",), 1, "can't write 05_there.py: File exists"),
        (("none/x",), 1, "can't write none/01_x.py: No such file or directory"),
    ],
)
def test_a_lesson_that_cannot_be_made_says_why_and_nothing_is_overwritten(
    tmp_path, monkeypatch, capsys, name, status, message
):
    monkeypatch.chdir(tmp_path)
    Path("05_there.py").write_text("mine")
    assert command("new", *name) == status
    assert capsys.readouterr() == ("", f"corodemo lesson: {message}\n")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("05_there.py", "mine")]


# --- a page


class Reader(html.parser.HTMLParser):
    """Collects the tags, the text in each kind of tag, and the inner page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "br"):
            self.opened.append(tag)

    def handle_endtag(self, tag):
        assert self.opened.pop() == tag

    def handle_data(self, text):
        if text.strip() and self.opened[-1] != "style":
            self.texts.append((self.opened[-1], text.strip()))


def test_a_lesson_is_a_page_with_its_answers_folded_and_a_stepper_inside():
    order = "# %% [markdown]\n# **Order:** which is first?\n#\n# - over\n# - both\n\n"
    played = play_through(parse(HEADER + order + PROGRAM + EXERCISE, "01_test.py"))
    data, left_out = page_of(played)
    reader = Reader(data.decode())
    assert (reader.opened, left_out) == ([], None)
    assert reader.texts[:3] == [("title", "A title - corodemo"), ("h1", "A title"), ("strong", "Goal:")]
    texts = [text for _, text in reader.texts]
    start = texts.index("Predict:")
    assert texts[start : start + 6] == ["Predict:", "Which is first?", "over", "both", "The answer", "both"]
    assert ("pre", "both\nover") in reader.texts  # what the program printed
    assert [text for tag, text in reader.texts if tag == "summary"] == [
        "The answer",
        "A hint",
        "A hint",
        "A solution: one way",
        "A solution: another",
    ]
    (frame,) = [attributes for tag, attributes in reader.tags if tag == "iframe"]
    assert frame["sandbox"] == "allow-scripts"
    assert "Content-Security-Policy" in frame["srcdoc"]
    assert "await asyncio.sleep(delay)" in frame["srcdoc"]


def test_nothing_in_a_lesson_or_of_its_program_is_taken_for_html():
    evil = "<script>alert(1)</script><img src=x onerror=y>"
    text = (
        HEADER.replace("A title", f"A {evil}")
        + f"# %% [markdown]\n# {evil} [a](javascript:x) ![b](http://x/y.png)\n# <b>\n\n"
    )
    text += f"# %% {evil}\nprint({evil + chr(27) + '[31m'!r})\n'</pre><script>'\n"
    page = page_of(play_through(parse(text, "01_test.py")))[0].decode()
    reader = Reader(page)
    assert {tag for tag, _ in reader.tags} == {
        "html", "head", "meta", "title", "style", "body", "h1", "p", "strong", "pre", "h2", "iframe",
    }  # fmt: skip
    assert {name for _, attributes in reader.tags for name in attributes} == {
        "lang", "charset", "name", "content", "class", "title", "sandbox", "srcdoc",
    }  # fmt: skip
    assert ("h1", f"A {evil}") in reader.texts
    assert "\x1b" not in page
    inner = next(attributes["srcdoc"] for tag, attributes in reader.tags if tag == "iframe") or ""
    assert ("<img" in inner, "<script>alert" in inner) == (False, False)


def test_the_trace_of_a_lesson_is_dumped_as_that_of_any_other_code(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    lesson = tmp_path / "01_x.py"
    lesson.write_text(HEADER + PROGRAM)
    assert command(str(lesson), "--trace", str(tmp_path / "x.jsonl")) == 0
    trace = load(tmp_path / "x.jsonl")
    assert trace.events == play_through(read(lesson)).trace.events
    assert (trace.header.clock, trace.header.program) == ("virtual", "lesson x")
    assert len(capsys.readouterr().out.splitlines()) > 10  # and the lesson was printed, as without a terminal it is
    assert command(str(lesson), "--trace", str(tmp_path / "none" / "x.jsonl")) == 1
    assert command("--trace", "x.jsonl") == 2
    unwritable = f"can't write the trace to {tmp_path / 'none' / 'x.jsonl'}: No such file or directory"
    assert capsys.readouterr().err.splitlines() == [
        f"corodemo lesson: {unwritable}",
        "corodemo lesson: say which lesson",
    ]


def test_a_page_is_written_whole_and_what_cannot_be_written_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    lesson = tmp_path / "01_x.py"
    lesson.write_text(HEADER + PROGRAM)
    assert command(str(lesson), "--export", str(tmp_path / "x.html")) == 0
    assert (tmp_path / "x.html").read_bytes().startswith(b"<!DOCTYPE html>")
    assert command(str(lesson), "--export", str(tmp_path / "none" / "x.html")) == 1
    assert command("--export", "x.html") == 2
    assert command(str(lesson), "again") == 2
    out, err = capsys.readouterr()
    assert (out, err.splitlines()) == (
        "",
        [
            f"corodemo lesson: can't write {tmp_path}/none/x.html: No such file or directory",
            "corodemo lesson: say which lesson",
            f"corodemo lesson: one lesson at a time: {lesson}, or again",
        ],
    )


# --- what is asked for


def test_a_folder_is_listed_a_file_is_played_and_what_is_neither_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    folder = tmp_path / "mine"
    folder.mkdir()
    assert command(str(folder)) == 2
    (folder / "01_small.py").write_text(HEADER + PROGRAM)
    (folder / "draft.py").write_text(HEADER + PROGRAM)
    assert command(str(folder)) == 0
    assert command(str(folder / "01_small.py"), "--list") == 0
    assert command(str(folder / "none.py")) == 1
    out, err = capsys.readouterr()
    assert [line for line in out.splitlines() if line.strip()] == [
        "  01 small  A title",
        "            know it, and show it.",
        f"Play one with `corodemo lesson {folder / '01_small.py'}`.",
        "  01 small  A title",
        "            know it, and show it.",
        f"Play one with `corodemo lesson {folder / '01_small.py'}`.",
    ]
    assert err.splitlines() == [
        f"corodemo lesson: there are no lessons in {folder}; a lesson is a file NN_name.py",
        f"corodemo lesson: {folder}/none.py: no such file",
    ]
    assert command(str(folder / "draft.py")) == 0  # there is no terminal: it is printed
    assert "both\n" in capsys.readouterr().out


def test_progress_is_forgotten_for_one_lesson_or_for_all(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    progress = Progress()
    for name in ("tasks", "gather", "shield"):
        progress.finished(name)
    assert command("tasks", "--reset-progress") == 0
    assert sorted(progress.read().lessons) == ["gather", "shield"]
    assert command("--reset-progress") == 0
    assert progress.read().lessons == {}
    assert capsys.readouterr().out == "the progress with 07_tasks is forgotten\nall progress is forgotten\n"
    (tmp_path / "corodemo" / "progress.json").write_text("damaged")
    assert command() == 0
    assert capsys.readouterr().err.startswith("corodemo lesson: the file of your progress, ")
