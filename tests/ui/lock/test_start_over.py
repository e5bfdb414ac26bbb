# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything is erased and one begins anew: asked for inside, at the lock screen, or what was cut short."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.domain.errors import VaultDamagedError, VaultForeignError
from desktop.paths import Profile
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.vault import VaultService
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import create_vault
from desktop.ui.chat.privacy_line import PrivacyFacts
from desktop.ui.lock.first_start_page import FirstStartPage
from desktop.ui.lock.start_over_page import StartOverPage
from desktop.ui.lock.trouble_page import TroublePage
from desktop.ui.lock.unlock_page import ForgottenPage, UnlockPage
from desktop.ui.preferences import TEXT_SIZE, THEME, Preferences
from desktop.ui.shell.controller import Controller
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.theme.theme import Theme, ThemeChoice
from tests.conftest import PASSPHRASE


@pytest.fixture
def controller(
    qtbot: QtBot, profile: Profile, models: Models, window: MainWindow, theme: Theme, preferences: Preferences
) -> Controller:
    """A locked vault and its window."""
    create_vault(profile, PASSPHRASE, cost=KdfCost(64 * 1024, 3, 4)).close()
    service = VaultService(profile, lambda vault: Session(vault, models))
    facts = PrivacyFacts(encrypted=True, network_impossible=True)
    made = Controller(service, window, theme, preferences, look_at_privacy=lambda _session: facts)
    made.start()
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return made


@pytest.fixture
def unlocked(qtbot: QtBot, controller: Controller) -> Workspace:
    assert isinstance(controller.door.page, UnlockPage)
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        controller.door.page.entered.emit(PASSPHRASE)
    assert controller.workspace is not None
    return controller.workspace


def words(controller: Controller) -> str:
    assert controller.door.page is not None
    return "\n".join(label.text() for label in controller.door.page.findChildren(QLabel))


def wait_for_the_beginning(qtbot: QtBot, controller: Controller) -> None:
    qtbot.waitUntil(lambda: isinstance(controller.door.page, FirstStartPage), timeout=20_000)
    assert "the keys first" in words(controller)
    assert "What we can't reach" in words(controller)


def test_from_the_privacy_centre(
    qtbot: QtBot, controller: Controller, unlocked: Workspace, profile: Profile, preferences: Preferences
) -> None:
    preferences.set(TEXT_SIZE, 110)
    unlocked.do(Command.PRIVACY)
    form = unlocked.privacy.start_over
    form.open_button.click()
    assert form.asking.edit.hasFocus()
    qtbot.keyClicks(form.asking.edit, "erase")
    assert not form.asking.confirm_button.isEnabled()
    qtbot.keyClick(form.asking.edit, Qt.Key.Key_Escape)
    assert not form.asking.isVisible()
    assert profile.keyslots.exists()
    form.open_button.click()
    qtbot.keyClicks(form.asking.edit, "ERASE")
    form.asking.confirm_button.click()
    assert controller.workspace is None
    page = controller.door.page
    assert isinstance(page, StartOverPage)
    assert not page.asking.isVisible()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert controller.door.page is page, "no way back while it goes on"
    wait_for_the_beginning(qtbot, controller)
    assert not profile.folder.exists()

    preferences.set(THEME, ThemeChoice.DARK)  # which a window being closed would do with its place
    assert not profile.folder.exists()
    first = controller.door.page
    assert isinstance(first, FirstStartPage)
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        first.chosen.emit(PASSPHRASE)
    workspace = controller.workspace
    assert workspace is not None
    assert workspace.session.privacy.activity().result() == []
    preferences.set(THEME, ThemeChoice.DARK)
    assert "text_size" not in profile.preferences.read_text(encoding="utf-8")
    with qtbot.waitSignal(controller.finished, timeout=10_000):
        controller.quit()


