# SPDX-License-Identifier: GPL-3.0-or-later
"""Every use of the network, and whether a download may be begun. Functions over a connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.storage import activity, records
from desktop.storage.connection import Connection
from desktop.storage.ids import from_milliseconds, to_milliseconds

_ALLOWED = "network.downloads"


@dataclass(frozen=True, slots=True)
class NetworkUse:
    """One use.

    Attributes:
        at: when it began, UTC.
        purpose: one word.
        host: with whom; nothing below it.
        bytes_in: received.
        bytes_out: sent.
    """

    at: datetime
    purpose: str
    host: str
    bytes_in: int
    bytes_out: int


def add_use(conn: Connection, use: NetworkUse) -> None:
    """Note it, also in the record of what was done."""
    conn.execute(
        "INSERT INTO network_use (at, purpose, host, bytes_in, bytes_out) VALUES (?, ?, ?, ?, ?)",
        (to_milliseconds(use.at), use.purpose, use.host, use.bytes_in, use.bytes_out),
    )
    activity.record(conn, "downloaded", bytes=use.bytes_in)


def list_uses(conn: Connection, *, limit: int = 1000) -> list[NetworkUse]:
    """The uses, newest first."""
    rows = conn.execute(
        "SELECT at, purpose, host, bytes_in, bytes_out FROM network_use ORDER BY key DESC LIMIT ?", (limit,)
    )
    return [NetworkUse(from_milliseconds(at), *rest) for at, *rest in rows]


def count_uses(conn: Connection) -> int:
    """How often it was used."""
    row = conn.execute("SELECT count(*) FROM network_use").fetchone()
    return int(row[0]) if row else 0


def downloads_allowed(conn: Connection) -> bool:
    """Whether a download may be begun; no, unless the person said so."""
    return records.get_setting(conn, _ALLOWED, False) is True


def allow_downloads(conn: Connection, allowed: bool) -> None:
    """Say whether a download may be begun."""
    if downloads_allowed(conn) != allowed:
        records.set_setting(conn, _ALLOWED, allowed)
        activity.record(conn, "downloads-allowed" if allowed else "downloads-forbidden")
