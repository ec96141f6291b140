"""Comparing a picture with the one that was accepted before, character by character.

`UPDATE_GOLDEN=1 pytest` accepts what is drawn now; look at the difference before you commit it.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

from rich.console import Console

GOLDEN = Path(__file__).parent / "golden"


def printed(renderable: Any, width: int) -> str:
    """Return what a renderable prints where there is no terminal and no colour."""
    console = Console(width=width, color_system=None, force_terminal=False, file=io.StringIO(), legacy_windows=False)
    console.print(renderable)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def check_golden(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == text, f"{path.name} differs; UPDATE_GOLDEN=1 accepts the new picture"
