"""Settings: from the person's file, and changed while a shell runs."""

from __future__ import annotations

import pytest

from corodemo.shell.settings import Settings, config_path, read_config


def test_without_a_file_the_settings_are_the_built_in_ones(tmp_path):
    assert read_config(tmp_path / "none.toml") == (Settings(), [])


def test_a_file_changes_what_it_names(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text('vi = true\nmenu = "typing"\nclock = "virtual"\n')
    assert read_config(path) == (Settings(vi=True, menu="typing", clock="virtual"), [])


def test_what_is_no_good_is_told_and_the_rest_holds(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text('vi = "perhaps"\nnope = 1\nmenu = 3\nlive = false\n[table]\n')
    assert read_config(path) == (
        Settings(live=False),
        [
            f"{path}: vi is on or off, and not 'perhaps'",
            f"{path}: there is no setting 'nope'; the settings are vi, menu, suggest, toolbar, live, clock, color, ascii",
            f"{path}: menu is tab or typing, and not 3",
            f"{path}: there is no setting 'table'; the settings are vi, menu, suggest, toolbar, live, clock, color, ascii",
        ],
    )


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text("= 3")
    settings, (sentence,) = read_config(path)
    assert (settings, sentence.startswith(f"{path} is not TOML: ")) == (Settings(), True)
    path.write_bytes(b"\xff")
    assert read_config(path)[1][0].startswith(f"can't read the settings in {path}: 'utf-8' codec")
    assert read_config(tmp_path)[1] == [f"can't read the settings in {tmp_path}: Is a directory"]


def test_the_file_is_where_the_platform_has_such_files_or_where_one_says(monkeypatch, tmp_path):
    monkeypatch.delenv("CORODEMO_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_path() == str(tmp_path / "corodemo" / "config.toml")
    monkeypatch.setenv("CORODEMO_CONFIG", str(tmp_path / "mine.toml"))
    assert config_path() == str(tmp_path / "mine.toml")


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [("vi", "on", True), ("vi", "No", False), ("menu", "typing", "typing"), ("toolbar", False, False)],
)
def test_a_setting_is_changed_as_one_types_it(name, typed, value):
    settings = Settings()
    settings.set(name, typed)
    assert settings.get(name) == value


def test_every_setting_says_what_it_is_for_and_what_it_may_be():
    settings = Settings()
    for name in settings.names():
        assert settings.about(name)
        for word in settings.choices(name):
            settings.set(name, word)
    with pytest.raises(ValueError, match="there is no setting 'x'"):
        settings.get("x")
    with pytest.raises(ValueError, match="clock is real or virtual, and not 'x'"):
        settings.set("clock", "x")
