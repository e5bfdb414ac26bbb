# SPDX-License-Identifier: GPL-3.0-or-later
"""A page is scrolled to where one goes, and stays where something is being pressed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.theme.scrolled import ScrolledPage


class Page(QWidget):
    """Twenty buttons, and at the end a form that opens."""

    def __init__(self) -> None:
        super().__init__()
        self.buttons = [QPushButton(f"Button {number}") for number in range(20)]
        self.form = QWidget()
        self.edit, self.act = QLineEdit(), QPushButton("Do it")
        form = QVBoxLayout(self.form)
        column = QVBoxLayout(self)
        for widget in (*self.buttons, self.form):
            column.addWidget(widget)
        for widget in (self.edit, self.act):
            form.addWidget(widget)
        self.form.hide()


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[Page]:
    made = Page()
    area = ScrolledPage(made)
    qtbot.addWidget(area)
    area.resize(200, 260)
    area.show()
    qtbot.waitUntil(area.isActiveWindow)
    QTest.qWait(1)  # what comes just after showing is not followed
    yield made
    area.close()


def is_seen(widget: QWidget) -> bool:
    area = widget.window()
    assert isinstance(area, ScrolledPage)
    place = QRect(widget.mapTo(area.viewport(), QPoint(0, 0)), widget.size())
    return area.viewport().rect().contains(place)


def test_what_gets_the_focus_is_seen(qtbot: QtBot, page: Page) -> None:
    last, first = page.buttons[-1], page.buttons[0]
    assert not is_seen(last)
    last.setFocus()
    qtbot.waitUntil(lambda: is_seen(last))
    assert not is_seen(first)
    first.setFocus()
    qtbot.waitUntil(lambda: is_seen(first))


def test_a_form_below_the_fold_is_seen_with_its_buttons(qtbot: QtBot, page: Page) -> None:
    page.form.show()
    page.edit.setFocus()
    qtbot.waitUntil(lambda: is_seen(page.edit) and is_seen(page.act))


def test_what_is_being_pressed_stays_in_place(qtbot: QtBot, page: Page) -> None:
    half = page.buttons[7]
    qtbot.mousePress(half, Qt.MouseButton.LeftButton)
    before = half.mapToGlobal(QPoint(0, 0))
    QTest.qWait(20)
    assert half.mapToGlobal(QPoint(0, 0)) == before
    qtbot.mouseRelease(half, Qt.MouseButton.LeftButton)


def test_content_is_never_wider_than_what_is_seen(qtbot: QtBot, page: Page) -> None:
    page.buttons[0].setMinimumWidth(900)
    area = page.window()
    area.resize(220, 260)
    qtbot.waitUntil(lambda: page.width() <= 220)
