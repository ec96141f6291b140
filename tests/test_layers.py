"""The layers: a file imports only from rows above its own, and each row only the libraries that it is allowed."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "corodemo"

#: The rows of the design, from the bottom up: the modules that stand on one, and the libraries that they may use.
ROWS: list[tuple[set[str], set[str]]] = [
    ({"runtime"}, set()),
    ({""}, set()),  # the package itself: the runtime's names
    ({"bounded", "events"}, {"msgspec"}),
    ({"loading", "wholefile"}, set()),
    ({"tracefile"}, {"msgspec"}),
    ({"tracestream", "callsite", "handlers", "linetrace", "capture", "labels"}, set()),
    ({"rows"}, {"msgspec"}),
    ({"standing", "unpacking"}, set()),
    ({"eventlog", "cancelfate", "suspicions"}, set()),
    ({"identities"}, set()),
    ({"wakers"}, set()),
    ({"steps"}, set()),
    ({"recorder"}, set()),
    ({"trace"}, set()),
    ({"history"}, {"msgspec"}),
    ({"views"}, {"rich", "pygments"}),
    ({"export"}, {"rich"}),
    ({"rewrapping"}, set()),
    (
        {"config", "echo", "hints", "hosting", "imports", "inputs", "results", "terminal", "tracebacks"},
        {"platformdirs"},
    ),
    ({"children", "keyboard", "programstream", "warned"}, set()),
    ({"completion"}, {"jedi"}),
    ({"paint"}, {"rich"}),
    ({"lesson"}, set()),
    ({"player"}, {"rich", "prompt_toolkit"}),
    ({"quiz"}, set()),
    ({"course"}, {"markdown_it"}),
    ({"present"}, {"msgspec"}),
    ({"live"}, {"rich"}),
    ({"watched"}, set()),
    ({"session"}, set()),
    ({"grouptree", "interrupts", "values"}, {"rich"}),
    ({"voice"}, {"rich"}),
    ({"failures"}, set()),
    ({"desk"}, set()),
    ({"opening"}, set()),
    ({"explainer"}, set()),
    ({"script", "viewer", "exporter"}, {"rich"}),
    ({"commands"}, set()),
    ({"piped"}, set()),
    ({"toolbar"}, set()),
    ({"inputhistory", "keys", "looks", "menu"}, {"prompt_toolkit", "pygments"}),
    ({"asides"}, set()),
    ({"prompt"}, {"prompt_toolkit", "pygments"}),
    ({"repl"}, {"rich", "prompt_toolkit", "pygments"}),
    ({"start"}, set()),
    ({"arguments"}, set()),
    ({"cli"}, set()),
    ({"__main__"}, set()),
]


def module_name(path: Path) -> str:
    """Return the part after `corodemo.` of a file's module, "" for the package itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports_of(path: Path) -> set[str]:
    """Return the full names of all modules that a file imports, wherever in it; those for types alone left out."""
    package = ["corodemo", *path.relative_to(PACKAGE).parent.parts]
    found: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            if module in {"corodemo", ".".join(package)}:
                found.update(f"{module}.{alias.name}" for alias in node.names)
            else:
                found.add(module)
    return found


FILES = sorted(path for path in PACKAGE.rglob("*.py") if "lessons" not in path.relative_to(PACKAGE).parts)


def row_of(name: str) -> int:
    top = name.split(".")[0]
    rows = [number for number, (modules, _) in enumerate(ROWS) if top in modules]
    assert rows, f"corodemo.{name} stands on no row of the design: say on which, in ROWS"
    return rows[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: module_name(path) or "corodemo")
def test_a_file_imports_only_from_rows_above(path):
    own = module_name(path)
    own_row = row_of(own)
    allowed = set().union(*(libraries for _, libraries in ROWS[: own_row + 1]))
    for name in imports_of(path):
        top, _, rest = name.partition(".")
        if top == "corodemo":
            # `from corodemo import X`, where X is a name and no module, is an import of the package.
            inner = (
                rest
                if (PACKAGE / rest.split(".")[0]).exists() or (PACKAGE / f"{rest.split('.')[0]}.py").exists()
                else ""
            )
            same = inner.split(".")[0] == own.split(".")[0]
            assert same or row_of(inner) < own_row, f"{own} imports {name}, which is not above it"
        elif top not in sys.stdlib_module_names:
            assert top in allowed, f"{own} imports {top}, which its row does not allow"


@pytest.mark.parametrize("path", [p for p in FILES if "runtime" in p.parts], ids=module_name)
def test_the_runtime_stands_on_the_standard_library_alone(path):
    for name in imports_of(path):
        assert name.split(".")[0] in sys.stdlib_module_names or name.startswith("corodemo.runtime"), name
        assert name.split(".")[0] != "asyncio" or name == "asyncio.exceptions", name


def test_tasks_do_not_import_the_loop():
    assert "corodemo.runtime.loop" not in imports_of(PACKAGE / "runtime" / "tasks.py")


def test_a_file_can_be_held_whole():
    assert {module_name(path): n for path in FILES if (n := len(path.read_text().splitlines())) > 350} == {}
