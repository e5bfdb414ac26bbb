# SPDX-License-Identifier: GPL-3.0-or-later
"""How chats were left: whether an answer came since. Functions over a connection."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.domain.conversation import ChatId
from desktop.storage.connection import Connection
from desktop.storage.lookup import chat_key


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
