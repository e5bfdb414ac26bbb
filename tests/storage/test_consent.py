# SPDX-License-Identifier: GPL-3.0-or-later
"""Consent is off until it is given; every change is dated and recorded once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.conversation import ChatId
from desktop.domain.errors import UnknownChatError
from desktop.storage import conversations
from desktop.storage.activity import list_activity
from desktop.storage.connection import Connection
from desktop.storage.consent import set_consent
from desktop.storage.database import Database

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_given_and_withdrawn_with_their_dates(conn: Connection) -> None:
    chat = conversations.create_chat(conn)
    for day, granted in enumerate((True, True, False)):
        set_consent(conn, [chat.id], granted, now=START + timedelta(days=day))
    assert conversations.get_chat(conn, chat.id).training_consent is False
    kept = conn.execute("SELECT at / 1000, granted FROM consent ORDER BY key").fetchall()
    day_two = START + timedelta(days=2)
    assert kept == [(int(START.timestamp()), 1), (int(day_two.timestamp()), 0)]
    recorded = [(done.kind, done.counts, done.at) for done in list_activity(conn)]
    assert recorded == [("withdrawn", {"chats": 1}, day_two), ("consented", {"chats": 1}, START)]


def test_an_unknown_chat_changes_nothing() -> None:
    database = Database.in_memory()
    chat = database.write(conversations.create_chat).result()
    with pytest.raises(UnknownChatError):
        database.write(lambda c: set_consent(c, [chat.id, ChatId("none")], True)).result()
    assert database.read(lambda c: conversations.get_chat(c, chat.id)).result().training_consent is False
    assert database.read(list_activity).result() == []
    database.close()


@given(st.lists(st.tuples(st.sets(st.integers(0, 3)), st.booleans()), max_size=20))
def test_the_last_word_counts(said: list[tuple[set[int], bool]]) -> None:
    database = Database.in_memory()
    try:
        chats = [database.write(conversations.create_chat).result().id for _ in range(4)]
        expected = dict.fromkeys(chats, False)
        for numbers, granted in said:
            ids = [chats[number] for number in sorted(numbers)]
            changed = sum(expected[chat] is not granted for chat in ids)
            expected.update(dict.fromkeys(ids, granted))
            told = database.write(lambda c, ids=ids, granted=granted: set_consent(c, ids, granted)).result()
            assert told == changed
        listed = database.read(conversations.list_chats).result()
        assert {chat.id: chat.training_consent for chat in listed} == expected
    finally:
        database.close()
