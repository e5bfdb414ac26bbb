# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes flip in a vault that is open: the next look finds them, says what they hit, and a backup mends it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.conversation import Role
from desktop.domain.errors import EnvironmentFaultError
from desktop.paths import Profile
from desktop.services.backups import Backups, restore
from desktop.services.integrity import EVERY, Integrity, health_check, what_happened, what_is_safe
from desktop.storage import conversations, pagescan
from desktop.storage.connection import Connection
from desktop.storage.integrity import last_look
from desktop.storage.kdf import KdfCost
from desktop.storage.vault import OpenVault, create_vault, open_vault

PASSPHRASE = "four unrelated garden words"
PAGE = 4096
CHATS, MESSAGES = 6, 30
FLIP = """
import sys
place = int(sys.argv[2])
with open(sys.argv[1], "r+b") as file:
    file.seek(place)
    byte = file.read(1)[0]
    file.seek(place)
    file.write(bytes([byte ^ 1]))
"""


@pytest.fixture
def vault(profile: Profile) -> Iterator[OpenVault]:
    """With enough in it that most pages hold messages."""
    vault = create_vault(profile, PASSPHRASE, cost=KdfCost(64, 1, 1))

    def fill(conn: Connection) -> None:
        for number in range(CHATS):
            chat = conversations.create_chat(conn, title=f"Chat {number}")
            for at in range(MESSAGES):
                conversations.add_message(
                    conn, chat.id, parent_id=None, role=Role.USER, content=f"lighthouse {at} " * 40
                )

    vault.database.write(fill).result()
    assert vault.database.truncate_log()
    yield vault
    vault.close()


def flip(profile: Profile, page: int) -> None:
    """From outside: opening and closing the file in this process would drop SQLite's locks."""
    place = (page - 1) * PAGE + 1000
    subprocess.run([sys.executable, "-c", FLIP, profile.vault, str(place)], check=True)


def page_of(vault: OpenVault, table: str) -> int:
    """The root page of a table."""
    row = vault.database.read(
        lambda c: c.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    ).result()
    assert row is not None
    return int(row[0])


def test_a_sound_vault(vault: OpenVault, profile: Profile) -> None:
    health = Integrity(vault).look()
    assert health.is_sound
    assert health.pages * PAGE == profile.vault.stat().st_size
    assert last_look(profile) == health
    check = health_check(profile)
    assert (check.ok, str(health.pages) in check.detail) == (True, True)


def test_it_is_looked_at_once_a_day(vault: OpenVault) -> None:
    integrity, now = Integrity(vault), datetime.now(UTC)
    assert integrity.keep_up() is not None
    assert integrity.keep_up() is None
    assert integrity.keep_up(now=now + EVERY + timedelta(minutes=1)) is not None
    assert integrity.keep_up(now=now - timedelta(days=3)) is not None  # the clock went back


def test_flipped_bytes_are_found_told_and_mended(vault: OpenVault, profile: Profile) -> None:
    """While it is open; and the damaged file is kept."""
    Backups(vault).make()
    [backup] = Backups(vault).listed()
    middle = profile.vault.stat().st_size // PAGE // 2
    flip(profile, middle)
    integrity = Integrity(vault)
    health = integrity.look()
    assert health.damaged == (middle,)
    assert "message" in health.tables or any("index" in name for name in health.tables)
    assert f"page {middle}" in what_happened(health)
    assert integrity.newest_backup() == backup
    assert "checked page by page" in what_is_safe(health, backup)
    assert integrity.keep_up() is not None  # until it is mended, each look is due
    check = health_check(profile)
    assert check.ok is False
    assert "vault restore" in check.detail
    vault.close()
    restore(profile, backup.name, PASSPHRASE)
    assert health_check(profile).ok is None  # what was found was about the other file
    assert list(profile.backups.glob("*.replaced/vault.db"))
    again = open_vault(profile, PASSPHRASE)
    try:
        assert Integrity(again).look().is_sound
        assert len(again.database.read(conversations.list_chats).result()) == CHATS
    finally:
        again.close()


def test_it_says_which_chats_can_be_read(vault: OpenVault, profile: Profile) -> None:
    """A leaf with messages of some chats: the others are read past it."""
    pages = profile.vault.stat().st_size // PAGE
    for page in range(pages, 1, -1):
        flip(profile, page)
        health = Integrity(vault).look()
        if "message" in health.tables and 0 < health.chats < CHATS:
            break
        flip(profile, page)
    else:
        raise AssertionError("no page hit some chats only")
    assert health.tables == ("message",)
    assert "cannot be read in full; all others can" in what_is_safe(health, None)
    assert "There is no backup" in what_is_safe(health, None)


def test_the_table_of_contents(vault: OpenVault, profile: Profile) -> None:
    flip(profile, 1)
    health = Integrity(vault).look()
    assert health.damaged == (1,)
    assert health.tables == ("sqlite_schema",)
    assert "not known" in what_is_safe(health, None)


def test_a_file_that_was_cut_short(vault: OpenVault, profile: Profile) -> None:
    pages = profile.vault.stat().st_size // PAGE
    subprocess.run(["truncate", "-s", str((pages - 2) * PAGE), str(profile.vault)], check=True)
    health = Integrity(vault).look()
    assert not health.is_sound
    assert set(health.damaged) <= {pages - 1, pages}


def test_writing_goes_on_meanwhile(vault: OpenVault, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pagescan.scan_in_child
    chat = vault.database.write(lambda c: conversations.create_chat(c, title="Meanwhile")).result()

    def scan(path: Path, key: bytes, needles: list[bytes], **options: object) -> pagescan.ScanReport:
        for number in range(50):
            vault.database.write(
                lambda c, n=number: conversations.add_message(  # type: ignore[misc]
                    c, chat.id, parent_id=None, role=Role.USER, content=f"{n} " * 3000
                )
            ).result()
        return real(path, key, needles, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(pagescan, "scan_in_child", scan)
    assert Integrity(vault).look().is_sound


def test_locking_ends_the_look(vault: OpenVault, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child knows the key."""
    integrity = Integrity(vault)
    real = pagescan.scan_in_child
    ended: list[bool] = []

    def scan(path: Path, key: bytes, needles: list[bytes], *, started) -> pagescan.ScanReport:  # type: ignore[no-untyped-def]
        def hand_over(end) -> None:  # type: ignore[no-untyped-def]
            started(lambda: (ended.append(True), end()))
            import threading

            threading.Thread(target=integrity.close).start()
            while not ended:
                pass

        return real(path, key, needles, started=hand_over)

    monkeypatch.setattr(pagescan, "scan_in_child", scan)
    with pytest.raises(EnvironmentFaultError):
        integrity.look()
    with pytest.raises(EnvironmentFaultError, match="being closed"):
        integrity.look()


def test_nobody_looked_yet(profile: Profile) -> None:
    assert health_check(profile).ok is None
    profile.folder.mkdir()
    for garbage in (b"", b"{", b'{"format": "x"}', b"\xff"):
        profile.health.write_bytes(garbage)
        assert last_look(profile) is None
