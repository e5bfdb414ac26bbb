# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways in from the window: the keychain at the door, encrypting anew, each stop of the keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.domain.errors import StorageFullError, VaultHeldError
from desktop.domain.vault import RekeyStep
from desktop.paths import Profile
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.vault import VaultService
from desktop.storage import conversations, ways_in
from desktop.storage.backup import list_backups
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault, open_vault
from desktop.ui.chat.privacy_line import PrivacyFacts
from desktop.ui.lock.rekey_page import RekeyPage
from desktop.ui.lock.trouble_page import TroublePage
from desktop.ui.lock.unlock_page import UnlockPage
from desktop.ui.preferences import Preferences
from desktop.ui.shell.controller import Controller
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.theme.theme import Theme
from desktop.ui.ways_in.group import WaysInGroup
from tests.conftest import PASSPHRASE
from tests.memory_keychain import MemoryKeychain
from tests.ui.test_accessibility import check

FACTS = PrivacyFacts(encrypted=True, network_impossible=True)


@pytest.fixture
def made(profile: Profile, chain: MemoryKeychain) -> Profile:
    """A locked vault with a chat, a backup and the keychain as a way in."""
    vault = create_vault(profile, PASSPHRASE, cost=KdfCost(64, 1, 1))
    vault.database.write(lambda c: conversations.create_chat(c, title="Harbour")).result()
    ways_in.use_keychain(vault, chain)
    vault.close()
    return profile


@pytest.fixture
def service(made: Profile, models: Models, chain: MemoryKeychain) -> VaultService:
    return VaultService(made, lambda vault: Session(vault, models, keychain=chain), keychain=chain)


@pytest.fixture
def controller(
    service: VaultService, window: MainWindow, theme: Theme, preferences: Preferences, qtbot: QtBot
) -> Controller:
    controller = Controller(service, window, theme, preferences, look_at_privacy=lambda _session: FACTS)
    controller.start()
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return controller


def at_the_door(controller: Controller) -> UnlockPage:
    page = controller.door.page
    assert isinstance(page, UnlockPage)
    return page


def come_in(qtbot: QtBot, controller: Controller) -> Workspace:
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        at_the_door(controller).keychain_button.click()
    assert controller.workspace is not None
    return controller.workspace


def leave(qtbot: QtBot, controller: Controller) -> None:
    with qtbot.waitSignal(controller.finished, timeout=20_000):
        controller.quit()


def test_the_keychain_opens_the_door(qtbot: QtBot, controller: Controller) -> None:
    page = at_the_door(controller)
    assert page.keychain_button.isVisible()
    assert page.passphrase.edit.hasFocus()
    workspace = come_in(qtbot, controller)
    qtbot.waitUntil(lambda: workspace.sidebar.chats.rowCount() == 2)
    leave(qtbot, controller)


def test_it_is_not_offered_where_it_is_no_way_in(
    qtbot: QtBot, controller: Controller, made: Profile, chain: MemoryKeychain
) -> None:
    vault = open_vault(made, PASSPHRASE)
    ways_in.leave_keychain(vault, chain)
    vault.close()
    controller.door.show_unlock()
    assert not at_the_door(controller).keychain_button.isVisible()


@pytest.mark.parametrize("state", ["locked", "gone"])
def test_a_keychain_that_does_not_open_it_leaves_the_passphrase(
    qtbot: QtBot, controller: Controller, chain: MemoryKeychain, state: str
) -> None:
    if state == "locked":
        chain.locked = True
    else:
        chain.kept.clear()
    page = at_the_door(controller)
    page.keychain_button.click()
    assert not page.passphrase.edit.isEnabled()
    qtbot.waitUntil(lambda: bool(page.keychain_button.accessibleDescription()))
    assert page._keychain_note.isVisible()
    assert page.passphrase.edit.hasFocus()
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        page.passphrase.edit.setText(PASSPHRASE)
        qtbot.keyClick(page.passphrase.edit, Qt.Key.Key_Return)
    leave(qtbot, controller)


def test_a_damaged_vault_is_told_as_ever(
    qtbot: QtBot, controller: Controller, made: Profile, chain: MemoryKeychain
) -> None:
    made.vault.write_bytes(made.vault.read_bytes()[:16] + b"x" * 8176)
    at_the_door(controller).keychain_button.click()
    qtbot.waitUntil(lambda: isinstance(controller.door.page, TroublePage), timeout=20_000)


