# SPDX-License-Identifier: GPL-3.0-or-later
"""A chat that leaves one database and enters another is the same chat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.archive import ArchivedChat, ArchivedFeedback, ArchivedMessage, FilterChoice
from desktop.domain.conversation import Chat, ReplyStats, Role, Status, StopReason
from desktop.storage import consent, conversations, drafts
from desktop.storage.archive import ChatPresentError, insert_chat, read_chat
from desktop.storage.connection import Connection, open_memory
from desktop.storage.migrations import migrate
from desktop.storage.search import search

START = datetime(2020, 1, 1, tzinfo=UTC)
ENDED = [status for status in Status if status is not Status.STREAMING]
texts = st.text(st.characters(codec="utf-8"), max_size=40)
moments = st.integers(0, 5).map(lambda step: START + timedelta(milliseconds=step))
stats = st.builds(
    ReplyStats,
    prompt_tokens=st.integers(0, 9),
    cached_tokens=st.integers(0, 9),
    completion_tokens=st.integers(0, 9),
    time_to_first_token_s=st.floats(0, 9),
    tokens_per_second=st.floats(0, 9),
)


feedback = st.builds(
    ArchivedFeedback,
    at=moments,
    rating=st.sampled_from([-1, 1]),
    reason=texts,
    correction=st.none() | texts,
)
choices = st.lists(
    st.builds(FilterChoice, value=texts, hidden=st.booleans()), unique_by=lambda one: one.value
)


@st.composite
def trees(draw: st.DrawFn) -> ArchivedChat:
    """Any tree: many roots, children before their parents in time, equal times."""
    count = draw(st.integers(0, 12))
    messages = [
        ArchivedMessage(
            id=f"m{number}",
            parent_id=draw(st.sampled_from([None, *(f"m{n}" for n in range(number))])),
            role=(role := draw(st.sampled_from(list(Role)))),
            content=draw(texts),
            status=draw(st.sampled_from(ENDED)),
            created_at=draw(moments),
            model=draw(st.none() | texts),
            stop_reason=draw(st.none() | st.sampled_from(list(StopReason))),
            stats=draw(st.none() | stats),
            feedback=draw(st.none() | feedback) if role is Role.ASSISTANT else None,
        )
        for number in range(count)
    ]
    return ArchivedChat(
        id="chat",
        title=draw(texts),
        created_at=draw(moments),
        updated_at=draw(moments),
        messages=messages,
        head_id=draw(st.sampled_from([one.id for one in messages])) if messages else None,
        model=draw(st.none() | texts),
        system_prompt=draw(st.none() | texts),
        pinned=draw(st.booleans()),
        archived=draw(st.booleans()),
        retention_days=draw(st.none() | st.integers(1, 366)),
        draft=draw(st.none() | texts.filter(bool)),
        filter_choices=sorted(draw(choices), key=lambda one: one.value.encode()),
    )


def by_id(chat: ArchivedChat) -> ArchivedChat:
    return msgspec.structs.replace(chat, messages=sorted(chat.messages, key=lambda one: one.id))


@given(trees(), st.randoms())
def test_any_tree_comes_back_equal(tree: ArchivedChat, order: object) -> None:
    """Whatever the order of the list: through JSON, into a database and out again."""
    shuffled = list(tree.messages)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    sent = msgspec.json.encode(msgspec.structs.replace(tree, messages=shuffled))
    conn = open_memory()
    try:
        migrate(conn)
        conn.execute("BEGIN")
        insert_chat(conn, msgspec.json.decode(sent, type=ArchivedChat))
        conn.execute("COMMIT")
        assert by_id(read_chat(conn, "chat")) == by_id(tree)  # type: ignore[arg-type]
        assert conversations.get_chat(conn, "chat").messages == sum(  # type: ignore[arg-type]
            one.role is not Role.SYSTEM for one in tree.messages
        )
    finally:
        conn.close()


def test_consent_is_told_and_not_taken_over(conn: Connection, chat: Chat) -> None:
    consent.set_consent(conn, [chat.id], True, now=START)
    drafts.keep_drafts(conn, {chat.id: "half a thought"})
    told = read_chat(conn, chat.id)
    assert [(change.at, change.given) for change in told.consent] == [(START, True)]
    insert_chat(conn, msgspec.structs.replace(told, id="copy"))
    copy = conversations.get_chat(conn, "copy")  # type: ignore[arg-type]
    assert not copy.training_consent
    assert read_chat(conn, copy.id).consent == []
    assert read_chat(conn, copy.id).draft == "half a thought"


def test_a_chat_that_is_here_is_refused(conn: Connection, chat: Chat) -> None:
    with pytest.raises(ChatPresentError):
        insert_chat(conn, read_chat(conn, chat.id))


def test_hostile_parents_and_ids(conn: Connection, chat: Chat) -> None:
    """Circles are left out, orphans become roots, another chat's id is not taken, doubles count once."""
    other = conversations.add_message(conn, chat.id, parent_id=None, role=Role.USER, content="mine")

    def one(message_id: str, parent: str | None, content: str = "walnut") -> ArchivedMessage:
        return ArchivedMessage(message_id, parent, Role.USER, content, Status.STREAMING, START)

    messages = [
        one("a", "b"),
        one("b", "a"),
        one("self", "self"),
        one("orphan", "nobody"),
        one(other.id, "orphan"),
        one("orphan", None, "the second of that name"),
    ]
    insert_chat(conn, ArchivedChat("in", "t", START, START, messages, head_id="a"))
    found = read_chat(conn, "in")  # type: ignore[arg-type]
    assert [(m.content, m.parent_id is None) for m in found.messages] == [("walnut", True), ("walnut", False)]
    assert all(m.status is Status.INTERRUPTED for m in found.messages)
    assert other.id not in {m.id for m in found.messages}
    assert found.head_id == found.messages[-1].id
    assert len(search(conn, "walnut")) == 2
