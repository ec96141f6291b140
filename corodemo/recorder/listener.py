"""Who hears at once what a recorder finds that the runtime does not know of: lines, and steps that hold the loop.

What happens in the loop itself is heard by a hook beside the recorder (`corodemo.runtime.fanout`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corodemo.recorder.callsites import Site
    from corodemo.runtime.tasks import Task

__all__ = ["Listener"]


class Listener:
    """Do nothing; override what you want to hear. Like a hook's, these methods only look."""

    def line_begins(self, file: str, line: int) -> None:
        """A line is about to be recorded, in the thread that runs it. A BaseException that is no Exception ends the program."""

    def loop_held(self, task: Task[Any], begun: Site, ended: Site) -> None:
        """A step has held the loop: from the line where the task went on to the one where it stopped, as far as known."""
