"""What looks wrong in a program, found by the recorder while it runs. Each finding is a warning event with a stable rule:

- `never-awaited`: a coroutine was collected that nobody had awaited; where it was made.
- `never-retrieved`: a task failed while nobody waited for it; and again if it is collected before anybody looked.
- `held-the-loop`: a step or a callback took so long that nothing else had its turn (the loop's `slow_callback_duration`).
- `pending-at-close`: the loop was closed while a task was not done.
- `swallowed-cancel`: a task was cancelled, and went on.
- `unbalanced-uncancel`: `uncancel()` was called although no request to cancel stood.
- `not-kept`: a task to which only what it waits on refers; or one that was collected before it was done.
- `deadlock`: everything waits, and nothing is left that could wake anything.
- `other-thread`: a loop in another thread has the same recorder; it is not recorded.

They are guesses only in what they mean for the program: what they say happened did. Python's own warnings come all the same.
"""

from __future__ import annotations

import sys
import traceback
import warnings
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from corodemo.recorder.callsites import NOWHERE, Site
from corodemo.recorder.safetext import bounded_text
from corodemo.runtime.waitables import Waitable

if TYPE_CHECKING:
    from corodemo.runtime.loop import EventLoop
    from corodemo.runtime.tasks import Task

__all__ = ["ForgottenCoroutines", "is_kept", "task_name"]


def task_name(task: Task[Any]) -> str:
    """Return what to call a task in a sentence."""
    return f"task {bounded_text(task.get_name(), 60)!r}"


class ForgottenCoroutines:
    """Hears of coroutines that are collected without having been awaited, while started; starts nest.

    The interpreter remembers where a coroutine was made only if it is told to, and it has one place to report such a coroutine:
    both are taken over meanwhile. What the program prints is the same: the origin is left out of the warning again.
    """

    def __init__(self, found: Callable[[str, Site], None]) -> None:
        self._found = found
        self._depth = 0
        self._tracks_origins = False
        self._outer: Any = None

    def start(self) -> None:
        """Begin."""
        self._depth += 1
        if self._depth > 1:
            return
        if sys.get_coroutine_origin_tracking_depth() == 0:
            sys.set_coroutine_origin_tracking_depth(1)
            self._tracks_origins = True
        self._outer = warnings._warn_unawaited_coroutine  # type: ignore[attr-defined]  # the interpreter's own name for it
        warnings._warn_unawaited_coroutine = self._warn  # type: ignore[attr-defined]

    def stop(self) -> None:
        """End what the matching `start` began; without one do nothing: a hook may come while its loop runs."""
        if self._depth == 0:
            return
        self._depth -= 1
        if self._depth > 0:
            return
        warnings._warn_unawaited_coroutine = self._outer  # type: ignore[attr-defined]
        if self._tracks_origins and sys.get_coroutine_origin_tracking_depth() == 1:
            sys.set_coroutine_origin_tracking_depth(0)
        self._tracks_origins = False

    def _warn(self, coro: Any) -> None:
        origin = coro.cr_origin
        self._found(coro.__qualname__, (origin[0][0], origin[0][1]) if origin else NOWHERE)
        text = f"coroutine '{coro.__qualname__}' was never awaited"
        if origin and not self._tracks_origins:
            # The program itself wants to know, so Python would say.
            stack = [traceback.FrameSummary(file, line, name) for file, line, name in reversed(origin)]
            text += "\nCoroutine created at (most recent call last)\n" + "".join(traceback.format_list(stack)).rstrip(
                "\n"
            )
        warnings.warn(text, category=RuntimeWarning, stacklevel=2, source=coro)


def is_kept(ref: weakref.ref[Task[Any]]) -> bool:
    """Return False if nothing refers to a waiting task but the list of the future that it waits on.

    It must not be asked in a step of that task, whose frames refer to it.
    """
    task = ref()
    if task is None:
        return False
    waiter = task._fut_waiter
    if not isinstance(waiter, Waitable) or waiter._waiting is None or task.done():
        return True  # in the ready queue, or on a future of somebody else's class
    return _references(ref) > _ONE_HOLDER


def _references(ref: weakref.ref[Any]) -> int:
    thing = ref()
    return sys.getrefcount(thing)


class _Thing:
    pass


_things = [_Thing()]
#: What `_references` says of a thing with one holder, and `is_kept` holds it as well.
_ONE_HOLDER = _references(weakref.ref(_things[0])) + 1


def pending_tasks(loop: EventLoop) -> list[Task[Any]]:
    """Return the loop's tasks that are not done, oldest first."""
    return loop._tasks()
