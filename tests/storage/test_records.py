# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings come back as they were set."""

from __future__ import annotations

from desktop.storage import records
from desktop.storage.connection import Connection


def test_settings(conn: Connection) -> None:
    assert records.get_setting(conn, "model") is None
    assert records.get_setting(conn, "model", "default") == "default"
    for value in ("one", {"a": [1, None, True]}, None, 0.5):
        records.set_setting(conn, "model", value)
        assert records.get_setting(conn, "model", "default") == value
