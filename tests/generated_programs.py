"""Programs for the interpreter in `random_programs`: strategies that make them, and those that were once found to differ."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import strategies as st
from random_programs import _Run

import corodemo
from corodemo import EventLoop, VirtualClock
from corodemo.trace import Recorder

CORPUS = Path(__file__).with_name("differential_corpus.json")


# What asyncio itself has changed since, so that only its newest says what corodemo does.
NEWEST = sys.version_info >= (3, 13)


TWELVE = sys.version_info >= (3, 12)


delays = st.integers(0, 12)


steps = st.integers(1, 3)


references = st.integers(0, 9)


which = st.integers(0, 1)


maybe_delays = st.none() | st.integers(-1, 12)


awaitables = st.one_of(
    st.tuples(st.just("task"), references),
    st.tuples(st.just("future"), which),
    st.tuples(st.just("sleep"), delays),
    st.tuples(st.just("body"), steps),
)


fresh = st.one_of(st.tuples(st.just("sleep"), delays), st.tuples(st.just("body"), steps))


# Since 3.12, gather() counts a child that is done already at once, and not an iteration later.
gathered = awaitables if TWELVE else fresh


words = st.sampled_from


def op(name, *arguments):
    return st.tuples(st.just(name), *arguments)


simple = [
    op("sleep", delays),
    op("sleep", delays),
    op("spawn", steps),
    op("spawn", steps),
    op("raise", st.integers(0, 3)),
    op("return", st.integers(0, 3)),
    op("cancel", references, st.none() | words(["a", "b"])),
    op("cancel", references, st.none() | words(["a", "b"])),
    op("await", awaitables),
    op("gather", st.lists(gathered, max_size=3), st.booleans()),
    op("gather_cancelled", st.lists(gathered, min_size=1, max_size=3), delays, st.booleans()),
    op("shield", awaitables),
    op(
        "wait",
        st.lists(references, min_size=1, max_size=3),
        maybe_delays,
        words(["FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED"]),
    ),
    op("as_completed", st.lists(references, max_size=3), maybe_delays),
    op("event", words(["wait", "set", "clear"])),
    op("barrier", words(["wait", "wait", "reset", "abort"])),
    op("put", which),
    op("get", which),
    op("nowait", which, words(["get", "put"])),
    op("join", which),
    op("future", which, words(["result", "exception", "cancel"])),
    op("callback", references, words(["", "cancel", "remove"])),
    op("call_later", delays),
    op("call_soon"),
]


if TWELVE:
    simple.append(op("wait_for", awaitables, maybe_delays))
if NEWEST:
    simple.append(op("uncancel"))
    simple.append(op("condition", st.integers(0, 2)))
    simple.append(op("shutdown", which, st.booleans()))


def nesting(inner):
    lists = st.lists(inner, max_size=3)
    return st.one_of(
        op("timeout", delays, lists),
        op("reschedule", delays, delays, lists),
        op("lock", which, lists),
        op("semaphore", lists),
        *([op("group", st.lists(steps, max_size=3), lists)] if NEWEST else []),
    )


plain_ops = st.one_of(simple)


ops = st.one_of(plain_ops, plain_ops, nesting(st.one_of(plain_ops, nesting(plain_ops))))


bodies = st.fixed_dictionaries(
    {
        "swallows": st.sampled_from([0, 0, 0, 1, 2]),
        "cleanup": st.sampled_from([0, 0, 1, 3]),
        "ops": st.lists(ops, min_size=1, max_size=6),
    }
)


programs = st.fixed_dictionaries({"bodies": st.lists(bodies, min_size=2, max_size=6)})


# Programs about one thing: workers that contend for it, and a main that cancels them.
short = st.integers(0, 2)


pauses = st.one_of(op("sleep", short), op("cancel", st.integers(1, 3), st.just("c")))


def queue_ops(number):
    queue = st.just(number)
    return [
        op("get", queue),
        op("get", queue),
        op("put", queue),
        op("nowait", queue, words(["get", "put"])),
        op("join", queue),
    ]


THEMES = {
    "locks": [op("lock", which, st.lists(pauses, max_size=2)), op("lock", st.just(0), st.lists(pauses, max_size=2))],
    "semaphores": [op("semaphore", st.lists(pauses, max_size=2))],
    "barriers": [op("barrier", st.just("wait")), op("barrier", words(["wait", "reset", "abort"]))],
    "events": [op("event", st.just("wait")), op("event", words(["set", "clear"]))],
    "queues": queue_ops(0),
    "bounded queues": queue_ops(1),
    "timeouts": [op("timeout", short, st.lists(st.one_of(pauses, op("timeout", short, st.lists(pauses)))))],
    "shields": [op("shield", awaitables), op("callback", references, st.just("cancel")), op("raise", which)],
    "futures": [op("await", awaitables), op("future", which, words(["result", "exception", "cancel"]))],
}
if NEWEST:
    THEMES["conditions"] = [op("condition", st.integers(0, 2)), op("condition", st.just(0))]
    THEMES["groups"] = [op("group", st.lists(steps, max_size=2), st.lists(pauses, max_size=2)), op("raise", which)]
    THEMES["queues"].append(op("shutdown", st.just(0), st.booleans()))
    THEMES["bounded queues"].append(op("shutdown", st.just(1), st.booleans()))


@st.composite
def contentions(draw, theme):
    worker = st.fixed_dictionaries(
        {
            "swallows": words([0, 0, 1]),
            "cleanup": words([0, 0, 1]),
            "ops": st.lists(st.one_of(*THEMES[theme], *THEMES[theme], pauses), min_size=1, max_size=4),
        }
    )
    workers = draw(st.lists(worker, min_size=2, max_size=5))
    spawns = [("spawn", number + 1) for number in range(len(workers))]
    # What matters is mostly a cancel right after something was given to who is cancelled, before it has run.
    given = st.tuples(st.one_of(*THEMES[theme]), op("cancel", st.integers(1, 3), st.just("c")))
    phases = draw(st.lists(st.one_of(given, given, st.tuples(st.one_of(*THEMES[theme], pauses))), max_size=6))
    main = [*spawns, ("sleep", draw(short)), *(step for phase in phases for step in phase)]
    return {"bodies": [{"swallows": 1, "cleanup": 0, "ops": main}, *workers]}


def run_watched(program, hook):
    """Run a program under a hook; return the run."""
    loop = EventLoop(clock=VirtualClock(), hook=hook)
    done = _Run(corodemo, loop, corodemo.TaskGroup, program)
    if isinstance(hook, Recorder):
        assert loop.hook is hook, "the recorder raised, and was taken off"
    return done
