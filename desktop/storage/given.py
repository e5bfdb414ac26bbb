# SPDX-License-Identifier: GPL-3.0-or-later
"""What the model was given for each reply, in counts. Functions over a connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from desktop.domain.conversation import ChatId, MessageId, ReplyStats
from desktop.storage.connection import Connection
from desktop.storage.ids import from_milliseconds


@dataclass(frozen=True, slots=True)
class GivenReply:
    """One reply and what was in its prompt.

    Attributes:
        at: when, UTC.
        model: what answered; None if that is not known (an import).
        stats: among them the tokens of the prompt, of its instructions, and the messages left out.
    """

    chat_id: ChatId
    chat_title: str
    message_id: MessageId
    at: datetime
    model: str | None
    stats: ReplyStats


@dataclass(frozen=True, slots=True)
class GivenTotals:
    """Over all replies that were counted."""

    replies: int
    prompt_tokens: int
    completion_tokens: int
    shortened: int  # replies for which older messages were left out
    uncounted: int  # answers of which nothing was measured: imported, or made before it was


def latest(conn: Connection, *, limit: int) -> list[GivenReply]:
    """The last replies, newest first; those of chats that are hidden for deletion are left out."""
    rows = conn.execute(
        "SELECT chat.id, chat.title, message.id, message.created_at, message.model, message.stats"
        " FROM message CROSS JOIN chat ON chat.key = message.chat"
        " WHERE message.role = 'assistant' AND message.stats IS NOT NULL AND chat.delete_due IS NULL"
        " ORDER BY message.key DESC LIMIT ?",
        (limit,),
    )
    return [
        GivenReply(
            ChatId(chat_id),
            title,
            MessageId(message_id),
            from_milliseconds(at),
            model,
            msgspec.json.decode(stats, type=ReplyStats),
        )
        for chat_id, title, message_id, at, model, stats in rows
    ]


def totals(conn: Connection) -> GivenTotals:
    """Sums over everything that is kept."""
    row = conn.execute(
        "SELECT count(stats), coalesce(sum(stats ->> '$.prompt_tokens'), 0),"
        " coalesce(sum(stats ->> '$.completion_tokens'), 0),"
        " count(CASE WHEN stats ->> '$.dropped_messages' > 0 THEN 1 END), count(*) - count(stats)"
        " FROM message WHERE role = 'assistant' AND status <> 'streaming'"
    ).fetchone()
    return GivenTotals(*(int(value) for value in row)) if row else GivenTotals(0, 0, 0, 0, 0)
