# SPDX-License-Identifier: GPL-3.0-or-later
"""What was begun and not sent, one text per chat. Functions over a connection."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.domain.conversation import ChatId
from desktop.storage import records
from desktop.storage.connection import Connection
from desktop.storage.ids import to_milliseconds
from desktop.storage.text import storable

NEW_CHAT_SETTING = "draft.new"  # it has no row to hang on


def keep_drafts(conn: Connection, drafts: Mapping[ChatId | None, str]) -> None:
    """Keep these drafts, and none where one is empty; None is the chat that has not begun. Others stay."""
    at = to_milliseconds(None)
    for chat_id, text in drafts.items():
        if chat_id is None:
            conn.execute("DELETE FROM setting WHERE name = ?", (NEW_CHAT_SETTING,))
            if text.strip():
                records.set_setting(conn, NEW_CHAT_SETTING, storable(text))
            continue
        conn.execute("DELETE FROM draft WHERE chat = (SELECT key FROM chat WHERE id = ?)", (chat_id,))
        if text.strip():
            conn.execute(
                "INSERT INTO draft (chat, updated_at, content) SELECT key, ?, ? FROM chat WHERE id = ?",
                (at, storable(text), chat_id),
            )


def drafts(conn: Connection) -> dict[ChatId | None, str]:
    """The drafts that were kept."""
    rows = conn.execute("SELECT chat.id, draft.content FROM draft JOIN chat ON chat.key = draft.chat")
    found: dict[ChatId | None, str] = {ChatId(chat_id): text for chat_id, text in rows}
    new = records.get_setting(conn, NEW_CHAT_SETTING)
    return {None: new, **found} if isinstance(new, str) and new else found
