# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes flip while the window is open: it tells, and leads to the copy from before."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.domain.conversation import Role
from desktop.paths import Profile
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.vault import VaultService
from desktop.storage import conversations
from desktop.storage.connection import Connection
from desktop.ui.chat.privacy_line import PrivacyFacts
from desktop.ui.lock.restore_page import RestorePage
from desktop.ui.lock.trouble_page import TroublePage
from desktop.ui.lock.unlock_page import UnlockPage
from desktop.ui.preferences import Preferences
from desktop.ui.shell.controller import Controller
from desktop.ui.shell.daily_care import DailyCare
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.workspace import Workspace
from desktop.ui.theme.controls import Button
from desktop.ui.theme.theme import Theme

GOOD = "four unrelated garden words"
FLIP = """
import sys
with open(sys.argv[1], "r+b") as file:
    file.seek(int(sys.argv[2]))
    byte = file.read(1)[0]
    file.seek(int(sys.argv[2]))
    file.write(bytes([byte ^ 1]))
"""


def flip(profile: Profile) -> None:
    """In the middle, from outside: this process must not open the file beside SQLite."""
    place = profile.vault.stat().st_size // 8192 * 4096 + 1000
    subprocess.run([sys.executable, "-c", FLIP, profile.vault, str(place)], check=True)


@pytest.fixture
def controller(
    qtbot: QtBot,
    profile: Profile,
    models: Models,
    window: MainWindow,
    theme: Theme,
    preferences: Preferences,
) -> Controller:
    """Unlocked, with a history."""
    facts = PrivacyFacts(encrypted=True, network_impossible=True)
    service = VaultService(profile, lambda vault: Session(vault, models))
    controller = Controller(service, window, theme, preferences, look_at_privacy=lambda _session: facts)
    controller.start()
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    assert controller.door.page is not None
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        controller.door.page.chosen.emit(GOOD)
    session = workspace_of(controller).session

    def fill(conn: Connection) -> None:
        for number in range(4):
            chat = conversations.create_chat(conn, title=f"Chat {number}")
            for _message in range(20):
                conversations.add_message(
                    conn, chat.id, parent_id=None, role=Role.USER, content="lighthouse " * 200
                )

    session._database.write(fill).result()
    session._database.truncate_log()
    return controller


def workspace_of(controller: Controller) -> Workspace:
    assert controller.workspace is not None
    return controller.workspace


def press(workspace: Workspace, text: str) -> None:
    [button] = [one for one in workspace.page.notices.findChildren(Button) if one.text() == text]
    button.click()


def test_found_told_and_mended(
    qtbot: QtBot, controller: Controller, window: MainWindow, profile: Profile
) -> None:
    workspace = workspace_of(controller)
    assert workspace.session.backups is not None
    workspace.session.backups.make()
    flip(profile)
    workspace.findChild(DailyCare).look()
    notices = workspace.page.notices
    qtbot.waitUntil(lambda: "1 page of the vault is damaged" in notices.words("damage"), timeout=20_000)
    assert len(workspace.session.backups.listed()) == 1, "a damaged vault is not copied over the sound copies"

    press(workspace, "Look…")
    page = workspace.data.damage.page
    assert page.isVisible()
    assert "vault.db does not hold what was written" in page.happened.text()
    assert "was checked page by page" in page.safe.text()
    page.restore_button.click()
    assert controller.workspace is None
    qtbot.waitUntil(lambda: isinstance(controller.door.page, RestorePage), timeout=20_000)
    restore = controller.door.page
    assert isinstance(restore, RestorePage)
    assert any("before the damage" in one.text() for one in restore.findChildren(QLabel))
    restore.passphrase.edit.setText("not it at all")
    restore.restore_button.click()
    qtbot.waitUntil(lambda: "does not open" in restore.passphrase.note.text(), timeout=20_000)
    restore.passphrase.edit.setText(GOOD)
    with qtbot.waitSignal(controller.settled, timeout=30_000):
        restore.restore_button.click()
    again = workspace_of(controller)
    assert again.session.integrity is not None
    assert again.session.integrity.look().is_sound
    assert list(profile.backups.glob("*.replaced/vault.db")), "the damaged file is kept"
    qtbot.waitUntil(lambda: sum(c.title.startswith("Chat") for c in again.sidebar.chats._chats) == 4)
    with qtbot.waitSignal(controller.finished, timeout=10_000):
        window.close()


def test_without_a_backup_it_says_what_else_to_do(
    qtbot: QtBot, controller: Controller, window: MainWindow, profile: Profile
) -> None:
    flip(profile)
    workspace = workspace_of(controller)
    workspace.findChild(DailyCare).look()
    qtbot.waitUntil(lambda: bool(workspace.page.notices.words("damage")), timeout=20_000)
    press(workspace, "Look…")
    page = workspace.data.damage.page
    assert not page.restore_button.isVisible()
    assert "There is no backup" in page.safe.text()
    flip(profile)  # back again: a cable that was loose
    page.again_button.click()
    assert not page.again_button.isEnabled()
    qtbot.waitUntil(lambda: "damage is gone" in page.happened.text(), timeout=20_000)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert workspace.page.isVisible()
    assert not workspace.page.notices.words("damage")
    with qtbot.waitSignal(controller.finished, timeout=10_000):
        window.close()


def test_going_back_from_the_wizard_tells_the_trouble(
    qtbot: QtBot, controller: Controller, window: MainWindow
) -> None:
    workspace = workspace_of(controller)
    assert workspace.session.backups is not None
    workspace.session.backups.make()
    workspace.data.damage.restore_requested.emit()
    qtbot.waitUntil(lambda: isinstance(controller.door.page, RestorePage), timeout=20_000)
    qtbot.keyClick(controller.door.page, Qt.Key.Key_Escape)
    trouble = controller.door.page
    assert isinstance(trouble, TroublePage)
    trouble.again_button.click()
    assert isinstance(controller.door.page, UnlockPage)
    with qtbot.waitSignal(controller.finished, timeout=10_000):
        window.close()
