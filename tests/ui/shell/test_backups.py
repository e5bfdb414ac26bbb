# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups in the window: made in the settings, kept up by themselves, damage told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.domain.errors import VaultDamagedError
from desktop.paths import Profile
from desktop.services.backups import Backups
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.vault import VaultService
from desktop.ui.shell.daily_care import DailyCare
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from tests.conftest import PASSPHRASE


@pytest.fixture
def session(profile: Profile, models: Models) -> Iterator[Session]:
    session = VaultService(profile, lambda vault: Session(vault, models)).create(PASSPHRASE)
    yield session
    session.close()


def test_one_is_made_in_the_settings(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.do(Command.SETTINGS)
    card = workspace.settings.backups
    qtbot.waitUntil(lambda: "none yet" in card.said.text())
    card.button.click()
    assert not card.button.isEnabled()
    qtbot.waitUntil(lambda: card.said.text().startswith("1 copy"), timeout=20_000)
    assert card.button.isEnabled()


def test_it_is_kept_up_by_itself(qtbot: QtBot, workspace: Workspace, session: Session) -> None:
    assert session.backups is not None
    workspace.findChild(DailyCare).look()
    qtbot.waitUntil(lambda: len(session.backups.listed()) == 1, timeout=20_000)


def test_damage_is_told(qtbot: QtBot, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def find_damage(_self: Backups) -> None:
        raise VaultDamagedError("The vault is damaged in this test.")

    monkeypatch.setattr(Backups, "keep_up", find_damage)
    workspace.findChild(DailyCare).look()
    qtbot.waitUntil(lambda: "damaged in this test" in workspace.page.notices.words("problem"))
