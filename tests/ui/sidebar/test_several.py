# SPDX-License-Identifier: GPL-3.0-or-later
"""Several chats at once: chosen by mouse and keys, then deleted, archived, pinned, allowed, exported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop.domain.conversation import NEVER, ChatId
from desktop.paths import Profile
from desktop.services.activity import in_words
from desktop.services.models import Models
from desktop.services.session import Session
from desktop.services.vault import VaultService
from desktop.ui.chat.chat_menu import Act, ChatMenu, Wish
from desktop.ui.shell import data_pages as shell
from desktop.ui.shell.shortcuts import Command
from desktop.ui.shell.workspace import Workspace
from desktop.ui.sidebar.chat_model import Roles
from tests.conftest import PASSPHRASE

Ask = Callable[[str], str]
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def session(profile: Profile, models: Models) -> Iterator[Session]:
    """Over a real vault: only there may a chat be used for training, and is a receipt worth something."""
    session = VaultService(profile, lambda vault: Session(vault, models)).create(PASSPHRASE)
    yield session
    session.close()


@pytest.fixture
def four(qtbot: QtBot, workspace: Workspace, ask: Ask) -> list[ChatId]:
    """The last one is on top, and open."""
    ids = []
    for text in ("Apples and pears", "Bread and butter", "Cats and dogs", "Days and nights"):
        workspace.sidebar.new_chat_button.click()
        ids.append(ChatId(ask(text)))
    qtbot.waitUntil(lambda: len(titles(workspace)) == 4)
    return ids


def titles(workspace: Workspace) -> list[str]:
    return [title for title in rows(workspace) if " and " in title]


def rows(workspace: Workspace) -> list[str]:
    model = workspace.sidebar.chats
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def click(
    qtbot: QtBot,
    workspace: Workspace,
    chat: ChatId,
    keys: Qt.KeyboardModifier = PLAIN,
) -> None:
    view = workspace.sidebar.list
    place = view.visualRect(workspace.sidebar.chats.index_of(chat)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys, place)


def actions(menu: QMenu) -> dict[str, QAction]:
    return {action.text(): action for action in menu.actions()}


def menu_of(workspace: Workspace, chat: ChatId) -> ChatMenu:
    return workspace.sidebar.list.menu_for(workspace.sidebar.chats.index_of(chat))


def choose(workspace: Workspace, *chats: ChatId) -> None:
    view = workspace.sidebar.list
    view.choose(chats[0])
    for chat in chats[1:]:
        index = workspace.sidebar.chats.index_of(chat)
        view.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)


def test_control_and_shift_choose_without_opening(
    qtbot: QtBot, workspace: Workspace, four: list[ChatId]
) -> None:
    view, bar = workspace.sidebar.list, workspace.sidebar.selection
    assert not bar.isVisible()
    click(qtbot, workspace, four[2], CONTROL)
    assert view.all_chosen() == [four[3], four[2]]
    assert workspace.chat.shown == four[3]
    assert bar.isVisible()
    assert bar.accessibleName() == "2 chats selected"
    click(qtbot, workspace, four[0], SHIFT)
    assert len(view.all_chosen()) >= 3
    assert four[0] in view.all_chosen()
    assert workspace.chat.shown == four[3]
    click(qtbot, workspace, four[1])
    assert view.all_chosen() == [four[1]]
    assert workspace.chat.shown == four[1]
    assert not bar.isVisible()


def test_keys_choose_and_escape_ends_it(qtbot: QtBot, workspace: Workspace, four: list[ChatId]) -> None:
    view, bar = workspace.sidebar.list, workspace.sidebar.selection
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down, SHIFT)
    assert view.all_chosen() == [four[3], four[2]]
    qtbot.keyClick(view, Qt.Key.Key_A, CONTROL)
    assert view.all_chosen() == four[::-1], "headings are not chosen"
    assert bar.accessibleName() == "4 chats selected"
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.all_chosen() == [four[3]]
    assert not bar.isVisible()
    qtbot.keyClick(view, Qt.Key.Key_A, CONTROL)
    bar.cancel_button.click()
    assert view.all_chosen() == [four[3]]
    assert view.hasFocus()


def test_each_button_says_what_and_of_how_many(
    qtbot: QtBot, workspace: Workspace, four: list[ChatId]
) -> None:
    choose(workspace, four[0], four[1], four[2])
    bar = workspace.sidebar.selection
    buttons = (bar.delete_button, bar.archive_button, bar.pin_button, bar.consent_button, bar.export_button)
    assert [button.accessibleName() for button in buttons] == [
        "Delete: 3 chats selected",
        "Archive: 3 chats selected",
        "Pin: 3 chats selected",
        "Allow for training: 3 chats selected",
        "Export…: 3 chats selected",
    ]
    assert bar.cancel_button.accessibleName() == "Choose no more"


def test_deleting_many_is_undone_at_once(
    qtbot: QtBot, workspace: Workspace, session: Session, four: list[ChatId]
) -> None:
    choose(workspace, four[3], four[1])
    view, undo = workspace.sidebar.list, workspace.sidebar.undo
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: titles(workspace) == ["Cats and dogs", "Apples and pears"])
    assert "2 chats deleted" in undo._words.text()
    assert workspace.chat.shown == four[2], "the open chat was one of them"
    assert not workspace.sidebar.selection.isVisible()
    undo.button.click()
    qtbot.waitUntil(lambda: len(titles(workspace)) == 4)
    assert len(session.history.chats().result()) == 4
    assert not undo.isVisible()


def test_afterwards_the_receipt_stands_there_and_in_the_record(
    qtbot: QtBot, workspace: Workspace, session: Session, four: list[ChatId]
) -> None:
    undo = workspace.sidebar.undo
    choose(workspace, four[0], four[1], four[2])
    workspace.sidebar.selection.delete_button.click()
    qtbot.waitUntil(undo.button.isVisible)
    assert not undo.details_button.isVisible()
    undo._clock.timeout.emit()
    undo._clock.stop()
    assert undo._words.text() == "Erasing, and looking for what is left …"
    qtbot.waitUntil(undo.details_button.isVisible, timeout=20_000)
    assert undo._words.text().startswith("3 chats erased. Looked at ")
    assert undo._words.text().endswith("nothing left.")
    undo.details_button.click()
    assert "vault.db-wal: empty" in undo.details.toPlainText()
    assert undo.details.hasFocus()
    undo.close_button.click()
    assert not undo.isVisible()
    workspace.do(Command.PRIVACY)
    done = session.privacy.activity().result()[0]
    assert in_words(done).startswith("Erased 3 chats; ")
    assert in_words(done).endswith("nothing was left")
    assert "Apples" not in str(done.counts)


def test_a_receipt_does_not_take_the_place_of_an_offer(
    qtbot: QtBot, workspace: Workspace, session: Session, four: list[ChatId]
) -> None:
    undo = workspace.sidebar.undo
    receipt = session.history.delete_now([four[0]])
    workspace.sidebar.list.wished.emit(Wish(Act.DELETE, (four[1],)))
    qtbot.waitUntil(undo.button.isVisible)
    undo.show_receipt(receipt)
    assert undo.button.isVisible()
    assert not undo.details_button.isVisible()


def test_what_an_earlier_run_hid_gets_its_receipt(
    qtbot: QtBot, workspace: Workspace, session: Session, four: list[ChatId]
) -> None:
    session.history.delete([four[0]]).result()  # and then it was killed
    workspace._chats.load()
    qtbot.waitUntil(workspace.sidebar.undo.isVisible, timeout=20_000)
    assert workspace.sidebar.undo._words.text().startswith("1 chat erased.")


def test_the_receipt_is_seen_while_the_sidebar_is_hidden(
    qtbot: QtBot, workspace: Workspace, session: Session, four: list[ChatId]
) -> None:
    workspace.show_sidebar(False)
    workspace.sidebar.undo.show_receipt(session.history.delete_now([four[0]]))
    assert workspace.page.isAncestorOf(workspace.sidebar.undo)
    assert workspace.sidebar.undo.isVisible()
    workspace.show_sidebar(True)
    assert workspace.sidebar.undo.isVisible()


def test_pinned_chats_stand_on_top_and_stay_chosen(
    qtbot: QtBot, workspace: Workspace, session: Session, four: list[ChatId]
) -> None:
    choose(workspace, four[0], four[1])
    bar = workspace.sidebar.selection
    bar.pin_button.click()
    qtbot.waitUntil(lambda: rows(workspace)[0] == "Pinned")
    assert rows(workspace) == [
        *("Pinned", "Bread and butter", "Apples and pears"),
        *("Today", "Days and nights", "Cats and dogs"),
    ]
    assert {chat.id for chat in session.history.chats().result() if chat.pinned} == set(four[:2])
    assert set(workspace.sidebar.list.all_chosen()) == set(four[:2])
    assert bar.pin_button.accessibleName() == "Unpin: 2 chats selected"
    top = workspace.sidebar.chats.index(1)
    assert top.data(Qt.ItemDataRole.AccessibleTextRole) == "Bread and butter, pinned"
    bar.pin_button.click()
    qtbot.waitUntil(lambda: rows(workspace)[0] == "Today")


def test_archived_chats_are_found_again(
    qtbot: QtBot, workspace: Workspace, session: Session, four: list[ChatId]
) -> None:
    sidebar = workspace.sidebar
    assert not sidebar.archive_button.isVisible()
    choose(workspace, four[0], four[3])
    sidebar.selection.archive_button.click()
    qtbot.waitUntil(lambda: titles(workspace) == ["Cats and dogs", "Bread and butter"])
    assert workspace.chat.shown == four[3], "it is out of the list, and still open"
    assert sidebar.archive_button.text() == "2 archived chats"
    sidebar.archive_button.click()
    assert titles(workspace) == ["Days and nights", "Apples and pears"]
    assert sidebar.leave_archive_button.isVisible()
    click(qtbot, workspace, four[0])
    assert workspace.chat.shown == four[0]
    assert "Back to the list" in actions(menu_of(workspace, four[0]))
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Escape)
    assert titles(workspace) == ["Cats and dogs", "Bread and butter"]
    sidebar.archive_button.click()
    qtbot.keyClick(sidebar.list, Qt.Key.Key_A, CONTROL)
    sidebar.selection.archive_button.click()
    qtbot.waitUntil(lambda: len(titles(workspace)) == 4)
    assert not sidebar.leave_archive_button.isVisible(), "there is nothing in it any more"
    assert not any(chat.archived for chat in session.history.chats(include_archived=True).result())


def test_an_archived_chat_is_found_by_searching_and_opens(
    qtbot: QtBot, workspace: Workspace, session: Session, four: list[ChatId]
) -> None:
    workspace.sidebar.list.wished.emit(Wish(Act.ARCHIVE, (four[0],), True))
    qtbot.waitUntil(workspace.sidebar.archive_button.isVisible)
    workspace.sidebar.search.setText("pears")
    qtbot.waitUntil(workspace.sidebar.results.isVisible)
    assert not workspace.sidebar.archive_button.isVisible()
    assert workspace.sidebar.hits.index(1).data() == "Apples and pears"
    workspace.sidebar.results.activated.emit(workspace.sidebar.hits.index(1))
    qtbot.waitUntil(lambda: workspace.chat.shown == four[0])


def test_consent_is_given_and_withdrawn_for_all(
    qtbot: QtBot, workspace: Workspace, session: Session, four: list[ChatId]
) -> None:
    choose(workspace, four[3], four[2])
    bar = workspace.sidebar.selection
    bar.consent_button.click()
    qtbot.waitUntil(lambda: bar.consent_button.accessibleName().startswith("Do not allow"))
    qtbot.waitUntil(workspace.page.header.consent_label.isVisible)
    allowed = {chat.id for chat in session.history.chats().result() if chat.training_consent}
    assert allowed == set(four[2:])
    bar.consent_button.click()
    qtbot.waitUntil(lambda: not workspace.page.header.consent_label.isVisible())
    assert not any(chat.training_consent for chat in session.history.chats().result())


def test_withdrawing_says_what_was_exported_before(
    qtbot: QtBot, workspace: Workspace, session: Session, four: list[ChatId], tmp_path: Path
) -> None:
    notices, acts = workspace.page.notices, workspace.sidebar.list
    acts.wished.emit(Wish(Act.CONSENT, (four[0], four[1]), True))
    qtbot.waitUntil(lambda: len(session.training.consented().result()) == 2)
    acts.wished.emit(Wish(Act.CONSENT, (four[0],), False))
    qtbot.waitUntil(lambda: len(session.training.consented().result()) == 1)
    session.training.export(tmp_path / "set")
    qtbot.wait(50)
    assert notices.words("exported-before") == ""
    acts.wished.emit(Wish(Act.CONSENT, (four[1],), False))
    qtbot.waitUntil(lambda: "training data exported on" in notices.words("exported-before"))
    acts.wished.emit(Wish(Act.CONSENT, (four[1],), True))
    qtbot.waitUntil(lambda: notices.words("exported-before") == "")


def test_each_can_be_let_go_after_a_time_of_its_own(
    qtbot: QtBot, workspace: Workspace, session: Session, four: list[ChatId]
) -> None:
    choose(workspace, four[0], four[1])
    menu = menu_of(workspace, four[1])
    assert "Rename" not in actions(menu)
    choices = actions(actions(menu)["Let these chats go after…"].menu())
    assert [name for name, action in choices.items() if action.isCheckable()] == [
        *("As the rule for all chats", "1 day", "1 week", "1 month", "3 months", "1 year", "Never")
    ]
    assert choices["As the rule for all chats"].isChecked()
    choices["3 months"].trigger()

    def kept(chat: ChatId) -> int | None:
        return session.history.chat(chat).result().retention_days

    qtbot.waitUntil(lambda: kept(four[0]) == kept(four[1]) == 90)
    assert kept(four[2]) is None

    workspace.chat.show_chat(session.history.chat(four[0]).result())
    model = workspace.sidebar.chats
    qtbot.waitUntil(lambda: getattr(model.chat(four[0]), "retention_days", None) == 90)
    choices = actions(actions(workspace.page.header.menu())["Let this chat go after…"].menu())
    assert choices["3 months"].isChecked()
    choices["Never"].trigger()
    qtbot.waitUntil(lambda: kept(four[0]) == NEVER)
    assert kept(four[1]) == 90


def test_a_rule_from_the_command_line_is_shown_too(workspace: Workspace, four: list[ChatId]) -> None:
    model = workspace.sidebar.chats
    workspace.session.retention.set_chat_days(four[0], 12).result()
    model.change([workspace.session.history.chat(four[0]).result()])
    choices = actions(actions(menu_of(workspace, four[0]))["Let this chat go after…"].menu())
    assert choices["12 days"].isChecked()


def test_the_chosen_are_exported_and_no_other(
    qtbot: QtBot, workspace: Workspace, four: list[ChatId], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "choose_new_file", lambda _p, _t, _proposed: tmp_path / "out.md")
    choose(workspace, four[0], four[2])
    workspace.sidebar.selection.export_button.click()
    page = workspace.data.export
    assert page.isVisible()
    assert page._what.text() == "The 2 chats you selected"
    page.save_button.click()
    qtbot.waitUntil(lambda: "2 chats were written" in page.said.text())
    text = (tmp_path / "out.md").read_text(encoding="utf-8")
    assert "Apples" in text
    assert "Cats" in text
    assert "Bread" not in text
    page.back_button.click()
    assert workspace.page.isVisible()


def test_the_menu_is_of_all_that_are_chosen_or_of_the_one_it_is_opened_on(
    qtbot: QtBot, workspace: Workspace, session: Session, four: list[ChatId]
) -> None:
    choose(workspace, four[0], four[1])
    alone = menu_of(workspace, four[3])
    assert "Rename" in actions(alone)
    view = workspace.sidebar.list
    view.setFocus()
    QApplication.sendEvent(
        view.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    )
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, ChatMenu)
    actions(menu)["Delete"].trigger()
    menu.close()
    qtbot.waitUntil(lambda: titles(workspace) == ["Days and nights", "Cats and dogs"])
    assert workspace.sidebar.list.all_chosen() == [four[3]] or not workspace.sidebar.list.all_chosen()


def test_the_bar_s_own_menu_holds_what_there_is_no_room_for(
    qtbot: QtBot, workspace: Workspace, session: Session, four: list[ChatId]
) -> None:
    choose(workspace, four[0], four[1])
    menu = workspace.sidebar.selection.menu()
    assert list(actions(menu)) == [
        *("Pin", "Archive", "Move to a folder…", "Let these chats go after…", "Export…", "Delete"),
        *("", "May be used for training"),
    ]
    actions(menu)["Pin"].trigger()
    qtbot.waitUntil(lambda: rows(workspace)[0] == "Pinned")


def test_renaming_from_the_menu_is_of_the_one_it_is_opened_on(
    qtbot: QtBot, workspace: Workspace, four: list[ChatId]
) -> None:
    view = workspace.sidebar.list
    actions(menu_of(workspace, four[0]))["Rename"].trigger()
    editor = view.viewport().focusWidget()
    assert editor is not None
    qtbot.keyClicks(editor, "Renamed and well")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Renamed and well" in titles(workspace))
    assert workspace.chat.shown == four[3]
    assert workspace.sidebar.chats.index_of(four[0]).data(Roles.CHAT_ID) == four[0]


def test_what_is_chosen_stays_chosen_when_another_chat_is_answered(
    qtbot: QtBot, workspace: Workspace, ask: Ask, four: list[ChatId]
) -> None:
    choose(workspace, four[0], four[1])
    workspace.sidebar.chats.put_first(workspace.session.history.chat(four[2]).result())
    assert set(workspace.sidebar.list.all_chosen()) == set(four[:2])
    assert workspace.sidebar.selection.isVisible()
