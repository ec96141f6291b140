"""`corodemo explain`: why a task is waiting, was late, was woken, was cancelled, or failed."""

from __future__ import annotations

from corodemo.views.explain.explain import QUESTIONS, Question
from corodemo.views.explain.which import UnknownTask, answer

__all__ = ["QUESTIONS", "explain_file"]


def explain_file(path: str, task: str, question: Question | None) -> int:
    """Print the explanation of a task of the trace at `path`; return the status: 1 for a bad file, 2 for no such task."""
    import sys

    from corodemo.cli.messages import complain
    from corodemo.cli.opentrace import Unreadable, open_trace, status_of

    try:
        trace, history = open_trace(path)
        encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
        sentences = answer(history, task, question, ascii=not encoding.startswith("utf"))
    except Unreadable as exc:
        return complain(str(exc), 1)
    except UnknownTask as exc:
        return complain(str(exc), 2)
    print("\n".join(sentences))
    return status_of(trace)
