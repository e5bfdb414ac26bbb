# SPDX-License-Identifier: GPL-3.0-or-later
"""A transcript under a theme, and messages to put into it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from desktop.domain.conversation import ChatId, Message, MessageId, PathEntry, Role, Status
from desktop.ui.theme.theme import Theme, ThemeChoice
from desktop.ui.transcript.view import TranscriptView

NOW = datetime(2026, 11, 1, tzinfo=UTC)
Make = Callable[..., Message]
Show = Callable[[Sequence[Message]], TranscriptView]


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, ThemeChoice.LIGHT)


@pytest.fixture
def make() -> Make:
    def message(
        number: int, role: str, text: str, status: Status = Status.COMPLETE, **more: object
    ) -> Message:
        fields = {"parent_id": None, "created_at": NOW, **more}
        return Message(
            id=MessageId(f"m{number}"),
            chat_id=ChatId("c"),
            role=Role(role),
            content=text,
            status=status,
            **fields,  # type: ignore[arg-type]
        )

    return message


@pytest.fixture
def outline() -> Callable[[Message], PathEntry]:
    def entry(message: Message, siblings: int = 1, index: int = 0) -> PathEntry:
        text = message.content
        lines = text.count("\n") + 1
        return PathEntry(message.id, message.role, message.status, len(text), lines, siblings, index)

    return entry


@pytest.fixture
def show(theme: Theme, qtbot: QtBot, outline: Callable[[Message], PathEntry]) -> Iterator[Show]:
    views: list[TranscriptView] = []

    def opened(messages: Sequence[Message]) -> TranscriptView:
        by_id = {message.id: message for message in messages}
        view = TranscriptView(lambda ids: view.deliver([by_id[each] for each in ids]), theme.tokens)
        qtbot.addWidget(view)
        views.append(view)
        view.resize(1008, 700)
        view.show()
        qtbot.waitExposed(view)
        view.open([outline(message) for message in messages])
        qtbot.wait(40)
        return view

    yield opened
    for view in views:
        view.hide()
