# SPDX-License-Identifier: GPL-3.0-or-later
"""What encryption and the database threads cost: the same statements on the vault and on plain sqlite3."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol, cast

from desktop.domain.conversation import ChatId, Role
from desktop.storage import conversations, migrations, search
from desktop.storage.connection import READER_CACHE_KIB, WRITER_CACHE_KIB, Connection
from desktop.storage.database import Database
from desktop.storage.text import index_text
from tests.benchmarks.figures import Benchmark, Figure, Reading, Round, Scale, in_turn
from tests.benchmarks.prose import name, prose_with_names
from tests.benchmarks.scratch import scratch

FIGURES = (
    Figure("insert_one", "insert, a commit for each message ÷ plain sqlite3", "ms"),
    Figure("insert_many", "insert, 500 messages in a commit, per message ÷ plain sqlite3", "ms"),
    Figure("search", "search, newest 50 of 20,000 messages with snippets ÷ plain sqlite3", "ms"),
)

WORDS = 60  # of a message
CHATS = 40
_SECURE_DELETE = (3, 42, 0)  # https://www.sqlite.org/fts5.html#the_secure_delete_configuration_option
_START = datetime(2020, 1, 1, tzinfo=UTC)
_QUERIES = ("garden", "river mountain", '"the of"', "comp", *(name(number) for number in range(0, 3000, 250)))


class Store(Protocol):
    """A database that runs a piece of work in a transaction and waits for it."""

    def write(self, work: Callable[[Connection], object]) -> object:
        """Commit ``work``."""

    def read(self, work: Callable[[Connection], object]) -> object:
        """Run ``work`` in one snapshot."""


class Vault:
    """Ours: SQLCipher, on threads of its own."""

    def __init__(self, path: Path) -> None:
        path.touch(0o600)
        self._database = Database.open(path, os.urandom(32))

    def write(self, work: Callable[[Connection], object]) -> object:
        return self._database.write(work).result()

    def read(self, work: Callable[[Connection], object]) -> object:
        return self._database.read(work).result()

    def close(self) -> None:
        self._database.close()


class Plain:
    """The peer: Python's own sqlite3 with the vault's schema, pragmas and caches, called directly."""

    def __init__(self, path: Path) -> None:
        self._writer = self._open(path, WRITER_CACHE_KIB)
        self._writer.execute("PRAGMA foreign_keys = ON")
        self._writer.execute("PRAGMA journal_mode = WAL")
        self._writer.execute("PRAGMA synchronous = FULL")
        for script in migrations.steps():
            self._writer.executescript(_supported(script))
        self._reader = self._open(path, READER_CACHE_KIB)

    def write(self, work: Callable[[Connection], object]) -> object:
        return self._run(self._writer, "BEGIN IMMEDIATE", work)

    def read(self, work: Callable[[Connection], object]) -> object:
        return self._run(self._reader, "BEGIN", work)

    def close(self) -> None:
        self._reader.close()
        self._writer.close()

    @staticmethod
    def _open(path: Path, cache_kib: int) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"PRAGMA cache_size = -{cache_kib}")
        connection.create_function("index_text", 1, lambda content: index_text(content.decode()))
        return connection

    @staticmethod
    def _run(connection: sqlite3.Connection, begin: str, work: Callable[[Connection], object]) -> object:
        connection.execute(begin)
        try:
            result = work(cast(Connection, connection))
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        return result


def _supported(script: str) -> str:
    """``script`` without FTS5's secure deletion where this sqlite3 lacks it; nothing is deleted here."""
    if sqlite3.sqlite_version_info >= _SECURE_DELETE:
        return script
    return "\n".join(line for line in script.splitlines() if "secure-delete" not in line)


class Filler:
    """Adds the same messages to any store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._made = 0
        self._chats: list[ChatId] = []
        store.write(self._add_chats)

    def add(self, count: int) -> float:
        """Add ``count`` messages in one commit; returns milliseconds per message."""
        contents = [prose_with_names(self._made + index, WORDS) for index in range(count)]
        began = time.perf_counter()
        self._store.write(lambda connection: self._insert(connection, contents))
        return (time.perf_counter() - began) * 1000 / count

    def add_singly(self, count: int) -> float:
        """Add ``count`` messages in a commit each; returns milliseconds per message."""
        return sum(self.add(1) for _ in range(count)) / count

    def _add_chats(self, connection: Connection) -> None:
        self._chats = [conversations.create_chat(connection, now=_START).id for _ in range(CHATS)]

    def _insert(self, connection: Connection, contents: list[str]) -> None:
        for content in contents:
            conversations.add_message(
                connection,
                self._chats[self._made % CHATS],
                parent_id=None,
                role=Role.USER,
                content=content,
                now=_START + timedelta(seconds=self._made),
            )
            self._made += 1


def _search_all(store: Store) -> float:
    """Run every query; returns milliseconds per query."""
    began = time.perf_counter()
    for query in _QUERIES:
        store.read(partial(search.search, text=query, limit=50))
    return (time.perf_counter() - began) * 1000 / len(_QUERIES)


@contextmanager
def prepare(scale: Scale) -> Iterator[Round]:
    """Both databases on the disk the project lies on (a temporary folder may be memory), filled alike."""
    singles, bulk = scale.pick(40, 4), scale.pick(500, 50)
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(dir=scratch())))
        vault = opened.enter_context(contextlib.closing(Vault(folder / "vault.db")))
        plain = opened.enter_context(contextlib.closing(Plain(folder / "plain.db")))
        fillers = Filler(vault), Filler(plain)
        for filler in fillers:
            for _ in range(scale.pick(40, 2)):
                filler.add(bulk)
        _search_all(vault)
        _search_all(plain)

        def take(number: int) -> Mapping[str, Reading]:
            one = in_turn(number, *(lambda filler=filler: filler.add_singly(singles) for filler in fillers))
            many = in_turn(number, *(lambda filler=filler: filler.add(bulk) for filler in fillers))
            found = in_turn(number, *(lambda store=store: _search_all(store) for store in (vault, plain)))
            return {
                "insert_one": Reading(one[0], one[1]),
                "insert_many": Reading(many[0], many[1]),
                "search": Reading(found[0], found[1]),
            }

        yield take


BENCHMARK = Benchmark("storage", FIGURES, prepare)
