# SPDX-License-Identifier: GPL-3.0-or-later
"""From ids to keys and from rows to values, or a clear word that there is no such thing."""

from __future__ import annotations

import msgspec

from desktop.domain.conversation import (
    Chat,
    ChatId,
    Message,
    MessageId,
    ReplyStats,
    Role,
    Status,
    StopReason,
)
from desktop.domain.errors import UnknownChatError, UnknownMessageError
from desktop.i18n import _
from desktop.storage.connection import Connection, Row
from desktop.storage.ids import from_milliseconds
from desktop.storage.text import storable

# Looking a member up by value costs far less than calling the enumeration, which counts at 10,000 messages.
ROLES = {role.value: role for role in Role}
STATUSES = {status.value: status for status in Status}
REASONS = {reason.value: reason for reason in StopReason}

SELECT_CHAT = """
SELECT chat.id, chat.title, chat.created_at, chat.updated_at, chat.model, chat.messages, head.id,
       chat.system_prompt, chat.training_consent, chat.pinned, chat.archived, chat.retention_days,
       view.unread, folder.name, chat.pin_place
  FROM chat LEFT JOIN message AS head ON head.key = chat.head
       LEFT JOIN chat_view AS view ON view.chat = chat.key
       LEFT JOIN folder ON folder.key = chat.folder
"""
SELECT_MESSAGE = """
SELECT message.id, chat.id, parent.id, message.role, message.content, message.status, message.created_at,
       message.model, message.stop_reason, message.stats,
       EXISTS (SELECT 1 FROM edited_answer WHERE edited_answer.message = message.key)
  FROM message JOIN chat ON chat.key = message.chat LEFT JOIN message AS parent ON parent.key = message.parent
"""


def chat_key(conn: Connection, chat_id: ChatId) -> int:
    """The key of a chat.

    Raises:
        UnknownChatError: there is none with this id, or it waits to be deleted.
    """
    row = conn.execute(
        "SELECT key FROM chat WHERE id = ? AND delete_due IS NULL", (storable(chat_id),)
    ).fetchone()
    if row is None:
        raise unknown_chat()
    return int(row[0])


def message_key(conn: Connection, chat: int, message_id: MessageId) -> int:
    """The key of a message of this chat.

    Raises:
        UnknownMessageError: it is not in it.
    """
    row = conn.execute(
        "SELECT key FROM message WHERE id = ? AND chat = ?", (storable(message_id), chat)
    ).fetchone()
    if row is None:
        raise unknown_message()
    return int(row[0])


def unknown_chat() -> UnknownChatError:
    """No chat has this id."""
    return UnknownChatError(_("There is no chat with this id. It may have been deleted."))


def unknown_message() -> UnknownMessageError:
    """No message has this id in this chat."""
    return UnknownMessageError(_("There is no such message in this chat."))


def to_chat(row: Row) -> Chat:
    """A row of SELECT_CHAT."""
    return Chat(
        id=ChatId(row[0]),
        title=row[1],
        created_at=from_milliseconds(row[2]),
        updated_at=from_milliseconds(row[3]),
        model=row[4],
        messages=row[5],
        head_id=row[6],
        system_prompt=row[7],
        training_consent=bool(row[8]),
        pinned=bool(row[9]),
        archived=bool(row[10]),
        retention_days=row[11],
        unread=bool(row[12]),
        folder=row[13],
        pin_place=row[14],
    )


def to_message(row: Row) -> Message:
    """A row of SELECT_MESSAGE."""
    return Message(
        id=MessageId(row[0]),
        chat_id=ChatId(row[1]),
        parent_id=row[2],
        role=ROLES[row[3]],
        content=row[4],
        status=STATUSES[row[5]],
        created_at=from_milliseconds(row[6]),
        model=row[7],
        stop_reason=None if row[8] is None else REASONS[row[8]],
        stats=None if row[9] is None else msgspec.json.decode(row[9], type=ReplyStats),
        edited=bool(row[10]),
    )
