# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders of chats, and pins in order."""

from __future__ import annotations

import pytest

from desktop.domain.conversation import ChatId
from desktop.domain.correction import TextKind, Wish
from desktop.domain.errors import UnknownChatError, UserActionError
from desktop.domain.folder import LONGEST_NAME, Folder
from desktop.storage import conversations, correction, folders
from desktop.storage.archive import insert_chat, read_chat
from desktop.storage.connection import Connection, open_memory
from desktop.storage.migrations import migrate


@pytest.fixture
def conn() -> Connection:
    conn = open_memory()
    migrate(conn)
    return conn


def made(conn: Connection, *titles: str) -> list[ChatId]:
    return [conversations.create_chat(conn, title=title).id for title in titles]


def test_chats_go_in_and_come_back_when_it_is_deleted(conn: Connection) -> None:
    tea, bread = made(conn, "Tea", "Bread")
    folders.create(conn, "  Food \n and drink ")
    folders.move(conn, [tea, bread], "Food and drink")
    assert conversations.get_chat(conn, tea).folder == "Food and drink"
    folders.move(conn, [bread], None)
    assert conversations.get_chat(conn, bread).folder is None
    folders.rename(conn, "Food and drink", "Food")
    assert conversations.get_chat(conn, tea).folder == "Food"
    folders.set_opened(conn, "Food", False)
    assert folders.folders(conn) == [Folder("Food", opened=False)]
    folders.delete(conn, "Food")
    assert folders.folders(conn) == []
    assert conversations.get_chat(conn, tea).folder is None


def test_what_cannot_be_done_is_said(conn: Connection) -> None:
    folders.create(conn, "Food")
    for wrong in (
        lambda: folders.create(conn, "Food"),
        lambda: folders.create(conn, " \n"),
        lambda: folders.rename(conn, "Nothing", "Something"),
        lambda: folders.delete(conn, "Nothing"),
        lambda: folders.move(conn, made(conn, "Tea"), "Nothing"),
    ):
        with pytest.raises(UserActionError):
            wrong()
    with pytest.raises(UnknownChatError):
        folders.move(conn, [ChatId("nobody")], "Food")
    folders.rename(conn, "Food", "Food")  # as it was
    assert len(folders.create(conn, "x" * 500).name) == LONGEST_NAME


def test_the_archive_carries_the_folder(conn: Connection) -> None:
    (tea,) = made(conn, "Tea")
    folders.create(conn, "Food")
    folders.move(conn, [tea], "Food")
    there = open_memory()
    migrate(there)
    insert_chat(there, read_chat(conn, tea))
    assert conversations.get_chat(there, tea).folder == "Food"
    assert read_chat(there, tea) == read_chat(conn, tea)


def test_pins_keep_the_order_they_were_given(conn: Connection) -> None:
    chats = made(conn, "Tea", "Bread", "Salt")
    folders.order_pins(conn, [chats[2], chats[0]])
    found = [conversations.get_chat(conn, one) for one in chats]
    assert [(one.pinned, one.pin_place) for one in found] == [(True, 1), (False, None), (True, 0)]


def test_words_that_are_put_right_are_found_in_names_of_folders(conn: Connection) -> None:
    folders.create(conn, "Ann")
    folders.create(conn, "Bob")
    assert correction.find(conn, Wish("Bob", "Ann")).total == 1
    found = correction.find(conn, Wish("Bob", "Ann")).shown[0]
    assert (found.place.kind, found.chat_id) == (TextKind.FOLDER, None)
