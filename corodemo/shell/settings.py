"""What a person may set, in a file that the shell reads when it starts and nobody but that person writes.

The file is TOML, in the platform's place for such files: a line for each setting, all of them optional. What it says that
cannot be is told in one sentence each, and the rest of it holds. The command line's options go before the file, and `set`
before both, for the shell that runs.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from typing import Literal, get_args

__all__ = ["Settings", "config_path", "read_config"]

Value = bool | str


MenuWhen = Literal["tab", "typing"]
ColorWhen = Literal["auto", "never"]
ClockName = Literal["real", "virtual"]


@dataclass(slots=True)
class Settings:
    """The settings of a shell. A name with `-` or `_` between its words means the same."""

    vi: bool = False
    menu: MenuWhen = "tab"
    suggest: bool = True
    toolbar: bool = True
    live: bool = True
    clock: ClockName = "real"
    color: ColorWhen = "auto"
    ascii: bool = False

    def names(self) -> list[str]:
        """Return the names of all settings."""
        return [one.name for one in fields(self)]

    def get(self, name: str) -> Value:
        """Return a setting's value. Raises ValueError, with a sentence, if there is none of that name."""
        value: Value = getattr(self, self._known(name))
        return value

    def about(self, name: str) -> str:
        """Return what a setting is for. Raises ValueError as `get` does."""
        return _ABOUT[self._known(name)]

    def choices(self, name: str) -> tuple[str, ...]:
        """Return the values that a setting may have, as one types them. Raises ValueError as `get` does."""
        known = self._known(name)
        return _WORDS.get(known, ("on", "off"))

    def set(self, name: str, value: Value) -> None:
        """Change a setting. value: as in the file, or as one types it. Raises ValueError, with a sentence."""
        known = self._known(name)
        words = self.choices(known)
        new: Value | None
        if known not in _WORDS:
            new = _TRUTH.get(value.lower()) if isinstance(value, str) else value if isinstance(value, bool) else None
        else:
            new = value if isinstance(value, str) and value in words else None
        if new is None:
            raise ValueError(f"{known} is {' or '.join(words)}, and not {value!r}")
        setattr(self, known, new)

    def _known(self, name: str) -> str:
        known = name.replace("-", "_")
        if known not in self.names():
            raise ValueError(f"there is no setting {name!r}; the settings are {', '.join(self.names())}")
        return known


_ABOUT = {
    "vi": "edit with vi's keys instead of emacs'",
    "menu": "when completions are shown: at Tab, or while one types",
    "suggest": "suggest, as one types, what was typed before",
    "toolbar": "tell below the prompt of tasks, timers, and who holds the loop",
    "live": "show tasks and timeline while code runs",
    "clock": "the clock that a shell starts with",
    "color": "colours: where the terminal has them, or never",
    "ascii": "draw with ASCII alone",
}
_WORDS = {"menu": get_args(MenuWhen), "clock": get_args(ClockName), "color": get_args(ColorWhen)}
_TRUTH = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}


def config_path() -> str:
    """Return where the file of settings is looked for; `CORODEMO_CONFIG` names another one."""
    if other := os.environ.get("CORODEMO_CONFIG"):
        return other
    import platformdirs

    return os.path.join(platformdirs.user_config_dir("corodemo", appauthor=False), "config.toml")


def read_config(path: str | os.PathLike[str] | None = None) -> tuple[Settings, list[str]]:
    """Return the settings of the file, and a sentence for each thing in it that is no good."""
    settings = Settings()
    try:
        path = path or config_path()
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return settings, []
    except (OSError, UnicodeDecodeError, RuntimeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else exc
        return settings, [f"can't read the settings in {path}: {reason}"]
    import tomllib

    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        return settings, [f"{path} is not TOML: {exc}"]
    complaints = []
    for name, value in table.items():
        try:
            settings.set(name, value)
        except ValueError as exc:
            complaints.append(f"{path}: {exc}")
    return settings, complaints
