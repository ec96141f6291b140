"""The rooms: a file imports only from its own room and from those that the room may know, all of which lie below it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from sample_traces import APP, SOURCE, gather_trace

from corodemo.traceformat.file import dump

PACKAGE = Path(__file__).resolve().parent.parent / "corodemo"

#: The rooms from the bottom up; for each, the rooms that it may know, and the libraries that it may use besides the standard one.
#: "" is the package itself, which has the runtime's names, and "." where it is named; "*" is all that lies below. A room in a
#: room, as `views.explain`, is a part of it.
ROOMS: dict[str, tuple[str, str]] = {
    "runtime": ("", ""),
    "": ("runtime", ""),
    "atomicfile": ("", ""),
    "traceformat": ("atomicfile", "msgspec"),
    "recorder": (". runtime traceformat", "msgspec"),
    "trace": ("recorder traceformat", ""),
    "hosting": (". runtime", ""),
    "history": ("traceformat", "msgspec"),
    "views": ("traceformat history", "rich pygments"),
    "export": ("traceformat history views", "rich msgspec"),
    "terminal": ("", "rich"),
    "player": ("traceformat history views terminal", "rich prompt_toolkit"),
    "live": ("traceformat history views terminal", "rich msgspec"),
    "lesson": (". traceformat recorder trace hosting history views", ""),
    "course": ("atomicfile trace history views export terminal player lesson", "rich markdown_it msgspec platformdirs"),
    "shell": (
        ". runtime recorder hosting history views terminal",
        "rich pygments prompt_toolkit jedi platformdirs",
    ),
    "shell.commands": (
        ". atomicfile runtime traceformat recorder hosting history views export player lesson course shell",
        "rich",
    ),
    "repl": ("runtime recorder hosting terminal live shell shell.commands", ""),
    "cli": ("*", ""),
    "__main__": ("cli", ""),
}

#: The only files that know prompt_toolkit.
KNOW_PROMPT_TOOLKIT = {
    "player.app",
    "shell.completer",
    "shell.inputhistory",
    "shell.keybindings",
    "shell.prompt",
    "shell.style",
}

#: What knows no runtime, and can look at a trace anywhere.
LOOK_ONLY = ("traceformat", "history", "views", "export", "terminal", "player", "live")


def module_name(path: Path) -> str:
    """Return the part after `corodemo.` of a file's module, "" for the package itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


FILES = sorted(path for path in PACKAGE.rglob("*.py") if "lessons" not in path.relative_to(PACKAGE).parts)
MODULES = {module_name(path) for path in FILES}


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
            for alias in node.names:
                # `from room import part` imports the part, where that is a module.
                is_module = f"{module}.{alias.name}".removeprefix("corodemo.") in MODULES
                found.add(f"{module}.{alias.name}" if is_module else module)
    return found


def room_of(module: str) -> str:
    """Return the room that a module is in: the longest beginning of its name that is one."""
    parts = module.split(".")
    rooms = [name for end in range(len(parts), 0, -1) if (name := ".".join(parts[:end])) in ROOMS]
    assert rooms, f"corodemo.{module} is in no room: give it one, in ROOMS"
    return rooms[0]


def ours(path: Path) -> set[str]:
    """Return the modules of corodemo that a file imports, by their names after `corodemo.`."""
    return {
        "" if name == "corodemo" else name.removeprefix("corodemo.")
        for name in imports_of(path)
        if name.split(".")[0] == "corodemo"
    }


def known_by(room: str) -> set[str]:
    """Return the rooms that a room may know."""
    knows = ROOMS[room][0]
    order = list(ROOMS)
    return set(order[: order.index(room)]) if knows == "*" else {"" if name == "." else name for name in knows.split()}


def test_no_room_knows_one_above_it():
    order = list(ROOMS)
    for room in ROOMS:
        for other in known_by(room):
            assert order.index(other) < order.index(room), f"{room} may not know {other}, which lies above it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: module_name(path) or "corodemo")
def test_a_file_imports_only_from_rooms_that_its_own_may_know(path):
    own = room_of(module_name(path))
    libraries = ROOMS[own][1]
    allowed = {own, *known_by(own)}
    for module in ours(path):
        assert room_of(module) in allowed, f"{module_name(path)} imports corodemo.{module}"
    for name in imports_of(path):
        top = name.split(".")[0]
        assert top == "corodemo" or top in sys.stdlib_module_names or top in libraries.split(), f"it imports {name}"


def test_each_room_uses_what_it_may_know():
    for own, (knows, libraries) in ROOMS.items():
        files = [path for path in FILES if room_of(module_name(path)) == own]
        used = {room_of(module) for path in files for module in ours(path)}
        # For types alone a room may be named, too: such a row is true as well.
        named = {
            room_of(module)
            for path in files
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("corodemo")
            and (module := (node.module or "").removeprefix("corodemo").removeprefix(".")) is not None
        }
        assert knows == "*" or known_by(own) <= used | named, f"{own} may know more rooms than it does"
        tops = {name.split(".")[0] for path in files for name in imports_of(path)}
        assert set(libraries.split()) <= tops, f"{own} may use {libraries}, and does not"


