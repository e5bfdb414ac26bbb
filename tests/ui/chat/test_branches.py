# SPDX-License-Identifier: GPL-3.0-or-later
"""Every version of a message in the window: made, shown, gone on with, forked, deleted, seen on the map."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot
from scripted_engine import ScriptedEngine, say, say_then_wait

from desktop.domain.conversation import ChatId, Message, MessageId, Status
from desktop.services.session import Session
from desktop.ui.branch_map.model import MapModel
from desktop.ui.chat.page import ChatPage
from desktop.ui.shell.main_window import MainWindow
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.transcript.edit_card import EditCard

Ask = Callable[[str], str]


def texts(page: ChatPage) -> list[str]:
    model = page.transcript.model
    return [model.text(row) for row in range(model.rowCount())]


def button(qtbot: QtBot, page: ChatPage, row: int, name: str) -> QToolButton:
    qtbot.waitUntil(lambda: page.transcript.message_widget(row) is not None)
    widget = page.transcript.message_widget(row)
    assert widget is not None
    return next(
        each
        for each in widget.findChildren(QToolButton)
        if each.accessibleName() == name and not each.isHidden()
    )


def card(qtbot: QtBot, page: ChatPage) -> EditCard:
    qtbot.waitUntil(lambda: page.transcript.editing.card is not None)
    found = page.transcript.editing.card
    assert found is not None
    qtbot.waitUntil(found.isVisible)
    return found


def kept(session: Session, workspace: Workspace) -> list[Message]:
    assert workspace.chat.shown is not None
    return session.history.all_messages(workspace.chat.shown).result()


def choose(workspace: Workspace, session: Session, row: int, words: str) -> None:
    """Choose an action out of a message's menu."""
    page = workspace.page
    message = session.history.messages([page.transcript.model.entry(row).id]).result()[0]
    size = session.branches.size(message.chat_id, message.id).result()
    menu = workspace.chat._feedback.menu_of(message, None, page, size)
    found: QAction = next(action for action in menu.actions() if action.text() == words)
    found.trigger()
    menu.close()


def test_a_question_is_asked_in_other_words_and_both_stay(
    qtbot: QtBot, workspace: Workspace, session: Session, engine: ScriptedEngine, ask: Ask
) -> None:
    ask("Good mornig")
    engine.script = say("Good morning.")
    page = workspace.page
    button(qtbot, page, 0, "Edit").click()
    field = card(qtbot, page)
    assert field.edit.hasFocus()
    assert field.edit.toPlainText() == "Good mornig"
    field.edit.setPlainText("Good morning")
    qtbot.keyClick(field.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: texts(page) == ["Good morning", "Good morning."])
    assert page.transcript.editing.card is None
    assert {m.content for m in kept(session, workspace)} == {
        "Good mornig",
        "Good evening.",
        "Good morning",
        "Good morning.",
    }
    qtbot.waitUntil(lambda: not workspace.chat.is_answering)
    button(qtbot, page, 0, "Previous version").click()
    qtbot.waitUntil(lambda: texts(page) == ["Good mornig", "Good evening."])
    assert page.transcript.model.entry(0).siblings == 2


def test_escape_leaves_a_message_as_it_was(qtbot: QtBot, workspace: Workspace, ask: Ask) -> None:
    ask("Good evening")
    page = workspace.page
    button(qtbot, page, 0, "Edit").click()
    field = card(qtbot, page)
    field.edit.setPlainText("Something else")
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert field.edit.toPlainText().count("\n") == 1
    qtbot.keyClick(field.edit, Qt.Key.Key_Escape)
    assert page.transcript.editing.card is None
    assert texts(page) == ["Good evening", "Good evening."]
    widget = page.transcript.message_widget(0)
    assert widget is not None
    assert widget.hasFocus()


def test_what_was_begun_in_an_edit_is_there_when_one_comes_back(
    qtbot: QtBot, workspace: Workspace, ask: Ask
) -> None:
    first = ask("Good evening")
    page = workspace.page
    button(qtbot, page, 0, "Edit").click()
    card(qtbot, page).edit.setPlainText("Half a thou")
    workspace.sidebar.new_chat_button.click()
    workspace._open(ChatId(first), None)
    qtbot.waitUntil(lambda: page.transcript.message_widget(1) is not None)
    button(qtbot, page, 0, "Edit").click()
    assert card(qtbot, page).edit.toPlainText() == "Half a thou"


@pytest.mark.parametrize("row", [0, 1])
def test_an_edit_that_could_not_be_kept_is_not_lost(
    qtbot: QtBot, workspace: Workspace, session: Session, ask: Ask, row: int
) -> None:
    chat_id = ChatId(ask("Good evening"))
    page = workspace.page
    edited = page.transcript.model.entry(row).id
    button(qtbot, page, row, "Edit").click()
    field = card(qtbot, page)
    field.edit.setPlainText("A long thought")
    removed = session.branches.delete(chat_id, edited).result()  # by somebody else
    field.confirm_button.click()
    qtbot.waitUntil(lambda: bool(page.notices.isVisible()))
    assert field.isVisible()
    session.branches.undo_delete([removed.id]).result()
    workspace.sidebar.new_chat_button.click()
    workspace._open(chat_id, None)
    button(qtbot, page, row, "Edit").click()
    assert card(qtbot, page).edit.toPlainText() == "A long thought"


