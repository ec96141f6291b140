"""Pages and questions on the screen, the help, the list of breakpoints: what stands in place of the panes, or below them.

The panes give way to what is to be read, and a question is never cut for the sake of the rest. The panes themselves are
drawn by whoever calls, in the height that is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from corodemo.player.breakpoints import LANGUAGE
from corodemo.player.marks import Page, Question
from corodemo.player.player import Player
from corodemo.player.rendering import Colours, column, exactly, lines, roomy, rule, safe_markdown, scrolled
from corodemo.views.glyphs import DIM, STYLES, TITLE, glyphs
from corodemo.views.source import highlighted
from corodemo.views.text import cell_len, cut, fit

__all__ = ["breakpoint_lines", "help_lines", "page_lines", "question_lines"]

#: A page shares the screen with what it is about if so many lines are left for that.
_LEAST_CODE = 4
_LEAST_PANES = 15

Panes = Callable[[int], list[str]]  # the panes in a height


def page_lines(player: Player, page: Page, width: int, height: int, colours: Colours, panes: Panes) -> list[str]:
    """Return a page under the title, and below it, where there is room, what it is about: code to come, or how things stand."""
    text = column(safe_markdown(page.text), width, colours)
    if player.roomy:
        text = roomy(text, height - 2)
    found = [*_title(player, "", width, colours), "", *text]
    room = height - len(found) - 1
    if page.code and room > _LEAST_CODE:
        below = rule("what is going to run", width, colours, ascii=player.ascii)
        return [*found, "", *below, *_scrolled(player, _code(player, page.code, width, colours), room - 1)]
    if page.shows_state and room >= _LEAST_PANES:
        return [*exactly(found, height - room), *panes(room)]
    return _scrolled(player, found, height)


def question_lines(
    player: Player, question: Question, width: int, height: int, colours: Colours, panes: Panes
) -> list[str]:
    """Return what is known so far above, and the question below."""
    above = rule("predict", width, colours, ascii=player.ascii)
    text = column(_panel(player, question), width, colours)
    if player.roomy:
        text = roomy(text, height - 1)
    panel = [*above, *text]
    room = height - len(panel)
    if room < 3:
        return panel[-height:]
    if not question.code:
        return [*exactly(panes(room), room), *panel]
    code = _scrolled(player, _code(player, question.code, width, colours), room - 1)
    return [*_title(player, "what is going to run", width, colours), *exactly(code, room - 1), *panel]


def help_lines(player: Player, keys: Sequence[tuple[str, str]], width: int, height: int, colours: Colours) -> list[str]:
    """Return all keys and what each does, in two columns where there is room for them."""
    rows = [(_in_ascii(key) if player.ascii else key, does) for key, does in keys]
    widest = max(cell_len(key) for key, _ in rows)
    texts = [Text(f"  {key:<{widest + 2}}", style=TITLE).append(does, style="not bold") for key, does in rows]
    half = (len(texts) + 1) // 2
    column_width = max(cell_len(text.plain) for text in texts) + 2
    if len(texts) + 2 > height and 2 * column_width <= width:
        for text in texts[:half]:
            text.pad_right(column_width - cell_len(text.plain))
        texts = [left.append_text(right) for left, right in zip(texts, [*texts[half:], Text("")], strict=False)]
    body = [line for text in texts for line in _hanging(text, widest + 4, width, colours)]
    return [*_title(player, "help", width, colours), "", *_scrolled(player, body, height - 2)]


def breakpoint_lines(player: Player, width: int, height: int, colours: Colours) -> list[str]:
    """Return the breakpoints that are set, and what can be said to set one."""
    listed = [
        Text(f"{number:>4}  ", style=TITLE).append(fit(one.text, max(1, width - 8), ascii=player.ascii), "not bold")
        for number, one in enumerate(player.breakpoints, 1)
    ] or [Text("      none yet", style=DIM)]
    widest = max(cell_len(example) for example, _ in LANGUAGE)
    language = (*LANGUAGE, ("-2, -", "clear the second, clear all"))
    said = [
        Text(f"  {example:<{widest + 2}}").append(
            fit(meaning, max(1, width - widest - 4), ascii=player.ascii), style=DIM
        )
        for example, meaning in language
    ]
    room = height - 2 - len(said)
    if room < 1:
        said, room = said[: max(0, height - 3)], 1
    if len(listed) > room:
        listed = [*listed[: room - 1], Text(f"      and {len(listed) - room + 1} more", style=DIM)]
    return [
        *rule("breakpoints", width, colours, ascii=player.ascii),
        *(line for text in listed for line in lines(text, width, colours)[:1]),
        *rule("a breakpoint is", width, colours, ascii=player.ascii),
        *(lines(text, width, colours)[0] for text in said),
    ][:height]


def _hanging(text: Text, indent: int, width: int, colours: Colours) -> list[str]:
    """Render one key and what it does; what does not fit goes on below its beginning."""
    if cell_len(text.plain) <= width or width - indent < 10:
        return lines(text, width, colours)
    first, *rest = lines(text[indent:], width - indent, colours)
    return [*(left + first for left in lines(text[:indent], indent, colours)), *(" " * indent + line for line in rest)]


def _title(player: Player, more: str, width: int, colours: Colours) -> list[str]:
    words = f" {player.title}" + (f"  {glyphs(player.ascii).dot}  {more}" if more else "")
    return lines(Text(fit(words, width, ascii=player.ascii), style=TITLE), width, colours)[:1]


def _scrolled(player: Player, content: list[str], height: int) -> list[str]:
    # Kept within bounds here, where the height is known, so that scrolling back has an effect at once.
    shown, player.scroll = scrolled(content, height, player.scroll, ascii=player.ascii)
    return shown


def _code(player: Player, source: str, width: int, colours: Colours) -> list[str]:
    """Code keeps its lines, however long; what does not fit is said to be missing."""
    found = highlighted(source.rstrip("\n"), ascii=player.ascii)
    return lines(
        Text("\n").join(Text("  ") + cut(line, max(1, width - 4), ascii=player.ascii) for line in found),
        width,
        colours,
    )


def _in_ascii(keys: str) -> str:
    for glyph, word in (("→", "right"), ("←", "left"), ("↑", "up"), ("↓", "down"), ("…", "to")):
        keys = keys.replace(glyph, word)
    return keys


def _panel(player: Player, question: Question) -> RenderableType:
    given = player.answer_to(question)
    parts: list[RenderableType] = [safe_markdown(question.text)]
    for number, choice in enumerate(question.choices, 1):
        chosen = given is not None and choice == given
        pointer = glyphs(player.ascii).here if chosen else " "
        line = Text(f"{pointer} {number}  ", style=TITLE)
        parts.append(line.append(fit(choice.strip("`"), 200, ascii=player.ascii), style="not bold"))
    if given is not None:
        parts.append(Text(""))
        parts.append(_verdict(player, question, given))
    elif question.is_typed:
        cursor = "_" if player.ascii else "▏"
        parts.append(Text("> ", style=TITLE).append(fit(player.entry, 200, ascii=player.ascii)).append(cursor))
    return Group(*parts)


def _verdict(player: Player, question: Question, given: str) -> Text:
    """Say whether an answer was right, and let the trace say why."""
    marks = glyphs(player.ascii)
    right = fit(question.right.strip("`"), 200, ascii=player.ascii)
    if question.judge(given, question.right):
        words = Text(f"{marks.states['done']} Right: {right}", style=STYLES["running"])
    else:
        said = fit(given.strip("`"), 80, ascii=player.ascii)
        words = Text(f"{marks.states['failed']} Not quite. You said {said}; it is {right}", style=STYLES["failed"])
    because = fit(question.because, 600, ascii=player.ascii)
    why = because or f"The trace says, event {question.why}: {player.sentence(question.why)}"
    return words.append(f"\n  {why}", style="not bold default")
