"""What the terminal itself writes when a key is pressed while no prompt reads it, and how to stop that."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

_KEYS = _LINES = _CONTROLS = 0
if sys.platform != "win32":
    try:
        import termios
    except ImportError:  # no POSIX terminals here: then there is nothing to stop
        pass
    else:
        _KEYS = termios.ECHO
        _LINES = termios.ICANON
        _CONTROLS = termios.ECHOCTL

__all__ = ["can_read_keys", "let_keys_echo", "quiet_keys", "with_key_echo", "without_control_echo", "without_key_echo"]


_quiet: int | None = (
    None  # the terminal whose keys `quiet_keys` has quieted; exit() closes sys.stdin before we are done
)


def can_read_keys() -> bool:
    """Return True where keys can be read one by one: by termios, or on Windows."""
    return sys.platform == "win32" or _KEYS != 0


def quiet_keys() -> None:
    """Do not echo keys until `let_keys_echo`: what is typed ahead between two prompts would stand where the second is drawn."""
    global _quiet
    if sys.__stdin__ is not None and _KEYS and not sys.__stdin__.closed and sys.__stdin__.isatty():
        fd = sys.__stdin__.fileno()
        if _set_echo(fd, on=False):
            _quiet = fd


def let_keys_echo() -> bool:
    """End what `quiet_keys` began: whoever reads the keys now, in a program that runs, is to see them.

    Return False if it must go on, since somebody reads key by key: who draws on the whole screen wants no echo.
    """
    global _quiet
    if _quiet is not None:
        if not _local_flags(_quiet) & _LINES:
            return False
        _set_echo(_quiet, on=True)
        _quiet = None
    return True


def _set_echo(fd: int, *, on: bool) -> bool:
    """Set the terminal's echo; return whether that has changed it."""
    now = _local_flags(fd)
    if bool(now & _KEYS) is on:
        return False
    _set_local_flags(fd, now ^ _KEYS)
    return True


def _local_flags(fd: int) -> int:
    """Return what termios calls a terminal's local modes; 0 where there is no such thing."""
    if sys.platform != "win32":
        return int(termios.tcgetattr(fd)[3])
    return 0


def _set_local_flags(fd: int, flags: int) -> None:
    if sys.platform != "win32":
        now = termios.tcgetattr(fd)
        termios.tcsetattr(fd, termios.TCSANOW, [*now[:3], flags, *now[4:]])


def without_key_echo() -> contextlib.AbstractContextManager[None]:
    """Do not echo keys meanwhile: they would tear a panel. What is typed is read by whoever reads next."""
    return _without(_KEYS)


@contextlib.contextmanager
def with_key_echo() -> Iterator[None]:
    """Echo keys meanwhile, if stdin is a terminal: somebody is asked, and is to see what he types."""
    if sys.__stdin__ is None or not _KEYS or not sys.__stdin__.isatty():
        yield
        return
    fd = sys.__stdin__.fileno()
    old = _local_flags(fd)
    _set_local_flags(fd, old | _KEYS)
    try:
        yield
    finally:
        # Only taken back, and never put on: a prompt may have come up meanwhile.
        if not old & _KEYS:
            _set_echo(fd, on=False)


def without_control_echo() -> contextlib.AbstractContextManager[None]:
    """Do not write `^C` for Ctrl-C meanwhile: it would stand in the midst of what the program prints."""
    return _without(_CONTROLS)


@contextlib.contextmanager
def _without(flag: int) -> Iterator[None]:
    """Take a local flag off the terminal of stdin, if it is one."""
    if sys.__stdin__ is None or not flag or not sys.__stdin__.isatty():
        yield
        return
    fd = sys.__stdin__.fileno()
    old = _local_flags(fd)
    _set_local_flags(fd, old & ~flag)
    try:
        yield
    finally:
        # Others may have changed other flags meanwhile.
        was_on = flag if flag == _KEYS and _quiet is not None else old & flag
        _set_local_flags(fd, _local_flags(fd) | was_on)
