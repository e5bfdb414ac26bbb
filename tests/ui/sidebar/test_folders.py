# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders and the order of pins in the window: by menu, by keyboard and by dragging."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from desktop.domain.conversation import ChatId
from desktop.services.session import Session
from desktop.ui.chat.chat_menu import Act, Wish
from desktop.ui.shell.workspace import Workspace
from desktop.ui.sidebar.chat_model import ChatModel, Roles

Ask = Callable[[str], str]


@pytest.fixture
def three(workspace: Workspace, ask: Ask) -> list[ChatId]:
    ids = []
    for text in ("Apples", "Bread", "Cats"):
        workspace.sidebar.new_chat_button.click()
        ids.append(ChatId(ask(text)))
    return ids


def rows(workspace: Workspace) -> list[str]:
    model = workspace.sidebar.chats
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def in_folder(qtbot: QtBot, workspace: Workspace, session: Session, name: str, *ids: ChatId) -> None:
    session.folders.create(name).result()
    workspace._acts.folders.load()
    qtbot.waitUntil(lambda: name in workspace.sidebar.chats.folder_names())
    workspace._acts.do(Wish(Act.FOLDER, ids, name))
    qtbot.waitUntil(lambda: all(session.history.chat(one).result().folder == name for one in ids))
    qtbot.waitUntil(lambda: workspace.sidebar.chats.chat(ids[0]).folder == name)  # type: ignore[union-attr]


def entry(menu: QMenu, *path: str) -> None:
    """Choose an action of a menu by its words."""
    for words in path[:-1]:
        action = next(one for one in menu.actions() if one.text() == words)
        found = action.menu()
        assert isinstance(found, QMenu)
        menu = found
    next(one for one in menu.actions() if one.text() == path[-1]).trigger()


def drag(model: ChatModel, ids: list[ChatId], row: int, onto: QModelIndex | None = None) -> bool:
    data = model.mimeData([model.index_of(one) for one in ids])
    return model.dropMimeData(data, Qt.DropAction.MoveAction, row, 0, onto or QModelIndex())


def test_a_new_folder_is_made_for_a_chat_and_named_in_place(
    qtbot: QtBot, workspace: Workspace, session: Session, three: list[ChatId]
) -> None:
    view, model = workspace.sidebar.list, workspace.sidebar.chats
    entry(view.menu_for(model.index_of(three[0])), "Move to a folder…", "New folder")
    qtbot.waitUntil(lambda: view.viewport().findChild(QLineEdit) is not None)
    editor = view.viewport().findChild(QLineEdit)
    assert editor is not None
    assert editor.accessibleName() == "Name of the folder"
    editor.selectAll()
    qtbot.keyClicks(editor, "Fruit")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: rows(workspace)[:3] == ["Folders", "Fruit", "Apples"])
    assert session.history.chat(three[0]).result().folder == "Fruit"
    entry(view.menu_for(model.index_of(three[0])), "Move to a folder…", "Into none")
    qtbot.waitUntil(lambda: rows(workspace) == ["Folders", "Fruit", "Today", "Cats", "Bread", "Apples"])


def test_the_keyboard_opens_and_closes_a_folder_and_takes_it_away(
    qtbot: QtBot, workspace: Workspace, session: Session, three: list[ChatId]
) -> None:
    in_folder(qtbot, workspace, session, "Food", three[0], three[1])
    view, model = workspace.sidebar.list, workspace.sidebar.chats
    view.setFocus()
    view.setCurrentIndex(model.index_of_folder("Food"))
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert rows(workspace) == ["Folders", "Food", "Today", "Cats"]
    spoken = view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Folder Food, 2 chats, closed"
    qtbot.waitUntil(lambda: not session.folders.listed().result()[0].opened)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert rows(workspace) == ["Folders", "Food", "Bread", "Apples", "Today", "Cats"]
    assert model.index_of(three[0]).data(Roles.INSIDE)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: rows(workspace) == ["Today", "Cats", "Bread", "Apples"])
    assert len(session.history.chats().result()) == 3


def test_a_name_that_is_taken_is_refused_and_nothing_changes(
    qtbot: QtBot, workspace: Workspace, session: Session, three: list[ChatId]
) -> None:
    in_folder(qtbot, workspace, session, "Food", three[0])
    in_folder(qtbot, workspace, session, "Pets", three[2])
    with qtbot.waitSignal(workspace._acts.folders.failed):
        workspace.sidebar.chats.setData(workspace.sidebar.chats.index_of_folder("Pets"), "Food")
    assert workspace.sidebar.chats.folder_names() == ["Food", "Pets"]


def test_chats_are_dragged_into_a_folder_and_out(
    qtbot: QtBot, workspace: Workspace, session: Session, three: list[ChatId]
) -> None:
    in_folder(qtbot, workspace, session, "Food", three[0])
    model = workspace.sidebar.chats
    assert drag(model, [three[1], three[2]], -1, model.index_of_folder("Food"))
    qtbot.waitUntil(lambda: rows(workspace) == ["Folders", "Food", "Cats", "Bread", "Apples"])
    assert drag(model, [three[1]], -1)  # below everything: behind the last of the folder
    assert drag(model, [three[2]], 0)
    qtbot.waitUntil(lambda: rows(workspace) == ["Folders", "Food", "Bread", "Apples", "Today", "Cats"])
    assert b"Bread" not in model.mimeData([model.index_of(three[1])]).data(model.mimeTypes()[0]).data()


def test_pins_are_put_in_order_by_dragging_and_by_keyboard(
    qtbot: QtBot, workspace: Workspace, session: Session, three: list[ChatId]
) -> None:
    model, view = workspace.sidebar.chats, workspace.sidebar.list
    workspace._acts.do(Wish(Act.PIN, tuple(three), True))
    qtbot.waitUntil(lambda: rows(workspace) == ["Pinned", "Cats", "Bread", "Apples"])
    assert drag(model, [three[0]], 1)
    qtbot.waitUntil(lambda: rows(workspace) == ["Pinned", "Apples", "Cats", "Bread"])
    view.setFocus()
    view.choose(three[0])
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: rows(workspace) == ["Pinned", "Cats", "Apples", "Bread"])
    assert view.chosen() == three[0]
    qtbot.waitUntil(lambda: session.history.chat(three[0]).result().pin_place == 1)
    workspace._acts.do(Wish(Act.PIN, (three[1],), False))
    qtbot.waitUntil(lambda: rows(workspace) == ["Pinned", "Cats", "Apples", "Today", "Bread"])
    assert drag(model, [three[2]], -1, model.index_of(three[1]))  # onto one that is not pinned
    qtbot.waitUntil(lambda: rows(workspace) == ["Pinned", "Apples", "Today", "Cats", "Bread"])


def test_nothing_is_let_go_among_archived_chats(
    qtbot: QtBot, workspace: Workspace, three: list[ChatId]
) -> None:
    workspace._acts.do(Wish(Act.ARCHIVE, (three[0],), True))
    qtbot.waitUntil(lambda: workspace.sidebar.chats.archived == 1)
    workspace.sidebar.show_archive(True)
    assert not drag(workspace.sidebar.chats, [three[0]], 0)
