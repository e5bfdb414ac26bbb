# SPDX-License-Identifier: GPL-3.0-or-later
"""Ctrl+/ shows every key, and Escape goes back to where one was."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.ui.shell.keys_page import KeysPage
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.shortcuts import Command, listed_keys
from desktop.ui.shell.workspace import Workspace


def test_the_sheet_opens_over_anything_and_gives_the_keyboard_back(
    qtbot: QtBot, workspace: Workspace, window: MainWindow
) -> None:
    composer = workspace.page.composer
    composer.set_text("Begun")
    composer.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    page = workspace._stack.currentWidget()
    assert isinstance(page, KeysPage)
    words = {label.text() for label in page.findChildren(QLabel)}
    assert {key.words for key in listed_keys()} <= words
    assert page.back_button.hasFocus()
    qtbot.keyClick(page.back_button, Qt.Key.Key_Escape)
    assert workspace._stack.currentWidget() is workspace.page
    assert composer.isAncestorOf(window.focusWidget())
    assert composer.text == "Begun"
    workspace.do(Command.SETTINGS)
    workspace.do(Command.KEYS)
    workspace.do(Command.KEYS)
    assert workspace._stack.currentWidget() is workspace.settings
    assert workspace._stack.findChildren(KeysPage) == [page]


def test_every_key_of_the_window_is_listed() -> None:
    assert {command.value for command in Command} <= {key.keys for key in listed_keys()}
