"""Run a coroutine under the virtual clock, and see what was reported meanwhile."""

from __future__ import annotations

from typing import Any

from corodemo import EventLoop, Runner, VirtualClock


def run_virtual(coro: Any, *, hook: Any = None, debug: bool | None = None) -> Any:
    """Run a coroutine as `run()` does, in no time."""
    with Runner(loop_factory=lambda: EventLoop(clock=VirtualClock(), hook=hook), debug=debug) as runner:
        return runner.run(coro)


class Reports(list[dict[str, Any]]):
    """The contexts that the exception handler of a loop was called with."""

    def watch(self, loop: EventLoop) -> None:
        loop.set_exception_handler(lambda _, context: self.append(context))

    @property
    def messages(self) -> list[str]:
        return [context["message"] for context in self]
