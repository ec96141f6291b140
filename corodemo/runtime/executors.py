"""Executors: functions that run in threads beside the loop, and how the loop learns that they are over.

A thread's job ends in the thread. Its outcome travels into the loop by `call_soon_threadsafe`, the only way in. The loop
counts the jobs under way, because a virtual clock must not jump while one could still come back.
"""

from __future__ import annotations

import concurrent.futures
import threading
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

from .chaining import copy_state
from .exceptions import noted
from .futures import Future
from .loopstate import LoopState

__all__ = ["Executors"]

T = TypeVar("T")


class Executors(LoopState):
    """What an event loop needs to run functions in threads. Not for use by itself: `EventLoop` is made of it."""

    def _foreign_threads(self) -> bool:
        """Return True if a thread is alive that is not one of ours: it may call in at any time."""
        ours = {threading.current_thread(), *getattr(self._default_executor, "_threads", ())}
        return any(thread not in ours for thread in threading.enumerate())

    def _abandon_executor(self) -> None:
        """Let the threads end by themselves, when the loop is closed."""
        executor, self._default_executor = self._default_executor, None
        self._executor_shutdown_called = True
        if executor is not None:
            executor.shutdown(wait=False)

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

        def cancel_job(future: Future[T]) -> None:
            if future.cancelled():
                job.cancel()  # which helps if it has not begun

        future.add_done_callback(cancel_job)
        job.add_done_callback(lambda job: self._job_over_threadsafe(job, future))
        if self._hook is not None:
            self._hook.thread_started(future, func)
        return future

    def _job_over_threadsafe(self, job: concurrent.futures.Future[Any], future: Future[Any]) -> None:
        if not self.is_closed():
            try:
                self.call_soon_threadsafe(self._job_over, job, future)
            except RuntimeError:
                pass  # closed in between: nobody waits any more

    def _job_over(self, job: concurrent.futures.Future[Any], future: Future[Any]) -> None:
        # In one go, so that there is no moment in which no job is left and its future is not done.
        self._jobs -= 1
        if self._hook is not None:
            self._hook.thread_finished(future)
        copy_state(job, future)

    def set_default_executor(self, executor: concurrent.futures.ThreadPoolExecutor) -> None:
        """Run what `run_in_executor(None, ...)` is given in `executor`."""
        if not isinstance(executor, concurrent.futures.ThreadPoolExecutor):
            raise noted(TypeError("executor must be ThreadPoolExecutor instance"), f"got {executor!r}")
        self._default_executor = executor

    def _get_default_executor(self) -> concurrent.futures.Executor:
        if self._executor_shutdown_called:
            raise RuntimeError("Executor shutdown has been called")
        if self._default_executor is None:
            self._default_executor = concurrent.futures.ThreadPoolExecutor(thread_name_prefix="corodemo")
        return self._default_executor

    def shutdown_default_executor(self, timeout: float | None = None) -> Future[None]:
        """Stop taking jobs, and return a future that is done when the loop's threads have finished theirs.

        After `timeout` seconds it warns, and is done all the same. Like: asyncio's, which is a coroutine; a future needs no
        task, so those who watch a program see its own tasks only.
        """
        self._executor_shutdown_called = True
        done: Future[None] = self.create_future()
        executor = self._default_executor
        if executor is None:
            done.set_result(None)
            return done
        timer = None if timeout is None else self.call_later(timeout, self._stop_waiting, executor, done, timeout)

        def finished(_: Future[None]) -> None:
            self._jobs -= 1
            if timer is not None:
                timer.cancel()

        done.add_done_callback(finished)
        self._jobs += 1
        threading.Thread(target=self._join_executor, args=(executor, done), name="corodemo-join").start()
        return done

    def _join_executor(self, executor: concurrent.futures.Executor, done: Future[None]) -> None:
        """Wait for the executor's threads, in a thread."""
        error = None
        try:
            executor.shutdown(wait=True)
        except Exception as exc:
            error = exc
        if not self.is_closed():
            self.call_soon_threadsafe(_joined, threading.current_thread(), done, error)

    def _stop_waiting(self, executor: concurrent.futures.Executor, done: Future[None], timeout: float) -> None:
        if not done.done():
            warnings.warn(
                f"The executor did not finishing joining its threads within {timeout} seconds.",
                RuntimeWarning,
                stacklevel=2,
            )
            executor.shutdown(wait=False)
            done.set_result(None)


def _joined(thread: threading.Thread, done: Future[None], error: Exception | None) -> None:
    thread.join()  # this call was the last thing it did
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
