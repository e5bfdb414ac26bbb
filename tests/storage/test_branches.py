# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages that are deleted hide with what follows, come back as they were, or go without a trace."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

import pytest

from desktop.domain.branches import lay_out
from desktop.domain.conversation import Chat, ChatId, MessageId, Role, Status
from desktop.domain.errors import UnknownMessageError, UserActionError
from desktop.storage import activity, branches, conversations, deletion, removal
from desktop.storage.archive import insert_chat, read_chat
from desktop.storage.connection import Connection
from desktop.storage.database import Database
from desktop.storage.pagescan import ScanRequest, scan
from desktop.storage.search import search
from desktop.storage.training import choose_filter
from desktop.storage.vault import OpenVault

DUE = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)


def texts(conn: Connection, chat: ChatId) -> list[str]:
    path = [entry.id for entry in conversations.path(conn, chat)]
    return [message.content for message in conversations.messages(conn, path)]


def add(conn: Connection, chat: Chat, parent: MessageId | None, text: str) -> MessageId:
    role = Role.USER
    if parent is not None and conversations.messages(conn, [parent])[0].role is Role.USER:
        role = Role.ASSISTANT
    return conversations.add_message(conn, chat.id, parent_id=parent, role=role, content=text).id


@pytest.fixture
def grown(conn: Connection, chat: Chat) -> dict[str, MessageId]:
    """one ─ two a ─ three ─ four; two b beside two a."""
    one = add(conn, chat, None, "one")
    two_b = add(conn, chat, one, "two b")
    two_a = add(conn, chat, one, "two a")
    three = add(conn, chat, two_a, "three")
    four = add(conn, chat, three, "four")
    return {"one": one, "two a": two_a, "two b": two_b, "three": three, "four": four}


def test_a_deleted_message_takes_what_follows_and_no_other_version(
    conn: Connection, chat: Chat, grown: dict[str, MessageId]
) -> None:
    assert branches.branch_size(conn, chat.id, grown["two a"]) == 3
    removed = removal.hide_branch(conn, chat.id, grown["two a"], DUE)
    assert removed.messages == 3
    assert texts(conn, chat.id) == ["one", "two b"]
    assert [(e.siblings, e.sibling_index) for e in conversations.path(conn, chat.id)] == [(1, 0), (1, 0)]
    assert {m.content for m in conversations.all_messages(conn, chat.id)} == {"one", "two b"}
    assert conversations.get_chat(conn, chat.id).messages == 2
    assert search(conn, "three") == []
    assert len(conversations.list_chats(conn)) == 1
    with pytest.raises(UnknownMessageError):
        removal.hide_branch(conn, chat.id, grown["three"], DUE)
    removal.bring_back(conn, removed.id)
    assert texts(conn, chat.id) == ["one", "two a", "three", "four"]
    assert conversations.get_chat(conn, chat.id).messages == 5
    assert len(search(conn, "three")) == 1
    assert conn.execute("SELECT count(*) FROM chat").fetchone() == (1,)
    assert conn.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_branch_that_is_not_shown_goes_without_moving_the_path(
    conn: Connection, chat: Chat, grown: dict[str, MessageId]
) -> None:
    removed = removal.hide_branch(conn, chat.id, grown["two b"], DUE)
    assert texts(conn, chat.id) == ["one", "two a", "three", "four"]
    removal.bring_back(conn, removed.id)
    assert texts(conn, chat.id) == ["one", "two a", "three", "four"]
    assert branches.version(conn, chat.id, grown["two a"], -1) == grown["two b"]


def test_without_another_version_the_path_ends_above(
    conn: Connection, chat: Chat, grown: dict[str, MessageId]
) -> None:
    removal.hide_branch(conn, chat.id, grown["three"], DUE)
    assert texts(conn, chat.id) == ["one", "two a"]
    removed = removal.hide_branch(conn, chat.id, grown["one"], DUE)
    assert texts(conn, chat.id) == []
    assert conversations.get_chat(conn, chat.id).head_id is None
    removal.bring_back(conn, removed.id)
    assert texts(conn, chat.id) == ["one", "two a"]


