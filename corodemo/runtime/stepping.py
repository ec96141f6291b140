"""A loop that can be run by hand, one step of one task at a time.

Run by itself it is an event loop like any other. Run by `step()` it keeps the order in which it would have gone on by
itself: the ready queue in turns, timers looked at between two turns. Nobody waits for time: when nothing is ready, the clock
is moved on to the next deadline.
"""

from __future__ import annotations

import functools

from .clock import FOREVER_NS, VirtualClock
from .loop import EventLoop
from .tasks import Task

__all__ = ["Step", "SteppedLoop"]

#: So many callbacks are run in search of a task: some schedule themselves again, for ever.
MAX_CALLBACKS = 1000


class Step:
    """What one step by hand has done."""

    __slots__ = ("callbacks", "task", "waited_ns")

    def __init__(self) -> None:
        self.task: Task[object] | None = None  # whose step it was; None: there was none to be found
        self.callbacks = 0  # so many callbacks and timers had their turn before
        self.waited_ns = 0  # the clock was moved on by this much


class SteppedLoop(EventLoop):
    """An event loop with `step()`."""

    _left = 0  # so many entries of the ready queue have their turn before the timers are looked at

    def run_forever(self) -> None:
        if "_run_once" not in vars(self):
            self._left = 0
        super().run_forever()

    def step(self) -> Step:
        """Run one step of the task whose turn it is, and the callbacks that come before it; say what was done.

        Raises what goes through the loop: KeyboardInterrupt and SystemExit. Needs a clock that can be moved by hand.
        """
        stepped = Step()
        # For this one iteration; so a loop that runs by itself does not even ask whether it is run by hand.
        self._run_once = functools.partial(self._run_by_hand, stepped)  # type: ignore[method-assign]
        self.stop()
        try:
            self.run_forever()
        finally:
            del self._run_once
        return stepped

    def _run_by_hand(self, stepped: Step) -> None:
        """Be the one iteration of a step."""
        ready = self._ready
        while stepped.callbacks < MAX_CALLBACKS:
            if self._left == 0 or not ready:
                self._begin_turn()
            if not ready and (stepped.callbacks or stepped.waited_ns or not self._move_clock(stepped)):
                return
            if not ready:
                continue
            self._left = max(0, self._left - 1)
            entry = ready.popleft()
            if isinstance(entry, Task):
                stepped.task = entry
                entry._run()
                return
            stepped.callbacks += 1
            entry._run()

    def _begin_turn(self) -> None:
        """Do what an iteration begins with: look outside, and put the timers that are due behind what is ready."""
        self._drop_cancelled_timers()
        self._select(0)
        self._take_due_timers(self._clock.now_ns() + self._clock.resolution_ns)
        self._left = len(self._ready)

    def _move_clock(self, stepped: Step) -> bool:
        """Move the clock on to the next deadline; False if there is none."""
        if not self._timers or self._timers[0][0] >= FOREVER_NS:
            return False
        assert isinstance(self._clock, VirtualClock), "a clock that cannot be moved by hand"
        delay_ns = max(0, self._timers[0][0] - self._clock.now_ns())
        self._clock.advance(delay_ns)
        stepped.waited_ns += delay_ns
        return True
