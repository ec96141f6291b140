"""The shelf: where the lessons are, and how one is asked for.

In an installed package they are its data, under `corodemo/lessons`; in a checkout, or an editable install of one,
they stand in `lessons` beside the package. A lesson is asked for by its number ("2", "02"), its name ("tasks") or
the beginning of it ("ta"), as long as that means one lesson only.
"""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["find", "lesson_files"]

_PACKAGE = Path(__file__).resolve().parent.parent
_NAME = re.compile(r"(?P<number>\d{1,4})_(?P<name>\w+)\.py")


def lesson_files(folder: Path | None = None) -> list[Path]:
    """Return the lessons in a folder, by default corodemo's own, in the order of their numbers."""
    if folder is None:
        installed = _PACKAGE / "lessons"
        folder = installed if installed.is_dir() else _PACKAGE.parent / "lessons"
    found = [path for path in folder.glob("*.py") if _NAME.fullmatch(path.name)] if folder.is_dir() else []
    return sorted(found, key=lambda path: (int(path.name.split("_")[0]), path.name))


def find(asked: str, files: list[Path]) -> Path:
    """Return the lesson that somebody asked for. Raises LookupError if that is none, or more than one."""
    wanted = asked.strip().casefold().removesuffix(".py").replace("-", "_")
    if re.fullmatch(r"\d{1,9}", wanted):
        found = [path for path in files if int(path.stem.split("_")[0]) == int(wanted)]
    else:
        found = [path for path in files if wanted in (path.stem, _name(path))]
        found = found or [path for path in files if wanted and _name(path).startswith(wanted)]
    if len(found) == 1:
        return found[0]
    there = ", ".join(f"{path.stem.split('_')[0]} {_name(path)}" for path in found or files) or "none"
    if found:
        raise LookupError(f"{asked!r} could be any of: {there}")
    raise LookupError(f"there is no lesson {asked!r}; the lessons are: {there}")


def _name(path: Path) -> str:
    return path.stem.split("_", 1)[1]
