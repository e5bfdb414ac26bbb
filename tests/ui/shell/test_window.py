# SPDX-License-Identifier: GPL-3.0-or-later
"""The window: keys, places, settings, locking and leaving in order."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QShortcut
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from scripted_engine import ScriptedEngine, say_then_wait

from desktop.domain.errors import StorageFullError
from desktop.paths import Profile
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.vault import VaultService
from desktop.ui.chat.privacy_line import PrivacyFacts, PrivacyLine
from desktop.ui.lock.first_start_page import FirstStartPage
from desktop.ui.lock.unlock_page import UnlockPage
from desktop.ui.preferences import READING_COLUMN, SIDEBAR_SHOWN, TEXT_SIZE, THEME, WINDOW, Preferences
from desktop.ui.shell.controller import Controller
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.shortcuts import Command, listed_keys
from desktop.ui.shell.workspace import Workspace
from desktop.ui.shell.zoom import next_size
from desktop.ui.theme.focus_ring import FocusRing
from desktop.ui.theme.theme import Theme, ThemeChoice

GOOD = "four unrelated garden words"
FACTS = PrivacyFacts(encrypted=True, network_impossible=True)


@pytest.fixture
def controller(
    profile: Profile, models: Models, window: MainWindow, theme: Theme, preferences: Preferences
) -> Controller:
    service = VaultService(profile, lambda vault: Session(vault, models))
    return Controller(service, window, theme, preferences, look_at_privacy=lambda _session: FACTS)


def test_lock_and_leave_keep_what_streams(
    qtbot: QtBot, controller: Controller, engine: ScriptedEngine, window: MainWindow, profile: Profile
) -> None:
    controller.start()
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    assert controller.door.page is not None
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        controller.door.page.chosen.emit(GOOD)
    workspace = controller.workspace
    assert workspace is not None
    engine.script = say_then_wait("Kept ", "words")
    workspace.page.composer.set_text("Question")
    workspace.page.composer.button.click()
    qtbot.waitUntil(lambda: workspace.page.transcript.model.rowCount() == 2)
    qtbot.waitUntil(lambda: "words" in workspace.page.transcript.model.text(1))

    qtbot.keyClick(window, "l", Qt.KeyboardModifier.ControlModifier)
    page = controller.door.page
    assert isinstance(page, UnlockPage)
    assert controller.workspace is None
    qtbot.waitUntil(page.unlock_button.isEnabled, timeout=10_000)
    assert engine.info is None, "the model has read what was said and must be let go"

    with qtbot.waitSignal(controller.settled, timeout=20_000):
        page.entered.emit(GOOD)
    again = controller.workspace
    assert again is not None
    qtbot.waitUntil(lambda: again.sidebar.chats.rowCount() == 2)
    again.sidebar.list.opened.emit(again.sidebar.chats._chats[0].id)
    qtbot.waitUntil(lambda: again.page.transcript.model.rowCount() == 2)
    qtbot.waitUntil(lambda: again.page.transcript.model.text(1) == "Kept words")

    with qtbot.waitSignal(controller.finished, timeout=10_000):
        window.close()
    assert not window.isVisible()
    assert Preferences(profile).get(WINDOW) is not None
    assert "Question" not in profile.preferences.read_text(encoding="utf-8")


def test_closing_while_the_key_is_derived_ends_cleanly(
    qtbot: QtBot, controller: Controller, window: MainWindow
) -> None:
    controller.start()
    window.show()
    with qtbot.waitSignal(controller.finished, timeout=20_000):
        assert controller.door.page is not None
        controller.door.page.chosen.emit(GOOD)
        window.close()


def test_each_key_is_used_once(workspace: Workspace, window: MainWindow) -> None:
    keys = [s.key().toString() for s in window.findChildren(QShortcut)]
    assert len(keys) == len(set(keys))
    assert {c.value for c in Command} <= set(keys)
    assert {c.value for c in Command} <= {k.keys for k in listed_keys()}


def test_the_sidebar_hides_and_is_remembered(
    qtbot: QtBot, workspace: Workspace, window: MainWindow, profile: Profile
) -> None:
    profile.folder.mkdir()
    workspace.sidebar.hide_requested.emit()
    assert not workspace.sidebar.isVisible()
    assert workspace.page.header.sidebar_button.isVisible()
    assert json.loads(profile.preferences.read_text())["sidebar_shown"] is False
    workspace.do(Command.SIDEBAR)
    assert workspace.sidebar.isVisible()


def test_search_key_brings_the_sidebar_back(qtbot: QtBot, workspace: Workspace, window: MainWindow) -> None:
    workspace.show_sidebar(False)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, "f", both)
    assert workspace.sidebar.search.hasFocus()


def test_keys_that_find_in_the_chat_and_open_the_palette(
    qtbot: QtBot, workspace: Workspace, window: MainWindow
) -> None:
    workspace.do(Command.SETTINGS)
    qtbot.keyClick(window, "f", Qt.KeyboardModifier.ControlModifier)
    assert workspace.page.find_bar.field.hasFocus()  # the chat came to the front
    qtbot.keyClick(window, "k", Qt.KeyboardModifier.ControlModifier)
    assert workspace._finding.palette.view.field.hasFocus()


def test_settings_take_effect_at_once_and_are_kept(
    qtbot: QtBot, workspace: Workspace, theme: Theme, preferences: Preferences
) -> None:
    workspace.do(Command.SETTINGS)
    settings = workspace.settings
    assert settings.isVisible()
    settings.appearance.setCurrentIndex(settings.appearance.findData(ThemeChoice.DARK))
    assert theme.dark
    assert preferences.get(THEME) is ThemeChoice.DARK
    settings.text_size.setCurrentIndex(settings.text_size.findData(150))
    assert theme.scale == 1.5
    assert preferences.get(TEXT_SIZE) == 150
    settings.reading_width.setCurrentIndex(settings.reading_width.findData(960))
    assert preferences.get(READING_COLUMN) == 960
    workspace.do(Command.NEW_CHAT)
    assert workspace.page.isVisible()
    theme.set_scale(1.0)


def test_the_text_is_as_wide_as_one_wants(workspace: Workspace, theme: Theme) -> None:
    wide = workspace.page.composer.width()
    for width in (960, 600):
        theme.set_reading_width(width)
        QGuiApplication.processEvents()
        assert workspace.page.transcript._rows.column == min(
            width, workspace.page.transcript.viewport().width() - 48
        )
        assert (workspace.page.composer.width() > wide) is (width > 720)


def test_keys_make_everything_larger_and_smaller_on_every_page(
    qtbot: QtBot, window: MainWindow, workspace: Workspace, theme: Theme, preferences: Preferences
) -> None:
    workspace.do(Command.SETTINGS)
    for key, percent in (
        (Qt.Key.Key_Plus, 110),
        (Qt.Key.Key_Equal, 125),
        (Qt.Key.Key_Minus, 110),
        (Qt.Key.Key_0, 100),
    ):
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert (theme.scale, preferences.get(TEXT_SIZE)) == (percent / 100, percent)
        assert workspace.settings.text_size.currentData() == percent


def test_sizes_end_somewhere() -> None:
    assert (next_size(200, 1), next_size(80, -1), next_size(150, 0)) == (200, 80, 100)


def test_geometry_comes_back(
    qtbot: QtBot, window: MainWindow, theme: Theme, preferences: Preferences, profile: Profile
) -> None:
    profile.folder.mkdir()
    window.setGeometry(40, 50, 700, 640)
    window.show()
    window.close()
    again = MainWindow(theme, Preferences(profile))
    qtbot.addWidget(again)
    assert again.geometry().getRect() == (40, 50, 700, 640)


def test_a_window_is_never_put_where_no_screen_is(
    qtbot: QtBot, theme: Theme, preferences: Preferences, profile: Profile
) -> None:
    preferences.set(WINDOW, (20_000, 20_000, 900, 640, False))
    window = MainWindow(theme, preferences)
    qtbot.addWidget(window)
    assert window.x() < 5000


@pytest.mark.parametrize("possible", [True, False])
def test_the_privacy_line_claims_no_more_than_holds(qtbot: QtBot, theme: Theme, possible: bool) -> None:
    line = PrivacyLine(theme, PrivacyFacts(encrypted=possible, network_impossible=possible))
    qtbot.addWidget(line)
    assert ("Encrypted" in line.accessibleName()) is possible
    assert ("never" in line.accessibleName()) is possible
    assert "On this device" in line.accessibleName()


def test_a_window_raised_from_elsewhere_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    window.showMinimized()
    window.come_forward()
    assert window.isVisible()
    assert not window.isMinimized()


def test_typing_is_possible_at_once(workspace: Workspace, ask: Callable[[str], str]) -> None:
    assert workspace.page.composer.edit.hasFocus()


def test_in_a_narrow_window_sidebar_and_chat_take_turns(
    qtbot: QtBot, workspace: Workspace, preferences: Preferences
) -> None:
    assert workspace.sidebar.isVisible()
    workspace.window().resize(500, 420)
    qtbot.waitUntil(lambda: not workspace.sidebar.isVisible())
    assert workspace.width() == 500
    assert workspace.page.isVisible()
    assert workspace.page.header.sidebar_button.isVisible()
    workspace.do(Command.SIDEBAR)
    assert workspace.sidebar.isVisible()
    assert not workspace.page.isVisible()
    workspace.sidebar.new_chat_button.click()
    assert not workspace.sidebar.isVisible()
    assert workspace.page.isVisible()
    assert preferences.get(SIDEBAR_SHOWN)
    workspace.window().resize(1200, 800)
    qtbot.waitUntil(workspace.sidebar.isVisible)
    assert workspace.page.isVisible()


def test_the_conversation_shows_that_the_keyboard_is_there(
    qtbot: QtBot, workspace: Workspace, window: MainWindow, ask: Callable[[str], str]
) -> None:
    ask("Hello")
    button, view = workspace.page.header.menu_button, workspace.page.transcript
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Tab)
    assert view.hasFocus()
    ring = window.findChild(FocusRing)
    assert ring is not None
    assert ring.isVisible()
    assert ring.target is view
    assert QRect(view.mapTo(window, QPoint(0, 0)), view.size()).contains(ring.geometry())


def test_escape_leaves_the_settings(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.do(Command.SETTINGS)
    assert workspace.settings.isVisible()
    qtbot.keyClick(workspace.settings.appearance, Qt.Key.Key_Escape)
    assert workspace.page.isVisible()


def test_a_kept_place_larger_than_the_screen_is_brought_in(
    qtbot: QtBot, theme: Theme, preferences: Preferences
) -> None:
    room = QGuiApplication.primaryScreen().availableGeometry()
    preferences.set(WINDOW, (room.left() + 40, room.top() + 30, room.width() * 2, room.height() * 2, False))
    window = MainWindow(theme, preferences)
    qtbot.addWidget(window)
    assert room.contains(window.geometry())
    assert window.geometry().top() > room.top()


def test_what_went_wrong_while_locking_is_told(
    qtbot: QtBot, controller: Controller, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller.start()
    assert isinstance(controller.door.page, FirstStartPage)
    with qtbot.waitSignal(controller.settled, timeout=20_000):
        controller.door.page.chosen.emit(GOOD)
    close = Session.close

    def fail(session: Session) -> None:
        close(session)
        raise StorageFullError("The disk is full.")

    monkeypatch.setattr(Session, "close", fail)
    controller.lock()
    page = controller.door.page
    assert isinstance(page, UnlockPage)
    qtbot.waitUntil(page.unlock_button.isEnabled, timeout=10_000)
    shown = [label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page)]
    assert "The disk is full." in shown
    assert page.passphrase.edit.isEnabled()
