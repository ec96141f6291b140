"""The characters that views draw with, as shapes: a bar of a timeline must not depend on which font a reader has.

A font decides how dark a shaded block is, whether lines meet, and whether a pair of scissors is a coloured picture. So
blocks, lines, arrows and the signs of states are drawn here, each in a cell of 12 by 24 units, alike on every machine. The
three bars differ in height and in filling as well as in colour: running is full, ready is hatched, waiting is thin.
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["CELL", "LINE", "hatching", "is_bar", "is_shape", "shape"]

CELL, LINE = 12, 24  # a cell's width and height, in units of the picture
_TOP, _BOTTOM = 3, 21  # of a full bar
_MIDDLE = LINE // 2

#: To which sides of its middle a character of a frame or a tree leads.
_SIDES = {
    "─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ur", "┘": "ul", "├": "udr", "┤": "udl", "┬": "lrd", "┴": "lru",
    "┼": "lrud", "╭": "rd", "╮": "ld", "╰": "ur", "╯": "ul",
}  # fmt: skip
_LEVELS = "▁▂▃▄▅▆▇"

#: Outlines to fill, from the left upper corner of a cell.
_FILLED = {
    "▼": "M5.2 0h1.6v6h4l-4.8 13-4.8-13h4z",
    "▲": "M5.2 24h1.6v-6h4l-4.8-13-4.8 13h4z",
    "▶": "M1.5 6l9.5 6.2-9.5 6.2z",
    "◀": "M10.5 6l-9.5 6.2 9.5 6.2z",
    "‖": "M3 5.5h2v13h-2zM7.4 5.5h2v13h-2z",
}
#: Lines to draw.
_DRAWN = {
    "✓": "M1.6 12.6l3.2 4.4 5.8-9.4",
    "✗": "M2 7.6l8 9.2M10 7.6l-8 9.2",
    "⊘": "M1.4 12.2a4.7 4.7 0 1 0 9.4 0a4.7 4.7 0 1 0 -9.4 0M2.9 15.5l6.4-6.6",
    "✂": "M1.2 8.4a1.9 1.9 0 1 0 3.8 0a1.9 1.9 0 1 0 -3.8 0M1.2 16a1.9 1.9 0 1 0 3.8 0a1.9 1.9 0 1 0 -3.8 0"
    "M4.6 9.7l6.8 5.3M4.6 14.7l6.8-5.3",
    "→": "M1 12.2h9.6M7 8.4l3.8 3.8-3.8 3.8",
    "←": "M11 12.2h-9.6M5 8.4l-3.8 3.8 3.8 3.8",
    "↓": "M6 5.5v12M2.4 14.2l3.6 3.8 3.6-3.8",
    "↑": "M6 18.5v-12M2.4 9.8l3.6-3.8 3.6 3.8",
}
_DASHED = {"◌": "M1.4 12.2a4.6 4.6 0 1 0 9.2 0a4.6 4.6 0 1 0 -9.2 0"}


def is_shape(char: str) -> bool:
    """True if a character is drawn and not written."""
    return char in _MAKERS


def shape(char: str, x: int, y: int, count: int, colour: str) -> str:
    """Return `count` of a character, the first in the cell whose left upper corner is at x, y, as an element of a picture."""
    return _MAKERS[char](char, x, y, count, colour)


def is_bar(char: str) -> bool:
    """True if a shape is a surface rather than a line or a sign."""
    return char in "█▒░" or char in _LEVELS


def hatching(colour: str) -> str:
    """Return the pattern that a bar which is ready is filled with."""
    return (
        f'<pattern id="{_pattern(colour)}" width="5" height="5" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="5" height="5" fill="{colour}" fill-opacity="0.22"/>'
        f'<rect width="2.6" height="5" fill="{colour}"/></pattern>'
    )


def _pattern(colour: str) -> str:
    return f"corodemo-ready-{colour.lstrip('#')}"


def _bar(x: int, y: float, count: int, height: float, fill: str) -> str:
    return f'<rect x="{x}" y="{y:g}" width="{CELL * count}" height="{height:g}" fill="{fill}"/>'


def _full(char: str, x: int, y: int, count: int, colour: str) -> str:
    return _bar(x, y + _TOP, count, _BOTTOM - _TOP, colour)


def _hatched(char: str, x: int, y: int, count: int, colour: str) -> str:
    return _bar(x, y + _TOP + 2, count, _BOTTOM - _TOP - 4, f"url(#{_pattern(colour)})")


def _thin(char: str, x: int, y: int, count: int, colour: str) -> str:
    return _bar(x, y + _MIDDLE - 2, count, 4, colour).replace("/>", ' fill-opacity="0.6"/>')


def _level(char: str, x: int, y: int, count: int, colour: str) -> str:
    height = (_BOTTOM - _TOP) * (_LEVELS.index(char) + 1) / 8
    return _bar(x, y + _BOTTOM - height, count, height, colour)


def _sides(char: str, x: int, y: int, count: int, colour: str) -> str:
    sides, middle = _SIDES[char], x + CELL // 2
    path = ""
    if "l" in sides or "r" in sides:
        start = x if "l" in sides else middle
        end = x + CELL * count if "r" in sides else middle
        path += f"M{start} {y + _MIDDLE}H{end}"
    if "u" in sides or "d" in sides:
        top = y if "u" in sides else y + _MIDDLE
        bottom = y + LINE if "d" in sides else y + _MIDDLE
        path += "".join(f"M{middle + CELL * at} {top}V{bottom}" for at in range(count))
    return f'<path d="{path}" stroke="{colour}" stroke-width="1.4" stroke-opacity="0.7"/>'


def _double(char: str, x: int, y: int, count: int, colour: str) -> str:
    end = x + CELL * count
    return f'<path d="M{x} {y + 10}H{end}M{x} {y + 14}H{end}" stroke="{colour}" stroke-width="1.4"/>'


def _figure(char: str, x: int, y: int, count: int, colour: str) -> str:
    if char in _FILLED:
        path, look = _FILLED[char], f'fill="{colour}"'
    else:
        path = _DRAWN.get(char) or _DASHED[char]
        ends = 'stroke-dasharray="2.4 1.73"' if char in _DASHED else 'stroke-linecap="round" stroke-linejoin="round"'
        look = f'fill="none" stroke="{colour}" stroke-width="1.7" {ends}'
    places = [x + CELL * at for at in range(count)]
    return "".join(f'<path transform="translate({place} {y})" d="{path}" {look}/>' for place in places)


_MAKERS: dict[str, Callable[[str, int, int, int, str], str]] = {
    "█": _full,
    "▒": _hatched,
    "░": _thin,
    "═": _double,
    **dict.fromkeys(_LEVELS, _level),
    **dict.fromkeys(_SIDES, _sides),
    **dict.fromkeys((*_FILLED, *_DRAWN, *_DASHED), _figure),
}
