# SPDX-License-Identifier: GPL-3.0-or-later
"""How chats were left: where one read, and whether an answer came since. Functions over a connection."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.domain.conversation import ChatId, MessageId, Place
from desktop.storage.connection import Connection
from desktop.storage.lookup import chat_key
from desktop.storage.text import storable


def set_unread(conn: Connection, chat_ids: Sequence[ChatId], unread: bool) -> None:
    """Say whether something in these chats was not seen yet.

    Raises:
        UnknownChatError: one of them is not there; the transaction must not be committed.
    """
    for chat_id in chat_ids:
        conn.execute(
            "INSERT INTO chat_view (chat, unread) VALUES (?, ?)"
            " ON CONFLICT (chat) DO UPDATE SET unread = excluded.unread",
            (chat_key(conn, chat_id), int(unread)),
        )


def set_place(conn: Connection, chat_id: ChatId, place: Place | None) -> None:
    """Keep where in a chat one read; None: at its end.

    Raises:
        UnknownChatError: it is not there.
    """
    chat = chat_key(conn, chat_id)
    found = None
    if place is not None:
        found = conn.execute(
            "SELECT key FROM message WHERE id = ? AND chat = ?", (storable(place.message), chat)
        ).fetchone()
    key, part = (None, 0) if place is None or found is None else (found[0], place.part)
    conn.execute(
        "INSERT INTO chat_view (chat, message, part) VALUES (?, ?, ?)"
        " ON CONFLICT (chat) DO UPDATE SET message = excluded.message, part = excluded.part",
        (chat, key, part),
    )


def places(conn: Connection) -> dict[ChatId, Place]:
    """Where one read in the chats that were not left at their end."""
    rows = conn.execute(
        "SELECT chat.id, message.id, part FROM chat_view JOIN chat ON chat.key = chat_view.chat"
        " JOIN message ON message.key = chat_view.message AND message.chat = chat.key"
        " WHERE chat.delete_due IS NULL"
    )
    return {ChatId(chat): Place(MessageId(message), part) for chat, message, part in rows}
