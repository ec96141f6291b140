"""The README's pictures are what the program draws today."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def make_pictures():
    spec = importlib.util.spec_from_file_location("make_pictures", ROOT / "docs" / "make_pictures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pictures_are_current():
    module = make_pictures()
    stale = [
        name for name, text in module.pictures().items() if (module.PICTURES / name).read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run: python docs/make_pictures.py"


def test_the_readme_shows_pictures_that_are_there():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"(?:src|srcset)=\"([^\"]+\.svg)\"", readme)
    assert shown
    assert [path for path in shown if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize("name", ["stepper.svg", "live.svg", "timeline-light.svg"])
def test_a_picture_needs_nothing_from_the_network(name):
    text = (ROOT / "docs" / "pictures" / name).read_text(encoding="utf-8")
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]
    assert "@font-face" not in text
