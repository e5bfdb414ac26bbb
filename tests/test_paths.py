# SPDX-License-Identifier: GPL-3.0-or-later
import sys
from pathlib import Path

import pytest

from desktop import paths


def test_the_environment_names_the_profile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(paths.PROFILE_VARIABLE, str(tmp_path))
    assert paths.default_profile().vault == tmp_path / "vault.db"


def test_without_it_the_system_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(paths.PROFILE_VARIABLE, raising=False)
    assert paths.default_profile().folder.name == "inglenook"


def test_a_relative_profile_means_the_same_to_a_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(paths.PROFILE_VARIABLE, "here")
    assert paths.default_profile().folder == tmp_path / "here"


def test_resources_are_found_in_source_and_frozen_builds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert paths.resource("models").is_dir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resource("models") == tmp_path / "resources" / "models"
