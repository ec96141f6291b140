"""The session: one loop, one namespace, one context; `-c` and pipes."""

from __future__ import annotations

import io
import sys

import pytest

import corodemo
from corodemo.cli.code import run_code, run_stdin
from corodemo.hosting.options import Options
from corodemo.runtime import VirtualClock
from corodemo.shell.session import Session
from corodemo.trace import Recorder, TaskCreated, load

VIRTUAL = Options(clock="virtual")


@pytest.fixture
def session():
    with Session(clock=VirtualClock()) as session:
        yield session


def run(session: Session, *texts: str):
    """Run inputs one after the other; return the value of the last."""
    value = None
    for number, text in enumerate(texts, 1):
        value = session.run(session.compile(text, f"<input {number}>"))
    return value


# --- inputs


def test_the_names_of_the_chapter_are_there(session):
    names = [name for name in corodemo.__all__ if not name.startswith("_")]
    assert run(session, "import asyncio as imported; imported is asyncio") is True
    assert [session.namespace[name] for name in names] == [getattr(corodemo, name) for name in names]


def test_import_asyncio_gives_corodemo(session):
    assert run(session, "import asyncio; asyncio.gather") is corodemo.gather
    assert run(session, "from asyncio import gather; gather") is corodemo.gather


def test_an_awaiting_input_gives_its_value(session):
    assert run(session, "await gather(sleep(1, 'a'), sleep(2, 'b'))") == ["a", "b"]
    assert session.loop.time() == 2.0


def test_the_value_of_an_expression_after_statements_is_given(session):
    assert run(session, "x = await sleep(1, 20)\ny = 22\nx + y") == 42
    assert run(session, "x = 1") is None


def test_a_value_of_an_input_that_failed_is_not_left_behind(session):
    with pytest.raises(ZeroDivisionError):
        run(session, "x = 1; 1/0")
    assert run(session, "y = 1") is None


def test_a_plain_input_can_create_tasks_for_later(session):
    run(session, "log = []\nasync def f(): log.append(await sleep(1, 'done'))", "t = create_task(f())")
    assert session.namespace["log"] == []
    assert run(session, "await t", "log") == ["done"]


def test_run_works_in_a_plain_input_beside_tasks_of_the_session(session):
    run(session, "t = create_task(sleep(5, 'background'))")
    assert run(session, "asyncio.run(sleep(1, 'nested'))") == "nested"
    assert run(session, "await t") == "background"
    assert session.loop.time() == 6.0  # one clock for all of it


def test_run_refuses_in_an_awaiting_input(session):
    with pytest.raises(RuntimeError, match="cannot be called from a running event loop"):
        run(session, "await sleep(0)\nc = sleep(0)\ntry: asyncio.run(c)\nfinally: c.close()")


def test_inputs_share_one_context(session):
    run(session, "import contextvars; v = contextvars.ContextVar('v', default=0)", "v.set(1)")
    assert run(session, "await sleep(0, v.get())") == 1
    run(session, "await sleep(v.set(2) and 0)")
    assert run(session, "v.get()") == 2


def test_dataclasses_and_pickle_find_the_namespace_as_main(session):
    assert run(session, "import pickle\nclass A: pass\ntype(pickle.loads(pickle.dumps(A()))) is A") is True


def test_source_of_an_input_can_be_inspected(session):
    assert run(session, "def f():\n    return 1", "import inspect; inspect.getsource(f)") == "def f():\n    return 1\n"


def test_main_and_the_factory_of_loops_are_given_back():
    main, path = sys.modules["__main__"], list(sys.path)
    with Session() as session:
        assert sys.modules["__main__"] is session.module
    loop = corodemo.new_event_loop()
    assert (sys.modules["__main__"], sys.path, loop.clock.name) == (main, path, "real")
    loop.close()


def test_an_inner_session_shares_the_namespace_and_gives_the_outer_one_back(session):
    run(session, "x = 1")
    with Session(clock=VirtualClock(), outer=session) as inner:
        assert run(inner, "x += 1; await sleep(3, x)") == 2
    assert run(session, "x, asyncio.run(sleep(1)), get_running_loop().time()") == (2, None, 1.0)


def test_closing_cancels_tasks_closes_generators_and_ends_the_loop(capsys):
    with Session(clock=VirtualClock()) as session:
        run(
            session,
            "async def agen():\n    try: yield 1\n    finally: print('closed')\n"
            "async def f():\n    try: await sleep(60)\n    finally: print('cancelled')",
            "g = agen(); t = create_task(f()); await anext(g)",
        )
    assert capsys.readouterr().out == "cancelled\nclosed\n"
    assert session.loop.is_closed()


# --- -c


def without_carets(text: str) -> list[str]:
    """Return the lines of a traceback without those of carets, which differ between versions of Python."""
    return [line for line in text.splitlines() if line.strip(" ^~")]


def test_c_prints_the_value_and_returns_0(capsys):
    assert run_code("await gather(sleep(1, 'a'), sleep(2, 'b'))", VIRTUAL) == 0
    assert capsys.readouterr() == ("['a', 'b']\n", "")


def test_c_prints_no_none(capsys):
    assert run_code("await sleep(1)", VIRTUAL) == 0
    assert capsys.readouterr() == ("", "")


