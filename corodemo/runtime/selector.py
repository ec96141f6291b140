"""The loop's doors to the outside: file descriptors, signals, and the way in from other threads.

Another thread may only do one thing: append to the ready queue, which a deque allows, and then ring. Everything else in the
loop belongs to one thread. When nothing is ready the loop sleeps until somebody rings.

The bell is a lock that the loop takes and others give back. It is heard by a loop that watches no file and no signal, which
is nearly every loop. To give a lock back costs a thread 40 ns and leaves it the interpreter; a byte in a pipe is two system
calls and a race for the interpreter, and made a call in a thread twice as slow. A loop that does watch sleeps in its selector,
where it hears bytes only. It looks into the selector in every iteration if somebody watches a file.
"""

from __future__ import annotations

import selectors
import signal
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import events

if TYPE_CHECKING:
    import collections

    from . import hooks

__all__ = ["Doors"]


class Doors:
    """What an event loop needs to be woken from outside. Not for use by itself: `EventLoop` is made of it."""

    if TYPE_CHECKING:
        _ready: collections.deque[Any]
        _hook: hooks.Hook | None
        _closed: bool
        _jobs: int

        def is_closed(self) -> bool: ...
        def _check_closed(self) -> None: ...
        def _check_callback(self, callback: object, method: str) -> None: ...

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._pipe_out, self._pipe_in = socket.socketpair()
        self._pipe_out.setblocking(False)
        self._pipe_in.setblocking(False)
        self._selector.register(self._pipe_out, selectors.EVENT_READ)
        self._bell = threading.Lock()  # given back: somebody rang
        self._bell.acquire()
        self._selecting = False  # the loop is in its selector, or about to be, where it does not hear the bell
        self._watches_files = False  # whether anything but the pipe is registered
        self._signal_handles: dict[int, events.Handle] = {}
        self._outer_wakeup_fd = -1  # where the interpreter wrote signals before this loop had handlers
        super().__init__()

    # --- the selector

    def _wake_selector(self) -> None:
        # First the bell: a loop that is on its way into its selector listens once more after it has said so.
        try:
            self._bell.release()
        except RuntimeError:
            pass  # somebody has rung, and the loop has not heard it yet
        if not self._selecting:
            return
        try:
            self._pipe_in.send(b"\0")
        except BlockingIOError:
            pass  # the pipe is full of wakeups already
        except OSError:
            if not self._closed:
                raise

    def _select(self, timeout: float | None) -> bool:
        """Wait for i/o, and schedule its callbacks; return True if anything came, a wakeup included."""
        if not self._watches_files and not self._signal_handles:
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

    def _drain_pipe(self) -> None:
        try:
            while self._pipe_out.recv(4096):
                pass
        except (BlockingIOError, InterruptedError):
            pass

    def _expects_outside(self) -> bool:
        """Return True if a thread's job or a watched file could wake the loop."""
        return self._jobs > 0 or self._watches_files

    def _close_doors(self) -> None:
        for number in list(self._signal_handles):
            self.remove_signal_handler(number)
        self._selector.close()
        self._pipe_in.close()
        self._pipe_out.close()

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
        handle = events.Handle(callback, args, self, None)  # type: ignore[arg-type]  # we are part of a loop
        try:
            key = self._selector.get_key(fd)
        except KeyError:
            pair = (handle, None) if event == selectors.EVENT_READ else (None, handle)
            self._selector.register(fd, event, pair)
        else:
            reader, writer = key.data
            old = reader if event == selectors.EVENT_READ else writer
            pair = (handle, writer) if event == selectors.EVENT_READ else (reader, handle)
            self._selector.modify(fd, key.events | event, pair)
            if old is not None:
                old.cancel()
        self._watches_files = True
        return handle

    def _unwatch(self, fd: Any, event: int) -> bool:
        if self.is_closed():
            return False
        try:
            key = self._selector.get_key(fd)
        except KeyError:
            return False
        reader, writer = key.data
        old = reader if event == selectors.EVENT_READ else writer
        remaining = key.events & ~event
        if remaining:
            pair = (None, writer) if event == selectors.EVENT_READ else (reader, None)
            self._selector.modify(fd, remaining, pair)
        else:
            self._selector.unregister(fd)
            self._watches_files = len(self._selector.get_map()) > 1
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
        try:
            # The C-level handler writes to the pipe itself, so a signal that comes just before select() wakes it too.
            outer = signal.set_wakeup_fd(self._pipe_in.fileno())
        except (ValueError, OSError) as exc:
            raise RuntimeError(str(exc)) from exc
        if not self._signal_handles:
            self._outer_wakeup_fd = outer
        handle = events.Handle(callback, args, self, None)  # type: ignore[arg-type]  # we are part of a loop
        try:
            signal.signal(sig, self._signal_arrived)
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
