"""Who awaits a future: read off its list of those who wait, and told by whoever awaits it in another way.

A task that awaits stands on the future's list itself. A done-callback of ours says by an attribute, `awaited_by`, for which task
it stands there, and by another, `awaiter`, which future it will finish; when that one is done nobody waits that way any more.
What is no list of ours, such as a library's own primitive, tells it by `future_add_to_awaited_by`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["awaiters"]


def awaiters(future: Any) -> list[Any]:
    """Return the tasks and futures that await `future`, each once, in the order in which they came."""
    entries: Iterable[Any] = getattr(future, "_callbacks", None) or ()
    found = [_awaiter_behind(entry) for entry in entries]
    found += getattr(future, "__dict__", {}).get("_awaited_by", {}).values()
    return list({id(one): one for one in found if one is not None}.values())


def _awaiter_behind(entry: Any) -> Any:
    """Return the task that stands on a future's list, or for which a callback stands there, or None."""
    if hasattr(entry, "_wakeup"):
        return entry
    callback = entry[0] if isinstance(entry, tuple) else entry
    owner = getattr(callback, "__self__", None)
    if _is_future(owner):
        return owner  # a task's own wakeup, on a future of somebody else's class
    finishes: Any = getattr(callback, "awaiter", None)
    if _is_future(finishes) and finishes.done():
        return None
    return getattr(callback, "awaited_by", None) or getattr(owner, "awaited_by", None)


def _is_future(obj: object) -> bool:
    return hasattr(type(obj), "_asyncio_future_blocking")
