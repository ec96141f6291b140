"""What woke a task, and why it failed: back along what finished what it waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from corodemo.traceformat import events as ev

if TYPE_CHECKING:
    from corodemo.views.explain.narrator import Narrator

__all__ = ["failed_story", "woken_story"]

#: Of the parts of a gather, of the steps that held somebody up, so many are told of.
_FOLLOWED = 3


# --- woken


def woken_story(narrator: Narrator, task: int) -> None:
    """Tell what woke a task, and what woke that."""
    index = narrator.snapshot.index
    waker: int | None = task
    for _ in range(_FOLLOWED * 2):
        if waker is None or not narrator.visit("woken", waker):
            return
        woken = narrator.history.at(index).tasks[waker].woken_by
        if woken is None:
            narrator.say(f"How {narrator.task(waker)} came to run the trace does not say")
            return
        event = cast("ev.TaskReady", narrator.events[woken.index])
        narrator.say(_wakeup(narrator, event, woken.index, woken.running))
        index = woken.index
        is_chain = event.cause in {"future", "cancel", "spawned"}
        waker = event.by if event.cause == "task" else woken.running if is_chain else None
        if waker is None and event.cause == "cancel":
            waker = _awaited(narrator, event.task, index)
        if waker is None and event.cause == "future":
            waker = narrator.last_part(event.by, index)


def _wakeup(narrator: Narrator, event: ev.TaskReady, index: int, running: int | None) -> str:
    name, when = narrator.task(event.task), f"at {narrator.time(event.at_ns)}"
    place = narrator.place_at(event.task, index)
    by = narrator.task(running) if running is not None else "a callback"
    match event.cause:
        case "spawned":
            made = narrator.snapshot.made(event.task)
            where = narrator.at(made.file, made.line) if made is not None else ""
            return f"{by if running is not None else 'Code outside of the tasks'} made {name}{where}, {when}"
        case "yielded":
            return f"{name} only gave way{place}, and was ready again at once, {when}"
        case "timer":
            return f"{narrator.timer(event.by)} was over {when} and woke {name}{place}"
        case "task":
            return f"The end of {narrator.task(event.by)} woke {name}{place}, {when}"
        case "cancel" if running is None and (awaited := _awaited(narrator, event.task, index)) is not None:
            return f"The end of {narrator.task(awaited)}, which was cancelled, woke {name}{place}, {when}"
        case "cancel":
            return f"{by} cancelled {name}, and so woke it{place}, {when}"
        case "io":
            return f"A file became ready and woke {name}{place}, {when}"
        case "thread":
            return f"{narrator.thread_behind(index)} woke {name}{place}, {when}"
    last = narrator.last_part(event.by, index)
    future = narrator.what(ev.On("future", event.by)) if event.by is not None else "what it waited for"
    if running is None and last is not None:
        return f"The end of {narrator.task(last)} completed {future} {when}, and so woke {name}{place}"
    lines = narrator.step_lines(running, narrator.step_begin(running, index)) if running is not None else ""
    return f"{by} finished {future} {when}{lines}, and so woke {name}{place}"


def _awaited(narrator: Narrator, task: int, index: int) -> int | None:
    """Return the task for which another one waited just before an event, if that was done by then."""
    then = narrator.history.at(index - 1)
    on = then.tasks[task].on if index > 0 and task in then.tasks else None
    if on is None or on.kind != "task" or on.id not in then.tasks or not then.tasks[on.id].is_finished:
        return None
    return on.id


# --- failed


def failed_story(narrator: Narrator, task: int) -> None:
    """Tell why a task failed, and what became of those beside it."""
    if not narrator.visit("failed", task):
        return
    snapshot, state = narrator.snapshot, narrator.snapshot.tasks[task]
    if state.state != "failed":
        narrator.say(f"{narrator.task(task)} has not failed: it is {state.state}")
        return
    done = narrator.done(task)
    where = narrator.at(done.file, done.line)
    narrator.say(f"{narrator.task(task)} failed at {narrator.time(done.at_ns)} with {narrator.text(done.value)}{where}")
    woken = state.woken_by
    if woken is None:
        return
    event = cast("ev.TaskReady", narrator.events[woken.index])
    sources: tuple[ev.On, ...] = ()
    if event.cause == "task" and event.by is not None:
        sources = (ev.On("task", event.by),)
    elif event.cause == "future" and event.by is not None and event.by in snapshot.futures:
        sources = snapshot.futures[event.by].children
    tasks = [source.id for source in sources if source.kind == "task" and source.id in snapshot.tasks]
    for child in tasks:
        if snapshot.tasks[child].value == done.value or (snapshot.state(child) == "failed" and "Group(" in done.value):
            narrator.say(
                f"It came from {narrator.task(child)}, which it waited for{narrator.place_at(task, woken.index)}"
            )
            failed_story(narrator, child)
            break
    else:
        # What fails while it is being cancelled fails by itself; what a group raises comes from its tasks.
        for cancel in state.cancels if "Group(" in done.value else ():
            if cancel.after is not None and cancel.after in snapshot.tasks:
                narrator.say(f"It came from {narrator.task(cancel.after)}, a task of its TaskGroup")
                failed_story(narrator, cancel.after)
    going_on = [
        child for child in tasks if not snapshot.tasks[child].is_finished or narrator.done(child).at_ns > done.at_ns
    ]
    if going_on and event.cause == "future" and event.by is not None:
        names = ", ".join(map(narrator.task, going_on[:_FOLLOWED]))
        if (snapshot.awaited(ev.On("future", event.by)).what or "").startswith("gather"):
            narrator.say(f"{names} went on all the same: gather() does not cancel the others when one fails")
