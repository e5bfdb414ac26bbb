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


def record(conn: Connection, kind: str, *, now: datetime | None = None, **counts: Count) -> None:
    """Note that something was done.

    Args:
        conn: the transaction that does it, so that both happen or neither.
        kind: what, as one word.
        now: when, if not now.
        counts: numbers and kinds; never text, titles, names or paths.
    """
    conn.execute(
        "INSERT INTO activity (at, kind, details) VALUES (?, ?, ?)",
        (to_milliseconds(now), kind, msgspec.json.encode(counts).decode()),
    )


def list_activity(conn: Connection, *, limit: int = 1000) -> list[Activity]:
    """What was done, newest first."""
    rows = conn.execute("SELECT at, kind, details FROM activity ORDER BY key DESC LIMIT ?", (limit,))
    return [
        Activity(from_milliseconds(at), kind, msgspec.json.decode(details, type=dict[str, Count]))
        for at, kind, details in rows
    ]
