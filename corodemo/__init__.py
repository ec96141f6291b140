"""corodemo: a coroutine runtime that you can watch while it runs, step back, and ask why.

This module offers every name of the chapter "Coroutines and Tasks", so `import corodemo as asyncio` is a fair first line.
The trace, the history, the views and the shell are in modules of their own, and cost nothing until they are imported.
"""

import os as _os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corodemo.runtime import *  # noqa: F403 - the runtime's __all__ is this module's
    from corodemo.runtime import __all__ as _runtime_names

    __all__ = [*_runtime_names, "__version__"]  # noqa: PLE0604 - a list of strings, made of one

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load the runtime when the first of its names is asked for (PEP 562); what `corodemo.cli.gcpause` does must come before.

    Then all of them are here, and this function is not: the interpreter has no short way to a name of a module that has one,
    and `asyncio.sleep(0)` would take 20 ns more each time.
    """
    # `from corodemo import history` asks for that name, too, before it imports the room.
    path = _os.path.join(_os.path.dirname(__file__), name)
    is_room = _os.path.isdir(path) or _os.path.isfile(f"{path}.py")
    if not is_room and (not name.startswith("__") or name == "__all__"):
        import corodemo.runtime as runtime  # `from corodemo import runtime` would ask this function again

        here = globals()
        here.update({known: getattr(runtime, known) for known in runtime.__all__})
        here["__all__"] = [*runtime.__all__, "__version__"]
        here.pop("__getattr__", None)  # last: another thread may ask meanwhile
        if name in here:
            return here[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    if "__getattr__" in globals():
        __getattr__("__all__")
    return sorted(globals())
