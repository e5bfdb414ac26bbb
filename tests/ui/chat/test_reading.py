# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading in the window: what is copied, what is told of a reply."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from pytestqt.qtbot import QtBot
from scripted_engine import ScriptedEngine, say

from desktop.domain.conversation import (
    ChatId,
    Message,
    MessageId,
    ReplyStats,
    Role,
    Status,
    StopReason,
    UsedSampling,
)
from desktop.services.session import Session
from desktop.ui.chat.details_panel import DetailsPanel
from desktop.ui.chat.feedback_presenter import FeedbackPresenter
from desktop.ui.chat.message_menu import MessageMenu
from desktop.ui.chat.reply_facts import facts
from desktop.ui.shell.workspace import Workspace

Ask = Callable[[str], str]

THOUGHT = ("<think>Hm.</think>", "\n\nGood *evening*.")


def kept(session: Session, chat_id: str) -> list[Message]:
    return session.history.all_messages(ChatId(chat_id)).result()


def menu(workspace: Workspace, message: Message) -> MessageMenu:
    presenter = workspace.page.findChild(FeedbackPresenter)
    assert presenter is not None
    return presenter.menu_of(message, None, workspace.page)


def action(menu: MessageMenu, words: str) -> QAction:
    return next(each for each in menu.actions() if each.text() == words)


def copied() -> str:
    return QGuiApplication.clipboard().text()


def test_the_reasoning_is_copied_only_when_asked_for(
    qtbot: QtBot, workspace: Workspace, engine: ScriptedEngine, session: Session, ask: Ask
) -> None:
    engine.script = say(*THOUGHT)
    _question, reply = kept(session, ask("Hello"))
    workspace.page.transcript.copy_message_requested.emit(reply.id)
    qtbot.waitUntil(lambda: copied() == "Good *evening*.")
    action(menu(workspace, reply), "Copy with its reasoning").trigger()
    assert copied() == "".join(THOUGHT)


def test_details_of_a_reply_open_at_its_figures_and_are_copied(
    qtbot: QtBot, workspace: Workspace, session: Session, ask: Ask
) -> None:
    _question, reply = kept(session, ask("Hello"))
    widget = workspace.page.transcript.message_widget(1)
    assert widget is not None
    widget.footer.measured.click()
    qtbot.waitUntil(lambda: workspace.findChild(DetailsPanel) is not None)
    panel = workspace.findChild(DetailsPanel)
    assert panel is not None
    assert panel.isVisible()
    assert "Model: Scripted" in panel.accessibleDescription()
    panel.copy_button.click()
    assert "Read: 12 tokens, 4 of them remembered" in copied()
    assert "Ended: The model was done" in copied()
    qtbot.waitUntil(lambda: workspace.findChild(DetailsPanel) is None)
    action(menu(workspace, reply), "Details…").trigger()
    again = workspace.findChild(DetailsPanel)
    assert again is not None
    qtbot.keyClick(again, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: workspace.findChild(DetailsPanel) is None)


def test_what_is_told_of_a_reply() -> None:
    used = UsedSampling(7, 0.2, 0.9, 40, 0.0, 1.1, 0.0, 0.0, 1024)
    stats = ReplyStats(12, 4, 101, 0.5, 50.0, 2, 8192, sampling=used, thinking_s=1.5)
    now = datetime(2026, 11, 1, tzinfo=UTC)
    message = Message(
        MessageId("m"), ChatId("c"), None, Role.ASSISTANT, "x", Status.COMPLETE, now, "SmolLM2",
        StopReason.LENGTH, stats,
    )  # fmt: skip
    told = dict(facts(message))
    assert told["Took in all"] == "2.5 s"
    assert told["Thought for"] == "1.5 s"
    assert (told["Seed"], told["Temperature"]) == ("7", "0.2")
    assert told["Left out"] == "The oldest 2 messages did not fit"
    assert told["Ended"] == "At the length limit"
    question = Message(MessageId("m"), ChatId("c"), None, Role.USER, "x", Status.COMPLETE, now)
    assert [what for what, _value in facts(question)] == ["Time"]


def test_a_reply_is_copied_with_its_looks(
    workspace: Workspace, engine: ScriptedEngine, session: Session, ask: Ask
) -> None:
    engine.script = say("<think>Hm.</think>", "Good *evening* <b>you</b> ![p](https://example.org/p.png)")
    _question, reply = kept(session, ask("Hello"))
    action(menu(workspace, reply), "Copy with its looks").trigger()
    data = QGuiApplication.clipboard().mimeData()
    assert "<em>evening</em> &lt;b&gt;you&lt;/b&gt;" in data.html()
    assert "<img" not in data.html()
    assert "Hm." not in data.html()
    assert copied().startswith("Good *evening*")


def test_several_messages_are_copied_with_who_said_what(
    qtbot: QtBot, workspace: Workspace, engine: ScriptedEngine, ask: Ask
) -> None:
    engine.script = say("Good *evening*.")
    ask("Hello")
    ask("And again")
    view = workspace.page.transcript
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: copied().startswith("**You:**"))
    assert copied() == (
        "**You:**\n\nHello\n\n**Scripted:**\n\nGood *evening*.\n\n"
        "**You:**\n\nAnd again\n\n**Scripted:**\n\nGood *evening*.\n"
    )
    assert "<strong>You:</strong>" in QGuiApplication.clipboard().mimeData().html()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not view.choosing.rows
