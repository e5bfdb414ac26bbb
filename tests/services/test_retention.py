# SPDX-License-Identifier: GPL-3.0-or-later
"""Old chats go by themselves: from the last message on, agreed to first, never by a clock that jumped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.conversation import NEVER, Chat, ChatId, Role
from desktop.domain.errors import UnknownChatError, UserActionError
from desktop.services.history import History
from desktop.services.retention import Retention
from desktop.storage import conversations
from desktop.storage.activity import list_activity
from desktop.storage.database import Database

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


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
    retention.run()
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
