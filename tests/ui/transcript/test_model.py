# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from desktop.domain.conversation import Message, MessageId, PathEntry, Status
from desktop.ui.transcript import model as module
from desktop.ui.transcript.model import PAGE, TranscriptModel

Make = Callable[..., Message]
Outline = Callable[..., PathEntry]


@pytest.fixture
def asked() -> list[Sequence[MessageId]]:
    return []


@pytest.fixture
def model(qapp: object, asked: list[Sequence[MessageId]]) -> TranscriptModel:
    made = TranscriptModel(asked.append)
    made.tester = QAbstractItemModelTester(  # type: ignore[attr-defined]
        made, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    return made


@pytest.fixture
def chat(make: Make) -> list[Message]:
    return [make(n, "user" if n % 2 == 0 else "assistant", f"text {n}") for n in range(100)]


def test_loads_pages_and_asks_once(
    model: TranscriptModel, chat: list[Message], outline: Outline, asked: list[Sequence[MessageId]]
) -> None:
    model.reset([outline(message) for message in chat])
    assert model.rowCount() == 100
    assert model.message(40) is None
    model.want(40)
    model.want(41)
    assert [len(page) for page in asked] == [PAGE]
    assert chat[40].id in asked[0]
    model.deliver([chat[40]])
    assert model.message(40) == chat[40]
    index = model.index(40)
    assert index.data() == "text 40"
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "You"
    assert index.data(TranscriptModel.MessageRole) == chat[40]


def test_a_path_that_branches_keeps_what_is_shared(
    model: TranscriptModel, chat: list[Message], outline: Outline, make: Make
) -> None:
    model.reset([outline(message) for message in chat[:4]])
    model.deliver(chat[:4])
    other = make(500, "assistant", "other")
    model.set_path([outline(message) for message in [*chat[:3], other]])
    assert model.rowCount() == 4
    assert model.message(2) == chat[2]
    assert model.row(chat[3].id) is None
    model.deliver([chat[3]])  # an answer that comes too late
    assert model.message(3) is None


def test_streaming(model: TranscriptModel, make: Make, qtbot: QtBot) -> None:
    row = model.begin_reply(make(1, "assistant", "", Status.STREAMING))
    with qtbot.waitSignal(model.text_appended):
        model.append_text(MessageId("m1"), "Hel")
    model.append_text(MessageId("m1"), "lo")
    assert model.text(row) == "Hello"
    assert model.is_live(row)
    model.finish_reply(make(1, "assistant", "Hello", Status.STOPPED))
    assert not model.is_live(row)
    assert model.entry(row).status is Status.STOPPED
    model.append_text(MessageId("m1"), "late")
    assert model.text(row) == "Hello"


def test_memory_is_bounded(
    model: TranscriptModel, make: Make, outline: Outline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT_MESSAGES", 10)
    messages = [make(n, "user", "x") for n in range(40)]
    model.reset([outline(message) for message in messages])
    model.deliver(messages)
    assert sum(model.message(row) is not None for row in range(40)) == 10
