# SPDX-License-Identifier: GPL-3.0-or-later
"""The beginning of a word is said in words of the index, and finds what FTS5's own way finds."""

from __future__ import annotations

import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.conversation import Role
from desktop.domain.question import Filters
from desktop.storage import conversations, search, words
from desktop.storage.connection import Connection
from desktop.storage.search import Cursor, match_expression, search_page
from desktop.storage.words import beginnings

SAID = "gardens garden gardener gar g ga Gärten Straße Strasse ΣΑΣ ёлка école 2026 kettle kettles ketchup"


def keys(conn: Connection, expression: str) -> list[int]:
    sql = "SELECT rowid FROM message_index WHERE message_index MATCH ? ORDER BY rowid DESC"
    return [row[0] for row in conn.execute(sql, (expression,))]


@pytest.fixture
def said(conn: Connection, tell) -> Connection:
    for word in SAID.split():
        tell(f"{word} and more")
    return conn


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("garden", '("garden" OR "gardener" OR "gardens")'),
        ("GARDEN", '("garden" OR "gardener" OR "gardens")'),
        ("ketc", '("ketchup")'),
        ("g", '("g" OR "ga" *)'),  # through the beginnings of two letters, which the index keeps
        ("ga", None),
        ("gar", None),
        ("foo.bar", None),
        ("zzzz", None),
    ],
)
def test_what_is_said(said: Connection, word: str, expected: str | None) -> None:
    assert beginnings(said, word) == expected


def test_too_many_words_are_left_to_the_index(
    conn: Connection, tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "MOST", 3)
    tell("abcda abcdb abcdc")
    assert beginnings(conn, "abcd") is not None
    tell("abcdd")
    assert beginnings(conn, "abcd") is None
    assert len(search.search(conn, "abcd")) == 2


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.sampled_from(SAID.split()).flatmap(lambda w: st.integers(1, len(w)).map(lambda n: w[:n])),
        st.text(string.ascii_letters + "äéßσςΣёЁİıǅ한東カ", min_size=1, max_size=5),
    )
)
def test_the_same_is_found_as_by_the_index_alone(said: Connection, word: str) -> None:
    assert keys(said, match_expression(word, said)) == keys(said, match_expression(word))


def test_the_pages_of_a_narrow_search_meet(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the window is, each hit comes once, and the end is told."""
    monkeypatch.setattr(search, "WINDOW", 7)
    chat = conversations.create_chat(conn)
    parent, wanted = None, []
    for number in range(50):
        role = Role.USER if number % 9 == 0 else Role.ASSISTANT
        message = conversations.add_message(
            conn, chat.id, parent_id=parent, role=role, content=f"tea {number}", model="m"
        )
        parent = message.id
        if role is Role.USER:
            wanted.insert(0, message.id)
    for text in ("tea", ""):
        found, at, slices = [], Cursor(), 0
        while at is not None:
            page = search_page(conn, text, filters=Filters(role=Role.USER), limit=2, at=at)
            found += [hit.message_id for hit in page.hits]
            at = page.more  # type: ignore[assignment]
            slices += 1
        assert found == wanted
        assert slices > 3
    assert not search.search(conn, "", filters=Filters())


def test_nothing_of_a_word_stays_in_the_index(conn: Connection, tell) -> None:
    """The beginnings the index keeps are taken out with the word."""
    tell("kettles and kitchens")
    gone = tell("zqxylophone")
    (key,) = conn.execute("SELECT key FROM message WHERE id = ?", (gone.id,)).fetchone()
    assert keys(conn, '"zq" *') == [key]
    search.unindex_message(conn, key)
    assert keys(conn, '"zq" *') == keys(conn, '"zqx" *') == []
    blocks = b"".join(row[0] for row in conn.execute("SELECT block FROM message_index_data"))
    assert b"zq" not in blocks
    assert b"qxy" not in blocks
