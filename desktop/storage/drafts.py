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
    """Keep these drafts and no others; None is the chat that has not begun. Empty ones are left out."""
    conn.execute("DELETE FROM draft")
    at = to_milliseconds(None)
    for chat_id, text in drafts.items():
        if chat_id is not None and text.strip():
            conn.execute(
                "INSERT INTO draft (chat, updated_at, content) SELECT key, ?, ? FROM chat WHERE id = ?",
                (at, storable(text), chat_id),
            )
    conn.execute("DELETE FROM setting WHERE name = ?", (NEW_CHAT_SETTING,))
    new = storable(drafts.get(None, ""))
    if new.strip():
        records.set_setting(conn, NEW_CHAT_SETTING, new)


def drafts(conn: Connection) -> dict[ChatId | None, str]:
    """The drafts that were kept."""
    rows = conn.execute("SELECT chat.id, draft.content FROM draft JOIN chat ON chat.key = draft.chat")
    found: dict[ChatId | None, str] = {ChatId(chat_id): text for chat_id, text in rows}
    new = records.get_setting(conn, NEW_CHAT_SETTING)
    return {None: new, **found} if isinstance(new, str) and new else found
