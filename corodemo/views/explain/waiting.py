"""Why a task waits, and why it ran late: what it needs, and what had its turn first."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from corodemo.history import longest_delay
from corodemo.traceformat import events as ev

if TYPE_CHECKING:
    from corodemo.views.explain.narrator import Narrator

__all__ = ["late_story", "waiting_story"]

#: Of the parts of a gather, of the steps that held somebody up, so many are told of.
_FOLLOWED = 3


# --- waiting


def waiting_story(narrator: Narrator, task: int) -> None:
    """Tell why a task waits, and what would end that."""
    if not narrator.visit("waiting", task):
        narrator.say(f"That is a ring: {narrator.task(task)} waits for itself")
        return
    snapshot = narrator.snapshot
    state = snapshot.tasks[task]
    name = narrator.task(task)
    place = narrator.at(state.at_file, state.at_line)
    if state.state == "ready":
        narrator.say(f"{name} is ready since {narrator.time(state.since_ns)}, and waits only for its turn{place}")
    elif state.state == "running":
        narrator.say(f"{name} does not wait: it runs since {narrator.time(state.since_ns)}{place}")
    elif state.state != "waiting":
        if len(narrator.sentences) == 0:
            narrator.say_ended(task)
    elif state.on is None:
        narrator.say(f"{name} only gave way to the others{place}, at {narrator.time(state.since_ns)}")
    else:
        what = narrator.what(state.on)
        narrator.say(f"{name} waits for {what}{place}, since {narrator.time(state.since_ns)}")
        _what_would_end_it(narrator, task, state.on, what)


def _what_would_end_it(narrator: Narrator, task: int, on: ev.On, what: str) -> None:
    snapshot = narrator.snapshot
    if on.kind == "task":
        if on.id in snapshot.tasks:
            waiting_story(narrator, on.id)
        else:
            narrator.say(f"The trace says nothing else of T{on.id}")
    elif on.kind == "timer":
        timer = next((timer for timer in snapshot.timers if timer.id == on.id), None)
        if timer is None:
            narrator.say("The trace does not say when that ends")
        elif narrator.is_over:
            narrator.say(f"It would have been over at {narrator.time(timer.deadline_ns)}, and the trace ends before")
        else:
            narrator.say(f"It is over at {narrator.time(timer.deadline_ns)}")
    else:
        _what_would_finish(narrator, task, on.id, what)


def _what_would_finish(narrator: Narrator, task: int, number: int, what: str) -> None:
    snapshot = narrator.snapshot
    future = snapshot.futures.get(number)
    children = future.children if future is not None else ()
    if children:
        open_ones = [child for child in children if not narrator.is_done(child)]
        if not open_ones:
            narrator.say(f"All that {what} waits for is done, so it is about to be finished")
            return
        names = ", ".join(narrator.what(child) for child in open_ones[:_FOLLOWED])
        more = f" and {len(open_ones) - _FOLLOWED} more" if len(open_ones) > _FOLLOWED else ""
        narrator.say(f"Of {what}, {len(open_ones)} of {len(children)} {_is_are(open_ones)} not done: {names}{more}")
        for child in open_ones[:_FOLLOWED]:
            if child.kind == "task" and child.id in snapshot.tasks and not narrator.is_visited("waiting", child.id):
                waiting_story(narrator, child.id)
        return
    label = future.label if future is not None else ""
    if label.startswith("to_thread("):
        job = next((job for job in snapshot.threads if f"to_thread({job.what})" == label), None)
        since = f" since {narrator.time(job.at_ns)}" if job is not None else ""
        narrator.say(f"A thread runs that{since}, and has not come back")
        return
    if not (label.endswith(".acquire") and narrator.warning("deadlock", task)):  # which says who holds it
        held = snapshot.held(ev.On("future", number))
        if held is None:
            narrator.say(_missing(label))
        else:
            _who_holds(narrator, held)


def _who_holds(narrator: Narrator, held: ev.LockHeld) -> None:
    """Tell who holds a lock, and what keeps them."""
    snapshot = narrator.snapshot
    if not held.by and not held.others:
        narrator.say(f"The {held.label} is free: who is first in the line takes it in its next step")
        return
    names = [narrator.task(task) for task in held.by[:_FOLLOWED]]
    unnamed = len(held.by) - len(names) + held.others
    if held.others and not held.by:
        narrator.say(f"The {held.label} was acquired by a task that is gone, or outside of any task, and not released")
        return
    more = f" and {unnamed} more" if unnamed else ""
    narrator.say(f"{', '.join(names)}{more} {'holds' if len(names) + unnamed == 1 else 'hold'} the {held.label}")
    for task in held.by[:_FOLLOWED]:
        state = snapshot.tasks.get(task)
        if state is None:
            continue
        if state.is_finished:
            narrator.say(f"{narrator.task(task)} has ended, at {narrator.time(state.since_ns)}, without a release")
        elif narrator.is_visited("waiting", task):
            if len(held.by) == 1 and not held.others:
                narrator.say(
                    f"So {narrator.task(task)} waits for itself: it ends only if one of them is cancelled, or somebody else "
                    "releases what it holds"
                )
        else:
            waiting_story(narrator, task)


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


def _is_are(items: list[ev.On]) -> str:
    return "is" if len(items) == 1 else "are"


# --- late


def late_story(narrator: Narrator, task: int) -> None:
    """Tell why a task ran later than it could have."""
    snapshot, name = narrator.snapshot, narrator.task(task)
    found = longest_delay(narrator.history, task, snapshot.index)
    if found is None:
        narrator.say(f"{name} was never woken, as far as the trace goes")
        return
    woken = cast("ev.TaskReady", narrator.events[found.wakeup])
    place = narrator.place_at(task, found.wakeup)
    place = place and f",{place},"
    began = snapshot.state(task) != "ready" or snapshot.tasks[task].woken_by.index != found.wakeup  # type: ignore[union-attr]
    if found.ns == 0:
        narrator.say(f"{name} was never late: each of its steps began when it was due")
        return
    verb = "and its step began at" if began else "and has not run by"
    cause = f" ({narrator.timer(woken.by)})" if woken.cause == "timer" else ""
    narrator.say(
        f"{name}{place} was due at {narrator.time(found.due_ns)}{cause}, {verb} {narrator.time(found.resumed_ns)}, "
        f"{narrator.time(found.ns)} late"
    )
    shares = sorted(found.shares, key=lambda share: -share.ns)
    for share in shares[:_FOLLOWED]:
        if share.task is None:
            narrator.say(f"Meanwhile the callback {narrator.text(share.what)} ran for {narrator.time(share.ns)}")
        else:
            lines = narrator.step_lines(share.task, share.begins)
            narrator.say(f"Meanwhile {narrator.task(share.task)} ran for {narrator.time(share.ns)}{lines}")
    rest = shares[_FOLLOWED:]
    if rest:
        narrator.say(f"{len(rest)} more ran for {narrator.time(sum(share.ns for share in rest))} together")
    lost = found.ns - sum(share.ns for share in shares)
    if lost > found.ns // 2:
        narrator.say(
            f"For {narrator.time(lost)} of it the trace names nothing that ran: the machine was busy, or the loop was"
        )
