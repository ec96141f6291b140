"""How other threads wake the loop: the only way in.

Another thread may only do one thing: append to the ready queue, which a deque allows, and then ring. Everything else in the
loop belongs to one thread. When nothing is ready the loop sleeps until somebody rings.

The bell is a lock that the loop takes and others give back. It is heard by a loop that watches no file and no signal, which
is nearly every loop. To give a lock back costs a thread 40 ns and leaves it the interpreter; a byte in a pipe is two system
calls and a race for the interpreter, and made a call in a thread twice as slow. A loop that does watch sleeps in its selector,
where it hears bytes only: for that one there is a pair of sockets.
"""

from __future__ import annotations

import socket

from .loopstate import LoopState

__all__ = ["Wakeup"]


class Wakeup(LoopState):
    """What an event loop needs to be woken from other threads. Not for use by itself: `EventLoop` is made of it."""

    def _wake_selector(self) -> None:
        """Ring, from any thread."""
        # First the bell: a loop that is on its way into its selector listens once more after it has said so.
        try:
            self._bell.release()
        except RuntimeError:
            pass  # somebody has rung, and the loop has not heard it yet
        if not self._selecting or self._pipe is None:
            return
        try:
            self._pipe[1].send(b"\0")
        except BlockingIOError:
            pass  # the pipe is full of wakeups already
        except OSError:
            if not self._closed:
                raise

    def _make_pipe(self) -> tuple[socket.socket, socket.socket]:
        """Return the sockets to read from and to write to, made now if there are none."""
        if self._pipe is None:
            self._pipe = socket.socketpair()
            for end in self._pipe:
                end.setblocking(False)
        return self._pipe

    def _drain_pipe(self) -> None:
        assert self._pipe is not None, "it has been read from"
        try:
            while self._pipe[0].recv(4096):
                pass
        except (BlockingIOError, InterruptedError):
            pass

    def _close_pipe(self) -> None:
        for end in self._pipe or ():
            end.close()
