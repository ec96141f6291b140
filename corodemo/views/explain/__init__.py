"""Explanations: sentences that answer why a task waits, was late, was woken, was cancelled; each provable from the trace."""

from __future__ import annotations

from corodemo.views.explain.explain import QUESTIONS, explain

__all__ = ["QUESTIONS", "explain"]
