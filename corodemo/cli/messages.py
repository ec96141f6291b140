"""What the command line says on stderr in its own name."""

from __future__ import annotations

import sys

__all__ = ["complain"]


def complain(sentence: str, status: int) -> int:
    """Say on stderr what is wrong, in corodemo's name; return the status."""
    print(f"corodemo: {sentence}", file=sys.stderr)
    return status
