# SPDX-License-Identifier: GPL-3.0-or-later
"""The small tables: settings, and what was done (never its content). Functions over a connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from desktop.storage.connection import Connection
from desktop.storage.ids import from_milliseconds, to_milliseconds


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that was done, in counts and kinds."""

    at: datetime
    kind: str
    details: Mapping[str, Any]


def record_activity(
    conn: Connection, kind: str, details: Mapping[str, int | bool | str], *, now: datetime | None = None
) -> None:
    """Note that something was done.

    Args:
        conn: the transaction that does it, so that both happen or neither.
        kind: "exported", "imported", "deleted", "consented", "downloaded", …
        details: counts and kinds; never text, titles, names or paths.
        now: when, if not now.
    """
    conn.execute(
        "INSERT INTO activity (at, kind, details) VALUES (?, ?, ?)",
        (to_milliseconds(now), kind, msgspec.json.encode(details).decode()),
    )


def list_activity(conn: Connection, *, limit: int = 1000) -> list[Activity]:
    """What was done, newest first."""
    rows = conn.execute("SELECT at, kind, details FROM activity ORDER BY key DESC LIMIT ?", (limit,))
    return [Activity(from_milliseconds(at), kind, msgspec.json.decode(details)) for at, kind, details in rows]


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
