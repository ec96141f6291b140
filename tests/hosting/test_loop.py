"""Libraries that use the real asyncio, in tasks of ours: they find our loop, and its clock, tasks and trace."""

from __future__ import annotations

import asyncio
import sys

import pytest

from corodemo import VirtualClock
from corodemo.cli.code import run_code
from corodemo.hosting.options import Options
from corodemo.shell.session import Session
from corodemo.trace import Recorder, TaskCreated, TimerSet

LIBRARY = """\
import asyncio
from asyncio import current_task

async def ask():
    return asyncio.get_running_loop(), asyncio.current_task(), asyncio.all_tasks(), current_task()

async def work():
    found = await asyncio.gather(asyncio.sleep(1, "a"), asyncio.sleep(2, "b"))
    try:
        async with asyncio.timeout(3):
            await asyncio.Event().wait()
    except TimeoutError:
        found.append("timeout")
    try:
        await asyncio.wait_for(asyncio.sleep(9), 4)
    except TimeoutError:
        found.append("wait_for")
    async with asyncio.TaskGroup() as group, asyncio.Lock():
        child = group.create_task(asyncio.sleep(5, "child"))
    queue = asyncio.Queue(1)
    producer = asyncio.create_task(produce(queue))
    return [*found, child.result(), await queue.get(), await queue.get(), await asyncio.to_thread(str.upper, "thread")]

async def produce(queue):
    for item in (1, 2):
        await queue.put(item)

async def connect():
    await asyncio.open_connection("localhost", 1)

def run_by_itself():
    return asyncio.run(ask())[0]
"""


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A library's folder, which is not that of the user's own modules."""
    (tmp_path / "some_library.py").write_text(LIBRARY)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("some_library", None)


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def session(library, recorder):
    with Session(clock=VirtualClock(), hook=recorder) as session:
        session.run(session.compile("import some_library", "<input 1>"))
        yield session


def run(session, text):
    return session.run(session.compile(text, "<input 2>"))


def test_a_library_finds_our_loop_and_our_task(session):
    loop, task, everything, imported_by_name = run(session, "await some_library.ask()")
    assert loop is session.loop
    assert (task, everything, imported_by_name) == (task, {task}, task)
    assert task.get_name() == "Task-1"


def test_what_a_library_does_with_asyncio_goes_by_our_clock_and_into_our_trace(session, recorder):
    found = run(session, "await some_library.work()")
    assert found == ["a", "b", "timeout", "wait_for", "child", 1, 2, "THREAD"]
    assert session.loop.time() == 2 + 3 + 4 + 5
    events = recorder.trace.events
    assert sorted(event.deadline_ns // 10**9 for event in events if isinstance(event, TimerSet)) == [1, 2, 5, 9, 14, 14]
    assert "produce" in [event.coro for event in events if isinstance(event, TaskCreated)]


def test_networking_fails_in_one_sentence(session):
    with pytest.raises(
        AttributeError, match=r"^corodemo's loop has no create_connection\(\): networking and subprocesses"
    ):
        run(session, "await some_library.connect()")


def test_a_library_may_run_a_loop_of_its_own_in_plain_code(session):
    assert isinstance(run(session, "some_library.run_by_itself()"), asyncio.BaseEventLoop)


def test_asyncio_is_as_it_was_when_a_session_ends(library):
    before = asyncio.current_task, asyncio.all_tasks, asyncio.tasks.current_task, asyncio.tasks.all_tasks
    with Session(clock=VirtualClock()) as session:
        assert asyncio.current_task is not before[0]
        run(session, "await sleep(1)")
    assert (asyncio.current_task, asyncio.all_tasks, asyncio.tasks.current_task, asyncio.tasks.all_tasks) == before
    assert asyncio._get_running_loop() is None


def test_asyncios_own_programs_are_not_disturbed(session):
    async def main():
        task = asyncio.current_task()
        return asyncio.get_running_loop(), task, asyncio.all_tasks() == {task}

    loop, task, is_alone = asyncio.run(main())
    assert isinstance(loop, asyncio.BaseEventLoop)
    assert isinstance(task, asyncio.Task)
    assert is_alone


def test_a_program_run_by_corodemo_hosts_libraries_too(library, capsys):
    code = "import some_library\nprint(await some_library.work())"
    assert run_code(code, Options(clock="virtual")) == 0
    assert capsys.readouterr().out == "['a', 'b', 'timeout', 'wait_for', 'child', 1, 2, 'THREAD']\n"
