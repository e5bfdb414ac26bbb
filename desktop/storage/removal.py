# SPDX-License-Identifier: GPL-3.0-or-later
"""Deleting a message with all that follows it: hidden at once, brought back, or erased as chats are.

What is hidden moves into a chat of its own that waits to be deleted. Everything that reads chats passes over
those already, and what erases them, in time or at the next unlocking, is the same (see ``deletion``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.branches import RemovedBranch
from desktop.domain.conversation import ChatId, MessageId, Status
from desktop.domain.errors import UserActionError
from desktop.i18n import _
from desktop.storage.branches import branch_keys
from desktop.storage.connection import Connection
from desktop.storage.ids import new_id, to_milliseconds
from desktop.storage.lookup import chat_key, message_key
from desktop.storage.text import storable


@dataclass(frozen=True, slots=True)
class _Root:
    key: int
    parent: int | None
    role: str


def hide_branch(conn: Connection, chat_id: ChatId, message_id: MessageId, due: datetime) -> RemovedBranch:
    """Hide a message and all below it; the shown path goes on with the nearest version, or ends above.

    Raises:
        UnknownChatError, UnknownMessageError.
        UserActionError: an answer below it is still being written.
    """
    chat = chat_key(conn, chat_id)
    key = message_key(conn, chat, message_id)
    parent = _value(conn, "SELECT parent FROM message WHERE key = ?", key)
    role = conn.execute("SELECT role FROM message WHERE key = ?", (key,)).fetchall()[0][0]
    root = _Root(key, parent, role)
    keys = branch_keys(conn, chat, key)
    held = set(keys)
    writing = conn.execute(
        "SELECT key FROM message WHERE status = ? AND chat = ?", (Status.STREAMING, chat)
    ).fetchall()
    if any(one in held for (one,) in writing):
        raise UserActionError(_("An answer here is still being written. Stop it first, or wait."))
    head = _value(conn, "SELECT head FROM chat WHERE key = ?", chat)
    hidden = ChatId(new_id(to_milliseconds(None)))
    conn.execute(
        "INSERT INTO chat (id, title, created_at, updated_at, delete_due)"
        " SELECT ?, '', created_at, updated_at, ? FROM chat WHERE key = ?",
        (hidden, to_milliseconds(due), chat),
    )
    place = int(conn.execute("SELECT key FROM chat WHERE id = ?", (hidden,)).fetchall()[0][0])
    conn.execute(
        "INSERT INTO removed_branch (chat, origin, parent, head) VALUES (?, ?, ?, ?)",
        (place, chat, parent, head if head in held else None),
    )
    if head in held:
        conn.execute("UPDATE chat SET head = ? WHERE key = ?", (_head_without(conn, chat, root), chat))
    _move(conn, chat, place, key, None)
    counted = _count(conn, place)
    conn.execute("UPDATE chat SET messages = messages - ? WHERE key = ?", (counted, chat))
    conn.execute("UPDATE chat SET messages = ? WHERE key = ?", (counted, place))
    return RemovedBranch(hidden, len(keys))


def bring_back(conn: Connection, hidden: ChatId) -> None:
    """Put a hidden branch back where it was, and show what was shown.

    Raises:
        UserActionError: it is erased by now, or what it hung on is.
    """
    row = conn.execute(
        "SELECT removed_branch.chat, origin, removed_branch.parent, removed_branch.head, message.key"
        " FROM removed_branch JOIN chat ON chat.key = removed_branch.chat"
        " JOIN message ON message.chat = chat.key AND message.parent IS NULL WHERE chat.id = ?",
        (storable(hidden),),
    ).fetchone()
    if row is None:
        raise UserActionError(_("These messages are erased already, and cannot be brought back."))
    place, origin, parent, head, root = row
    above = conn.execute("SELECT 1 FROM message WHERE key = ? AND chat = ?", (parent, origin)).fetchone()
    if parent is not None and above is None:
        raise UserActionError(_("What these messages answered is deleted, too. Bring that back first."))
    counted = _count(conn, place)
    _move(conn, place, origin, root, parent)
    conn.execute(
        "UPDATE chat SET messages = messages + ?, head = coalesce(?, head, ?) WHERE key = ?",
        (counted, head, root, origin),
    )
    conn.execute("DELETE FROM chat WHERE key = ?", (place,))


def branches_of(conn: Connection, chat: int) -> list[ChatId]:
    """What was hidden of a chat and is not erased yet."""
    rows = conn.execute(
        "SELECT chat.id FROM removed_branch JOIN chat ON chat.key = removed_branch.chat WHERE origin = ?",
        (chat,),
    )
    return [ChatId(row[0]) for row in rows]


def is_branch(conn: Connection, chat: int) -> bool:
    """Whether this is no chat of the person's, but what was hidden of one."""
    return conn.execute("SELECT 1 FROM removed_branch WHERE chat = ?", (chat,)).fetchone() is not None


def _move(conn: Connection, source: int, target: int, root: int, parent: int | None) -> None:
    """Move a branch between chats; one statement, because a parent must always be in the same chat."""
    conn.execute(
        """
        UPDATE message SET chat = ?3, parent = CASE key WHEN ?1 THEN ?4 ELSE parent END WHERE key IN (
          WITH RECURSIVE branch (key) AS (
            SELECT ?1
            UNION ALL
            SELECT message.key FROM branch CROSS JOIN message
              ON message.chat = ?2 AND message.parent = branch.key
          )
          SELECT key FROM branch
        )
        """,
        (root, source, target, parent),
    )


def _head_without(conn: Connection, chat: int, root: _Root) -> int | None:
    """Where the shown path ends once a branch is gone: in the version before it, or after, or above it."""
    nearest = conn.execute(
        "SELECT key FROM message WHERE chat = ?1 AND parent IS ?2 AND role = ?3 AND key <> ?4"
        " ORDER BY key > ?4, abs(key - ?4) LIMIT 1",
        (chat, root.parent, root.role, root.key),
    ).fetchone()
    at = nearest[0] if nearest else root.parent
    if at is None:
        sql = "SELECT max(key) FROM message WHERE chat = ? AND parent IS NULL AND key <> ?"
        at = _value(conn, sql, chat, root.key)
    below = at
    while below is not None:
        at = below
        sql = "SELECT max(key) FROM message WHERE chat = ? AND parent = ? AND key <> ?"
        below = _value(conn, sql, chat, at, root.key)
    return at


def _value(conn: Connection, sql: str, *values: int) -> int | None:
    """The one number a query gives, if any."""
    row = conn.execute(sql, values).fetchone()
    return None if row is None or row[0] is None else int(row[0])


def _count(conn: Connection, chat: int) -> int:
    sql = "SELECT count(*) FROM message WHERE chat = ? AND role <> 'system'"
    return _value(conn, sql, chat) or 0
