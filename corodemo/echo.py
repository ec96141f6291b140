"""What the terminal itself writes when a key is pressed while no prompt reads it, and how to stop that."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

try:
    import termios
except ImportError:  # not a POSIX system: then there is nothing to stop
    _KEYS = _SIGNS = 0
else:
    _KEYS = termios.ECHO
    _SIGNS = termios.ECHOCTL

__all__ = ["with_key_echo", "without_key_echo", "without_signs"]


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
    old = termios.tcgetattr(fd)
    termios.tcsetattr(fd, termios.TCSANOW, [*old[:3], old[3] | _KEYS, *old[4:]])
    try:
        yield
    finally:
        now = termios.tcgetattr(fd)
        termios.tcsetattr(fd, termios.TCSANOW, [*now[:3], now[3] & ~_KEYS | (old[3] & _KEYS), *now[4:]])


def without_signs() -> contextlib.AbstractContextManager[None]:
    """Do not write `^C` for Ctrl-C meanwhile: it would stand in the midst of what the program prints."""
    return _without(_SIGNS)


@contextlib.contextmanager
def _without(flag: int) -> Iterator[None]:
    """Take a local flag off the terminal of stdin, if it is one."""
    if sys.__stdin__ is None or not flag or not sys.__stdin__.isatty():
        yield
        return
    fd = sys.__stdin__.fileno()
    old = termios.tcgetattr(fd)
    termios.tcsetattr(fd, termios.TCSANOW, [*old[:3], old[3] & ~flag, *old[4:]])
    try:
        yield
    finally:
        # Others may have changed other flags meanwhile.
        now = termios.tcgetattr(fd)
        termios.tcsetattr(fd, termios.TCSANOW, [*now[:3], now[3] | (old[3] & flag), *now[4:]])
