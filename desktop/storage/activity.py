# SPDX-License-Identifier: GPL-3.0-or-later
"""What was done, in counts and kinds, never its content. Functions over a connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from desktop.storage.connection import Connection
from desktop.storage.ids import from_milliseconds, to_milliseconds

Count = int | bool | str


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that was done.

    Attributes:
        at: when, UTC.
        kind: "exported", "imported", "deleted", "consented", …
        counts: how much of what; never text, titles, names or paths.
    """

    at: datetime
    kind: str
    counts: Mapping[str, Count]


def record(conn: Connection, kind: str, *, now: datetime | None = None, **counts: Count) -> int:
    """Note that something was done.

    Args:
        conn: the transaction that does it, so that both happen or neither.
        kind: what, as one word.
        now: when, if not now.
        counts: numbers and kinds; never text, titles, names or paths.

    Returns:
        Its key, to ``complete`` it with.
    """
    conn.execute(
        "INSERT INTO activity (at, kind, details) VALUES (?, ?, ?)",
        (to_milliseconds(now), kind, msgspec.json.encode(counts).decode()),
    )
    row = conn.execute("SELECT last_insert_rowid()").fetchone()
    return int(row[0]) if row is not None else 0


def complete(conn: Connection, key: int, **counts: Count) -> None:
    """Add to an entry what was known only afterwards."""
    row = conn.execute("SELECT details FROM activity WHERE key = ?", (key,)).fetchone()
    if row is not None:
        known = msgspec.json.decode(row[0], type=dict[str, Count])
        details = msgspec.json.encode(known | counts).decode()
        conn.execute("UPDATE activity SET details = ? WHERE key = ?", (details, key))


def list_activity(
    conn: Connection, *, limit: int = 1000, kind: str | None = None, offset: int = 0
) -> list[Activity]:
    """What was done, newest first.

    Args:
        conn: a reader.
        limit: most entries returned; -1 is all.
        kind: only entries of this kind.
        offset: so many of the newest are left out.
    """
    rows = conn.execute(
        "SELECT at, kind, details FROM activity WHERE ?1 IS NULL OR kind = ?1"
        " ORDER BY key DESC LIMIT ?2 OFFSET ?3",
        (kind, limit, offset),
    )
    return [
        Activity(from_milliseconds(at), kind, msgspec.json.decode(details, type=dict[str, Count]))
        for at, kind, details in rows
    ]


def kinds(conn: Connection) -> dict[str, int]:
    """How many entries of each kind there are."""
    return dict(conn.execute("SELECT kind, count(*) FROM activity GROUP BY kind ORDER BY kind").fetchall())
