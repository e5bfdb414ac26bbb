# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading in the window: what is copied, what is told of a reply."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QGuiApplication
from pytestqt.qtbot import QtBot
from scripted_engine import ScriptedEngine, say

from desktop.domain.conversation import ChatId, Message
from desktop.services.session import Session
from desktop.ui.chat.feedback_presenter import FeedbackPresenter
from desktop.ui.chat.message_menu import MessageMenu
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
