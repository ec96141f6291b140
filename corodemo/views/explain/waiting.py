"""Why a task waits, and why it ran late: what it needs, and what had its turn first."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from corodemo.history import longest_delay
from corodemo.traceformat import events as ev

if TYPE_CHECKING:
    from corodemo.history import Snapshot
    from corodemo.views.explain.narrator import Storyteller

__all__ = ["is_at_lock", "late_story", "others_at_locks", "waiting_story"]

#: Of the parts of a gather, of the steps that held somebody up, so many are told of.
_FOLLOWED = 3


# --- waiting


def waiting_story(teller: Storyteller, task: int) -> None:
    """Tell why a task waits, and what would end that."""
    if not teller.visit("waiting", task):
        teller.say(f"That is a ring: {teller.task(task)} waits for itself")
        return
    snapshot = teller.snapshot
    state = snapshot.tasks[task]
    name = teller.task(task)
    place = teller.at(state.at_file, state.at_line)
    if state.state == "ready":
        teller.say(f"{name} is ready since {teller.time(state.since_ns)}, and waits only for its turn{place}")
    elif state.state == "running":
        teller.say(f"{name} does not wait: it runs since {teller.time(state.since_ns)}{place}")
    elif state.state != "waiting":
        if len(teller.sentences) == 0:
            teller.say_ended(task)
    elif state.on is None:
        teller.say(f"{name} only gave way to the others{place}, at {teller.time(state.since_ns)}")
    else:
        what = teller.what(state.on)
        teller.say(f"{name} waits for {what}{place}, since {teller.time(state.since_ns)}")
        _what_would_end_it(teller, task, state.on, what)


def _what_would_end_it(teller: Storyteller, task: int, on: ev.On, what: str) -> None:
    snapshot = teller.snapshot
    if on.kind == "task":
        if on.id in snapshot.tasks:
            waiting_story(teller, on.id)
        else:
            teller.say(f"The trace says nothing else of T{on.id}")
    elif on.kind == "timer":
        timer = next((timer for timer in snapshot.timers if timer.id == on.id), None)
        if timer is None:
            teller.say("The trace does not say when that ends")
        elif teller.is_over:
            teller.say(f"It would have been over at {teller.time(timer.deadline_ns)}, and the trace ends before")
        else:
            teller.say(f"It is over at {teller.time(timer.deadline_ns)}")
    else:
        _what_would_finish(teller, task, on.id, what)


def _what_would_finish(teller: Storyteller, task: int, number: int, what: str) -> None:
    snapshot = teller.snapshot
    future = snapshot.futures.get(number)
    children = future.children if future is not None else ()
    if children:
        open_ones = [child for child in children if not teller.is_done(child)]
        if not open_ones:
            teller.say(f"All that {what} waits for is done, so it is about to be finished")
            return
        names = ", ".join(teller.what(child) for child in open_ones[:_FOLLOWED])
        more = f" and {len(open_ones) - _FOLLOWED} more" if len(open_ones) > _FOLLOWED else ""
        teller.say(f"Of {what}, {len(open_ones)} of {len(children)} {_is_are(open_ones)} not done: {names}{more}")
        for child in open_ones[:_FOLLOWED]:
            if child.kind == "task" and child.id in snapshot.tasks and not teller.is_visited("waiting", child.id):
                waiting_story(teller, child.id)
        return
    if what.startswith("to_thread("):
        job = next((job for job in snapshot.threads if f"to_thread({job.what})" == what), None)
        since = f" since {teller.time(job.at_ns)}" if job is not None else ""
        teller.say(f"A thread runs that{since}, and has not come back")
        return
    if not (what.endswith(".acquire") and teller.warning("deadlock", task)):  # which says who holds it
        teller.say(_missing(what))
        if is_at_lock(snapshot, task) and (others := others_at_locks(teller, snapshot, task)):
            teller.say(f"For this or another Lock there also wait {others}: one of them may hold it")


def _missing(label: str) -> str:
    """Return what has not happened, for one of the runtime's own futures."""
    kind, _, method = label.partition(".")
    if method == "get":
        return "Nobody has put anything into it since then"
    if method == "put":
        return "Nobody has taken anything out of it since then, so there is no room"
    if method == "acquire":
        return f"Nobody has released the {kind} to it since then; the trace does not say who holds it"
    if label == "Event.wait":
        return "Nobody has set the Event since then; a set() before that, which clear() took back, does not count"
    if label == "Condition.wait":
        return "Nobody has notified the Condition since then"
    if label == "Barrier.wait":
        return "Not all for whom the Barrier waits have come to it since then"
    return "Nothing in the trace has finished it, and the trace does not say who should"


def is_at_lock(snapshot: Snapshot, task: int) -> bool:
    """Return True if a task waits for a Lock."""
    on = snapshot.on(task)
    return on is not None and on.kind == "future" and snapshot.label(on) == "Lock.acquire"


def others_at_locks(teller: Storyteller, snapshot: Snapshot, task: int) -> str:
    """Return who else waits for a Lock, and since when; "" for nobody. Who holds one is not in a trace."""
    waits = [other for other in snapshot.live if other != task and is_at_lock(snapshot, other)]
    said = [f"{teller.task(other)} since {teller.time(snapshot.tasks[other].since_ns)}" for other in waits[:_FOLLOWED]]
    return ", ".join(said) + (f", and {len(waits) - _FOLLOWED} more" if len(waits) > _FOLLOWED else "")


def _is_are(items: list[ev.On]) -> str:
    return "is" if len(items) == 1 else "are"


# --- late


def late_story(teller: Storyteller, task: int) -> None:
    """Tell why a task ran later than it could have."""
    snapshot, name = teller.snapshot, teller.task(task)
    found = longest_delay(teller.history, task, snapshot.index)
    if found is None:
        teller.say(f"{name} was never woken, as far as the trace goes")
        return
    woken = cast("ev.TaskReady", teller.events[found.wakeup])
    place = teller.place_at(task, found.wakeup)
    place = place and f",{place},"
    began = snapshot.state(task) != "ready" or snapshot.tasks[task].woken_by.index != found.wakeup  # type: ignore[union-attr]
    if found.ns == 0:
        teller.say(f"{name} was never late: each of its steps began when it was due")
        return
    verb = "and its step began at" if began else "and has not run by"
    cause = f" ({teller.timer(woken.by)})" if woken.cause == "timer" else ""
    teller.say(
        f"{name}{place} was due at {teller.time(found.due_ns)}{cause}, {verb} {teller.time(found.resumed_ns)}, "
        f"{teller.time(found.ns)} late"
    )
    shares = sorted(found.shares, key=lambda share: -share.ns)
    for share in shares[:_FOLLOWED]:
        if share.task is None:
            teller.say(f"Meanwhile the callback {teller.text(share.what)} ran for {teller.time(share.ns)}")
        else:
            lines = teller.step_lines(share.task, share.begins)
            teller.say(f"Meanwhile {teller.task(share.task)} ran for {teller.time(share.ns)}{lines}")
    rest = shares[_FOLLOWED:]
    if rest:
        teller.say(f"{len(rest)} more ran for {teller.time(sum(share.ns for share in rest))} together")
    lost = found.ns - sum(share.ns for share in shares)
    if lost > found.ns // 2:
        teller.say(
            f"For {teller.time(lost)} of it the trace names nothing that ran: the machine was busy, or the loop was"
        )
