# SPDX-License-Identifier: GPL-3.0-or-later
"""Chats by day, as an item model that Qt's own tester finds sound."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.conversation import Chat, ChatId
from desktop.ui.sidebar.chat_model import ChatModel, Roles
from desktop.ui.sidebar.grouping import heading_for

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def chat(number: int, days_ago: float = 0, title: str | None = None) -> Chat:
    when = NOON - timedelta(days=days_ago)
    return Chat(ChatId(f"c{number}"), title if title is not None else f"Chat {number}", when, when)


def rows(model: QAbstractItemModel) -> list[str]:
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


@pytest.fixture
def model(qtbot: QtBot, qtmodeltester: ModelTester) -> ChatModel:
    model = ChatModel(today=lambda: TODAY)
    qtmodeltester.check(model)
    return model


@pytest.mark.parametrize(
    ("day", "heading"),
    [
        (date(2026, 11, 23), "Today"),
        (date(2026, 12, 1), "Today"),
        (date(2026, 11, 22), "Yesterday"),
        (date(2026, 11, 3), "Earlier in November"),
        (date(2026, 10, 31), "October"),
        (date(2026, 1, 1), "January"),
        (date(2025, 12, 31), "December"),  # under half a year ago at the reference day below
        (date(2024, 5, 1), "2024"),
    ],
)
def test_headings(day: date, heading: str) -> None:
    today = TODAY if day != date(2025, 12, 31) else date(2026, 2, 1)
    assert heading_for(day, today) == heading


def test_yesterday_wins_over_the_month() -> None:
    assert heading_for(date(2026, 10, 31), date(2026, 11, 1)) == "Yesterday"


def test_chats_stand_under_their_days(model: ChatModel) -> None:
    model.show_chats([chat(1), chat(2), chat(3, 1), chat(4, 5), chat(5, 40)])
    assert rows(model) == [
        *("Today", "Chat 1", "Chat 2"),
        *("Yesterday", "Chat 3"),
        *("Earlier in November", "Chat 4"),
        *("October", "Chat 5"),
    ]


def test_headings_cannot_be_chosen(model: ChatModel) -> None:
    model.show_chats([chat(1)])
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsSelectable
    assert model.flags(model.index(1)) & Qt.ItemFlag.ItemIsEditable
    assert model.index(0).data(Roles.CHAT_ID) is None


def test_a_chat_that_changed_goes_to_the_top(model: ChatModel) -> None:
    model.show_chats([chat(1), chat(2, 1), chat(3, 5)])
    model.put_first(replace(chat(3, 5), updated_at=NOON))
    assert rows(model) == ["Today", "Chat 3", "Chat 1", "Yesterday", "Chat 2"]
    assert model.index_of(ChatId("c3")).row() == 1


def test_taking_out_and_putting_back(model: ChatModel) -> None:
    chats = [chat(1), chat(2, 1), chat(3, 5)]
    model.show_chats(chats)
    before = rows(model)
    model.take_out(ChatId("c2"))
    assert rows(model) == ["Today", "Chat 1", "Earlier in November", "Chat 3"]
    model.put_back(chats[1])
    assert rows(model) == before


def test_neighbours(model: ChatModel) -> None:
    model.show_chats([chat(1), chat(2), chat(3)])
    assert model.neighbour(ChatId("c1")) == "c2"
    assert model.neighbour(ChatId("c3")) == "c2"
    assert model.neighbour(ChatId("c1"), {ChatId("c1"), ChatId("c2")}) == "c3"
    assert model.neighbour(ChatId("c3"), {ChatId("c3"), ChatId("c2")}) == "c1"
    assert model.neighbour(ChatId("c3"), {ChatId("c1"), ChatId("c2"), ChatId("c3")}) is None
    model.show_chats([chat(1)])
    assert model.neighbour(ChatId("c1")) is None


def test_pinned_chats_stand_on_top_by_their_own_days(model: ChatModel) -> None:
    model.show_chats([chat(1), chat(2, 1), chat(3, 5)])
    model.change([replace(chat(2, 1), pinned=True), replace(chat(3, 5), pinned=True)])
    assert rows(model) == ["Pinned", "Chat 2", "Chat 3", "Today", "Chat 1"]
    assert "pinned" in model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    model.put_first(replace(chat(3, 5), pinned=True, updated_at=NOON))
    assert rows(model) == ["Pinned", "Chat 3", "Chat 2", "Today", "Chat 1"]


def test_archived_chats_are_known_and_shown_alone(model: ChatModel) -> None:
    model.show_chats([chat(1), replace(chat(2), archived=True), chat(3)])
    assert rows(model) == ["Today", "Chat 1", "Chat 3"]
    assert model.archived == 1
    known = model.chat(ChatId("c2"))
    assert known is not None
    assert known.title == "Chat 2"
    assert not model.index_of(ChatId("c2")).isValid()
    model.show_archive(True)
    assert rows(model) == ["Today", "Chat 2"]
    model.put_first(chat(4))
    assert rows(model) == ["Today", "Chat 2"]
    model.change([chat(2)])
    assert model.is_empty
    model.show_archive(False)
    assert rows(model) == ["Today", "Chat 4", "Chat 1", "Chat 2", "Chat 3"]


def test_an_edit_is_passed_on_and_shown_once_kept(qtbot: QtBot, model: ChatModel) -> None:
    model.show_chats([chat(1)])
    index = model.index_of(ChatId("c1"))
    with qtbot.waitSignal(model.renamed) as told:
        assert model.setData(index, "  A  better\nname ")
    assert told.args == ["c1", "A better name"]
    assert index.data() == "Chat 1"
    model.show_title(ChatId("c1"), "A better name")
    assert index.data() == "A better name"
    assert not model.setData(index, "   ")


def test_running_chats_are_marked_for_eyes_and_ears(model: ChatModel) -> None:
    model.show_chats([chat(1), chat(2)])
    model.show_running(frozenset({ChatId("c2")}))
    index = model.index_of(ChatId("c2"))
    assert index.data(Roles.RUNNING) is True
    assert "being answered" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    model.show_running(frozenset())
    assert index.data(Roles.RUNNING) is False


def test_a_chat_without_a_title_has_words(model: ChatModel) -> None:
    model.show_chats([chat(1, title="")])
    assert rows(model)[1] == "New chat"


def test_any_order_of_changes_keeps_the_model_sound(model: ChatModel) -> None:
    source = random.Random(7)
    chats = [chat(n, n * 0.7) for n in range(12)]
    model.show_chats(chats)

    def known(*those: Chat) -> list[Chat]:
        return [found for c in those if (found := model.chat(c.id)) is not None]

    for _step in range(300):
        one = source.choice(chats)
        match source.randrange(7):
            case 0:
                model.take_out(one.id)
            case 1:
                model.put_back(one)
            case 2:
                model.put_first(replace(one, updated_at=NOON))
            case 3:
                model.show_title(one.id, f"Title {source.random():.3f}")
            case 4:
                model.change([replace(c, pinned=source.random() < 0.5) for c in known(one)])
            case 5:
                some = known(*source.sample(chats, 3))
                model.change([replace(c, archived=source.random() < 0.5) for c in some])
            case 6:
                model.show_archive(source.random() < 0.5)
        shown = rows(model)
        assert len(shown) == len(set(shown)), "a heading or chat appears twice"


def test_ten_thousand_chats_are_shown_and_changed_at_once(qtbot: QtBot) -> None:
    model = ChatModel(today=lambda: TODAY)
    chats = [chat(n, n / 10) for n in range(10_000)]
    model.show_chats(chats)
    with qtbot.waitSignal(model.rowsInserted):
        model.put_first(replace(chats[-1], updated_at=NOON))
    assert model.index_of(chats[-1].id).row() == 1
