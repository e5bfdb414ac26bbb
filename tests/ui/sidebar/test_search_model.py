# SPDX-License-Identifier: GPL-3.0-or-later
"""Snippets are cut so that the match is seen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester

from desktop.domain.conversation import Chat, ChatId, MessageId, Role, SearchHit
from desktop.ui.sidebar.search_model import MARK_BEGIN, MARK_END, HitRoles, SearchModel, matches, pieces


def marked(text: str) -> str:
    return text.replace("[", MARK_BEGIN).replace("]", MARK_END)


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [
        ("plain", [("plain", False)]),
        ("a [hit] here", [("a ", False), ("hit", True), (" here", False)]),
        ("[two] and [three]", [("two", True), (" and ", False), ("three", True)]),
        ("over\ntwo **lines** [hit]", [("over two lines ", False), ("hit", True)]),
        ("unclosed [hit", [("unclosed ", False), ("hit", False)]),
        ("stray] end", [("stray end", False)]),
    ],
)
def test_pieces(snippet: str, expected: list[tuple[str, bool]]) -> None:
    assert pieces(marked(snippet)) == expected


def test_matches_are_whole_words_each_once() -> None:
    assert matches(marked("a [hit], [東][京] and another [hit]")) == ("hit", "東京")
    assert matches("nothing") == ()


def test_a_match_far_in_is_brought_near() -> None:
    first = pieces(marked("word " * 40 + "[hit]"))[0][0]
    assert first.startswith("…word")
    assert len(first) < 30


def test_the_model_is_sound_and_read_out(qtmodeltester: ModelTester) -> None:
    model = SearchModel(lambda chat_id: f"Title of {chat_id}")
    hits = [
        SearchHit(ChatId("c"), MessageId(f"m{n}"), Role.USER, marked("a [hit]"), datetime.now(UTC))
        for n in range(3)
    ]
    qtmodeltester.check(model)
    model.show_found([], hits)
    index = model.index(1)
    assert index.data() == "Title of c"
    assert index.data(HitRoles.HIT) is hits[1]
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Title of c: a hit"
    model.show_found([], [])
    assert model.rowCount() == 0


def test_titles_stand_before_messages_in_a_group_of_their_own(qtmodeltester: ModelTester) -> None:
    model = SearchModel(str)
    at = datetime.now(UTC)
    chat = Chat(ChatId("c"), "A title", at, at)
    hit = SearchHit(ChatId("d"), MessageId("m"), Role.USER, marked("a [hit]"), at)
    model.show_found([chat], [hit], more=True)
    assert [model.index(row).data() for row in range(4)] == ["Chats", "A title", "Messages", "d"]
    assert model.index(1).data(HitRoles.CHAT) is chat
    assert model.first() == model.index(1)
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsEnabled
    qtmodeltester.check(model)
    assert model.canFetchMore(QModelIndex())
    model.add_hits([hit], more=False)
    assert model.rowCount() == 5
    assert not model.canFetchMore(QModelIndex())
    model.show_found([chat], [], more=True)
    model.add_hits([hit], more=False)
    assert [model.index(row).data() for row in range(4)] == ["Chats", "A title", "Messages", "d"]
    model.show_found([], [])
    assert not model.first().isValid()
