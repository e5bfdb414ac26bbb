# SPDX-License-Identifier: GPL-3.0-or-later
"""The executor: what it acknowledges is durable, what fails leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from desktop.domain.errors import VaultDamagedError
from desktop.paths import Profile
from desktop.storage import conversations
from desktop.storage.backup import is_sound
from desktop.storage.connection import Connection, cipher_versions
from desktop.storage.database import Database, DatabaseClosedError
from desktop.storage.vault import create_vault, open_vault

ROOT = Path(__file__).resolve().parents[2]


def pragma(database: Database, name: str, *, writer: bool = True) -> object:
    def ask(connection: Connection) -> object:
        row = connection.execute(f"PRAGMA {name}").fetchone()
        return row and row[0]

    return (database.write(ask) if writer else database.read(ask)).result()


@pytest.mark.parametrize("writer", [True, False])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cipher_status", "1"),
        ("cipher_log_level", "NONE"),
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("secure_delete", 1),
        ("temp_store", 2),
        ("cipher_page_size", "4096"),
    ],
)
def test_pragmas_hold_on_both_connections(database: Database, writer: bool, name: str, value: object) -> None:
    assert pragma(database, name, writer=writer) == value


def test_the_writer_checks_references_and_the_reader_writes_nothing(database: Database) -> None:
    assert pragma(database, "foreign_keys") == 1
    with pytest.raises(Exception, match="cannot be written"):
        database.read(conversations.create_chat).result()
    assert database.read(conversations.list_chats).result() == []


def test_a_failed_write_leaves_nothing(database: Database) -> None:
    def fail(connection: Connection) -> None:
        conversations.create_chat(connection)
        raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        database.write(fail).result()
    assert database.read(conversations.list_chats).result() == []
    database.write(conversations.create_chat).result()


def test_reads_go_on_while_a_write_runs(database: Database) -> None:
    inside, release = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        conversations.create_chat(connection)
        inside.set()
        assert release.wait(30)

    writing = database.write(slow)
    assert inside.wait(30)
    assert database.read(conversations.list_chats).result(30) == []
    release.set()
    writing.result(30)
    assert len(database.read(conversations.list_chats).result(30)) == 1


def test_each_connection_has_one_thread(database: Database) -> None:
    names = {database.read(lambda _: threading.current_thread().name).result() for _ in range(5)}
    names |= {database.write(lambda _: threading.current_thread().name).result() for _ in range(5)}
    assert len(names) == 2


def test_closing_finishes_what_was_given_and_ends_the_threads(tmp_path: Path) -> None:
    before = threading.active_count()
    path, key = tmp_path / "vault.db", os.urandom(32)
    path.touch()
    database = Database.open(path, key)
    given = [database.write(conversations.create_chat) for _ in range(50)]
    database.close()
    database.close()
    assert all(future.done() and future.exception() is None for future in given)
    assert threading.active_count() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["vault.db"]  # the log is in it
    with pytest.raises(DatabaseClosedError):
        database.write(conversations.create_chat)
    again = Database.open(path, key)
    assert len(again.read(conversations.list_chats).result()) == 50
    again.close()


def test_the_log_is_emptied_beside_busy_readers(database: Database, tmp_path: Path) -> None:
    log = tmp_path / "plain-name.db-wal"
    database.write(conversations.create_chat).result()
    assert log.stat().st_size > 0
    stop = threading.Event()

    def read_on() -> None:
        while not stop.is_set():
            database.read(conversations.list_chats).result()

    readers = [threading.Thread(target=read_on) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        assert database.truncate_log()
        assert log.stat().st_size == 0
    finally:
        stop.set()
        for reader in readers:
            reader.join()


def test_a_wrong_key_is_damage_and_leaks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    path.touch()
    Database.open(path, bytes(32)).close()
    with pytest.raises(VaultDamagedError) as caught:
        Database.open(path, b"\xab" * 32)
    assert "abab" not in str(caught.value)


def test_memory_has_the_same_shape_and_touches_no_disk(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    memory = Database.in_memory()
    shape = "SELECT type, name, sql FROM sqlite_schema ORDER BY name"
    shapes = [
        database_.read(lambda c: c.execute(shape).fetchall()).result() for database_ in (memory, database)
    ]
    assert shapes[0] == shapes[1]
    chat = memory.write(conversations.create_chat).result()
    assert memory.read(conversations.list_chats).result() == [chat]
    assert memory.truncate_log()
    assert sorted(tmp_path.iterdir()) == before
    memory.close()


def test_the_versions_are_those_of_an_encrypting_library() -> None:
    cipher, sqlite, provider = cipher_versions()
    assert cipher.startswith("4.")
    assert sqlite.startswith("3.")
    assert "OpenSSL" in provider


WRITER = """
import sys
from pathlib import Path
from desktop.domain.conversation import Role, Status
from desktop.paths import Profile
from desktop.storage import conversations
from desktop.storage.vault import open_vault

vault = open_vault(Profile(Path(sys.argv[1])), sys.argv[2])
chat = vault.database.write(conversations.create_chat).result()
parent = None
while True:
    message = vault.database.write(lambda c: conversations.add_message(
        c, chat.id, parent_id=parent, role=Role.USER, content=f"message {parent} " * 20)).result()
    parent = message.id
    print(parent, flush=True)
    reply = vault.database.write(lambda c: conversations.add_message(
        c, chat.id, parent_id=parent, role=Role.ASSISTANT, content="", status=Status.STREAMING)).result()
    vault.database.write(lambda c: conversations.update_reply(
        c, reply.id, content="partial " * 50, status=Status.STREAMING)).result()
    parent = reply.id
    print(parent, flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_no_acknowledged_message_is_lost_when_killed(
    profile: Profile, passphrase: str, cheap, full: bool
) -> None:
    create_vault(profile, passphrase, cost=cheap).close()
    acknowledged: list[str] = []
    for turn in range(100 if full else 10):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(profile.folder), passphrase],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        with child, child.stdout:
            first = child.stdout.readline()
            time.sleep(0.005 + 0.011 * (turn % 10))
            child.send_signal(signal.SIGKILL)
            lines = [first, *child.stdout]
        # A line cut off by the kill was not acknowledged whole.
        acknowledged += [line.strip() for line in lines if re.fullmatch(r"[0-9a-f-]{36}\n", line)]
    vault = open_vault(profile, passphrase)

    def look(connection: Connection) -> tuple[set[str], int, bool]:
        ids = {row[0] for row in connection.execute("SELECT id FROM message")}
        streaming = connection.execute("SELECT count(*) FROM message WHERE status = 'streaming'").fetchone()
        return ids, streaming[0] if streaming else -1, is_sound(connection)

    ids, streaming, sound = vault.database.read(look).result()
    vault.database.write(
        lambda c: c.execute("INSERT INTO message_index (message_index, rank) VALUES ('integrity-check', 1)")
    ).result()
    vault.close()
    assert len(acknowledged) >= 20
    assert set(acknowledged) - ids == set()
    assert (streaming, sound) == (0, True)
