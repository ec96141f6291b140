"""Whether a terminal lays its lines out anew when it is made narrower: nobody can ask it, but some are known.

Who draws on a part of the screen must know where that part begins after the screen has changed. A terminal that wraps the
lines anew has made more rows of them, and a plain one has not. Of what is not known it is assumed that it does nothing: then
something old may stay on the screen, where the other mistake would take what somebody else has written.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["VARIABLES", "rewraps"]

#: Variables that such terminals set, what others call themselves in TERM_PROGRAM, and how TERM begins in more of them.
VARIABLES = ("TMUX", "VTE_VERSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "WT_SESSION", "ALACRITTY_WINDOW_ID")
_PROGRAMS = ("iTerm.app", "Apple_Terminal", "vscode", "WezTerm", "ghostty")
_TERMS = ("tmux", "xterm-kitty", "alacritty", "foot", "xterm-ghostty", "wezterm")


def rewraps(environ: Mapping[str, str]) -> bool:
    """Return True if the terminal is known to lay out its lines anew, by the environment of a program in it."""
    return (
        any(environ.get(name) for name in VARIABLES)
        or environ.get("TERM_PROGRAM") in _PROGRAMS
        or environ.get("TERM", "").startswith(_TERMS)
    )
