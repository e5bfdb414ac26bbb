# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing, sending and stopping, with hands on the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.models import ModelStatus
from desktop.ui.composer.composer import Composer, Phase
from desktop.ui.composer.message_edit import MOST_LINES
from desktop.ui.theme.theme import Theme


@pytest.fixture
def composer(qtbot: QtBot, theme: Theme) -> Composer:
    composer = Composer(theme)
    composer.resize(700, 120)
    qtbot.addWidget(composer)
    with qtbot.waitExposed(composer):
        composer.show()
    composer.edit.setFocus()
    return composer


def test_return_sends_what_was_typed_and_keeps_it_until_it_is_accepted(
    qtbot: QtBot, composer: Composer
) -> None:
    qtbot.keyClicks(composer.edit, "Hello there ")
    with qtbot.waitSignal(composer.sent) as told:
        qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    assert told.args == ["Hello there"]
    assert composer.text == "Hello there "


def test_shift_return_breaks_the_line_and_leading_spaces_stay(qtbot: QtBot, composer: Composer) -> None:
    qtbot.keyClicks(composer.edit, "  one")
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(composer.edit, "two")
    with qtbot.waitSignal(composer.sent) as told:
        qtbot.keyClick(composer.edit, Qt.Key.Key_Enter)
    assert told.args == ["  one\ntwo"]


def test_blank_text_is_not_sent(qtbot: QtBot, composer: Composer) -> None:
    qtbot.keyClicks(composer.edit, "   ")
    with qtbot.assertNotEmitted(composer.sent):
        qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    assert not composer.button.isEnabled()


def test_return_belongs_to_an_input_method_that_composes(qtbot: QtBot, composer: Composer) -> None:
    QApplication.sendEvent(composer.edit, QInputMethodEvent("にほn", []))
    with qtbot.assertNotEmitted(composer.sent):
        qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    done = QInputMethodEvent("", [])
    done.setCommitString("日本")
    QApplication.sendEvent(composer.edit, done)
    with qtbot.waitSignal(composer.sent) as told:
        qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    assert told.args == ["日本"]


def test_the_field_grows_and_then_scrolls(composer: Composer) -> None:
    heights = []
    for lines in (1, 2, MOST_LINES, MOST_LINES + 10):
        composer.set_text("\n".join(["line"] * lines))
        heights.append(composer.edit.height())
    one, two, most, more = heights
    assert one < two < most == more
    assert two - one == composer.edit.fontMetrics().lineSpacing()
    assert composer.edit.verticalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAsNeeded


def test_what_fits_is_all_in_view_after_a_paste(qtbot: QtBot, composer: Composer) -> None:
    composer.resize(400, 300)
    source = QMimeData()
    source.setText("first 你好 مرحبا 😀\n" + "long" * 40 + "\nlast")
    QGuiApplication.clipboard().setMimeData(source)
    composer.edit.paste()
    QApplication.processEvents()
    edit = composer.edit
    assert edit.firstVisibleBlock().blockNumber() == 0
    assert edit.verticalScrollBar().value() == 0
    end = edit.cursorRect(edit.textCursor()).bottom()
    assert end <= edit.viewport().height() <= end + edit.fontMetrics().lineSpacing() // 2


def test_pasting_takes_the_words_only(composer: Composer) -> None:
    source = QMimeData()
    source.setHtml("<b>bold</b><img src='file:///etc/passwd'>")
    source.setText("bold")
    QGuiApplication.clipboard().setMimeData(source)
    composer.edit.paste()
    assert composer.text == "bold"
    picture = QMimeData()
    picture.setImageData(b"x")
    assert not composer.edit.canInsertFromMimeData(picture)


def test_the_round_button_stops_while_an_answer_is_made(qtbot: QtBot, composer: Composer) -> None:
    composer.show_phase(Phase.ANSWERING)
    assert composer.button.isEnabled()
    assert composer.button.accessibleName() == "Stop the answer"
    with qtbot.waitSignal(composer.stopped):
        composer.button.click()
    composer.set_text("next")
    with qtbot.assertNotEmitted(composer.sent):
        qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    composer.show_phase(Phase.IDLE)
    assert composer.button.accessibleName() == "Send"


def test_tokens_are_told_as_they_are(composer: Composer) -> None:
    composer.show_tokens(1204, 8192)
    assert composer.tokens.text() == "1,204 of 8,192 tokens"
    composer.show_tokens(4915, 8192, dropped=12)
    assert "oldest 12 messages" in composer.tokens.text()
    composer.show_tokens(0, 0)
    assert composer.tokens.text() == ""


@pytest.mark.parametrize("status", list(ModelStatus))
def test_the_chip_says_what_the_model_does(composer: Composer, status: ModelStatus) -> None:
    composer.chip.show_model("A & B" * 20, status)
    assert "A & B" in composer.chip.accessibleName()
    assert len(composer.chip.text().replace("&&", "&")) < 60
    unload = composer.chip.menu().actions()[-1]
    assert unload.isEnabled() is (status is ModelStatus.READY)
