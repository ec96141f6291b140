"""Nanoseconds as people say them: three digits and a unit; and what people say as nanoseconds."""

from __future__ import annotations

import re

__all__ = ["brief", "nanoseconds"]

_UNITS = ((1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs"), (1, "ns"))


def brief(ns: int, *, ascii: bool = False) -> str:
    """Return a duration in at most seven cells: "0", "950ns", "12.3µs", "1.5s", "2m03s", "5h07m", "12d".

    It is rounded to three digits. ascii: write "us" for microseconds.
    """
    if ns < 0:
        return "-" + brief(-ns, ascii=ascii)
    if ns == 0:
        return "0"
    if ns >= 59_950_000_000:
        return _long((ns + 500_000_000) // 1_000_000_000)
    for size, unit in _UNITS:
        # 999.6 of a unit would be written as 1000: it belongs to the unit above.
        if ns * 10_000 >= size * 9_995 or size == 1:
            number = ns / size
            digits = 2 if number < 9.995 else 1 if number < 99.95 else 0
            text = f"{number:.{digits}f}"
            if "." in text:
                text = text.rstrip("0").rstrip(".")
            return text + ("us" if ascii and unit == "µs" else unit)
    raise AssertionError(ns)


#: What a number is multiplied by, after each way to write a unit.
_WORDS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
    "d": 86_400 * 10**9,
}
_PART = re.compile(r"(\d{1,15}(?:\.\d{1,9})?) ?(ns|us|µs|ms|s|m|h|d)")


def nanoseconds(text: str) -> int | None:
    """Return a duration as people write it: "0", "1.5s", "20 ms", "2m03s", whatever `brief` writes. None if it is none."""
    text = text.strip()
    if text == "0":
        return 0
    parts = list(_PART.finditer(text))
    if not parts or "".join(part[0] for part in parts) != text:
        return None
    total = 0
    for part in parts:
        whole, _, fraction = part[1].partition(".")
        unit = _WORDS[part[2]]
        total += int(whole) * unit + int(fraction or 0) * unit // 10 ** len(fraction)
    return total


def _long(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days >= 3:
        return f"{days}d"
    hours += days * 24
    if hours:
        return f"{hours}h{minutes:02}m"
    return f"{minutes}m{seconds:02}s"
