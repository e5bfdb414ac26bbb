# SPDX-License-Identifier: GPL-3.0-or-later
"""Find in chat: over all of it, in code and tables, in temporary chats, by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.domain.conversation import Chat, Role
from desktop.services.session import Session
from desktop.storage import conversations
from desktop.storage.connection import Connection
from desktop.ui.chat.page import ChatPage
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.transcript.pane import Pane

TEXTS = [
    "Where is the Kéttle?",
    "The kettle is **here**.\n\n```\nkettle = Kettle()\n```\n\n| a | b |\n| --- | --- |\n| kettle | 2 |",
    "And then?",
    "No word of it, but [the way](https://kettle.example).",
]

Fill = Callable[[list[str]], Chat]


@pytest.fixture
def fill(session: Session) -> Fill:
    def make(texts: list[str]) -> Chat:
        def write(conn: Connection) -> Chat:
            chat = conversations.create_chat(conn, title="Found")
            parent = None
            for number, text in enumerate(texts):
                role = Role.ASSISTANT if number % 2 else Role.USER
                parent = conversations.add_message(
                    conn, chat.id, parent_id=parent, role=role, content=text
                ).id
            return conversations.get_chat(conn, chat.id)

        return session._database.write(write).result()

    return make


def strong(page: ChatPage) -> list[str]:
    """What stands out: the place a person is at."""
    accent = page.tokens().accent.lower()
    return [
        mark.cursor.selectedText()
        for pane in page.transcript.viewport().findChildren(Pane)
        if pane.isVisible()
        for mark in pane.extraSelections()
        if mark.format.background().color().name() == accent
    ]


def marked(page: ChatPage) -> int:
    panes = [pane for pane in page.transcript.viewport().findChildren(Pane) if pane.isVisible()]
    return sum(len(pane.extraSelections()) for pane in panes)


def open_chat(qtbot: QtBot, workspace: Workspace, chat: Chat, count: int) -> ChatPage:
    workspace.chat.show_chat(chat)
    qtbot.waitUntil(lambda: workspace.page.transcript.model.rowCount() == count)
    return workspace.page


def test_every_place_counts_in_text_code_and_tables(qtbot: QtBot, workspace: Workspace, fill: Fill) -> None:
    page = open_chat(qtbot, workspace, fill(TEXTS), len(TEXTS))
    qtbot.waitUntil(lambda: "No word" in page.transcript.model.text(3))
    workspace.do(Command.FIND)
    bar = page.find_bar
    assert bar.isVisible()
    assert bar.field.hasFocus()
    qtbot.keyClicks(bar.field, "kettle")
    qtbot.waitUntil(lambda: bar.count.text() == "1 of 6")  # the address counts until it is looked at
    qtbot.waitUntil(lambda: strong(page) == ["Kéttle"])
    for number, word in enumerate(["kettle", "kettle", "Kettle", "kettle"], start=2):  # text, code, table
        qtbot.keyClick(bar.field, Qt.Key.Key_Return)
        assert bar.count.text() == f"{number} of 6"
        qtbot.waitUntil(lambda w=word: strong(page) == [w])  # type: ignore[misc]
    assert marked(page) == 5
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    # What is only an address is not shown, so it is stepped over.
    qtbot.waitUntil(lambda: bar.count.text() == "1 of 5")
    qtbot.waitUntil(lambda: strong(page) == ["Kéttle"])
    qtbot.keyClick(bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert bar.count.text() == "5 of 5"
    qtbot.keyClick(page.transcript, Qt.Key.Key_F3)
    assert bar.count.text() == "1 of 5"
    qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    qtbot.waitUntil(lambda: marked(page) == 0)
    assert QApplication.focusWidget() is page.composer.edit


def test_nothing_found_says_so(qtbot: QtBot, workspace: Workspace, fill: Fill) -> None:
    page = open_chat(qtbot, workspace, fill(TEXTS), len(TEXTS))
    workspace.do(Command.FIND)
    qtbot.keyClicks(page.find_bar.field, "zebra")
    qtbot.waitUntil(lambda: page.find_bar.count.text() == "Not found")
    assert not page.find_bar.next_button.isEnabled()


def test_far_away_in_a_long_chat(qtbot: QtBot, workspace: Workspace, fill: Fill) -> None:
    texts = [f"line {number}\n\n" + "words and words\n\n" * 5 for number in range(400)]
    texts[7] += "a needle here"
    texts[250] = "long text\n\n" * 400 + "another needle there"
    page = open_chat(qtbot, workspace, fill(texts), 400)
    workspace.do(Command.FIND)
    qtbot.keyClicks(page.find_bar.field, "NEEDLE")
    qtbot.waitUntil(lambda: page.find_bar.count.text() == "1 of 2")
    qtbot.waitUntil(lambda: strong(page) == ["needle"])
    qtbot.waitUntil(lambda: page.transcript.message_widget(7) is not None)
    qtbot.keyClick(page.find_bar.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.transcript.message_widget(250) is not None)
    qtbot.waitUntil(lambda: strong(page) == ["needle"])
    assert page.find_bar.count.text() == "2 of 2"


def test_another_chat_ends_it(qtbot: QtBot, workspace: Workspace, fill: Fill) -> None:
    first, second = fill(TEXTS), fill(["other kettle"])
    page = open_chat(qtbot, workspace, first, len(TEXTS))
    workspace.do(Command.FIND)
    qtbot.keyClicks(page.find_bar.field, "kettle")
    qtbot.waitUntil(lambda: marked(page) > 0)
    open_chat(qtbot, workspace, second, 1)
    assert not page.find_bar.isVisible()
    qtbot.waitUntil(lambda: marked(page) == 0)


def test_a_temporary_chat_is_looked_through_too(qtbot: QtBot, workspace: Workspace) -> None:
    workspace.do(Command.TEMPORARY)
    qtbot.waitUntil(lambda: workspace.temporary.page is not None)
    page = workspace.temporary.page
    assert page is not None
    page.composer.set_text("A hollyhock, a hollyhock")
    page.composer.button.click()
    qtbot.waitUntil(lambda: page.transcript.model.rowCount() == 2)
    qtbot.waitUntil(lambda: not page.composer.button.accessibleName().startswith("Stop"))
    workspace.do(Command.FIND)
    qtbot.keyClicks(page.find_bar.field, "hollyhock")
    qtbot.waitUntil(lambda: page.find_bar.count.text() == "1 of 2")
