"""How the prompt looks: its colours, and those of the code that is typed."""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer, PygmentsLexer
from prompt_toolkit.styles import Style

__all__ = ["STYLE", "PythonLexer"]

#: The terminal's own colours, which its owner chose to be readable; blue and orange families, as everywhere.
STYLE = Style.from_dict(
    {
        "prompt": "ansiblue bold",
        "continuation": "ansibrightblack",
        "auto-suggestion": "ansibrightblack",
        "matching-bracket.cursor": "bold",
        "matching-bracket.other": "bold underline",
        "toolbar": "ansibrightblack",
        "toolbar.current": "bold",
        "toolbar.about": "ansibrightblack italic",
        "toolbar.blocked": "ansiyellow bold",
        "completion-menu": "noreverse bg:ansibrightblack ansiwhite",
        "completion-menu.completion.current": "reverse bold",
        "completion-menu.meta.completion": "bg:ansibrightblack ansiwhite italic",
        "completion-menu.meta.completion.current": "reverse",
        "pygments.keyword": "ansiblue bold",
        "pygments.operator.word": "ansiblue bold",
        "pygments.name.builtin": "ansicyan",
        "pygments.name.function": "ansicyan",
        "pygments.name.class": "ansicyan",
        "pygments.name.decorator": "ansimagenta",
        "pygments.literal.string": "ansiyellow",
        "pygments.literal.number": "ansimagenta",
        "pygments.comment": "ansibrightblack italic",
    }
)


class PythonLexer(Lexer):
    """Pygments' lexer for Python, loaded when there is something to colour."""

    _lexer: Lexer | None = None

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """Return a function that returns a line's fragments."""
        if not document.text:
            return lambda number: []
        if self._lexer is None:
            from pygments.lexers.python import PythonLexer as Pygments

            self._lexer = PygmentsLexer(Pygments)
        return self._lexer.lex_document(document)