def test_the_modules_import_each_other_in_no_circle():
    arrows = {module_name(path): ours(path) & MODULES for path in FILES}
    # A package that offers its parts is imported before each of them; that one arrow up is Python's, not ours.
    done: set[str] = set()
    under_way: list[str] = []

    def visit(module: str) -> None:
        if module in done:
            return
        assert module not in under_way, " -> ".join([*under_way[under_way.index(module) :], module])
        under_way.append(module)
        for other in sorted(arrows[module]):
            if not module.startswith(f"{other}."):
                visit(other)
        done.add(under_way.pop())

    for module in sorted(arrows):
        visit(module)


@pytest.mark.parametrize("path", [p for p in FILES if "runtime" in p.parts], ids=module_name)
def test_the_runtime_stands_on_the_standard_library_alone(path):
    for name in imports_of(path):
        assert name.split(".")[0] in sys.stdlib_module_names or name.startswith("corodemo.runtime"), name
        assert name.split(".")[0] != "asyncio" or name == "asyncio.exceptions", name


def test_tasks_do_not_import_the_loop():
    assert "corodemo.runtime.loop" not in imports_of(PACKAGE / "runtime" / "tasks.py")


def test_what_looks_at_traces_knows_no_runtime():
    for room in LOOK_ONLY:
        assert known_by(room).isdisjoint({"", "runtime", "recorder", "trace", "hosting"}), room


def test_prompt_toolkit_is_known_in_named_files_alone():
    found = {
        module_name(path) for path in FILES if any(name.split(".")[0] == "prompt_toolkit" for name in imports_of(path))
    }
    assert found == KNOW_PROMPT_TOOLKIT


def test_the_tests_mirror_the_rooms():
    here = Path(__file__).parent
    rooms = {path.parent.relative_to(PACKAGE).as_posix() for path in FILES} - {"."}
    folders = {path.parent.relative_to(here).as_posix() for path in here.rglob("test_*.py")} - {"."}
    # What drives the whole program, and CPython's own tests.
    assert folders - rooms == {"conformance", "pty"}
    assert rooms - folders == set()


def test_beside_the_rooms_stand_only_the_faces():
    files = {path.name for path in PACKAGE.glob("*") if path.is_file()}
    assert files == {"__init__.py", "__main__.py", "atomicfile.py", "py.typed", "repl.py", "trace.py"}


def test_a_file_can_be_held_whole():
    assert {module_name(path): n for path in FILES if (n := len(path.read_text().splitlines())) > 350} == {}


def loaded_by(code: str, *arguments: str) -> set[str]:
    """Return the modules that a fresh interpreter has loaded after some code."""
    code = f"{code}\nimport sys\nprint('loaded:', *sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return set(done.stderr.rpartition("loaded:")[2].split())


def is_loaded(loaded: set[str], *tops: str) -> set[str]:
    return {name for name in loaded for top in tops if name == top or name.startswith(f"{top}.")}


THE_RUNTIME = ("corodemo.runtime", "corodemo.recorder", "corodemo.hosting", "asyncio")


@pytest.mark.parametrize("room", LOOK_ONLY)
def test_importing_a_room_that_looks_at_traces_loads_no_runtime(room):
    modules = sorted(module for module in MODULES if room_of(module) == room and module not in KNOW_PROMPT_TOOLKIT)
    loaded = loaded_by("\n".join(f"import corodemo.{module}" for module in modules))
    assert is_loaded(loaded, *THE_RUNTIME, "prompt_toolkit") == set()


def test_a_room_that_is_imported_from_the_package_loads_no_runtime_either():
    loaded = loaded_by("from corodemo import history, traceformat\nassert history.History")
    assert is_loaded(loaded, *THE_RUNTIME) == set()


def test_the_stepper_is_loaded_without_prompt_toolkit():
    loaded = loaded_by("import corodemo.player.stepper, corodemo.player.player, corodemo.player.keymap")
    assert is_loaded(loaded, "prompt_toolkit", *THE_RUNTIME) == set()


@pytest.mark.parametrize(
    "command",
    [
        ["view", "--tree", "--timeline"],
        ["explain", "1"],
        ["export", "--to", "svg", "-o", "out"],
        ["export", "--view=step", "--to", "svg", "-o", "out"],
        ["export", "--to", "html", "-o", "out"],
        ["export", "--to", "chrome", "-o", "out"],
    ],
    ids=lambda command: " ".join(command[:3]),
)
def test_a_command_that_looks_at_a_file_loads_no_runtime(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trace = gather_trace()
    dump("t.jsonl", trace.header, trace.events)
    (tmp_path / APP).write_text("\n".join(SOURCE))
    name, *options = command
    run = f"from corodemo.cli.main import main\nassert main(['{name}', 't.jsonl', *{options!r}]) == 0"
    loaded = loaded_by(f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r})\n{run}")
    assert is_loaded(loaded, "prompt_toolkit", *THE_RUNTIME) == set()
