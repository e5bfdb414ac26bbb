# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person thinks of answers. Functions over a connection."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.domain.conversation import ChatId, MessageId, Role
from desktop.domain.errors import UserActionError
from desktop.domain.training import Feedback, Rating
from desktop.i18n import _
from desktop.storage.connection import Connection, Row
from desktop.storage.ids import from_milliseconds, to_milliseconds
from desktop.storage.lookup import chat_key, unknown_message
from desktop.storage.text import storable

_SELECT = (
    "SELECT message.id, feedback.rating, feedback.at, feedback.reason, feedback.correction"
    " FROM feedback JOIN message ON message.key = feedback.message"
)


def set_feedback(
    conn: Connection,
    message_id: MessageId,
    rating: Rating | None,
    *,
    reason: str = "",
    correction: str | None = None,
) -> None:
    """Keep what a person thinks of an answer, in place of what they thought before; None takes it back.

    Raises:
        UnknownMessageError: there is no such message.
        UserActionError: it is not an answer.
    """
    row = conn.execute("SELECT key, role FROM message WHERE id = ?", (storable(message_id),)).fetchone()
    if row is None:
        raise unknown_message()
    key, role = row
    if role != Role.ASSISTANT:
        raise UserActionError(_("Only answers can be rated."))
    conn.execute("DELETE FROM feedback WHERE message = ?", (key,))
    if rating is not None:
        kept = storable(correction) if correction and correction.strip() else None
        conn.execute(
            "INSERT INTO feedback (message, at, rating, reason, correction) VALUES (?, ?, ?, ?, ?)",
            (key, to_milliseconds(None), int(rating), storable(reason).strip(), kept),
        )


def feedback_on(conn: Connection, message_ids: Sequence[MessageId]) -> dict[MessageId, Feedback]:
    """What was said of these messages; at most a few hundred at once."""
    marks = ", ".join("?" * len(message_ids))
    rows = conn.execute(f"{_SELECT} WHERE message.id IN ({marks})", [storable(one) for one in message_ids])
    return {feedback.message_id: feedback for feedback in map(_to_feedback, rows)}


def feedback_in(conn: Connection, chat_id: ChatId) -> dict[MessageId, Feedback]:
    """What was said of the messages of one chat.

    Raises:
        UnknownChatError: there is no such chat.
    """
    rows = conn.execute(f"{_SELECT} WHERE message.chat = ?", (chat_key(conn, chat_id),))
    return {feedback.message_id: feedback for feedback in map(_to_feedback, rows)}


def _to_feedback(row: Row) -> Feedback:
    return Feedback(
        message_id=MessageId(row[0]),
        rating=Rating(row[1]),
        at=from_milliseconds(row[2]),
        reason=row[3],
        correction=row[4],
    )
