# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings that live in the vault. Functions over a connection."""

from __future__ import annotations

from typing import Any

import msgspec

from desktop.storage.connection import Connection


def get_setting(conn: Connection, name: str, default: Any = None) -> Any:
    """A setting that lives in the vault, as JSON values; ``default`` if it was never set."""
    row = conn.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return default if row is None else msgspec.json.decode(row[0])


def set_setting(conn: Connection, name: str, value: Any) -> None:
    """Keep a setting; ``value`` must be JSON."""
    conn.execute(
        "INSERT INTO setting (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, msgspec.json.encode(value).decode()),
    )
