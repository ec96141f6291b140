"""Running corodemo as its users do: a program of its own, with its output and its status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def corodemo(*arguments, stdin="", cwd=None, timeout=60, **environment):
    """Run `corodemo ARGUMENTS`; return (status, stdout, stderr)."""
    return python("-m", "corodemo", *map(str, arguments), stdin=stdin, cwd=cwd, timeout=timeout, **environment)


def python(*arguments, stdin="", cwd=None, timeout=60, **environment):
    """Run this Python with the project on its path; return (status, stdout, stderr)."""
    done = subprocess.run(
        [sys.executable, *arguments],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        timeout=timeout,
        env=child_environment(**environment),
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def child_environment(**changes):
    """Return an environment without what the caller's terminal would add; a value of None takes a variable away."""
    kept = {
        key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "COLUMNS", "FORCE_COLOR", "LINES"}
    }
    kept.update(PYTHONPATH=str(ROOT), PYTHONIOENCODING="utf-8", PYTHONDONTWRITEBYTECODE="1", COLUMNS="80")
    kept.update({key: value for key, value in changes.items() if value is not None})
    for key, value in changes.items():
        if value is None:
            kept.pop(key, None)
    return kept
