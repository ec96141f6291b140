"""The selector: files and signals that the loop watches, and how it waits for them or for a ring (`wakeup`).

It is made when a first file or signal is watched, with the pair of sockets by which it is woken. Nearly every loop watches none,
and the two were 19 of the 23 µs that a loop's life takes; where there are no sockets at all, as in a browser, it lives without.
A loop looks into its selector in every iteration if somebody watches a file.
"""

from __future__ import annotations

import selectors
import signal
import sys
from collections.abc import Callable
from typing import Any

from . import events
from .wakeup import Wakeup

__all__ = ["Selector"]


class Selector(Wakeup):
    """What an event loop needs to watch files and signals. Not for use by itself: `EventLoop` is made of it."""

    # --- waiting

    def _select(self, timeout: float | None) -> bool:
        """Wait for i/o, and schedule its callbacks; return True if anything came, a wakeup included."""
        if self._selector is None or not (self._watches_files or self._signal_handles):
            return self._bell.acquire(timeout=-1 if timeout is None else timeout)
        self._selecting = True
        try:
            rang = self._bell.acquire(blocking=False)
            found = self._selector.select(0 if rang else timeout)
        finally:
            self._selecting = False
        for key, mask in found:
            if key.data is None:
                self._drain_pipe()
                continue
            reader, writer = key.data
            if mask & selectors.EVENT_READ and reader is not None:
                self._schedule_io(key.fileobj, reader, self.remove_reader)
            if mask & selectors.EVENT_WRITE and writer is not None:
                self._schedule_io(key.fileobj, writer, self.remove_writer)
        return rang or bool(found)

    def _schedule_io(self, fileobj: Any, handle: events.Handle, remove: Callable[[Any], bool]) -> None:
        if handle._cancelled:
            remove(fileobj)
        else:
            self._ready.append(handle)
            if self._hook is not None:
                self._hook.file_ready(handle)

    def _expects_outside(self) -> bool:
        """Return True if a thread's job or a watched file could wake the loop."""
        return self._jobs > 0 or self._watches_files

    def _make_selector(self) -> selectors.BaseSelector:
        """Return the selector, made now if there is none, in which a byte in the pipe is heard."""
        if self._selector is None:
            selector = selectors.DefaultSelector()
            selector.register(self._make_pipe()[0], selectors.EVENT_READ)
            self._selector = selector
        return self._selector

    def _close_selector(self) -> None:
        for number in list(self._signal_handles):
            self.remove_signal_handler(number)
        if self._selector is not None:
            self._selector.close()
        self._close_pipe()

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
        selector = self._make_selector()
        handle = events.Handle(callback, args, self, None)  # type: ignore[arg-type]  # we are part of a loop
        try:
            key = selector.get_key(fd)
        except KeyError:
            pair = (handle, None) if event == selectors.EVENT_READ else (None, handle)
            selector.register(fd, event, pair)
        else:
            reader, writer = key.data
            old = reader if event == selectors.EVENT_READ else writer
            pair = (handle, writer) if event == selectors.EVENT_READ else (reader, handle)
            selector.modify(fd, key.events | event, pair)
            if old is not None:
                old.cancel()
        self._watches_files = True
        return handle

    def _unwatch(self, fd: Any, event: int) -> bool:
        selector = self._selector
        if selector is None or self._closed:
            return False
        try:
            key = selector.get_key(fd)
        except KeyError:
            return False
        reader, writer = key.data
        old = reader if event == selectors.EVENT_READ else writer
        remaining = key.events & ~event
        if remaining:
            pair = (None, writer) if event == selectors.EVENT_READ else (reader, None)
            selector.modify(fd, remaining, pair)
        else:
            selector.unregister(fd)
            self._watches_files = len(selector.get_map()) > 1
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
        self._make_selector()
        try:
            # The C-level handler writes to the pipe itself, so a signal that comes just before select() wakes it too.
            outer = signal.set_wakeup_fd(self._make_pipe()[1].fileno())
        except (ValueError, OSError) as exc:
            raise RuntimeError(str(exc)) from exc
        if not self._signal_handles:
            self._outer_wakeup_fd = outer
        handle = events.Handle(callback, args, self, None)  # type: ignore[arg-type]  # we are part of a loop
        try:
            signal.signal(sig, self._signal_arrived)
            if sys.platform != "win32" and hasattr(signal, "siginterrupt"):
                signal.siginterrupt(sig, False)
        except OSError as exc:
            if not self._signal_handles:
                self._give_wakeups_back()
            raise RuntimeError(f"sig {sig} cannot be caught") from exc
        self._signal_handles[sig] = handle

    def remove_signal_handler(self, sig: int) -> bool:
        """Restore the signal's default handler; return False if this loop had none."""
        _check_signal(sig)
        if self._signal_handles.pop(sig, None) is None:
            return False
        signal.signal(sig, signal.default_int_handler if sig == signal.SIGINT else signal.SIG_DFL)
        if not self._signal_handles:
            self._give_wakeups_back()
        return True

    def _give_wakeups_back(self) -> None:
        try:
            signal.set_wakeup_fd(self._outer_wakeup_fd)
        except (ValueError, OSError):  # that one was closed meanwhile
            signal.set_wakeup_fd(-1)

    def _signal_arrived(self, sig: int, frame: Any) -> None:
        handle = self._signal_handles.get(sig)
        if handle is not None and not handle._cancelled:
            self._ready.append(handle)
            self._wake_selector()


def _check_signal(sig: int) -> None:
    if not isinstance(sig, int):
        raise TypeError(f"sig must be an int, not {sig!r}")
    if sig not in signal.valid_signals():
        raise ValueError(f"invalid signal number {sig}")
