# SPDX-License-Identifier: GPL-3.0-or-later
"""The Privacy Centre over a real database: what it says is so, what it is asked for is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.ui.privacy.page import PrivacyPage
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.theme.theme import Theme


def words(page: PrivacyPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def centre(qtbot: QtBot, workspace: Workspace, ask: Callable[[str], str]) -> PrivacyPage:
    """Opened, with one chat kept."""
    ask("A quiet question about zanzibar")
    workspace.do(Command.PRIVACY)
    qtbot.waitUntil(lambda: "2 messages" in words(workspace.privacy))
    return workspace.privacy


def test_it_says_what_is_kept(centre: PrivacyPage) -> None:
    said = words(centre)
    assert "Never used" in said
    assert "memory only" in said  # this test's database is; nothing is called encrypted that is not
    assert "Encrypted with" not in said
    assert "0 chats may be used for training now" in said
    assert "Nothing was exported" in said


def test_keys_and_pointer_open_and_leave_it(
    qtbot: QtBot, workspace: Workspace, window: MainWindow, centre: PrivacyPage
) -> None:
    assert workspace.sidebar.privacy_button.isChecked()
    assert centre.review_button.hasFocus()
    qtbot.keyClick(centre.review_button, Qt.Key.Key_Escape)
    assert workspace.page.isVisible()
    assert not workspace.sidebar.privacy_button.isChecked()
    qtbot.mouseClick(workspace.page.privacy, Qt.MouseButton.LeftButton)
    assert centre.isVisible()
    workspace.do(Command.SETTINGS)
    assert workspace.settings.isVisible()
    assert not workspace.sidebar.privacy_button.isChecked()
    workspace.sidebar.privacy_button.click()
    assert centre.isVisible()
    assert not workspace.sidebar.settings_button.isChecked()


def test_see_everything_names_the_chats(qtbot: QtBot, centre: PrivacyPage) -> None:
    centre.review_button.click()
    assert centre.review.isVisible()
    qtbot.waitUntil(lambda: "A quiet question about zanzibar" in centre.review.text.toPlainText())
    assert "Good evening." in centre.review.text.toPlainText()
    qtbot.keyClick(centre.review.text, Qt.Key.Key_Escape)
    assert centre.isVisible()
    assert not centre.review.isVisible()
    assert centre.review.text.toPlainText() == ""
    assert centre.review_button.hasFocus()


def test_erasing_needs_the_word(qtbot: QtBot, workspace: Workspace, centre: PrivacyPage) -> None:
    form = centre.erase
    form.open_button.click()
    assert not form.confirm_button.isEnabled()
    qtbot.keyClicks(form.edit, "erase it")
    qtbot.keyClick(form.edit, Qt.Key.Key_Return)
    assert not form.confirm_button.isEnabled()
    form.cancel_button.click()
    assert not form.edit.isVisible()
    assert len(workspace.session.history.chats().result()) == 1


def test_erasing_leaves_nothing_and_gives_a_receipt(
    qtbot: QtBot, workspace: Workspace, centre: PrivacyPage
) -> None:
    form = centre.erase
    form.open_button.click()
    qtbot.keyClicks(form.edit, "ERASE")
    form.confirm_button.click()
    qtbot.waitUntil(lambda: "Erased 1 chat" in words(centre).replace(form.receipt.text(), ""))
    assert form.receipt.text().startswith("Erased 1 chats with 2 messages. Traces found afterwards: 0.")
    assert workspace.session.history.chats(include_archived=True).result() == []
    assert workspace.sidebar.chats.is_empty
    assert workspace.chat.shown is None


def test_a_deleted_chat_that_waits_is_erased_too_and_not_offered_back(
    qtbot: QtBot, workspace: Workspace, centre: PrivacyPage
) -> None:
    assert workspace.chat.shown is not None
    workspace._chats.delete([workspace.chat.shown])
    qtbot.waitUntil(workspace.sidebar.undo.isVisible)
    centre.erase.open_button.click()
    qtbot.keyClicks(centre.erase.edit, "ERASE")
    qtbot.keyClick(centre.erase.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: centre.erase.receipt.text().startswith("Erased 1"))
    assert not workspace.sidebar.undo.isVisible()
    assert workspace.session.history.chats().result() == []


def test_cards_stand_one_below_the_other_where_text_is_large(
    qtbot: QtBot, workspace: Workspace, centre: PrivacyPage, theme: Theme
) -> None:
    theme.set_scale(2.0)
    workspace.window().resize(1280, 820)
    qtbot.waitUntil(lambda: centre._protected.parentWidget() is centre._kept.parentWidget())
    qtbot.waitUntil(lambda: centre._protected.y() > centre._kept.y())
    assert centre._kept.width() <= centre.width()
    theme.set_scale(1.0)
