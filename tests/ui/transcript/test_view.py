# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessibleAnnouncementEvent, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from desktop.domain.conversation import Message, MessageId, ReplyStats, Status
from desktop.ui import announce
from desktop.ui.theme.tokens import DARK, LIGHT
from desktop.ui.transcript.code_card import CodeCard
from desktop.ui.transcript.text_pane import TextPane
from desktop.ui.transcript.view import TranscriptView

Make = Callable[..., Message]
Show = Callable[[Sequence[Message]], TranscriptView]

REPLY = (
    "Both forms fit one pattern:\n\n```python\nimport re\n\ndef f(x):\n    return x\n```\n\nThree things:\n\n"
    "- **one** thing\n- another\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
)


@pytest.fixture
def long_chat(make: Make) -> list[Message]:
    def text(number: int) -> str:
        if number % 2 == 0:
            return f"Question {number}?"
        replies = (REPLY.replace("Both", f"Both {n}").replace("Three", f"Three {n}") for n in range(3))
        return "".join(list(replies)[: 1 + number % 3])

    return [make(n, "user" if n % 2 == 0 else "assistant", text(n)) for n in range(10_000)]


def button(view: TranscriptView, row: int, name: str) -> QToolButton:
    widget = view.message_widget(row)
    assert widget is not None
    return next(
        each
        for each in widget.findChildren(QToolButton)
        if each.accessibleName() == name and each.isVisibleTo(widget)
    )


def shown_texts(view: TranscriptView) -> dict[str, int]:
    """Text of each visible pane and where it is on screen."""
    found = {}
    for pane in view.viewport().findChildren(TextPane):
        if pane.isVisible():
            y = pane.mapTo(view.viewport(), QPoint(0, 0)).y()
            if -pane.height() < y < view.viewport().height():
                found[f"{pane.parentWidget().row}:{pane.toPlainText()}"] = y
    return found


def test_ten_thousand_messages_open_at_the_end_with_few_widgets(show: Show, long_chat: list[Message]) -> None:
    view = show(long_chat)
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 1_000_000
    assert view.message_widget(9_999) is not None
    assert view.message_widget(0) is None
    assert len(view.viewport().findChildren(TextPane)) < 40


def test_scrolling_far_and_near_reuses_widgets(show: Show, long_chat: list[Message], qtbot: QtBot) -> None:
    view = show(long_chat)
    bar = view.verticalScrollBar()
    for share in (0.1, 0.9, 0.5, 0.3):
        bar.setValue(int(bar.maximum() * share))
        qtbot.wait(30)
        assert shown_texts(view)
    for _step in range(60):
        view.scroll_by(-150)
    assert len(view.viewport().findChildren(TextPane)) < 60


def test_what_is_looked_at_never_jumps(show: Show, long_chat: list[Message], qtbot: QtBot) -> None:
    """Scrolling up through rows whose heights were guesses moves everything by exactly what was asked."""
    view = show(long_chat)
    for _step in range(80):
        before = shown_texts(view)
        view.scroll_by(-90)
        after = shown_texts(view)
        both = before.keys() & after.keys()
        assert both
        assert {after[text] - before[text] for text in both} == {90}