def test_what_hung_on_something_deleted_is_not_brought_back_alone(
    conn: Connection, chat: Chat, grown: dict[str, MessageId]
) -> None:
    inner = removal.hide_branch(conn, chat.id, grown["three"], DUE)
    outer = removal.hide_branch(conn, chat.id, grown["two a"], DUE)
    with pytest.raises(UserActionError, match="Bring that back first"):
        removal.bring_back(conn, inner.id)
    removal.bring_back(conn, outer.id)
    removal.bring_back(conn, inner.id)
    assert texts(conn, chat.id) == ["one", "two a", "three", "four"]
    with pytest.raises(UserActionError, match="erased already"):
        removal.bring_back(conn, inner.id)


def test_what_is_being_written_cannot_be_deleted(conn: Connection, chat: Chat) -> None:
    one = add(conn, chat, None, "one")
    conversations.add_message(
        conn, chat.id, parent_id=one, role=Role.ASSISTANT, content="", status=Status.STREAMING
    )
    with pytest.raises(UserActionError, match="still being written"):
        removal.hide_branch(conn, chat.id, one, DUE)


SECRET = "Heliotrope quagmires bedevil zephyrine oligarchs nightly"


def test_a_deleted_message_is_in_no_decrypted_page(vault: OpenVault, talk) -> None:
    chat, ids = talk(vault.database, ["The kettle is on the fire", SECRET, "zyzzyva", "marmalade foundlings"])

    def sightings() -> list[str]:
        words = ["Heliotrope", "heliotrope", "zephyrine", "zyzzyva", "marmalade", "kettle"]
        report = scan(
            ScanRequest(os.fsencode(vault.profile.vault), vault.key, [word.encode() for word in words])
        )
        return [words[index] for index in report.found]

    assert len(sightings()) == 6
    removed = vault.database.write(lambda c: removal.hide_branch(c, chat, ids[1], DUE)).result()
    receipt = deletion.purge(vault.database, vault, [removed.id])
    assert (receipt.deleted_chats, receipt.deleted_messages, receipt.residue_found) == (0, 3, 0)
    assert sightings() == ["kettle"]
    (done,) = vault.database.read(activity.list_activity).result()
    assert done.kind == "deleted"
    assert done.counts.items() >= {"chats": 0, "messages": 3, "residue": 0}.items()
    vault.database.write(
        lambda c: c.execute("INSERT INTO message_index (message_index, rank) VALUES ('integrity-check', 1)")
    ).result()


def test_what_nobody_brought_back_is_found_by_the_next_unlocking(database: Database, talk) -> None:
    chat, ids = talk(database, ["a", "b"])
    removed = database.write(lambda c: removal.hide_branch(c, chat, ids[1], DUE)).result()
    ever = datetime.max.replace(tzinfo=UTC)
    assert database.read(lambda c: deletion.due(c, ever)).result() == [removed.id]


def test_a_chat_takes_along_what_was_deleted_of_it(database: Database, talk) -> None:
    chat, ids = talk(database, ["a", "b"])
    database.write(lambda c: removal.hide_branch(c, chat, ids[1], DUE)).result()
    receipt = deletion.purge(database, None, [chat])
    assert (receipt.deleted_chats, receipt.deleted_messages) == (1, 2)
    assert database.read(lambda c: c.execute("SELECT count(*) FROM message").fetchone()).result() == (0,)
    assert database.read(lambda c: c.execute("SELECT count(*) FROM removed_branch").fetchone()).result() == (
        0,
    )


