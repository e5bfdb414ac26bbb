# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps are numbered, atomic, preceded by a verified copy, and never taken backwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.domain.conversation import Role, Status
from desktop.domain.errors import StorageFullError, VaultDamagedError, VaultNewerError
from desktop.paths import Profile
from desktop.storage import conversations, migrations
from desktop.storage import vault as vaults
from desktop.storage.backup import back_up, remove_backups
from desktop.storage.connection import Connection, open_connection, open_memory
from desktop.storage.database import Database
from desktop.storage.migrations import migrate, steps, version
from desktop.storage.search import search
from desktop.storage.vault import OpenVault, open_vault

RELEASES = Path(__file__).resolve().parents[1] / "data" / "vaults"


@pytest.fixture
def blank() -> Iterator[Connection]:
    connection = open_memory()
    yield connection
    connection.close()


def test_steps_are_numbered_without_gaps() -> None:
    folder = Path(migrations.__file__).parent / "migrations"
    numbers = [int(path.name[:4]) for path in sorted(folder.glob("*.sql"))]
    assert numbers == list(range(1, len(steps()) + 1))


def test_only_what_is_missing_is_run(blank: Connection) -> None:
    first, second = "CREATE TABLE a (x);", "CREATE TABLE b (x);"
    migrate(blank, known=[first])
    migrate(blank, known=[first, second])
    migrate(blank, known=[first, second])
    assert version(blank) == 2


def test_a_failing_step_leaves_the_one_before(blank: Connection) -> None:
    with pytest.raises(Exception, match="no such table"):
        migrate(blank, known=["CREATE TABLE a (x);", "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1);"])
    assert version(blank) == 1
    assert blank.execute("SELECT name FROM sqlite_schema").fetchall() == [("a",)]
    assert not blank.in_transaction


def test_a_newer_file_is_refused(blank: Connection) -> None:
    blank.execute("PRAGMA user_version = 4000")
    with pytest.raises(VaultNewerError, match="newer"):
        migrate(blank)
    assert blank.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)


def test_a_copy_comes_before_an_existing_file_changes_and_never_else(blank: Connection) -> None:
    calls: list[int] = []
    first, second = "CREATE TABLE a (x);", "CREATE TABLE b (x);"

    def note() -> None:
        calls.append(version(blank))

    migrate(blank, known=[first], back_up=note)  # new: nothing to lose
    migrate(blank, known=[first], back_up=note)  # nothing to do
    migrate(blank, known=[first, second], back_up=note)
    assert calls == [1]


def test_no_copy_no_change(blank: Connection) -> None:
    def full() -> None:
        raise StorageFullError("full")

    migrate(blank, known=["CREATE TABLE a (x);"])
    with pytest.raises(StorageFullError):
        migrate(blank, known=["CREATE TABLE a (x);", "CREATE TABLE b (x);"], back_up=full)
    assert version(blank) == 1


def test_opening_an_older_vault_backs_it_up_first(
    profile: Profile, passphrase: str, vault: OpenVault, talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _chat, ids = talk(vault.database, ["kept in the copy"])
    vault.close()
    later = [*steps(), "CREATE TABLE later (x INTEGER) STRICT;"]
    monkeypatch.setattr(migrations, "steps", lambda: later)
    open_vault(profile, passphrase).close()
    (copy,) = profile.backups.iterdir()
    assert {path.name for path in copy.iterdir()} == {"vault.db", "keyslots.json"}
    assert {path.stat().st_mode & 0o777 for path in copy.iterdir()} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (copy, profile.backups)} == {0o700}

    monkeypatch.undo()
    with pytest.raises(VaultNewerError):
        open_vault(profile, passphrase)
    restored = open_vault(Profile(copy), passphrase)
    assert restored.database.read(version).result() == len(steps())
    assert [m.content for m in restored.database.read(lambda c: conversations.messages(c, ids)).result()] == [
        "kept in the copy"
    ]
    restored.close()


def test_a_copy_of_damaged_pages_is_no_copy(profile: Profile, vault: OpenVault, talk) -> None:
    talk(vault.database, ["words " * 300 for _ in range(60)])
    key = vault.key
    vault.close()
    data = bytearray(profile.vault.read_bytes())
    data[len(data) // 8192 * 4096 + 2000] ^= 1
    profile.vault.write_bytes(data)
    source = open_connection(profile.vault, key)
    with pytest.raises(VaultDamagedError):
        back_up(source, key, profile.keyslots, profile.backups)
    source.close()
    assert [path.name for path in profile.backups.iterdir() if "unfinished" not in path.name] == []
    remove_backups(profile.backups)
    assert list(profile.backups.iterdir()) == []


@pytest.mark.parametrize("release", sorted(path.name for path in RELEASES.iterdir()))
def test_every_release_opens_forever(release: str, tmp_path: Path) -> None:
    """A real vault of each release, made once and never again. Passphrase and content are in its README."""
    folder = tmp_path / "profile"
    shutil.copytree(RELEASES / release, folder)
    vault = open_vault(Profile(folder), "an old passphrase")
    assert vault.database.read(version).result() == len(steps())

    def look(connection: Connection) -> None:
        (chat,) = conversations.list_chats(connection)
        assert (chat.title, chat.system_prompt, chat.messages) == ("Tea", "Answer briefly.", 4)
        assert [entry.siblings for entry in conversations.path(connection, chat.id)] == [1, 2, 1]
        messages = conversations.all_messages(connection, chat.id)
        assert [(m.role, m.status) for m in messages] == [
            (Role.USER, Status.COMPLETE),
            (Role.ASSISTANT, Status.STOPPED),
            (Role.ASSISTANT, Status.COMPLETE),
            (Role.USER, Status.COMPLETE),
        ]
        assert messages[2].content == "Four minutes. 緑茶 two."
        assert messages[2].stats is not None
        assert messages[2].stats.completion_tokens == 12
        assert [hit.message_id for hit in search(connection, "緑茶")] == [messages[2].id]

    vault.database.read(look).result()
    vault.close()


def test_the_vault_is_made_by_the_same_steps(vault: OpenVault) -> None:
    assert vault.database.read(version).result() == len(steps())
    assert (
        vault.database.read(lambda c: (c.execute("PRAGMA application_id").fetchone() or (0,))[0]).result()
        == vaults.APPLICATION_ID
    )


def test_a_database_of_its_own_needs_no_copy(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    path.touch()
    called: list[Connection] = []
    Database.open(path, bytes(32), back_up=called.append).close()
    assert called == []
