# SPDX-License-Identifier: GPL-3.0-or-later
"""Verified copies of the vault, each with the key slots that open it."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop.storage import files
from desktop.storage.connection import (
    Connection,
    SqlError,
    damaged_error,
    open_connection,
    storage_full_error,
    translate_error,
)

DATABASE_NAME = "vault.db"
KEYSLOTS_NAME = "keyslots.json"
KEPT = 5  # copies; the oldest ones go
_UNFINISHED = ".unfinished"
_REPLACED = ".replaced"
_NAME = "%Y%m%dT%H%M%S.%fZ"
_STEP = 512  # pages copied between two looks at whether to stop


class BackupStoppedError(Exception):
    """The app is closing; the copy is made another time."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy.

    Attributes:
        name: its folder's; tells when it was made.
        made_at: UTC.
        bytes: of its database.
    """

    name: str
    made_at: datetime
    bytes: int


def list_backups(folder: Path) -> list[Backup]:
    """The finished copies below ``folder``, newest first."""
    found = []
    for entry in folder.iterdir() if folder.is_dir() else ():
        made_at, copy = _made_at(entry.name), entry / DATABASE_NAME
        with contextlib.suppress(FileNotFoundError):  # a deletion takes them away while we look
            if made_at is not None and (entry / KEYSLOTS_NAME).is_file():
                found.append(Backup(entry.name, made_at, copy.stat().st_size))
    return sorted(found, key=lambda one: one.name, reverse=True)


def rotate(folder: Path, keep: int = KEPT) -> int:
    """Remove all but the newest ``keep`` copies, and all but the last vault a copy was put in place of.

    Returns:
        How many copies went.
    """
    old = [backup.name for backup in list_backups(folder)[keep:]]
    replaced = sorted(entry.name for entry in folder.glob(f"*{_REPLACED}"))
    for name in (*old, *replaced[:-1]):
        shutil.rmtree(folder / name)
    return len(old)


def replaced_folder(folder: Path) -> Path:
    """A new folder for a vault that a copy takes the place of; gone with the backups."""
    made = folder / f"{datetime.now(UTC).strftime(_NAME)}{_REPLACED}"
    files.make_private_folder(folder)
    files.make_private_folder(made)
    return made


def back_up_beside(
    database: Path, key: bytes, keyslots: Path, folder: Path, stop: threading.Event | None = None
) -> Path:
    """As ``back_up``, over a connection of its own, so that neither reading nor writing waits for it.

    Every page of the vault is decrypted on the way, so damage anywhere is found.

    Raises:
        BackupStoppedError: ``stop`` was set.
        VaultDamagedError, StorageFullError: as ``back_up``.
    """
    try:
        source = open_connection(database, key, mode="ro")
        try:
            source.execute("BEGIN")
            source.execute("SELECT 1 FROM vault").fetchall()  # from here on what is written is not seen
            return back_up(source, key, keyslots, folder, stop)
        finally:
            source.close()
    except SqlError as error:
        raise translate_error(error) from None


def back_up(
    source: Connection, key: bytes, keyslots: Path, folder: Path, stop: threading.Event | None = None
) -> Path:
    """Copy the open vault into a new folder below ``folder``, and check the copy.

    A failure leaves nothing; a kill an unfinished folder that the next call clears away.

    Args:
        source: an open connection; its file is not opened again.
        key: the same key opens the copy.
        keyslots: copied beside it.
        folder: where backups lie.
        stop: set by another thread to give up.

    Returns:
        The new folder, with vault.db and keyslots.json.

    Raises:
        BackupStoppedError: ``stop`` was set.
        VaultDamagedError: the vault's own pages do not hold, so there is no sound copy.
        StorageFullError: it does not fit.
    """
    try:
        files.make_private_folder(folder)
        for leftover in folder.glob(f"*{_UNFINISHED}"):
            shutil.rmtree(leftover, ignore_errors=True)
        name = datetime.now(UTC).strftime(_NAME)
        work = folder / f"{name}{_UNFINISHED}"
        with _gone_if_it_fails(work):
            files.make_private_folder(work)
            copy = work / DATABASE_NAME
            files.make_private_file(copy)
            copy_checked(source, copy, key, stop)
            files.write_private(work / KEYSLOTS_NAME, keyslots.read_bytes())
            files.sync_folder(work)
        with _gone_if_it_fails(folder / name):
            finished = work.rename(folder / name)
            files.sync_folder(folder)
    except SqlError as error:
        raise translate_error(error) from None
    except OSError:
        raise storage_full_error() from None
    return finished


@contextlib.contextmanager
def _gone_if_it_fails(folder: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def is_sound(connection: Connection) -> bool:
    """Whether every page matches its authentication code and SQLite finds no fault. Reads the whole file."""
    try:
        # Flipped bits that plain reads and integrity_check miss are caught by the pages' codes.
        if connection.execute("PRAGMA cipher_integrity_check").fetchall():
            return False
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    except SqlError:
        return False


def remove_backups(folder: Path) -> int:
    """Remove every backup (a deletion must reach them too); returns how many there were."""
    if not folder.is_dir():
        return 0
    found = [entry for entry in folder.iterdir() if entry.is_dir() and not entry.is_symlink()]
    for entry in found:
        shutil.rmtree(entry)
    return len(found)


def copy_checked(source: Connection, path: Path, key: bytes, stop: threading.Event | None = None) -> None:
    """Copy the open vault into an empty file under the same key, and check every page.

    Raises:
        BackupStoppedError: ``stop`` was set.
        VaultDamagedError: the copy does not hold.
        SqlError: as SQLite says; ``translate_error`` knows what it means.
    """
    target = open_connection(path, key)
    try:
        source.backup(target, pages=_STEP, progress=_stopping(stop))
    finally:
        target.close()
    check = open_connection(path, key)  # not read-only, which would leave an empty log beside it
    try:
        if not is_sound(check):
            raise damaged_error()
    finally:
        check.close()


def _stopping(stop: threading.Event | None) -> Callable[[int, int, int], None]:
    def look(_status: int, _remaining: int, _total: int) -> None:
        if stop is not None and stop.is_set():
            raise BackupStoppedError

    return look


def _made_at(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, _NAME).replace(tzinfo=UTC)
    except ValueError:
        return None
