"""Who cancelled a task, and what became of it: told from the newest request back to its cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corodemo.traceformat import events as ev

if TYPE_CHECKING:
    from corodemo.history import CancelState, History, Snapshot
    from corodemo.views.explain.narrator import Narrator

__all__ = ["by_ctrl_c", "cancel_story", "first_request"]

#: So many requests are told of, the newest.
_TOLD = 3
#: Requests that a task gets because another one got one.
_PASSED_ON = frozenset({"await", "gather"})
_LOOKED_BACK = 10_000
#: A request is passed on in one go, so that none of these comes in between.
_STEP_ENDS = (ev.TaskResumed, ev.TaskSuspended, ev.TaskDone, ev.CallbackRan, ev.LoopWaiting)


def cancel_story(narrator: Narrator, task: int) -> None:
    """Tell of the cancels of a task."""
    if not narrator.visit("cancelled", task):
        return
    cancels = narrator.snapshot.tasks[task].cancels
    if not cancels:
        narrator.say(f"Nobody has asked to cancel {narrator.task(task)}, as far as the trace goes")
        return
    if len(cancels) > _TOLD:
        narrator.say(f"{narrator.task(task)} was asked to cancel {len(cancels)} times; these are the last {_TOLD}")
    for cancel in cancels[-_TOLD:]:
        root = _root(narrator.history, narrator.snapshot, cancel)
        if root is not None:
            _request(narrator, root[0], root[1])
        _request(narrator, task, cancel)
        _delivery(narrator, task, cancel)
        _end(narrator, task, cancel)
    _reason(narrator, task, cancels[-1])


def _request(narrator: Narrator, task: int, cancel: CancelState) -> None:
    name, when = narrator.task(task), f"at {narrator.time(cancel.at_ns)}"
    where = narrator.at(cancel.file, cancel.line)
    by = narrator.task(cancel.by) if cancel.by is not None else "code outside of the tasks"
    message = f", saying {narrator.text(cancel.message)!r}" if cancel.message is not None else ""
    match cancel.via:
        case "timeout":
            narrator.say(f"the timeout{where} was over {when}, and cancelled {name}")
        case "TaskGroup" if cancel.after is not None:
            narrator.say(f"{narrator.task(cancel.after)} failed, so its TaskGroup cancelled {name}, {when}")
        case "TaskGroup":
            narrator.say(f"{by} left its TaskGroup{where} before all was done, and so cancelled {name}, {when}")
        case "await" | "gather" if (root := _root(narrator.history, narrator.snapshot, cancel)) is not None:
            narrator.say(f"That went on to {name}, for which {narrator.task(root[0])} waited")
        case "gather":
            narrator.say(f"{by} cancelled{where} a gather of which {name} is a part, {when}{message}")
        case "await":
            narrator.say(f"{by} cancelled{where} what waits for {name}, and through it {name}, {when}{message}")
        case "run":
            narrator.say(f"run(){where} came to its end while {name} was not done, and cancelled it, {when}")
        case "Ctrl-C":
            narrator.say(f"Ctrl-C cancelled {name}, {when}")
        case "wait_for":
            narrator.say(f"wait_for(){where} had no time left, and cancelled {name}, {when}")
        case _:
            narrator.say(f"{by} cancelled {name}{where}, {when}{message}")


def by_ctrl_c(history: History, snapshot: Snapshot, cancel: CancelState) -> bool:
    """Return whether a cancel is one by Ctrl-C, or a consequence of one."""
    return first_request(history, snapshot, cancel).via == "Ctrl-C"


def first_request(history: History, snapshot: Snapshot, cancel: CancelState) -> CancelState:
    """Return the request of which a cancel is a consequence, or the cancel itself."""
    root = _root(history, snapshot, cancel)
    return cancel if root is None else root[1]


def _root(history: History, snapshot: Snapshot, cancel: CancelState) -> tuple[int, CancelState] | None:
    """Return the request of which this one is a consequence: that to the task which waits for this one."""
    if cancel.via not in _PASSED_ON:
        return None
    for index in range(cancel.index - 1, max(-1, cancel.index - _LOOKED_BACK), -1):
        event = history.events[index]
        if isinstance(event, _STEP_ENDS):
            return None
        if isinstance(event, ev.CancelRequested) and event.via not in _PASSED_ON:
            cancels = snapshot.tasks[event.task].cancels
            return next(((event.task, one) for one in cancels if one.index == index), None)
    return None


def _delivery(narrator: Narrator, task: int, cancel: CancelState) -> None:
    if cancel.delivered_ns is None:
        if cancel.status == "requested":
            _not_delivered(narrator, task, cancel)
        return
    where = narrator.at(cancel.delivered_file, cancel.delivered_line)
    if not where and _began_with(narrator, task, cancel):
        where = ", before its first step"
    narrator.say(
        f"CancelledError was thrown into {narrator.task(task)}{where}, at {narrator.time(cancel.delivered_ns)}"
    )
    _lock(narrator, task, cancel)


def _began_with(narrator: Narrator, task: int, cancel: CancelState) -> bool:
    """Return whether a cancel was thrown into the task's first step; one without a place may belong to a later one."""
    events, lane = narrator.events, narrator.history.fold.lanes[task]
    for index in lane.cancels or ():
        if index > cancel.index and isinstance(events[index], ev.CancelDelivered):
            return lane.created >= 0 and lane.steps(lane.row(index)) == 1
    return False


