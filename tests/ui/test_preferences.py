# SPDX-License-Identifier: GPL-3.0-or-later
"""Preferences are typed, private, and survive damage."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from desktop.paths import Profile
from desktop.ui.preferences import LANGUAGE, SETTINGS, TEXT_SIZE, THEME, WINDOW, Preferences, Setting, named
from desktop.ui.theme.theme import ThemeChoice


@pytest.fixture
def made(profile: Profile) -> Profile:
    profile.folder.mkdir(mode=0o700)
    return profile


def test_what_is_set_is_found_again(made: Profile) -> None:
    preferences = Preferences(made)
    assert preferences.set(THEME, ThemeChoice.DARK)
    assert preferences.set(WINDOW, (10, -20, 900, 700, True))
    again = Preferences(made)
    assert again.get(THEME) is ThemeChoice.DARK
    assert again.get(WINDOW) == (10, -20, 900, 700, True)
    assert again.get(TEXT_SIZE) == 100


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_keeping_one_does_not_wait_for_the_disk(made: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window asks while it is drawing; a full fsync may take longer than many frames."""
    waited: list[int] = []
    monkeypatch.setattr(os, "fsync", waited.append)
    assert Preferences(made).set(TEXT_SIZE, 125)
    assert not waited
    assert Preferences(made).get(TEXT_SIZE) == 125
    assert [path.name for path in made.folder.iterdir()] == [made.preferences.name]


def test_a_write_that_fails_leaves_the_old_file(made: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    Preferences(made).set(TEXT_SIZE, 125)

    def refuse(_self: Path, _target: Path) -> Path:
        raise OSError

    monkeypatch.setattr(Path, "replace", refuse)
    assert not Preferences(made).set(TEXT_SIZE, 150)
    assert Preferences(made).get(TEXT_SIZE) == 125
    assert [path.name for path in made.folder.iterdir()] == [made.preferences.name]


def test_only_the_owner_can_read_them(made: Profile) -> None:
    Preferences(made).set(TEXT_SIZE, 125)
    assert stat.S_IMODE(made.preferences.stat().st_mode) == 0o600


def test_looking_leaves_no_trace(profile: Profile) -> None:
    assert not Preferences(profile).set(TEXT_SIZE, 125)
    assert not profile.folder.exists()


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b"\xff\xfe", b'"text"', b'{"theme": 7}', b'{"text_size": true}', b"[" * 20_000],
)
def test_damage_means_defaults(made: Profile, damage: bytes) -> None:
    made.preferences.write_bytes(damage)
    preferences = Preferences(made)
    assert [preferences.get(setting) for setting in SETTINGS] == [setting.default for setting in SETTINGS]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "sepia"),
        ("text_size", 101),
        ("text_size", "100"),
        ("language", "../../etc"),
        ("language", 3),
        ("window", [1, 2, 3]),
        ("window", [0, 0, -5, 10, False]),
        ("window", [0, 0, 10**9, 10, False]),
        ("sidebar_shown", 1),
    ],
)
def test_one_damaged_value_spoils_nothing_else(made: Profile, name: str, value: object) -> None:
    kept = {"theme": "dark", "text_size": 150, name: value}
    made.preferences.write_text(json.dumps(kept), encoding="utf-8")
    preferences = Preferences(made)
    assert preferences.get(named(name)) == named(name).default
    other = TEXT_SIZE if name != "text_size" else THEME
    assert preferences.get(other) != other.default


def test_a_misspelt_name_raises(made: Profile) -> None:
    preferences = Preferences(made)
    typo = Setting("theem", "x", str, lambda: "")
    with pytest.raises(KeyError):
        preferences.get(typo)
    with pytest.raises(KeyError):
        preferences.set(typo, "x")
    with pytest.raises(KeyError):
        named("theem")


def test_a_wrong_value_raises_and_changes_nothing(made: Profile) -> None:
    preferences = Preferences(made)
    with pytest.raises(ValueError, match="text size"):
        preferences.set(TEXT_SIZE, 33)
    assert preferences.get(TEXT_SIZE) == 100
    assert not made.preferences.exists()


def test_each_setting_has_words() -> None:
    assert all(setting.label() for setting in SETTINGS)
    assert LANGUAGE in SETTINGS
