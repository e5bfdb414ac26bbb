# SPDX-License-Identifier: GPL-3.0-or-later
"""The locking card keeps what is chosen, by keyboard too, and offers nothing that the system cannot do."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.ui.preferences import (
    CLEAR_COPIES,
    HIDE_FROM_CAPTURE,
    LOCK_AFTER,
    LOCK_WITH_SYSTEM,
    Preferences,
)
from desktop.ui.shell import capture, locking_card
from desktop.ui.shell.capture import can_hide, hide_from_capture
from desktop.ui.shell.locking_card import LockingCard
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.theme.theme import Theme


def test_what_is_chosen_is_kept(qtbot: QtBot, theme: Theme, preferences: Preferences) -> None:
    card = LockingCard(theme, preferences)
    qtbot.addWidget(card)
    assert card.with_system.isChecked()
    assert card.clear_copies.currentText() == "Never"
    qtbot.keyClick(card.with_system, Qt.Key.Key_Space)
    card.clear_copies.setCurrentIndex(card.clear_copies.findText("After 30 seconds"))
    card.lock_after.setCurrentIndex(card.lock_after.findText("After 15 minutes"))
    assert not preferences.get(LOCK_WITH_SYSTEM)
    assert preferences.get(CLEAR_COPIES) == 30
    assert preferences.get(LOCK_AFTER) == 15
    again = LockingCard(theme, preferences)
    qtbot.addWidget(again)
    assert not again.with_system.isChecked()
    assert again.clear_copies.currentText() == "After 30 seconds"
    assert again.lock_after.currentText() == "After 15 minutes"


@pytest.mark.skipif(sys.platform != "linux", reason="the other systems can")
def test_hiding_is_not_offered_where_there_is_no_way(
    qtbot: QtBot, theme: Theme, preferences: Preferences
) -> None:
    card = LockingCard(theme, preferences)
    qtbot.addWidget(card)
    assert not can_hide()
    assert not card.hide_from_capture.isEnabled()
    assert not card.hide_from_capture.isChecked()
    assert any(text.text().startswith("This system has no way") for text in card.findChildren(QLabel))
    assert not hide_from_capture(card, True)


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_hiding_is_asked_of_the_system(
    qtbot: QtBot,
    theme: Theme,
    preferences: Preferences,
    window: MainWindow,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
) -> None:
    """What the system makes of it cannot be seen here; that it is asked for this window can."""
    asked: list[tuple[int, bool]] = []
    assert can_hide(platform)
    monkeypatch.setattr(locking_card, "can_hide", lambda: True)
    monkeypatch.setattr(capture, "can_hide", lambda: True)
    monkeypatch.setattr(
        capture, "_ask_macos", lambda handle, hidden: asked.append((handle, hidden))
    )  # what is taken on this system, too
    card = LockingCard(theme, preferences)
    window.stack.addWidget(card)
    window.stack.setCurrentWidget(card)
    window.show()
    assert card.hide_from_capture.isEnabled()
    assert not card.hide_from_capture.isChecked()
    qtbot.keyClick(card.hide_from_capture, Qt.Key.Key_Space)
    assert preferences.get(HIDE_FROM_CAPTURE)
    card.hide_from_capture.setChecked(False)
    assert asked == [(int(window.winId()), True), (int(window.winId()), False)]


def test_a_refusal_is_no_failure(window: MainWindow) -> None:
    def refuse(_handle: int, _hidden: bool) -> None:
        raise OSError

    assert not hide_from_capture(window, True, ask=refuse)
