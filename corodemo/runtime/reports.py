"""Reports: where exceptions go that nobody else will see, and what debug mode looks for.

A callback's exception has no caller to go to, and a future that is collected with an exception had nobody who asked. The loop
hands those to the exception handler, by default a line in the log, and runs on. Debug mode adds checks
that are too slow for every day: wrong thread, callbacks that are none, steps that take long, where things were made.
"""

from __future__ import annotations

import contextvars
import logging
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import coroutines, reprs
from .exceptions import noted
from .loopstate import LoopState

if TYPE_CHECKING:
    from .loop import EventLoop

__all__ = ["Reports"]

#: asyncio's own name, so that what people have configured for it works.
logger = logging.getLogger("asyncio")


class Reports(LoopState):
    """What an event loop needs to report errors. Not for use by itself: `EventLoop` is made of it."""

    # --- exceptions that nobody else will see

    def set_exception_handler(self, handler: Callable[[EventLoop, dict[str, Any]], object] | None) -> None:
        """Report errors by `handler(loop, context)`; None: by `default_exception_handler`."""
        if handler is not None and not callable(handler):
            raise TypeError(f"A callable object or None is expected, got {reprs.safe(handler)}")
        self._exception_handler = handler

    def get_exception_handler(self) -> Callable[[EventLoop, dict[str, Any]], object] | None:
        """Return the exception handler, or None."""
        return self._exception_handler

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        """Log the message, what it is about, and the exception with its traceback."""
        message = context.get("message") or "Unhandled exception in event loop"
        exception = context.get("exception")
        exc_info = (type(exception), exception, exception.__traceback__) if exception is not None else None
        lines = [message]
        for key in sorted(context):
            if key in {"message", "exception"}:
                continue
            value = context[key]
            if key == "source_traceback":
                stack = "".join(value.format())
                lines.append(f"source_traceback: Object created at (most recent call last):\n{stack.rstrip()}")
            elif key == "handle_traceback":
                stack = "".join(value.format())
                lines.append(f"handle_traceback: Handle created at (most recent call last):\n{stack.rstrip()}")
            else:
                lines.append(f"{key}: {reprs.safe(value)}")
        logger.error("\n".join(lines), exc_info=exc_info)

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Report an error that nobody else will see.

        context: "message", and what is known of "exception", "future", "task", "handle", "source_traceback".
        """
        handler = self._exception_handler
        if handler is None:
            self._report_by_default(context)
            return
        try:
            run_context = _context_of(context)
            if run_context is None:
                handler(self, context)
            else:
                run_context.run(handler, self, context)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            self._report_by_default(
                {"message": "Unhandled error in exception handler", "exception": exc, "context": context}
            )

    def _report_by_default(self, context: dict[str, Any]) -> None:
        try:
            self.default_exception_handler(context)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException:
            # It may be a user's override; and this may be called from __del__, where nothing may escape.
            logger.exception("Exception in default exception handler while handling %r", context.get("message"))

    # --- debug mode

    def get_debug(self) -> bool:
        """Return True in debug mode."""
        return self._debug

    def set_debug(self, enabled: bool) -> None:
        """Switch debug mode: checks, where things were made, and reports of slow steps."""
        self._debug = enabled
        if self.is_running():
            self.call_soon_threadsafe(self._track_coroutine_origins, enabled)

    def _track_coroutine_origins(self, enabled: bool) -> None:
        """Let coroutines remember where they were made, while the loop runs in debug mode; the interpreter has one switch."""
        if enabled and self._origin_depth is None:
            self._origin_depth = sys.get_coroutine_origin_tracking_depth()
            sys.set_coroutine_origin_tracking_depth(reprs.DEBUG_STACK_DEPTH)
        elif not enabled and self._origin_depth is not None:
            sys.set_coroutine_origin_tracking_depth(self._origin_depth)
            self._origin_depth = None

    def _run_ready_reporting_slow(self) -> None:
        for _ in range(len(self._ready)):
            entry = self._ready.popleft()
            started_ns = self._clock.now_ns()
            entry._run() if self._hook is None else entry._run_watched()
            seconds = (self._clock.now_ns() - started_ns) / 1e9
            if seconds >= self.slow_callback_duration:
                logger.warning("Executing %r took %.3f seconds", entry, seconds)

    def _check_thread(self) -> None:
        if self._thread_id is not None and self._thread_id != threading.get_ident():
            raise noted(
                RuntimeError("Non-thread-safe operation invoked on an event loop other than the current one"),
                f"{self!r} runs in another thread; use its call_soon_threadsafe()",
            )

    def _check_callback(self, callback: object, method: str) -> None:
        if coroutines.iscoroutine(callback) or coroutines.iscoroutinefunction(callback):
            raise noted(
                TypeError(f"coroutines cannot be used with {method}()"),
                f"got {reprs.safe(callback)}; use create_task()",
            )
        if not callable(callback):
            raise TypeError(f"a callable object was expected by {method}(), got {reprs.safe(callback)}")


def _context_of(context: dict[str, Any]) -> contextvars.Context | None:
    """Return the contextvars context of what a report is about, so that the handler runs in it."""
    for key in ("task", "future", "handle"):
        thing = context.get(key)
        if thing is not None and hasattr(thing, "get_context"):
            return thing.get_context()  # type: ignore[no-any-return]
    return None
