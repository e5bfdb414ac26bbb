# SPDX-License-Identifier: GPL-3.0-or-later
"""The first page asks for everything, in order, and says what is missing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.services.vault import judge_passphrase
from desktop.ui.lock.first_start_page import FirstStartPage
from desktop.ui.theme.theme import Theme

GOOD = "four unrelated garden words"


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> FirstStartPage:
    page = FirstStartPage(theme)
    page.judged.connect(lambda text: page.show_strength(text, judge_passphrase(text)))
    qtbot.addWidget(page)
    page.resize(1000, 800)
    with qtbot.waitExposed(page):
        page.show()
    return page


def type_in(qtbot: QtBot, page: FirstStartPage, passphrase: str, again: str | None = None) -> None:
    page.passphrase.edit.setText(passphrase)
    page.again.edit.setText(passphrase if again is None else again)
    with qtbot.waitSignal(page.judged):
        pass


def test_a_good_one_typed_twice_and_understood_is_chosen(qtbot: QtBot, page: FirstStartPage) -> None:
    type_in(qtbot, page, GOOD)
    page.understood.setChecked(True)
    with qtbot.waitSignal(page.chosen) as told:
        qtbot.mouseClick(page.create_button, Qt.MouseButton.LeftButton)
    assert told.args == [GOOD]


def test_nothing_typed(qtbot: QtBot, page: FirstStartPage) -> None:
    with qtbot.assertNotEmitted(page.chosen):
        page.create_button.click()
    assert page.passphrase.note.text()


@pytest.mark.parametrize("weak", ["short", "password", "12345678"])
def test_a_weak_one_is_refused_with_advice(qtbot: QtBot, page: FirstStartPage, weak: str) -> None:
    type_in(qtbot, page, weak)
    page.understood.setChecked(True)
    with qtbot.assertNotEmitted(page.chosen, wait=50):
        page.create_button.click()
    assert page.passphrase.note.text() == page.meter.advice.text() != ""


def test_two_that_differ(qtbot: QtBot, page: FirstStartPage) -> None:
    type_in(qtbot, page, GOOD, GOOD + "x")
    page.understood.setChecked(True)
    with qtbot.assertNotEmitted(page.chosen):
        page.create_button.click()
    assert "same" in page.again.note.text()


def test_it_must_be_understood(qtbot: QtBot, page: FirstStartPage) -> None:
    type_in(qtbot, page, GOOD)
    with qtbot.assertNotEmitted(page.chosen):
        page.create_button.click()
    assert "tick" in page._problem.text()


def test_return_on_the_tick_ticks_it_and_then_begins(qtbot: QtBot, page: FirstStartPage) -> None:
    type_in(qtbot, page, GOOD)
    page.understood.setFocus()
    with qtbot.assertNotEmitted(page.chosen):
        qtbot.keyClick(page.understood, Qt.Key.Key_Return)
    assert page.understood.isChecked()
    with qtbot.waitSignal(page.chosen):
        qtbot.keyClick(page.understood, Qt.Key.Key_Return)
    assert page.understood.isChecked()


@pytest.mark.parametrize("name", ["understood", "create_button"])
def test_what_is_focused_has_no_frame_of_qts_own(qtbot: QtBot, page: FirstStartPage, name: str) -> None:
    control = getattr(page, name)
    page.activateWindow()
    control.setFocus()
    qtbot.waitUntil(control.hasFocus)
    page.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)  # as a real Tab does
    focused = control.grab().toImage()
    page.passphrase.edit.setFocus()
    assert control.grab().toImage() == focused


def test_a_hasty_click_waits_for_the_judgement(qtbot: QtBot, page: FirstStartPage) -> None:
    page.passphrase.edit.setText(GOOD)
    page.again.edit.setText(GOOD)
    page.understood.setChecked(True)
    with qtbot.waitSignal(page.chosen):
        page.create_button.click()


def test_the_eye_shows_and_hides(qtbot: QtBot, page: FirstStartPage) -> None:
    edit = page.passphrase.edit
    assert edit.echoMode() is QLineEdit.EchoMode.Password
    page.passphrase._eye.click()
    assert edit.echoMode() is QLineEdit.EchoMode.Normal
    assert page.passphrase._eye.accessibleName() == "Hide the passphrase"
    page.passphrase.clear()
    assert edit.echoMode() is QLineEdit.EchoMode.Password


def test_caps_lock_is_noticed(qtbot: QtBot, page: FirstStartPage) -> None:
    qtbot.keyClick(page.passphrase.edit, "A")  # a capital without Shift
    assert "Caps Lock" in page.passphrase.note.text()
    qtbot.keyClick(page.passphrase.edit, "a")
    assert page.passphrase.note.text() == ""


def test_a_late_judgement_of_an_earlier_text_is_not_shown(page: FirstStartPage) -> None:
    page.passphrase.edit.setText("something else")
    page.show_strength(GOOD, judge_passphrase(GOOD))
    assert page.meter.advice.text() == ""


def test_a_hasty_click_waits_for_a_slow_judgement_too(qtbot: QtBot, theme: Theme) -> None:
    page = FirstStartPage(theme)
    qtbot.addWidget(page)
    page.show()
    page.passphrase.edit.setText(GOOD)
    page.again.edit.setText(GOOD)
    page.understood.setChecked(True)
    with qtbot.assertNotEmitted(page.chosen, wait=400), qtbot.waitSignal(page.judged):
        page.create_button.click()
    with qtbot.waitSignal(page.chosen):
        page.show_strength(GOOD, judge_passphrase(GOOD))
