# SPDX-License-Identifier: GPL-3.0-or-later
"""What was done is listed newest first, and only if it was done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.storage import activity
from desktop.storage.connection import Connection
from desktop.storage.database import Database


def test_newest_first(conn: Connection) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for day in range(3):
        activity.record(conn, "exported", chats=day, encrypted=True, now=start + timedelta(days=day))
    listed = activity.list_activity(conn, limit=2)
    assert [done.counts for done in listed] == [
        {"chats": 2, "encrypted": True},
        {"chats": 1, "encrypted": True},
    ]
    assert (listed[0].kind, listed[0].at) == ("exported", start + timedelta(days=2))


def test_what_failed_is_not_recorded() -> None:
    database = Database.in_memory()

    def fail(connection: Connection) -> None:
        activity.record(connection, "exported", chats=1)
        raise RuntimeError("the rest went wrong")

    with pytest.raises(RuntimeError):
        database.write(fail).result()
    assert database.read(activity.list_activity).result() == []
    database.close()
