# SPDX-License-Identifier: GPL-3.0-or-later
"""Does every page of the open vault still hold what was written? And if not: what of it can be read?

The look is SQLCipher's ``cipher_integrity_check`` (each page against its authentication code), made by the
page scan's child: neither the window nor reading and writing wait for it, and no lock of SQLite's is touched.
"""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from desktop.domain.conversation import ChatId
from desktop.domain.errors import EnvironmentFaultError, InglenookError
from desktop.i18n import _
from desktop.paths import Profile
from desktop.storage import files, pagescan
from desktop.storage.archive import read_chat
from desktop.storage.connection import Connection, SqlError, open_connection
from desktop.storage.vault import OpenVault

T = TypeVar("T")
Scan = Callable[[Path, bytes, list[bytes]], pagescan.ScanReport]

HEALTH_FORMAT = "inglenook-health"
_SCHEMA = "sqlite_schema"
_AGAIN_S = 1.0  # a page that was being written is whole a moment later
_LOCK_BYTE = 2**30


@dataclass(frozen=True, slots=True)
class Health:
    """What a look at every page found.

    Attributes:
        pages: how many there are.
        damaged: the numbers of those that do not hold.
        tables: whose pages these are; empty if they belong to an index or hold nothing.
        chats: how many chats cannot be read in full.
    """

    checked_at: datetime
    pages: int
    damaged: tuple[int, ...] = ()
    tables: tuple[str, ...] = ()
    chats: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether every page holds."""
        return not self.damaged


class _Kept(msgspec.Struct, frozen=True):
    format: str
    version: int
    checked_at: datetime
    pages: int
    damaged: list[int]


def look(vault: OpenVault, scan: Scan) -> Health:
    """Look at every page, keep what was found for ``last_look``, and on damage find out what it hit. Blocks.

    Raises:
        EnvironmentFaultError: nothing could be looked at.
    """
    pages, damaged = _pages(vault, scan)
    if damaged:
        time.sleep(_AGAIN_S)
        pages, again = _pages(vault, scan)
        damaged = tuple(number for number in damaged if number in set(again))
    tables, chats = _hit(vault) if damaged else ((), 0)
    health = Health(datetime.now(UTC), pages, damaged, tables, chats)
    _keep(vault.profile, health)
    return health


def last_look(profile: Profile) -> Health | None:
    """When it was looked at last, and what was found; needs no key. None if it never was."""
    try:
        kept = msgspec.json.decode(profile.health.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return None
    if kept.format != HEALTH_FORMAT or kept.checked_at.tzinfo is None:
        return None
    return Health(kept.checked_at, kept.pages, tuple(kept.damaged))


def _keep(profile: Profile, health: Health) -> None:
    kept = _Kept(HEALTH_FORMAT, 1, health.checked_at, health.pages, list(health.damaged))
    try:
        files.write_private(profile.health, msgspec.json.encode(kept), durable=False)
    except OSError:
        return  # it is looked at again tomorrow, and told today


def _pages(vault: OpenVault, scan: Scan) -> tuple[int, tuple[int, ...]]:
    database = vault.database
    try:
        with vault.scans.turn, vault.scans.still(database):
            there = 0
            with contextlib.suppress(InglenookError):  # damage that SQLite itself stumbles over
                database.truncate_log()
                there = database.read(_count_pages).result()
            report = scan(vault.profile.vault, vault.key, [])
    except (OSError, ValueError):
        raise EnvironmentFaultError(
            _("The pages of the vault could not be looked at. Nothing was changed; try again.")
        ) from None
    seen = report.pages + len(report.damaged) + int(there > _LOCK_BYTE // pagescan.PAGE_BYTES)
    missing = range(seen + 1, there + 1)[: pagescan.MAX_DAMAGED]  # the file was cut short
    return max(seen, there), (*report.damaged, *missing)


def _count_pages(conn: Connection) -> int:
    return int(conn.execute("PRAGMA page_count").fetchall()[0][0])


def _hit(vault: OpenVault) -> tuple[tuple[str, ...], int]:
    """The tables with pages that do not hold, and how many chats cannot be read."""
    path, key = vault.profile.vault, vault.key
    try:
        names = _with(path, key, _tables)
        chats = _with(path, key, lambda c: [row[0] for row in c.execute("SELECT id FROM chat").fetchall()])
    except (SqlError, InglenookError):
        return (_SCHEMA,), 0
    hit = tuple(name for name in names if not _can(path, key, functools.partial(_walk, table=name)))
    unreadable = 0
    if hit:
        # A connection for as long as it reads: after a page that does not hold SQLCipher reads no more.
        unreadable = _unreadable(path, key, [ChatId(one) for one in chats])
    return hit, unreadable


def _unreadable(path: Path, key: bytes, chats: list[ChatId]) -> int:
    failed, at = 0, 0
    while at < len(chats):
        connection = open_connection(path, key, mode="ro")
        try:
            while at < len(chats):
                at += 1
                read_chat(connection, chats[at - 1])
        except SqlError:
            failed += 1
        except InglenookError:
            pass  # it waits to be deleted
        finally:
            connection.close()
    return failed


def _tables(conn: Connection) -> list[str]:
    rows = conn.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    )
    return [row[0] for row in rows.fetchall()]


def _walk(conn: Connection, table: str) -> None:
    for _row in conn.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - a name out of the schema
        pass


def _can(path: Path, key: bytes, work: Callable[[Connection], object]) -> bool:
    try:
        _with(path, key, work)
    except SqlError:
        return False
    return True


def _with(path: Path, key: bytes, work: Callable[[Connection], T]) -> T:
    connection = open_connection(path, key, mode="ro")
    try:
        return work(connection)
    finally:
        connection.close()
