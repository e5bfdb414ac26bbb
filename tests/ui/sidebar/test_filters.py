# SPDX-License-Identifier: GPL-3.0-or-later
"""Chips write plain words into the search field, and what they say holds; more is read as one scrolls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.domain import question
from desktop.domain.conversation import ChatId, Role
from desktop.services.finder import PAGE
from desktop.services.session import Session
from desktop.storage import conversations
from desktop.storage.connection import Connection
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.sidebar.search_model import HitRoles
from desktop.ui.sidebar.sidebar import Sidebar


def choose(chip: QPushButton, words: str) -> None:
    menu = chip.menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == words).trigger()


def hits(sidebar: Sidebar) -> list[str]:
    rows = (sidebar.hits.index(row).data(HitRoles.HIT) for row in range(sidebar.hits.rowCount()))
    return [str(hit.role) for hit in rows if hit is not None]


def test_chips_come_with_the_field_and_narrow_down(
    qtbot: QtBot, workspace: Workspace, ask: Callable[[str], str], session: Session
) -> None:
    first = ask("Good apples")  # the answer begins with Good, too
    sidebar = workspace.sidebar
    assert not sidebar.filters.isVisible()
    workspace.do(Command.SEARCH)
    assert sidebar.search.hasFocus()
    assert sidebar.filters.isVisible()
    assert sidebar.filters.hint.isVisible()
    qtbot.keyClicks(sidebar.search, "good")
    qtbot.waitUntil(lambda: hits(sidebar) == ["assistant", "user"])
    assert not sidebar.filters.hint.isVisible()
    choose(sidebar.filters.who, "Me")
    assert sidebar.search.text() == "good from:me "
    assert sidebar.filters.who.text() == "Me"
    qtbot.waitUntil(lambda: hits(sidebar) == ["user"])
    choose(sidebar.filters.who, "Anyone")
    choose(sidebar.filters.when, "Last 7 days")
    qtbot.waitUntil(lambda: hits(sidebar) == ["assistant", "user"])
    choose(sidebar.filters.which, "Pinned")
    qtbot.waitUntil(sidebar._not_found.isVisible)
    session.history.set_pinned([ChatId(first)], True).result()
    sidebar.search.setText("good is:pinned after:today")
    qtbot.waitUntil(lambda: hits(sidebar) == ["assistant", "user"])
    assert sidebar.filters.which.accessibleName() == "Chats: Pinned"
    choose(sidebar.filters.when, "Between two days…")
    today = datetime.now().astimezone().date().isoformat()
    assert len(sidebar.search.selectedText()) == 10
    assert sidebar.search.selectedText() < today
    assert question.parse(sidebar.search.text()).filters.before > datetime.now(UTC)  # today is in it
    qtbot.keyClick(sidebar.search, Qt.Key.Key_Escape)
    workspace.page.composer.setFocus()
    qtbot.waitUntil(sidebar.list.isVisible)
    assert not sidebar.filters.isVisible()


@pytest.mark.parametrize("words", ["kettle", "kettle from:me"])
def test_more_is_read_as_one_scrolls(
    qtbot: QtBot, workspace: Workspace, session: Session, words: str
) -> None:
    def write(conn: Connection) -> None:
        chat = conversations.create_chat(conn, title="Many")
        parent = None
        for number in range(120):
            text = f"kettle {number}"
            parent = conversations.add_message(
                conn, chat.id, parent_id=parent, role=Role.USER, content=text
            ).id

    session._database.write(write).result()
    sidebar = workspace.sidebar
    sidebar.search.setText(words)
    qtbot.waitUntil(lambda: len(hits(sidebar)) == PAGE)
    for _page in range(4):
        sidebar.results.scrollToBottom()
        qtbot.wait(50)
    qtbot.waitUntil(lambda: len(hits(sidebar)) == 120)
    assert not sidebar.hits.canFetchMore(sidebar.results.rootIndex())
