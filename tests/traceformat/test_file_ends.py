"""Whatever ends a program, the trace that it had written loads; and nothing is written twice, or into somebody else's file."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading

import pytest
from programs import child_environment, corodemo, python

from corodemo import EventLoop, VirtualClock, create_task, gather, run, sleep
from corodemo.history import History
from corodemo.trace import Recorder, TraceStream, load
from corodemo.traceformat import events as ev

NAMES = ["t.jsonl", "t.jsonl.gz"]

PROGRAM = """
import os, sys
from corodemo import EventLoop, VirtualClock, run, sleep
from corodemo.trace import Recorder

async def main():
    await sleep(1)
    await sleep(1)
    {ending}

recorder = Recorder(file={file!r})
run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
recorder.close()
"""


def names_of(trace):
    return [type(event).__name__ for event in trace.events]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("ending", "status"),
    [("os._exit(3)", 3), ("os.kill(os.getpid(), 9)", -signal.SIGKILL), ("os.abort()", -signal.SIGABRT)],
)
def test_what_was_written_before_a_sudden_end_loads(tmp_path, name, ending, status):
    file = tmp_path / name
    done, _, _ = python("-c", PROGRAM.format(ending=ending, file=str(file)))
    assert done == status
    trace = load(file)
    assert names_of(trace)[-4:] == ["TimerSet", "TaskSuspended", "LoopWaiting", "TimerFired"]
    assert History(trace).last().tasks[1].state == "waiting"


@pytest.mark.parametrize("name", NAMES)
def test_a_program_that_is_killed_while_it_computes_has_left_its_trace(tmp_path, name):
    file = tmp_path / name
    ending = "print('ready', flush=True); [None for _ in iter(int, 1)]"
    code = PROGRAM.format(ending=ending, file=str(file))
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env=child_environment(), cwd=tmp_path
    ) as program:
        assert program.stdout.readline() == b"ready\n"
        program.kill()
    assert names_of(load(file))[-2:] == ["LoopWaiting", "TimerFired"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full disk here")
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_full_disk_ends_the_stream_and_not_the_program(tmp_path, suffix):
    link = tmp_path / f"t{suffix}"
    link.symlink_to("/dev/full")
    recorder = Recorder(file=link)
    seen = []

    async def main():
        await sleep(1)
        seen.append("went on")

    run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    assert seen == ["went on"]
    with pytest.raises(OSError, match="No space left"):
        recorder.close()


def test_a_script_whose_trace_cannot_be_written_is_told_at_the_end(tmp_path):
    (tmp_path / "s.py").write_text("import asyncio\nasync def main():\n    print('ran')\nasyncio.run(main())\n")
    status, out, err = corodemo("run", "--trace", "/dev/full", tmp_path / "s.py")
    assert (status, out) == (1, "ran\n")
    assert err == "corodemo: the trace in /dev/full is not whole: No space left on device\n"


def test_a_limit_on_the_size_of_files_leaves_what_fitted(tmp_path):
    file = tmp_path / "t.jsonl"
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
    code = limit + PROGRAM.format(ending="[await sleep(1) for _ in range(200)]", file=str(file))
    status, _, err = python("-c", code)
    assert status == 1
    assert "File too large" in err  # raised by close(), which the program does not expect
    trace = load(file)
    assert file.stat().st_size == 5000
    assert re.fullmatch(r"t\.jsonl ends in the middle of line \d+: \d+ bytes were left out", trace.lost)
    assert len(trace.events) + 2 == int(trace.lost.split("line ")[1].split(":")[0])


def test_a_closed_pipe_ends_the_stream_and_not_the_program():
    here, there = os.pipe()
    recorder = Recorder(file=f"/dev/fd/{there}")
    os.close(here)
    os.close(there)

    async def main():
        await sleep(1)
        return "done"

    assert run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder)) == "done"
    with pytest.raises(BrokenPipeError):
        recorder.close()


def test_a_write_that_takes_only_a_part_is_gone_on_with(tmp_path, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, data[:7]))
    recorder = Recorder(file=tmp_path / "t.jsonl")

    async def main():
        await sleep(1)

    run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    recorder.close()
    monkeypatch.undo()
    trace = load(tmp_path / "t.jsonl")
    assert (trace.lost, names_of(trace)[-1]) == (None, "LoopStopped")


@pytest.mark.parametrize("name", NAMES)
def test_a_forked_child_does_not_write_again(tmp_path, name):
    file = tmp_path / name
    ending = "child = os.fork()\n    if child: os.waitpid(child, 0)\n    print('after the fork')"
    code = PROGRAM.format(ending=ending, file=str(file)).replace(
        "run(main", "capture = recorder.capture_output()\ncapture.__enter__()\nrun(main"
    )
    status, out, err = python("-c", code)
    assert (status, out, err) == (0, "after the fork\n" * 2, "")
    trace = load(file)
    assert trace.lost is None
    assert [event.text for event in trace.events if isinstance(event, ev.Output)] == ["after the fork\n"]
    assert names_of(trace).count("LoopStopped") == names_of(trace).count("LoopStarted")


def test_threads_may_print_while_the_program_streams(tmp_path):
    recorder = Recorder(file=tmp_path / "t.jsonl")

    def talk(number):
        for n in range(200):
            recorder.output("stdout", f"{number}-{n}\n")

    async def main():
        threads = [threading.Thread(target=talk, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(300):
            await sleep(0)
        for thread in threads:
            thread.join()

    run(main(), loop_factory=lambda: EventLoop(hook=recorder))
    recorder.close()
    outputs = [event for event in load(tmp_path / "t.jsonl").events if isinstance(event, ev.Output)]
    assert sorted(event.text for event in outputs) == sorted(f"{n}-{m}\n" for n in range(4) for m in range(200))
    assert {event.task for event in outputs} == {None}


def test_a_loop_of_another_thread_is_not_mixed_in():
    recorder = Recorder()

    async def other():
        await sleep(0)
        await gather(sleep(0), sleep(0))

    async def main():
        def elsewhere():
            run(other(), loop_factory=lambda: EventLoop(hook=recorder))

        threads = [threading.Thread(target=elsewhere, name="elsewhere") for _ in range(2)]
        for thread in threads:
            thread.start()
            thread.join()
        await create_task(sleep(0), name="mine")

    run(main(), loop_factory=lambda: EventLoop(hook=recorder))
    events = recorder.trace.events
    assert [event.name for event in events if isinstance(event, ev.TaskCreated)] == ["Task-1", "mine"]
    assert [(event.rule, event.task, event.message) for event in events if isinstance(event, ev.Warned)] == [
        ("other-thread", None, "a loop in thread 'elsewhere' is not recorded: give it a recorder of its own")
    ]


def test_a_bounded_trace_has_a_history():
    recorder = Recorder(capacity=50)

    async def worker():
        for _ in range(20):
            await sleep(1)

    async def main():
        await gather(worker(), worker())

    run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    trace = recorder.trace
    assert (len(trace.events), trace.dropped > 0) == (50, True)
    history = History(trace)
    assert {task: state.state for task, state in history.last().tasks.items()} == {1: "done", 2: "done", 3: "done"}
    for index in range(-1, 50):
        assert history.at(index).counts


def test_a_stream_says_what_went_wrong_only_once_it_is_closed(tmp_path):
    stream = TraceStream(tmp_path / "t")
    stream.write_header(ev.Header(1, "virtual", "3", "x"))
    stream.close()
    stream.write(ev.LoopStarted(0))  # nothing more is written, and nothing is raised
    stream.close()
    assert json.loads((tmp_path / "t").read_text())["kind"] == "trace"
