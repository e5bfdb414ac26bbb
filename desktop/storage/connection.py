# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that knows SQLCipher's module: typed connections, pragmas, and what its errors mean."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import quote

from sqlcipher3 import dbapi2

from desktop.domain.errors import CipherUnavailableError, StorageFullError, VaultDamagedError
from desktop.i18n import _
from desktop.storage.text import index_text

Row = tuple[Any, ...]
SqlError: type[Exception] = dbapi2.Error  # type: ignore[attr-defined]

KEY_BYTES = 32
BUSY_TIMEOUT_MS = 5000
WRITER_CACHE_KIB = 16 * 1024
READER_CACHE_KIB = 64 * 1024  # searches are four times slower with SQLite's own 8 MB over encrypted pages

# Primary result codes, https://www.sqlite.org/rescode.html
_PERM, _NOMEM, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 3, 7, 8, 10, 11, 13, 14, 26
# The module gives its backup's errors no code, only SQLite's words (sqlite3_errstr).
_BY_WORDS = {
    "out of memory": _NOMEM,
    "attempt to write a readonly database": _READONLY,
    "disk I/O error": _IOERR,
    "database disk image is malformed": _CORRUPT,
    "database or disk is full": _FULL,
    "unable to open database file": _CANTOPEN,
    "file is not a database": _NOTADB,
}


class Cursor(Protocol):
    """What we use of a DB-API cursor."""

    rowcount: int

    @property
    def description(self) -> Sequence[Sequence[object]]:
        """One entry a column of the result, its name first."""

    def fetchone(self) -> Row | None:
        """Return the next row, or None."""

    def fetchall(self) -> list[Row]:
        """Return the rows left."""

    def __iter__(self) -> Iterator[Row]: ...


class Connection(Protocol):
    """What we use of a DB-API connection. Statements run in the transaction of Database.read or write."""

    in_transaction: bool

    def execute(self, sql: str, parameters: Sequence[object] = ...) -> Cursor:
        """Run one statement."""

    def executemany(self, sql: str, parameters: Sequence[Sequence[object]]) -> Cursor:
        """Run one statement for each row of parameters."""

    def executescript(self, sql: str) -> Cursor:
        """Run several statements."""

    def create_function(self, name: str, arguments: int, function: Callable[..., object]) -> None:
        """Make a function known to SQL."""

    def backup(
        self,
        target: Connection,
        *,
        pages: int = -1,
        progress: Callable[[int, int, int], None] | None = None,
    ) -> None:
        """Copy every page into ``target``; ``progress`` is told after every ``pages`` and may raise."""

    def close(self) -> None:
        """Close it."""


def open_connection(
    path: Path, key: bytes, *, mode: str = "rw", cache_kib: int = WRITER_CACHE_KIB
) -> Connection:
    """Open an existing file with a raw key; nothing is read from it yet beyond what the pragmas need.

    Args:
        path: the database; never created here, because a missing key or file must not make a new one.
        key: 32 random bytes.
        mode: "rw", or "ro" to leave the file as it is.
        cache_kib: page cache, KiB.

    Raises:
        CipherUnavailableError: the library does not encrypt.
        StorageFullError, VaultDamagedError: as translate_error says.
    """
    try:
        connection = _connect(f"file:{quote(os.fsencode(path))}?mode={mode}", key)
    except SqlError as error:
        raise translate_error(error) from None
    connection.execute(f"PRAGMA cache_size = -{cache_kib}")
    return connection


def open_memory() -> Connection:
    """A database that never touches a disk."""
    connection = _connect(":memory:", bytes(KEY_BYTES))  # nothing is stored, so nothing depends on this key
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def cipher_versions() -> tuple[str, str, str]:
    """The versions of SQLCipher and SQLite, and the library that encrypts for them.

    Raises:
        CipherUnavailableError: the library does not encrypt.
    """
    connection = open_memory()
    try:
        pragmas = ("PRAGMA cipher_version", "PRAGMA cipher_provider_version")
        cipher, provider = (str((connection.execute(p).fetchone() or ("unknown",))[0]) for p in pragmas)
        sqlite = str((connection.execute("SELECT sqlite_version()").fetchone() or ("unknown",))[0])
    finally:
        connection.close()
    return cipher, sqlite, provider


def _connect(name: str, key: bytes) -> Connection:
    connection = cast(
        Connection,
        dbapi2.connect(  # type: ignore[attr-defined]
            name, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256
        ),
    )
    try:
        # First of all: before the key a statement that touches the file would treat it as plain.
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA cipher_log_level = NONE")
        status = connection.execute("PRAGMA cipher_status").fetchone()
        if status is None or str(status[0]) != "1":
            raise CipherUnavailableError(
                _(
                    "The database library on this computer does not encrypt, so nothing was opened. "
                    "Reinstall Inglenook."
                )
            )
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA secure_delete = ON")
        connection.create_function("index_text", 1, lambda content: index_text(content.decode()))
    except BaseException:
        connection.close()
        raise
    return connection


def error_code(error: Exception) -> int:
    """SQLite's primary result code behind an error, 0 if it has none."""
    code = getattr(error, "sqlite_errorcode", None)
    return int(code) & 0xFF if code is not None else _BY_WORDS.get(str(error), 0)


def is_not_a_database(error: Exception) -> bool:
    """Whether the first page could not be decrypted with the key (or is no database at all)."""
    return error_code(error) == _NOTADB


def translate_error(error: Exception) -> Exception:
    """What SQLite said, as one of our errors; what is a bug of ours comes back as it is."""
    code = error_code(error)
    if code in (_CORRUPT, _NOTADB):
        return damaged_error()
    if code in (_FULL, _IOERR, _READONLY, _CANTOPEN, _PERM):
        return storage_full_error()
    if code == _NOMEM:
        return MemoryError()
    return error


def damaged_error() -> VaultDamagedError:
    """The vault's pages are not what was written."""
    return VaultDamagedError(
        _(
            "The vault file (vault.db) is damaged. It was not changed and nothing was created in its place. "
            "Keep it, and restore a backup if you have one."
        )
    )


def storage_full_error() -> StorageFullError:
    """A write did not reach the disk."""
    return StorageFullError(
        _(
            "The disk is full or cannot be written to. What was saved before is safe; "
            "free some space or check the folder's permissions, then try again."
        )
    )
