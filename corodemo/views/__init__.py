"""Views: pure functions from a moment of a history to a rich renderable of a given size.

`tree` shows who is there and what each waits on, `timeline` how it came to this, `panel` both in few lines, `screen` what a
stepper shows: source, queue, timers, tasks, events, output. They are the only pictures there are: what stands below a
running program, the stepper and the printed page call the same functions. Their words are in `names` and `sentences`.

A view is told its size and keeps to it, down to 40 columns: it shortens names before it drops facts, drops the least
needed facts first, and says what it left out. A state is always a glyph, a word and a colour, so that a picture without
colour, or in ASCII, loses nothing. Text from a program is shown as it is and never obeyed.
"""

from __future__ import annotations

from corodemo.views.panel import panel
from corodemo.views.screen import screen
from corodemo.views.sentences import describe
from corodemo.views.timeline import timeline
from corodemo.views.tree import tree

__all__ = ["describe", "panel", "screen", "timeline", "tree"]
