# SPDX-License-Identifier: GPL-3.0-or-later
"""The sidebar over a real history: opening, renaming, deleting with undo, searching."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.domain.conversation import ChatId
from desktop.services.session import Session
from desktop.ui.chat.chat_menu import Act, ChatMenu, Wish
from desktop.ui.shell.workspace import Workspace
from desktop.ui.sidebar.chat_model import Roles
from desktop.ui.transcript.pane import Pane
from desktop.ui.transcript.view import TranscriptView

Ask = Callable[[str], str]


@pytest.fixture
def three(workspace: Workspace, ask: Ask) -> list[ChatId]:
    ids = []
    for text in ("Apples and pears", "Bread and butter", "Cats and dogs"):
        workspace.sidebar.new_chat_button.click()
        ids.append(ChatId(ask(text)))
    return ids


def titles(workspace: Workspace) -> list[str]:
    model = workspace.sidebar.chats
    rows = (model.index(row) for row in range(model.rowCount()))
    return [str(index.data()) for index in rows if index.data(Roles.CHAT_ID)]


def marked_words(view: TranscriptView) -> list[str]:
    panes = [pane for pane in view.viewport().findChildren(Pane) if pane.isVisible()]
    return [mark.cursor.selectedText() for pane in panes for mark in pane.extraSelections()]


def test_an_empty_list_says_so(qtbot: QtBot, workspace: Workspace) -> None:
    qtbot.waitUntil(workspace.sidebar._nothing.isVisible)


def test_the_newest_is_on_top_and_a_click_opens(
    qtbot: QtBot, workspace: Workspace, three: list[ChatId]
) -> None:
    assert titles(workspace) == ["Cats and dogs", "Bread and butter", "Apples and pears"]
    view = workspace.sidebar.list
    place = view.visualRect(workspace.sidebar.chats.index_of(three[0])).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert workspace.chat.shown == three[0]


def test_arrows_skip_headings_and_return_opens(
    qtbot: QtBot, workspace: Workspace, three: list[ChatId]
) -> None:
    view = workspace.sidebar.list
    view.setFocus()
    view.choose(three[2])
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.chosen() == three[1]
    qtbot.keyClick(view, Qt.Key.Key_Home)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.chosen() == three[2]
    qtbot.keyClick(view, Qt.Key.Key_End)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert workspace.chat.shown == three[0]


def test_renaming_in_place(qtbot: QtBot, workspace: Workspace, session: Session, three: list[ChatId]) -> None:
    view = workspace.sidebar.list
    view.setFocus()
    view.choose(three[1])
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.viewport().findChild(QLineEdit)
    assert editor is not None
    assert editor.accessibleName()
    editor.setText("Renamed")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Renamed" in titles(workspace))
    assert session.history.chat(three[1]).result().title == "Renamed"


def test_deleting_and_undoing_with_the_keyboard(
    qtbot: QtBot, workspace: Workspace, session: Session, three: list[ChatId]
) -> None:
    view = workspace.sidebar.list
    view.setFocus()
    view.choose(three[1])
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "Bread and butter" not in titles(workspace))
    assert workspace.sidebar.undo.isVisible()
    assert [c.id for c in session.history.chats().result()] == [three[2], three[0]]
    workspace.sidebar.undo.button.setFocus()
    qtbot.keyClick(workspace.sidebar.undo.button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: titles(workspace) == ["Cats and dogs", "Bread and butter", "Apples and pears"])
    assert len(session.history.chats().result()) == 3
    assert not workspace.sidebar.undo.isVisible()


def test_control_z_in_the_list_undoes_while_it_is_offered(
    qtbot: QtBot, workspace: Workspace, three: list[ChatId]
) -> None:
    view = workspace.sidebar.list
    view.setFocus()
    view.choose(three[1])
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "Bread and butter" not in titles(workspace))
    qtbot.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "Bread and butter" in titles(workspace))
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(titles(workspace)) == 3


def test_a_right_click_elsewhere_leaves_the_open_chat_chosen(
    qtbot: QtBot, workspace: Workspace, three: list[ChatId]
) -> None:
    view = workspace.sidebar.list
    place = view.visualRect(workspace.sidebar.chats.index_of(three[0])).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=place)
    assert view.chosen() == workspace.chat.shown == three[2]


def test_deleting_several_undoes_all(qtbot: QtBot, workspace: Workspace, three: list[ChatId]) -> None:
    delete(workspace, three[0])
    delete(workspace, three[1])
    qtbot.waitUntil(lambda: titles(workspace) == ["Cats and dogs"])
    assert "2" in workspace.sidebar.undo._words.text()
    workspace.sidebar.undo.button.click()
    qtbot.waitUntil(lambda: len(titles(workspace)) == 3)


def delete(workspace: Workspace, *chats: ChatId) -> None:
    """As the menu does."""
    workspace.sidebar.list.wished.emit(Wish(Act.DELETE, chats))


def still_kept(session: Session) -> int:
    count = "SELECT count(*) FROM chat"
    return int(session._database.read(lambda c: (c.execute(count).fetchone() or (0,))[0]).result())


def test_a_timer_that_rings_early_erases_all_the_same(
    qtbot: QtBot, workspace: Workspace, session: Session, three: list[ChatId]
) -> None:
    delete(workspace, three[1])
    qtbot.waitUntil(workspace.sidebar.undo.isVisible)
    workspace.sidebar.undo._clock.timeout.emit()
    qtbot.waitUntil(lambda: still_kept(session) == 2)


def test_what_an_earlier_run_hid_is_erased_at_the_next_start(
    qtbot: QtBot, workspace: Workspace, session: Session, three: list[ChatId]
) -> None:
    session.history.delete([three[0]]).result()  # and then it was killed
    workspace._chats.load()
    qtbot.waitUntil(lambda: still_kept(session) == 2)


def test_deleting_the_open_chat_shows_its_neighbour(
    qtbot: QtBot, workspace: Workspace, three: list[ChatId]
) -> None:
    assert workspace.chat.shown == three[2]
    delete(workspace, three[2])
    qtbot.waitUntil(lambda: workspace.chat.shown == three[1])


def test_the_menu_says_what_the_keys_do(workspace: Workspace, three: list[ChatId]) -> None:
    view = workspace.sidebar.list
    menu = view.menu_for(workspace.sidebar.chats.index_of(three[0]))
    shown = {action.text(): action.shortcut().toString() for action in menu.actions()}
    assert shown == {
        "Rename": "F2",
        "Pin": "",
        "Archive": "",
        "Move to a folder…": "",
        "Let this chat go after…": "",
        "This chat's instructions…": "",
        "Export…": "",
        "Delete": "Del",
    }
    menu.deleteLater()


def test_the_header_offers_what_the_lists_menu_does(
    qtbot: QtBot, workspace: Workspace, three: list[ChatId]
) -> None:
    header = workspace.page.header
    assert header.menu_button.accessibleName() == "Chat actions"
    qtbot.mouseClick(header.menu_button, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, ChatMenu)
    listed = workspace.sidebar.list.menu_for(workspace.sidebar.chats.index_of(three[2]))
    assert [action.text() for action in menu.actions()] == [action.text() for action in listed.actions()]
    menu.close()
    header.menu().actions()[0].trigger()
    assert header.title_edit.isVisible()
    header.menu().actions()[-1].trigger()
    qtbot.waitUntil(lambda: titles(workspace) == ["Bread and butter", "Apples and pears"])
    assert workspace.chat.shown == three[1]
    workspace.sidebar.undo.button.click()
    qtbot.waitUntil(lambda: workspace.chat.shown == three[2])


def test_a_chat_that_has_not_begun_has_no_menu(workspace: Workspace) -> None:
    assert not workspace.page.header.menu_button.isVisible()


def test_undo_is_offered_while_the_sidebar_is_hidden(
    qtbot: QtBot, workspace: Workspace, three: list[ChatId]
) -> None:
    undo = workspace.sidebar.undo
    workspace.show_sidebar(False)
    workspace.page.header.menu().actions()[-1].trigger()
    qtbot.waitUntil(undo.isVisible)
    assert workspace.page.isAncestorOf(undo)
    workspace.show_sidebar(True)
    assert workspace.sidebar.isAncestorOf(undo)
    assert undo.isVisible()
    undo.button.click()
    qtbot.waitUntil(lambda: len(titles(workspace)) == 3)
    assert not undo.isVisible()


def test_searching_finds_and_opens(qtbot: QtBot, workspace: Workspace, three: list[ChatId]) -> None:
    sidebar = workspace.sidebar
    sidebar.focus_search()
    qtbot.keyClicks(sidebar.search, "butter")
    qtbot.waitUntil(sidebar.results.isVisible)
    rows = [sidebar.hits.index(row) for row in range(sidebar.hits.rowCount())]
    assert [row.data() for row in rows] == ["Chats", "Bread and butter", "Messages", "Bread and butter"]
    qtbot.keyClick(sidebar.search, Qt.Key.Key_Down)
    assert sidebar.results.hasFocus()
    assert sidebar.results.currentIndex() == rows[1]
    qtbot.keyClick(sidebar.results, Qt.Key.Key_Down)
    qtbot.keyClick(sidebar.results, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: workspace.chat.shown == three[1])
    qtbot.waitUntil(lambda: marked_words(workspace.page.transcript) == ["butter"])
    sidebar.search.setFocus()
    qtbot.keyClick(sidebar.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(sidebar.list.isVisible)


@pytest.mark.parametrize("way", ["the cross", "a new chat"])
def test_ways_out_of_a_search(qtbot: QtBot, workspace: Workspace, three: list[ChatId], way: str) -> None:
    sidebar = workspace.sidebar
    assert not sidebar.search.clear_button.isVisible()
    sidebar.focus_search()
    qtbot.keyClicks(sidebar.search, "butter")
    qtbot.waitUntil(sidebar.results.isVisible)
    button = sidebar.search.clear_button if way == "the cross" else sidebar.new_chat_button
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(sidebar.list.isVisible)
    assert sidebar.search.text() == ""
    assert sidebar.search.hasFocus() is (way == "the cross")


def test_searching_in_vain_says_so(qtbot: QtBot, workspace: Workspace, three: list[ChatId]) -> None:
    workspace.sidebar.search.setText("zebra")
    qtbot.waitUntil(workspace.sidebar._not_found.isVisible)
