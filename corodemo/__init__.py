"""corodemo: a coroutine runtime that you can watch while it runs, step back, and ask why.

This module offers every name of the chapter "Coroutines and Tasks", so `import corodemo as asyncio` is a fair first line.
The trace, the history, the views and the shell are in modules of their own, and cost nothing until they are imported.
"""

from corodemo.runtime import *  # noqa: F403 - the runtime's __all__ is this module's
from corodemo.runtime import __all__ as _runtime_names

__version__ = "0.1.0"
__all__ = [*_runtime_names, "__version__"]  # noqa: PLE0604 - a list of strings, made of one
