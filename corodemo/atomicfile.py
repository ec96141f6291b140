"""A file that is written whole or not at all: whoever reads it sees what was there before, or all that is new.

The data goes to a new file beside the old one, which takes the old one's name once it is safely on the disk. What is no
ordinary file, such as /dev/stdout or a pipe, is written to as it is: there is nothing to replace.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

__all__ = ["write_parts", "write_whole"]


def write_whole(path: str | os.PathLike[str], data: bytes) -> None:
    """Write `data` to `path`, whole or not at all. Raises OSError, and leaves then what was at `path` before."""
    write_parts(path, [data])


def write_parts(path: str | os.PathLike[str], parts: Iterable[bytes]) -> None:
    """Write data that is made part by part, whole or not at all. Raises OSError, and whatever the making of a part raises."""
    target = Path(path)
    if target.exists() and not target.is_file():
        target.write_bytes(b"".join(parts))
        return
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _new_file_mode())
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _new_file_mode() -> int:
    """Return the mode that a new file gets; mkstemp's is for secrets."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
