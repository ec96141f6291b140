"""A dump: the same bytes whether its events were made before or are made for it, whoever looks or interrupts meanwhile."""

from __future__ import annotations

import gzip
import json

import pytest
from generated_programs import CORPUS, run_watched
from recorded_cases import CASES
from recorded_cases import record as record_case

import corodemo
from corodemo import EventLoop, VirtualClock, create_task, gather, run, sleep
from corodemo.recorder import unpacking
from corodemo.recorder.rows import SIZES, SPAWNED, YIELDED, TaskNote
from corodemo.trace import Recorder, load
from corodemo.traceformat import events as ev


async def every_kind_of_row():
    """Do what leaves a row of each kind."""
    loop = corodemo.get_running_loop()
    future = loop.create_future()
    loop.call_soon(future.set_result, "x" * 30)
    loop.call_later(9, print).cancel()
    await future
    await sleep(0)
    await gather(sleep(1), sleep(0.5), future)
    child = create_task(sleep(5, "late"), name="forgotten")
    await sleep(0.25)
    child.cancel()
    await gather(child, return_exceptions=True)
    print("in pieces", end=" ")
    return len("pieces")


class Forgetful(Recorder):
    """A recorder that now and then reads the clock anew, as one does that has made events meanwhile."""

    def task_resumed(self, task):
        if task.get_name() == "forgotten":
            self._forget_the_time()
        super().task_resumed(task)


def record(recorder, main=every_kind_of_row):
    with recorder.capture_output(echo=False):
        run(main(), loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=recorder))
    return recorder


def codes_of(rows):
    found, at = set(), 0
    while at < len(rows):
        code = rows[at]
        kind = code if type(code) is int else TaskNote if type(code) is TaskNote else object
        found.add(kind)
        at += SIZES.get(kind, 1)
    return found


def dumped(recorder, path):
    recorder.dump(path)
    return path.read_bytes()


def check(recorder, tmp_path):
    """Dump what was recorded from its rows, and from its events; both must be the same, and have the same events."""
    before = recorder._log.rows[:], recorder._log._events[:]
    whole = dumped(recorder, tmp_path / "rows.jsonl")
    assert (recorder._log.rows, recorder._log._events) == before, "a dump keeps no events"
    assert gzip.decompress(dumped(recorder, tmp_path / "rows.gz")) == whole
    events = recorder.trace.events
    assert dumped(recorder, tmp_path / "events.jsonl") == whole
    assert load(tmp_path / "rows.jsonl").events == events
    assert len(recorder._log.rows) == 0
    return whole


@pytest.mark.parametrize("batch", [1, 3, unpacking.BATCH])
def test_rows_of_every_kind_are_dumped_as_their_events_are(tmp_path, monkeypatch, batch):
    monkeypatch.setattr(unpacking, "BATCH", batch)
    recorder = record(Forgetful())
    assert codes_of(recorder._log.rows) == {*SIZES, SPAWNED, YIELDED, TaskNote, object}
    check(recorder, tmp_path)
    check(record(record(Recorder())), tmp_path)  # with a second clock, of whose time the first events tell


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_is_dumped_as_its_events_are(path, tmp_path):
    check(record_case(path)[0], tmp_path)


def test_saved_programs_are_dumped_as_their_events_are(tmp_path):
    for entry in json.loads(CORPUS.read_text(encoding="utf-8")):
        recorder = Recorder()
        run_watched(entry["program"], recorder)
        check(recorder, tmp_path)


def test_a_stream_has_the_bytes_of_a_dump(tmp_path):
    streaming = Recorder(file=tmp_path / "stream")
    record(streaming)
    streaming.close()
    assert (tmp_path / "stream").read_bytes() == check(record(Recorder()), tmp_path)


def test_to_look_or_to_dump_midway_changes_no_byte(tmp_path):
    recorder = Recorder()
    parts = []

    async def main():
        for number in range(6):
            await create_task(sleep(number, number))
            if number % 2:
                parts.append(dumped(recorder, tmp_path / "part"))
            else:
                recorder._log._trace.events  # as a live view looks

    record(recorder, main)
    whole = dumped(recorder, tmp_path / "whole")
    parts.append(whole)
    assert [whole.startswith(part) for part in parts] == [True] * 4
    assert sorted(set(parts), key=len) == parts
    assert load(tmp_path / "whole").events == recorder.trace.events


def test_a_dump_with_output_still_open_has_what_was_printed_so_far(tmp_path):
    recorder = Recorder()
    recorder.output("stdout", "half ")
    recorder.dump(tmp_path / "half")
    recorder.output("stdout", "whole\n")
    recorder.dump(tmp_path / "whole")
    assert [event.text for event in load(tmp_path / "half").events] == ["half "]
    assert [event.text for event in load(tmp_path / "whole").events] == ["half whole\n"]


class Interrupted(list):
    """A list in which Ctrl-C comes once, at the append that makes it so long."""

    def __init__(self, size):
        super().__init__()
        self.size = size

    def append(self, item):
        if len(self) == self.size:
            self.size = -1
            raise KeyboardInterrupt
        super().append(item)


def test_ctrl_c_while_events_are_made_loses_none_and_makes_none_twice(tmp_path):
    whole = check(record(Recorder()), tmp_path)
    for size in range(whole.count(b"\n") - 1):
        recorder = record(Recorder())
        recorder._log._events = recorder._log._trace.events = Interrupted(size)
        with pytest.raises(KeyboardInterrupt):
            recorder.trace
        assert dumped(recorder, tmp_path / "t") == whole, size


def test_ctrl_c_while_events_are_written_loses_none_and_writes_none_twice(tmp_path):
    whole = check(record(Recorder()), tmp_path)
    recorder = record(Recorder(capacity=1000, file=tmp_path / "t"))
    log = recorder._log
    write, left = log._stream.write, [3]
    for _ in range(10):
        recorder.output("stderr", "line\n")

    def interrupted(event):
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        write(event)

    for text in ("a\n", "b\n"):
        with log._lock:
            log._is_turning_in = True  # so that they gather
            for number in range(6):
                recorder.output("stdout", f"{number}{text}")
            log._is_turning_in = False
        left[0] = 3
        log._stream.write = interrupted
        with pytest.raises(KeyboardInterrupt):
            recorder.trace
        log._stream.write = write
    recorder.close()
    texts = [event.text for event in load(tmp_path / "t").events[whole.count(b"\n") - 1 :] if type(event) is ev.Output]
    assert texts == ["line\n"] * 10 + [f"{number}{text}" for text in ("a\n", "b\n") for number in range(6)]
    assert recorder.trace.events == load(tmp_path / "t").events
