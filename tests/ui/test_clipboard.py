# SPDX-License-Identifier: GPL-3.0-or-later
"""What is copied here is marked, and goes with the lock; what others copied stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.domain.conversation import ChatId
from desktop.paths import Profile
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.vault import VaultService
from desktop.ui import clipboard
from desktop.ui.chat.privacy_line import PrivacyFacts
from desktop.ui.preferences import Preferences
from desktop.ui.shell.controller import Controller
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.workspace import Workspace
from desktop.ui.theme.theme import Theme


def test_a_copied_answer_is_marked_as_not_for_histories(
    qtbot: QtBot, workspace: Workspace, ask: Callable[[str], str]
) -> None:
    chat_id = ask("Greet me")
    path = workspace.session.history.path(ChatId(chat_id)).result()
    workspace.page.transcript.copy_message_requested.emit(path[-1].id)
    held = QGuiApplication.clipboard()
    qtbot.waitUntil(lambda: held.text() == "Good evening.")
    data = held.mimeData()
    assert data is not None
    assert data.data("x-kde-passwordManagerHint") == b"secret"


def test_locking_takes_back_our_copies_and_no_others(
    qtbot: QtBot,
    profile: Profile,
    models: Models,
    window: MainWindow,
    theme: Theme,
    preferences: Preferences,
) -> None:
    service = VaultService(profile, lambda vault: Session(vault, models))
    facts = PrivacyFacts(encrypted=True, network_impossible=True)
    controller = Controller(service, window, theme, preferences, look_at_privacy=lambda _session: facts)
    controller.start()
    assert controller.door.page is not None
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        controller.door.page.chosen.emit("four unrelated garden words")
    clipboard.copy("a private answer")
    held = QGuiApplication.clipboard()
    assert held.text() == "a private answer"
    controller.lock()
    assert held.text() == ""
    held.setText("from another program")
    clipboard.take_back()
    assert held.text() == "from another program"
    with qtbot.waitSignal(controller.finished, timeout=20_000):
        controller.quit()


def test_a_copy_of_ours_goes_after_its_time_and_no_other(qtbot: QtBot) -> None:
    held = QGuiApplication.clipboard()
    clock = clipboard.CopyClock(lambda: 30)
    clipboard.copy("a private answer")
    assert clock._timer.isActive()
    assert clock._timer.interval() == 30_000
    clock._timer.start(1)  # those seconds are over
    qtbot.waitUntil(lambda: held.text() == "")

    clipboard.copy("another answer")
    assert clock._timer.isActive()
    held.setText("from another program")
    assert not clock._timer.isActive()
    clock._timer.timeout.emit()
    assert held.text() == "from another program"
    clock.close()


def test_never_is_never(qtbot: QtBot) -> None:
    clock = clipboard.CopyClock(lambda: 0)
    clipboard.copy("a private answer")
    assert not clock._timer.isActive()
    clock.close()
    clipboard.take_back()


@pytest.fixture
def owned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The offscreen platform does not tell whose the clipboard is."""
    monkeypatch.setattr(QClipboard, "ownsClipboard", lambda _self: True)


@pytest.mark.usefixtures("owned")
def test_what_a_field_copies_is_marked_and_taken_back(qtbot: QtBot) -> None:
    marks = clipboard.OwnCopies()
    field = QLineEdit("copied out of a field")
    qtbot.addWidget(field)
    field.selectAll()
    field.copy()
    held = QGuiApplication.clipboard()
    qtbot.waitUntil(lambda: held.mimeData().hasFormat("x-kde-passwordManagerHint"))
    assert held.text() == "copied out of a field"
    marks.close()
    clipboard.take_back()
    assert held.text() == ""


def test_what_is_marked_with_the_mouse_is_taken_back(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A middle click would paste it elsewhere, after locking, too."""
    cleared = []
    monkeypatch.setattr(QClipboard, "supportsSelection", lambda _self: True)
    monkeypatch.setattr(QClipboard, "ownsSelection", lambda _self: True)
    monkeypatch.setattr(
        QClipboard, "clear", lambda _self, mode=QClipboard.Mode.Clipboard: cleared.append(mode)
    )
    clipboard.take_back()
    assert QClipboard.Mode.Selection in cleared
