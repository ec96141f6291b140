"""Async generators: how the loop closes those that a program leaves half read.

An async generator that is suspended inside `try` ... `finally` owes its cleanup an event loop. Python tells the loop of each
one when it is first iterated, and again when it is collected; the loop closes it then, or at the latest at the end of
`run()`.
"""

from __future__ import annotations

import warnings
from collections.abc import AsyncGenerator, Awaitable
from typing import Any

from .gather import gather
from .loopstate import LoopState

__all__ = ["AsyncGenerators"]


class AsyncGenerators(LoopState):
    """What an event loop needs to end async generators. Not for use by itself: `EventLoop` is made of it."""

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

    def shutdown_asyncgens(self) -> Awaitable[None]:
        """Close all async generators that are still open; report those that fail to.

        Like: asyncio's; with no generator open it is a done future, so that no task is made for nothing.
        """
        self._asyncgens_shutdown_called = True
        open_ones = list(self._asyncgens)
        self._asyncgens.clear()
        if open_ones:
            return self._close_asyncgens(open_ones)
        nothing_to_do = self.create_future()
        nothing_to_do.set_result(None)
        return nothing_to_do

    async def _close_asyncgens(self, open_ones: list[AsyncGenerator[Any, Any]]) -> None:
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
