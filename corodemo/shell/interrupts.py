"""Ctrl-C: what it means at each moment, decided in one place.

It comes in two ways: as a signal to the main thread while code runs, and as a key to the prompt's thread while the prompt is
up. Both ask the loop for an answer. A loop that answers is not held by anybody: then what is decided happens right there, in
the loop, between two steps. A loop that does not answer in a moment is held by a step or a callback, of whatever task, and
that is what gets the KeyboardInterrupt. Plain code is not asked: it gets the KeyboardInterrupt at once. Nor is a loop that is
paused, which would not answer: there Ctrl-C at the prompt clears the line.
"""

from __future__ import annotations

import contextlib
import enum
import os
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, Protocol

from corodemo import runtime
from corodemo.runtime.events import Handle
from corodemo.runtime.tasks import Task
from corodemo.shell.foreground import Activity, Foreground, input_name
from corodemo.shell.reporter import Reporter
from corodemo.shell.session import Session
from corodemo.shell.signals import signal_main_thread

__all__ = ["CANCEL_PATIENCE", "Action", "Interrupts", "decide"]

#: Seconds that a loop has to answer before it counts as held; a press of Ctrl-C should not feel slow.
PATIENCE = 0.25
#: Seconds after which the shell says that a cancelled input has not ended.
CANCEL_PATIENCE = 1.0
#: Seconds between a prompt and its input, at most, or an input and the next prompt.
GAP = 0.05


class Action(enum.Enum):
    """What Ctrl-C does."""

    CLEAR_LINE = "empty the line at the prompt"
    INTERRUPT = "raise KeyboardInterrupt in the code that runs"
    CANCEL_INPUT = "cancel the task of the input"
    GIVE_UP_INPUT = "leave the task of the input alone, and go back to the prompt"


def decide(activity: Activity, *, is_held: bool, was_cancelled: bool) -> Action:
    """Return what Ctrl-C does. is_held: the loop does not answer. was_cancelled: the input was asked to end before."""
    if activity is Activity.PLAIN or is_held:
        return Action.INTERRUPT
    if activity is Activity.PROMPT:
        return Action.CLEAR_LINE
    return Action.GIVE_UP_INPUT if was_cancelled else Action.CANCEL_INPUT


class _Prompt(Protocol):
    is_up: bool

    def clear_line(self) -> None: ...

    def call_later(self, seconds: float, function: Callable[[], None]) -> None:
        """Call a function after some seconds, in another thread than the main one."""


