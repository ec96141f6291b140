"""Commands that look at what was recorded: the tree, the timeline, the tasks in a line each, the reasons, the stepper."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, cast

from rich.text import Text

from corodemo.history import History, nanoseconds
from corodemo.hosting.options import CAPACITY
from corodemo.recorder.recorder import Recorder
from corodemo.runtime import VirtualClock
from corodemo.shell.commands.command import Command, Refused
from corodemo.shell.commands.taskarg import asked_for
from corodemo.shell.completion import Choice, code, tasks, words
from corodemo.shell.protocol import Follow, Shell
from corodemo.shell.session import Session
from corodemo.views.explain import QUESTIONS
from corodemo.views.explain.which import UnknownTask, answer
from corodemo.views.glyphs import DIM, STYLES, glyphs
from corodemo.views.text import fit, source_number, styled
from corodemo.views.timeline import timeline
from corodemo.views.tree import tree, waits_for

if TYPE_CHECKING:
    from corodemo.history import Snapshot
    from corodemo.shell.inputs import Input

__all__ = ["LOOKING"]

#: So many tasks are listed a line each; more is no list that anybody reads.
_LISTED = 100


def _tree(shell: Shell, argument: str) -> Follow | None:
    if argument not in {"", "all"}:
        raise Refused(f"%tree shows the tasks, `%tree all` also those that ended long ago, and not {argument!r}")
    snapshot = History(shell.recorder.trace).last()
    finished: Literal["all", "recent"] = "all" if argument else "recent"
    height = None if argument else height_of(shell)
    width, is_ascii = shell.reporter.size[0], shell.reporter.is_ascii
    shell.reporter.show(tree(snapshot, width=width, height=height, finished=finished, ascii=is_ascii))
    return None


def _timeline(shell: Shell, argument: str) -> Follow | None:
    history = History(shell.recorder.trace)
    snapshot = history.last()
    start_ns, end_ns = _stretch(argument, snapshot.at_ns)
    width, is_ascii = shell.reporter.size[0], shell.reporter.is_ascii
    height = None if argument == "all" else height_of(shell)
    shell.reporter.show(
        timeline(history, snapshot, width=width, height=height, start_ns=start_ns, end_ns=end_ns, ascii=is_ascii)
    )
    return None


def _stretch(argument: str, now_ns: int) -> tuple[int | None, int | None]:
    """Return the stretch of time that is asked for, None for an end that is open."""
    times = argument.split()
    if argument in {"", "all"}:
        return None, None
    if times[0] == "last":
        times = times[1:]
    found = [nanoseconds(time) for time in times]
    if not 1 <= len(found) <= 2 or None in found or (argument.startswith("last") and len(found) != 1):
        raise Refused(f"a stretch of time is written `1s 2.5s`, `1s` or `last 500ms`, and not {argument!r}")
    if argument.startswith("last"):
        return max(0, now_ns - cast(int, found[0])), now_ns
    start, end = cast("list[int]", found) if len(found) == 2 else (cast(int, found[0]), None)
    if start > (now_ns if end is None else end):
        raise Refused(f"a stretch of time begins before it ends, and this one begins at {times[0]}")
    return start, end


def _tasks(shell: Shell, argument: str) -> Follow | None:
    if argument not in {"", "all"}:
        raise Refused(f"%tasks lists the tasks that are not done, `%tasks all` the others too, and not {argument!r}")
    history = History(shell.recorder.trace)
    snapshot = history.last()
    is_ascii = shell.reporter.is_ascii
    shown = list(snapshot.tasks) if argument else list(snapshot.live)
    lines = [_one_task(history, snapshot, task, ascii=is_ascii) for task in shown[-_LISTED:]]
    if len(shown) > _LISTED:
        lines.insert(0, styled(f"the newest {_LISTED:,} of {len(shown):,}; %tree shows more of them at once", DIM))
    finished = len(snapshot.tasks) - len(snapshot.live)
    if not argument:
        others = f"{finished:,} {'task is' if finished == 1 else 'tasks are'} done; `%tasks all` lists them too"
        lines += [styled(others, DIM)] if finished else []
    shell.reporter.show(Text("\n").join(lines or [Text("no tasks yet")]))
    return None


def _one_task(history: History, snapshot: Snapshot, number: int, *, ascii: bool) -> Text:
    """Return one task in a sentence: how it stands, on what it waits, since when, and which input started it."""
    task = snapshot.tasks[number]
    line = styled(f"T{number:<3} {fit(task.title, 24, ascii=ascii)}  ", "bold")
    line.append(f"{glyphs(ascii).states[task.state]} {task.state}  ", STYLES[task.state])
    what = waits_for(snapshot, task, ascii=ascii)[0]
    if what.plain:
        line.append("on " if task.state == "waiting" else "").append_text(what)
    started = source_number(task.origin)
    if started is not None:
        line.append(f"  [{started}]", DIM)
    return line


def height_of(shell: Shell) -> int | None:
    """Return how many lines a view may have so that it can be seen at once, None where nobody looks at a screen."""
    return max(10, shell.reporter.size[1] - 3) if shell.is_interactive else None


def _why(shell: Shell, argument: str) -> Follow | None:
    task, _, word = argument.rpartition(" ")
    question = next((question for question in QUESTIONS if question == word and task), None)
    if question is None:
        task = argument
    history = History(shell.recorder.trace)
    try:
        meant = asked_for(shell, task.strip(), history.last())
        sentences = answer(history, meant, question, ascii=shell.reporter.is_ascii, goes_on=True)
    except UnknownTask as exc:
        raise Refused(str(exc)) from None
    shell.reporter.show(Text("\n".join(sentences)))
    return None


def _step(shell: Shell, argument: str) -> Follow | None:
    if not argument:
        history = History(shell.recorder.trace)
        _play(shell, history, "this session", at_end=True)
        return None
    _check_can_play(shell)
    file = shell.next_file()
    recorder = Recorder(CAPACITY, program=argument, lines=lambda name: name.startswith("<input "), remembers=True)
    with Session(clock=VirtualClock(), hook=recorder, outer=shell.session) as session:
        code = session.compile(argument, file)
        error = _run_recorded(session, recorder, code)
    first, _, rest = argument.partition("\n")
    _play(shell, History(recorder.trace), f"{first} ..." if rest else first)
    if error is not None:
        shell.reporter.show_exception(error)
    return None


def _play(shell: Shell, history: History, title: str, *, at_end: bool = False) -> None:
    if not len(history):
        raise Refused("nothing was recorded that one could step through")
    from corodemo.player.app import can_play, play
    from corodemo.player.marks import Place
    from corodemo.player.predictions import Predictions

    if not (shell.is_interactive and can_play()):
        raise Refused("%step needs a terminal that it can draw on; %timeline and %why tell the same in lines")
    # Until it ends the player has the screen, and what background threads print waits.
    with shell.full_screen():
        play(
            history,
            title=title,
            start=Place(len(history) - 1, 0) if at_end else None,
            quiz=Predictions(),
            ascii=shell.reporter.is_ascii,
        )


def _check_can_play(shell: Shell) -> None:
    from corodemo.player.app import can_play

    if not (shell.is_interactive and can_play()):
        raise Refused("%step needs a terminal that it can draw on; %timeline and %why tell the same in lines")


def _run_recorded(session: Session, recorder: Recorder, code: Input) -> BaseException | None:
    """Run the code once, and return what it raised: that is part of what there is to see."""
    with recorder.capture_output(echo=False), recorder.tracing_lines():
        try:
            session.run(code)
        except BaseException as exc:
            return exc
    return None


def _after_task(shell: Any, text: str) -> Iterable[Choice]:
    """Complete a task, and after it what one may ask of it."""
    task, blank, word = text.rpartition(" ")
    return words(*QUESTIONS)(shell, word) if task and blank else tasks(shell, text)


LOOKING = (
    Command("tree", "[all]", "show the tasks as they are now", "%tree", _tree, words("all")),
    Command(
        "timeline",
        "[all|FROM TO|last TIME]",
        "show what every task did, and when: all of it, or a stretch of time",
        "%timeline last 2s",
        _timeline,
        words("all", "last"),
    ),
    Command("tasks", "[all]", "list the tasks that are not done, a line each", "%tasks", _tasks, words("all")),
    Command(
        "why",
        "TASK [" + "|".join(QUESTIONS) + "]",
        "say why a task is waiting, was late, was woken, was cancelled or failed",
        "%why T3 late",
        _why,
        _after_task,
    ),
    Command(
        "step",
        "[CODE]",
        "run code once, recorded, and step through it; without code, step through this session",
        "%step await gather(sleep(1), sleep(2))",
        _step,
        code,
    ),
)