def test_a_starved_frame_does_not_move_what_shows(
    show: Show, long_chat: list[Message], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frames with no time to spare leave rows as guesses; when these are laid out later, nothing moves."""
    view = show(long_chat)
    monkeypatch.setattr(TranscriptView._arrange, "__defaults__", (0.0,))
    for _step in range(25):
        before = shown_texts(view)
        view.scroll_by(-140)
        qtbot.wait(40)
        after = shown_texts(view)
        both = before.keys() & after.keys()
        assert both
        assert {after[text] - before[text] for text in both} == {140}


def test_home_and_end(show: Show, long_chat: list[Message], qtbot: QtBot) -> None:
    view = show(long_chat)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: view.message_widget(0) is not None)
    assert view.verticalScrollBar().value() == 0
    first = view.message_widget(0)
    assert first is not None
    assert first.y() == 0
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert view.verticalScrollBar().value() > 300
    QTest.keyClick(view, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: view.message_widget(9_999) is not None)


def test_wheel(show: Show, long_chat: list[Message]) -> None:
    view = show(long_chat[:40])
    before = shown_texts(view)
    spot = QPointF(500, 300)
    event = QWheelEvent(
        spot,
        view.mapToGlobal(spot),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)
    after = shown_texts(view)
    both = before.keys() & after.keys()
    assert both
    assert {after[text] - before[text] for text in both} == {72}


def test_a_short_chat_begins_at_the_top(show: Show, make: Make) -> None:
    view = show([make(0, "user", "Hi"), make(1, "assistant", "Hello")])
    first = view.message_widget(0)
    assert first is not None
    assert first.y() == 0
    assert view.verticalScrollBar().maximum() == 0


def stream(view: TranscriptView, make: Make, text: str, number: int = 900) -> Message:
    view.begin_reply(make(number, "assistant", "", Status.STREAMING))
    for start in range(0, len(text), 50):
        view.append_text(MessageId(f"m{number}"), text[start : start + 50])
        QApplication.processEvents()
    return make(number, "assistant", text, stats=ReplyStats(10, 0, 200, 0.3, 52.0))


def test_streaming_sticks_to_the_end(show: Show, make: Make, long_chat: list[Message], qtbot: QtBot) -> None:
    view = show(long_chat[:20])
    done = stream(view, make, REPLY * 6)
    qtbot.wait(60)
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum()
    view.finish_reply(done)
    qtbot.wait(30)
    assert bar.value() == bar.maximum()
    assert view.model.text(20) == REPLY * 6


def test_who_scrolled_up_stays_there(show: Show, make: Make, long_chat: list[Message], qtbot: QtBot) -> None:
    view = show(long_chat[:20])
    view.scroll_by(-900)
    qtbot.wait(100)  # what one frame had no time for
    before = shown_texts(view)
    stream(view, make, REPLY * 6)
    qtbot.wait(60)
    assert shown_texts(view) == before
    latest = next(b for b in view.findChildren(QToolButton) if b.accessibleName() == "Jump to latest")
    assert latest.isVisible()
    latest.click()
    qtbot.wait(30)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()
    assert not latest.isVisible()


def test_streamed_and_stored_look_the_same(show: Show, make: Make, qtbot: QtBot) -> None:
    user = make(0, "user", "Hi")
    streaming = show([user])
    done = stream(streaming, make, REPLY)
    qtbot.wait(60)
    streaming.finish_reply(done)
    qtbot.wait(60)
    stored = show([user, done])
    assert shown_texts(streaming) == shown_texts(stored)


def test_one_update_costs_the_same_at_any_length(show: Show, make: Make) -> None:
    """A coarse guard; the benchmark measures the real ratio on a quiet machine."""
    view = show([make(0, "user", "Hi")])
    view.begin_reply(make(1, "assistant", "", Status.STREAMING))
    text = REPLY * 300
    costs = []
    for start in range(0, 60_000, 60):
        view.append_text(MessageId("m1"), text[start : start + 60])
        begun = time.perf_counter()
        view._take_incoming()
        view.viewport().repaint()
        costs.append(time.perf_counter() - begun)
    early, late = sorted(costs[60:160])[50], sorted(costs[-100:])[50]
    assert late / early < 3


def test_a_huge_message_never_lays_out_all(show: Show, make: Make, qtbot: QtBot) -> None:
    view = show([make(0, "user", "word " * 30_000), make(1, "assistant", REPLY * 400)])
    qtbot.wait(300)
    assert len([p for p in view.viewport().findChildren(TextPane) if p.isVisible()]) < 30
    for _step in range(30):
        view.scroll_by(-2000)
    assert shown_texts(view)


def test_names_for_screen_readers(show: Show, make: Make) -> None:
    view = show([make(0, "user", "Hi"), make(1, "assistant", REPLY, model="SmolLM2")])
    yours, its = view.message_widget(0), view.message_widget(1)
    assert yours is not None
    assert its is not None
    assert (yours.accessibleName(), yours.accessibleDescription()) == ("You", "Hi")
    assert (its.accessibleName(), its.accessibleDescription()) == ("SmolLM2", REPLY)
    for control in view.findChildren(QToolButton):
        assert control.accessibleName()
    for pane in view.viewport().findChildren(TextPane):
        assert pane.accessibleName()


def test_tab_goes_through_every_control_in_order(show: Show, make: Make) -> None:
    view = show([make(0, "user", "Hi"), make(1, "assistant", REPLY)])
    view.activateWindow()
    view.setFocus()
    seen = []
    for _step in range(20):
        QTest.keyClick(QApplication.focusWidget() or view, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if focused is None or focused is view:
            break
        seen.append(focused.accessibleName())
    assert "You" in seen
    assert seen.index("Wrap long lines") < seen.index("Copy code") < seen.index("Answer again")


def test_actions_say_what_is_wanted(show: Show, make: Make, qtbot: QtBot) -> None:
    view = show([make(0, "user", "Hi"), make(1, "assistant", REPLY)])
    for name, signal in (
        ("Copy message", view.copy_message_requested),
        ("Answer again", view.regenerate_requested),
    ):
        with qtbot.waitSignal(signal) as caught:
            button(view, 1, name).click()
        assert caught.args == ["m1"]
    with qtbot.waitSignal(view.copy_code) as caught:
        button(view, 1, "Copy code").click()
    assert caught.args == ["import re\n\ndef f(x):\n    return x"]
    assert QGuiApplication.clipboard().text() == caught.args[0]


def test_siblings(show: Show, make: Make, outline: Callable[..., object], qtbot: QtBot) -> None:
    messages = [make(0, "user", "Hi"), make(1, "assistant", "One")]
    view = show(messages)
    view.update_path([outline(messages[0]), outline(messages[1], 3, 1)])  # type: ignore[list-item]
    qtbot.wait(30)
    with qtbot.waitSignal(view.sibling_requested) as caught:
        button(view, 1, "Previous version").click()
    assert caught.args == ["m1", -1]
    labels = [label.text() for label in view.findChildren(QLabel) if label.isVisible()]
    assert "2 / 3" in labels


def test_failed_replies_explain_themselves(show: Show, make: Make, qtbot: QtBot) -> None:
    view = show([make(0, "user", "Hi")])
    view.begin_reply(make(1, "assistant", "", Status.STREAMING))
    view.append_text(MessageId("m1"), "Half a")
    view.finish_reply(make(1, "assistant", "Half a", Status.FAILED), "The model ran out of memory.")
    qtbot.wait(40)
    widget = view.message_widget(1)
    assert widget is not None
    texts = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    assert "The model ran out of memory." in texts
    with qtbot.waitSignal(view.retry_requested) as caught:
        widget.footer.findChild(type(widget.footer._retry)).click()
    assert caught.args == ["m1"]


def test_dropped_messages_are_told(show: Show, make: Make) -> None:
    stats = ReplyStats(10, 0, 200, 0.3, 52.0, dropped_messages=4)
    view = show([make(0, "user", "Hi"), make(1, "assistant", "Yes", stats=stats)])
    texts = [label.text() for label in view.findChildren(QLabel) if label.isVisible()]
    assert "Earlier messages no longer fit; 4 left out of the model's view" in texts
    [figures] = [b.text() for b in view.findChildren(QToolButton) if b.isVisible() and "tokens" in b.text()]
    assert figures == "52 tokens/s · 4.1 s"


def test_links_are_told_and_never_opened(show: Show, make: Make, qtbot: QtBot) -> None:
    view = show([make(1, "assistant", "[a link](https://example.org/x)")])
    [pane] = [p for p in view.viewport().findChildren(TextPane) if p.isVisible()]
    with qtbot.waitSignal(view.link_requested) as caught:
        QTest.mouseClick(pane.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 12))
    assert caught.args == ["https://example.org/x"]
    assert pane.toPlainText() == "a link"
    assert pane.loadResource(2, "file:///etc/passwd") is None


def test_selection_runs_through_segments_and_is_copied(show: Show, make: Make, qtbot: QtBot) -> None:
    view = show([make(1, "assistant", REPLY)])
    widget = view.message_widget(0)
    assert widget is not None
    first = next(p for p in widget.findChildren(TextPane) if p.toPlainText().startswith("Both"))
    last = next(p for p in widget.findChildren(TextPane) if p.toPlainText().startswith("Three"))
    QTest.mousePress(first.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(13, 12))
    end = last.viewport().mapToGlobal(QPoint(600, last.height() - 8))
    first.dragged.emit(end)
    text = widget.selection.text()
    assert text.startswith("Both forms")
    assert "return x" in text
    assert "• one thing\n• another" in text
    QTest.keyClick(first, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == text


def test_wrapping_code_keeps_its_place(show: Show, make: Make, qtbot: QtBot) -> None:
    view = show([make(1, "assistant", "```\n" + "word " * 80 + "\n```\n")])
    card = next(c for c in view.findChildren(CodeCard) if c.isVisible())
    before = card.height()
    button(view, 0, "Wrap long lines").click()
    qtbot.waitUntil(lambda: card.height() > before + 20)


def test_light_and_dark_and_scale(show: Show, make: Make, qtbot: QtBot) -> None:
    view = show([make(0, "user", "Hi"), make(1, "assistant", "Hello there")])
    view.set_tokens(DARK)
    qtbot.wait(30)
    image = view.grab().toImage()
    assert image.pixelColor(5, 5).name().upper() == DARK.bg
    height = view.message_widget(0).height()  # type: ignore[union-attr]
    view.set_scale(1.5)
    qtbot.wait(30)
    assert view.message_widget(0).height() > height * 1.3  # type: ignore[union-attr]
    view.set_tokens(LIGHT)


def test_resizing_breaks_lines_anew(show: Show, make: Make, qtbot: QtBot) -> None:
    view = show([make(0, "user", "Hi"), make(1, "assistant", "Some words to wrap. " * 40)])
    wide = view.message_widget(1).height()  # type: ignore[union-attr]
    view.resize(420, 700)
    qtbot.wait(40)
    assert view.message_widget(1).height() > wide * 1.5  # type: ignore[union-attr]
    view.resize(120, 300)  # narrower than anyone wants, still no trouble
    qtbot.wait(40)


def test_hover_shows_actions_without_moving_anything(show: Show, make: Make) -> None:
    view = show(
        [make(0, "user", "Hi"), make(1, "assistant", "A"), make(2, "user", "B"), make(3, "assistant", "C")]
    )
    widget = view.message_widget(1)
    assert widget is not None
    before = shown_texts(view)
    assert not widget.footer.actions_row.isVisible()
    QApplication.sendEvent(widget, QEvent(QEvent.Type.HoverEnter))
    widget.setFocus()
    assert widget.footer.actions_row.isVisible()
    assert shown_texts(view) == before


def test_thirty_thousand_void_calls(qapp: QApplication) -> None:
    """PySide6 6.12.0 lost references to None and died after some 5,000 such calls on Python 3.11."""
    label = QLabel()
    for number in range(30_000):
        label.setText(str(number))
    assert label.text() == "29999"


@pytest.mark.parametrize(
    ("status", "explanation", "words"),
    [
        (Status.COMPLETE, "", "SmolLM2 answered"),
        (Status.STOPPED, "", "Stopped"),
        (Status.FAILED, "The model ran out of memory.", "The model ran out of memory."),
    ],
)
def test_a_screen_reader_is_told_how_a_reply_ended(
    show: Show, make: Make, monkeypatch: pytest.MonkeyPatch, status: Status, explanation: str, words: str
) -> None:
    """PySide6 has no update handler to install: the event is caught where it is handed to Qt."""
    told: list[tuple[object, str]] = []

    class Bridge:
        @staticmethod
        def isActive() -> bool:
            return True

        @staticmethod
        def updateAccessibility(event: QAccessibleAnnouncementEvent) -> None:
            told.append((event.object(), event.message()))

    view = show([make(0, "user", "Hi")])
    view.begin_reply(make(1, "assistant", "", Status.STREAMING, model="SmolLM2"))
    monkeypatch.setattr(announce, "QAccessible", Bridge)
    view.append_text(MessageId("m1"), "Hello")
    view._take_incoming()
    assert told == []  # once at the end, not with each word
    view.finish_reply(make(1, "assistant", "Hello", status, model="SmolLM2"), explanation)
    assert told == [(view, words)]


def test_the_mark_of_a_footnote_leads_to_it(show: Show, make: Make, qtbot: QtBot) -> None:
    text = "So it is.[^1]\n\n" + "Words in between.\n\n" * 60 + "[^1]: The note.\n\n" + "And after.\n\n" * 60
    view = show([make(0, "user", "How?"), make(1, "assistant", text)])
    view.show_message(MessageId("m1"))
    qtbot.wait(40)
    assert not any("The note." in text for text in shown_texts(view))
    pane = next(p for p in view.viewport().findChildren(TextPane) if "So it is" in p.toPlainText())
    assert "#note:1" in pane.toHtml()
    pane.anchorClicked.emit("#note:1")
    qtbot.waitUntil(lambda: any("The note." in text for text in shown_texts(view)))
