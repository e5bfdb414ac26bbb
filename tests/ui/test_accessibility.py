# SPDX-License-Identifier: GPL-3.0-or-later
"""On each page: what takes the keyboard has a name, and the keyboard reaches it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLineEdit,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.domain.errors import VaultDamagedError
from desktop.ui.lock.first_start_page import FirstStartPage
from desktop.ui.lock.start_over_page import StartOverPage
from desktop.ui.lock.trouble_page import TroublePage
from desktop.ui.lock.troubles import trouble_of
from desktop.ui.lock.unlock_page import ForgottenPage, UnlockPage
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.theme.controls import NamedLabel, Select
from desktop.ui.theme.theme import Theme

SMALLEST = 24  # px, WCAG 2.2 2.5.8; ours are 32 and more but for icons inside fields and rows of text
FOLDER = Path("/somewhere")
DOOR_PAGES: dict[str, Callable[[Theme], QWidget]] = {
    "first start": FirstStartPage,
    "unlock": UnlockPage,
    "forgotten": lambda theme: ForgottenPage(theme, FOLDER),
    "start over": lambda theme: StartOverPage(theme, FOLDER),
    "start over, cut short": lambda theme: StartOverPage(theme, FOLDER, unfinished=True),
    "trouble": lambda theme: TroublePage(theme, trouble_of(VaultDamagedError()), FOLDER),
}


def stops(root: QWidget) -> list[QWidget]:
    """Everything visible that takes the keyboard by Tab."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        and not isinstance(widget, QScrollBar)
    ]


def name_of(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def check(qtbot: QtBot, window: QWidget, root: QWidget) -> None:
    wanted = stops(root)
    assert wanted
    nameless = [w for w in wanted if not name_of(w)]
    assert not nameless, [type(w).__name__ + w.objectName() for w in nameless]
    buttons = [w for w in root.findChildren(QAbstractButton) if w.isVisible()]
    assert all(name_of(b) for b in buttons)
    small = [b for b in buttons if min(b.width(), b.height()) < SMALLEST]
    assert not [name_of(b) for b in small if not isinstance(b.parent(), QLineEdit)]
    reached: set[QWidget] = set()
    for _step in range(len(wanted) * 3 + 20):
        focus = QApplication.focusWidget()
        if focus is not None:
            reached.add(focus)
        qtbot.keyClick(focus or window, Qt.Key.Key_Tab)
    missed = [w for w in wanted if w not in reached and not _inside_reached_area(w, reached)]
    assert not missed, [name_of(w) for w in missed]


def _inside_reached_area(widget: QWidget, reached: set[QWidget]) -> bool:
    """A viewport is reached with its area."""
    parent = widget.parentWidget()
    return isinstance(parent, QAbstractScrollArea) and parent.viewport() is widget and parent in reached


@pytest.mark.parametrize("name", DOOR_PAGES)
def test_door_pages(qtbot: QtBot, window: MainWindow, theme: Theme, name: str) -> None:
    page = DOOR_PAGES[name](theme)
    window.stack.addWidget(page)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    check(qtbot, window, page)


@pytest.mark.parametrize(
    "state",
    [
        "empty",
        "chat",
        "link",
        "notice",
        "models",
        "settings",
        "privacy",
        "requests",
        "no sidebar",
        "temporary",
    ],
)
def test_workspace_pages(
    qtbot: QtBot, window: MainWindow, workspace: Workspace, ask: Callable[[str], str], state: str
) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    if state != "empty":
        ask("A question to fill the page")
    match state:
        case "link":
            workspace.page.link_bar.ask("https://example.org/")
        case "notice":
            workspace._problems.show(RuntimeError())
        case "models":
            workspace.do(Command.MODELS)
            qtbot.waitUntil(lambda: bool(workspace.models.page.frames))
        case "settings":
            workspace.do(Command.SETTINGS)
        case "privacy":
            workspace.do(Command.PRIVACY)
        case "requests":
            workspace.do(Command.PRIVACY)
            page = workspace.privacy
            page.correct.open_button.click()
            page.correct.old.setText("question")
            page.correct.find_button.click()
            qtbot.waitUntil(page.correct.places.isVisible)
            page.erase.open_button.click()
            qtbot.waitUntil(lambda: bool(page.given.findChildren(QAbstractButton)))
        case "no sidebar":
            workspace.show_sidebar(False)
        case "temporary":
            with qtbot.waitSignal(workspace.temporary.begun):
                workspace.do(Command.TEMPORARY)
            assert workspace.temporary.page is not None
            workspace.temporary.page.composer.set_text("Begun")
            workspace.do(Command.NEW_CHAT)
            assert workspace.temporary.page.leave_bar.isVisible()
    check(qtbot, window, workspace)


def test_a_list_to_choose_from_and_words_with_a_name_are_told_whole(qtbot: QtBot, theme: Theme) -> None:
    """Qt tells the chosen words as the name of the first, and of a label its name or its words."""
    select, code = Select(theme, "How long"), NamedLabel("Your recovery code")
    for widget in (select, code):
        qtbot.addWidget(widget)
    select.addItem("For good")
    told = QAccessible.queryAccessibleInterface(select)
    assert "How long" in (told.text(QAccessible.Text.Name), told.text(QAccessible.Text.Description))
    code.setText("AB-12\nCD-34")
    assert name_of(code) == "Your recovery code: AB-12 CD-34"
    code.clear()
    assert name_of(code) == "Your recovery code"
