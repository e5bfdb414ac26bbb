# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings come back as they were set; activities, newest first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from desktop.storage import records
from desktop.storage.connection import Connection


def test_settings(conn: Connection) -> None:
    assert records.get_setting(conn, "model") is None
    assert records.get_setting(conn, "model", "default") == "default"
    for value in ("one", {"a": [1, None, True]}, None, 0.5):
        records.set_setting(conn, "model", value)
        assert records.get_setting(conn, "model", "default") == value


def test_activities(conn: Connection) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for day in range(3):
        records.record_activity(conn, "exported", {"chats": day}, now=start + timedelta(days=day))
    listed = records.list_activity(conn, limit=2)
    assert [activity.details for activity in listed] == [{"chats": 2}, {"chats": 1}]
    assert (listed[0].kind, listed[0].at) == ("exported", start + timedelta(days=2))
