# SPDX-License-Identifier: GPL-3.0-or-later
"""Chats, their trees, and texts that come back as they were."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.conversation import Chat, ChatId, MessageId, ReplyStats, Role, Status, StopReason
from desktop.domain.errors import UnknownChatError, UnknownMessageError
from desktop.domain.generation import PromptMessage
from desktop.storage import conversations
from desktop.storage.connection import Connection
from desktop.storage.database import Database
from desktop.storage.search import search

MOMENT = datetime(2026, 3, 4, 5, 6, 7, 89_000, tzinfo=UTC)

AWKWARD = [
    "",
    "one line",
    "two\nlines\n",
    "NUL \x00 within \x00",
    "👩‍👩‍👧‍👦 🏳️‍🌈 🇺🇳 e\u0301",
    "東京に行きました。漢字かな交じり文 한국어 조선말 𠮷野家",
    "שלום עליכם \u202eمرحبا\u202c",
    "\ue000private\ue001 use",
    "'; DROP TABLE message; --",
    '"quoted" AND NOT (nothing) *',
    "\u200b zero \ufeff width \u2028 separators",
]


@pytest.mark.parametrize("text", AWKWARD)
def test_text_comes_back_as_it_was(conn: Connection, chat: Chat, text: str) -> None:
    added = conversations.add_message(conn, chat.id, parent_id=None, role=Role.USER, content=text, now=MOMENT)
    (read,) = conversations.messages(conn, [added.id])
    assert read == added
    assert (read.content, read.created_at) == (text, MOMENT)
    (entry,) = conversations.path(conn, chat.id)
    assert (entry.length, entry.lines) == (len(text), text.count("\n") + 1)


def test_a_megabyte_is_kept_and_found(conn: Connection, chat: Chat) -> None:
    text = "The quick brown fox jumps. " * 40_000 + "needle"
    added = conversations.add_message(conn, chat.id, parent_id=None, role=Role.USER, content=text)
    assert conversations.messages(conn, [added.id])[0].content == text
    assert "needle" in search(conn, "needle")[0].snippet


def test_lone_surrogates_become_replacement_characters(conn: Connection, chat: Chat) -> None:
    added = conversations.add_message(conn, chat.id, parent_id=None, role=Role.USER, content="a\udcffb")
    assert added.content == "a\ufffdb"
    assert conversations.messages(conn, [added.id]) == [added]
    with pytest.raises(UnknownChatError):
        conversations.get_chat(conn, ChatId("\udcff"))


def test_a_chat_says_what_it_was_made_with(conn: Connection) -> None:
    chat = conversations.create_chat(
        conn, title="Title", system_prompt="Be brief.", model="tiny", training_consent=True, now=MOMENT
    )
    assert chat == Chat(
        id=chat.id,
        title="Title",
        created_at=MOMENT,
        updated_at=MOMENT,
        model="tiny",
        system_prompt="Be brief.",
        training_consent=True,
    )
    assert conn.execute("SELECT at / 1000, granted FROM consent").fetchall() == [(int(MOMENT.timestamp()), 1)]
    assert conn.execute("SELECT count(*) FROM consent WHERE granted = 0").fetchone() == (0,)


def test_consent_is_off_unless_given(conn: Connection, chat: Chat) -> None:
    assert chat.training_consent is False
    assert conn.execute("SELECT count(*) FROM consent").fetchone() == (0,)


def test_a_message_becomes_the_head_and_counts(conn: Connection, chat: Chat, tell) -> None:
    later = MOMENT.replace(year=2030)
    tell("system", role=Role.SYSTEM)
    last = tell("hello", now=later)
    changed = conversations.get_chat(conn, chat.id)
    assert (changed.head_id, changed.messages, changed.updated_at) == (last.id, 1, later)


def test_old_messages_do_not_move_a_chat_back(conn: Connection, chat: Chat, tell) -> None:
    tell("imported", now=MOMENT)
    assert conversations.get_chat(conn, chat.id).updated_at == chat.updated_at


def test_chats_are_listed_by_their_last_change(conn: Connection) -> None:
    made = [
        conversations.create_chat(conn, title=str(n), now=MOMENT + timedelta(hours=n)).id for n in range(3)
    ]
    conversations.add_message(
        conn, made[0], parent_id=None, role=Role.USER, content="x", now=MOMENT + timedelta(days=1)
    )
    conversations.rename(conn, made[1], "renamed")
    assert [chat.title for chat in conversations.list_chats(conn)] == ["0", "2", "renamed"]


def test_archived_chats_are_listed_on_request(conn: Connection, chat: Chat) -> None:
    conn.execute("UPDATE chat SET archived = 1")
    assert conversations.list_chats(conn) == []
    assert [c.id for c in conversations.list_chats(conn, include_archived=True)] == [chat.id]


def test_ids_follow_time(conn: Connection, chat: Chat, tell) -> None:
    ids = [tell(str(n), now=MOMENT + timedelta(milliseconds=n)).id for n in range(20)]
    assert ids == sorted(ids)
    assert all(one[14] == "7" and one[19] in "89ab" for one in ids)  # version and variant, RFC 9562


def test_keys_follow_time_even_when_it_repeats_or_runs_backwards(conn: Connection, tell) -> None:
    texts = {
        tell(f"n{minute}.{turn}", now=MOMENT + timedelta(minutes=minute)).content
        for minute in (5, 1, 3, 1)
        for turn in range(3)
    }
    in_key_order = conn.execute("SELECT content, created_at FROM message ORDER BY key").fetchall()
    assert {content for content, _ in in_key_order} == texts
    assert [at for _, at in in_key_order] == sorted(at for _, at in in_key_order)


def test_path_knows_siblings(conn: Connection, chat: Chat, tell) -> None:
    question = tell("question")
    replies = [tell(f"reply {n}", role=Role.ASSISTANT, parent_id=question.id) for n in range(3)]
    tell("a note beside them", parent_id=question.id)
    conversations.set_head(conn, chat.id, replies[1].id)
    first, second = conversations.path(conn, chat.id)
    assert (first.id, first.siblings, first.sibling_index) == (question.id, 1, 0)
    assert (second.id, second.siblings, second.sibling_index) == (replies[1].id, 3, 1)
    assert conversations.siblings(conn, chat.id, replies[0].id) == [reply.id for reply in replies]
    assert len(conversations.children(conn, chat.id, question.id)) == 4
    assert conversations.children(conn, chat.id, None) == [question.id]


def test_two_roots_are_siblings(conn: Connection, chat: Chat, tell) -> None:
    first, second = tell("first"), tell("edited", parent_id=None)
    (entry,) = conversations.path(conn, chat.id)
    assert (entry.id, entry.siblings, entry.sibling_index) == (second.id, 2, 1)
    assert conversations.siblings(conn, chat.id, first.id) == [first.id, second.id]


def test_showing_a_branch_goes_down_to_its_newest_leaf(conn: Connection, chat: Chat, tell) -> None:
    root = tell("root")
    left = tell("left", role=Role.ASSISTANT, parent_id=root.id)
    tell("left old", parent_id=left.id)
    newest = tell("left new", parent_id=left.id)
    tell("right", role=Role.ASSISTANT, parent_id=root.id)
    conversations.show_branch(conn, chat.id, left.id)
    assert [entry.id for entry in conversations.path(conn, chat.id)] == [root.id, left.id, newest.id]


def test_prompt_is_the_system_prompt_and_the_path(conn: Connection) -> None:
    chat = conversations.create_chat(conn, system_prompt="Be brief.")

    def add(parent: MessageId | None, role: Role, content: str) -> MessageId:
        return conversations.add_message(conn, chat.id, parent_id=parent, role=role, content=content).id

    question = add(None, Role.USER, "question")
    add(question, Role.ASSISTANT, "not on this path")
    empty = add(question, Role.ASSISTANT, "")
    leaf = add(empty, Role.USER, "again")
    assert conversations.prompt_messages(conn, chat.id, leaf) == [
        PromptMessage(Role.SYSTEM, "Be brief."),
        PromptMessage(Role.USER, "question"),
        PromptMessage(Role.USER, "again"),
    ]


def test_a_reply_is_indexed_when_it_ends(conn: Connection, chat: Chat, tell) -> None:
    reply = tell("", role=Role.ASSISTANT, status=Status.STREAMING, model="tiny")
    for text in ("Zeb", "Zebra cross", "Zebra crossing"):
        conversations.update_reply(conn, reply.id, content=text, status=Status.STREAMING)
        assert search(conn, "zebra") == []
        assert conversations.messages(conn, [reply.id])[0].content == text
    stats = ReplyStats(10, 5, 3, 0.25, 12.5, 1, 2048)
    conversations.update_reply(
        conn,
        reply.id,
        content="Zebra crossings",
        status=Status.COMPLETE,
        stop_reason=StopReason.LENGTH,
        stats=stats,
    )
    (read,) = conversations.messages(conn, [reply.id])
    assert (read.status, read.stop_reason, read.stats, read.model) == (
        Status.COMPLETE,
        StopReason.LENGTH,
        stats,
        "tiny",
    )
    assert len(search(conn, "zebra")) == 1
    with pytest.raises(ValueError, match="taken up again"):
        conversations.update_reply(conn, reply.id, content="Lions", status=Status.STOPPED)
    for status in (Status.STREAMING, Status.STOPPED):
        conversations.update_reply(conn, reply.id, content="Lions", status=status)
    assert search(conn, "zebra") == []
    assert len(search(conn, "lions")) == 1
    conn.execute("INSERT INTO message_index (message_index, rank) VALUES ('integrity-check', 1)")


def test_interrupting_keeps_and_indexes_what_came(conn: Connection, chat: Chat, tell) -> None:
    reply = tell("half an ans", role=Role.ASSISTANT, status=Status.STREAMING)
    assert conversations.interrupt_streaming(conn) == 1
    assert conversations.messages(conn, [reply.id])[0].status is Status.INTERRUPTED
    assert len(search(conn, "half")) == 1
    assert conversations.interrupt_streaming(conn) == 0


def test_what_is_not_there_is_said_clearly(conn: Connection, chat: Chat, tell) -> None:
    other = conversations.create_chat(conn)
    mine = tell("mine")
    with pytest.raises(UnknownChatError, match="no chat"):
        conversations.get_chat(conn, ChatId("nobody"))
    for call in (
        lambda: conversations.add_message(
            conn, other.id, parent_id=mine.id, role=Role.USER, content="a parent elsewhere"
        ),
        lambda: conversations.set_head(conn, other.id, mine.id),
        lambda: conversations.show_branch(conn, other.id, mine.id),
        lambda: conversations.prompt_messages(conn, other.id, mine.id),
        lambda: conversations.update_reply(conn, MessageId("no"), content="", status=Status.COMPLETE),
    ):
        with pytest.raises(UnknownMessageError, match="no such message"):
            call()
    assert conversations.messages(conn, [MessageId("no"), mine.id, mine.id]) == [mine, mine]


def test_the_schema_itself_keeps_trees_apart(conn: Connection, chat: Chat, tell) -> None:
    mine = tell("mine")
    other = conversations.create_chat(conn)
    with pytest.raises(Exception, match="FOREIGN KEY"):
        conn.execute(
            "UPDATE chat SET head = (SELECT key FROM message WHERE id = ?) WHERE id = ?", (mine.id, other.id)
        )


def test_long_chats_open_fast(conn: Connection, chat: Chat) -> None:
    """Loose: 10,000 messages take some 30 ms on two quiet, slow cores. All at one time, as imports may be."""
    conn.execute("BEGIN")
    parent: MessageId | None = None
    for number in range(10_000):
        role = Role.ASSISTANT if number % 2 else Role.USER
        parent = conversations.add_message(
            conn, chat.id, parent_id=parent, role=role, content="words " * 40, now=MOMENT
        ).id
    conn.execute("COMMIT")
    took = []
    for _ in range(3):
        begun = time.thread_time()
        entries = conversations.path(conn, chat.id)
        took.append(time.thread_time() - begun)
    assert len(entries) == 10_000
    assert min(took) < 0.3


def test_ten_thousand_chats_are_listed(database: Database) -> None:
    def fill(connection: Connection) -> None:
        for number in range(10_000):
            conversations.create_chat(connection, title=str(number))

    database.write(fill).result()
    assert len(database.read(conversations.list_chats).result()) == 10_000


def test_long_replies_that_are_taken_up_again_leave_a_sound_index(conn: Connection, chat: Chat) -> None:
    """Done at once, in one transaction, this damages the index of SQLite 3.53.4 (see update_reply)."""
    words = ["kettle", "garden", "window", "letter", "river", "bread"]
    chance = random.Random(5)

    def prose() -> str:
        return " ".join(chance.choice(words) for _ in range(4000))

    for _ in range(12):
        reply = conversations.add_message(
            conn, chat.id, parent_id=None, role=Role.ASSISTANT, content=prose(), status=Status.STOPPED
        )
        for status in (Status.STREAMING, Status.COMPLETE):
            conversations.update_reply(conn, reply.id, content=prose(), status=status)
        if chance.random() < 0.5:
            conversations.update_reply(conn, reply.id, content="", status=Status.STREAMING)
        conn.execute("INSERT INTO message_index (message_index, rank) VALUES ('integrity-check', 1)")
