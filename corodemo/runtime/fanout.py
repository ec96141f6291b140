"""What stands between a loop and those who watch it: several hooks as one, and the guard that keeps their errors from the loop.

A loop has one slot for a hook. `Fanout` puts several into it: each hears of every event, in the order in which they were given,
and one that raises is taken off alone. The guard of a loop is a table with one entry for each event: nothing, the method of the
one hook that wants it, or a call of several. So hooks cost what they listen to; a second one that overrides one method adds a
call to that event and nothing to the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .hooks import EVENTS, Hook, is_idle

if TYPE_CHECKING:
    from collections.abc import Callable

    from .loop import EventLoop

__all__ = ["Fanout", "give_up", "guard", "silence"]


class Fanout(Hook):
    """Several hooks as one: `loop.hook = Fanout(recorder, watcher)`. One that is a Fanout itself is taken apart."""

    def __init__(self, *hooks: Hook) -> None:
        self.hooks: tuple[Hook, ...] = tuple(part for hook in hooks for part in parts_of(hook))

    def __repr__(self) -> str:
        return f"Fanout({', '.join(map(repr, self.hooks))})"


def _hand_on(name: str) -> Callable[..., None]:
    def hand_on(self: Fanout, *args: Any) -> None:
        for hook in self.hooks:
            getattr(hook, name)(*args)

    hand_on.__name__ = name
    hand_on.__qualname__ = f"Fanout.{name}"
    hand_on.__doc__ = vars(Hook)[name].__doc__
    return hand_on


for _name in EVENTS:
    setattr(Fanout, _name, _hand_on(_name))


def parts_of(hook: Hook) -> tuple[Hook, ...]:
    """Return the hooks that a hook stands for: those of a Fanout, or itself."""
    return hook.hooks if isinstance(hook, Fanout) else (hook,)


class _Guard:
    """A loop's hooks, called one by one; the first exception of each detaches it, and the program runs on."""

    __slots__ = ("_loop", "_parts", "hook", *EVENTS)

    def __init__(self, hook: Hook, loop: EventLoop) -> None:
        self.hook: Hook | None = hook  # what of it still listens
        self._loop = loop
        self._parts = parts_of(hook)
        self._fill()

    def _fill(self) -> None:
        for name in EVENTS:
            methods = [method for part in self._parts if (method := self._method(part, name)) is not None]
            setattr(self, name, _ignore if not methods else methods[0] if len(methods) == 1 else _each(methods))

    def _method(self, part: Hook, name: str) -> Callable[..., None] | None:
        """Return what to call of a hook at an event, or None if it does not want to be told."""
        base = vars(Hook)[name]
        own = getattr(type(part), name, None)
        if name in getattr(part, "__dict__", ()):
            own = None  # set on the hook itself, and no method of its class
        if own is base:
            return None
        method: Callable[..., None] = getattr(part, name)
        if getattr(own, "guards_itself", False):
            return method
        return _guarded(method, base.__code__.co_argcount - 1, lambda exc: self.failed(part, exc))

    def drop(self, part: Hook) -> None:
        """Call a hook no more: a step that is under way may hold this guard in a local."""
        self._parts = tuple(one for one in self._parts if one is not part)
        self._fill()
        self.hook = None if not self._parts else self._parts[0] if len(self._parts) == 1 else Fanout(*self._parts)
        if self.hook is None and self._loop._hook is self:  # type: ignore[comparison-overlap]  # see `guard`
            self._loop._hook = None

    def failed(self, part: Hook, exc: Exception) -> None:
        """Take off a hook that has raised, and report it; once, though a call that is under way may fail again."""
        if any(one is part for one in self._parts):
            self.drop(part)
            message = f"The hook {part!r} raised and was taken off; the program runs on"
            self._loop.call_exception_handler({"message": message, "exception": exc})


def _ignore(*args: Any) -> None:
    pass


def _each(methods: list[Callable[..., None]]) -> Callable[..., None]:
    """Return a function that calls several, none of which raises."""

    def each(*args: Any) -> None:
        for method in methods:
            method(*args)

    return each


def _guarded(method: Callable[..., None], arity: int, failed: Callable[[Exception], None]) -> Callable[..., None]:
    """Return a function that calls `method` and gives what it raises to `failed`; one for each number of arguments, for speed."""

    def one(a: Any) -> None:
        try:
            method(a)
        except Exception as exc:
            failed(exc)

    def two(a: Any, b: Any) -> None:
        try:
            method(a, b)
        except Exception as exc:
            failed(exc)

    def three(a: Any, b: Any, c: Any) -> None:
        try:
            method(a, b, c)
        except Exception as exc:
            failed(exc)

    return (one, two, three)[arity - 1]


def guard(hook: Hook, loop: EventLoop) -> Hook | None:
    """Return what a loop is to call in the place of `hook`, so that nothing that it raises reaches the program; None: nothing."""
    if all(is_idle(part) for part in parts_of(hook)):
        return None
    return _Guard(hook, loop)  # type: ignore[return-value]  # it has all of Hook's methods, by `_fill`


def give_up(hook: Hook, loop: EventLoop, exc: Exception) -> None:
    """Take a hook off a loop for what one of its methods would have raised, and report it."""
    guarded = loop._hook
    if isinstance(guarded, _Guard):
        guarded.failed(hook, exc)


def silence(hook: Hook, loop: EventLoop) -> None:
    """Take a hook off a loop, without a report; for one that wants to hear no more of it."""
    guarded = loop._hook
    if isinstance(guarded, _Guard):
        guarded.drop(hook)
