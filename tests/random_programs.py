"""Programs as data, an interpreter that runs them on asyncio or on corodemo, and what both have to log.

A program is nested lists of numbers and words, so that hypothesis can shrink it and a file can keep it. `bodies` are
coroutines; body 0 is the main one. A body may start only bodies with greater numbers, so every program ends, or it
deadlocks, which is logged as well. Delays are eighths of a second, exact in floats and in nanoseconds.

Under asyncio, time is virtual too, and two things are put in order that CPython leaves to chance: timers with equal
deadlines fire in the order in which they were set, and a task group goes through its tasks in the order in which they were made.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import logging
import sys
import warnings
from typing import Any

import corodemo

Program = dict[str, Any]


class Stuck(Exception):
    """Nothing is left that could wake anything."""


class _FifoTimer(asyncio.TimerHandle):
    """A timer that comes after those with the same deadline that were set before."""

    _numbers = itertools.count()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._number = next(self._numbers)

    def __lt__(self, other: Any) -> bool:
        return (self._when, self._number) < (other._when, other._number)


class VirtualAsyncioLoop(asyncio.BaseEventLoop):
    """asyncio's own loop, whose time jumps to the next deadline when nothing is ready."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._clock_resolution = 1e-9
        self._selector: Any = self  # it asks it for i/o, of which there is none

    def time(self) -> float:
        return self._now

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise Stuck
        if timeout > 0:
            self._now = self._scheduled[0]._when
        return []

    def _process_events(self, event_list: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass

    def call_at(self, when: float, callback: Any, *args: Any, context: Any = None) -> Any:
        timer = _FifoTimer(when, callback, args, self, context)
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer


class _InOrder:
    """What a task group needs of a set, in order of arrival."""

    def __init__(self) -> None:
        self._items: dict[Any, None] = {}
        self.add = self._items.setdefault

    def discard(self, item: Any) -> None:
        self._items.pop(item, None)

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Any:
        return iter(list(self._items))


class _AsyncioTaskGroup(asyncio.TaskGroup):
    def __init__(self) -> None:
        super().__init__()
        self._tasks: Any = _InOrder()


def run_on_asyncio(program: Program) -> list[Any]:
    """Run a program on CPython's asyncio; return its log."""
    return _Run(asyncio, VirtualAsyncioLoop(), _AsyncioTaskGroup, program).log


def run_on_corodemo(program: Program, hook: Any = None) -> list[Any]:
    """Run a program on corodemo; return its log."""
    loop = corodemo.EventLoop(clock=corodemo.VirtualClock(), hook=hook)
    return _Run(corodemo, loop, corodemo.TaskGroup, program).log


class Oops(Exception):
    """What programs raise."""


class _Run:
    """One run of a program, and its log."""

    def __init__(self, aio: Any, loop: Any, task_group: Any, program: Program) -> None:
        self.aio = aio
        self.loop = loop
        self.task_group = task_group
        self.bodies = program["bodies"]
        self.log: list[Any] = []
        self.numbers: dict[int, int] = {}  # of the tasks, by id()
        self.tasks: list[Any] = []  # in the order in which they were made
        loop.set_task_factory(self.make_task)
        self.futures = [loop.create_future() for _ in range(2)]
        self.locks = [aio.Lock() for _ in range(2)]
        self.semaphore = aio.Semaphore(2)
        self.event = aio.Event()
        self.condition = aio.Condition()
        self.barrier = aio.Barrier(2)
        self.queues = [aio.Queue(maxsize) for maxsize in (0, 1)]
        self.items = itertools.count()
        self.shielded: list[Any] = []
        logger = logging.getLogger("asyncio")
        logger.disabled = True
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.go()
        finally:
            logger.disabled = False

    def go(self) -> None:
        self.loop.set_exception_handler(lambda loop, context: None)
        try:
            self.loop.run_until_complete(self.main())
        except (Stuck, corodemo.Deadlock):
            self.write("stuck")
        except asyncio.CancelledError as exc:
            self.write("ended", self.plain(exc))
        finally:
            for task in self.tasks:
                self.log.append((self.name(task), self.unseen(task), self.outcome(task)))
                if task.done() and not task.cancelled():
                    task.exception()
            for future in self.futures:
                self.log.append((self.unseen(future), self.outcome(future)))
                if future.done() and not future.cancelled():
                    future.exception()
            log, self.log = self.log, []  # what closing a coroutine makes it do counts no more
            self.dismantle()
            self.log = log

    def dismantle(self) -> None:
        """Close what a stuck program leaves, without running the loop any more."""
        for task in self.tasks:
            task._log_destroy_pending = False
            if not task.done():
                for _ in range(3):
                    with contextlib.suppress(BaseException):
                        task.get_coro().close()
                        break
        self.loop.close()

    def make_task(self, loop: Any, coro: Any, **kwargs: Any) -> Any:
        task = self.aio.Task(coro, loop=loop, **kwargs)
        self.numbers[id(task)] = len(self.tasks)
        self.tasks.append(task)
        return task

    def name(self, task: Any) -> str:
        return "-" if task is None else f"t{self.numbers[id(task)]}"

    def write(self, *what: Any) -> None:
        self.log.append((self.loop.time(), *what))

    def unseen(self, future: Any) -> bool:
        """Return whether its exception would be reported as never retrieved; asyncio drops a shielded one's until 3.14."""
        return future._log_traceback and future not in self.shielded

    def outcome(self, future: Any) -> Any:
        if not future.done():
            return "pending"
        if future.cancelled():
            return "cancelled"
        exception = future.exception()
        return self.plain(future.result()) if exception is None else self.plain(exception)

    def plain(self, value: Any) -> Any:
        """Return what both sides must agree on: of an exception its type, and its arguments where they are the program's."""
        if isinstance(value, BaseExceptionGroup):
            return [type(value).__name__, *(self.plain(exc) for exc in value.exceptions)]
        if isinstance(value, (Oops, asyncio.CancelledError)):
            return [type(value).__name__, *value.args]
        if isinstance(value, BaseException):
            return [type(value).__name__]
        if isinstance(value, (list, tuple)):
            return [self.plain(item) for item in value]
        if isinstance(value, (str, int, float, type(None))):
            return value
        return type(value).__name__

    async def main(self) -> None:
        try:
            await self.body(0)
        except BaseException as exc:
            self.write("main", self.plain(exc))
        # As run() does at the end, but in an order that both agree on.
        me = self.aio.current_task()
        for _ in range(4):
            rest = [task for task in self.tasks if task is not me and not task.done()]
            if not rest:
                break
            for task in rest:
                task.cancel("end")
            await self.aio.wait(rest, timeout=8)

    async def body(self, number: int) -> Any:
        if number >= len(self.bodies):
            return None
        body = self.bodies[number]
        name = self.name(self.aio.current_task())
        patience = body["swallows"]
        for index, op in enumerate(body["ops"]):
            where = (name, number, index, op[0])
            try:
                result = await self.do(op, number)
                self.write(*where, self.plain(result))
                if op[0] == "return":
                    return result
            except asyncio.CancelledError as exc:
                task = self.aio.current_task()
                self.write(*where, self.plain(exc), task.cancelling())
                if patience <= 0:
                    if body["cleanup"]:
                        await self.aio.sleep(body["cleanup"] / 8)
                        self.write(*where, "cleaned up")
                    raise
                patience -= 1
            except Exception as exc:
                self.write(*where, self.plain(exc))
                if op[0] == "raise":
                    raise
        return number

    def task(self, reference: int) -> Any:
        return self.tasks[reference % len(self.tasks)]

    def awaitable(self, spec: list[Any], number: int) -> Any:
        kind, value = spec
        if kind == "task":
            # Only one that was made later: tasks that wait for each other in a ring cancel each other for ever.
            later = self.tasks[self.numbers[id(self.aio.current_task())] + 1 :]
            return later[value % len(later)] if later else self.aio.sleep(0)
        if kind == "future":
            return self.futures[value]
        if kind == "sleep":
            return self.aio.sleep(value / 8, f"slept {value}")
        return self.body(number + value)

    async def do(self, op: list[Any], number: int) -> Any:
        return await getattr(self, f"do_{op[0]}")(number, *op[1:])

    async def ops(self, ops: list[Any], number: int) -> Any:
        result = None
        for op in ops:
            result = await self.do(op, number)
            self.write(self.name(self.aio.current_task()), number, "inner", op[0], self.plain(result))
        return result

    # --- what a body can do

    async def do_sleep(self, number: int, delay: int) -> Any:
        return await self.aio.sleep(delay / 8, delay)

    async def do_return(self, number: int, value: int) -> Any:
        return value

    async def do_raise(self, number: int, value: int) -> Any:
        raise Oops(value)

    async def do_spawn(self, number: int, step: int) -> Any:
        return self.name(self.loop.create_task(self.body(number + step)))

    async def do_cancel(self, number: int, reference: int, message: str | None) -> Any:
        task = self.task(reference)
        return [task.cancel() if message is None else task.cancel(message), task.cancelling()]

    async def do_uncancel(self, number: int) -> Any:
        return self.aio.current_task().uncancel()

    async def do_await(self, number: int, spec: list[Any]) -> Any:
        return await self.awaitable(spec, number)

    async def do_wait_for(self, number: int, spec: list[Any], delay: int | None) -> Any:
        awaitable = self.awaitable(spec, number)
        if sys.version_info >= (3, 12) and asyncio.iscoroutine(awaitable):
            # asyncio runs it in the waiting task since then; ours makes a task of it, as the chapter says.
            awaitable = self.loop.create_task(awaitable)
        return await self.aio.wait_for(awaitable, None if delay is None else delay / 8)

    async def do_timeout(self, number: int, delay: int, ops: list[Any]) -> Any:
        async with self.aio.timeout(delay / 8) as limit:
            await self.ops(ops, number)
        return limit.expired()

    async def do_reschedule(self, number: int, delay: int, later: int, ops: list[Any]) -> Any:
        async with self.aio.timeout(delay / 8) as limit:
            limit.reschedule(self.loop.time() + later / 8)
            await self.ops(ops, number)
        return limit.expired()

    async def do_gather(self, number: int, specs: list[Any], return_exceptions: bool) -> Any:
        return await self.aio.gather(
            *[self.awaitable(spec, number) for spec in specs], return_exceptions=return_exceptions
        )

    async def do_gather_cancelled(
        self, number: int, specs: list[Any], delay: int, return_exceptions: bool = False
    ) -> Any:
        future = self.aio.gather(*[self.awaitable(spec, number) for spec in specs], return_exceptions=return_exceptions)
        self.loop.call_later(delay / 8, future.cancel, "gather")
        return await future

    async def do_shield(self, number: int, spec: list[Any]) -> Any:
        inner = self.aio.ensure_future(self.awaitable(spec, number))
        self.shielded.append(inner)
        return await self.aio.shield(inner)

    async def do_wait(self, number: int, references: list[int], delay: int | None, return_when: str) -> Any:
        done, pending = await self.aio.wait(
            [self.task(reference) for reference in references],
            timeout=None if delay is None else delay / 8,
            return_when=return_when,
        )
        return [sorted(map(self.name, done)), sorted(map(self.name, pending))]

    async def do_as_completed(self, number: int, references: list[int], delay: int | None) -> Any:
        results = []
        tasks = dict.fromkeys(self.task(reference) for reference in references)
        # Of those that are done already at most one, since asyncio goes through a set.
        done = [task for task in tasks if task.done()]
        tasks = [task for task in tasks if task not in done[1:]]
        for coro in self.aio.as_completed(tasks, timeout=None if delay is None else delay / 8):
            try:
                results.append(self.plain(await coro))
            except (Oops, TimeoutError) as exc:
                results.append(self.plain(exc))
        return sorted(results, key=repr)

    async def do_group(self, number: int, steps: list[int], ops: list[Any]) -> Any:
        async with self.task_group() as group:
            for step in steps:
                group.create_task(self.body(number + step))
            await self.ops(ops, number)

    async def do_lock(self, number: int, which: int, ops: list[Any]) -> Any:
        async with self.locks[which]:
            await self.ops(ops, number)

    async def do_semaphore(self, number: int, ops: list[Any]) -> Any:
        async with self.semaphore:
            await self.ops(ops, number)

    async def do_event(self, number: int, what: str) -> Any:
        return await self.event.wait() if what == "wait" else getattr(self.event, what)()

    async def do_condition(self, number: int, notify: int) -> Any:
        async with self.condition:
            return await self.condition.wait() if notify == 0 else self.condition.notify(notify)

    async def do_barrier(self, number: int, what: str) -> Any:
        return await getattr(self.barrier, what)()

    async def do_put(self, number: int, which: int) -> Any:
        item = next(self.items)
        await self.queues[which].put(item)
        return item

    async def do_get(self, number: int, which: int) -> Any:
        item = await self.queues[which].get()
        self.queues[which].task_done()
        return item

    async def do_nowait(self, number: int, which: int, what: str) -> Any:
        queue = self.queues[which]
        return queue.get_nowait() if what == "get" else queue.put_nowait(-1)

    async def do_join(self, number: int, which: int) -> Any:
        await self.queues[which].join()

    async def do_shutdown(self, number: int, which: int, immediate: bool) -> Any:
        self.queues[which].shutdown(immediate)

    async def do_future(self, number: int, which: int, what: str) -> Any:
        future = self.futures[which]
        if what == "result":
            return future.set_result("set")
        if what == "exception":
            return future.set_exception(Oops("future"))
        return future.cancel()

    async def do_callback(self, number: int, reference: int, what: str) -> Any:
        task = self.task(reference)

        def called(done: Any) -> None:
            self.write("callback", self.name(done), self.outcome(done), self.name(self.aio.current_task(self.loop)))
            if what == "cancel":
                self.task(reference + 1).cancel("callback")

        task.add_done_callback(called)
        return task.remove_done_callback(called) if what == "remove" else None

    async def do_call_later(self, number: int, delay: int) -> Any:
        self.loop.call_later(delay / 8, self.write, "called", delay)

    async def do_call_soon(self, number: int) -> Any:
        self.loop.call_soon(self.write, "called soon")