def test_an_open_temporary_chat_goes_too(
    qtbot: QtBot, controller: Controller, unlocked: Workspace, profile: Profile
) -> None:
    unlocked.do(Command.TEMPORARY)
    qtbot.waitUntil(lambda: unlocked.temporary.page is not None, timeout=20_000)
    room = unlocked.temporary
    unlocked.start_over_requested.emit()
    wait_for_the_beginning(qtbot, controller)
    assert room.page is None
    assert controller._sealed is None
    assert not profile.folder.exists()


def test_from_the_lock_screen_when_the_passphrase_is_forgotten(
    qtbot: QtBot, controller: Controller, profile: Profile
) -> None:
    assert isinstance(controller.door.page, UnlockPage)
    controller.door.page.forgotten_button.click()
    assert isinstance(controller.door.page, ForgottenPage)
    controller.door.page.erase_button.click()
    page = controller.door.page
    assert isinstance(page, StartOverPage)
    assert str(profile.folder) in words(controller)
    assert page.asking.edit.hasFocus()
    qtbot.keyClick(page.asking.edit, Qt.Key.Key_Escape)
    assert isinstance(controller.door.page, UnlockPage)
    controller.door.page.forgotten_button.click()
    controller.door.page.erase_button.click()
    page = controller.door.page
    qtbot.keyClick(page.asking.edit, Qt.Key.Key_Return)
    assert profile.keyslots.exists()
    qtbot.keyClicks(page.asking.edit, "ERASE")
    qtbot.keyClick(page.asking.edit, Qt.Key.Key_Return)
    wait_for_the_beginning(qtbot, controller)
    assert not profile.folder.exists()


def test_what_was_cut_short_is_told_at_the_door_and_finished(
    qtbot: QtBot, controller: Controller, profile: Profile
) -> None:
    page = controller.door.page
    assert isinstance(page, UnlockPage)
    (profile.folder / "erasing").touch()  # by another program, which was then killed
    page.entered.emit(PASSPHRASE)
    qtbot.waitUntil(lambda: isinstance(controller.door.page, StartOverPage), timeout=20_000)
    assert "was being erased" in words(controller)
    controller.door.knock()
    page = controller.door.page
    assert isinstance(page, StartOverPage)
    assert not page.asking.isVisible()
    assert page.finish_button.hasFocus()
    page.finish_button.click()
    wait_for_the_beginning(qtbot, controller)
    assert not profile.folder.exists()


def test_one_that_is_open_elsewhere_is_not_touched(
    qtbot: QtBot, controller: Controller, unlocked: Workspace, profile: Profile
) -> None:
    second = StartOverPage(controller._theme, profile.folder)
    qtbot.addWidget(second)
    second.show()
    controller.door._start_over.erase(second)  # as from the lock screen of another window
    qtbot.waitUntil(second.finish_button.isVisible, timeout=20_000)
    assert "open" in second._said.text()
    assert profile.keyslots.exists()
    assert not (profile.folder / "erasing").exists()
    with qtbot.waitSignal(controller.finished, timeout=10_000):
        controller.quit()


@pytest.mark.parametrize(("error", "offered"), [(VaultDamagedError(), True), (VaultForeignError(), False)])
def test_a_vault_of_ours_that_does_not_open_can_be_given_up(
    controller: Controller, error: Exception, offered: bool
) -> None:
    controller.door.show_trouble(error)
    page = controller.door.page
    assert isinstance(page, TroublePage)
    assert page.erase_button.isVisible() is offered
    if offered:
        page.erase_button.click()
        assert isinstance(controller.door.page, StartOverPage)


@pytest.mark.parametrize("close", [lambda: None, lambda: 1 / 0])
def test_what_could_not_be_closed_in_order_is_erased_all_the_same(
    qtbot: QtBot, controller: Controller, profile: Profile, close: Callable[[], None]
) -> None:
    controller.door.erase(close)
    wait_for_the_beginning(qtbot, controller)
    assert not profile.folder.exists()
