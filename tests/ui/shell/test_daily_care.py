# SPDX-License-Identifier: GPL-3.0-or-later
"""What an open vault wants done: looked at after unlocking, and then at least daily."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from desktop.domain.archive import ArchivedChat, ArchivedMessage
from desktop.domain.conversation import Role, Status
from desktop.services.session import Session
from desktop.storage import retention
from desktop.ui.shell import daily_care
from desktop.ui.shell.daily_care import DailyCare
from desktop.ui.tasks import Tasks

LONG_AGO = datetime.now(UTC) - timedelta(days=50)
DAY_MS = 24 * 60 * 60 * 1000


@pytest.fixture
def expired(session: Session) -> Callable[[], None]:
    """Brings in a chat that has had its time, by a rule that was agreed to."""
    session.retention.set_days(30).result()

    def bring() -> None:
        message = ArchivedMessage("m", None, Role.USER, "old words", Status.COMPLETE, LONG_AGO)
        session.history.take_in(ArchivedChat("old", "Old", LONG_AGO, LONG_AGO, [message])).result()
        # Agreed to with it: what comes in old would be asked about first.
        session._database.write(lambda c: retention.agree(c, datetime.now(UTC))).result()

    return bring


@pytest.fixture
def care(
    tasks: Tasks, session: Session, expired: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> DailyCare:
    monkeypatch.setattr(daily_care, "_FIRST_MS", 50)
    expired()
    return DailyCare(session, tasks, lambda error: pytest.fail(str(error)), tasks)


def test_after_unlocking_and_again_at_least_daily(
    qtbot: QtBot, care: DailyCare, session: Session, expired: Callable[[], None]
) -> None:
    qtbot.waitSignal(care.erased, timeout=10_000).wait()
    assert session.history.chats().result() == []
    assert care._timer.isActive()
    assert care._timer.interval() <= DAY_MS
    expired()
    with qtbot.waitSignal(care.erased, timeout=10_000):
        care._timer.timeout.emit()
    assert session.history.chats().result() == []
