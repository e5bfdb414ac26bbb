# SPDX-License-Identifier: GPL-3.0-or-later
"""The database executor: one writer and one reader connection, each on a thread of its own."""

from __future__ import annotations

import contextlib
import ctypes
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from desktop.storage.connection import (
    READER_CACHE_KIB,
    Connection,
    SqlError,
    open_connection,
    open_memory,
    translate_error,
)
from desktop.storage.migrations import migrate

__all__ = ["Connection", "Database", "DatabaseClosedError"]

T = TypeVar("T")


class DatabaseClosedError(RuntimeError):
    """Work was given to a database that is closed (a bug in whoever gave it, or a race with locking)."""


class Database:
    """All SQL runs here. Calls return at once; work is done in the order given, writes apart from reads.

    A read sees everything whose write was acknowledged before it was given.
    """

    def __init__(self, writer: Connection, reader: Connection | None) -> None:
        """Take over open connections; use open or in_memory.

        Args:
            writer: for every change.
            reader: None when one connection (and one thread) serves both.
        """
        self._writer = writer
        self._reader = reader
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="vault-writer")
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="vault-reader") if reader else self._writing
        self._closing = threading.Lock()
        self._closed = False

    @classmethod
    def open(cls, path: Path, key: bytes, *, back_up: Callable[[Connection], None] | None = None) -> Database:
        """Open an existing file and bring it to today's shape.

        Args:
            path: the database; an empty file becomes a new database.
            key: 32 bytes, raw.
            back_up: given the connection before an older file is changed.

        Raises:
            CipherUnavailableError: the library does not encrypt.
            VaultNewerError: the file is from a newer version; untouched.
            VaultDamagedError: the key does not open it, or its pages do not hold.
            StorageFullError: the disk does not take the changes.
        """
        with contextlib.ExitStack() as opened:
            try:
                writer = open_connection(path, key)
                opened.callback(writer.close)
                writer.execute("PRAGMA foreign_keys = ON")
                writer.execute("PRAGMA journal_mode = WAL")
                writer.execute("PRAGMA synchronous = FULL")  # NORMAL would not fsync commits in WAL
                migrate(writer, back_up=(lambda: back_up(writer)) if back_up else None)
                reader = open_connection(path, key, cache_kib=READER_CACHE_KIB)
                opened.callback(reader.close)
                reader.execute("PRAGMA query_only = ON")
            except SqlError as error:
                raise translate_error(error) from None
            opened.pop_all()
        return cls(writer, reader)

    @classmethod
    def in_memory(cls) -> Database:
        """A database with the same shape that never touches a disk (temporary chats)."""
        connection = open_memory()
        migrate(connection)
        return cls(connection, None)

    def read(self, work: Callable[[Connection], T]) -> Future[T]:
        """Run ``work`` on the reader, in one consistent snapshot.

        Raises (through the Future):
            VaultDamagedError, StorageFullError, and what ``work`` raises.
        """
        return self._submit(self._reading, self._reader or self._writer, "BEGIN", work)

    def write(self, work: Callable[[Connection], T]) -> Future[T]:
        """Run ``work`` in a transaction; the Future resolves after COMMIT returned: what it says is durable.

        Raises (through the Future):
            StorageFullError, VaultDamagedError, and what ``work`` raises. Nothing of it was kept.
        """
        return self._submit(self._writing, self._writer, "BEGIN IMMEDIATE", work)

    def truncate_log(self) -> bool:
        """Move all of the write-ahead log into the database and empty it; blocks.

        Returns:
            False if someone was still reading, so that the log keeps its pages.
        """
        if self._reader is None:
            return True
        # An open reader keeps the log from being emptied, so the reader's thread waits here meanwhile.
        idle, resume = threading.Event(), threading.Event()

        def hold() -> None:
            idle.set()
            resume.wait()

        try:
            self._reading.submit(hold)
            idle.wait()
            busy = self._writing.submit(self._checkpoint).result()
        except SqlError as error:
            raise translate_error(error) from None
        finally:
            resume.set()
        return not busy

    def pause_checkpoints(self, paused: bool) -> None:
        """Keep the main file as it is while others read it (writes go on, into the log); blocks shortly."""
        pages = 0 if paused else 1000  # SQLite's default
        self._writing.submit(self._writer.execute, f"PRAGMA wal_autocheckpoint = {pages}").result()

    def close(self) -> None:
        """Finish what was given, empty the log, end the threads, let go of the pages. Twice does no harm."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._reading.shutdown(wait=True)
            if self._reader is not None:
                self._reader.close()
            self._writing.shutdown(wait=True)
            with contextlib.suppress(SqlError):  # everything acknowledged is in the log and stays there
                self._checkpoint()
            self._writer.close()
            _forget_freed_memory()

    def _submit(
        self, lane: ThreadPoolExecutor, connection: Connection, begin: str, work: Callable[[Connection], T]
    ) -> Future[T]:
        try:
            return lane.submit(_in_transaction, connection, begin, work)
        except RuntimeError:
            raise DatabaseClosedError("the database is closed") from None

    def _checkpoint(self) -> bool:
        row = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return row is not None and row[0] != 0


def _in_transaction(connection: Connection, begin: str, work: Callable[[Connection], T]) -> T:
    try:
        connection.execute(begin)
        result = work(connection)
        connection.execute("COMMIT")
    except SqlError as error:
        raise translate_error(error) from None
    finally:
        if connection.in_transaction:
            with contextlib.suppress(SqlError):
                connection.execute("ROLLBACK")
    return result


def _forget_freed_memory() -> None:
    """Give freed pages back to the system, so that decrypted text does not linger in this process.

    Garbage is not collected here: in a process with a window that may only happen on its thread.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc only
        if trim is not None:
            trim(0)
