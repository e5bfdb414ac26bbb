# SPDX-License-Identifier: GPL-3.0-or-later
"""How one message gets its place in the file. Functions over a connection, in a transaction."""

from __future__ import annotations

import msgspec

from desktop.domain.conversation import MessageId, ReplyStats, Role, Status, StopReason
from desktop.storage.connection import Connection
from desktop.storage.search import index_message


def insert_message(
    conn: Connection,
    *,
    chat: int,
    parent: int | None,
    message_id: MessageId,
    role: Role,
    status: Status,
    at: int,
    content: str,
    model: str | None = None,
    stop_reason: StopReason | None = None,
    stats: ReplyStats | None = None,
) -> int:
    """Write one row and, unless it still streams, its words in the index. The chat's row is the caller's.

    Args:
        conn: in a transaction.
        chat: its key.
        parent: the parent's key.
        message_id: a new id.
        role: who wrote it.
        status: what became of it.
        at: milliseconds since 1970.
        content: storable text.
        model: which model wrote it.
        stop_reason: why a reply ended.
        stats: what was measured.

    Returns:
        Its key.
    """
    key = _free_key(conn, at, parent)
    conn.execute(
        "INSERT INTO message (key, id, chat, parent, role, status, created_at, length, lines, model,"
        " stop_reason, stats, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            key,
            message_id,
            chat,
            parent,
            role,
            status,
            at,
            len(content),
            count_lines(content),
            model,
            stop_reason,
            None if stats is None else msgspec.json.encode(stats).decode(),
            content,
        ),
    )
    if status is not Status.STREAMING:
        index_message(conn, key, content)
    return key


def count_lines(text: str) -> int:
    """Line breaks, plus one."""
    return text.count("\n") + 1


def _free_key(conn: Connection, wanted: int, parent: int | None) -> int:
    """The first unused key from ``wanted`` on, so that keys follow time even when times collide.

    An import may give a whole chat one time: beginning after the parent spares walking over all of it.
    """
    key = wanted
    if parent is not None:
        row = conn.execute(
            "SELECT key + 1 FROM message WHERE key = ? AND created_at <= ? AND key >= ?",
            (parent, wanted, wanted),
        ).fetchone()
        key = row[0] if row else wanted
    for (taken,) in conn.execute("SELECT key FROM message WHERE key >= ? ORDER BY key", (key,)):
        if taken != key:
            break
        key += 1
    return key
