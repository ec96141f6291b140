"""`import asyncio` in a user's code is corodemo's runtime; in a library it is asyncio."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from corodemo import runtime
from corodemo.hosting.imports import UserModuleFinder, user_builtins


def execute(source):
    namespace = {"__builtins__": user_builtins(), "__name__": "__main__"}
    exec(source, namespace)
    return namespace


def test_import_asyncio_is_the_runtime():
    assert execute("import asyncio")["asyncio"] is runtime
    assert execute("import asyncio as aio")["aio"] is runtime


def test_names_can_be_imported_from_it():
    namespace = execute("from asyncio import sleep, run as go")
    assert (namespace["sleep"], namespace["go"]) == (runtime.sleep, runtime.run)


def test_star_gives_the_names_of_the_chapter():
    namespace = execute("from asyncio import *")
    assert set(runtime.__all__) <= set(namespace)


def test_a_module_of_asyncio_is_the_runtimes():
    from corodemo.runtime import tasks

    assert execute("import asyncio.tasks")["asyncio"] is runtime
    assert execute("from asyncio.tasks import Task")["Task"] is tasks.Task
    assert execute("import asyncio.tasks as t")["t"] is tasks


def test_what_the_runtime_lacks_is_said_by_name():
    with pytest.raises(ImportError, match="cannot import name 'open_connection' from 'asyncio' as corodemo has it"):
        execute("from asyncio import open_connection")
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'asyncio.streams' in corodemo"):
        execute("import asyncio.streams")


def test_other_imports_and_libraries_are_as_they_were():
    namespace = execute("import concurrent.futures, os.path as p\nfrom concurrent import futures")
    assert namespace["futures"] is namespace["concurrent"].futures
    assert sys.modules["asyncio"] is asyncio


def test_a_module_beside_the_script_is_user_code_too(tmp_path, monkeypatch):
    (tmp_path / "helper_of_test.py").write_text("import asyncio\n")
    (tmp_path / "package_of_test").mkdir()
    (tmp_path / "package_of_test" / "__init__.py").write_text("")
    (tmp_path / "package_of_test" / "inner.py").write_text("from asyncio import Task\n")
    monkeypatch.setattr(sys, "meta_path", [UserModuleFinder(str(tmp_path)), *sys.meta_path])
    monkeypatch.syspath_prepend(str(tmp_path))
    namespace = execute("import helper_of_test, package_of_test.inner")
    assert namespace["helper_of_test"].asyncio is runtime
    assert namespace["package_of_test"].inner.Task is runtime.Task
    for name in ("helper_of_test", "package_of_test", "package_of_test.inner"):
        del sys.modules[name]


def test_corodemo_itself_is_no_user_code_even_in_the_folder_of_its_checkout():
    folder = Path(runtime.__file__).parents[2]
    assert (
        UserModuleFinder(str(folder)).find_spec("corodemo.lesson.asyncio_twin", [str(folder / "corodemo" / "lesson")])
        is None
    )
