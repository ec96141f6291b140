"""Exception groups as a tree: a line for each exception in it, and below that its notes and the user's line that raised it."""

from __future__ import annotations

import traceback

from corodemo.hosting.tracebacks import user_frames

__all__ = ["group_tree"]

#: So many of a group's exceptions are shown, and groups so deep.
MAX_SHOWN = 15
MAX_DEPTH = 10
_MAX_MESSAGE = 500


def group_tree(group: BaseExceptionGroup[BaseException], *, ascii: bool = False) -> list[str]:
    """Return the lines of the tree."""
    return [_title(group), *_notes(group), *_branches(group, ascii, 1)]


def _branches(group: BaseExceptionGroup[BaseException], ascii: bool, depth: int) -> list[str]:
    tee, last, bar = ("|- ", "`- ", "|  ") if ascii else ("├ ", "└ ", "│ ")
    shown = list(group.exceptions[:MAX_SHOWN])
    left = len(group.exceptions) - len(shown)
    lines = []
    for at, exc in enumerate(shown):
        is_last = at == len(shown) - 1 and not left
        inner = [_title(exc), *_notes(exc), *_body(exc, ascii, depth)]
        lines.append((last if is_last else tee) + inner[0])
        lines += [(" " * len(bar) if is_last else bar) + line for line in inner[1:]]
    if left:
        lines.append(f"{last}and {left:,} more")
    return lines


def _body(exc: BaseException, ascii: bool, depth: int) -> list[str]:
    if isinstance(exc, BaseExceptionGroup):
        if depth >= MAX_DEPTH:
            return ["..."]
        return _branches(exc, ascii, depth + 1)
    frames = user_frames(exc.__traceback__)
    lines = []
    if frames:
        frame = frames[-1]
        lines.append(f"    {frame.filename}:{frame.lineno} in {frame.name}: {(frame.line or '').strip()}".rstrip(": "))
    cause = exc.__cause__ or (None if exc.__suppress_context__ else exc.__context__)
    if cause is not None:
        lines.append(f"    {'from' if exc.__cause__ is not None else 'while handling'} {_title(cause)}")
    return lines


def _title(exc: BaseException) -> str:
    if isinstance(exc, BaseExceptionGroup):
        return _on_one_line(f"{type(exc).__name__}: {exc}")
    report = traceback.TracebackException.from_exception(exc, compact=True)
    report.__notes__ = None  # they have lines of their own
    return _on_one_line("".join(report.format_exception_only()))


def _notes(exc: BaseException) -> list[str]:
    notes = getattr(exc, "__notes__", None)
    if not isinstance(notes, list):
        return []
    return [f"    {_on_one_line(note)}" for note in notes[:MAX_SHOWN] if isinstance(note, str)]


def _on_one_line(text: str) -> str:
    return " ".join(text.strip().split("\n"))[:_MAX_MESSAGE]
