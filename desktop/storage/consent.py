# SPDX-License-Identifier: GPL-3.0-or-later
"""Consent to training, per chat: off until it is given, dated, recorded. Functions over a connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from desktop.domain.conversation import ChatId
from desktop.storage import activity
from desktop.storage.connection import Connection
from desktop.storage.ids import to_milliseconds
from desktop.storage.lookup import chat_key


def set_consent(
    conn: Connection, chat_ids: Sequence[ChatId], given: bool, *, now: datetime | None = None
) -> int:
    """Give or withdraw consent for these chats, later messages of theirs included.

    Args:
        conn: the transaction.
        chat_ids: the chats; those that stand so already keep the date they have.
        given: whether they may be used.
        now: when, if not now.

    Returns:
        For how many chats something changed.

    Raises:
        UnknownChatError: one of them is not there; the transaction must not be committed.
    """
    at = to_milliseconds(now)
    changed = 0
    for chat_id in chat_ids:
        key = chat_key(conn, chat_id)
        written = conn.execute(
            "UPDATE chat SET training_consent = ?1 WHERE key = ?2 AND training_consent <> ?1",
            (int(given), key),
        )
        if written.rowcount:
            conn.execute("INSERT INTO consent (chat, at, granted) VALUES (?, ?, ?)", (key, at, int(given)))
            changed += 1
    if changed:
        activity.record(conn, "consented" if given else "withdrawn", now=now, chats=changed)
    return changed