def test_encrypted_anew_it_comes_back_with_everything(
    qtbot: QtBot, controller: Controller, made: Profile, chain: MemoryKeychain
) -> None:
    workspace = come_in(qtbot, controller)
    assert workspace.session.backups is not None
    workspace.session.backups.make()
    before, secrets = workspace.session.ways_in.reveal_key(), dict(chain.kept)
    workspace.do(Command.SETTINGS)
    card = workspace.settings.ways_in.rekey
    card.open_button.click()
    card.passphrase.edit.setText(PASSPHRASE)
    with qtbot.waitSignal(controller.settled, timeout=30_000):
        card.start_button.click()
        qtbot.waitUntil(lambda: isinstance(controller.door.page, RekeyPage), timeout=20_000)
        page = controller.door.page
        assert isinstance(page, RekeyPage)
        qtbot.waitUntil(lambda: page.said.text().startswith("Step"), timeout=20_000)
    again = controller.workspace
    assert again is not None
    assert again.session.ways_in.reveal_key() != before
    qtbot.waitUntil(lambda: again.sidebar.chats.rowCount() == 2)
    assert "new key" in again.page.notices.words("rekeyed")
    assert list_backups(made.backups) == []
    assert chain.kept != secrets  # the keychain goes on as a way in, with another secret
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        controller.lock()
        page = at_the_door(controller)
        qtbot.waitUntil(page.keychain_button.isEnabled, timeout=20_000)
        page.keychain_button.click()
    leave(qtbot, controller)


def test_if_it_cannot_be_the_door_says_so_and_everything_opens_as_before(
    qtbot: QtBot, controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = come_in(qtbot, controller).session.ways_in.reveal_key()

    def full(*_given: object, **_named: object) -> None:
        raise StorageFullError("The disk is full.")

    monkeypatch.setattr("desktop.storage.rekey.rekey", full)
    controller.rekey(PASSPHRASE)
    qtbot.waitUntil(lambda: isinstance(controller.door.page, UnlockPage), timeout=20_000)
    page = at_the_door(controller)
    assert "The disk is full." in page.passphrase.note.text()
    assert page.passphrase.edit.hasFocus()
    assert come_in(qtbot, controller).session.ways_in.reveal_key() == before
    leave(qtbot, controller)


def test_locking_takes_the_key_from_screen_and_clipboard(qtbot: QtBot, controller: Controller) -> None:
    workspace = come_in(qtbot, controller)
    workspace.do(Command.SETTINGS)
    card = workspace.settings.ways_in.key
    card.show_key(workspace.session.ways_in.reveal_key())
    card.copy_button.click()
    controller.lock()
    assert not card.key.text()
    assert not QGuiApplication.clipboard().text()
    qtbot.waitUntil(at_the_door(controller).passphrase.edit.isEnabled, timeout=20_000)
    leave(qtbot, controller)


@pytest.mark.parametrize("form", ["closed", "recovery", "remove", "keychain", "rekey", "key", "shown"])
def test_everything_has_a_name_and_the_keyboard_reaches_it(
    qtbot: QtBot, group: WaysInGroup, session: Session, tmp_path: Path, form: str
) -> None:
    match form:
        case "recovery":
            group.recovery.make_button.click()
        case "remove":
            session.ways_in.keep_recovery_code(session.ways_in.make_recovery_code())
            group.recovery.show_state(session.ways_in.state())
            group.recovery.remove_button.click()
        case "keychain":
            group.keychain.on_button.click()
        case "rekey":
            group.rekey.open_button.click()
        case "key":
            group.key.open_button.click()
        case "shown":
            group.key.show_key(session.ways_in.reveal_key())
    check(qtbot, group, group)


def test_the_steps_are_counted(theme: Theme, qtbot: QtBot) -> None:
    page = RekeyPage(theme)
    qtbot.addWidget(page)
    for step in RekeyStep:
        page.show_step(step)
        assert page.said.text().startswith(f"Step {step} of 4: ")
        assert page.progress.value() == step - 1


def test_at_twice_the_size_no_line_is_cut(qtbot: QtBot, controller: Controller, theme: Theme) -> None:
    theme.set_scale(2)
    workspace = come_in(qtbot, controller)
    workspace.do(Command.SETTINGS)
    group = workspace.settings.ways_in
    group.recovery.make_button.click()
    group.rekey.open_button.click()
    group.key.show_key(workspace.session.ways_in.reveal_key())
    qtbot.wait(50)

    def cut() -> list[str]:
        shown = [one for one in workspace.settings.findChildren(QLabel) if one.isVisible() and one.text()]
        assert len(shown) > 20
        return [one.text() for one in shown if one.height() < one.heightForWidth(one.width())]

    qtbot.waitUntil(lambda: cut() == [], timeout=2000)
    leave(qtbot, controller)


def test_leaving_meanwhile_leaves_a_vault_that_the_passphrase_opens(
    qtbot: QtBot, controller: Controller, made: Profile
) -> None:
    come_in(qtbot, controller)
    controller.rekey(PASSPHRASE)
    leave(qtbot, controller)

    def opens() -> bool:
        try:
            open_vault(made, PASSPHRASE).close()
        except VaultHeldError:  # it goes on to its end on a thread of its own
            return False
        return True

    qtbot.waitUntil(opens, timeout=30_000)
