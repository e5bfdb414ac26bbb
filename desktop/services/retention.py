# SPDX-License-Identifier: GPL-3.0-or-later
"""Letting old chats go by themselves: shown before it acts the first time, and asked after a clock jump."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime

from desktop.domain.conversation import NEVER, Chat, ChatId, DeletionReceipt
from desktop.services.history import History
from desktop.storage import retention
from desktop.storage.database import Connection, Database
from desktop.storage.retention import LONGEST, SHORTEST, Rule

__all__ = ["CHOICES", "LONGEST", "NEVER", "SHORTEST", "Retention", "RetentionState", "Rule"]

CHOICES = (1, 7, 30, 90, 180, 365)  # days, for lists to choose from


@dataclass(frozen=True, slots=True)
class RetentionState:
    """What holds, and what would go now.

    Attributes:
        expired: the chats that have had their time.
        asks: nothing goes until the person agrees.
        doubts_clock: because the clock jumped, not because the rule is new.
    """

    rule: Rule
    expired: tuple[Chat, ...]
    asks: bool
    doubts_clock: bool


class Retention:
    """Of one open vault.

    Args:
        database: the vault's.
        history: erases with proof.
        clock: what time it is, UTC.
    """

    def __init__(
        self,
        database: Database,
        history: History,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._history = history
        self._clock = clock

    def state(self) -> Future[RetentionState]:
        """What holds, and what would go now."""
        now = self._clock()
        return self._database.read(lambda c: _state(c, now))

    def set_days(self, days: int | None) -> Future[None]:
        """Let every chat go so long after its last message; None keeps them.

        Raises (through the Future):
            UserActionError: not between 1 and 366 days.
        """
        return self._database.write(lambda c: retention.set_days(c, days))

    def set_chat_days(self, chat_id: ChatId, days: int | None) -> Future[None]:
        """Give one chat a rule of its own; None lets the rule for all hold again, NEVER keeps it for good.

        Raises (through the Future):
            UnknownChatError, UserActionError.
        """
        return self._database.write(lambda c: retention.set_chat_days(c, chat_id, days))

    def set_days_of(self, chat_ids: Sequence[ChatId], days: int | None) -> Future[None]:
        """Give each of these chats the same rule of its own, as ``set_chat_days`` does; all or none."""
        ids = tuple(chat_ids)

        def give(connection: Connection) -> None:
            for chat_id in ids:
                retention.set_chat_days(connection, chat_id, days)

        return self._database.write(give)

    def run(self) -> DeletionReceipt | None:
        """Erase what has had its time, if the person agreed to the rule and the clock is to be believed.

        Blocks; seconds if something goes. Returns the receipt, or None if nothing went.
        """
        now = self._clock()
        state = self._database.write(lambda c: _note(c, now)).result()
        if state is None or state.asks or not state.expired:
            return None

        def may_go(connection: Connection) -> set[ChatId]:
            """Those without a word since: backups go first, which may take a while."""
            return {chat.id for chat in retention.expired(connection, now)}

        return self._history.delete_now([chat.id for chat in state.expired], may_go=may_go)

    def agree(self) -> DeletionReceipt | None:
        """The person saw what would go: erase it now, and from now on without asking. Blocks.

        Returns:
            The receipt, or None if nothing had to go.
        """
        now = self._clock()
        self._database.write(lambda c: retention.agree(c, now)).result()
        return self.run()

    def older_than(self, days: int) -> Future[list[ChatId]]:
        """Chats without a message for so many days, pinned ones left out."""
        now = self._clock()
        return self._database.read(lambda c: retention.older_than(c, days, now=now))


def _state(conn: Connection, now: datetime) -> RetentionState:
    rule = retention.rule(conn)
    doubts = rule.doubts_clock(now)
    return RetentionState(rule, tuple(retention.expired(conn, now)), doubts or not rule.agreed, doubts)


def _note(conn: Connection, now: datetime) -> RetentionState | None:
    """The state, if there is any rule; a believed clock is remembered."""
    if not retention.has_rules(conn):
        return None
    state = _state(conn, now)
    if not state.doubts_clock:
        retention.note_run(conn, now)
    return state
