"""The other panes of the stepper: queue and timers, names, events, output. Each fills a given size, or less of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from corodemo.history import brief
from corodemo.views.glyphs import DIM, MARK, NOW, STYLES, TITLE, glyphs
from corodemo.views.lists import few, flowing
from corodemo.views.names import future_title, task_title
from corodemo.views.sentences import describe
from corodemo.views.suspension import meanwhile_line
from corodemo.views.text import Lines, Spot, cell_len, cut, fit, plain_lines, styled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corodemo.history import History, Snapshot
    from corodemo.history.suspensions import Suspension
    from corodemo.traceformat import events as ev

__all__ = ["event_pane", "names_pane", "output_pane", "present_task", "queue_pane", "waiting_chain"]

_TALL = 7  # lines from which the queue is written down the page
_BACK = 200  # recorded lines that are searched for a task's names
_LINKS = 2_000  # waiting tasks that are searched for who waits on whom


def queue_pane(snapshot: Snapshot, width: int, height: int, *, ascii: bool = False) -> Lines:
    """Return who runs next, and which timers fire when."""
    if height < _TALL:
        return _queue_across(snapshot, width, height, ascii)
    jobs = [f"job {job.job}: {job.what}" for job in snapshot.threads]
    room = height - 2 - (min(len(jobs), 2) + 1 if jobs else 0)
    ready = [_ready_task(snapshot, task, ascii) for task in snapshot.ready[:room]]
    timers = [_timer_line(snapshot, at, ascii) for at in range(min(len(snapshot.timers), room))]
    # The longer of the two gives way; neither is hidden while the other has room to spare.
    ready_room = max(1, min(len(ready) or 1, max(room // 2, room - max(1, len(timers)))))
    lines = [styled("READY", TITLE).append("  next first" if len(ready) > 1 else "", DIM)]
    lines += few(
        ready, len(snapshot.ready), ready_room, "nothing: the loop waits" if snapshot.loop == "idle" else "nobody"
    )
    lines.append(styled("TIMERS", TITLE))
    lines += few(timers, len(snapshot.timers), room - ready_room, "none")
    if jobs:
        lines.append(styled("THREADS", TITLE))
        lines += few([Text("  " + fit(job, width - 2, ascii=ascii)) for job in jobs[:2]], len(jobs), 2, "")
    return Lines(cut(line, width, ascii=ascii) if cell_len(line.plain) > width else line for line in lines)


def _ready_task(snapshot: Snapshot, task: int, ascii: bool) -> Text:
    return styled("  " + task_title(snapshot, task, ascii=ascii), STYLES["ready"])


def _timer_line(snapshot: Snapshot, at: int, ascii: bool) -> Text:
    timer = snapshot.timers[at]
    line = styled(f"  {_from_now(snapshot, timer.deadline_ns, ascii):>7}  ", STYLES["waiting"])
    if timer.task is not None:
        line.append(task_title(snapshot, timer.task, ascii=ascii, width=16) + "  ")
    return line.append(fit(timer.what, 30, ascii=ascii), DIM)


def _from_now(snapshot: Snapshot, deadline_ns: int, ascii: bool) -> str:
    left = deadline_ns - snapshot.at_ns
    return ("+" if left >= 0 else "") + brief(left, ascii=ascii)


def _queue_across(snapshot: Snapshot, width: int, height: int, ascii: bool) -> Lines:
    ready = [styled(task_title(snapshot, task, ascii=ascii, width=12), STYLES["ready"]) for task in snapshot.ready[:50]]
    timers = []
    for timer in snapshot.timers[:50]:
        who = f" T{timer.task}" if timer.task is not None else " " + fit(timer.what, 12, ascii=ascii)
        timers.append(styled(_from_now(snapshot, timer.deadline_ns, ascii) + who, STYLES["waiting"]))
    half = max(1, height // 2)
    lines = flowing("READY", ready, width, height - half, ascii=ascii)
    lines += flowing("TIMERS", timers, width, half, ascii=ascii)
    return Lines(lines[:height])


def present_task(snapshot: Snapshot) -> int | None:
    """Return the task that runs, or that the newest event is about, or whose place in the source is shown."""
    if snapshot.running is not None:
        return snapshot.running
    task: int | None = getattr(snapshot.event, "task", None)
    if task is None and snapshot.here is not None:
        task = snapshot.here.task
    return task if task in snapshot.tasks else None


def names_pane(
    snapshot: Snapshot,
    width: int,
    height: int,
    *,
    task: int | None = None,
    suspension: Suspension | None = None,
    ascii: bool = False,
) -> Lines:
    """Return who waits for a task, and the names in it that its newest line changed, or earlier ones.

    task: the present one by default. suspension: its newest await, to say also who ran meanwhile and what they changed.
    """
    task = task or present_task(snapshot)
    if task is None or task not in snapshot.tasks:
        return _names_outside(snapshot, width, height, ascii)
    chain = waiting_chain(snapshot, task, ascii=ascii)
    arrow = f" {glyphs(ascii).to} "
    if not _fits(chain, arrow, width):
        # The near end of a long chain says more than the far one.
        while len(chain) > 1 and not _fits([glyphs(ascii).more, *chain], arrow, width):
            chain.pop(0)
        chain.insert(0, glyphs(ascii).more)
    lines = [styled(fit(arrow.join(chain), width, ascii=ascii), NOW)]
    by_others: dict[tuple[str, str], str] = {}  # what was there before, by name and value
    if suspension is not None and snapshot.running == task:
        ran = meanwhile_line(snapshot, suspension, width, ascii=ascii)
        lines += [ran] if ran is not None and height > 2 else []
        by_others = {(change.name, change.after): change.before for change in suspension.changes}
    names = _names(snapshot.lines_of(task))
    for name, value, is_new in names[: max(0, height - len(lines))]:
        before = by_others.get((name, value))
        lines.append(_name_line(name, value, is_new, before, width, ascii))
    if not names and len(lines) < height:
        lines.append(styled(fit("  no names recorded yet", width, ascii=ascii), DIM))
    return Lines(lines)


def _name_line(name: str, value: str, is_new: bool, before: str | None, width: int, ascii: bool) -> Text:
    """before: what it was until another task changed it."""
    line = styled("* " if is_new else "  ", STYLES["ready"]) if before is None else styled("~ ", MARK)
    line.append(fit(name, max(4, width // 3), ascii=ascii), "bold" if is_new else "none").append(" = ", DIM)
    was = f"  was {before}" if before is not None else ""
    room = max(1, width - cell_len(line.plain))
    line.append(fit(value, max(1, room - min(len(was), room // 2)), ascii=ascii))
    return line.append(fit(was, width - cell_len(line.plain), ascii=ascii), DIM)


def _fits(parts: Sequence[str], between: str, width: int) -> bool:
    return cell_len(between.join(parts)) <= width


def _names_outside(snapshot: Snapshot, width: int, height: int, ascii: bool) -> Lines:
    """The names in code that runs in no task: what a script does before its loop, and what drives coroutines by hand."""
    names = _names([line for line in snapshot.lines[-4 * _BACK :] if line.task is None])
    words = "outside the tasks" if names or snapshot.tasks else "no task yet"
    lines = [styled(fit(words, width, ascii=ascii), NOW if names else DIM)]
    lines += [_name_line(name, value, is_new, None, width, ascii) for name, value, is_new in names[: height - 1]]
    return Lines(lines)


def _names(lines: Sequence[ev.Line]) -> list[tuple[str, str, bool]]:
    """The names in the file in which lines end, those that changed last first; of these, what says nothing but a task last."""
    file = lines[-1].file if lines else ""
    found: dict[str, tuple[str, str, bool]] = {}
    for line in lines[: -_BACK - 1 : -1]:
        if line.file == file:
            for name, value in sorted(line.changed.items(), key=lambda pair: pair[1].startswith("<Task ")):
                found.setdefault(name, (name, value, line is lines[-1]))
    return list(found.values())


def waiting_chain(snapshot: Snapshot, task: int, *, ascii: bool = False) -> list[str]:
    """Return who waits for a task: the outermost first, the task last; as "T1 main", "gather(2)", "T2 A"."""
    waiters: dict[tuple[str, int], int] = {}
    stands_for: dict[tuple[str, int], int] = {}
    for waiter in snapshot.live[:_LINKS]:
        on = snapshot.on(waiter)
        if on is None:
            continue
        waiters.setdefault((on.kind, on.id), waiter)
        future = snapshot.futures.get(on.id) if on.kind == "future" else None
        for child in future.children if future is not None else ():
            stands_for.setdefault((child.kind, child.id), on.id)
    chain = [task_title(snapshot, task, ascii=ascii, width=16)]
    seen = {task}
    while True:
        via = stands_for.get(("task", task))
        above = waiters.get(("task", task), waiters.get(("future", via)) if via is not None else None)
        if above is None or above in seen:
            return chain
        if ("task", task) not in waiters and via is not None:
            chain.insert(0, future_title(snapshot, via, ascii=ascii, width=16))
        chain.insert(0, task_title(snapshot, above, ascii=ascii, width=16))
        seen.add(above)
        task = above


def event_pane(history: History, index: int, width: int, height: int, *, ascii: bool = False) -> Lines:
    """Return event `index` as a sentence, below those that led to it; what comes next is for the reader to say."""
    lines = []
    digits = len(str(max(0, len(history) - 1)))
    for at in range(max(0, index - height + 1), index + 1):
        is_now = at == index
        line = styled((glyphs(ascii).here if is_now else " ") + f" {at:>{digits}} ", NOW if is_now else DIM)
        sentence = describe(history.events[at], history.at(at), ascii=ascii)
        line.append(fit(sentence, width - digits - 3, ascii=ascii), "bold" if is_now else "none")
        lines.append(line)
    first = index - len(lines) + 1
    nothing = [styled(fit("before the first event", width, ascii=ascii), DIM)]
    return Lines(lines, lambda x, y: Spot(event=first + y)) if lines else Lines(nothing)


def output_pane(snapshot: Snapshot, width: int, height: int, *, ascii: bool = False) -> Lines:
    """Return the last lines that the program wrote."""
    parts: list[tuple[str, str]] = []
    newlines = 0
    for event in reversed(snapshot.output):
        parts.append((event.text[-width * height * 4 :], event.stream))
        newlines += event.text.count("\n")
        if newlines > height:
            break
    lines = [Text()]
    for text, stream in reversed(parts):
        style = STYLES["failed"] if stream == "stderr" else "none"
        first, *rest = plain_lines(text, ascii=ascii)
        lines[-1].append(first, style)
        lines += [styled(line, style) for line in rest]
    if not lines[-1].plain:
        lines.pop()
    if not lines:
        return Lines([styled(fit("nothing printed yet", width, ascii=ascii), DIM)])
    return Lines(cut(line, width, ascii=ascii) if cell_len(line.plain) > width else line for line in lines[-height:])
