# SPDX-License-Identifier: GPL-3.0-or-later
"""How long chats are kept: for all, for one, and which have had their time. Functions over a connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from desktop.domain.conversation import NEVER, Chat, ChatId
from desktop.domain.errors import UserActionError
from desktop.i18n import _
from desktop.storage import activity, records
from desktop.storage.connection import Connection
from desktop.storage.ids import from_milliseconds, to_milliseconds
from desktop.storage.lookup import SELECT_CHAT, chat_key, to_chat
from desktop.storage.text import storable

SHORTEST, LONGEST = 1, 366  # days
# A clock that went back, or on by more than a holiday, is not believed without asking.
BELIEVED_BACK, BELIEVED_ON = timedelta(hours=26), timedelta(days=45)

_DAYS = "retention.days"
_SEEN = "retention.seen"  # when it last ran, milliseconds
_AGREED = "retention.agreed"  # whether the person saw what the rule would do


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for chats that have no rule of their own.

    Attributes:
        days: from the last message; None keeps them for good.
        agreed: the person saw what it would do and agreed.
        seen: when it last ran.
    """

    days: int | None
    agreed: bool
    seen: datetime | None

    def doubts_clock(self, now: datetime) -> bool:
        """Whether ``now`` is not to be believed without asking."""
        if self.seen is None:
            return False
        return not -BELIEVED_BACK <= now - self.seen <= BELIEVED_ON


def rule(conn: Connection) -> Rule:
    """What holds now."""
    seen = records.get_setting(conn, _SEEN)
    days = records.get_setting(conn, _DAYS)
    return Rule(
        days if isinstance(days, int) else None,
        records.get_setting(conn, _AGREED, False) is True,
        from_milliseconds(seen) if isinstance(seen, int) else None,
    )


def set_days(conn: Connection, days: int | None) -> None:
    """Let every chat without a rule of its own go so long after its last message; None keeps them.

    A new rule has to be agreed to before it acts.

    Raises:
        UserActionError: not between 1 and 366 days.
    """
    _require_days(days)
    if rule(conn).days != days:
        records.set_setting(conn, _DAYS, days)
        records.set_setting(conn, _AGREED, False)
        activity.record(conn, "retention-set", days=days or 0)


def set_chat_days(conn: Connection, chat_id: ChatId, days: int | None) -> None:
    """Give one chat a rule of its own; None lets the rule for all hold again, NEVER keeps it for good.

    What could let a chat go has to be agreed to before it acts.

    Raises:
        UnknownChatError: there is no such chat.
        UserActionError: neither between 1 and 366 days nor NEVER.
    """
    key = chat_key(conn, chat_id)
    if days != NEVER:
        _require_days(days)
        records.set_setting(conn, _AGREED, False)
    conn.execute("UPDATE chat SET retention_days = ? WHERE key = ?", (days, key))
    activity.record(conn, "chat-retention-set", days=days or 0)


def agree(conn: Connection, now: datetime) -> None:
    """The person saw what would go, and the clock."""
    records.set_setting(conn, _AGREED, True)
    activity.record(conn, "retention-agreed")
    note_run(conn, now)


def ask_about(conn: Connection, chat_ids: Sequence[ChatId], *, now: datetime | None = None) -> None:
    """If a rule could let one of these chats go at once, or by a rule of its own, it asks first again.

    They were not among what the person agreed to: they came in, or were kept by something else until now.
    """
    for chat_id in chat_ids:
        row = conn.execute(
            "SELECT retention_days IS NOT NULL OR updated_at < ?1 - ?2 * 86400000 FROM chat"
            " WHERE id = ?3 AND pinned = 0 AND coalesce(retention_days, 0) < ?4",
            (to_milliseconds(now), rule(conn).days, storable(chat_id), NEVER),
        ).fetchone()
        if row is not None and row[0]:
            ask_again(conn)


def ask_again(conn: Connection) -> None:
    """Nothing goes until the person has seen again what would."""
    records.set_setting(conn, _AGREED, False)


def note_run(conn: Connection, now: datetime) -> None:
    """It ran, by this clock."""
    records.set_setting(conn, _SEEN, to_milliseconds(now))


def has_rules(conn: Connection) -> bool:
    """Whether any chat could ever go by itself."""
    if rule(conn).days is not None:
        return True
    own = conn.execute("SELECT 1 FROM chat WHERE retention_days < ? LIMIT 1", (NEVER,)).fetchone()
    return own is not None


def expired(conn: Connection, now: datetime) -> list[Chat]:
    """The chats that have had their time, the oldest first; pinned ones never have."""
    rows = conn.execute(
        f"{SELECT_CHAT} WHERE chat.delete_due IS NULL AND chat.pinned = 0"
        " AND chat.updated_at < ?1 - coalesce(chat.retention_days, ?2) * 86400000"
        " AND coalesce(chat.retention_days, 0) < ?3 ORDER BY chat.updated_at",
        (to_milliseconds(now), rule(conn).days, NEVER),
    )
    return [to_chat(row) for row in rows]


def older_than(conn: Connection, days: int, *, now: datetime | None = None) -> list[ChatId]:
    """Chats without a message for so many days, pinned ones left out; the oldest first."""
    before = to_milliseconds(now or datetime.now(UTC)) - days * 86_400_000
    rows = conn.execute(
        "SELECT id FROM chat WHERE delete_due IS NULL AND pinned = 0 AND updated_at < ? ORDER BY updated_at",
        (before,),
    )
    return [ChatId(row[0]) for row in rows]


def _require_days(days: int | None) -> None:
    if days is not None and not SHORTEST <= days <= LONGEST:
        raise UserActionError(_("Between 1 day and 366 days."))