def test_an_answer_in_ones_own_words_is_marked(
    qtbot: QtBot, workspace: Workspace, session: Session, ask: Ask
) -> None:
    ask("Good evening")
    page = workspace.page
    button(qtbot, page, 1, "Edit").click()
    field = card(qtbot, page)
    assert field.confirm_button.text() == "Keep"
    field.edit.setPlainText("And to you.")
    field.confirm_button.click()
    qtbot.waitUntil(lambda: texts(page) == ["Good evening", "And to you."])
    widget = page.transcript.message_widget(1)
    assert widget is not None
    assert widget.footer.measured.text() == "Edited by you"
    assert [(m.content, m.edited) for m in kept(session, workspace)] == [
        ("Good evening", False),
        ("Good evening.", False),
        ("And to you.", True),
    ]


def test_a_stopped_answer_is_gone_on_with(
    qtbot: QtBot, workspace: Workspace, session: Session, engine: ScriptedEngine
) -> None:
    engine.script = say_then_wait("Once upon ")
    page = workspace.page
    page.composer.set_text("A story")
    page.composer.button.click()
    qtbot.waitUntil(lambda: "Once upon " in texts(page))
    page.composer.button.click()
    qtbot.waitUntil(lambda: not workspace.chat.is_answering)
    engine.script = say("a time.")

    def offered() -> QPushButton | None:
        widget = page.transcript.message_widget(1)
        links = widget.footer.findChildren(QPushButton) if widget is not None else []
        return next((link for link in links if link.text() == "Continue" and link.isVisible()), None)

    qtbot.waitUntil(lambda: offered() is not None)
    link = offered()
    assert link is not None
    link.click()
    qtbot.waitUntil(lambda: texts(page) == ["A story", "Once upon a time."])
    qtbot.waitUntil(lambda: not workspace.chat.is_answering)
    assert engine.requests[-1].begun == "Once upon "
    assert [(m.content, m.status) for m in kept(session, workspace)[1:]] == [
        ("Once upon ", Status.STOPPED),
        ("Once upon a time.", Status.COMPLETE),
    ]
    assert offered() is None


def test_a_chat_goes_on_in_another_from_any_message(
    qtbot: QtBot, workspace: Workspace, session: Session, ask: Ask
) -> None:
    first = ask("Good evening")
    ask("And then?")
    with qtbot.waitSignal(workspace.chat.branches.forked):
        choose(workspace, session, 1, "New chat from here")
    page = workspace.page
    qtbot.waitUntil(lambda: texts(page) == ["Good evening", "Good evening."])
    assert workspace.chat.shown != first
    assert page.header.title_button.text() == "Good evening (branch)"
    assert workspace.sidebar.list.chosen() == workspace.chat.shown
    assert len(session.history.path(ChatId(first)).result()) == 4
    assert len(session.history.chats().result()) == 2


def test_a_message_is_deleted_with_what_follows_and_comes_back(
    qtbot: QtBot, window: MainWindow, workspace: Workspace, session: Session, ask: Ask
) -> None:
    ask("One")
    ask("Two")
    page = workspace.page
    choose(workspace, session, 1, "Delete this and the 2 messages that follow")
    qtbot.waitUntil(lambda: texts(page) == ["One"])
    assert page.undo.isVisible()
    assert page.undo.button.accessibleName() == "Undo: 3 messages deleted"
    page.undo.button.click()
    qtbot.waitUntil(lambda: texts(page) == ["One", "Good evening.", "Two", "Good evening."])
    choose(workspace, session, 2, "Delete this and the 1 message that follows")
    qtbot.waitUntil(lambda: len(texts(page)) == 2)
    choose(workspace, session, 1, "Delete this message")
    qtbot.waitUntil(lambda: len(texts(page)) == 1)
    assert page.undo.button.accessibleName() == "Undo: 3 messages deleted"
    page.undo.finish()
    qtbot.waitUntil(lambda: session.history.complete_deletions() is None)
    assert [m.content for m in kept(session, workspace)] == ["One"]
    qtbot.waitUntil(lambda: page.undo._words.text() == "3 messages erased. Nothing left.")


def test_another_version_is_shown_when_one_is_deleted(
    qtbot: QtBot, workspace: Workspace, session: Session, engine: ScriptedEngine, ask: Ask
) -> None:
    ask("One")
    engine.script = say("Another answer.")
    button(qtbot, workspace.page, 1, "Answer again").click()
    qtbot.waitUntil(lambda: texts(workspace.page) == ["One", "Another answer."])
    qtbot.waitUntil(lambda: not workspace.chat.is_answering)
    choose(workspace, session, 1, "Delete this message")
    qtbot.waitUntil(lambda: texts(workspace.page) == ["One", "Good evening."])
    assert workspace.page.transcript.model.entry(1).siblings == 1


