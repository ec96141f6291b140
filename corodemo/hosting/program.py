"""A program's surroundings: what Python gives a script, made for one that runs in this process, and taken away again.

A script is `__main__`, finds its arguments in `sys.argv`, its folder first in `sys.path` and its own name in `__file__`, and
the modules beside it are its author's code: they are loaded with a user's builtins (`corodemo.hosting.imports`). `corodemo
run` gives a script all of that. A session is such a program itself, without a file; a file that runs in one keeps the
session's `__main__`, and its `__file__` lasts as long as it runs.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tokenize
import types
from collections.abc import Iterator
from typing import Any

from corodemo.hosting.imports import UserModuleFinder, user_builtins

__all__ = ["file_in", "folder_of", "main_module", "script_in", "surroundings"]


@contextlib.contextmanager
def surroundings(arguments: list[str], folder: str, *, main: types.ModuleType | None = None) -> Iterator[None]:
    """Have a program's `sys.argv` and `sys.path` meanwhile, and load the modules of its folder as the user's code.

    arguments: all of `sys.argv`. folder: "" is the current one, whichever that is when a module is looked for, as for
    `python -c`. main: what is `__main__` meanwhile; None: what is so already.
    """
    finder = UserModuleFinder(folder or os.getcwd())
    outer = sys.argv, sys.path, sys.modules["__main__"]
    sys.argv, sys.path = arguments, [folder, *sys.path]
    if main is not None:
        sys.modules["__main__"] = main
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        sys.argv, sys.path, sys.modules["__main__"] = outer


def main_module(path: str) -> types.ModuleType:
    """Return a new `__main__` for the script at `path`."""
    module = types.ModuleType("__main__")
    # Absolute, as Python has it: a script may change its folder and then look for what lies beside it.
    module.__dict__.update(__file__=os.path.abspath(path), __builtins__=user_builtins(), __cached__=None)
    return module


@contextlib.contextmanager
def script_in(namespace: dict[str, Any], path: str, arguments: list[str]) -> Iterator[None]:
    """Run a script in a session's namespace meanwhile: it finds its arguments, its folder and its `__file__`."""
    with surroundings([path, *arguments], folder_of(path)), _file_named(namespace, path):
        yield


@contextlib.contextmanager
def file_in(namespace: dict[str, Any], path: str, *, is_program: bool = False) -> Iterator[str]:
    """Give the text of a file that is run in a session's namespace, and `__file__` there meanwhile.

    is_program: it is the session's own script: from now on `sys.argv` and `sys.path` are as Python gives them to one, until
    the session's surroundings end. Raises OSError, UnicodeDecodeError.
    """
    with tokenize.open(os.path.expanduser(path)) as file:
        text = file.read()
    if is_program:
        sys.argv, sys.path[0] = [path], folder_of(path)
    with _file_named(namespace, path):
        yield text


def folder_of(path: str) -> str:
    """Return the absolute name of the folder that a file lies in."""
    return os.path.dirname(os.path.abspath(path))


@contextlib.contextmanager
def _file_named(namespace: dict[str, Any], path: str) -> Iterator[None]:
    namespace["__file__"] = path
    try:
        yield
    finally:
        namespace.pop("__file__", None)
