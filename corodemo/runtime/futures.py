"""A future: a box for a result that is not there yet, and the list of those who wait for it.

Awaiting a future that is not done yields the future itself, all the way out of the coroutine to the task that runs
it (PEP 3156's protocol: `_asyncio_future_blocking` marks that it was awaited, not yielded by mistake). The task puts
itself on the future's list and stops. When the future is done, it puts everybody on its list into the loop's ready
queue (`waitables`). Nothing else in the runtime ever suspends or wakes a task.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Generator
from types import GenericAlias
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from . import events, reprs
from .awaitedby import awaiters
from .exceptions import InvalidStateError, noted
from .waitables import CANCELLED, FINISHED, PENDING, Waitable

if TYPE_CHECKING:
    from .loop import EventLoop

__all__ = ["Future", "future_add_to_awaited_by", "future_discard_from_awaited_by", "isfuture"]

T = TypeVar("T")

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


class Future(Waitable, Generic[T]):
    """An eventual result. Not thread-safe.

    loop: the loop whose tasks may await it; by default `get_event_loop()`.
    Like: `asyncio.Future`.
    """

    __slots__ = ("__dict__", "_exception", "_hash_number", "_result")

    # In few of them these are anything else, and then they stand in `__dict__`.
    _cancel_message: Any = None
    _log_traceback_ = False  # True while it has an exception that nobody has seen

    def __init__(self, *, loop: EventLoop | None = None) -> None:
        self._check_new()
        if loop is None:
            loop = events.get_event_loop()
        self._become_pending(loop)

    def _check_new(self) -> None:
        if getattr(self, "_loop", None) is not None:
            raise RuntimeError(f"{type(self).__name__} object is already initialized")

    def _become_pending(self, loop: EventLoop) -> None:
        """Do what is left for `__init__`, and all of it for a loop, which need not pass a keyword."""
        self._loop = loop
        self._state = PENDING
        self._result: Any = (
            None  # beside an exception, its traceback when it was set: each raise starts from that again
        )
        self._exception: BaseException | None = (
            None  # in a cancelled task, the CancelledError that ended it, raised once
        )
        self._waiting = self._note = None
        self._asyncio_future_blocking = False
        if loop._debug:
            self._source_traceback = reprs.extract_stack()

    __class_getitem__: ClassVar[Any] = classmethod(GenericAlias)

    @property
    def _log_traceback(self) -> bool:
        return self._log_traceback_

    @_log_traceback.setter
    def _log_traceback(self, value: bool) -> None:
        if value:
            raise ValueError("_log_traceback can only be set to False")
        if self._log_traceback_:
            self._log_traceback_ = False

    @property
    def _asyncio_awaited_by(self) -> frozenset[Any] | None:
        """Who awaits this future, under asyncio's name; None for nobody."""
        return frozenset(awaiters(self)) or None

    def result(self) -> T:
        """Return the result, or raise what was set as the exception.

        Raises CancelledError if cancelled, InvalidStateError if not done.
        """
        if self._state == PENDING:
            raise noted(InvalidStateError("Result is not set."), f"await it, or ask done() first: {reprs.safe(self)}")
        if self._state == CANCELLED or self._exception is not None:
            raise self._error()
        return self._result  # type: ignore[no-any-return]  # what the user put in

    def exception(self) -> BaseException | None:
        """Return the exception that was set, or None if there is a result.

        Raises CancelledError if cancelled, InvalidStateError if not done.
        """
        if self._state == CANCELLED:
            raise self._make_cancelled_error()
        if self._state != FINISHED:
            raise noted(
                InvalidStateError("Exception is not set."), f"await it, or ask done() first: {reprs.safe(self)}"
            )
        if self._log_traceback_:
            self._log_traceback_ = False
        return self._exception

    def set_result(self, result: T) -> None:
        """Set the result and schedule those who wait. Raises InvalidStateError if done."""
        if self._state != PENDING:
            raise _done_already(self)
        self._result = result
        self._state = FINISHED
        self._finish()

    def set_exception(self, exception: BaseException | type[BaseException]) -> None:
        """Set the exception and schedule those who wait.

        Raises InvalidStateError if done, TypeError for what is no exception. StopIteration becomes a RuntimeError: it cannot be
        raised into a coroutine.
        """
        if self._state != PENDING:
            raise _done_already(self)
        error = exception() if isinstance(exception, type) else exception
        if not isinstance(error, BaseException):
            raise noted(TypeError("invalid exception object"), f"got {reprs.safe(exception)}")
        if isinstance(error, StopIteration):
            replacement = RuntimeError(
                "StopIteration interacts badly with generators and cannot be raised into a Future"
            )
            replacement.__cause__ = error
            replacement.__context__ = error
            error = replacement
        self._exception = error
        self._result = error.__traceback__
        self._state = FINISHED
        # Before those who wait are told: one of them may look at the exception at once.
        self._log_traceback_ = True
        self._finish()

    def cancel(self, msg: Any = None) -> bool:
        """Cancel the future and schedule those who wait; return False if it was done already.

        msg: given to the CancelledError.
        """
        if self._log_traceback_:
            self._log_traceback_ = False
        if self._state != PENDING:
            return False
        self._state = CANCELLED
        if msg is not None:
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
        if self._exception is None and self._state == FINISHED:
            return self._result  # type: ignore[no-any-return]  # as `result()` does, without the call
        return self.result()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # A class with an `add_done_callback` of its own is taken at its word: tasks use it instead of our list.
        if cls.add_done_callback is not Future.add_done_callback and cls.__await__ is Future.__await__:
            cls.__await__ = _await_by_methods  # type: ignore[method-assign]
            cls.__iter__ = _await_by_methods

    __iter__ = __await__  # `yield from future`, in generator-based coroutines

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
        self._warn_never_retrieved()

    def _warn_never_retrieved(self) -> None:
        """Tell the hook that nobody looked at the exception."""
        if self._loop._hook is not None:
            task: Any = self if hasattr(self, "get_name") else None
            what = f"task {task.get_name()!r}" if task is not None else "a future"
            message = f"{what} failed, and nobody looked: {type(self._exception).__name__}"
            self._loop._hook.warned("never-retrieved", task, message)

    def _make_cancelled_error(self) -> BaseException:
        """Return the error to raise: the cancel that ended the task if it is still here."""
        error = self._exception
        if error is not None and self._state == CANCELLED:  # of a failed task it is the failure, and stays
            self._exception = None  # it refers to frames that refer to this future
            return error
        return super()._make_cancelled_error()

    def _error(self) -> BaseException:
        if self._state == CANCELLED:
            return self._make_cancelled_error()
        assert self._exception is not None
        if self._log_traceback_:
            self._log_traceback_ = False
        return self._exception.with_traceback(self._result)


