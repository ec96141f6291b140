"""A process apart: another Python that runs a module of ours, for code that may end the process that runs it.

It finds the same corodemo, wherever this one came from, and nothing that lies in the folder in which it starts.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["command_of", "environment"]


def command_of(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module with this Python."""
    return [sys.executable, "-m", module, *arguments]


def environment() -> dict[str, str]:
    """Return the environment variables for it."""
    package = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