class Interrupts:
    """Turns each Ctrl-C into an action, and carries it out."""

    def __init__(self, session: Session, foreground: Foreground, prompt: _Prompt, reporter: Reporter) -> None:
        self._session = session
        self._loop = session.loop
        self._foreground = foreground
        self._prompt = prompt
        self._reporter = reporter
        self._asked: Handle | None = None  # the question that the loop has not answered yet
        self._must_interrupt = False  # the loop is held: the next signal is to be raised in the code that holds it

    # --- where it comes from

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Handle SIGINT, in the main thread. Raises KeyboardInterrupt if that is what Ctrl-C means now."""
        if self._foreground.activity is Activity.PLAIN:
            raise KeyboardInterrupt
        if self._session.is_paused and self._foreground.activity is Activity.PROMPT:
            self._interrupt_paused()
        elif not self._must_interrupt:
            self.ask_loop()
        elif _is_user_code(frame):
            self._must_interrupt = False
            self._withdraw()
            raise KeyboardInterrupt
        # Else the loop is between two steps after all, and will answer.

    def on_key(self) -> None:
        """Handle Ctrl-C at the prompt, in the prompt's thread."""
        if self._session.is_paused:
            self._interrupt_paused()
        else:
            self.ask_loop()

    def _interrupt_paused(self) -> None:
        """Do what Ctrl-C means while the loop stands, and would not answer."""
        if self._foreground.activity is not Activity.PROMPT:
            signal_main_thread()
        elif self._prompt.is_up:
            self._prompt.clear_line()
        else:
            # Enter has just been pressed: what it began is about to run.
            self._prompt.call_later(GAP, self._interrupt_paused)

    # --- the question to the loop

    def ask_loop(self) -> None:
        """Handle Ctrl-C, in any thread, by what the loop answers."""
        if self._asked is None and not self._loop.is_closed():
            self._asked = self._loop.call_soon_threadsafe(self._answer)
            self._prompt.call_later(PATIENCE, self._look)

    def _answer(self) -> None:
        """Do what Ctrl-C means, in the loop, between two steps: nobody holds it."""
        self._asked = None
        self._must_interrupt = False
        foreground = self._foreground
        action = decide(foreground.activity, is_held=False, was_cancelled=foreground.was_cancelled)
        if action is Action.CLEAR_LINE:
            self._clear_line()
        elif foreground.task is not None and not foreground.task.done():
            if action is Action.CANCEL_INPUT:
                foreground.was_cancelled = True
                foreground.task.cancel()
                self._prompt.call_later(CANCEL_PATIENCE, self._tell_if_swallowed(foreground.task, foreground.number))
            else:
                foreground.is_given_up = True
                self._loop.stop()

    def _look(self) -> None:
        """Look, in the other thread, whether the loop has answered; if not, interrupt what holds it."""
        if self._asked is None:
            return
        # A loop that does not run, while the shell itself is busy, is held by nobody: it will answer when it runs again.
        if self._loop.is_running() or self._foreground.activity is Activity.PLAIN:
            self._must_interrupt = True
            signal_main_thread()
        self._prompt.call_later(PATIENCE, self._look)

    def _withdraw(self) -> None:
        asked, self._asked = self._asked, None
        if asked is not None:
            asked.cancel()

    def _clear_line(self) -> None:
        if self._prompt.is_up:
            self._prompt.clear_line()
        else:
            # Enter has just been pressed, or an input has just ended: ask again when that is over.
            self._prompt.call_later(GAP, self.ask_loop)

    def _tell_if_swallowed(self, task: Task[Any], number: int) -> Callable[[], None]:
        def tell() -> None:
            if self._foreground.task is task and not task.done():
                name = input_name(number)
                self._reporter.say(f"{name} was cancelled and has not ended; Ctrl-C again leaves it alone")

        return tell

    # --- at the session's end

    @contextlib.contextmanager
    def ending(self) -> Iterator[None]:
        """Let Ctrl-C end the waiting for tasks that do not end, when the session is left; they are dropped."""
        try:
            yield
        except KeyboardInterrupt:
            self._loop.set_exception_handler(lambda loop, context: None)  # of what is dropped, nobody is to hear

    def session_ends(self) -> None:
        """From now on raise KeyboardInterrupt, which ends the waiting for cancelled tasks; say so if that takes a while."""
        self._foreground.activity = Activity.PLAIN
        self._prompt.call_later(CANCEL_PATIENCE, self._tell_of_the_rest)

    def _tell_of_the_rest(self) -> None:
        if self._foreground.activity is Activity.PLAIN:
            self._reporter.say("waiting for tasks that were cancelled and have not ended; Ctrl-C leaves without them")


def _is_user_code(frame: FrameType | None) -> bool:
    """Return True if the main thread was interrupted in a step or a callback of the user's, and not in the loop itself."""
    inner: FrameType | None = None
    while frame is not None:
        if frame.f_code in _ENTRIES:
            return inner is not None and not inner.f_code.co_filename.startswith(_RUNTIME)
        inner, frame = frame, frame.f_back
    return False


_ENTRIES = frozenset({Task._run.__code__, Task._run_watched.__code__, Handle._run.__code__})
_RUNTIME = os.path.dirname(os.path.abspath(runtime.__file__)) + os.sep