def test_c_prints_a_traceback_of_the_users_frames(capsys):
    assert run_code("async def f():\n    raise ValueError('x')\n\nasyncio.run(f())", VIRTUAL) == 1
    assert without_carets(capsys.readouterr().err) == [
        "Traceback (most recent call last):",
        '  File "<input 1>", line 4, in <module>',
        "    asyncio.run(f())",
        '  File "<input 1>", line 2, in f',
        "    raise ValueError('x')",
        "ValueError: x",
    ]


def test_c_with_a_syntax_error_is_status_1(capsys):
    assert run_code("1 +", VIRTUAL) == 1
    assert capsys.readouterr().err.endswith("SyntaxError: invalid syntax\n")


@pytest.mark.parametrize(
    ("code", "status", "err"),
    [
        ("import sys; sys.exit()", 0, ""),
        ("import sys; sys.exit(7)", 7, ""),
        ("raise SystemExit('bye')", 1, "bye\n"),
        ("await sleep(1); raise SystemExit(4)", 4, ""),
        ("async def f(): raise SystemExit(5)\nt = create_task(f()); await sleep(1)", 5, ""),
    ],
)
def test_c_exits_with_the_status_that_code_asks_for(code, status, err, capsys):
    assert run_code(code, VIRTUAL) == status
    assert capsys.readouterr().err == err


def test_c_ended_by_keyboard_interrupt_is_status_130(capsys):
    assert run_code("raise KeyboardInterrupt", VIRTUAL) == 130
    assert capsys.readouterr().err.endswith("KeyboardInterrupt\n")


def test_c_cancels_what_is_left(capsys):
    code = "async def f():\n    try: await sleep(60)\n    finally: print('cancelled')\nt = create_task(f()); await sleep(1)"
    assert run_code(code, VIRTUAL) == 0
    assert capsys.readouterr().out == "cancelled\n"


def test_c_reports_a_failure_that_nobody_saw(capsys):
    code = "async def f(): raise ValueError('x')\ncreate_task(f(), name='quiet'); await sleep(1)"
    assert run_code(code, VIRTUAL) == 0
    assert without_carets(capsys.readouterr().err) == [
        "Task exception was never retrieved",
        "future: <Task finished name='quiet' coro=<f() done, defined at <input 1>:1> exception=ValueError('x')>",
        "Traceback (most recent call last):",
        '  File "<input 1>", line 1, in f',
        "    async def f(): raise ValueError('x')",
        "ValueError: x",
    ]


def test_c_with_a_trace_file_streams_the_trace(tmp_path, capsys):
    path = tmp_path / "t.jsonl"
    assert run_code("print('hi'); await sleep(1)", Options(clock="virtual", trace=str(path))) == 0
    trace = load(path)
    assert (trace.header.program, trace.header.clock) == ("-c", "virtual")
    kinds = [event.__struct_config__.tag for event in trace.events if getattr(event, "task", None) == 1]
    assert " ".join(kinds) == (
        "task.created task.ready task.resumed output task.suspended task.ready task.resumed task.done"
    )
    assert capsys.readouterr().out == "hi\n"


def test_c_with_a_trace_file_that_cannot_be_written_says_so(tmp_path, capsys):
    path = str(tmp_path / "none" / "t.jsonl")
    assert run_code("1", Options(trace=path)) == 1
    assert capsys.readouterr() == ("", f"corodemo: can't write the trace to {path}: No such file or directory\n")


# --- a pipe


def pipe(text: str, monkeypatch) -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    return run_stdin(VIRTUAL)


def test_a_pipe_prints_the_value_of_each_expression(monkeypatch, capsys):
    assert pipe("x = 1\nx + 1\nawait sleep(1, 'a')\nNone\n_\n", monkeypatch) == 0
    assert capsys.readouterr() == ("2\n'a'\n'a'\n", "")


def test_a_pipe_takes_text_with_prompts(monkeypatch, capsys):
    text = (
        "   >>> import asyncio\n\n   >>> async def main():\n   ...     print('hello')\n   ...     await asyncio.sleep(1)\n"
        "   ...     print('world')\n\n   >>> asyncio.run(main())\n   hello\n   world\n"
    )
    assert pipe(text, monkeypatch) == 0
    assert capsys.readouterr().out == "hello\nworld\n"


def test_a_pipe_ends_at_the_first_exception(monkeypatch, capsys):
    assert pipe("print(1)\nnope\nprint(2)\n", monkeypatch) == 1
    out, err = capsys.readouterr()
    assert out == "1\n"
    assert err.splitlines()[:3] == [
        "Traceback (most recent call last):",
        '  File "<stdin>", line 2, in <module>',
        "    nope",
    ]


def test_a_pipe_with_a_syntax_error_runs_nothing(monkeypatch, capsys):
    assert pipe("print(1)\n1 +\n", monkeypatch) == 1
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[0]) == ("", '  File "<stdin>", line 2')


def test_background_tasks_of_a_pipe_run_while_it_awaits(monkeypatch, capsys):
    text = "async def f():\n    print('f')\n\nt = create_task(f())\nprint('before')\nawait sleep(1)\nprint('after')\n"
    assert pipe(text, monkeypatch) == 0
    assert capsys.readouterr().out == "before\nf\nafter\n"


def test_an_input_that_awaits_is_a_task_called_after_it():
    recorder = Recorder()
    with Session(clock=VirtualClock(), hook=recorder) as session:
        session.run(session.compile("await asyncio.sleep(1)", "<input 7>"))
    created = [event for event in recorder.trace.events if isinstance(event, TaskCreated)]
    assert [(event.coro, event.file, event.line) for event in created] == [("input 7", "<input 7>", 1)]
