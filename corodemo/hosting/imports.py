"""In code that a user types or runs, `import asyncio` gives corodemo's runtime; libraries keep the real one.

An import statement looks up `__import__` in the builtins of the module that it stands in. So a user's module gets builtins of
its own, whose `__import__` knows one more thing. A script's own modules are users' code too: they are found beside the
script, and get the same builtins when they are loaded.
"""

from __future__ import annotations

import builtins
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from corodemo import runtime

__all__ = ["UserModuleFinder", "user_builtins"]

_real_import = builtins.__import__


def user_builtins() -> dict[str, Any]:
    """Return builtins for a user's namespace, to be put there as `__builtins__`."""
    return {**vars(builtins), "__import__": _import}


def _import(
    name: str,
    globals: Mapping[str, object] | None = None,
    locals: Mapping[str, object] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    if level == 0 and name == "asyncio":
        if fromlist:
            _check_has([item for item in fromlist if item != "*"])
        return runtime
    if level == 0 and name.startswith("asyncio."):
        return _import_part(name.removeprefix("asyncio."), bool(fromlist))
    return _real_import(name, globals, locals, fromlist or (), level)


def _import_part(part: str, wants_part: bool) -> ModuleType:
    """Import `asyncio.queues` and the like: a module of the runtime of that name, where there is one."""
    target = f"corodemo.runtime.{part}"
    try:
        _real_import(target)
    except ModuleNotFoundError as exc:
        if exc.name != target:
            raise
        raise ModuleNotFoundError(
            f"No module named 'asyncio.{part}' in corodemo, which has the chapter \"Coroutines and Tasks\"; "
            "networking, subprocesses and streams are not part of it",
            name=f"asyncio.{part}",
        ) from None
    return sys.modules[target] if wants_part else runtime


def _check_has(names: Sequence[str]) -> None:
    for name in names:
        if not hasattr(runtime, name):
            raise ImportError(
                f"cannot import name {name!r} from 'asyncio' as corodemo has it: the chapter \"Coroutines and Tasks\", "
                "without networking, subprocesses and streams",
                name="asyncio",
            )


class UserModuleFinder:
    """Finds modules in one folder, a script's, and loads them with a user's builtins."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] == "corodemo":
            return (
                None  # a checkout that one works in: what is loaded late is no user's code, and knows asyncio as it is
            )
        search = [self._folder] if path is None else [p for p in path if _is_inside(p, self._folder)]
        if not search:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, search)
        if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return spec
        if "site-packages" in (spec.origin or ""):
            return spec  # a virtual environment beside the script: libraries
        spec.loader = _UserLoader(spec.loader.name, spec.loader.path)
        return spec


class _UserLoader(importlib.machinery.SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__builtins__"] = user_builtins()
        super().exec_module(module)


def _is_inside(path: str, folder: str) -> bool:
    return os.path.commonpath([os.path.abspath(path), folder]) == folder if os.path.isabs(path) else False