def future_add_to_awaited_by(future: Any, waiter: Any, /) -> None:
    """Record that `waiter` awaits `future`, for the call graph; what is not of this runtime is ignored.

    Like: `asyncio.future_add_to_awaited_by`, of Python 3.14.
    """
    if isinstance(future, Future) and isinstance(waiter, Future):
        told: dict[int, Any] = future.__dict__.setdefault("_awaited_by", {})
        told[id(waiter)] = waiter


def future_discard_from_awaited_by(future: Any, waiter: Any, /) -> None:
    """Take back what `future_add_to_awaited_by` has recorded. Like: `asyncio.future_discard_from_awaited_by`, of Python 3.14."""
    if isinstance(future, Future) and isinstance(waiter, Future):
        future.__dict__.get("_awaited_by", {}).pop(id(waiter), None)


def _done_already(future: Future[Any]) -> InvalidStateError:
    return noted(
        InvalidStateError("invalid state"), f"{reprs.safe(future)} is done already, once for all; ask done() first"
    )


def _await_by_methods(self: Future[T]) -> Generator[Any, None, T]:
    """Do what `Future.__await__` does, and tell the task to wait by public methods, as it does with foreign futures."""
    if self._state == PENDING:
        self._asyncio_future_blocking = BY_METHODS
        yield self
        if self._state == PENDING:
            raise RuntimeError("await wasn't used with future")
    return self.result()
