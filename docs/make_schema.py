"""Make `docs/trace-schema.json`: the JSON Schema of a line of a trace file, from the types that read it.

python docs/make_schema.py          write it
python docs/make_schema.py --check  end with status 1 if it is not current
"""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from typing import Any, Union

import msgspec

from corodemo.traceformat import events
from corodemo.traceformat.file import EVENT_TYPES, VERSION

SCHEMA = Path(__file__).with_name("trace-schema.json")


def schema() -> dict[str, Any]:
    """Return the schema: a line is the header, which comes first, or an event."""
    header = {"title": "The first line", "$ref": "#/$defs/Header"}
    [event], definitions = msgspec.json.schema_components(
        [Union[EVENT_TYPES]],  # noqa: UP007 - a union of a tuple
        ref_template="#/$defs/{name}",
    )
    _, header_definitions = msgspec.json.schema_components([events.Header], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Made by docs/make_schema.py from corodemo/traceformat/events.py; do not edit.",
        "title": f"A line of a corodemo trace, version {VERSION}",
        "anyOf": [header, {"title": "Every other line", **event}],
        "$defs": {name: _tidy(definitions[name]) for name in sorted(definitions)} | header_definitions,
    }


def _tidy(definition: dict[str, Any]) -> dict[str, Any]:
    """Return a definition whose description is the same in all versions of Python: some keep a docstring's indentation."""
    description = {"description": inspect.cleandoc(definition["description"])} if "description" in definition else {}
    return {**definition, **description}


def text() -> str:
    """Return the file as it must be."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(
            0 if SCHEMA.read_text(encoding="utf-8") == text() else f"{SCHEMA.name} is not current: run {sys.argv[0]}"
        )
    SCHEMA.write_text(text(), encoding="utf-8")
