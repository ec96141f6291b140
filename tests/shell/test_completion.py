"""Completion: of code by jedi on live objects, and of what stands after a command."""

from __future__ import annotations

import os

import jedi
import pytest

from corodemo.shell.commands import dispatch
from corodemo.shell.completion import Choice, Signature, files, python_choices, signature, tasks, words
from corodemo.shell.session import Session
from corodemo.trace import Recorder

# Another test process may be writing the one that all share.
jedi.settings.cache_directory += os.environ.get("PYTEST_XDIST_WORKER", "")

NAMES = """\
class Thing:
    '''A thing.'''
    def __init__(self):
        self.attribute = [1]
    @property
    def danger(self):
        ran.append('property')
        return 'x'
    def __getattr__(self, name):
        ran.append(name)
        raise AttributeError(name)
    def __len__(self):
        ran.append('len')
        return 0

ran = []
thing = Thing()

async def work(alpha, beta=2, *, gamma: int = 3):
    '''
    Work, and then rest.

    More of it.
    '''
"""


class Place:
    """What completion needs of a shell."""

    is_interactive = True

    def __init__(self):
        self.recorder = Recorder()
        self.session = Session(hook=self.recorder)
        self.session.run(self.session.compile(NAMES, "<input 1>"))

    def offered(self, text: str) -> list[str]:
        """Return what the text becomes by each of the choices."""
        return [text[: len(text) - choice.replaces] + choice.text for choice in dispatch.line_choices(self, text)]


@pytest.fixture(scope="module")
def place():
    place = Place()
    with place.session:
        yield place


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("thing.att", ["thing.attribute"]),
        ("thing.attribute.app", ["thing.attribute.append"]),
        ("asyncio.gath", ["asyncio.gather"]),
        ("await asyncio.gath", ["await asyncio.gather"]),
        ("async def f():\n    await create_t", ["async def f():\n    await create_task"]),
        ("work(alp", ["work(alpha="]),
        ("await work(1, gam", ["await work(1, gamma="]),
        ("gather(*x, ret", ["gather(*x, return_exceptions="]),
        ("import jso", ["import json"]),
        ("from json import dum", ["from json import dump", "from json import dumps"]),
        ("'a'.capi", ["'a'.capitalize"]),
        ("nothing.at.all.", []),
        ("x" * 30_000, []),
    ],
)
def test_code_is_completed_from_what_is_there(place, text, completed):
    assert place.offered(text) == completed


def test_completion_runs_none_of_the_persons_code(place):
    place.session.namespace["ran"].clear()
    for text in ("thing.", "thing.danger.up", "thing.attribute.", "len(thing", "thing[0].x", "thing.danger("):
        python_choices(place.session.namespace, text)
        signature(place.session.namespace, text)
    # jedi asks a function for what it wraps; that is no property, and nothing of the person's has run.
    assert [name for name in place.session.namespace["ran"] if name != "__wrapped__"] == []


def test_file_names_are_completed_in_strings(place, tmp_path, monkeypatch):
    (tmp_path / "data.jsonl").touch()
    monkeypatch.chdir(tmp_path)
    assert place.offered(f"open('{tmp_path}/da") == [f"open('{tmp_path}/data.jsonl'"]


def test_a_signature_has_the_parameter_that_is_written_and_the_first_line_of_the_docstring(place):
    names = place.session.namespace
    assert signature(names, "await work(1, ") == Signature(
        "work(alpha, ", "beta=2", ", gamma: int=3)", "Work, and then rest."
    )
    assert signature(names, "work(1, gamma=") == Signature(
        "work(alpha, beta=2, ", "gamma: int=3", ")", "Work, and then rest."
    )
    assert signature(names, "work") is None
    assert signature(names, "nobody(") is None


# --- after a command


def test_commands_are_completed_with_what_they_do(place):
    assert place.offered("%tra") == ["%trace"]
    offered = {choice.text: choice.note for choice in dispatch.line_choices(place, "%")}
    assert offered == {f"%{command.name}": command.summary for command in dispatch.COMMANDS.values()}
    assert place.offered("%nope x") == []


def test_code_is_completed_after_step(place):
    assert place.offered("%step await thing.att") == ["%step await thing.attribute"]


def test_tasks_are_completed_by_number_name_and_variable(place):
    session = place.session
    session.run(session.compile("t = create_task(sleep(60), name='worker')\nawait sleep(0)", "<input 2>"))
    number = place.recorder.number_of(session.namespace["t"])
    assert list(tasks(place, "")) == [
        Choice(f"T{number}", 0, "worker"),
        Choice("worker", 0, "task"),
        Choice("t", 0, "worker"),
    ]
    assert place.offered("%why wor") == ["%why worker"]
    assert place.offered(f"%why t{number}") == [f"%why T{number}"]


def test_a_value_is_not_asked_whether_it_is_a_task(place):
    class Liar:
        @property
        def __class__(self):
            raise ValueError

    place.session.namespace["liar"] = Liar()
    assert list(tasks(place, "li")) == []
    del place.session.namespace["liar"]


def test_files_are_completed_folders_with_a_slash(tmp_path, monkeypatch):
    for name in ("b.jsonl", "a.jsonl", ".hidden", "a\nb"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inner").touch()
    monkeypatch.chdir(tmp_path)
    assert [choice.text for choice in files(None, "")] == ["a.jsonl", "b.jsonl", "folder/"]
    assert list(files(None, "folder/in")) == [Choice("inner", 2)]
    assert [choice.text for choice in files(None, ".h")] == [".hidden"]
    assert list(files(None, "nowhere/x")) == []


def test_words_are_completed():
    assert list(words("real", "virtual")(None, "vi")) == [Choice("virtual", 2)]
