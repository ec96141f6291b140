"""The shell's commands, in a pipe: what each says and does, and its one sentence on what it cannot do."""

from __future__ import annotations

import contextlib
import io
import sys
from types import SimpleNamespace

import pytest

from corodemo.cli.code import run_code, run_stdin
from corodemo.hosting.options import Options
from corodemo.shell.commands.dispatch import COMMANDS, line_choices
from corodemo.trace import load

WORKER = """\
async def worker(n):
    for i in range(n):
        await sleep(1)
    return n
"""


@pytest.fixture
def piped(monkeypatch, capsys, tmp_path):
    """Return a function that runs a text as from a pipe, under the virtual clock, and returns the lines that were printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def run(text: str, *, status: int = 0) -> list[str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        assert run_stdin(Options(clock="virtual")) == status
        return [line.rstrip() for line in capsys.readouterr().out.splitlines()]

    return run


# --- lines that are commands, and lines that only look so


def test_lines_that_begin_with_a_percent_sign_are_commands_in_a_pipe(piped):
    assert piped("x = 1\n%clock\nx + 1\n") == ["the clock is virtual: nothing waits; it is 0", "2"]


def test_an_operator_at_the_beginning_of_a_line_is_no_command(piped):
    assert piped("tree = 4\n(7\n%tree)\n") == ["3"]
    assert piped("s = '''\n%tree\n'''\ns\n%clock\n")[0] == r"'\n%tree\n'"


def test_a_mistake_between_commands_runs_nothing_and_names_its_line(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("print(1)\n%clock\nx = = 1\n"))
    assert run_stdin(Options()) == 1
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[0]) == ("", '  File "<stdin>", line 3')


def test_functions_between_commands_keep_their_source(piped):
    assert piped("def f(): return 1\n%clock\ndef g(): return 2\n%source g\n%source f")[1:] == [
        "<stdin>, line 3",
        "  def g(): return 2",
        "<stdin>, line 1",
        "  def f(): return 1",
    ]


def test_c_takes_commands_too(capsys):
    assert run_code("await sleep(2)\n%clock", Options(clock="virtual")) == 0
    assert capsys.readouterr().out == "the clock is virtual: nothing waits; it is 2s\n"


# --- one sentence


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("%nope", "there is no command %nope; %help lists the commands"),
        ("%tre", "there is no command %tre; did you mean %tree?"),
        ("%pause x", "%pause takes no argument, and was given 'x'"),
        ("%why", "%why needs TASK, as in: %why T3 late"),
        ("%time", "%time needs CODE, as in: %time await sleep(1)"),
        ("%export", "%export needs svg|html|chrome FILE, as in: %export svg demo.svg tree"),
        ("%tree x", "%tree shows the tasks, `%tree all` also those that ended long ago, and not 'x'"),
        ("%tasks x", "%tasks lists the tasks that are not done, `%tasks all` the others too, and not 'x'"),
        ("%timeline x", "a stretch of time is written `1s 2.5s`, `1s` or `last 500ms`, and not 'x'"),
        ("%timeline last", "a stretch of time is written `1s 2.5s`, `1s` or `last 500ms`, and not 'last'"),
        ("%timeline 3s 2s", "a stretch of time begins before it ends, and this one begins at 3s"),
        ("%clock x0", "the clock can be real, virtual, or a pace such as x0.1 or x10, and not 'x0'"),
        ("%clock fast", "the clock can be real, virtual, or a pace such as x0.1 or x10, and not 'fast'"),
        ("%next", "%next is for a runtime that is paused, and this one runs; %pause pauses it"),
        ("%resume", "the runtime is not paused; %pause pauses it"),
        ("%cancel t9", "no task 't9'; there is none that is not done"),
        ("%cancel all", "there is no task to cancel"),
        ("%source 1+1", "%source takes a name, such as gather or Task.cancel, and not '1+1'"),
        ("%source nope", "nothing here is called 'nope'"),
        ("%source Task.nope", "Task has nothing that is called 'nope'"),
        ("%source print", "print has no source in Python: it is built in"),
        ("%trace none/t", "can't write none/t: No such file or directory"),
        ("%trace a b", "%trace takes one file, and was given 2; a name with spaces stands in quotes"),
        ("%load a b c", "%load takes one file, and was given 3; a name with spaces stands in quotes"),
        ("%save ''", "a file has a name, and '' is none"),
        ("%export svg ''", "a file has a name, and '' is none"),
        ("%run ''", "a file has a name, and '' is none"),
        ("%export pdf x", "%export writes svg, html, chrome, and not 'pdf', as in: %export html demo.html"),
        ("%export chrome", "%export chrome needs the name of a file, as in: %export chrome demo.json"),
        (
            "%export svg x tree nope",
            "timeline, tree, step, light can stand after the file of %export svg, and not 'nope'",
        ),
        ("%export svg x", "nothing was recorded yet, so there is nothing to export"),
        ("%export svg 'x", "\"'x\" can't be split into words: No closing quotation"),
        ("%run none.py", "can't read none.py: No such file or directory"),
        ("%load none.py", "can't read none.py: No such file or directory"),
        ("%save x.py", "nothing was typed yet that could be saved"),
        ("%save -f", "%save needs FILE, as in: %save demo.py 1-4 7"),
        ("%save x.py 1-2", "there is no input 1-2; the newest is 0"),
        ("%save x.py a", "inputs to save are given as 1-4 or 7, and not as 'a'"),
        (
            "%step await sleep(1)",
            "%step needs a terminal that it can draw on; %timeline and %why tell the same in lines",
        ),
        ("%step", "nothing was recorded that one could step through"),
        ("%config nope on", None),
        ("%config vi maybe", "vi is on or off, and not 'maybe'"),
        ("%config clock virtual", "clock holds from the start of a shell: %clock changes the clock of this one"),
        ("%lesson --nope", "%lesson: unrecognized arguments: --nope"),
        ("%help nope", "there is no command %nope; %help lists the commands"),
        ("%trace a\x1b[2Jb/c", "can't write a\\x1b[2Jb/c: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(piped, line, sentence):
    said = piped(line)
    if sentence is None:
        assert len(said) == 1
        assert said[0].startswith("there is no setting 'nope'; the settings are vi, ")
    else:
        assert said == [sentence]


# --- looking


def test_tasks_are_listed_a_line_each(piped):
    assert piped(
        WORKER
        + "t = create_task(worker(2), name='first')\nu = create_task(sleep(9), name='[red]x\\x1b')\n%tasks\n"
        + "await sleep(1.5)\n%tasks\nawait t\n%tasks all\n"
    ) == [
        "T1   first  ◌ ready  runs next",
        r"T2   [red]x\x1b  ◌ ready  number 2 in the queue",
        "T1   first  ‖ waiting  on timer 4 (sleep(1)) until 2s  <stdin>:3",
        r"T2   [red]x\x1b  ‖ waiting  on timer 2 (sleep(9)) until 9s",
        "1 task is done; `%tasks all` lists them too",
        "2",
        "T1   first  ✓ done  returned 2",
        r"T2   [red]x\x1b  ‖ waiting  on timer 2 (sleep(9)) until 9s",
        "T3   stdin  ✓ done  returned None",
        "T4   stdin  ✓ done  returned 2",
    ]


def test_why_takes_a_variable(piped):
    text = WORKER + "t = create_task(worker(2), name='first')\nt3 = t\nawait sleep(1.5)\n"
    said = piped(text + "%why t\n%why T1\n%why first\n%why worker\n%why t3 woken\n")
    why = [
        "T1 first waits for sleep(1) at <stdin>:3, since 1s.",
        "It is over at 2s.",
    ]
    assert said[:8] == why * 4
    assert said[8] == "sleep(1) was over at 1s and woke T1 first at <stdin>:3."


def test_a_timeline_of_a_stretch_shows_that_stretch(piped):
    text = WORKER + "await gather(worker(2), worker(4))\n"
    whole, stretch, last = (piped(text + line)[1:] for line in ("%timeline", "%timeline 1s 3s", "%timeline last 500ms"))
    lanes = [
        [task for line in shown for task in ("T1", "T2", "T3") if task in line] for shown in (whole, stretch, last)
    ]
    assert lanes == [["T1", "T2", "T3"], ["T1", "T2", "T3"], ["T1", "T3"]]
    assert ["4s" in shown[0] for shown in (whole, stretch, last)] == [True, False, True]


# --- steering


def test_a_paused_runtime_goes_on_step_by_step(piped):
    text = WORKER + "t = create_task(worker(1), name='one')\nu = create_task(worker(2), name='two')\n%pause\n"
    assert piped(text + "%next\n" * 3 + "%resume\nawait u\n") == [
        "paused at 0, with 2 tasks; %next runs one step, %resume lets all go on",
        "T1 one took a step",
        "  T1 one starts",
        "  timer 1 (sleep(1)) is set for 1s",
        "  T1 one waits for sleep(1) until 1s at <stdin>:3",
        "next: T2",
        "T2 two took a step",
        "  T2 two starts",
        "  timer 2 (sleep(1)) is set for 1s",
        "  T2 two waits for sleep(1) until 1s at <stdin>:3",
        "next: timer 1, at 1s",
        "nothing was ready, so the clock was moved on by 1s, to 1s; T1 one took a step",
        "  timer 1 (sleep(1)) fires",
        "  timer 1 (sleep(1)) woke T1 one",
        "  timer 2 (sleep(1)) fires",
        "  timer 2 (sleep(1)) woke T2 two",
        "  T1 one goes on: step 2",
        "  T1 one returned 1",
        "next: T2",
        "goes on from 1s",
        "2",
    ]


def test_next_says_when_there_is_nothing_to_do(piped):
    assert piped("%pause\n%next\n%pause\n") == [
        "paused at 0, with 0 tasks; %next runs one step, %resume lets all go on",
        "nothing is ready, and no timer is set",
        "next: nothing, until something comes from outside or from the prompt",
        "the runtime is paused already; %next runs one step, %resume lets all go on",
    ]


def test_a_callback_alone_is_a_step_of_no_task(piped):
    said = piped("h = get_running_loop().call_soon(print, 'called')\n%pause\n%next\n")
    assert said[1:3] == ["called", "1 callback ran, and no task became ready"]


def test_a_program_that_is_run_while_paused_is_refused_and_not_waited_for(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("%pause\nc = sleep(1)\ntry: asyncio.run(c)\nfinally: c.close()\n"))
    assert run_stdin(Options()) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "RuntimeError: the runtime is paused, so a program that runs now would wait for ever; %resume lets it go on"
    )


def test_an_await_in_a_paused_pipe_is_refused(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("%pause\nawait sleep(1)\n"))
    assert run_stdin(Options()) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        "RuntimeError: the runtime is paused, and nobody sits here who could let it go on; %resume does"
    )


def test_the_clock_changes_its_pace(piped):
    assert piped(
        "t = create_task(sleep(10))\nawait sleep(1)\n%clock\n%pause\n%clock x0.1\n%clock\n%clock virtual\n%resume\n%clock\n"
    ) == [
        "the clock is virtual: nothing waits; it is 1s",
        "paused at 1s, with 1 task; %next runs one step, %resume lets all go on",
        "at 1s, the clock stands, and when it goes on it goes 0.1 times as fast as the machine's",
        "the clock stands, and when it goes on it goes 0.1 times as fast as the machine's; it is 1s",
        "at 1s, the clock stands, and when it goes on it is virtual: nothing waits",
        "goes on from 1s",
        "the clock is virtual: nothing waits; it is 1s",
    ]


def test_the_clock_tells_how_long_the_next_timer_really_takes(piped):
    said = piped("t = create_task(sleep(10))\nawait sleep(1)\n%clock x0.1\n%clock virtual\n")
    # A little time passes by a clock that runs.
    assert said[0].startswith(
        "at 1s, the clock goes 0.1 times as fast as the machine's; the next of 1 timer is due in 9s, which takes 1m"
    )


@pytest.mark.parametrize("whom", ["t", "T1", "1", "one", "worker"])
def test_a_task_is_cancelled_by_whatever_it_is_called(piped, whom):
    text = (
        WORKER
        + f"t = create_task(worker(9), name='one')\nawait sleep(1)\n%cancel {whom}\nawait sleep(0)\nt.cancelled()\n"
    )
    assert piped(text + f"%cancel {whom}\n") == [
        "asked T1 one to end",
        "True",
        "T1 one is done already" if whom == "t" else f"no task '{whom}'; there is none that is not done",
    ]


def test_who_has_called_a_task_t1_cancels_that_one(piped):
    text = "a = create_task(sleep(9), name='t2')\nb = create_task(sleep(9), name='t1')\nawait sleep(1)\n"
    assert piped(text + "%cancel t1\n%cancel T1\n") == ["asked T2 t1 to end", "asked T1 t2 to end"]


def test_a_name_of_several_tasks_is_asked_back(piped):
    text = "t = [create_task(sleep(n), name='same') for n in (1, 2)]\n"
    assert piped(text + "%cancel same\n%cancel T9\n%cancel all\nawait sleep(0)\n%tasks\n") == [
        "'same' is the name of 2 tasks; say which by its number: T1 same, T2 same",
        "no task 'T9' that is not done; there are T1 same, T2 same",
        "asked 2 tasks to end",
        "3 tasks are done; `%tasks all` lists them too",
    ]


def test_reset_starts_afresh(piped):
    said = piped(
        "import contextvars\nv = contextvars.ContextVar('v', default='unset')\ntoken = v.set('set')\nold = v\n"
        "import builtins; builtins.kept = v\nx = 1\nt = create_task(sleep(9))\n%reset\n"
        "kept.get(), 'x' in globals(), __name__, asyncio.sleep is sleep\ndel builtins.kept\n".replace(
            "del builtins.kept", "import builtins; del builtins.kept"
        )
    )
    assert said == ["afresh: no names, no tasks, a new context; 1 task cancelled", "('unset', False, '__main__', True)"]


# --- code


def test_time_says_what_the_loop_did(piped):
    value, said = piped("%time await gather(sleep(1, 'a'), sleep(3, 'b'))\n")
    assert value == "['a', 'b']"
    _real, rest = said.split(", ", 1)
    assert rest.split(" ", 1)[1] == "of it computing; 3s by the loop's clock, 3 tasks, 6 steps"
    assert piped("%time 6 * 7\n")[0] == "42"


def test_run_runs_a_script_in_the_session(piped, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "beside.py").write_text("import asyncio\nname = asyncio.__name__\n")
    (tmp_path / "other" / "script.py").write_text(
        "import sys, beside\nprint(sys.argv, __file__, __name__, beside.name, x)\ny = await sleep(1, 'awaited')\n%clock\ny\n"
    )
    assert piped("x = 'seen'\n%run other/script.py a 'b c'\ny\n'__file__' in globals()\n") == [
        "['other/script.py', 'a', 'b c'] other/script.py __main__ corodemo.runtime seen",
        "the clock is virtual: nothing waits; it is 1s",
        "'awaited'",
        "False",
    ]


def test_a_script_that_fails_names_its_own_lines(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.py").write_text("def f():\n    1/0\nf()\n")
    monkeypatch.setattr(sys, "stdin", io.StringIO("%run bad.py\nprint('not reached')\n"))
    assert run_stdin(Options()) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert [line for line in err.splitlines() if line.startswith("  File")] == [
        '  File "bad.py", line 3, in <module>',
        '  File "bad.py", line 2, in f',
    ]


def test_source_of_a_task_marks_where_it_stands(piped):
    text = WORKER + "t = create_task(worker(2))\nawait sleep(0)\n%source t\n%source worker\n"
    lines = ["  async def worker(n):", "      for i in range(n):", "          await sleep(1)", "      return n"]
    assert piped(text) == [
        "<stdin>, line 1",
        *lines[:2],
        "‖         await sleep(1)",
        lines[3],
        "<stdin>, line 1",
        *lines,
    ]


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("gather", "corodemo/runtime/gather.py", "  def gather("),
        ("asyncio.sleep", "corodemo/runtime/sleep.py", "  async def sleep("),
        ("Task.cancel", "corodemo/runtime/tasks.py", "      def cancel("),
        ("Lock.locked", "corodemo/runtime/locks.py", "      def locked("),
        ("pacing", "corodemo/runtime/pacing.py, line 1", '  """A clock whose pace'),
    ],
)
def test_source_shows_the_runtime(piped, name, first, second):
    said = piped(f"%source {name}\n")
    assert said[0].startswith(first)
    assert said[1].startswith(second)


