"""What the prompt shows while one types: the menu of completions, and how the function is called that is being called.

Both are worked out in a thread of their own. jedi may take a second to read a large module, and the keys must not wait for it:
an answer that comes when the text has changed is dropped.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

if TYPE_CHECKING:
    from corodemo.shell.completion import Choice, Signature

__all__ = ["Menu", "SignatureWatch", "Worker"]

T = TypeVar("T")

#: Seconds that the keys must rest before a signature is looked up.
REST = 0.25


class Worker:
    """A thread that does one thing after the other, and that nobody waits for at the end."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def do(self, function: Callable[[], T]) -> T:
        """Call `function` in the thread and return what it returns; if the asker is cancelled, it is not called."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="completion", daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def deliver(value: T | None, exc: Exception | None) -> None:
            if answer.done():
                return
            if exc is None:
                answer.set_result(value)  # type: ignore[arg-type]  # it is None only if T is
            else:
                answer.set_exception(exc)

        def job() -> None:
            if answer.done():
                return
            value, error = None, None
            try:
                value = function()
            except Exception as exc:
                error = exc
            try:
                loop.call_soon_threadsafe(deliver, value, error)
            except RuntimeError:
                pass  # the prompt has ended meanwhile

        self._jobs.put(job)
        return await answer

    def _run(self) -> None:
        while True:
            self._jobs.get()()


class Menu(Completer):
    """Offers what `choices` returns for the text up to the cursor."""

    def __init__(self, choices: Callable[[str], Iterable[Choice]], worker: Worker) -> None:
        self._choices = choices
        self._worker = worker

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> list[Completion]:
        """Return the completions, at once."""
        return [
            Completion(choice.text, start_position=-choice.replaces, display_meta=choice.note)
            for choice in self._choices(document.text_before_cursor)
        ]

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """Yield the completions when they have been worked out in the other thread."""
        for completion in await self._worker.do(lambda: self.get_completions(document, complete_event)):
            yield completion


class SignatureWatch:
    """Knows how the function is called in whose call the cursor stands.

    find: returns that for the text up to the cursor. changed: called when `current` is another.
    """

    def __init__(self, find: Callable[[str], Signature | None], worker: Worker, changed: Callable[[], object]) -> None:
        self._find = find
        self._worker = worker
        self._changed = changed
        self._search: asyncio.Task[None] | None = None
        self.current: Signature | None = None

    def text_changed(self, text: str) -> None:
        """Take note of the text before the cursor, at every key."""
        if self._search is not None:
            self._search.cancel()
            self._search = None
        if text.count("(") > text.count(")"):
            self._search = asyncio.get_running_loop().create_task(self._look_up(text))
        else:
            self._show(None)

    async def _look_up(self, text: str) -> None:
        await asyncio.sleep(REST)
        self._show(await self._worker.do(lambda: self._find(text)))

    def _show(self, signature: Signature | None) -> None:
        if signature != self.current:
            self.current = signature
            self._changed()
