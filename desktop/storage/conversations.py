# SPDX-License-Identifier: GPL-3.0-or-later
"""Chats and their trees of messages. Functions over a connection, for Database.read and Database.write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from desktop.domain.conversation import (
    Chat,
    ChatId,
    Message,
    MessageId,
    PathEntry,
    ReplyStats,
    Role,
    Status,
    StopReason,
)
from desktop.domain.generation import PromptMessage
from desktop.storage import activity
from desktop.storage.connection import Connection
from desktop.storage.ids import from_milliseconds, new_id, to_milliseconds
from desktop.storage.insertion import count_lines, insert_message
from desktop.storage.lookup import (
    ROLES,
    SELECT_CHAT,
    SELECT_MESSAGE,
    STATUSES,
    chat_key,
    message_key,
    to_chat,
    to_message,
    unknown_chat,
    unknown_message,
)
from desktop.storage.search import index_message, unindex_message
from desktop.storage.text import storable

_BATCH = 500  # ids in one statement; SQLite takes 32,766 parameters


def create_chat(
    conn: Connection,
    *,
    title: str = "",
    system_prompt: str | None = None,
    model: str | None = None,
    training_consent: bool = False,
    now: datetime | None = None,
) -> Chat:
    """Make an empty chat."""
    at = to_milliseconds(now)
    chat_id = ChatId(new_id(at))
    prompt = None if system_prompt is None else storable(system_prompt)
    conn.execute(
        "INSERT INTO chat (id, title, created_at, updated_at, model, training_consent, system_prompt)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (chat_id, storable(title), at, at, model, int(training_consent), prompt),
    )
    if training_consent:
        conn.execute(
            "INSERT INTO consent (chat, at, granted) VALUES (?, ?, 1)", (chat_key(conn, chat_id), at)
        )
        activity.record(conn, "consented", now=now, chats=1)
    return get_chat(conn, chat_id)


def get_chat(conn: Connection, chat_id: ChatId) -> Chat:
    """One chat.

    Raises:
        UnknownChatError: there is none with this id, or it waits to be deleted.
    """
    row = conn.execute(
        SELECT_CHAT + "WHERE chat.id = ? AND chat.delete_due IS NULL", (storable(chat_id),)
    ).fetchone()
    if row is None:
        raise unknown_chat()
    return to_chat(row)


def list_chats(conn: Connection, *, include_archived: bool = False) -> list[Chat]:
    """All chats but those waiting to be deleted, the last changed first."""
    archived = "" if include_archived else "AND chat.archived = 0"
    rows = conn.execute(
        f"{SELECT_CHAT} WHERE chat.delete_due IS NULL {archived} ORDER BY chat.updated_at DESC, chat.key DESC"
    )
    return [to_chat(row) for row in rows]


def rename(conn: Connection, chat_id: ChatId, title: str) -> None:
    """Give a chat a title; its place in the list stays.

    Raises:
        UnknownChatError: there is no such chat.
    """
    conn.execute("UPDATE chat SET title = ? WHERE key = ?", (storable(title), chat_key(conn, chat_id)))


def set_pinned(conn: Connection, chat_ids: Sequence[ChatId], pinned: bool) -> None:
    """Keep chats at the top of the list, out of reach of what lets old ones go.

    Raises:
        UnknownChatError: one of them is not there; the transaction must not be committed.
    """
    for chat_id in chat_ids:
        conn.execute("UPDATE chat SET pinned = ? WHERE key = ?", (int(pinned), chat_key(conn, chat_id)))


def set_archived(conn: Connection, chat_ids: Sequence[ChatId], archived: bool) -> None:
    """Take chats out of the list without erasing them; raises as ``set_pinned`` does."""
    for chat_id in chat_ids:
        conn.execute("UPDATE chat SET archived = ? WHERE key = ?", (int(archived), chat_key(conn, chat_id)))


def add_message(
    conn: Connection,
    chat_id: ChatId,
    *,
    parent_id: MessageId | None,
    role: Role,
    content: str,
    status: Status = Status.COMPLETE,
    model: str | None = None,
    now: datetime | None = None,
) -> Message:
    """Put a message below ``parent_id`` (None: at the top) and make it the head.

    Args:
        conn: in a transaction.
        chat_id: the chat.
        parent_id: a message of the same chat.
        role: who wrote it.
        content: any text; lone surrogates become U+FFFD.
        status: STREAMING keeps it out of the search index until update_reply ends it.
        model: which model wrote it.
        now: when, if not now (imports).

    Raises:
        UnknownChatError: there is no such chat.
        UnknownMessageError: the parent is not in it.
    """
    chat = chat_key(conn, chat_id)
    parent = None if parent_id is None else message_key(conn, chat, parent_id)
    at = to_milliseconds(now)
    message_id = MessageId(new_id(at))
    text = storable(content)
    key = insert_message(
        conn,
        chat=chat,
        parent=parent,
        message_id=message_id,
        role=role,
        status=status,
        at=at,
        content=text,
        model=model,
    )
    conn.execute(
        "UPDATE chat SET head = ?, messages = messages + ?, updated_at = max(updated_at, ?) WHERE key = ?",
        (key, int(role is not Role.SYSTEM), at, chat),
    )
    return Message(
        id=message_id,
        chat_id=chat_id,
        parent_id=parent_id,
        role=role,
        content=text,
        status=status,
        created_at=from_milliseconds(at),
        model=model,
    )


def update_reply(
    conn: Connection,
    message_id: MessageId,
    *,
    content: str,
    status: Status,
    stop_reason: StopReason | None = None,
    stats: ReplyStats | None = None,
    now: datetime | None = None,
) -> None:
    """Keep what a reply has grown to, or how it ended. Only its end touches the search index.

    One that has ended is first taken up again (STREAMING), in a transaction of its own: where a long text is
    taken out and another put in under one key at once, ``secure-delete`` damages the index (SQLite 3.53.4).

    Raises:
        UnknownMessageError: it is gone.
        ValueError: it has ended and was not taken up again.
    """
    row = conn.execute("SELECT key, chat, status FROM message WHERE id = ?", (message_id,)).fetchone()
    if row is None:
        raise unknown_message()
    key, chat, before = row
    text = storable(content)
    if before != Status.STREAMING:
        if status is not Status.STREAMING:
            raise ValueError("it has ended and must be taken up again first")
        unindex_message(conn, key)
    conn.execute(
        "UPDATE message SET content = ?, length = ?, lines = ?, status = ?, stop_reason = ?, stats = ?"
        " WHERE key = ?",
        (
            text,
            len(text),
            count_lines(text),
            status,
            stop_reason,
            None if stats is None else msgspec.json.encode(stats).decode(),
            key,
        ),
    )
    if status is not Status.STREAMING:
        index_message(conn, key, text)
        conn.execute(
            "UPDATE chat SET updated_at = max(updated_at, ?) WHERE key = ?", (to_milliseconds(now), chat)
        )


def interrupt_streaming(conn: Connection) -> int:
    """Say of replies that nobody is writing any more that they were interrupted, and index what they have.

    Returns:
        How many there were.
    """
    rows = conn.execute("SELECT key, content FROM message WHERE status = 'streaming'").fetchall()
    for key, content in rows:
        conn.execute("UPDATE message SET status = 'interrupted' WHERE key = ?", (key,))
        index_message(conn, key, content)
    return len(rows)


def path(conn: Connection, chat_id: ChatId) -> list[PathEntry]:
    """The shown path from its root to the head, without texts.

    Raises:
        UnknownChatError: there is no such chat.
    """
    chat = chat_key(conn, chat_id)
    # All branches in one sweep over message_tree: 10,000 steps of a recursive query cost more than it all.
    nodes = {
        row[0]: row
        for row in conn.execute(
            "SELECT key, parent, id, role, status, length, lines"
            " FROM message INDEXED BY message_tree WHERE chat = ?",
            (chat,),
        ).fetchall()
    }
    places = _sibling_places(conn, chat)
    alone = (1, 0)
    (key,) = conn.execute("SELECT head FROM chat WHERE key = ?", (chat,)).fetchone() or (None,)
    entries: list[PathEntry] = []
    make = PathEntry._make
    while key is not None:
        at, key, message_id, role, status, length, lines = nodes[key]
        count, place = places.get(at, alone)
        entries.append(make((message_id, ROLES[role], STATUSES[status], length, lines, count, place)))
    entries.reverse()
    return entries


def messages(conn: Connection, ids: Sequence[MessageId]) -> list[Message]:
    """These messages in this order; ids that no longer exist are left out."""
    found: dict[MessageId, Message] = {}
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        marks = ", ".join("?" * len(batch))
        for row in conn.execute(
            f"{SELECT_MESSAGE} WHERE message.id IN ({marks})", [storable(one) for one in batch]
        ):
            message = to_message(row)
            found[message.id] = message
    return [found[message_id] for message_id in ids if message_id in found]


def all_messages(conn: Connection, chat_id: ChatId) -> list[Message]:
    """Every message of every branch, oldest first.

    Raises:
        UnknownChatError: there is no such chat.
    """
    rows = conn.execute(
        SELECT_MESSAGE + "WHERE message.chat = ? ORDER BY message.key", (chat_key(conn, chat_id),)
    )
    return [to_message(row) for row in rows]


def prompt_messages(conn: Connection, chat_id: ChatId, leaf_id: MessageId) -> list[PromptMessage]:
    """What a model is given to answer ``leaf_id``: the system prompt, then the path down to it.

    Replies without text (stopped or failed before the first word) are left out.

    Raises:
        UnknownChatError, UnknownMessageError.
    """
    chat = chat_key(conn, chat_id)
    leaf = message_key(conn, chat, leaf_id)
    rows = conn.execute(
        """
        WITH RECURSIVE up (key, parent, depth) AS (
          SELECT key, parent, 0 FROM message WHERE key = ?
          UNION ALL
          SELECT m.key, m.parent, up.depth + 1 FROM up CROSS JOIN message AS m ON m.key = up.parent
        )
        SELECT m.role, m.content FROM up CROSS JOIN message AS m ON m.key = up.key ORDER BY up.depth DESC
        """,
        (leaf,),
    ).fetchall()
    system = conn.execute("SELECT system_prompt FROM chat WHERE key = ?", (chat,)).fetchone()
    prompt = [
        PromptMessage(ROLES[role], content) for role, content in rows if content or role != Role.ASSISTANT
    ]
    if system and system[0]:
        prompt.insert(0, PromptMessage(Role.SYSTEM, system[0]))
    return prompt


def set_head(conn: Connection, chat_id: ChatId, message_id: MessageId) -> None:
    """Make the shown path end at ``message_id``.

    Raises:
        UnknownChatError, UnknownMessageError.
    """
    chat = chat_key(conn, chat_id)
    conn.execute("UPDATE chat SET head = ? WHERE key = ?", (message_key(conn, chat, message_id), chat))


def show_branch(conn: Connection, chat_id: ChatId, message_id: MessageId) -> None:
    """Make the shown path run through ``message_id`` and on to the newest message at every fork below it.

    Raises:
        UnknownChatError, UnknownMessageError.
    """
    chat = chat_key(conn, chat_id)
    leaf = conn.execute(
        """
        WITH RECURSIVE down (key, depth) AS (
          SELECT ?1, 0
          UNION ALL
          SELECT (SELECT max(key) FROM message WHERE chat = ?2 AND parent = down.key), depth + 1
            FROM down WHERE key IS NOT NULL
        )
        SELECT key FROM down WHERE key IS NOT NULL ORDER BY depth DESC LIMIT 1
        """,
        (message_key(conn, chat, message_id), chat),
    ).fetchone()
    if leaf is not None:
        conn.execute("UPDATE chat SET head = ? WHERE key = ?", (leaf[0], chat))


def children(conn: Connection, chat_id: ChatId, parent_id: MessageId | None) -> list[MessageId]:
    """The messages right below one (None: the roots), oldest first.

    Raises:
        UnknownChatError, UnknownMessageError.
    """
    chat = chat_key(conn, chat_id)
    parent = None if parent_id is None else message_key(conn, chat, parent_id)
    sql = "SELECT id FROM message WHERE chat = ? AND parent IS ? ORDER BY key"
    return [MessageId(row[0]) for row in conn.execute(sql, (chat, parent))]


def siblings(conn: Connection, chat_id: ChatId, message_id: MessageId) -> list[MessageId]:
    """The messages that share this one's parent and role, itself included, oldest first.

    Raises:
        UnknownChatError, UnknownMessageError.
    """
    chat = chat_key(conn, chat_id)
    key = message_key(conn, chat, message_id)
    rows = conn.execute(
        "SELECT other.id FROM message AS self JOIN message AS other ON other.chat = self.chat"
        " AND other.parent IS self.parent AND other.role = self.role WHERE self.key = ? ORDER BY other.key",
        (key,),
    )
    return [MessageId(row[0]) for row in rows]


def _sibling_places(conn: Connection, chat: int) -> dict[int, tuple[int, int]]:
    """For each message that shares parent and role with others: how many they are, and its place."""
    places: dict[int, tuple[int, int]] = {}
    forks = conn.execute(
        "SELECT parent, role, count(*) FROM message WHERE chat = ? GROUP BY parent, role HAVING count(*) > 1",
        (chat,),
    ).fetchall()
    for parent, role, count in forks:
        keys = conn.execute(
            "SELECT key FROM message WHERE chat = ? AND parent IS ? AND role = ? ORDER BY key",
            (chat, parent, role),
        )
        places.update((key, (count, place)) for place, (key,) in enumerate(keys))
    return places