# --- files


def test_trace_and_export_write_what_was_recorded(piped, tmp_path):
    said = piped(
        "await sleep(1, print('hi'))\n%trace t.jsonl\n"
        "%export svg 'a b.svg' tree light\n%export html p.html\n%export chrome c.json\n"
    )
    assert said[0] == "hi"
    assert said[1] == f"wrote {len(load(tmp_path / 't.jsonl').events)} events to t.jsonl"
    assert [line.split(",")[0] for line in said[2:]] == ["wrote a b.svg", "wrote p.html", "wrote c.json"]
    assert (tmp_path / "a b.svg").read_text().startswith("<svg")
    assert (tmp_path / "p.html").read_text().startswith("<!DOCTYPE html>")
    assert (tmp_path / "c.json").read_text().startswith("{")
    # What commands show is no output of the program.
    assert [event.text for event in load(tmp_path / "t.jsonl").events if hasattr(event, "text")] == ["hi\n"]


def test_load_has_no_prompt_in_a_pipe(piped, tmp_path):
    (tmp_path / "x.py").write_text("x")
    assert piped("%load x.py\n") == [
        "%load puts a file's text into the next prompt, and there is no prompt here; %run runs the file"
    ]
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    assert piped("%run binary\n") == ["binary is no text in UTF-8, nor in another encoding that it names"]


