"""Queues: tasks that make things, and tasks that use them.

A queue is a container with two lines beside it: those who wait for an item, and, if it is bounded, those who wait for room.
A task that is woken looks again, because somebody else may have been quicker; one that is cancelled after it was
woken wakes the next in its line. `shutdown()` ends both lines, so that workers leave without being cancelled.
"""

from __future__ import annotations

import collections
import heapq
from types import GenericAlias
from typing import Any, ClassVar, Generic, TypeVar

from . import locks
from .exceptions import noted
from .waitables import Waiter
from .waitlines import LoopBound

__all__ = ["LifoQueue", "PriorityQueue", "Queue", "QueueEmpty", "QueueFull", "QueueShutDown"]

T = TypeVar("T")


class QueueEmpty(Exception):
    """`get_nowait()` found nothing."""


class QueueFull(Exception):
    """`put_nowait()` found no room."""


class QueueShutDown(Exception):
    """The queue was shut down: it takes nothing more, and gives at most what is left in it."""


class Queue(LoopBound, Generic[T]):
    """A queue, first in, first out. Not thread-safe.

    maxsize: how many items it holds before `put` waits; 0 or less: any number. Like: `asyncio.Queue`.
    """

    __class_getitem__: ClassVar[Any] = classmethod(GenericAlias)

    def __init__(self, maxsize: int = 0) -> None:
        self._maxsize = maxsize
        self._getters: collections.deque[Waiter] = collections.deque()  # those who wait for an item
        self._putters: collections.deque[Waiter] = collections.deque()  # those who wait for room
        self._unfinished_tasks = 0  # items put, less calls of task_done()
        self._finished = locks.Event()  # set while that is 0
        self._finished.set()
        self._is_shutdown = False
        self._init(maxsize)

    # --- the container: what a subclass of another order overrides

    def _init(self, maxsize: int) -> None:
        self._queue: Any = collections.deque()

    def _get(self) -> T:
        return self._queue.popleft()  # type: ignore[no-any-return]  # what the user put in

    def _put(self, item: T) -> None:
        self._queue.append(item)

    # --- what it is

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {id(self):#x} {self._format()}>"

    def __str__(self) -> str:
        return f"<{type(self).__name__} {self._format()}>"

    def _format(self) -> str:
        details = [f"maxsize={self._maxsize!r}"]
        if getattr(self, "_queue", None):
            details.append(f"_queue={list(self._queue)!r}")
        if self._getters:
            details.append(f"_getters[{len(self._getters)}]")
        if self._putters:
            details.append(f"_putters[{len(self._putters)}]")
        if self._unfinished_tasks:
            details.append(f"tasks={self._unfinished_tasks}")
        if self._is_shutdown:
            details.append("shutdown")
        return " ".join(details)

    def qsize(self) -> int:
        """Return how many items are in the queue."""
        return len(self._queue)

    @property
    def maxsize(self) -> int:
        """How many items it holds before `put` waits; 0 or less: any number."""
        return self._maxsize

    def empty(self) -> bool:
        """Return True if nothing is in the queue."""
        return not self._queue

    def full(self) -> bool:
        """Return True if there is no room."""
        return 0 < self._maxsize <= self.qsize()

    # --- putting and getting

    async def put(self, item: T) -> None:
        """Put an item in; wait for room if there is none. Raises QueueShutDown after `shutdown()`."""
        while self.full():
            if self._is_shutdown:
                raise noted(QueueShutDown(), f"{self} was shut down and takes nothing more")
            waiter = self._new_waiter("put")
            self._putters.append(waiter)
            try:
                await waiter
            except BaseException:
                self._give_up(self._putters, waiter, could_go_on=not self.full())
                raise
        self.put_nowait(item)

    def put_nowait(self, item: T) -> None:
        """Put an item in. Raises QueueFull if there is no room, QueueShutDown after `shutdown()`."""
        if self._is_shutdown:
            raise noted(QueueShutDown(), f"{self} was shut down and takes nothing more")
        if self.full():
            raise noted(QueueFull(), f"{self} has no room; `await put(item)` waits for it")
        self._put(item)
        if not self._unfinished_tasks:
            self._finished.clear()
        self._unfinished_tasks += 1
        if self._getters:
            _wake_next(self._getters)

    async def get(self) -> T:
        """Take an item out; wait if there is none. Raises QueueShutDown after `shutdown()` when nothing is left."""
        while self.empty():
            if self._is_shutdown:
                raise noted(QueueShutDown(), f"{self} was shut down and is empty")
            waiter = self._new_waiter("get")
            self._getters.append(waiter)
            try:
                await waiter
            except BaseException:
                self._give_up(self._getters, waiter, could_go_on=not self.empty())
                raise
        return self.get_nowait()

    def get_nowait(self) -> T:
        """Take an item out. Raises QueueEmpty if there is none, QueueShutDown if there never will be."""
        if self.empty():
            if self._is_shutdown:
                raise noted(QueueShutDown(), f"{self} was shut down and is empty")
            raise noted(QueueEmpty(), f"{self} has no item; `await get()` waits for one")
        item = self._get()
        if self._putters:
            _wake_next(self._putters)
        return item

    def _give_up(self, line: collections.deque[Waiter], waiter: Waiter, *, could_go_on: bool) -> None:
        """Leave a line without having been let go, or too late; whoever lets go takes the waiter out of the line."""
        waiter.cancel()  # an error thrown in from elsewhere may find it still pending
        if waiter in line:
            line.remove(waiter)
        if could_go_on and not waiter.cancelled():
            _wake_next(line)  # we were let go, and will not act on it

    # --- the work done on items, and the end

    def task_done(self) -> None:
        """Say that the work on an item that was got is done. Raises ValueError if called for more items than were put."""
        if self._unfinished_tasks <= 0:
            raise noted(ValueError("task_done() called too many times"), f"{self}: call it once for each item got")
        self._unfinished_tasks -= 1
        if self._unfinished_tasks == 0:
            self._finished.set()

    async def join(self) -> None:
        """Wait until `task_done()` was called for every item that was put in."""
        if self._unfinished_tasks > 0:
            await self._finished.wait()

    def shutdown(self, immediate: bool = False) -> None:
        """Take nothing more, and raise QueueShutDown for those who wait in vain. Like: `asyncio.Queue.shutdown`.

        immediate: throw away what is in it, as if the work on it were done.
        """
        self._is_shutdown = True
        if immediate:
            while not self.empty():
                self._get()
                if self._unfinished_tasks > 0:
                    self._unfinished_tasks -= 1
            if self._unfinished_tasks == 0:
                self._finished.set()
        # All of them: each looks for itself what is left for it.
        for line in (self._getters, self._putters):
            while line:
                _wake_next(line)


class PriorityQueue(Queue[T]):
    """A queue that gives the smallest item first, often a tuple `(priority, item)`.

    Like: `asyncio.PriorityQueue`.
    """

    def _init(self, maxsize: int) -> None:
        self._queue = []

    def _put(self, item: T) -> None:
        heapq.heappush(self._queue, item)

    def _get(self) -> T:
        return heapq.heappop(self._queue)  # type: ignore[no-any-return]  # what the user put in


class LifoQueue(Queue[T]):
    """A queue that gives the newest item first.

    Like: `asyncio.LifoQueue`.
    """

    def _init(self, maxsize: int) -> None:
        self._queue = []

    def _get(self) -> T:
        return self._queue.pop()  # type: ignore[no-any-return]  # what the user put in


def _wake_next(line: collections.deque[Waiter]) -> None:
    """Wake the first in the line that is not cancelled, and take it out."""
    while line:
        waiter = line.popleft()
        if not waiter.done():
            waiter.set_result(None)
            break
