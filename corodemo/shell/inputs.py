"""What a person types or pastes, made into code.

Some questions are answered here, all of them about text alone: what is the code in it (a paste may carry `>>> ` prompts,
another shell's prompts, the indentation of the page it was on, and the output that followed); is it complete, or does
Enter mean another line; which of its lines are the shell's commands; and what is its code object, with top-level `await`
allowed and the last expression's value kept.
"""

from __future__ import annotations
import __future__

import ast
import inspect
import re
import textwrap
import warnings
from codeop import PyCF_ALLOW_INCOMPLETE_INPUT, PyCF_DONT_IMPLY_DEDENT  # type: ignore[attr-defined]  # not in typeshed
from types import CodeType

__all__ = ["VALUE", "Compiler", "Input", "clean", "indentation_after", "is_command", "is_complete", "pieces"]

#: The name under which statements leave the value of an expression at their end. No identifier, so no user's name can meet it.
VALUE = ".value"

_PROMPT = re.compile(r"(>>>|\.\.\.|In \[\d+\]:|   +\.\.\.:)(?: |$)")
_FIRST_PROMPT = re.compile(r"\s*(>>>|In \[\d+\]:)( |$)")
_COMMAND = re.compile(r"^%[a-z]", re.MULTILINE)
_CODE_COMMAND = re.compile(r"\s*%(step|time)\s+")
_FEATURES = [getattr(__future__, name) for name in __future__.all_feature_names]


class Input:
    """A compiled input, to be run by `eval` in the session's namespace.

    A lone expression gives its value; statements that end with an expression leave its value there, under `VALUE`.
    """

    __slots__ = ("code",)

    def __init__(self, code: CodeType) -> None:
        self.code = code

    @property
    def is_async(self) -> bool:
        """Whether it awaits at its top level, so that running the code gives a coroutine."""
        return bool(self.code.co_flags & inspect.CO_COROUTINE)


def clean(text: str) -> str:
    """Return the code in what was typed or pasted: without prompts, pasted output, and the page's indentation.

    Text that is no code comes back as good as it can be made; the compiler will say what is wrong with it.
    """
    text = _dedent(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    lines = text.split("\n")
    if not any(_PROMPT.match(line) for line in lines):
        return text
    first = next(line for line in lines if line.strip())
    if not _FIRST_PROMPT.match(first) and _parses(text):
        return text  # prompts inside of a docstring
    return "\n".join(line[found.end() :] for line in lines if (found := _PROMPT.match(line)))


def is_complete(text: str) -> bool:
    """Return True if Enter after `text` should run it; text with a plain error runs, so that the error is shown.

    A block wants a blank line at its end, as at Python's own prompt. A command is complete unless it is about code that is not.
    """
    text = _CODE_COMMAND.sub("", clean(text)) + "\n"
    try:
        tree = _parse(text, PyCF_DONT_IMPLY_DEDENT | PyCF_ALLOW_INCOMPLETE_INPUT)
    except SyntaxError as exc:
        if "incomplete input" in str(exc):
            # A block is never complete without the newline that closes it; a second one is what the person gives.
            return _is_closed(text) and _parses(text)
        return True
    except (ValueError, OverflowError, MemoryError, RecursionError):
        return True
    return not tree.body or not isinstance(tree.body[-1], _BLOCKS) or _is_closed(text)


def is_command(text: str) -> bool:
    """Return True if a text is one command of the shell's: a line that begins with `%`, or several if it is about code."""
    text = text.strip()
    return text.startswith("%") and ("\n" not in text or _CODE_COMMAND.match(text) is not None)


def pieces(text: str) -> list[str]:
    """Return the commands of a text, which are lines that begin with `%`, and the code between them, in order.

    The code keeps its place: as many empty lines stand before it as there are lines before it in the text.
    """
    if _COMMAND.search(text) is None or _parses(text):
        return [text]
    found: list[str] = []
    code: list[str] = []
    for number, line in enumerate(text.split("\n")):
        # In the midst of a statement a line may begin so as well: with the operator, or inside of a string.
        if _COMMAND.match(line) and _parses("\n".join(code)):
            found += ["\n".join(code), line]
            code = [""] * (number + 1)
        else:
            code.append(line)
    found.append("\n".join(code))
    return [piece for piece in found if piece.strip()]


def indentation_after(text: str) -> str:
    """Return the spaces with which the line after `text` should begin."""
    last = text.rsplit("\n", 1)[-1]
    spaces = last[: len(last) - len(last.lstrip())]
    body = last.split("#")[0].strip()
    if body.endswith(":"):
        return spaces + "    "
    if re.match(r"(return|pass|break|continue|raise)\b", body):
        return spaces[:-4]
    return spaces


class Compiler:
    """Compiles inputs; remembers the `from __future__` imports, which hold for all later ones."""

    def __init__(self) -> None:
        self._flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

    def compile(self, text: str, filename: str) -> Input:
        """Compile all statements into one input. Raises SyntaxError, or ValueError for null characters."""
        return self._compile(_parse(text, self._flags, filename), filename)

    def compile_each(self, text: str, filename: str) -> list[Input]:
        """Compile each statement into an input of its own. Raises as `compile` does, for the first error anywhere."""
        tree = _parse(text, self._flags, filename)
        return [self._compile(ast.Module([statement], []), filename) for statement in tree.body]

    def _compile(self, tree: ast.Module, filename: str) -> Input:
        last = tree.body[-1] if tree.body else None
        code: CodeType
        if isinstance(last, ast.Expr) and len(tree.body) == 1:
            code = compile(ast.Expression(last.value), filename, "eval", self._flags, dont_inherit=True)
        else:
            if isinstance(last, ast.Expr):
                target = ast.copy_location(ast.Name(VALUE, ast.Store()), last.value)
                tree.body[-1] = ast.copy_location(ast.Assign([target], last.value), last)
            code = compile(tree, filename, "exec", self._flags, dont_inherit=True)
        for feature in _FEATURES:
            if code.co_flags & feature.compiler_flag:
                self._flags |= feature.compiler_flag
        return Input(code)


_BLOCKS = (
    ast.AsyncFor,
    ast.AsyncFunctionDef,
    ast.AsyncWith,
    ast.ClassDef,
    ast.For,
    ast.FunctionDef,
    ast.If,
    ast.Match,
    ast.Try,
    ast.TryStar,
    ast.While,
    ast.With,
)


def _parse(text: str, flags: int = 0, filename: str = "<input>") -> ast.Module:
    flags |= ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    tree = compile(text, filename, "exec", flags, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    return tree


def _parses(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _parse(text)
    except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
        return False
    return True


def _is_closed(text: str) -> bool:
    """Return True if the last line of the text is blank."""
    return not text.rsplit("\n", 2)[-2].strip()


def _dedent(text: str) -> str:
    """Take the page's indentation off, also where the selection began after that of the first line."""
    first, newline, rest = text.lstrip("\n").partition("\n")
    if first[:1] in {" ", "\t"}:
        return textwrap.dedent(first + newline + rest)
    if rest.strip() and not _parses(text):
        dedented = first + newline + textwrap.dedent(rest)
        if _parses(dedented) or _FIRST_PROMPT.match(first):
            return dedented
    return text
