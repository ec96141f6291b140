"""What a process of corodemo's own loads before any code of a user's runs is kept out of the garbage collector's way.

The collector is started by the number of objects made, and goes through all that it knows: several times while a hundred
modules are imported, when nothing is garbage yet, and again when the interpreter ends. So it stands still while they are
imported, and what is there then is set aside (`gc.freeze`). Of a process that only says `await sleep(0)` that takes off 12
ms of 73 (Python 3.11), and each full collection of the user's program is the sooner done.

A program that imports corodemo as a library is not touched: only `corodemo.__main__` begins this. It ends before anything of
the user's is made, so that theirs is collected as ever, and at the interpreter's end too.
"""

from __future__ import annotations

import gc

__all__ = ["begin", "end"]

_is_under_way = False


def begin() -> None:
    """Let the collector stand still until `end`; nothing happens where it stands still already."""
    global _is_under_way
    _is_under_way = gc.isenabled()
    gc.disable()


def end() -> None:
    """Set aside what has been loaded since `begin`, and let the collector go on; without a `begin` nothing happens."""
    global _is_under_way
    if _is_under_way:
        _is_under_way = False
        gc.freeze()
        gc.enable()