def _lock(narrator: Narrator, task: int, cancel: CancelState) -> None:
    """Tell of a lock that a cancelled task waited for, and who else waited for one: they may have waited for each other."""
    before = cancel.index - 1
    while before > 0 and cancel.index - before < _LOOKED_BACK and not isinstance(narrator.events[before], _STEP_ENDS):
        before -= 1  # whoever cancels several has not begun with it
    then = narrator.history.at(before)
    held = then.held(then.on(task)) if then.state(task) == "waiting" else None
    if held is None:
        return
    since = narrator.time(then.tasks[task].since_ns)
    ring = _ring(then, task)
    names = " and ".join(narrator.task(holder) for holder in held.by[:_TOLD])
    waited = f"It had waited since {since} for a {held.label}"
    if names:
        more = len(held.by) - _TOLD + held.others
        narrator.say(f"{waited}, which {names}{f' and {more} more' if more > 0 else ''} held")
    elif held.others:
        narrator.say(f"{waited}: acquired by a task that is gone, or outside of any task, and not released")
    else:
        narrator.say(f"{waited}, which nobody that the trace knows held")
    for one, holder in ring[1:]:
        place = narrator.at(then.tasks[one].at_file, then.tasks[one].at_line)
        narrator.say(f"{narrator.task(one)} waited{place} for what {narrator.task(holder)} held")
    if ring:
        narrator.say("So they waited for each other, which only a cancel, or a release by somebody else, could end")


def _ring(then: Snapshot, task: int) -> list[tuple[int, int]]:
    """Return the pairs of who waits and who holds, from a task round to itself; [] if it does not wait for itself so."""
    pairs: list[tuple[int, int]] = []
    one = task
    while one in then.tasks and then.state(one) == "waiting":
        held = then.held(then.on(one))
        if held is None or held.others or len(held.by) != 1 or any(one == waiter for waiter, _ in pairs):
            return []
        pairs.append((one, held.by[0]))
        one = held.by[0]
        if one == task:
            return pairs
    return []


