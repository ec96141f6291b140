"""A future: a box for a result that is not there yet, and the list of those who wait for it.

Awaiting a future that is not done yields the future itself, all the way out of the coroutine to the task that runs
it (PEP 3156's protocol: `_asyncio_future_blocking` marks that it was awaited, not yielded by mistake). The task puts
itself on the future's list and stops. When the future is done, it puts everybody on its list into the loop's ready
queue. Nothing else in the runtime ever suspends or wakes a task.

A waiting task stands on the list as itself, with no callback and no handle; only what a user added with
`add_done_callback` becomes a handle. The runtime's own functions may stand there bare: they are told at once, and run
no code of the user's. The list keeps the task alive: whoever can still finish the future can still wake the task.
Most futures have one who waits, so one stands there without a list around it.
"""

from __future__ import annotations

import contextvars
import reprlib
import traceback
from collections.abc import Callable, Generator
from types import FunctionType, GenericAlias, TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from . import events, reprs
from .exceptions import CancelledError, InvalidStateError

if TYPE_CHECKING:
    from .loop import EventLoop

__all__ = ["Future", "isfuture"]

T = TypeVar("T")

PENDING = "PENDING"
CANCELLED = "CANCELLED"
FINISHED = "FINISHED"

#: What `_asyncio_future_blocking` is for a future that a task must wait for by `add_done_callback`.
BY_METHODS = 2


def isfuture(obj: object) -> bool:
    """Return True if `obj` speaks the future protocol: ours, asyncio's, or anybody's.

    Like: `asyncio.isfuture`.
    """
    # Asked of the class first, since a mock has every attribute; and of __class__, so that a mock of a future passes.
    return hasattr(obj.__class__, "_asyncio_future_blocking") and (
        getattr(obj, "_asyncio_future_blocking", None) is not None
    )


