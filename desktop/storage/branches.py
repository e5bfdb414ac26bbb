# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions, forks and the shape of a chat's tree. Functions over a connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from desktop.domain.branches import Node
from desktop.domain.conversation import Chat, ChatId, Message, MessageId, Role, Status, StopReason
from desktop.domain.errors import UserActionError
from desktop.i18n import _
from desktop.storage import chat_settings, conversations
from desktop.storage.connection import Connection
from desktop.storage.ids import new_id, to_milliseconds
from desktop.storage.insertion import insert_message
from desktop.storage.lookup import (
    REASONS,
    ROLES,
    STATUSES,
    chat_key,
    message_key,
)
from desktop.storage.text import storable

FIRST_WORDS = 160  # characters of a message that the map shows at most


def branch_keys(conn: Connection, chat: int, key: int) -> list[int]:
    """The keys of a message and of all below it."""
    rows = conn.execute(
        """
        WITH RECURSIVE branch (key) AS (
          SELECT ?
          UNION ALL
          SELECT message.key FROM branch
            CROSS JOIN message ON message.chat = ? AND message.parent = branch.key
        )
        SELECT key FROM branch
        """,
        (key, chat),
    )
    return [int(row[0]) for row in rows]


def message_of(conn: Connection, chat_id: ChatId, message_id: MessageId) -> Message:
    """A message of this chat.

    Raises:
        UnknownChatError, UnknownMessageError.
    """
    message_key(conn, chat_key(conn, chat_id), message_id)
    return conversations.messages(conn, [message_id])[0]


def add_edited_answer(conn: Connection, chat_id: ChatId, message_id: MessageId, text: str) -> Message:
    """Put the person's words beside an answer, as another version of it, and show that.

    Raises:
        UnknownChatError, UnknownMessageError.
        UserActionError: it is no answer, or still being written.
    """
    old = message_of(conn, chat_id, message_id)
    if old.role is not Role.ASSISTANT:
        raise UserActionError(_("Only answers can be put in other words."))
    if old.status is Status.STREAMING:
        raise UserActionError(_("This answer is still being written. Stop it first, or wait."))
    made = conversations.add_message(
        conn, chat_id, parent_id=old.parent_id, role=Role.ASSISTANT, content=text, model=old.model
    )
    key = message_key(conn, chat_key(conn, chat_id), made.id)
    conn.execute("UPDATE message SET stop_reason = ? WHERE key = ?", (StopReason.END, key))
    conn.execute("INSERT INTO edited_answer (message) VALUES (?)", (key,))
    return replace(made, stop_reason=StopReason.END, edited=True)


def version(conn: Connection, chat_id: ChatId, message_id: MessageId, step: int) -> MessageId | None:
    """The version of a message so many steps newer (older, if negative); None if there is none.

    Raises:
        UnknownChatError, UnknownMessageError.
    """
    versions = conversations.siblings(conn, chat_id, message_id)
    place = versions.index(MessageId(storable(message_id))) + step
    return versions[place] if 0 <= place < len(versions) else None


def branch_size(conn: Connection, chat_id: ChatId, message_id: MessageId) -> int:
    """How many messages hang on one, itself included, over all versions.

    Raises:
        UnknownChatError, UnknownMessageError.
    """
    chat = chat_key(conn, chat_id)
    key = message_key(conn, chat, message_id)
    return len(branch_keys(conn, chat, key))


def fork(
    conn: Connection, chat_id: ChatId, message_id: MessageId, title: str, now: datetime | None = None
) -> Chat:
    """Copy the way down to a message into a chat of its own; nothing there may be used for training.

    What was said keeps its time. The rule on how long the chat is kept and the person's word on the filter
    hold for the copy, too. Ratings do not go along, nor do measurements: the model was given nothing for it.

    Raises:
        UnknownChatError, UnknownMessageError.
    """
    old = chat_key(conn, chat_id)
    leaf = message_key(conn, old, message_id)
    at = to_milliseconds(now)
    made = ChatId(new_id(at))
    conn.execute(
        "INSERT INTO chat (id, title, created_at, updated_at, model, retention_days, system_prompt)"
        " SELECT ?, ?, ?, ?, model, retention_days, system_prompt FROM chat WHERE key = ?",
        (made, storable(title), at, at, old),
    )
    chat = chat_key(conn, made)
    chat_settings.copy(conn, old, chat)
    conn.execute(
        "INSERT INTO filter_choice (chat, value, hidden)"
        " SELECT ?, value, hidden FROM filter_choice WHERE chat = ?",
        (chat, old),
    )
    rows = conn.execute(
        """
        WITH RECURSIVE up (key, parent, depth) AS (
          SELECT key, parent, 0 FROM message WHERE key = ?
          UNION ALL
          SELECT m.key, m.parent, up.depth + 1 FROM up CROSS JOIN message AS m ON m.key = up.parent
        )
        SELECT m.key, m.role, m.status, m.created_at, m.model, m.stop_reason, m.content
          FROM up CROSS JOIN message AS m ON m.key = up.key ORDER BY up.depth DESC
        """,
        (leaf,),
    ).fetchall()
    parent: int | None = None
    counted = 0
    for source, role, status, said_at, model, reason, content in rows:
        ended = Status.INTERRUPTED if status == Status.STREAMING else STATUSES[status]
        parent = insert_message(
            conn,
            chat=chat,
            parent=parent,
            message_id=MessageId(new_id(said_at)),
            role=ROLES[role],
            status=ended,
            at=said_at,
            content=content,
            model=model,
            stop_reason=None if reason is None else REASONS[reason],
        )
        conn.execute(
            "INSERT INTO edited_answer (message) SELECT ? FROM edited_answer WHERE message = ?",
            (parent, source),
        )
        counted += role != Role.SYSTEM
    conn.execute("UPDATE chat SET head = ?, messages = ? WHERE key = ?", (parent, counted, chat))
    return conversations.get_chat(conn, made)


def tree(conn: Connection, chat_id: ChatId) -> tuple[list[Node], MessageId | None]:
    """Every message without its text, oldest first, and the leaf of the shown path.

    Raises:
        UnknownChatError: there is no such chat.
    """
    chat = chat_key(conn, chat_id)
    rows = conn.execute(
        "SELECT key, parent, id, role, status FROM message INDEXED BY message_tree WHERE chat = ?", (chat,)
    ).fetchall()
    ids = {row[0]: MessageId(row[2]) for row in rows}
    rows.sort()
    nodes = [
        Node(message_id, None if parent is None else ids[parent], ROLES[role], STATUSES[status])
        for _key, parent, message_id, role, status in rows
    ]
    head = conn.execute("SELECT head FROM chat WHERE key = ?", (chat,)).fetchone()
    return nodes, ids.get(head[0]) if head else None


def first_words(conn: Connection, ids: Sequence[MessageId]) -> dict[MessageId, str]:
    """How these messages begin, on one line."""
    found: dict[MessageId, str] = {}
    for one in ids:
        row = conn.execute(
            "SELECT substr(content, 1, ?) FROM message WHERE id = ?", (4 * FIRST_WORDS, storable(one))
        ).fetchone()
        if row is not None:
            found[one] = " ".join(row[0].split())[:FIRST_WORDS]
    return found