def test_a_chat_whose_messages_are_all_gone_can_be_begun_again(
    qtbot: QtBot, workspace: Workspace, session: Session, ask: Ask
) -> None:
    chat_id = ask("One")
    choose(workspace, session, 0, "Delete this and the 1 message that follows")
    qtbot.waitUntil(workspace.page.empty.isVisible)
    assert workspace.chat.shown == chat_id
    ask("Two")
    assert workspace.chat.shown == chat_id
    assert texts(workspace.page) == ["Two", "Good evening."]


def test_the_map_shows_every_version_and_opens_it(
    qtbot: QtBot, workspace: Workspace, engine: ScriptedEngine, ask: Ask
) -> None:
    ask("One")
    engine.script = say("Another answer.")
    page = workspace.page
    button(qtbot, page, 1, "Answer again").click()
    qtbot.waitUntil(lambda: texts(page) == ["One", "Another answer."])
    qtbot.waitUntil(lambda: not workspace.chat.is_answering)
    qtbot.keyClick(page.composer.edit, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.shows_map)
    lines = page.map.list
    qtbot.waitUntil(lambda: "Good evening." in str(page.map.model.index(1).data()))
    assert [page.map.model.index(row).data() for row in range(page.map.model.rowCount())] == [
        "You: One. shown",
        "Answer: Good evening.. Version 1 of 2. not shown",
        "Answer: Another answer.. Version 2 of 2. shown",
    ]
    assert lines.hasFocus()
    assert lines.currentIndex().row() == 2
    qtbot.keyClick(lines, Qt.Key.Key_Up)
    qtbot.keyClick(lines, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: texts(page) == ["One", "Good evening."])
    assert not page.shows_map
    page.header.map_button.click()
    qtbot.waitUntil(lambda: page.shows_map)
    qtbot.keyClick(lines, Qt.Key.Key_Escape)
    assert not page.shows_map


def test_the_map_reads_only_what_is_looked_at(
    qtbot: QtBot, workspace: Workspace, session: Session, ask: Ask
) -> None:
    from desktop.storage import conversations

    chat_id = ChatId(ask("One"))

    def fill(connection) -> None:  # type: ignore[no-untyped-def]
        parent = conversations.get_chat(connection, chat_id).head_id
        for number in range(2_000):
            role = conversations.Role.ASSISTANT if number % 2 else conversations.Role.USER
            parent = conversations.add_message(
                connection, chat_id, parent_id=parent, role=role, content=f"number {number}"
            ).id

    session._database.write(fill).result()
    asked: list[MessageId] = []
    workspace.page.map_words_wanted.connect(asked.extend)
    workspace.page.header.map_button.click()
    qtbot.waitUntil(lambda: workspace.page.shows_map)
    model = workspace.page.map.model
    qtbot.waitUntil(lambda: "number 1999" in str(model.index(model.rowCount() - 1).data()))
    qtbot.wait(50)
    assert model.rowCount() == 2_002
    assert len(asked) <= 4 * 64


def test_the_map_is_a_sound_model(qtmodeltester, workspace: Workspace, session: Session, ask: Ask) -> None:
    chat_id = ChatId(ask("One"))
    model = MapModel(lambda _ids: None)
    model.show_map(session.branches.map(chat_id).result())
    qtmodeltester.check(model)


def test_another_question_is_asked_from_an_earlier_answer(
    qtbot: QtBot, workspace: Workspace, session: Session, engine: ScriptedEngine, ask: Ask
) -> None:
    ask("One")
    ask("Two")
    choose(workspace, session, 1, "Ask something else from here")
    qtbot.waitUntil(lambda: texts(workspace.page) == ["One", "Good evening."])
    engine.script = say("Three it is.")
    ask("Three")
    assert texts(workspace.page) == ["One", "Good evening.", "Three", "Three it is."]
    assert workspace.page.transcript.model.rowCount() == 4
    workspace.chat.read_again()
    qtbot.waitUntil(lambda: workspace.page.transcript.model.entry(2).siblings == 2)
    assert len(kept(session, workspace)) == 6


def test_a_temporary_chat_has_versions_a_map_and_undo(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.do(Command.TEMPORARY)
    qtbot.waitUntil(lambda: workspace.temporary.page is not None)
    page = workspace.temporary.page
    assert page is not None
    page.composer.set_text("Hello")
    page.composer.button.click()
    qtbot.waitUntil(lambda: texts(page) == ["Hello", "Good night."])
    qtbot.waitUntil(lambda: page.composer.button.accessibleName() == "Send")
    button(qtbot, page, 1, "Edit").click()
    field = card(qtbot, page)
    field.edit.setPlainText("My words.")
    field.confirm_button.click()
    qtbot.waitUntil(lambda: texts(page) == ["Hello", "My words."])
    page.header.map_button.click()
    qtbot.waitUntil(lambda: page.shows_map)
    assert page.map.model.rowCount() == 3
    page.map.back_button.click()
    held = workspace.temporary._open
    assert held is not None
    held.presenter.branches.delete(page.transcript.model.entry(1).id)
    qtbot.waitUntil(lambda: texts(page) == ["Hello", "Good night."])
    page.undo.button.click()
    qtbot.waitUntil(lambda: texts(page) == ["Hello", "My words."])
