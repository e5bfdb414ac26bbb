# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from PySide6.QtGui import QAccessibleAnnouncementEvent
from pytestqt.qtbot import QtBot

from desktop.domain.conversation import Message, MessageId, ReplyStats, Status
from desktop.ui import announce
from desktop.ui.transcript.code_card import CodeCard
from desktop.ui.transcript.text_pane import TextPane
from desktop.ui.transcript.thought_bar import ThoughtBar, thought_words
from desktop.ui.transcript.view import TranscriptView

Make = Callable[..., Message]
Show = Callable[[Sequence[Message]], TranscriptView]

THOUGHT = "<think>\nLet me see: apples.\n</think>\n\nThree pears.\n\n```python\nx = 1\n```\n"


def bar(view: TranscriptView) -> ThoughtBar:
    return next(each for each in view.viewport().findChildren(ThoughtBar) if each.isVisible())


def shown(view: TranscriptView) -> str:
    panes = [pane for pane in view.viewport().findChildren(TextPane) if pane.isVisible()]
    return "\n".join(pane.toPlainText() for pane in sorted(panes, key=lambda pane: pane.y()))


@pytest.fixture
def reply(make: Make) -> list[Message]:
    stats = ReplyStats(10, 0, 9, 0.1, 20.0, thinking_s=3.2)
    return [make(0, "user", "How many?"), make(1, "assistant", THOUGHT, stats=stats)]


def test_reasoning_is_shut_says_how_long_it_took_and_opens_in_place(
    show: Show, reply: list[Message], qtbot: QtBot
) -> None:
    view = show(reply)
    assert "apples" not in shown(view)
    assert bar(view).button.text() == bar(view).button.accessibleName() == "Thought for 3 s"
    y = bar(view).mapTo(view.viewport(), bar(view).rect().topLeft()).y()
    code = next(card for card in view.viewport().findChildren(CodeCard) if card.isVisible())
    code.wrap_requested.emit()
    bar(view).button.click()
    qtbot.wait(40)
    assert "apples" in shown(view)
    assert bar(view).button.isChecked()
    assert bar(view).mapTo(view.viewport(), bar(view).rect().topLeft()).y() == y
    widget = view.message_widget(1)
    assert widget is not None
    flow = view._rows.known(1)  # type: ignore[attr-defined]
    assert flow is not None
    assert flow.wrapped == {
        place for place, each in enumerate(flow.blocks) if type(each).__name__ == "CodeBlock"
    }
    bar(view).button.click()
    qtbot.wait(40)
    assert "apples" not in shown(view)


def test_while_it_arrives_it_is_announced_and_not_shown(
    show: Show, make: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(announce.QAccessible, "isActive", lambda: True)

    def update(event: QAccessibleAnnouncementEvent) -> None:
        said.append(event.message())

    monkeypatch.setattr(announce.QAccessible, "updateAccessibility", update)
    view = show([make(0, "user", "How many?")])
    view.begin_reply(make(1, "assistant", "", Status.STREAMING))
    view.append_text(MessageId("m1"), "<think>Let me see: app")
    qtbot.waitUntil(lambda: said == ["Thinking…"])
    assert bar(view).button.text() == "Thinking…"
    view.append_text(MessageId("m1"), "les.</think>Three")
    qtbot.waitUntil(lambda: len(said) == 2)
    assert said[1].startswith("Thought for")
    view.finish_reply(make(1, "assistant", "<think>Let me see: apples.</think>Three pears."))
    assert "apples" not in shown(view)


def test_words_looked_for_are_shown_where_they_are_in_the_reasoning(
    show: Show, reply: list[Message], qtbot: QtBot
) -> None:
    view = show(reply)
    view.show_message(MessageId("m1"), ["apples"])
    qtbot.waitUntil(lambda: "apples" in shown(view))


def test_long_reasoning_is_told_in_minutes() -> None:
    assert thought_words(False, 75) == "Thought for 1 min 15 s"
    assert thought_words(False, 0.2) == "Thought for 1 s"
    assert thought_words(False, 0) == "Reasoning"