def test_files_are_read_in_the_encoding_that_python_reads_them_in(piped, tmp_path):
    (tmp_path / "marked.py").write_bytes(b"\xef\xbb\xbfprint('marked')\r\n")
    (tmp_path / "latin.py").write_bytes(b"# -*- coding: latin-1 -*-\nprint('\xe9')\n")
    (tmp_path / "nonsense.py").write_bytes(b"# -*- coding: nonsense -*-\n")
    text = "\ufeff%run marked.py\n%run latin.py\n%run nonsense.py\n%trace 'a b.jsonl'\n"
    assert piped(text) == [
        "marked",
        "\xe9",
        "nonsense.py is no text in UTF-8, nor in another encoding that it names",
        "wrote 2 events to a b.jsonl",
    ]
    assert (tmp_path / "a b.jsonl").exists()


# --- help and completion


def test_help_tells_of_one_command(piped):
    assert piped("%help %next\n") == ["  %next", "      run one step of one task, while paused", "      %next"]


def test_every_command_has_its_own_example():
    for command in COMMANDS.values():
        assert command.example.split()[0] == f"%{command.name}"
        assert command.usage.startswith(f"%{command.name}")
    assert len({command.summary for command in COMMANDS.values()}) == len(COMMANDS)


class _Typing:
    """A shell in which somebody types."""

    def __init__(self, session, recorder):
        from corodemo.shell.settings import Settings

        self.session, self.recorder, self.settings = session, recorder, Settings()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("%ti", ["%timeline", "%time"]),
        ("%tree ", ["all"]),
        ("%timeline la", ["last"]),
        ("%clock v", ["virtual"]),
        ("%cancel a", ["all"]),
        ("%cancel T", ["T1"]),
        ("%why one c", ["cancelled"]),
        ("%why T", ["T1"]),
        ("%export h", ["html"]),
        ("%export svg fi", ["file.py"]),
        ("%export svg file.svg t", ["timeline", "tree"]),
        ("%run fi", ["file.py"]),
        ("%source gath", ["gather"]),
        ("%source pac", ["pacing"]),
        ("%config v", ["vi"]),
        ("%config vi o", ["on", "off"]),
        ("%config nope o", []),
        ("%lesson task", ["tasks"]),
        ("%help ne", ["next"]),
        ("%pause x", []),
        ("%nope x", []),
    ],
)
def test_arguments_are_completed(typed, offered, tmp_path, monkeypatch):
    from corodemo import VirtualClock
    from corodemo.shell.session import Session
    from corodemo.trace import Recorder

    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.py").write_text("")
    recorder = Recorder()
    with Session(clock=VirtualClock(), hook=recorder) as session:
        session.run(session.compile("t = create_task(sleep(1), name='one')", "<input 1>"))
        found = [choice.text for choice in line_choices(_Typing(session, recorder), typed)]
    assert list(dict.fromkeys(found)) == offered


def test_who_asks_for_a_prompt_in_a_lesson_comes_to_the_one_that_is_there(monkeypatch):
    from corodemo.course import command
    from corodemo.shell.commands.dispatch import run_command

    def play(namespace, open_prompt, *, ascii):
        open_prompt(lambda names: names.update(learnt=namespace.name), "a greeting")
        raise AssertionError("the lesson goes on")

    said = []
    shell = SimpleNamespace(
        is_interactive=True,
        full_screen=contextlib.nullcontext,
        session=SimpleNamespace(namespace={"x": 1}),
        reporter=SimpleNamespace(say=said.append, is_ascii=False),
    )
    monkeypatch.setattr(command, "main", play)
    assert run_command(shell, "%lesson gather") is None
    assert shell.session.namespace == {"x": 1, "learnt": "gather"}
    assert said == ["all that the lesson has defined so far is here; `%lesson gather` goes back to it"]
