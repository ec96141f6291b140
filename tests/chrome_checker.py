"""A strict reader of Chrome's trace format: what viewers drop in silence is an error here.

It knows the format and nothing of corodemo. It holds a file to more than the format asks: the slices of a track neither overlap
nor leave a gap, every arrow has both its ends inside a slice, and every name can be shown as it stands.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from decimal import Decimal
from itertools import pairwise

KEYS = {
    "M": {"ph", "name", "pid", "args"},
    "X": {"ph", "name", "cat", "pid", "tid", "ts", "dur", "args"},
    "s": {"ph", "name", "cat", "id", "pid", "tid", "ts"},
    "f": {"ph", "name", "cat", "id", "pid", "tid", "ts", "bp"},
    "i": {"ph", "name", "cat", "s", "pid", "tid", "ts", "args"},
    "C": {"ph", "name", "pid", "ts", "args"},
}


def problems(data: bytes) -> list[str]:
    """Return what is wrong with a trace, a sentence each; an empty list if nothing is."""
    try:
        trace = json.loads(data.decode("utf-8"), parse_float=Decimal)
    except ValueError as exc:
        return [f"not JSON: {exc}"]
    found: list[str] = []
    records = trace.get("traceEvents")
    if not isinstance(records, list):
        return ["no list of traceEvents"]
    if trace.get("displayTimeUnit") not in {"ns", "ms"}:
        found.append("displayTimeUnit is neither ns nor ms")
    for at, record in enumerate(records):
        found += [f"record {at}: {reason}" for reason in _wrong_fields(record)]
    if found:
        return found
    tracks = defaultdict(list)
    for record in records:
        if record["ph"] == "X":
            tracks[record["pid"], record["tid"]].append((Decimal(record["ts"]), Decimal(record["dur"]), record["name"]))
    for slices in tracks.values():
        slices.sort()
    found += _wrong_tracks(tracks)
    found += _wrong_arrows([r for r in records if r["ph"] in {"s", "f"}], tracks)
    found += _wrong_names(records, tracks)
    return found


def _wrong_fields(record) -> list[str]:
    if not isinstance(record, dict) or record.get("ph") not in KEYS:
        return ["no phase that is known"]
    phase = record["ph"]
    extra = {"tid"} if phase == "M" else set()
    if not KEYS[phase] <= set(record) <= KEYS[phase] | extra:
        return [f"phase {phase} with the fields {sorted(record)}"]
    found = []
    if not isinstance(record["name"], str) or not record["name"] or not record["name"].isprintable():
        found.append(f"name {record['name']!r} cannot be shown as it stands")
    found += [
        f"{key} {record[key]!r} is no small number"
        for key in sorted({"pid", "tid"} & set(record))
        if type(record[key]) is not int or not 0 <= record[key] < 2**31
    ]
    for key in sorted({"ts", "dur"} & set(record)):
        number = record[key]
        if not isinstance(number, Decimal) or number < 0 or number * 1000 != int(number * 1000):
            found.append(f"{key} {number!r} is no number of nanoseconds")
    if phase == "X" and not found and record["dur"] <= 0:
        found.append("a slice that takes no time")
    if phase == "f" and record["bp"] != "e":
        found.append("an arrow that would end at the next slice")
    if phase == "i" and record["s"] not in {"t", "p", "g"}:
        found.append("an instant without a scope")
    if phase == "C" and not all(type(value) is int and value >= 0 for value in record["args"].values()):
        found.append("a counter that is no number")
    return found


def _wrong_tracks(tracks) -> list[str]:
    found = []
    for track, slices in tracks.items():
        for (start, length, name), (next_start, _, next_name) in pairwise(slices):
            if next_start < start + length:
                found.append(f"track {track}: {next_name} at {next_start} overlaps {name} at {start}")
            elif next_start > start + length:
                found.append(f"track {track}: a gap between {name} at {start} and {next_name} at {next_start}")
    return found


def _wrong_arrows(ends, tracks) -> list[str]:
    found = []
    arrows = defaultdict(list)
    for end in ends:
        arrows[end["cat"], end["name"], end["id"]].append(end)
        inside = [s for s in tracks.get((end["pid"], end["tid"]), []) if s[0] <= end["ts"] < s[0] + s[1]]
        if not inside:
            found.append(f"arrow {end['id']}: its {end['ph']} at {end['ts']} is in no slice of track {end['tid']}")
        elif end["ph"] == "f" and inside[0][0] != end["ts"]:
            found.append(f"arrow {end['id']} does not end where a slice starts")
    for key, both in arrows.items():
        phases = [end["ph"] for end in both]
        if phases != ["s", "f"]:
            found.append(f"arrow {key[2]} has the ends {phases}")
        elif both[0]["ts"] > both[1]["ts"]:
            found.append(f"arrow {key[2]} goes back in time")
    return found


def _wrong_names(records, tracks) -> list[str]:
    named = Counter((r["pid"], r["tid"]) for r in records if r["ph"] == "M" and r["name"] == "thread_name")
    used = set(tracks) | {(r["pid"], r["tid"]) for r in records if r["ph"] == "i"}
    found = [f"track {track} has no name" for track in used - set(named)]
    return found + [f"track {track} has {count} names" for track, count in named.items() if count > 1]
