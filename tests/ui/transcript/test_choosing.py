# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.domain.conversation import Message
from desktop.ui.transcript.pane import Pane
from desktop.ui.transcript.view import TranscriptView

Make = Callable[..., Message]
Show = Callable[[Sequence[Message]], TranscriptView]


@pytest.fixture
def view(show: Show, make: Make) -> TranscriptView:
    return show([make(n, "user" if n % 2 == 0 else "assistant", f"Message {n} " * 8) for n in range(6)])


def pane(view: TranscriptView, row: int) -> Pane:
    widget = view.message_widget(row)
    assert widget is not None
    return next(each for each in widget.findChildren(Pane) if each.isVisible())


def drag(view: TranscriptView, start: int, *rows: int) -> None:
    QTest.mousePress(pane(view, start).viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 10))
    for row in rows:
        pane(view, start).dragged.emit(pane(view, row).mapToGlobal(QPoint(40, 10)))


def test_dragging_into_other_messages_chooses_them_all(view: TranscriptView) -> None:
    drag(view, 1, 1, 2, 3)
    assert list(view.choosing.rows) == [1, 2, 3]
    assert pane(view, 1).selected_text() == ""
    drag(view, 3, 2, 1, 0)
    assert list(view.choosing.rows) == [0, 1, 2, 3]


def test_dragging_back_selects_text_again(view: TranscriptView) -> None:
    drag(view, 1, 2, 1)
    assert not view.choosing.rows


def test_shift_and_a_press_reaches_that_far(view: TranscriptView) -> None:
    QTest.mousePress(pane(view, 1).viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 10))
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mousePress(pane(view, 4).viewport(), Qt.MouseButton.LeftButton, shift, QPoint(30, 10))
    assert list(view.choosing.rows) == [1, 2, 3, 4]
    assert pane(view, 4).selected_text() == ""
    QTest.mousePress(pane(view, 2).viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 10))
    assert not view.choosing.rows


def test_select_all_takes_the_message_then_the_conversation(view: TranscriptView, qtbot: QtBot) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(pane(view, 1), Qt.Key.Key_A, control)
    assert pane(view, 1).selected_text().startswith("Message 1")
    assert not view.choosing.rows
    QTest.keyClick(pane(view, 1), Qt.Key.Key_A, control)
    assert list(view.choosing.rows) == list(range(6))
    with qtbot.waitSignal(view.choosing.copy_requested) as caught:
        QTest.keyClick(pane(view, 1), Qt.Key.Key_C, control)
    assert caught.args == [[f"m{n}" for n in range(6)]]


def test_another_chat_has_nothing_chosen(view: TranscriptView) -> None:
    view.choosing.choose_all()
    view.open([])
    assert not view.choosing.rows
