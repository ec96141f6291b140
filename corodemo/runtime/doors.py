"""The loop's doors to the outside: file descriptors, other threads, signals, executors, async generators' ends.

Another thread may only do one thing: append to the ready queue, which a deque allows, and then wake the selector by a
byte in a pipe. Everything else in the loop belongs to one thread. The loop looks into the selector when nothing is ready,
and in every iteration if somebody watches a file.
"""

from __future__ import annotations

import concurrent.futures
import selectors
import signal
import socket
import threading
import warnings
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from . import events
from .futures import Future, chain_future

if TYPE_CHECKING:
    import collections
    import contextvars
    import weakref

    from . import hooks

__all__ = ["Doors"]

T = TypeVar("T")


class Doors:
    """What an event loop needs to be woken from outside. Not for use by itself: `EventLoop` is made of it."""

    if TYPE_CHECKING:
        _ready: collections.deque[Any]
        _hook: hooks.Hook | None
        _asyncgens: weakref.WeakSet[AsyncGenerator[Any, Any]]
        _asyncgens_shutdown_called: bool
        _debug: bool
        _closed: bool

        def call_soon_threadsafe(
            self, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
        ) -> events.Handle: ...
        def call_exception_handler(self, context: dict[str, Any]) -> None: ...
        def create_future(self) -> Future[Any]: ...
        def create_task(self, coro: Any) -> Any: ...
        def is_closed(self) -> bool: ...
        def _check_closed(self) -> None: ...
        def _check_callback(self, callback: object, method: str) -> None: ...

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._pipe_out, self._pipe_in = socket.socketpair()
        self._pipe_out.setblocking(False)
        self._pipe_in.setblocking(False)
        self._selector.register(self._pipe_out, selectors.EVENT_READ)
        self._watches_files = False  # whether anything but the pipe is registered
        self._signal_handles: dict[int, events.Handle] = {}
        self._default_executor: concurrent.futures.Executor | None = None
        self._executor_shutdown_called = False
        self._jobs = 0  # executor jobs under way, for the virtual clock to wait for

    # --- the selector

    def _wake_selector(self) -> None:
        try:
            self._pipe_in.send(b"\0")
        except BlockingIOError:
            pass  # the pipe is full of wakeups already
        except OSError:
            if not self._closed:
                raise

    def _select(self, timeout: float | None) -> bool:
        """Wait for i/o, and schedule its callbacks; return True if anything came, a wakeup included."""
        found = self._selector.select(timeout)
        for key, mask in found:
            if key.data is None:
                self._drain_pipe()
                continue
            reader, writer = key.data
            if mask & selectors.EVENT_READ and reader is not None:
                self._schedule_io(key.fileobj, reader, self.remove_reader)
            if mask & selectors.EVENT_WRITE and writer is not None:
                self._schedule_io(key.fileobj, writer, self.remove_writer)
        return bool(found)

    def _schedule_io(self, fileobj: Any, handle: events.Handle, remove: Callable[[Any], bool]) -> None:
        if handle._cancelled:
            remove(fileobj)
        else:
            self._ready.append(handle)
            if self._hook is not None:
                self._hook.file_ready(handle)

    def _drain_pipe(self) -> None:
        try:
            while self._pipe_out.recv(4096):
                pass
        except (BlockingIOError, InterruptedError):
            pass

    def _expects_outside(self) -> bool:
        """Return True if a thread's job or a watched file could wake the loop."""
        return self._jobs > 0 or self._watches_files

    def _close_doors(self) -> None:
        for number in list(self._signal_handles):
            self.remove_signal_handler(number)
        self._selector.close()
        self._pipe_in.close()
        self._pipe_out.close()
        executor, self._default_executor = self._default_executor, None
        self._executor_shutdown_called = True
        if executor is not None:
            executor.shutdown(wait=False)

    # --- file descriptors

    def add_reader(self, fd: Any, callback: Callable[..., object], *args: Any) -> events.Handle:
        """Call `callback(*args)` whenever `fd` can be read; it replaces an earlier reader of it."""
        return self._watch(fd, selectors.EVENT_READ, callback, args)

    def add_writer(self, fd: Any, callback: Callable[..., object], *args: Any) -> events.Handle:
        """Call `callback(*args)` whenever `fd` can be written to; it replaces an earlier writer of it."""
        return self._watch(fd, selectors.EVENT_WRITE, callback, args)

    def remove_reader(self, fd: Any) -> bool:
        """Stop watching `fd` for reading; return False if nobody did."""
        return self._unwatch(fd, selectors.EVENT_READ)

    def remove_writer(self, fd: Any) -> bool:
        """Stop watching `fd` for writing; return False if nobody did."""
        return self._unwatch(fd, selectors.EVENT_WRITE)

    def _watch(self, fd: Any, event: int, callback: Callable[..., object], args: tuple[Any, ...]) -> events.Handle:
        self._check_closed()
        handle = events.Handle(callback, args, self, None)  # type: ignore[arg-type]  # we are part of a loop
        try:
            key = self._selector.get_key(fd)
        except KeyError:
            pair = (handle, None) if event == selectors.EVENT_READ else (None, handle)
            self._selector.register(fd, event, pair)
        else:
            reader, writer = key.data
            old = reader if event == selectors.EVENT_READ else writer
            pair = (handle, writer) if event == selectors.EVENT_READ else (reader, handle)
            self._selector.modify(fd, key.events | event, pair)
            if old is not None:
                old.cancel()
        self._watches_files = True
        return handle

    def _unwatch(self, fd: Any, event: int) -> bool:
        if self.is_closed():
            return False
        try:
            key = self._selector.get_key(fd)
        except KeyError:
            return False
        reader, writer = key.data
        old = reader if event == selectors.EVENT_READ else writer
        remaining = key.events & ~event
        if remaining:
            pair = (None, writer) if event == selectors.EVENT_READ else (reader, None)
            self._selector.modify(fd, remaining, pair)
        else:
            self._selector.unregister(fd)
            self._watches_files = len(self._selector.get_map()) > 1
        if old is None:
            return False
        old.cancel()
        return True

    # --- signals

    def add_signal_handler(self, sig: int, callback: Callable[..., object], *args: Any) -> None:
        """Call `callback(*args)` in the loop when the signal comes. Main thread only.

        Raises TypeError or ValueError for what is no signal, RuntimeError for one that cannot be caught.
        """
        self._check_callback(callback, "add_signal_handler")
        _check_signal(sig)
        self._check_closed()
        try:
            # The C-level handler writes to the pipe itself, so a signal that comes just before select() wakes it too.
            signal.set_wakeup_fd(self._pipe_in.fileno())
        except (ValueError, OSError) as exc:
            raise RuntimeError(str(exc)) from exc
        handle = events.Handle(callback, args, self, None)  # type: ignore[arg-type]  # we are part of a loop
        try:
            signal.signal(sig, self._signal_arrived)
            signal.siginterrupt(sig, False)
        except OSError as exc:
            if not self._signal_handles:
                signal.set_wakeup_fd(-1)
            raise RuntimeError(f"sig {sig} cannot be caught") from exc
        self._signal_handles[sig] = handle

    def remove_signal_handler(self, sig: int) -> bool:
        """Restore the signal's default handler; return False if this loop had none."""
        _check_signal(sig)
        if self._signal_handles.pop(sig, None) is None:
            return False
        signal.signal(sig, signal.default_int_handler if sig == signal.SIGINT else signal.SIG_DFL)
        if not self._signal_handles:
            signal.set_wakeup_fd(-1)
        return True

    def _signal_arrived(self, sig: int, frame: Any) -> None:
        handle = self._signal_handles.get(sig)
        if handle is not None and not handle._cancelled:
            self._ready.append(handle)
            self._wake_selector()

    # --- threads

    def run_in_executor(
        self, executor: concurrent.futures.Executor | None, func: Callable[..., T], *args: Any
    ) -> Future[T]:
        """Run `func(*args)` in the executor (None: the loop's own threads); return a future of its result.

        Cancelling the future does not stop a function that has begun.
        """
        self._check_closed()
        if self._debug:
            self._check_callback(func, "run_in_executor")
        if executor is None:
            executor = self._get_default_executor()
        job = executor.submit(func, *args)
        self._jobs += 1
        future: Future[T] = self.create_future()
        # Before the future is chained, so that the loop hears of the job's end before the future is set.
        job.add_done_callback(lambda _: self._job_over_threadsafe(future))
        chain_future(job, future)
        if self._hook is not None:
            self._hook.thread_started(future, func)
        return future

    def _job_over_threadsafe(self, future: Future[Any]) -> None:
        if not self.is_closed():
            try:
                self.call_soon_threadsafe(self._job_over, future)
            except RuntimeError:
                pass  # closed in between: nobody waits any more

    def _job_over(self, future: Future[Any]) -> None:
        self._jobs -= 1
        if self._hook is not None:
            self._hook.thread_finished(future)

    def set_default_executor(self, executor: concurrent.futures.ThreadPoolExecutor) -> None:
        """Run what `run_in_executor(None, ...)` is given in `executor`."""
        if not isinstance(executor, concurrent.futures.ThreadPoolExecutor):
            raise TypeError(f"executor must be ThreadPoolExecutor instance, got {executor!r}")
        self._default_executor = executor

    def _get_default_executor(self) -> concurrent.futures.Executor:
        if self._executor_shutdown_called:
            raise RuntimeError("Executor shutdown has been called")
        if self._default_executor is None:
            self._default_executor = concurrent.futures.ThreadPoolExecutor(thread_name_prefix="corodemo")
        return self._default_executor

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Wait for the loop's threads to finish their jobs; warn and go on after `timeout` seconds."""
        self._executor_shutdown_called = True
        executor = self._default_executor
        if executor is None:
            return
        done = self.create_future()

        def shut_down() -> None:
            try:
                executor.shutdown(wait=True)
                outcome: tuple[Callable[..., object], Any] = (_set_result_unless_done, None)
            except Exception as exc:
                outcome = (_set_exception_unless_done, exc)
            if not self.is_closed():
                self.call_soon_threadsafe(outcome[0], done, outcome[1])

        thread = threading.Thread(target=shut_down)
        thread.start()
        self._jobs += 1
        try:
            if timeout is None:
                await done
            else:
                from .timeouts import timeout as limit

                async with limit(timeout):
                    await done
        except TimeoutError:
            warnings.warn(
                f"The executor did not finish joining its threads within {timeout} seconds.",
                RuntimeWarning,
                stacklevel=2,
            )
            executor.shutdown(wait=False)
        else:
            thread.join()
        finally:
            self._jobs -= 1

    # --- the ends of async generators

    def _asyncgen_first_iterated(self, agen: AsyncGenerator[Any, Any]) -> None:
        if self._asyncgens_shutdown_called:
            warnings.warn(
                f"asynchronous generator {agen!r} was scheduled after loop.shutdown_asyncgens() call",
                ResourceWarning,
                source=self,
                stacklevel=2,
            )
        self._asyncgens.add(agen)

    def _asyncgen_finalized(self, agen: AsyncGenerator[Any, Any]) -> None:
        """Close a generator that is being collected; this may be called in any thread."""
        self._asyncgens.discard(agen)
        if not self.is_closed():
            self.call_soon_threadsafe(self.create_task, agen.aclose())

    async def shutdown_asyncgens(self) -> None:
        """Close all async generators that are still open; report those that fail to."""
        self._asyncgens_shutdown_called = True
        open_ones = list(self._asyncgens)
        self._asyncgens.clear()
        if not open_ones:
            return
        from .gather import gather

        results = await gather(*[agen.aclose() for agen in open_ones], return_exceptions=True)
        for result, agen in zip(results, open_ones, strict=True):
            if isinstance(result, Exception):
                self.call_exception_handler(
                    {
                        "message": f"an error occurred during closing of asynchronous generator {agen!r}",
                        "exception": result,
                        "asyncgen": agen,
                    }
                )


def _check_signal(sig: int) -> None:
    if not isinstance(sig, int):
        raise TypeError(f"sig must be an int, not {sig!r}")
    if sig not in signal.valid_signals():
        raise ValueError(f"invalid signal number {sig}")


def _set_result_unless_done(future: Future[Any], result: Any) -> None:
    if not future.done():
        future.set_result(result)


def _set_exception_unless_done(future: Future[Any], exception: BaseException) -> None:
    if not future.done():
        future.set_exception(exception)
