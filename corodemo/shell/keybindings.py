"""What the keys do at the prompt, beyond what prompt_toolkit's emacs and vi bindings do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition, completion_is_selected, emacs_mode, has_completions, vi_navigation_mode
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.utils import suspend_to_background_supported

from corodemo.shell import inputs

__all__ = ["key_bindings"]

_TAB = 4


def key_bindings(
    interrupt: Callable[[], None],
    edit: Callable[[Buffer], Awaitable[None]],
    suspend: Callable[[Buffer], Awaitable[None]],
) -> KeyBindings:
    """Return the bindings. interrupt: Ctrl-C was pressed. edit: open the text in an editor. suspend: stop the program."""
    keys = KeyBindings()

    # Eager: with a selection, emacs' bindings have longer sequences that begin with Ctrl-C.
    @keys.add("c-c", eager=True)
    def _(event: KeyPressEvent) -> None:
        interrupt()

    @keys.add("c-x", "c-e", filter=emacs_mode)
    @keys.add("v", filter=vi_navigation_mode)
    def _(event: KeyPressEvent) -> None:
        """Open the text in $VISUAL or $EDITOR."""
        event.app.create_background_task(_run(edit, event.current_buffer))

    @keys.add("c-z", filter=Condition(suspend_to_background_supported))
    def _(event: KeyPressEvent) -> None:
        event.app.create_background_task(_run(suspend, event.current_buffer))

    keys.add("enter")(_enter)
    keys.add("enter", filter=completion_is_selected)(_take_completion)
    keys.add("escape", "enter")(_run_as_it_is)
    keys.add("tab")(_tab)
    keys.add("s-tab", filter=has_completions)(_previous_completion)
    keys.add("s-tab", filter=~has_completions)(_unindent)
    keys.add("backspace", filter=_is_in_indentation)(_unindent)
    keys.add(Keys.BracketedPaste)(_paste)
    return keys


def _enter(event: KeyPressEvent) -> None:
    """Run what is complete; else begin another line."""
    buffer = event.current_buffer
    document = buffer.document
    is_at_end = "\n" not in buffer.text or (document.on_last_line and document.is_cursor_at_the_end_of_line)
    if is_at_end and inputs.is_complete(buffer.text):
        buffer.validate_and_handle()
        return
    buffer.insert_text("\n" + inputs.indentation_after(document.text_before_cursor))


def _take_completion(event: KeyPressEvent) -> None:
    """Take the completion that is chosen, and close the menu."""
    event.current_buffer.complete_state = None


def _run_as_it_is(event: KeyPressEvent) -> None:
    event.current_buffer.validate_and_handle()


def _tab(event: KeyPressEvent) -> None:
    """Indent, at the beginning of a line; else complete."""
    buffer = event.current_buffer
    before = buffer.document.current_line_before_cursor
    if buffer.complete_state is not None:
        buffer.complete_next()
    elif before.strip():
        buffer.start_completion(insert_common_part=True)
    else:
        buffer.insert_text(" " * (_TAB - len(before) % _TAB))


def _previous_completion(event: KeyPressEvent) -> None:
    event.current_buffer.complete_previous()


def _unindent(event: KeyPressEvent) -> None:
    """Take back a whole indentation."""
    before = event.current_buffer.document.current_line_before_cursor
    if before and not before.strip(" "):
        event.current_buffer.delete_before_cursor((len(before) - 1) % _TAB + 1)


def _paste(event: KeyPressEvent) -> None:
    """Put in the code of what is pasted: without prompts, output, and the page's indentation."""
    text = event.data.replace("\r\n", "\n").replace("\r", "\n")
    event.current_buffer.insert_text(text if event.current_buffer.text else inputs.clean(text))


async def _run(edit: Callable[[Buffer], Awaitable[None]], buffer: Buffer) -> None:
    await edit(buffer)


@Condition
def _is_in_indentation() -> bool:
    from prompt_toolkit.application import get_app

    before = get_app().current_buffer.document.current_line_before_cursor
    return bool(before) and not before.strip(" ")
