# SPDX-License-Identifier: GPL-3.0-or-later
"""The cards over a real vault, with a keychain of the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.paths import Profile
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault
from desktop.ui.tasks import Tasks
from desktop.ui.theme.theme import Theme
from desktop.ui.ways_in.group import WaysInGroup
from desktop.ui.ways_in.presenter import WaysInPresenter
from tests.conftest import PASSPHRASE
from tests.memory_keychain import MemoryKeychain


@pytest.fixture
def chain() -> MemoryKeychain:
    return MemoryKeychain()


@pytest.fixture
def session(profile: Profile, models: Models, chain: MemoryKeychain) -> Iterator[Session]:
    session = Session(create_vault(profile, PASSPHRASE, cost=KdfCost(64, 1, 1)), models, keychain=chain)
    yield session
    session.close()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the page is saved that is printed."""
    return tmp_path / "page.pdf"


@pytest.fixture
def presenter(qtbot: QtBot, theme: Theme, session: Session, tasks: Tasks, place: Path) -> WaysInPresenter:
    group = WaysInGroup(theme)
    qtbot.addWidget(group)
    presenter = WaysInPresenter(session, tasks, group, lambda _name: place)
    with qtbot.waitActive(group):
        group.show()
        group.activateWindow()
    done: list[bool] = []
    presenter.load(lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done))
    return presenter


@pytest.fixture
def group(presenter: WaysInPresenter) -> WaysInGroup:
    made = presenter.parent()
    assert isinstance(made, WaysInGroup)
    return made
