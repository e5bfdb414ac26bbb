# SPDX-License-Identifier: GPL-3.0-or-later
"""Verified copies of the vault, each with the key slots that open it."""

from __future__ import annotations

import shutil
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
_UNFINISHED = ".unfinished"


def back_up(source: Connection, key: bytes, keyslots: Path, folder: Path) -> Path:
    """Copy the open vault into a new folder below ``folder``, and check the copy.

    A kill leaves an unfinished folder that the next call clears away.

    Args:
        source: an open connection; its file is not opened again.
        key: the same key opens the copy.
        keyslots: copied beside it.
        folder: where backups lie.

    Returns:
        The new folder, with vault.db and keyslots.json.

    Raises:
        VaultDamagedError: the vault's own pages do not hold, so there is no sound copy.
        StorageFullError: it does not fit.
    """
    try:
        files.make_private_folder(folder)
        for leftover in folder.glob(f"*{_UNFINISHED}"):
            shutil.rmtree(leftover, ignore_errors=True)
        name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        work = folder / f"{name}{_UNFINISHED}"
        files.make_private_folder(work)
        copy = work / DATABASE_NAME
        files.make_private_file(copy)
        copy_checked(source, copy, key)
        files.write_private(work / KEYSLOTS_NAME, keyslots.read_bytes())
        files.sync_folder(work)
        finished = work.rename(folder / name)
        files.sync_folder(folder)
    except SqlError as error:
        raise translate_error(error) from None
    except OSError:
        raise storage_full_error() from None
    return finished


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


def copy_checked(source: Connection, path: Path, key: bytes) -> None:
    """Copy the open vault into an empty file under the same key, and check every page.

    Raises:
        VaultDamagedError: the copy does not hold.
        SqlError: as SQLite says; ``translate_error`` knows what it means.
    """
    target = open_connection(path, key)
    try:
        source.backup(target)
    finally:
        target.close()
    check = open_connection(path, key)  # not read-only, which would leave an empty log beside it
    try:
        if not is_sound(check):
            raise damaged_error()
    finally:
        check.close()