def test_an_answer_in_other_words_stands_beside_the_models(
    conn: Connection, chat: Chat, grown: dict[str, MessageId]
) -> None:
    made = branches.add_edited_answer(conn, chat.id, grown["two a"], "two, mine")
    assert texts(conn, chat.id) == ["one", "two, mine"]
    assert conversations.messages(conn, [made.id, grown["two a"]])[0] == made
    assert made.edited
    assert not conversations.messages(conn, [grown["two a"]])[0].edited
    assert conversations.path(conn, chat.id)[-1].siblings == 3
    with pytest.raises(UserActionError):
        branches.add_edited_answer(conn, chat.id, grown["one"], "no answer")


def test_an_edited_answer_is_known_in_an_archive_and_in_a_fork(
    conn: Connection, chat: Chat, grown: dict[str, MessageId]
) -> None:
    made = branches.add_edited_answer(conn, chat.id, grown["two a"], "two, mine")
    fork = branches.fork(conn, chat.id, made.id, "copy")
    assert [m.edited for m in conversations.all_messages(conn, fork.id)] == [False, True]
    whole = read_chat(conn, chat.id)
    conn.execute("UPDATE chat SET id = 'other' WHERE id = ?", (chat.id,))
    again = insert_chat(conn, whole)
    assert [m.content for m in conversations.all_messages(conn, again) if m.edited] == ["two, mine"]


def test_a_fork_is_a_copy_of_the_way_down(conn: Connection, chat: Chat, grown: dict[str, MessageId]) -> None:
    conn.execute("UPDATE chat SET training_consent = 1, retention_days = 30, system_prompt = 'Be brief.'")
    choose_filter(conn, chat.id, {"Ann": True})
    fork = branches.fork(conn, chat.id, grown["three"], "A chat (branch)")
    assert texts(conn, fork.id) == ["one", "two a", "three"]
    assert texts(conn, chat.id) == ["one", "two a", "three", "four"]
    assert (fork.title, fork.messages, fork.system_prompt) == ("A chat (branch)", 3, "Be brief.")
    assert (fork.training_consent, fork.retention_days) == (False, 30)
    assert conn.execute("SELECT count(*) FROM filter_choice").fetchone() == (2,)
    assert conversations.list_chats(conn)[0] == fork
    assert len(search(conn, "three")) == 2
    told = {m.content: m.created_at for m in conversations.all_messages(conn, chat.id)}
    assert all(m.created_at == told[m.content] for m in conversations.all_messages(conn, fork.id))


def test_the_map_keeps_the_shown_path_at_its_edge(
    conn: Connection, chat: Chat, grown: dict[str, MessageId]
) -> None:
    names = {message_id: name for name, message_id in grown.items()}
    rows = lay_out(*branches.tree(conn, chat.id))
    assert [(names[row.id], row.level, row.shown) for row in rows] == [
        ("one", 0, True),
        ("two b", 1, False),
        ("two a", 0, True),
        ("three", 0, True),
        ("four", 0, True),
    ]
    assert [(row.version, row.versions) for row in rows] == [(1, 1), (1, 2), (2, 2), (1, 1), (1, 1)]
    conversations.show_branch(conn, chat.id, grown["two b"])
    rows = lay_out(*branches.tree(conn, chat.id))
    assert [(names[row.id], row.level) for row in rows] == [
        ("one", 0),
        ("two a", 1),
        ("three", 1),
        ("four", 1),
        ("two b", 0),
    ]
    assert branches.first_words(conn, [grown["one"]]) == {grown["one"]: "one"}


def test_a_long_chat_is_laid_out_and_deleted_from_quickly(database: Database, talk) -> None:
    chat, ids = talk(database, ["words " * 20] * 10_000)
    began = time.perf_counter()
    nodes, head = database.read(lambda c: branches.tree(c, chat)).result()
    assert len(lay_out(nodes, head)) == 10_000
    laid_out = time.perf_counter() - began
    removed = database.write(lambda c: removal.hide_branch(c, chat, ids[1], DUE)).result()
    database.write(lambda c: removal.bring_back(c, removed.id)).result()
    assert removed.messages == 9_999
    assert laid_out < 1
    assert time.perf_counter() - began < 10
