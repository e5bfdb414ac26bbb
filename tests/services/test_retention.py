# SPDX-License-Identifier: GPL-3.0-or-later
"""Old chats go by themselves: from the last message on, agreed to first, never by a clock that jumped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.domain.archive import ArchivedChat, ArchivedMessage
from desktop.domain.conversation import NEVER, Chat, ChatId, DeletionReceipt, Role, Status
from desktop.domain.errors import UnknownChatError, UserActionError
from desktop.services.history import History
from desktop.services.retention import Retention
from desktop.storage import conversations
from desktop.storage.activity import list_activity
from desktop.storage.database import Database

NOW = datetime.now(UTC).replace(microsecond=0)  # what comes in is looked at by the true clock


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database.in_memory()
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def history(database: Database) -> History:
    return History(database, None)


@pytest.fixture
def retention(database: Database, history: History, clock: Clock) -> Retention:
    return Retention(database, history, clock)


@pytest.fixture
def chats(database: Database) -> dict[int, Chat]:
    """Begun a hundred days ago, with a last message so many days ago."""
    made = {}
    for days in (0, 8, 40):
        chat = database.write(
            lambda c, d=days: conversations.create_chat(c, title=f"{d} days", now=NOW - timedelta(days=100))
        ).result()
        database.write(
            lambda c, d=days, i=chat.id: conversations.add_message(
                c, i, parent_id=None, role=Role.USER, content="x", now=NOW - timedelta(days=d)
            )
        ).result()
        made[days] = chat
    return made


def left(history: History) -> set[str]:
    return {chat.title for chat in history.chats(include_archived=True).result()}


def test_nothing_goes_before_the_person_agreed(
    retention: Retention, history: History, chats: dict[int, Chat]
) -> None:
    assert retention.run() is None
    retention.set_days(30).result()
    assert retention.run() is None
    state = retention.state().result()
    assert ([chat.title for chat in state.expired], state.asks, state.doubts_clock) == (
        ["40 days"],
        True,
        False,
    )
    assert len(left(history)) == 3
    receipt = retention.agree()
    assert receipt is not None
    assert (receipt.deleted_chats, receipt.residue_found) == (1, 0)
    assert left(history) == {"0 days", "8 days"}


def test_once_agreed_it_runs_by_itself(
    retention: Retention, history: History, chats: dict[int, Chat], clock: Clock
) -> None:
    retention.set_days(30).result()
    retention.agree()
    clock.now += timedelta(days=23)
    receipt = retention.run()
    assert receipt is not None
    assert left(history) == {"0 days"}
    assert retention.run() is None


def test_a_stricter_rule_is_agreed_to_anew(
    retention: Retention, history: History, chats: dict[int, Chat]
) -> None:
    retention.set_days(90).result()
    assert retention.agree() is None
    retention.set_days(7).result()
    assert retention.run() is None
    assert len(left(history)) == 3


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-3)])
def test_after_a_clock_jump_it_asks(
    retention: Retention, history: History, chats: dict[int, Chat], clock: Clock, jump: timedelta
) -> None:
    retention.set_days(60).result()
    retention.agree()
    clock.now += jump
    assert retention.run() is None
    assert retention.run() is None, "seeing the new time once does not make it right"
    assert retention.state().result().doubts_clock
    assert len(left(history)) == 3
    retention.agree()
    assert not retention.state().result().asks


def test_pinned_chats_stay_and_a_chat_can_have_its_own_rule(
    retention: Retention, history: History, chats: dict[int, Chat]
) -> None:
    history.set_pinned([chats[40].id], True).result()
    retention.set_chat_days(chats[8].id, 7).result()
    retention.agree()
    assert left(history) == {"0 days", "40 days"}
    retention.set_days(7).result()
    retention.agree()
    assert left(history) == {"0 days", "40 days"}
    history.set_pinned([chats[40].id], False).result()
    retention.agree()
    assert left(history) == {"0 days"}


@pytest.mark.parametrize("days", [0, -1, 367])
def test_only_a_day_to_a_year(retention: Retention, chats: dict[int, Chat], days: int) -> None:
    with pytest.raises(UserActionError):
        retention.set_days(days).result()
    with pytest.raises(UserActionError):
        retention.set_chat_days(chats[0].id, days).result()


def test_it_is_recorded(retention: Retention, database: Database, chats: dict[int, Chat]) -> None:
    retention.set_days(30).result()
    retention.agree()
    kinds = [entry.kind for entry in database.read(list_activity).result()]
    assert kinds == ["deleted", "retention-agreed", "retention-set"]


def test_archived_chats_are_out_of_the_list_and_not_gone(history: History, chats: dict[int, Chat]) -> None:
    history.set_archived([chats[0].id], True).result()
    assert chats[0].id not in {chat.id for chat in history.chats().result()}
    assert chats[0].id in {chat.id for chat in history.chats(include_archived=True).result()}
    history.set_archived([chats[0].id], False).result()
    assert len(history.chats().result()) == 3


def test_by_age(retention: Retention, history: History, chats: dict[int, Chat]) -> None:
    assert retention.older_than(7).result() == [chats[40].id, chats[8].id]
    history.set_pinned([chats[40].id], True).result()
    assert retention.older_than(7).result() == [chats[8].id]


def test_it_counts_from_the_last_message_to_the_second(
    retention: Retention, history: History, chats: dict[int, Chat], clock: Clock
) -> None:
    """All three were begun a hundred days ago."""
    retention.set_days(8).result()
    assert [chat.title for chat in retention.state().result().expired] == ["40 days"]
    clock.now += timedelta(seconds=1)
    assert [chat.title for chat in retention.state().result().expired] == ["40 days", "8 days"]


def test_a_chat_that_is_never_to_go_stays_whatever_the_rule_for_all_is(
    retention: Retention, history: History, chats: dict[int, Chat], clock: Clock
) -> None:
    retention.set_days_of([chats[40].id, chats[8].id], NEVER).result()
    retention.set_days(1).result()
    retention.agree()
    assert left(history) == {"0 days", "8 days", "40 days"}
    clock.now += timedelta(days=40)
    retention.run()
    assert left(history) == {"8 days", "40 days"}
    retention.set_days_of([chats[8].id], None).result()
    assert retention.run() is None, "what could let a chat go is agreed to first"
    retention.agree()
    assert left(history) == {"40 days"}


def test_keeping_a_chat_for_good_needs_no_agreeing(
    retention: Retention, history: History, chats: dict[int, Chat], clock: Clock
) -> None:
    retention.set_days(30).result()
    retention.agree()
    retention.set_days_of([chats[8].id], NEVER).result()
    assert not retention.state().result().asks
    clock.now += timedelta(days=31)
    retention.run()
    assert left(history) == {"8 days"}


def test_a_chat_s_own_rule_is_agreed_to_before_it_acts(
    retention: Retention, history: History, chats: dict[int, Chat]
) -> None:
    retention.set_days_of([chats[8].id, chats[40].id], 7).result()
    assert retention.run() is None
    state = retention.state().result()
    assert ([chat.title for chat in state.expired], state.asks) == (["40 days", "8 days"], True)
    retention.agree()
    assert left(history) == {"0 days"}


def test_several_get_a_rule_or_none(retention: Retention, history: History, chats: dict[int, Chat]) -> None:
    with pytest.raises(UnknownChatError):
        retention.set_days_of([chats[8].id, ChatId("nobody")], 7).result()
    assert history.chat(chats[8].id).result().retention_days is None


def old_chat(name: str, *, days: int, own_rule: int | None = None) -> ArchivedChat:
    at = NOW - timedelta(days=days)
    said = ArchivedMessage(f"m-{name}", None, Role.USER, "x", Status.COMPLETE, at)
    return ArchivedChat(name, name, at, at, [said], head_id=said.id, retention_days=own_rule)


@pytest.mark.parametrize(("days", "own_rule"), [(400, None), (2, 1), (0, 1)])
def test_what_comes_in_old_does_not_go_unasked(
    retention: Retention,
    history: History,
    chats: dict[int, Chat],
    clock: Clock,
    days: int,
    own_rule: int | None,
) -> None:
    """The rule was agreed to before anybody saw what it would do to these."""
    retention.set_days(30).result()
    retention.agree()
    history.take_in(old_chat("came in", days=days, own_rule=own_rule)).result()
    clock.now += timedelta(days=2)
    assert retention.run() is None
    assert "came in" in left(history)
    assert retention.state().result().asks
    retention.agree()
    assert "came in" not in left(history)


def test_what_comes_in_young_keeps_the_agreement(
    retention: Retention, history: History, chats: dict[int, Chat]
) -> None:
    retention.set_days(30).result()
    retention.agree()
    history.take_in(old_chat("young", days=3)).result()
    history.take_in(old_chat("kept", days=300, own_rule=NEVER)).result()
    assert not retention.state().result().asks


def test_an_old_chat_that_is_unpinned_does_not_go_unasked(
    retention: Retention, history: History, chats: dict[int, Chat]
) -> None:
    history.set_pinned([chats[40].id], True).result()
    retention.set_days(30).result()
    retention.agree()
    history.set_pinned([chats[0].id], False).result()
    assert not retention.state().result().asks
    history.set_pinned([chats[40].id], False).result()
    assert retention.run() is None
    assert "40 days" in left(history)


def test_a_chat_that_goes_on_while_others_are_about_to_go_stays(
    database: Database, chats: dict[int, Chat], clock: Clock
) -> None:
    """Backups are removed first, and one may be being made: seconds in which a person writes."""

    class Slow(History):
        def delete_now(self, chat_ids: Sequence[ChatId], **more: Any) -> DeletionReceipt:
            database.write(
                lambda c: conversations.add_message(
                    c, chats[40].id, parent_id=None, role=Role.USER, content="Still here", now=clock.now
                )
            ).result()
            return super().delete_now(chat_ids, **more)

    history = Slow(database, None)
    retention = Retention(database, history, clock)
    retention.set_days(7).result()
    receipt = retention.agree()
    assert left(history) == {"0 days", "40 days"}
    assert receipt is not None
    assert receipt.deleted_chats == 1
