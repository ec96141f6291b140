"""The JSON Schema of the trace file is current, and says of real traces what is true."""

from __future__ import annotations

import json
import sys

from programs import ROOT
from sample_traces import busy_trace, gather_trace

from corodemo.traceformat.file import encode_line

DOCS = ROOT / "docs"
SCHEMA = json.loads((DOCS / "trace-schema.json").read_text(encoding="utf-8"))


def test_the_schema_is_current(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    import make_schema

    assert make_schema.text() == (DOCS / "trace-schema.json").read_text(encoding="utf-8"), "run docs/make_schema.py"
    sys.modules.pop("make_schema")


def definition_of(kind):
    [found] = [one for one in SCHEMA["$defs"].values() if one["properties"].get("kind", {}).get("enum") == [kind]]
    return found


def test_lines_have_the_fields_that_the_schema_says():
    for trace in (busy_trace(), gather_trace()):
        for item in (trace.header, *trace.events):
            line = json.loads(encode_line(item))
            definition = definition_of(line["kind"])
            assert set(definition["required"]) <= set(line) <= set(definition["properties"]), line


def test_each_kind_of_event_has_its_description():
    assert [name for name, one in SCHEMA["$defs"].items() if "description" not in one] == []
