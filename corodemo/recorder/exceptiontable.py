"""Which `except` took an exception: read from the code itself, for nothing is called when a handler begins.

An exception that is caught has a traceback whose first entry is the frame that caught it, and the instruction at which
it came in. The code's exception table says where that leads: to `except` clauses, to a `finally`, to the end of a `with`; and
from there, if it is raised on, to the next one out. Needs no source.
"""

from __future__ import annotations

import dis
import itertools
from types import CodeType
from typing import Any

__all__ = ["catching_line"]

#: Names in an `except` that take a CancelledError.
_TAKES_CANCEL = frozenset({"BaseException", "CancelledError"})


def catching_line(code: CodeType, offset: int, line: int) -> int:
    """Return the line of the clause that takes a CancelledError which comes in at an instruction.

    offset, line: of that instruction, as the first entry of the traceback of an exception that was caught has them. Where
    several clauses could take it, the innermost does; where none is found, `line` itself is returned.
    """
    table = _exception_table(code)
    instructions = {instruction.offset: instruction for instruction in dis.get_instructions(code)}
    order = sorted(instructions)
    following = dict(itertools.pairwise(order))
    found = 0  # the line of a `finally` or a `with`, which may have ended the exception
    for _ in table:
        handler = next((target for start, end, target in table if start <= offset < end), None)
        if handler is None:
            break
        offset = handler
        if instructions[offset].opname != "PUSH_EXC_INFO":
            continue  # the interpreter's own clean-up
        clause, takes = _clause(instructions, following, offset)
        if takes:
            return clause
        found = found or clause
    return found or line


def _clause(instructions: dict[int, Any], following: dict[int, int], offset: int) -> tuple[int, bool]:
    """Return the line of a handler, and whether one of its clauses takes a CancelledError."""
    first = 0
    names: set[str] = set()
    at: int | None = following.get(offset)
    while at is not None:
        instruction = instructions[at]
        line = instruction.positions.lineno if instruction.positions is not None else None
        first = first or line or 0
        match instruction.opname:
            case "CHECK_EXC_MATCH" | "CHECK_EG_MATCH":
                if names & _TAKES_CANCEL:
                    return line or first, True
                at = _next_clause(instructions, following, at)
                names = set()
                continue
            case "LOAD_GLOBAL" | "LOAD_NAME" | "LOAD_ATTR" | "LOAD_DEREF" | "LOAD_FAST":
                names.add(str(instruction.argval))
            case "WITH_EXCEPT_START":
                return line or first, False
            case "POP_TOP":
                return line or first, not names  # `except:` drops the exception before anything else
            case "BUILD_TUPLE" | "CACHE" | "NOP" | "COPY":
                pass
            case _:
                return first, False  # the body of a `finally`
        at = following.get(at)
    return first, False


def _next_clause(instructions: dict[int, Any], following: dict[int, int], at: int) -> int | None:
    """Return where the interpreter goes on when a clause does not match."""
    jump = following.get(at)
    while jump is not None and "JUMP" not in instructions[jump].opname:
        jump = following.get(jump)
    return None if jump is None else int(instructions[jump].argval)


def _exception_table(code: CodeType) -> list[tuple[int, int, int]]:
    """Return (start, end, target) of each entry of a code's exception table, in bytes."""
    data = iter(code.co_exceptiontable)

    def number() -> int:
        byte = next(data)
        value = byte & 63
        while byte & 64:
            byte = next(data)
            value = value << 6 | byte & 63
        return value

    entries = []
    try:
        while True:
            start = number() * 2
            end = start + number() * 2
            target = number() * 2
            number()  # how deep the stack is
            entries.append((start, end, target))
    except StopIteration:
        return entries
