"""A session: one loop, one namespace and one context, for all the code that a person types.

An input with a top-level `await` becomes a task of the session's loop. Any other input is plain code: it runs between two
stretches of the loop, and is told that this loop is the running one. So `create_task()` works without an `await`, and so does
`asyncio.run(main())`, which makes a loop of its own beside the one that stands still, on the same clock and with the same hook.

Who reads the inputs and shows what comes of them is somebody else: the shell (`corodemo.repl`) where there is a terminal,
`corodemo.cli.code` where there is none.
"""

from __future__ import annotations

import contextlib
import contextvars
import linecache
import types
from typing import Any, Self

import corodemo
from corodemo.hosting.exceptionhandler import print_context
from corodemo.hosting.imports import user_builtins
from corodemo.hosting.loop import HostLoop, asyncio_told_of_tasks
from corodemo.hosting.program import surroundings
from corodemo.runtime import Clock, EventLoop, Hook, Runner, SystemClock, Task, events
from corodemo.runtime.pacing import PacedClock
from corodemo.shell import inputs
from corodemo.shell.results import Results

__all__ = ["Session"]


class Session:
    """Runs inputs, one after the other. A context manager: at its end the loop is closed as `run()` closes one.

    While it is open, user code's `__main__` is the session's namespace, and `new_event_loop()` makes loops like the session's.
    outer: an open session, on whose namespace this one works, and which goes on when this one ends.
    """

    def __init__(self, *, clock: Clock | None = None, hook: Hook | None = None, outer: Session | None = None) -> None:
        self.clock = SystemClock() if clock is None else clock
        self.hook = hook
        self.runner = Runner(loop_factory=self.new_loop)
        self.loop: HostLoop = self.runner.get_loop()  # type: ignore[assignment]  # `new_loop` makes no others
        self.loop.set_exception_handler(print_context)
        self.context = contextvars.copy_context()  # of all inputs: what one sets the next one sees
        self._outer = outer
        self.module: types.ModuleType = types.ModuleType("__main__") if outer is None else outer.module
        self.namespace: dict[str, Any] = vars(self.module)
        if outer is None:
            self.namespace.update(_names_at_the_start())
        self.texts: dict[int, str] = {}  # what was typed, by the number of the input
        self.results: Results = Results(self.namespace) if outer is None else outer.results
        self._compiler = inputs.Compiler()
        self._ends = contextlib.ExitStack()

    def __enter__(self) -> Self:
        # As for `python -c`: modules in the current folder are found, and are the user's code too.
        self._ends.enter_context(surroundings([""], "", main=self.module))
        self._ends.enter_context(asyncio_told_of_tasks())
        events.set_event_loop_factory(self.new_loop)
        outer_factory = None if self._outer is None else self._outer.new_loop
        self._ends.callback(events.set_event_loop_factory, outer_factory)
        return self

    def __exit__(self, *_: object) -> None:
        if isinstance(self.clock, PacedClock):
            self.clock.resume()  # what is cancelled now may have to wait for something before it ends
        with self._ends:
            if self._outer is None:
                self.results.clear()
            self.runner.close()

    def new_loop(self) -> EventLoop:
        """Return a loop on the session's clock, watched by the session's hook. Raises RuntimeError while that is paused."""
        if self.is_paused:
            raise RuntimeError(
                "the runtime is paused, so a program that runs now would wait for ever; %resume lets it go on"
            )
        return HostLoop(clock=self.clock, hook=self.hook)

    @property
    def is_paused(self) -> bool:
        """Whether the clock stands, and nobody is to run the loop."""
        return isinstance(self.clock, PacedClock) and self.clock.is_paused

    def reset(self) -> None:
        """Forget what inputs have left behind: names, context variables, `from __future__` imports; tasks stay."""
        self.namespace.clear()
        self.namespace.update(vars(types.ModuleType("__main__")))
        self.namespace.update(_names_at_the_start())
        self.context = contextvars.copy_context()
        self._compiler = inputs.Compiler()

    # --- an input's way

    def compile(self, text: str, filename: str) -> inputs.Input:
        """Compile a whole input. Raises SyntaxError, or ValueError for null characters."""
        text = inputs.clean(text)
        _register(filename, text)
        return self._compiler.compile(text, filename)

    def compile_pieces(self, text: str, filename: str, *, is_whole: bool = True) -> list[inputs.Input | str]:
        """Compile a text in which lines may be commands: these stay text, beginning with `%`.

        is_whole: what stands between them is one input each, else each statement is. Raises as `compile` does, before anything
        has run.
        """
        text = inputs.clean(text)
        _register(filename, text)
        found: list[inputs.Input | str] = []
        for piece in inputs.pieces(text):
            if piece.startswith("%"):
                found.append(piece)
            elif is_whole:
                found.append(self._compiler.compile(piece, filename))
            else:
                found += self._compiler.compile_each(piece, filename)
        return found

    def run_plain(self, code: inputs.Input) -> Any:
        """Run an input that does not await; return the value of its last expression, or None."""
        self.namespace.pop(inputs.VALUE, None)
        events.set_running_loop(self.loop)
        try:
            result = self.context.run(eval, code.code, self.namespace)
        finally:
            events.set_running_loop(None)
        return self.value_of(result)

    def start(self, code: inputs.Input, *, name: str | None = None) -> Task[Any]:
        """Return a task, not yet started, that runs an input that awaits; `value_of` its result is the input's value."""
        self.namespace.pop(inputs.VALUE, None)
        return self.loop.create_task(self._coroutine(code), name=name, context=self.context)

    def value_of(self, result: Any) -> Any:
        """Return the value of the input that has just given `result`: that, or what its last expression left."""
        return self.namespace.pop(inputs.VALUE, result)

    def run(self, code: inputs.Input) -> Any:
        """Run an input to its end, whatever it is, and return its value. Ctrl-C cancels what it awaits."""
        if not code.is_async:
            return self.run_plain(code)
        self.namespace.pop(inputs.VALUE, None)
        return self.value_of(self.runner.run(self._coroutine(code), context=self.context))

    def _coroutine(self, code: inputs.Input) -> types.CoroutineType[Any, Any, Any]:
        """Return the coroutine of an input that awaits, called after the input: every one of them is a `<module>` else."""
        coro: types.CoroutineType[Any, Any, Any] = eval(code.code, self.namespace)
        coro.__name__ = coro.__qualname__ = code.code.co_filename.strip("<>")
        return coro

    def give_up_context(self) -> None:
        """Go on in a copy of the context, because a task that was given up may still be inside of it."""
        self.context = self.context.copy()


def _names_at_the_start() -> dict[str, Any]:
    names = {name: getattr(corodemo, name) for name in corodemo.__all__ if not name.startswith("_")}
    builtins = user_builtins()
    return {**names, "asyncio": builtins["__import__"]("asyncio"), "__builtins__": builtins}


def _register(filename: str, text: str) -> None:
    """Let tracebacks and `inspect` find the lines of an input."""
    lines = [line + "\n" for line in text.split("\n")]
    linecache.cache[filename] = (len(text), None, lines, filename)