def _not_delivered(narrator: Narrator, task: int, cancel: CancelState) -> None:
    """Tell where a request went that was never thrown into the task itself: to what it waited for, which may have kept it."""
    name, passed = narrator.task(task), _passed_on(narrator, task, cancel)
    if passed:
        names = " and ".join(narrator.task(other) for other, _ in passed[:_TOLD])
        more = f", and {len(passed) - _TOLD} more" if len(passed) > _TOLD else ""
        narrator.say(f"That went on to {names}{more}, for which {name} waited")
    for other, its in [one for one in passed if one[1].delivered_ns is not None][:_TOLD]:
        _delivery(narrator, other, its)
        _end(narrator, other, its)
    if narrator.snapshot.tasks[task].steps > narrator.history.at(cancel.index).tasks[task].steps:
        narrator.say(f"So nothing was thrown into {name}: it went on as if nobody had cancelled it")
    elif passed:
        narrator.say(f"Nothing is thrown into {name} before that has ended")
    else:
        narrator.say(f"It was not thrown into {name} yet: that is for its next step")


def _passed_on(narrator: Narrator, task: int, cancel: CancelState) -> list[tuple[int, CancelState]]:
    """Return who else got a request because `task` waited for them, nearest first."""
    asked: dict[int, int] = {}
    for index in range(cancel.index + 1, narrator.snapshot.index + 1):
        event = narrator.events[index]
        if isinstance(event, ev.CancelRequested) and event.via in _PASSED_ON:
            asked[event.task] = index
        elif isinstance(event, (ev.CancelRequested, *_STEP_ENDS)):
            break
    then = narrator.history.at(cancel.index)
    found: dict[int, CancelState] = {}
    awaited = [then.tasks[task].on]
    while awaited:
        on = awaited.pop(0)
        if on is not None and on.kind == "future" and on.id in then.futures:
            awaited += then.futures[on.id].children
        elif on is not None and on.kind == "task" and on.id in asked and on.id not in found:
            found[on.id] = next(one for one in narrator.snapshot.tasks[on.id].cancels if one.index == asked[on.id])
            awaited.append(then.tasks[on.id].on)
    return list(found.items())


def _end(narrator: Narrator, task: int, cancel: CancelState) -> None:
    name = narrator.task(task)
    where = narrator.at(cancel.settled_file, cancel.settled_line)
    match cancel.status:
        case "propagated":
            narrator.say(f"{name} let it out{where}, and ended cancelled", again=True)
        case "swallowed":
            narrator.say(f"{name} swallowed it{where}, and went on", again=True)
        case "uncancelled":
            narrator.say(f"uncancel(){where} took the request back", again=True)
        case "converted" if cancel.into == "return":
            narrator.say(f"{name} took it{where}, and returned instead", again=True)
        case "converted" if cancel.into:
            narrator.say(f"It became {narrator.text(cancel.into, 40)}{where}", again=True)
        case "converted":
            narrator.say(f"{name} made something else of it{where}", again=True)
        case "delivered":
            state = narrator.snapshot.tasks[task]
            if state.is_finished:
                narrator.say("What became of it the trace does not say", again=True)
            else:
                narrator.say(f"{name} is still handling it{narrator.at(state.at_file, state.at_line)}", again=True)


def _reason(narrator: Narrator, task: int, cancel: CancelState) -> None:
    """Tell why whoever cancelled did: it was cancelled itself, or something of its own had failed."""
    if cancel.via != "TaskGroup":
        return
    snapshot = narrator.snapshot
    if cancel.after is not None and cancel.after in snapshot.tasks:
        failed = narrator.done(cancel.after)
        where = narrator.at(failed.file, failed.line)
        value = narrator.text(failed.value)
        narrator.say(f"{narrator.task(cancel.after)} had failed with {value}{where}, at {narrator.time(failed.at_ns)}")
    elif cancel.by is not None and cancel.by in snapshot.tasks:
        own = [one for one in snapshot.tasks[cancel.by].cancels if one.at_ns <= cancel.at_ns]
        if own and narrator.visit("cancelled", cancel.by):
            _request(narrator, cancel.by, own[-1])
            _reason(narrator, cancel.by, own[-1])
