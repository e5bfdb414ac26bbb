# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault locks when nobody is there, waits for an answer, and keeps what was begun."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.paths import Profile
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.vault import VaultService
from desktop.ui.chat.privacy_line import PrivacyFacts
from desktop.ui.lock.unlock_page import UnlockPage
from desktop.ui.preferences import LOCK_AFTER, Preferences
from desktop.ui.shell.controller import Controller
from desktop.ui.shell.idle_lock import LONGEST_WAIT_S, IdleLock
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.workspace import Workspace
from desktop.ui.theme.theme import Theme
from tests.conftest import PASSPHRASE

FACTS = PrivacyFacts(encrypted=True, network_impossible=True)


class Watched:
    """A field in a window of its own, its clock and what was told."""

    def __init__(self, qtbot: QtBot, minutes: int = 5) -> None:
        self.now, self.busy, self.told = 1000.0, False, 0
        self.field = QLineEdit()
        qtbot.addWidget(self.field)
        self.field.show()
        self.lock = IdleLock(self.field, lambda: minutes, clock=lambda: self.now)
        self.lock.idle.connect(self._tell)
        self.lock.begin(lambda: self.busy)

    def _tell(self) -> None:
        self.told += 1

    def after(self, seconds: float) -> int:
        self.now += seconds
        self.lock.look()
        return self.told


def test_it_tells_once_the_time_is_over(qtbot: QtBot) -> None:
    watched = Watched(qtbot)
    assert watched.after(299) == 0
    assert watched.after(1) == 1


def test_a_key_and_the_pointer_begin_the_time_anew(qtbot: QtBot) -> None:
    watched = Watched(qtbot)
    handle = watched.field.windowHandle()
    assert handle is not None
    watched.after(299)
    qtbot.keyClick(handle, Qt.Key.Key_A)
    assert watched.after(299) == 0
    qtbot.mouseClick(handle, Qt.MouseButton.LeftButton)
    assert watched.after(299) == 0
    assert watched.after(1) == 1


def test_an_answer_is_waited_for_but_not_for_ever(qtbot: QtBot) -> None:
    watched = Watched(qtbot)
    watched.busy = True
    assert watched.after(300) == 0
    assert watched.after(LONGEST_WAIT_S) == 1


def test_never_is_never(qtbot: QtBot) -> None:
    assert Watched(qtbot, minutes=0).after(1e9) == 0


def test_an_open_vault_locks_and_what_was_begun_is_there_again(
    qtbot: QtBot, profile: Profile, models: Models, window: MainWindow, theme: Theme, preferences: Preferences
) -> None:
    service = VaultService(profile, lambda vault: Session(vault, models))
    service.create(PASSPHRASE).close()
    assert preferences.get(LOCK_AFTER) == 5
    window.show()
    controller = Controller(service, window, theme, preferences, look_at_privacy=lambda _session: FACTS)
    controller.start()

    def unlock() -> Workspace:
        qtbot.waitUntil(lambda: isinstance(controller.door.page, UnlockPage))
        page = controller.door.page
        assert isinstance(page, UnlockPage)
        qtbot.waitUntil(page.passphrase.edit.isEnabled, timeout=20_000)
        with qtbot.waitSignal(controller.settled, timeout=20_000):
            page.passphrase.edit.setText(PASSPHRASE)
            qtbot.keyClick(page.passphrase.edit, Qt.Key.Key_Return)
        assert controller.workspace is not None
        return controller.workspace

    composer = unlock().page.composer
    qtbot.waitUntil(lambda: controller.workspace is not None and controller.workspace.chat._drafts._are_known)
    composer.set_text("half a thought")
    controller._idle._touched -= 3600
    controller._idle.look()
    assert controller.workspace is None

    again = unlock().page.composer
    qtbot.waitUntil(lambda: again.text == "half a thought")
    with qtbot.waitSignal(controller.finished, timeout=20_000):
        controller.quit()
