"""The hook: how somebody watches a loop. Its methods are the runtime's vocabulary.

A loop has one slot, `loop.hook`, that is None or a `Hook`. The runtime calls one method for each thing that happens,
at the moment it happens, with the live objects; every call stands behind `if hook is not None`. A hook must only
look: it never changes what a program does. One that raises is taken off the loop, reported once, and the program runs
on without it. Several hooks in that slot are one, a `Fanout`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .events import Handle, TimerHandle
    from .futures import Future
    from .locks import Lock, Semaphore
    from .loop import EventLoop
    from .sleep import Sleep
    from .tasks import Task
    from .waitables import Waitable, Waiter

__all__ = ["EVENTS", "Hook", "guards_itself", "is_idle"]

F = TypeVar("F", bound="Callable[..., None]")


class Hook:
    """Do nothing at every event; override what you want to see.

    All methods but one are called in the loop's thread, with the program stopped at that point. What they return is ignored.
    """

    # --- the loop

    def loop_started(self, loop: EventLoop) -> None:
        """`run_forever` or `run_until_complete` begins."""

    def loop_waiting(self, loop: EventLoop, until_ns: int | None) -> None:
        """Nothing is ready; the loop waits until the next deadline, or (None) for a thread or i/o alone."""

    def loop_stopped(self, loop: EventLoop) -> None:
        """The loop has stopped running; it may be started again."""

    def loop_closed(self, loop: EventLoop) -> None:
        """`close()` was called; what is still scheduled has not been dropped yet."""

    # --- tasks

    def task_created(self, task: Task[Any], parent: Task[Any] | None) -> None:
        """A task exists. It is not scheduled yet: `task_ready` follows, or for an eager task `task_resumed`."""

    def task_ready(self, task: Task[Any], cause: str, by: Any) -> None:
        """A task was put in the ready queue.

        cause: "spawned" (by: the parent task or None), "yielded" (by: None), or "future" (by: the future, task or
        sleep that it waited on, now done).
        """

    def task_resumed(self, task: Task[Any]) -> None:
        """A step starts."""

    def task_suspended(self, task: Task[Any], on: Any) -> None:
        """A step ended; the task waits on a future (or task, or sleep), or on None after a bare yield."""

    def task_done(self, task: Task[Any]) -> None:
        """The last step ended; the outcome is set, and what waits for the task is not yet scheduled."""

    # --- cancellation

    def cancel_requested(self, task: Task[Any], by: Task[Any] | None, message: Any) -> None:
        """`task.cancel()` was accepted; what the task waits on has not been cancelled yet."""

    def cancel_delivered(self, task: Task[Any], error: BaseException) -> None:
        """A CancelledError is about to be thrown into the coroutine, inside the step that `task_resumed` began."""

    def cancel_outlived(self, task: Task[Any], error: BaseException) -> None:
        """The step into which an error was thrown ends, and the task goes on; `task_suspended` follows.

        The error is still alive here, also where the coroutine is done with it. It need not be a CancelledError.
        """

    def cancel_taken_back(self, task: Task[Any], remaining: int) -> None:
        """`task.uncancel()` was called; so many requests remain, and -1 says that none stood."""

    # --- futures

    def future_labelled(self, future: Waitable, label: str, children: Sequence[Any]) -> None:
        """Gather, shield or wait made a future that stands for others."""

    def future_done(self, future: Waitable) -> None:
        """A plain future is done; what waits for it is not yet scheduled. Tasks have `task_done`."""

    # --- locks

    def lock_held(self, lock: Lock | Semaphore, waiter: Waiter | None) -> None:
        """A task gets in line for a lock or a permit, on `waiter`; or (None) who holds it has changed while others wait.

        `lock._holders()` are the tasks that hold it. Nobody is told of a lock for which nobody waits.
        """

    # --- timers and callbacks

    def timer_set(self, timer: TimerHandle | Sleep, deadline_ns: int) -> None:
        """A timer was put on the heap: a `TimerHandle`, or the future of a `sleep()`."""

    def timer_fired(self, timer: TimerHandle | Sleep) -> None:
        """A timer's deadline has passed, and it acts now."""

    def timer_cancelled(self, timer: TimerHandle | Sleep) -> None:
        """A timer that was set will not fire."""

    def callback_started(self, handle: Handle) -> None:
        """A plain callback starts."""

    def callback_ran(self, handle: Handle) -> None:
        """The plain callback that started last has returned or raised."""

    def called_from_thread(self, handle: Handle) -> None:
        """`call_soon_threadsafe` was called in another thread than the loop's, **and this method is called there**."""

    def file_ready(self, handle: Handle) -> None:
        """A watched file can be read or written; its callback was put in the ready queue."""

    # --- threads

    def thread_started(self, future: Future[Any], func: Callable[..., Any]) -> None:
        """A function was given to an executor; the loop's future will have its result."""

    def thread_finished(self, future: Future[Any]) -> None:
        """The loop has learned that the executor's job is over; its future is not yet done."""

    # --- what looks wrong

    def warned(self, rule: str, task: Task[Any] | None, message: str) -> None:
        """The runtime saw a mistake: a stable rule name, and a sentence."""


#: The names of its methods: the events.
EVENTS = tuple(name for name in vars(Hook) if not name.startswith("_"))


def guards_itself(method: F) -> F:
    """Mark a hook's method that never raises: it gives what goes wrong in it to `fanout.give_up`.

    Nothing then stands between the loop and the method, which saves a call at each event, some 40 ns.
    """
    method.guards_itself = True  # type: ignore[attr-defined]
    return method


def is_idle(hook: Hook) -> bool:
    """Return True if a hook does nothing at every event, so that it need not be called."""
    own = getattr(hook, "__dict__", ())
    return all(getattr(type(hook), name, None) is vars(Hook)[name] and name not in own for name in EVENTS)
