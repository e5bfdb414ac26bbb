# SPDX-License-Identifier: GPL-3.0-or-later
"""Words are found by their beginning, phrases as they are, and nothing a person types is an operator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.conversation import Chat, MessageId, Role
from desktop.domain.errors import UnknownMessageError
from desktop.storage import conversations, deletion
from desktop.storage.connection import Connection
from desktop.storage.search import match_expression, search
from desktop.storage.text import MARK_END, MARK_START, index_text

TEXTS = {
    "plain": "The kettle sings; the fire is low.",
    "accents": "Crème brûlée à la façon d'Émile, Müller",
    "japanese": "東京に行きました。カタカナ",
    "korean": "한국어를 공부합니다",
    "mixed": "My iPhone手机 broke",
    "code": 'print("hello_world") # C++ and foo.bar(baz)',
    "operators": "Cats AND dogs NOT birds NEAR fish OR *",
    "nul": "before\x00afterwards",
    "rtl": "שלום עולם",
    "rare han": "𠮷野家",
}


@pytest.fixture
def ids(tell) -> dict[str, MessageId]:
    return {name: tell(text).id for name, text in TEXTS.items()}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kettle", {"plain"}),
        ("KETT", {"plain"}),
        ("ettle", set()),
        ("fire kettle", {"plain"}),
        ('"fire is low"', {"plain"}),
        ('"is fire"', set()),
        ('"fire is lo"', set()),
        ('sing "fire is"', {"plain"}),
        ("creme brulee", {"accents"}),
        ("muller", {"accents"}),
        ("d'Émile", {"accents"}),
        ("東京", {"japanese"}),
        ("京に行", {"japanese"}),
        ("行京", set()),
        ("カナ", {"japanese"}),
        ("국어", {"korean"}),
        ("手机", {"mixed"}),
        ("iPhone手机", {"mixed"}),
        ("iphone", {"mixed"}),
        ("hello_world", {"code"}),
        ("foo.bar(baz)", {"code"}),
        ("cats AND dogs", {"operators"}),
        ("cats NOT dogs", {"operators"}),
        ("NOT cats", {"operators"}),
        ("kettle OR cats", set()),
        ("NEAR(cats fish)", set()),
        ("NEAR(fish OR)", {"operators"}),
        ("content:kettle", set()),
        ("afterwards", {"nul"}),
        ("bef\x00ore", set()),
        ("שלו", {"rtl"}),
        ("野家", {"rare han"}),
        ("", set()),
        ("  \t ", set()),
        ('"', set()),
        ('""', set()),
        ("*", set()),
        ("( ) ^ - + : {", set()),
        ('kettle "', {"plain"}),
        ('"kettle', {"plain"}),
        ("kettle*", {"plain"}),
        ("\udcff", set()),
        ("😀", set()),
    ],
)
def test_queries(conn: Connection, ids: dict[str, MessageId], query: str, expected: set[str]) -> None:
    assert {hit.message_id for hit in search(conn, query)} == {ids[name] for name in expected}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_no_query_is_an_error(conn: Connection, text: str) -> None:
    search(conn, text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_every_text_is_found_by_itself_and_gone_when_taken_out(conn: Connection, text: str) -> None:
    chat = conversations.create_chat(conn)
    message = conversations.add_message(conn, chat.id, parent_id=None, role=Role.USER, content=text)
    if match_expression(text) and '"' not in text:
        known = conn.execute("SELECT count(*) FROM message_index WHERE message_index MATCH '\"a\" *'")
        assert known.fetchone() is not None
        # Characters younger than the tokenizer's tables are no letters to it; then there is nothing to find.
        hits = [hit.message_id for hit in search(conn, text, limit=10_000)]
        assert message.id in hits or not text.isascii()
    conn.execute("INSERT INTO message_index (message_index, rank) VALUES ('integrity-check', 1)")


def test_a_long_query_is_cut_not_refused(conn: Connection, tell) -> None:
    tell("word " * 50)
    assert len(search(conn, "word " * 20_000)) == 1


def test_newest_first_and_paged(conn: Connection, tell) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    order = [3, 1, 4, 0, 2]  # imports come late but are old
    made = {day: tell(f"tea {day}", now=start + timedelta(days=day)).id for day in order}
    assert [hit.message_id for hit in search(conn, "tea")] == [made[day] for day in (4, 3, 2, 1, 0)]
    first = search(conn, "tea", limit=2)
    second = search(conn, "tea", limit=2, before=first[-1].message_id)
    assert [hit.message_id for hit in first + second] == [made[day] for day in (4, 3, 2, 1)]
    assert first[0].created_at == start + timedelta(days=4)
    with pytest.raises(UnknownMessageError):
        search(conn, "tea", before=MessageId("gone"))


def test_snippets_mark_what_matched(conn: Connection, chat: Chat, tell) -> None:
    said = tell("far away " * 50 + "the brûlée of a lifetime " + "and on " * 50, role=Role.ASSISTANT)
    tell("私は東京に行きました")
    (hit,) = search(conn, "brulee")
    assert f"{MARK_START}brûlée{MARK_END}" in hit.snippet
    assert hit.snippet.startswith("…")
    assert len(hit.snippet) < 300
    assert (hit.chat_id, hit.message_id, hit.role) == (chat.id, said.id, Role.ASSISTANT)
    (hit,) = search(conn, "東京")
    assert hit.snippet == f"私は{MARK_START}東京{MARK_END}に行きました"


def test_marks_in_a_text_cannot_pass_for_ours(conn: Connection, tell) -> None:
    tell(f"before {MARK_START}sly{MARK_END} kettle")
    assert search(conn, "kettle")[0].snippet == f"before  sly  {MARK_START}kettle{MARK_END}"


def test_hidden_chats_are_not_found(conn: Connection, chat: Chat, tell) -> None:
    tell("kettle")
    deletion.mark_deleted(conn, [chat.id], datetime.now(UTC))
    assert search(conn, "kettle") == []
    deletion.undelete(conn, [chat.id])
    assert len(search(conn, "kettle")) == 1


def test_newest_first_needs_no_sort(conn: Connection) -> None:
    plan = conn.execute(
        "EXPLAIN QUERY PLAN SELECT rowid FROM message_index WHERE message_index MATCH 'a'"
        " AND rowid < 9 ORDER BY rowid DESC LIMIT 5"
    ).fetchall()
    assert not any("TEMP B-TREE" in str(row) for row in plan)


def test_latin_text_is_indexed_as_it_is() -> None:
    assert index_text("Plain text, 123.") == "Plain text, 123."
