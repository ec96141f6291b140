"""Inputs: what is code in a paste, when Enter runs it, and what its code object gives."""

from __future__ import annotations

import pytest

from corodemo.shell import inputs


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("1 + 1", "1 + 1"),
        ("  1 + 1", "1 + 1"),
        (">>> 1 + 1\n2", "1 + 1"),
        (">>> x = 1\n>>> x\n1\n", "x = 1\nx"),
        (">>> def f():\n...     return 1\n...\n>>> f()\n1", "def f():\n    return 1\n\nf()"),
        ("   >>> def f():\n   ...     return 1\n\n   >>> f()\n   1\n", "def f():\n    return 1\nf()"),
        ("\n\n>>> 1\r\n1\r\n", "1"),
        ("In [1]: def f():\n   ...:     return 1\n   ...:\nIn [2]: f()\n1", "def f():\n    return 1\n\nf()"),
        ("import asyncio\n\n     x = 1\n     y = 2", "import asyncio\n\nx = 1\ny = 2"),
        (">>> x = 1\n     >>> x\n     1", "x = 1\nx"),
        ('def f():\n    """\n    >>> f()\n    1\n    """', 'def f():\n    """\n    >>> f()\n    1\n    """'),
        ("\ufeff>>> x = 1", "x = 1"),
        ("", ""),
    ],
)
def test_clean_keeps_the_code_of_a_paste_and_nothing_else(pasted, code):
    assert inputs.clean(pasted) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "await sleep(1)",
        "x = (1,\n2)",
        "def f():\n    pass\n",
        "def f():\n    pass\n    ",
        "class A:\n\n    def f(self): pass\n",
        "async def f():\n    pass\n\nf()",
        "for i in range(3): print(i)\n",
        "1 +* 2",
        "def f(:",
        "# a comment",
        ">>> 1",
        ">>> def f():\n...     pass\n...",
        "'''a\nb'''",
        "x\0y",
    ],
)
def test_enter_runs_what_is_complete_or_wrong(text):
    assert inputs.is_complete(text)


@pytest.mark.parametrize(
    "text",
    [
        "def f():",
        "def f():\n    pass",
        "def f():\n    x = 1\n\n    y = 2",
        "if x:\n    1\nelse:",
        "try:\n    x\n",
        "async with x:\n    1",
        "for i in range(3): print(i)",
        "x = (1,",
        "x = [\n\n",
        "'''a\n\n",
        "x = \\",
        "@decorator",
        ">>> def f():",
    ],
)
def test_enter_begins_another_line_of_what_is_incomplete(text):
    assert not inputs.is_complete(text)


@pytest.mark.parametrize(
    ("text", "spaces"),
    [
        ("x = 1", ""),
        ("def f():", "    "),
        ("def f():  # why", "    "),
        ("def f():\n    x = 1", "    "),
        ("def f():\n    return 1", ""),
        ("def f():\n    if x:\n        pass", "    "),
        ("returned = 1", ""),
    ],
)
def test_the_next_line_is_indented_as_the_code_asks(text, spaces):
    assert inputs.indentation_after(text) == spaces


def test_a_lone_expression_gives_its_value():
    code = inputs.Compiler().compile("1 + 1", "<input 1>")
    assert eval(code.code, {}) == 2
    assert not code.is_async


def test_a_lone_string_is_an_expression_and_no_docstring():
    assert eval(inputs.Compiler().compile("'text'", "<input 1>").code, {}) == "text"


def test_statements_leave_the_value_of_an_expression_at_their_end():
    namespace: dict[str, object] = {}
    assert eval(inputs.Compiler().compile("x = 1; x + 1", "<input 1>").code, namespace) is None
    assert (namespace["x"], namespace[inputs.VALUE]) == (1, 2)


@pytest.mark.parametrize("text", ["await x", "y = await x", "async with x: pass", "[i async for i in x]; 1"])
def test_await_at_the_top_makes_an_input_async(text):
    assert inputs.Compiler().compile(text, "<input 1>").is_async


def test_await_inside_of_a_function_does_not_make_an_input_async():
    assert not inputs.Compiler().compile("async def f(): await x", "<input 1>").is_async


def test_each_statement_can_be_an_input_of_its_own():
    codes = inputs.Compiler().compile_each("x = 1\nx + 1\nawait f(x)", "<stdin>")
    assert [code.is_async for code in codes] == [False, False, True]
    assert [code.code.co_firstlineno for code in codes] == [1, 1, 1]


def test_a_future_import_holds_for_later_inputs():
    compiler = inputs.Compiler()
    compiler.compile("from __future__ import annotations", "<input 1>")
    namespace: dict[str, object] = {}
    exec(compiler.compile("def f(x: not_defined): pass", "<input 2>").code, namespace)
    assert "f" in namespace


def test_future_imports_of_this_project_do_not_leak_into_inputs():
    code = inputs.Compiler().compile("def f(x: not_defined): pass", "<input 1>").code
    names = {}
    with pytest.raises(NameError, match="not_defined"):
        exec(code, names)
        names["f"].__annotations__


@pytest.mark.parametrize("text", ["1 +", "return 1", "def f(:"])
def test_what_is_no_code_is_a_syntax_error(text):
    with pytest.raises(SyntaxError):
        inputs.Compiler().compile(text, "<input 1>")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("%tree", True),
        ("  %tree all\n", True),
        ("%step async def f():\n    pass\nawait f()", True),
        ("%time x\ny", True),
        ("%tree\nx = 1", False),
        ("x = 1\n%tree", False),
        ("x %tree", False),
    ],
)
def test_a_command_is_one_line_or_code_behind_one_that_takes_code(text, is_one):
    assert inputs.is_command(text) is is_one


@pytest.mark.parametrize(
    ("text", "is_complete"),
    [
        ("%tree", True),
        ("%step await f()", True),
        ("%step await f(", False),
        ("%time for i in x:", False),
        ("%time for i in x:\n    pass\n", True),
        ("%cancel f(", True),
    ],
)
def test_a_command_about_code_is_complete_when_its_code_is(text, is_complete):
    assert inputs.is_complete(text) is is_complete


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("x = 1\ny = 2", ["x = 1\ny = 2"]),
        ("%tree", ["%tree"]),
        ("x = 1\n%tree\n%next\ny", ["x = 1", "%tree", "%next", "\n\n\ny"]),
        ("(7\n%tree)", ["(7\n%tree)"]),
        ("s = '''\n%tree\n'''", ["s = '''\n%tree\n'''"]),
        ("s = '''\n%tree\n'''\n%next", ["s = '''\n%tree\n'''", "%next"]),
        ("x = (\n%tree", ["x = (\n%tree"]),
    ],
)
def test_pieces_keep_their_places(text, pieces):
    assert inputs.pieces(text) == pieces