class Future(Generic[T]):
    """An eventual result. Not thread-safe.

    loop: the loop whose tasks may await it; by default `get_event_loop()`.
    Like: `asyncio.Future`.
    """

    __slots__ = (
        "__dict__",
        "__weakref__",
        "_asyncio_future_blocking",
        "_cancel_message",
        "_cancelled_exc",
        "_exception",
        "_exception_tb",
        "_hash_number",
        "_log_traceback_",
        "_loop",
        "_note",
        "_result",
        "_source_traceback",
        "_state",
        "_waiting",
    )

    def __init__(self, *, loop: EventLoop | None = None) -> None:
        if loop is None:
            loop = events.get_event_loop()
        self._loop: EventLoop = loop
        self._state = PENDING
        self._result: Any = None
        self._exception: BaseException | None = None
        self._exception_tb: TracebackType | None = None  # as it was when set: each raise starts from it again
        self._waiting: Any = (
            None  # who waits: a task, a (callback, context) pair, a function of ours, or a list of them
        )
        self._asyncio_future_blocking: int = False  # set by __await__, reset by the task that understood it
        self._cancel_message: Any = None
        self._cancelled_exc: BaseException | None = None  # the CancelledError that ended a task, raised once
        self._log_traceback_ = False  # True while it has an exception that nobody has seen
        self._note: Any = None  # what a watcher has noted of it, for that watcher to read; the runtime never does
        self._source_traceback: traceback.StackSummary | None = None
        if loop.get_debug():
            self._source_traceback = reprs.extract_stack()

    __class_getitem__: ClassVar[Any] = classmethod(GenericAlias)

    @property
    def _log_traceback(self) -> bool:
        return self._log_traceback_

    @_log_traceback.setter
    def _log_traceback(self, value: bool) -> None:
        if value:
            raise ValueError("_log_traceback can only be set to False")
        self._log_traceback_ = False

    @property
    def _callbacks(self) -> list[Any] | None:
        """Who waits, in order of arrival, as a list of its own; None for nobody."""
        waiting = self._waiting
        if waiting is None:
            return None
        return list(waiting) if waiting.__class__ is list else [waiting]

    def get_loop(self) -> EventLoop:
        """Return the loop that this future belongs to."""
        try:
            return self._loop
        except AttributeError:
            raise RuntimeError(
                f"Future object is not initialized. {type(self).__name__}.__init__ must call super().__init__()"
            ) from None

    def done(self) -> bool:
        """Return True if there is a result or an exception, or it was cancelled."""
        return self._state != PENDING

    def cancelled(self) -> bool:
        """Return True if it was cancelled."""
        return self._state == CANCELLED

    def result(self) -> T:
        """Return the result, or raise what was set as the exception.

        Raises CancelledError if cancelled, InvalidStateError if not done.
        """
        if self._state == CANCELLED:
            raise self._make_cancelled_error()
        if self._state != FINISHED:
            raise InvalidStateError(f"Result is not ready. Await it, or ask done() first: {self!r}")
        self._log_traceback_ = False
        if self._exception is not None:
            raise self._exception.with_traceback(self._exception_tb)
        return self._result  # type: ignore[no-any-return]  # what the user put in

    def exception(self) -> BaseException | None:
        """Return the exception that was set, or None if there is a result.

        Raises CancelledError if cancelled, InvalidStateError if not done.
        """
        if self._state == CANCELLED:
            raise self._make_cancelled_error()
        if self._state != FINISHED:
            raise InvalidStateError(f"Exception is not set. Await it, or ask done() first: {self!r}")
        self._log_traceback_ = False
        return self._exception

    def set_result(self, result: T) -> None:
        """Set the result and schedule those who wait. Raises InvalidStateError if done."""
        if self._state != PENDING:
            raise InvalidStateError(f"{self._state}: {self!r} is done already, once for all; ask done() first")
        self._result = result
        self._state = FINISHED
        self._finish()

    def set_exception(self, exception: BaseException | type[BaseException]) -> None:
        """Set the exception and schedule those who wait.

        Raises InvalidStateError if done. StopIteration becomes a RuntimeError: it cannot be raised into a coroutine.
        """
        if self._state != PENDING:
            raise InvalidStateError(f"{self._state}: {self!r} is done already, once for all; ask done() first")
        error = exception() if isinstance(exception, type) else exception
        if isinstance(error, StopIteration):
            replacement = RuntimeError(
                "StopIteration interacts badly with generators and cannot be raised into a Future"
            )
            replacement.__cause__ = error
            replacement.__context__ = error
            error = replacement
        self._exception = error
        self._exception_tb = error.__traceback__
        self._state = FINISHED
        # Before those who wait are told: one of them may look at the exception at once.
        self._log_traceback_ = True
        self._finish()

    def cancel(self, msg: Any = None) -> bool:
        """Cancel the future and schedule those who wait; return False if it was done already.

        msg: given to the CancelledError.
        """
        self._log_traceback_ = False
        if self._state != PENDING:
            return False
        self._state = CANCELLED
        self._cancel_message = msg
        self._finish()
        return True

    def add_done_callback(
        self, callback: Callable[[Any], object], /, *, context: contextvars.Context | None = None
    ) -> None:
        """Call `callback(self)` soon after the future is done, in `context` (by default a copy of the current one)."""
        if self._state != PENDING:
            self._loop.call_soon(callback, self, context=context)
        else:
            self._add_waiting((callback, contextvars.copy_context() if context is None else context))

    def remove_done_callback(self, callback: Callable[[Any], object], /) -> int:
        """Remove all entries of `callback`; return how many there were."""
        entries = self._callbacks
        if entries is None:
            return 0
        kept = [entry for entry in entries if entry.__class__ is not tuple or entry[0] != callback]
        # A callback's __eq__ is the user's code: it may have finished the future, which takes its list away.
        if self._waiting is None:
            return 0
        removed = len(entries) - len(kept)
        if removed:
            self._waiting = kept or None
        return removed

    def __await__(self) -> Generator[Any, None, T]:
        if self._state == PENDING:
            self._asyncio_future_blocking = True
            yield self
            if self._state == PENDING:
                raise RuntimeError("await wasn't used with future")
        return self.result()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # A class with an `add_done_callback` of its own is taken at its word: tasks use it instead of our list.
        if cls.add_done_callback is not Future.add_done_callback and cls.__await__ is Future.__await__:
            cls.__await__ = _await_by_methods  # type: ignore[method-assign]
            cls.__iter__ = _await_by_methods

    __iter__ = __await__  # `yield from future`, in generator-based coroutines

    @reprlib.recursive_repr()
    def __repr__(self) -> str:
        return f"<{self.__class__.__name__} {' '.join(reprs.future_info(self))}>"

    def __hash__(self) -> int:
        # Counted by the loop, not the address: so a set of tasks has the same order in every run of a program.
        try:
            return self._hash_number
        except AttributeError:
            numbers = getattr(self._loop, "_hash_numbers", None)
            self._hash_number: int = object.__hash__(self) if numbers is None else next(numbers)
            return self._hash_number

    def __del__(self) -> None:
        try:
            if self._log_traceback_:
                self._report_never_retrieved()
        except AttributeError:
            pass  # its __init__ failed, or that of a subclass did

    def _report_never_retrieved(self) -> None:
        context: dict[str, Any] = {
            "message": f"{self.__class__.__name__} exception was never retrieved",
            "exception": self._exception,
            "future": self,
        }
        if self._source_traceback:
            context["source_traceback"] = self._source_traceback
        self._loop.call_exception_handler(context)
        if self._loop._hook is not None:
            task: Any = self if hasattr(self, "get_name") else None
            what = f"task {task.get_name()!r}" if task is not None else "a future"
            message = f"{what} failed, and nobody looked: {type(self._exception).__name__}"
            self._loop._hook.warned("never-retrieved", task, message)

    def _finish(self) -> None:
        """Tell the hook that the future is done, and wake those who wait."""
        hook = self._loop._hook
        if hook is not None:
            hook.future_done(self)
        if self._waiting is not None:
            self._wake()

    def _add_waiting(self, entry: Any) -> None:
        """Put one more on the list of those who wait."""
        waiting = self._waiting
        if waiting is None:
            self._waiting = entry
        elif waiting.__class__ is list:
            waiting.append(entry)
        else:
            self._waiting = [waiting, entry]

    def _wake(self) -> None:
        """Put everybody on the list into the ready queue, in the order in which they came."""
        waiting = self._waiting
        self._waiting = None
        loop = self._loop
        hook = loop._hook
        for entry in waiting if waiting.__class__ is list else (waiting,):
            kind = entry.__class__
            if kind is tuple:
                loop.call_soon(entry[0], self, context=entry[1])
            elif kind is FunctionType:
                entry(self)
            else:
                loop._ready.append(entry)
                if hook is not None:
                    hook.task_ready(entry, "future", self)

    def _make_cancelled_error(self) -> BaseException:
        """Return the error to raise for a cancelled future: the one that ended the task if it is still here."""
        if self._cancelled_exc is not None:
            error = self._cancelled_exc
            self._cancelled_exc = None  # it refers to frames that refer to this future
            return error
        return CancelledError() if self._cancel_message is None else CancelledError(self._cancel_message)


def _await_by_methods(self: Future[T]) -> Generator[Any, None, T]:
    """Do what `Future.__await__` does, and tell the task to wait by public methods, as it does with foreign futures."""
    if self._state == PENDING:
        self._asyncio_future_blocking = BY_METHODS
        yield self
        if self._state == PENDING:
            raise RuntimeError("await wasn't used with future")
    return self.result()
