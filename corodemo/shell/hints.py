"""The classic mistakes with `await`, and what was meant instead: a sentence to follow a traceback.

The message of an exception says what went wrong; for some it does not say what to type. A hint is given only where the message
can hardly mean anything else, and it never repeats it.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable

__all__ = ["hint", "hint_on_held_loop", "hint_on_warning"]

Sentence = str | Callable[[re.Match[str]], str]

#: What Python says of an object of such a type that was awaited: up to 3.13, and from 3.14 on.
_AWAITED = r"object {0} can't be used in 'await' expression|'{0}' object can't be awaited"

_CORO = "coroutine|async_generator_asend|_GatheringFuture|Future|Task"

#: By the exception's kind and its message, the first that fits.
_RULES: tuple[tuple[type[BaseException], str, Sentence], ...] = (
    (
        SyntaxError,
        r"'await' outside (async )?function",
        "only an `async def` function can await; make the function around it one",
    ),
    (
        SyntaxError,
        r"'(async for|async with)' outside|asynchronous comprehension outside",
        "only an `async def` function can do that; make the function around it one",
    ),
    (
        RuntimeError,
        r"run\(\) cannot be called from a running event loop|This event loop is already running",
        "a loop runs already, so there is nothing to start; write `await main()`",
    ),
    (
        RuntimeError,
        r"cannot reuse already awaited coroutine",
        "a coroutine runs once; call its function again for a new one, or make it a task, which can be awaited twice",
    ),
    (
        RuntimeError,
        r"coroutine is being awaited already",
        "two tasks wait for one coroutine; make a task of it with `create_task()`, which any number can await",
    ),
    (
        RuntimeError,
        r"attached to a different loop|awaited a future of another loop|of another loop",
        "it was made while another loop ran, as each `run()` has one of its own; make it and await it under the same",
    ),
    (
        RuntimeError,
        r"no (running|current) event loop",
        "this ran outside of the loop, perhaps in a thread; there, `run_coroutine_threadsafe(coro, loop)` starts one",
    ),
    (RuntimeError, r"cannot await on itself", "a task that waits for its own end never gets there"),
    (
        TypeError,
        _AWAITED.format("NoneType"),
        (
            "what is awaited there gave None: a plain function, that had done its work when it returned; leave out the "
            "`await`, or if it takes long, write `await to_thread(function, argument)`"
        ),
    ),
    (
        TypeError,
        _AWAITED.format("(?:list|tuple|set|generator|dict)"),
        "to await several things at once, write `await gather(*things)`",
    ),
    (
        TypeError,
        _AWAITED.format("(?:function|method|builtin_function_or_method|type)"),
        "a function is not awaited, what it returns is; call it, with `()`",
    ),
    (
        TypeError,
        _AWAITED.format("async_generator") + "|'async_generator' object is not (?:iterable|an iter)",
        "an async generator gives its values one by one, to `async for value in ...`",
    ),
    (
        TypeError,
        _AWAITED.format(r"(\S+)"),
        lambda found: f"a plain {found[1] or found[2]} is no coroutine, task or future: leave out the `await`",
    ),
    (
        TypeError,
        r"'async for' requires an object with __aiter__ method, got coroutine",
        "await it first: `async for value in await ...`",
    ),
    (TypeError, r"'async for' requires an object with __aiter__ method, got", "a plain `for` goes through that"),
    (
        TypeError,
        r"'coroutine' object does not support the asynchronous context manager",
        "await it first: `async with await ...`",
    ),
    (
        TypeError,
        r"does not support the asynchronous context manager protocol",
        "if it is a plain context manager, a plain `with` is for it",
    ),
    (
        TypeError,
        (
            rf"'(?:{_CORO})' object is not (?:iterable|subscriptable|callable|an iterator)|"
            rf"(?:unsupported operand|not supported between).*'(?:{_CORO})'|"
            rf"(?:concatenate|argument|must be|expected).*\b(?:{_CORO})\b|"
            rf"'(?:{_CORO})' object (?:cannot be interpreted|does not support)|"
            rf"object of type '(?:{_CORO})' has no"
        ),
        "that is not a result yet, it is what gives one; an `await` before it is missing",
    ),
    (
        AttributeError,
        rf"'(?:{_CORO})' object has no attribute",
        "that is not a result yet, it is what gives one; an `await` before it is missing",
    ),
)


def hint(exc: BaseException) -> str | None:
    """Return what was probably meant where `exc` was raised, as a sentence, or None. Of a group: of the first that has one."""
    if isinstance(exc, BaseExceptionGroup):
        return next((found for one in exc.exceptions if (found := hint(one)) is not None), None)
    try:
        message = str(exc.msg if isinstance(exc, SyntaxError) else exc)[:1000]
    except Exception:
        return None
    if re.search(rf"'(?:{_CORO}|Sleep)'", message) and _drives_by_hand(exc):
        return "`send()` gave that: what the coroutine waits for; a loop must let it go on when that is done, and not before"
    for kind, pattern, sentence in _RULES:
        match = re.search(pattern, message) if isinstance(exc, kind) else None
        if match is not None:
            return sentence if isinstance(sentence, str) else sentence(match)
    if type(exc) in {AttributeError, TypeError} and "__enter__" in message + _protocol(message):
        return _of_plain_with(exc)
    return None


def _drives_by_hand(exc: BaseException) -> bool:
    """Return True if the function that failed is a loop of the user's own: there an `await` can be missing nowhere."""
    traceback = exc.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback is not None and "send" in traceback.tb_frame.f_code.co_names


def _protocol(message: str) -> str:
    return "__enter__" if "does not support the context manager protocol" in message else ""


def _of_plain_with(exc: BaseException) -> str | None:
    """Return the hint for a plain `with`, if the line that failed has one, for it must have meant the other one."""
    frames = traceback.extract_tb(exc.__traceback__)
    line = (frames[-1].line or "") if frames else ""
    names = re.search(r"\bwith\s+(?:[\w.]*\.)?(Lock|Semaphore|Condition|TaskGroup|timeout|lock|sem\w*)\b", line)
    return "the runtime's own are for `async with`" if names is not None else None


#: Calls that hold whoever makes them, and what to write in a coroutine.
_BLOCKING = (
    (r"\btime\.sleep\(", "time.sleep() stops every task; `await sleep(seconds)` stops only its own"),
    (r"\binput\(", "input() stops every task; `await to_thread(input)` stops only its own"),
    (
        r"\b(?:requests\.\w+|urlopen|subprocess\.(?:run|call|check_\w+)|os\.system)\(",
        "that call stops every task while it waits; `await to_thread(...)` lets the others run",
    ),
)


def hint_on_held_loop(lines: list[str]) -> str | None:
    """Return what to write instead of the call that made a step long, if the step's lines have a well-known one."""
    return next((say for pattern, say in _BLOCKING for line in lines if re.search(pattern, line)), None)


def hint_on_warning(message: str) -> str | None:
    """Return what was probably meant where a warning came up, as a sentence, or None."""
    if re.search(r"coroutine '.*' was never awaited", message):
        return "nothing of it has run: an `await` before the call is missing, or `create_task()` around it"
    if message == "There is no current event loop":
        return "that makes a task, and no loop runs that it could be in; call it in a coroutine"
    if "passing of coroutine objects to asyncio.wait() is deprecated" in message:
        return "the sets that it returns contain tasks; make them with `create_task()` and pass those"
    return None
