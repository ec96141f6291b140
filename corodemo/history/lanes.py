"""Columns that only grow: what the fold writes down, so that any moment can be read back by bisection.

A `Lane` is one task's life: a row for each change of its state, holding the event that changed it, when, and the time
it had spent running and ready until then. A `Spans` is a set of things that are open for a while (a place in the ready
queue, a timer on the heap, an unfinished task): a row for each opening, with the event that closed it.

Rows are never changed, but for the end of a span, which goes from "never" to an index that lies after every row
already written. So what was true after event i can still be read, unchanged, when the trace has grown by a million
events: that is why a snapshot is an index and not a copy. Nothing here knows what a task is or what an event says.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right

import msgspec

__all__ = ["CANCELLED", "CREATED", "DONE", "FAILED", "READY", "RUNNING", "WAITING", "Lane", "Spans"]

#: States as they stand in a lane; their words are in `states`. CREATED is a task that exists and was never queued.
CREATED, READY, RUNNING, WAITING, DONE, FAILED, CANCELLED = range(7)

_ZERO, _NOTHING, _CREATED = array("q", (0,)), array("q", (0, 0)), bytearray((CREATED,))
NEVER = (1 << 63) - 1
STRIDE = 256  # openings between two marks, at least


class Lane(msgspec.Struct, gc=False, eq=False):
    """One task's changes of state, in order. There is always at least one row.

    Of lanes there may be many, and of each picture of a busy program there are new ones: so a lane has few parts, and none
    that the garbage collector must walk but its columns.
    """

    task: int
    first: int  # the event that mentions it first
    at: array[int]  # the event that changed the state
    times: array[int]
    spent: array[int]  # before each row, the time spent running, and the time spent ready; waiting is what remains
    states: bytearray
    created: int = -1  # its task.created, or -1 where the trace has forgotten it
    origin: str = ""  # the file in which its oldest known ancestor was made
    cancels: list[int] | None = None  # cancel.* events of this task
    lines: array[int] | None = None  # line events of this task
    _counted: tuple[int, int] = (0, 0)  # a row, and how many steps had begun before it: where the next count starts

    @classmethod
    def begin(cls, task: int, index: int, at_ns: int) -> Lane:
        """Return the lane of a task that an event mentions for the first time."""
        lane = cls(
            task, index, _ZERO[:], _ZERO[:], _NOTHING[:], _CREATED[:]
        )  # to copy them is the cheapest way to make them
        lane.at[0] = index
        lane.times[0] = at_ns
        return lane

    def enter(self, state: int, index: int, at_ns: int) -> None:
        """Add a row. Times must not go back."""
        states, times, spent = self.states, self.times, self.spent
        ran, queued = spent[-2], spent[-1]
        before = states[-1]
        if before == RUNNING:
            ran += at_ns - times[-1]
        elif before <= READY:
            queued += at_ns - times[-1]
        self.at.append(index)
        times.append(at_ns)
        states.append(state)
        spent.append(ran)
        spent.append(queued)

    def row(self, index: int) -> int:
        """Return the newest row after event `index`; the task must have been mentioned by then."""
        return bisect_right(self.at, index) - 1

    def steps(self, row: int) -> int:
        """Return how many steps have begun up to and with a row.

        Who asks for one event after the other, as a search does, pays for the rows between two of them and no more.
        """
        stop = row + 1
        before, count = self._counted
        if before <= stop:
            count += self.states.count(RUNNING, before, stop)
        else:
            count -= self.states.count(RUNNING, stop, before)
        self._counted = stop, count
        return count


class Spans:
    """Things that open and close, each under a key that is open at most once at a time."""

    __slots__ = ("_mark_slots", "_marks", "_next_mark", "_open", "closings", "depths", "ends", "keys", "starts")

    def __init__(self) -> None:
        self.starts = array("q")  # the event that opened it
        self.ends = array("q")  # the event that closed it, or NEVER
        self.keys: list[int] = []
        self.depths = array("q")  # how many were open just after this one
        self.closings = array("q")  # the events that closed something, in order
        self._open: dict[int, int] = {}  # key to row, oldest opening first
        self._mark_slots = array("q")
        self._marks: list[array[int]] = []  # the rows that were open when so many had been opened
        self._next_mark = STRIDE

    def open(self, key: int, index: int) -> None:
        """Open `key`; one that is open is closed first, and so goes to the end."""
        opened = self._open
        if key in opened:
            self.close(key, index)
        slot = len(self.keys)
        opened[key] = slot
        self.starts.append(index)
        self.ends.append(NEVER)
        self.keys.append(key)
        self.depths.append(len(opened))
        if slot == self._next_mark:
            # A mark costs what is open, and comes once in as many openings: memory stays in proportion.
            self._mark_slots.append(slot + 1)
            self._marks.append(array("q", opened.values()))
            self._next_mark = slot + max(STRIDE, len(opened))

    def close(self, key: int, index: int) -> bool:
        """Close `key`; return False if it was not open."""
        slot = self._open.pop(key, -1)
        if slot < 0:
            return False
        self.ends[slot] = index
        self.closings.append(index)
        return True

    def count(self, index: int) -> int:
        """Return how many are open after event `index`."""
        return bisect_right(self.starts, index) - bisect_right(self.closings, index)

    def open_at(self, index: int) -> list[int]:
        """Return the rows that are open after event `index`, oldest opening first."""
        opened = bisect_right(self.starts, index)
        mark = bisect_right(self._mark_slots, opened) - 1
        ends = self.ends
        rows: list[int] = []
        since = 0
        if mark >= 0:
            since = self._mark_slots[mark]
            rows = [slot for slot in self._marks[mark] if ends[slot] > index]
        rows.extend(slot for slot in range(since, opened) if ends[slot] > index)
        return rows

    def keys_at(self, index: int) -> list[int]:
        """Return the keys that are open after event `index`, oldest opening first."""
        keys = self.keys
        return [keys[slot] for slot in self.open_at(index)]
